package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/storage"
)

// closed is a district with two units of a branch each, a session of both on the
// last day of November, and one that ends after midnight.
func closed(t *testing.T) *desk {
	d := open(t)
	d.do(
		`INSERT INTO units (name, batch) VALUES ('U', 1), ('V', 1)`,
		`INSERT INTO branches (unit_id, name) VALUES (1, 'B'), (2, 'C')`,
		`INSERT INTO people (member_no, name, branch_id) VALUES ('1', 'P', 1), ('2', 'Q', 2)`,
		`INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method) VALUES
		 ('A-1', 'S', 'study', 'all', '2026-11-30 10:00+8', '2026-11-30 23:59+8', '2026-11-30 10:00+8', '2026-11-30 10:00+8', '2026-11-30 23:59+8', true, 'button'),
		 ('A-2', 'N', 'study', 'all', '2026-11-30 22:00+8', '2026-12-01 00:30+8', '2026-11-30 22:00+8', '2026-11-30 22:00+8', '2026-12-01 00:30+8', true, 'button')`,
		`INSERT INTO expected (activity_id, person_id, branch_id) VALUES (1, 1, 1), (1, 2, 2)`)
	return d
}

func (d *desk) do(statements ...string) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range statements {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *desk) closing(a campaign.ActivityID, b campaign.BranchID) (c campaign.Closing) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
		c, err = tx.Closing(ctx, a, b)
		return err
	})
	return c
}

// An activity belongs to the day on which it ends, in the campaign's zone; a unit
// closes its own figures alone, and who closed them first is told.
func TestFiguresAreClosedByTheDayTheActivityEnded(t *testing.T) {
	d := closed(t)
	if c := d.closing(1, 1); c != (campaign.Closing{}) {
		t.Errorf("nothing is closed, but %+v", c)
	}
	d.do(`INSERT INTO closings (unit_id, through, at, by_id, hat) VALUES
		(1, '2026-11-29', '2026-12-01 08:00+8', 1, 'desk'), (1, '2026-11-30', '2026-12-01 09:00+8', 1, 'desk'), (1, '2026-12-01', '2026-12-02 09:00+8', 2, 'office')`)
	for _, c := range []struct {
		activity campaign.ActivityID
		branch   campaign.BranchID
		through  campaign.Day
		by       string
	}{
		{1, 1, campaign.Date(2026, 11, 30), "P"},
		{2, 1, campaign.Date(2026, 12, 1), "Q"},
		{1, 2, 0, ""},
		{9, 1, 0, ""},
		{1, 9, 0, ""},
	} {
		if got := d.closing(c.activity, c.branch); got.Through != c.through || got.By != c.by || !got.Unlocked.IsZero() {
			t.Errorf("activity %d of branch %d: %+v, want up to %v by %q", c.activity, c.branch, got, c.through, c.by)
		}
	}
	d.do(`INSERT INTO unlocks (activity_id, branch_id, at, until, by_id, hat, reason) VALUES
		(1, 1, '2026-12-02 08:00+8', '2026-12-03 08:00+8', 1, 'desk', 'why'), (1, 1, '2026-12-02 09:00+8', '2026-12-02 11:00+8', 1, 'desk', 'why')`)
	if got, want := d.closing(1, 1).Unlocked, time.Date(2026, 12, 3, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("unlocked until %v, want %v", got, want)
	}
	if got := d.closing(2, 1).Unlocked; !got.IsZero() {
		t.Errorf("another activity is unlocked, too, until %v", got)
	}
}

// What was said after a closing is told apart, with who had unlocked it; a mark
// that somebody vouched for counts as said, a check-in does not.
func TestWhatIsSaidAfterAClosingIsToldApart(t *testing.T) {
	d := closed(t)
	d.do(`INSERT INTO closings (unit_id, through, at, by_id, hat) VALUES (1, '2026-11-30', '2026-12-01 09:00+8', 1, 'desk')`,
		`INSERT INTO unlocks (activity_id, branch_id, at, until, by_id, hat, reason) VALUES (1, 1, '2026-12-01 10:00+8', '2026-12-01 12:00+8', 2, 'office', 'paper')`,
		`INSERT INTO changes (activity_id, person_id, branch_id, at, cause, by_id, stated) VALUES
		 (1, 1, 1, '2026-12-01 08:59+8', 'corrected', 2, 'absent'), (1, 1, 1, '2026-12-01 10:00+8', 'corrected', 2, 'absent'),
		 (1, 1, 1, '2026-12-01 12:00+8', 'objected', 1, ''), (1, 2, 2, '2026-12-01 10:00+8', 'corrected', 1, 'absent')`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES (1, 1, 1, '2026-12-01 11:00+8', false, 'marked', 2, 'why')`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (1, 2, 2, '2026-11-30 10:00+8', false, 'button')`)
	var got []struct {
		Person campaign.PersonID
		Cause  string
		After  bool
		By     campaign.PersonID
		Reason string
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		return tx.Select(ctx, &got, `
			SELECT person_id AS person, cause, closed_at IS NOT NULL AS after, coalesce(unlocked_by, 0) AS by, unlock_reason AS reason FROM amendments ORDER BY at, person_id`)
	})
	want := "[{1 corrected false 0 } {1 corrected true 2 paper} {2 corrected false 0 } {1 vouched true 2 paper} {1 objected true 0 }]"
	if s := fmt.Sprint(got); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestHistoriesClosingsAndUnlocksAreNeverChanged(t *testing.T) {
	d := closed(t)
	d.do(`INSERT INTO closings (unit_id, through, at, by_id, hat) VALUES (1, '2026-11-30', '2026-12-01 09:00+8', 1, 'desk')`,
		`INSERT INTO unlocks (activity_id, branch_id, at, until, by_id, hat, reason) VALUES (1, 1, '2026-12-01 10:00+8', '2026-12-01 12:00+8', 2, 'office', 'paper')`,
		`INSERT INTO changes (activity_id, person_id, branch_id, at, cause, by_id) VALUES (1, 1, 1, '2026-12-01 08:59+8', 'objected', 1)`)
	for _, s := range []string{
		`UPDATE closings SET through = '2026-01-01'`, `DELETE FROM closings`, `TRUNCATE closings`,
		`UPDATE unlocks SET reason = 'other'`, `DELETE FROM unlocks`, `TRUNCATE unlocks`,
		`UPDATE changes SET note = 'other'`, `DELETE FROM changes`, `TRUNCATE changes`, `TRUNCATE people CASCADE`,
	} {
		if err := d.InTx(t.Context(), func(tx *storage.Tx) error { return tx.Exec(t.Context(), s) }); err == nil {
			t.Errorf("%s was done", s)
		}
	}
}
