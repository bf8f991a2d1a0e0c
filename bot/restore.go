package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"campaign/storage"
)

// Recognise looks whether the database is the one that was sent from so far. A
// copy of it may be older than what was sent: reminders and broadcasts wait then,
// and the log says what to do.
func (b *Bot) Recognise(ctx context.Context) error {
	return b.DB.InTx(ctx, func(tx *storage.Tx) error { return b.recognise(ctx, tx) })
}

func (b *Bot) recognise(ctx context.Context, tx *storage.Tx) error {
	since, err := tx.Recognise(ctx)
	if err == nil && !since.IsZero() {
		b.Log.Error(`the database is a copy, and may be older than what was sent: reminders and broadcasts wait until "muster restored" was run`, "noticed", since)
	}
	return err
}

// Restored is what became of the reminders and broadcasts that a restored
// database could not know to be sent, or that came due when it was made to look.
type Restored struct {
	Since    time.Time // when it was restored, as far as we know
	Informed time.Time // until when it knew what was sent
	Known    int       // were sent since: they are known again
	Unsent   int       // were not: they are sent now
	Unsure   int       // may have been sent
}

// ErrPartial says that a journal begins too late to tell what was not sent.
var ErrPartial = errors.New("the journal begins after the last message that the database knows of")

// Restore settles what a database cannot know that was restored from a backup.
// What came due since the backup is due now: it is decided first, but not sent.
// Then each reminder and broadcast is looked up in the journal. What arrived by
// its word is known again. What it does not tell of was not sent, if it reaches
// back to what the database knows; a journal that does not is refused, unless
// partial. Anything else is unsure, and without a journal all is. Answers and
// approvals are sent: a doubled one harms nobody.
func (b *Bot) Restore(ctx context.Context, j *Journal, partial bool) (r Restored, err error) {
	err = b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
		if r.Since, err = tx.Suspect(ctx); err != nil {
			return err
		}
		r.Informed, err = tx.Informed(ctx)
		return err
	})
	if err != nil {
		return r, err
	}
	whole := j != nil && (r.Informed.IsZero() || !j.First.After(r.Informed))
	if j != nil && !whole && !partial {
		return r, ErrPartial
	}
	rules, err := parse(b.House.Rules())
	if err != nil {
		return r, err
	}
	if err := b.tick(ctx, rules); err != nil {
		return r, err
	}
	if err := b.due(ctx, ctx); err != nil {
		return r, err
	}
	err = b.DB.InTx(ctx, func(tx *storage.Tx) error {
		if err := b.reconcile(ctx, tx, j, whole, &r); err != nil {
			return err
		}
		if err := tx.Trust(ctx); err != nil {
			return err
		}
		return auditRestore(ctx, tx, r)
	})
	return r, err
}

// reconcile holds what may have been sent against the journal.
func (b *Bot) reconcile(ctx context.Context, tx *storage.Tx, j *Journal, whole bool, r *Restored) error {
	ds, err := tx.Unproven(ctx)
	if err != nil {
		return err
	}
	proven, doubtful, doubts := map[int64]int64{}, []int64{}, map[entry]bool{}
	if j != nil {
		doubts = j.doubts()
	}
	for _, d := range ds {
		e, err := b.entry(d)
		if err != nil {
			return err
		}
		switch number := j.number(e); {
		case number != 0:
			proven[d.ID] = number
		case !whole || doubts[e]:
			doubtful = append(doubtful, d.ID)
		}
	}
	r.Known, r.Unsure, r.Unsent = len(proven), len(doubtful), len(ds)-len(proven)-len(doubtful)
	if err := tx.Proven(ctx, proven); err != nil {
		return err
	}
	return tx.Doubt(ctx, doubtful)
}

// entry is how the journal would tell of a message.
func (b *Bot) entry(d storage.Delivery) (entry, error) {
	if d.Name != "" {
		return entryOf(d.Chat, d.Name, ""), nil
	}
	m, err := d.Message()
	return entryOf(d.Chat, "", b.digest(d, m)), err
}

// number is Telegram's of a message that arrived, or 0.
func (j *Journal) number(e entry) int64 {
	if j == nil {
		return 0
	}
	return j.arrived[e].Message
}

// auditRestore keeps for good that the database was restored.
func auditRestore(ctx context.Context, tx *storage.Tx, r Restored) error {
	key := fmt.Sprintf("command:restored@%d", tx.Now.UnixNano())
	rows, err := tx.Receive(ctx, []string{key})
	if err != nil {
		return err
	}
	about, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.Audit(ctx, []storage.Entry{{Flow: "machine", Effect: "restored", About: string(about), At: tx.Now, Cause: rows[key]}})
}
