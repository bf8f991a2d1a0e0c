package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"campaign/messages"
	"campaign/storage"
)

func (d *desk) recognise() (since time.Time) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
		since, err = tx.Recognise(ctx)
		return err
	})
	return since
}

func (d *desk) run(statements ...string) {
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

// What happens to every database for its own good is no restore.
func TestADatabaseKnowsItselfWhateverIsDoneToIt(t *testing.T) {
	d := open(t)
	for _, s := range []string{
		`SELECT 1`,
		`ALTER TABLE origin ADD COLUMN more integer`,
		`CLUSTER origin USING origin_pkey`, // writes the table anew, as VACUUM FULL does
		`ANALYZE origin`,
		`UPDATE origin SET mark = mark WHERE false`,
	} {
		if since := d.recognise(); !since.IsZero() {
			t.Fatalf("a copy since %s", since)
		}
		d.run(s)
	}
	if since := d.recognise(); !since.IsZero() {
		t.Errorf("a copy since %s", since)
	}
}

// What a restore does: the same rows in a table made anew.
func TestADatabaseThatWasRestoredHoldsWhatIsNotUrgent(t *testing.T) {
	d := open(t)
	d.recognise()
	d.post(keyed("there").As("card"))
	d.tells("there")
	d.run(`CREATE TABLE copied AS SELECT once, mark, strange_at FROM origin`, `DELETE FROM origin`,
		`INSERT INTO origin SELECT once, mark, strange_at FROM copied`)
	since := d.recognise()
	if since.IsZero() {
		t.Fatal("the copy takes itself for the database")
	}
	d.now = d.now.Add(time.Hour)
	if again := d.recognise(); !again.Equal(since) {
		t.Errorf("noticed at %s and again at %s", since, again)
	}
	d.post(messages.Say("answer").In(messages.Answers), messages.Say("reminder").In(messages.Reminders), keyed("changed").InPlaceOf("card"))
	d.tells("answer", "edit 1: changed")
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		var last int64
		if err := tx.Get(ctx, &last, `SELECT min(id) FROM contents WHERE id > 1`); err != nil {
			return err
		}
		if last < 1<<30 {
			t.Errorf("the next content has number %d, which a button of before the restore may carry", last)
		}
		if held, err := tx.Held(ctx); err != nil || !held.Equal(since) {
			t.Errorf("held since %s, %v", held, err)
		}
		return tx.Trust(ctx)
	})
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		if held, err := tx.Held(ctx); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("held since %s, %v, after the operator has spoken", held, err)
		}
		return nil
	})
	d.tells("reminder")
	if since := d.recognise(); !since.IsZero() {
		t.Errorf("still a copy since %s", since)
	}
}

// Nobody settles a restore beside a program that sends and has noticed nothing.
func TestARestoreIsSettledOnlyWhereNobodySends(t *testing.T) {
	d := open(t)
	leads, over := make(chan struct{}), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer close(over)
		d.Lead(ctx, "sender", func(ctx context.Context, _ storage.Lead) error {
			close(leads)
			<-ctx.Done()
			return nil
		})
	}()
	<-leads
	err := d.InTx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.Suspect(t.Context())
		return err
	})
	if !errors.Is(err, storage.ErrSending) {
		t.Errorf("suspected with %v", err)
	}
	stop()
	<-over
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Suspect(ctx)
		return err
	})
	if d.recognise().IsZero() {
		t.Error("what an operator has said is forgotten")
	}
}
