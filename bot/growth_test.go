package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
	"campaign/storage"
)

// BenchmarkTenTimesTheMembers does what is about everybody in a district of
// full size and in one of ten times the members, and reports what each costs a
// member there, and the ratio of the two: 1 is linear. The roll of one branch is
// of the same size in both.
func BenchmarkTenTimesTheMembers(b *testing.B) {
	for b.Loop() {
		once, ten := grown(b, 18_400), grown(b, 184_000)
		for _, what := range []string{"posting", "taps", "office-list", "export", "closing"} {
			one, other := once[what]/18_400, ten[what]/184_000
			b.ReportMetric(float64(one.Nanoseconds())/1000, what+"-us/member")
			b.ReportMetric(float64(other)/float64(one), what+"-ratio")
		}
		for _, what := range []string{"unit-list", "branch-list"} {
			b.ReportMetric(float64(once[what].Microseconds()), what+"-us")
			b.ReportMetric(float64(ten[what])/float64(once[what]), what+"-ratio")
		}
	}
}

// grown measures a district of so many members, with the history of two
// activities.
func grown(b *testing.B, members int) map[string]time.Duration {
	b.Helper()
	took := map[string]time.Duration{}
	w := flowtest.New(b, flows.All, crowd(members, 2))
	w.House = flow.New(flows.All) // which proves nothing
	w.In(b, func(ctx context.Context, tx *storage.Tx) error { return tx.Exec(ctx, `ANALYZE`) })
	measure := func(what string, f func(ctx context.Context, tx *storage.Tx) error) {
		b.Helper()
		begun := time.Now()
		w.In(b, f)
		took[what] += time.Since(begun)
	}
	defer func() { b.Logf("%d members: %v", members, took) }()
	var id campaign.ActivityID
	w.In(b, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &id, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			VALUES ('A-2026-0999', 'now', 'study', 'all', $1, $2, $1, $2, $2, true, 'button') RETURNING id`, tx.Now, tx.Now.Add(time.Hour))
	})
	turn := func(ctx context.Context, tx *storage.Tx) error {
		about, err := json.Marshal(flow.Tick{Rule: "minute", Due: tx.Now})
		if err != nil {
			return err
		}
		_, err = w.House.Turn(ctx, tx, flow.Event{Cause: 1, At: tx.Now, Clock: &messages.Address{Flow: "checkin", Handler: "minute", About: string(about)}})
		return err
	}
	measure("posting", turn)
	const batch = 500
	for n := range members / batch * 4 / 5 { // the others are missing
		measure("taps", func(ctx context.Context, tx *storage.Tx) error { return taps(ctx, tx, w.House, id, n, batch) })
	}
	for what, spot := range map[string]string{"office-list": "", "unit-list": `,"Unit":4`, "branch-list": `,"Unit":4,"Branch":5`} {
		for range 5 { // the best of them: the others shared the machine
			last := took[what]
			delete(took, what)
			measure(what, func(ctx context.Context, tx *storage.Tx) error {
				return look(ctx, tx, w.House, 1005, fmt.Sprintf(`{"Activity":%d%s}`, id, spot))
			})
			if last > 0 {
				took[what] = min(took[what], last)
			}
		}
	}
	measure("export", func(ctx context.Context, tx *storage.Tx) error {
		rows := 0
		for _, f := range w.House.Every() {
			for _, o := range f.Contents().Offers {
				if o.Export == nil {
					continue
				}
				for _, err := range o.Export(ctx, tx, flow.Query{From: campaign.DayOf(tx.Now), Zone: flowtest.Zone}) {
					if err != nil {
						return err
					}
					rows++
				}
			}
		}
		if rows < members {
			return fmt.Errorf("%d rows were exported", rows)
		}
		return nil
	})
	w.In(b, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE activities SET closes = $2 WHERE id = $1`, id, tx.Now)
	})
	measure("closing", turn)
	return took
}
