package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
)

// nightly is the machine's own rule of the calendar: what is held for a limited
// time is forgotten at night. No flow is called machine.
var nightly = flow.Rule{Flow: "machine", Handler: "forget", Spec: "17 3 * * *", Grace: 23 * time.Hour}

const (
	sweepRows  = 1000                   // of one look
	sweepPause = 250 * time.Millisecond // between two looks, so that they harm nobody
)

// A night is how far the forgetting of one night has come. It is what its timer
// is about: a program that dies leaves it to the next.
type night struct {
	Due   time.Time
	Keep  string         `json:",omitempty"` // the one to look at; "" begins
	After int64          `json:",omitempty"` // the row at which the last look ended
	Gone  map[string]int `json:",omitempty"`
}

// forget takes the next look of a night, and promises the one after it. A keep
// that fails three times is left to another night.
func (b *Bot) forget(ctx context.Context, t storage.Timer) error {
	var n night
	if err := json.Unmarshal([]byte(t.About), &n); err != nil {
		b.Log.Error("a night of forgetting cannot be read", "error", err)
		return b.DB.InTx(ctx, func(tx *storage.Tx) error { _, err := tx.TakeTimer(ctx, t.ID); return err })
	}
	for try := 1; ; try++ {
		over, next := false, n
		err := b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
			defer recovered(&err)
			there, err := tx.TakeTimer(ctx, t.ID)
			if err != nil || !there {
				return err
			}
			next = n
			if try > tries {
				next.goOn(b.keeps, storage.Swept{})
			} else if err := b.sweep(ctx, tx, &next); err != nil {
				return err
			}
			if over = next.Keep == ""; over {
				return nil
			}
			return tx.Promise(ctx, []storage.Timer{next.timer(tx.Now.Add(sweepPause))})
		})
		switch {
		case err == nil && over:
			b.Log.Info("forgotten", next.counts()...)
			return nil
		case err == nil || storage.Lost(err) || try > tries:
			return err
		case try == tries:
			b.Log.Error("cannot forget; it is left to another night", "keep", n.Keep, "error", err)
		}
	}
}

// sweep takes one look, in a transaction.
func (b *Bot) sweep(ctx context.Context, tx *storage.Tx, n *night) error {
	i := slices.IndexFunc(b.keeps, func(k storage.Keep) bool { return k.Name == n.Keep })
	if i < 0 || b.keeps[i].For == 0 {
		n.goOn(b.keeps, storage.Swept{})
		return nil
	}
	k := b.keeps[i]
	swept, err := k.Forget(ctx, tx, storage.Sweep{Before: n.Due.Add(-k.For), After: n.After, Most: sweepRows})
	if err != nil {
		return fmt.Errorf("bot: forget %s: %w", k.Name, err)
	}
	n.goOn(b.keeps, swept)
	return nil
}

// goOn notes what a look came to, and turns to the next keep where there is
// nothing more. After the last, and where the keep is known no more, Keep is "".
func (n *night) goOn(keeps []storage.Keep, swept storage.Swept) {
	if swept.Gone > 0 {
		n.Gone = maps.Clone(n.Gone)
		if n.Gone == nil {
			n.Gone = map[string]int{}
		}
		n.Gone[n.Keep] += swept.Gone
	}
	if n.After = swept.After; swept.More {
		return
	}
	n.After = 0
	i := slices.IndexFunc(keeps, func(k storage.Keep) bool { return k.Name == n.Keep })
	first := n.Keep == ""
	n.Keep = ""
	for _, k := range keeps[i+1:] {
		if k.For > 0 && (first || i >= 0) {
			n.Keep = k.Name
			return
		}
	}
}

func (n night) timer(due time.Time) storage.Timer {
	about, _ := json.Marshal(n) // strings and numbers cannot fail
	return storage.Timer{Due: due, Once: true, Address: messages.Address{Flow: nightly.Flow, Handler: nightly.Handler, About: string(about)}}
}

// counts is a night as the log tells it.
func (n night) counts() (args []any) {
	for _, name := range slices.Sorted(maps.Keys(n.Gone)) {
		args = append(args, name, n.Gone[name])
	}
	return append(args, "night", n.Due)
}
