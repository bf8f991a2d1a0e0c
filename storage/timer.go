package storage

import (
	"context"
	"fmt"
	"time"

	"campaign/messages"
)

// A Timer is a promise to look again at an instant.
type Timer struct {
	ID  int64
	Due time.Time
	messages.Address
	Once bool // not beside another that is about the same
}

// Promise stores timers. A timer that is promised once and is there already
// stays as it is, and is not taken before this transaction ends: whoever takes
// it then sees what this transaction wrote.
func (tx *Tx) Promise(ctx context.Context, ts []Timer) error {
	if len(ts) == 0 {
		return nil
	}
	var due []time.Time
	var flows, handlers, abouts, once []string
	there := map[string]bool{}
	for _, t := range ts {
		key := ""
		if t.Once {
			key = t.Flow + "." + t.Handler + " " + t.About
			if there[key] {
				continue
			}
			there[key] = true
		}
		due, once = append(due, t.Due), append(once, key)
		flows, handlers, abouts = append(flows, t.Flow), append(handlers, t.Handler), append(abouts, t.About)
	}
	err := tx.Exec(ctx, `
		WITH there AS (SELECT once FROM timers WHERE once = ANY($5) ORDER BY once FOR KEY SHARE)
		INSERT INTO timers AS t (due, flow, handler, about, once)
		SELECT due, flow, handler, about, nullif(once, '')
		FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[]) AS n (due, flow, handler, about, once)
		WHERE n.once = '' OR n.once NOT IN (SELECT once FROM there)
		ORDER BY once ON CONFLICT (once) DO UPDATE SET due = t.due`, Array(due), Array(flows), Array(handlers), Array(abouts), Array(once))
	if err != nil {
		return fmt.Errorf("storage: promise: %w", err)
	}
	return nil
}

// DueTimers returns timers that are due, the oldest first.
func (tx *Tx) DueTimers(ctx context.Context, most int) (ts []Timer, err error) {
	err = tx.Select(ctx, &ts, `SELECT id, due, flow, handler, about FROM timers WHERE due <= $1 ORDER BY due, id LIMIT $2`, tx.Now, most)
	return ts, err
}

// NextTimer returns when the next timer is due. It returns ErrNotFound where
// nothing is promised.
func (tx *Tx) NextTimer(ctx context.Context) (at time.Time, err error) {
	err = tx.Get(ctx, &at, `SELECT due FROM timers ORDER BY due LIMIT 1`)
	return at, err
}

// TakeTimer takes a timer for good, and reports whether it was still there.
func (tx *Tx) TakeTimer(ctx context.Context, id int64) (bool, error) {
	n, err := tx.Count(ctx, `DELETE FROM timers WHERE id = $1`, id)
	return n == 1, err
}

// Ticked returns the instant up to which the calendar has been looked at for a
// rule, which it locks. A rule never looked at before begins a minute ago.
func (tx *Tx) Ticked(ctx context.Context, rule string) (at time.Time, err error) {
	err = tx.Get(ctx, &at, `
		INSERT INTO ticks AS t (rule, at) VALUES ($1, $2)
		ON CONFLICT (rule) DO UPDATE SET at = t.at RETURNING at`, rule, tx.Now.Add(-time.Minute))
	return at, err
}

// Tick notes that the calendar has been looked at for a rule up to an instant.
func (tx *Tx) Tick(ctx context.Context, rule string, at time.Time) error {
	return tx.Exec(ctx, `UPDATE ticks SET at = $2 WHERE rule = $1 AND at < $2`, rule, at)
}
