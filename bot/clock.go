package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"

	"github.com/robfig/cron/v3"
	"golang.org/x/sync/errgroup"
)

// timersAtOnce is how many timers are taken at a time.
const timersAtOnce = 4

// keepTime gives timers that are due, minutes of the calendar and conversations
// left alone their turns, until ctx ends. Each is keyed in the inbox, so that
// several programs may do so at once.
func (b *Bot) keepTime(ctx context.Context) error {
	rules, err := parse(append(b.House.Rules(), nightly))
	if err != nil {
		return err
	}
	work, end := outlive(ctx, hurry)
	defer end()
	for failures := 0; ctx.Err() == nil; {
		err := b.tick(work, rules)
		if err == nil {
			err = b.due(ctx, work)
		}
		if err == nil {
			err = b.expire(work)
		}
		if err != nil {
			failures++
			b.Log.Warn("the clock could not be kept", "error", err, "failures", failures)
			pause(ctx, backoff(failures))
			continue
		}
		failures = 0
		b.sleep(ctx)
	}
	return nil
}

// sleep waits until something may be due: a part of a second, or the moment the
// clock is moved by hand.
func (b *Bot) sleep(ctx context.Context) {
	t := time.NewTimer(250 * time.Millisecond)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-b.Moved:
		b.nudge()
	}
}

// A rule is a rule of the calendar with its times.
type rule struct {
	flow.Rule
	times cron.Schedule
}

func parse(rs []flow.Rule) (rules []rule, err error) {
	for _, r := range rs {
		times, err := cron.ParseStandard(r.Spec)
		if err != nil {
			return nil, fmt.Errorf("bot: the rule %s: %w", r.Key(), err)
		}
		rules = append(rules, rule{r, times})
	}
	return rules, nil
}

// tick looks at the calendar. Of the minutes that a rule has missed, the last
// is made up for where it is still of use; the others are skipped.
func (b *Bot) tick(ctx context.Context, rules []rule) error {
	for _, r := range rules {
		err := b.DB.InTx(ctx, func(tx *storage.Tx) error {
			from, err := tx.Ticked(ctx, r.Key())
			if err != nil {
				return err
			}
			due, missed := r.last(from.In(b.Zone), tx.Now)
			if due.IsZero() {
				return nil
			}
			if missed > 0 || tx.Now.Sub(due) > r.Grace {
				b.Log.Warn("minutes of a rule were missed", "rule", r.Key(), "skipped", missed, "last", due, "useful", tx.Now.Sub(due) <= r.Grace)
			}
			if err := tx.Tick(ctx, r.Key(), due); err != nil {
				return err
			}
			if tx.Now.Sub(due) > r.Grace {
				return nil
			}
			about, err := json.Marshal(flow.Tick{Rule: r.Handler, Due: due})
			if err != nil {
				return err
			}
			return tx.Promise(ctx, []storage.Timer{{Due: due, Once: true, Address: messages.Address{Flow: r.Flow, Handler: r.Handler, About: string(about)}}})
		})
		if err != nil {
			return fmt.Errorf("bot: tick %s: %w", r.Key(), err)
		}
	}
	return nil
}

// last finds the newest minute of r after from and up to now, and how many were
// before it. It looks back over a week at most.
func (r rule) last(from, now time.Time) (due time.Time, missed int) {
	if week := now.AddDate(0, 0, -7); from.Before(week) {
		from = week
	}
	for next := r.times.Next(from); !next.IsZero() && !next.After(now); next = r.times.Next(next) {
		if !due.IsZero() {
			missed++
		}
		due = next
	}
	return due, missed
}

// due takes the timers that are due, until none is or ctx ends.
func (b *Bot) due(ctx, work context.Context) error {
	for ctx.Err() == nil {
		var ts []storage.Timer
		err := b.DB.InTx(work, func(tx *storage.Tx) (err error) {
			ts, err = tx.DueTimers(work, 100)
			return err
		})
		if err != nil || len(ts) == 0 {
			return err
		}
		var all errgroup.Group
		all.SetLimit(timersAtOnce)
		for _, t := range ts {
			all.Go(func() error { return b.takeTimer(work, t) })
		}
		if err := all.Wait(); err != nil {
			return err
		}
		b.nudge()
	}
	return nil
}

// takeTimer gives a timer its turn. One that fails three times is parked.
func (b *Bot) takeTimer(ctx context.Context, t storage.Timer) error {
	if t.Flow == nightly.Flow {
		return b.forget(ctx, t)
	}
	key := fmt.Sprintf("timer:%d", t.ID)
	for try := 1; ; try++ {
		begun := time.Now()
		var r flow.Result
		err := b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
			defer recovered(&err)
			there, err := tx.TakeTimer(ctx, t.ID)
			if err != nil || !there {
				return err
			}
			rows, err := tx.Receive(ctx, []string{key})
			if err != nil || len(rows) == 0 {
				return err
			}
			r, err = b.House.Turn(ctx, tx, flow.Event{Cause: rows[key], At: t.Due.In(b.Zone), Clock: &t.Address})
			return err
		})
		if err == nil {
			b.log(key, 0, r, begun)
			return nil
		}
		if storage.Lost(err) || errors.Is(ctx.Err(), context.Canceled) {
			return err // it is still there, for later
		}
		if try < tries {
			continue
		}
		b.Log.Error("a timer is parked", "cause", key, "flow", t.Flow, "handler", t.Handler, "error", err)
		return b.DB.InTx(ctx, func(tx *storage.Tx) error {
			if _, err := tx.TakeTimer(ctx, t.ID); err != nil {
				return err
			}
			return tx.Park(ctx, storage.Arrival{Key: key, At: t.Due, Raw: t.Address.Flow + " " + t.Address.Handler + " " + t.Address.About}, err.Error())
		})
	}
}

// expire ends conversations that were left alone.
func (b *Bot) expire(ctx context.Context) error {
	for {
		n := 0
		err := b.DB.InTx(ctx, func(tx *storage.Tx) error {
			ids, err := tx.Forsaken(ctx, tx.Now.Add(-flow.Forsaken), 20)
			if err != nil {
				return err
			}
			n = len(ids)
			for _, id := range ids {
				a, err := tx.LockAccount(ctx, id)
				if err != nil {
					return err
				}
				if _, err := b.House.Expire(ctx, tx, flow.Event{At: tx.Now, Account: a}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return err
		}
		b.nudge()
	}
}
