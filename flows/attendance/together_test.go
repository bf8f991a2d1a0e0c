package attendance

import (
	"context"
	"testing"

	"campaign"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
)

// Two vouch for one person in the same moment: the second waits for the first,
// and then sees the mark.
func TestTheSecondWhoVouchesSeesTheMarkOfTheFirst(t *testing.T) {
	w := flowtest.New(t, home.With(Flow), func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			VALUES ('A-2026-0001', '专题党课', 'lecture', 'all', '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'button')`); err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO expected (activity_id, person_id, branch_id) VALUES (1, 7, 1)`)
	})
	decide := func(ctx context.Context, tx *storage.Tx) error {
		tt := turn{Draft: Draft{At: Spot{1, 1, 1}, Act: marking, Member: 7}}
		tt.Who = campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}}}
		var err error
		if tt.Facts, err = load(ctx, tx, tt, nil); err != nil {
			return err
		}
		return present(tt)
	}
	second := make(chan error, 1)
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		if err := decide(ctx, tx); err != nil {
			return err
		}
		go func() {
			second <- w.DB.InTx(ctx, func(tx *storage.Tx) error { return decide(ctx, tx) })
		}()
		for waiting := 0; waiting == 0 && len(second) == 0; {
			if err := tx.Get(ctx, &waiting, `SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, `INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (1, 7, 1, $1, false, 'marked')`, tx.Now)
	})
	if err := <-second; err == nil || err.Error() != "%s is in already, since %s." {
		t.Errorf("got %v, want that the person is in already", err)
	}
}
