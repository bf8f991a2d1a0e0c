package bot

import (
	"context"
	"errors"
	"time"

	"campaign/storage"
)

// allowed are the kinds of update that we ask for. The list is sent each time:
// Telegram keeps the last one it was told.
var allowed = []string{"message", "callback_query", "my_chat_member"}

// receive takes updates in, by long polling or at Hook.
func (b *Bot) receive(ctx context.Context) error {
	if b.Hook != "" {
		return b.hook(ctx)
	}
	return b.DB.Lead(ctx, "poller", b.poll)
}

// pollTimeout is how long Telegram holds an empty answer; it allows 50 s at most.
const pollTimeout = 50 * time.Second

// poll fetches updates and confirms them once each has had its effect, or is
// stored. One program polls at a time.
func (b *Bot) poll(ctx context.Context, _ storage.Lead) error {
	var offset int64
	for failures := 0; ctx.Err() == nil; {
		batch, err := b.fetchUpdates(ctx, offset)
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			failures++
			b.Log.Warn("cannot fetch updates", "error", err, "failures", failures)
			pause(ctx, retryAfter(err, backoff(failures)))
			continue
		}
		failures = 0
		last, done := b.intake(ctx, batch, nil)
		if !done {
			break
		}
		offset = max(offset, last+1)
	}
	if offset > 0 { // what was taken in last is confirmed now, so that nobody gets it again
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		b.confirm(ctx, offset)
	}
	return nil
}

// fetchUpdates waits for updates from offset on. Each comes as it is: one that
// cannot be read must not take the others along.
func (b *Bot) fetchUpdates(ctx context.Context, offset int64) (batch []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout+10*time.Second)
	defer cancel()
	result, err := b.api.ask(ctx, b.api.polls, "getUpdates", map[string]any{
		"offset": offset, "limit": 100, "timeout": int(pollTimeout.Seconds()), "allowed_updates": allowed})
	for _, u := range result.Array() {
		batch = append(batch, u.Raw)
	}
	return batch, err
}

func (b *Bot) confirm(ctx context.Context, offset int64) {
	err := b.api.call(ctx, b.api.polls, "getUpdates", map[string]any{"offset": offset, "limit": 1, "timeout": 0, "allowed_updates": allowed}, nil)
	if err != nil {
		b.Log.Warn("cannot confirm the last updates", "error", err)
	}
}

// retryAfter is how long Telegram asked us to wait, or d.
func retryAfter(err error, d time.Duration) time.Duration {
	if f, ok := errors.AsType[*failure](err); ok && f.RetryAfter > 0 {
		return f.RetryAfter
	}
	return d
}

// intake takes a batch in and returns the number of its last update. It comes
// back when each update is done, stored to wait, or parked; done is false where
// one had to be given up: the batch must come again. Reply, if it is not nil,
// takes the answer to a press.
func (b *Bot) intake(ctx context.Context, batch []string, reply chan<- answer) (last int64, done bool) {
	ctx = context.WithoutCancel(ctx)
	lanes := map[int64][]update{}
	var order []int64
	var taps []*tap
	now := b.Now()
	for _, raw := range batch {
		id, err := updateID(raw)
		if err != nil {
			b.Log.Error("an update cannot be read at all", "error", err)
			continue
		}
		last = max(last, id)
		u, err := decode(id, raw, now, b.Username())
		u.reply = reply
		if err != nil {
			if !b.park(ctx, u, err) {
				return last, false
			}
			continue
		}
		if t := b.asTap(ctx, u); t != nil {
			taps = append(taps, t)
			continue
		}
		if lanes[u.lane] == nil {
			order = append(order, u.lane)
		}
		lanes[u.lane] = append(lanes[u.lane], u)
	}
	b.taps.add(taps)
	ended := make(chan bool, len(order))
	for _, lane := range order {
		b.turns <- struct{}{}
		go func() {
			ok := true
			for _, u := range lanes[lane] {
				ok = ok && b.take(ctx, u)
			}
			<-b.turns
			ended <- ok
		}()
	}
	done = true
	for range order {
		done = <-ended && done
	}
	for _, t := range taps {
		done = <-t.done && done
	}
	return last, done
}
