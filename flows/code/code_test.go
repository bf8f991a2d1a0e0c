package code_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/code"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// secret is what the codes of the transcripts are derived from.
var secret = bytes.Repeat([]byte{7}, 32)

// meetings: a lecture of unit 1 and a study session of branch 3, both by code. Of
// the second nobody has opened the screen yet. A third is by button.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, place, required, method) VALUES
		 ('A-2026-0001', '专题党课', 'lecture', 'unit', 1, NULL, '2026-12-01 14:00+08', '2026-12-01 15:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 15:00+08', '礼堂', true, 'code'),
		 ('A-2026-0002', '集中学习', 'study', 'branch', 2, 3, '2026-12-01 13:40+08', '2026-12-01 15:00+08', '2026-12-01 13:10+08', '2026-12-01 13:50+08', '2026-12-01 15:00+08', '', true, 'code'),
		 ('A-2026-0003', '谈心', 'talk', 'branch', 2, 3, '2026-12-01 18:00+08', '2026-12-01 19:00+08', '2026-12-01 17:30+08', '2026-12-01 18:10+08', '2026-12-01 19:00+08', '', false, 'button')`,
		`INSERT INTO code_links (activity_id, token_hash, lang, made_by, made_at) VALUES (1, 'of 刘洋', 'en', 4, '2026-12-01 13:00+08')`,
		// Somebody has tried a lot at 14:39.
		`INSERT INTO code_tries (cause, person_id, activity_id, at) SELECT -n, 9, 1, '2026-12-01 14:39+08' FROM generate_series(1, 49) n`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return tx.Exec(ctx, `INSERT INTO code_secrets (activity_id, secret) VALUES (1, $1)`, secret)
}

func all() []flow.Flow {
	return home.With(checkin.Flow, code.Drawn(rand.NewChaCha8([32]byte{1})), attendance.Flow, bind.Flow)
}

// Only host.txt opens screens, so what is drawn there is always the same.
func TestConversations(t *testing.T) {

	flowtest.Run(t, all(), meetings)
}

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, all, meetings) }

// Tries, scans and links are forgotten in their time; a link goes by the end of its
// activity, however long ago it was made.
func TestTriesScansAndLinksAreForgotten(t *testing.T) {
	w := flowtest.New(t, all(), meetings, func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Exec(ctx, `INSERT INTO accounts (id, lang, name, seen_at) VALUES (901, 'zh', '', $1)`, tx.Now); err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO code_scans (account_id, activity_id, at) VALUES (901, 1, '2026-12-01 13:30+08')`)
	})
	at := func(name string, days float64) (gone int) {
		for _, k := range w.House.Keeps(storage.Retention{}) {
			if k.Name != name {
				continue
			}
			w.In(t, func(ctx context.Context, tx *storage.Tx) error {
				swept, err := k.Forget(ctx, tx, storage.Sweep{Before: w.Clock.Add(time.Duration(days*24)*time.Hour - k.For), Most: 1000})
				gone = swept.Gone
				return err
			})
		}
		return gone
	}
	for _, c := range []struct {
		name string
		days float64
		gone int
	}{
		{"code.tries", 1, 0}, {"code.tries", 1.5, 49}, {"code.scans", 14, 0}, {"code.scans", 14.5, 1}, {"code.links", 30, 0}, {"code.links", 30.5, 1},
	} {
		if gone := at(c.name, c.days); gone != c.gone {
			t.Errorf("%s after %v days: %d gone, want %d", c.name, c.days, gone, c.gone)
		}
	}
}
