package place_test

import (
	"context"
	"testing"
	"time"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/place"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// meetings: a practice of unit 1 and one of branch 3, both to be shown by location;
// the second is 10 km east of the first. Another of unit 1 is by button, in the evening.
func meetings(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, place, place_lat, place_lon, radius_m, required, method) VALUES
		('A-2026-0001', '志愿服务', 'practice', 'unit', 1, NULL, '2026-12-01 14:00+08', '2026-12-01 15:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 15:00+08', '社区广场', 31, 120, 200, true, 'location'),
		('A-2026-0002', '义务植树', 'practice', 'branch', 1, 2, '2026-12-01 14:00+08', '2026-12-01 15:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 15:00+08', '', 31, 120.105, 200, false, 'location'),
		('A-2026-0003', '集中学习', 'study', 'unit', 1, NULL, '2026-12-01 19:00+08', '2026-12-01 20:00+08', '2026-12-01 18:30+08', '2026-12-01 19:10+08', '2026-12-01 20:00+08', '', NULL, NULL, 200, true, 'button')`)
}

func all() []flow.Flow { return home.With(checkin.Flow, place.Flow, attendance.Flow) }

func TestConversations(t *testing.T) { flowtest.Run(t, all(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, all, meetings) }

// After thirty days, or as many as the operator says, nobody knows any more where
// somebody was; what came of it stays.
func TestCoordinatesAreForgottenAndTheVerdictStays(t *testing.T) {
	w := flowtest.New(t, all(), meetings)
	script := flowtest.Script(">4 @2026-12-01 13:30\n> (31.01,120.0) ±15\n> [The meeting was moved]\n")
	for range flowtest.Play(t, flowtest.Rehearse(w), "testdata", script) {
	}
	count := func() (kept int, verdict string) {
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			if err := tx.Get(ctx, &kept, `SELECT count(*) FROM place_shares`); err != nil {
				return err
			}
			return tx.Get(ctx, &verdict, `SELECT doubt || ': ' || note FROM marks WHERE person_id = 4`)
		})
		return kept, verdict
	}
	sweep := func(days int, r storage.Retention) {
		for _, k := range w.House.Keeps(r) {
			if k.Name != "place.coordinates" || k.For == 0 {
				continue
			}
			w.In(t, func(ctx context.Context, tx *storage.Tx) error {
				_, err := k.Forget(ctx, tx, storage.Sweep{Before: w.Clock.Add(time.Duration(days)*24*time.Hour - k.For), Most: 1000})
				return err
			})
		}
	}
	const verdict = "outside: ≈1.1 km; The meeting was moved"
	for _, c := range []struct {
		days int
		says storage.Retention
		kept int
	}{
		{29, storage.Retention{}, 1}, {9, storage.Retention{Flows: map[string]time.Duration{"place.coordinates": 10 * 24 * time.Hour}}, 1},
		{999, storage.Retention{Flows: map[string]time.Duration{"place.coordinates": 0}}, 1}, {31, storage.Retention{}, 0},
	} {
		sweep(c.days, c.says)
		if kept, got := count(); kept != c.kept || got != verdict {
			t.Errorf("after %d days %d are kept with %q, want %d with %q", c.days, kept, got, c.kept, verdict)
		}
	}
	var told int
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &told, `
			SELECT (SELECT count(*) FROM audit WHERE about LIKE '%31.01%') + (SELECT count(*) FROM contents WHERE message LIKE '%31.01%') + (SELECT count(*) FROM sessions WHERE draft LIKE '%31.01%')`)
	})
	if told != 0 {
		t.Errorf("the coordinates stand in %d other places", told)
	}
}
