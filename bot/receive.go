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
	defer b.metrics.leads(rolePoller)()
	var offset int64
	trouble := trouble{log: b.Log, rest: b.Rates.Rest}
	for ctx.Err() == nil {
		batch, err := b.fetchUpdates(ctx, offset)
		if err != nil && ctx.Err() != nil {
			break
		}
		b.metrics.polled(err)
		b.hears(err)
		if err == nil && len(batch) == 0 {
			// All is confirmed. After a quiet week numbers begin anew, anywhere.
			offset = 0
		}
		if err == nil && len(batch) > 0 {
			last, done := b.intake(ctx, batch, nil)
			if !done {
				break
			}
			if offset = last + 1; last == 0 {
				err = errors.New("bot: no update of the batch has a number")
			}
		}
		if ctx.Err() != nil {
			break
		}
		if wait := trouble.met(err); wait > 0 {
			if conflicts(err) {
				b.unhook(ctx)
			}
			pause(ctx, wait)
		}
	}
	if offset > 0 { // what was taken in last is confirmed now, so that nobody gets it again
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		b.confirm(ctx, offset)
	}
	return nil
}

// unhook takes away the webhook that an earlier life of ours may have set: while
// there is one, Telegram lets nobody poll.
func (b *Bot) unhook(ctx context.Context) {
	if err := b.api.call(ctx, b.api.calls, "deleteWebhook", struct{}{}, nil); err != nil {
		b.Log.Debug("cannot take the webhook away", "error", err)
	}
}

// fetchUpdates waits for updates from offset on. Each comes as it is: one that
// cannot be read must not take the others along.
func (b *Bot) fetchUpdates(ctx context.Context, offset int64) (batch []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout+10*time.Second)
	defer cancel()
	wait := pollTimeout
	if b.hearing.Load() != willing {
		wait = 0 // whether it may poll at all is to be known at once
	}
	result, err := b.api.ask(ctx, b.api.polls, "getUpdates", map[string]any{
		"offset": offset, "limit": 100, "timeout": int(wait.Seconds()), "allowed_updates": allowed})
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

// intake takes a batch in and returns the number of its last update. It comes
// back when each update is done, stored to wait, or parked; done is false where
// one had to be given up: the batch must come again. Reply, if it is not nil,
// takes the answer to a press.
func (b *Bot) intake(ctx context.Context, batch []string, reply chan<- answer) (last int64, done bool) {
	ctx = context.WithoutCancel(ctx)
	lanes := map[int64][]update{}
	var order []int64
	var taps []*tap
	now, begun := b.Now(), time.Now()
	for _, raw := range batch {
		id, err := updateID(raw)
		if err != nil {
			b.Log.Error("an update cannot be read at all", "error", err)
			continue
		}
		last = max(last, id)
		u, err := decode(id, raw, now, b.Username())
		u.reply, u.begun = reply, begun
		if err != nil {
			if !b.park(ctx, u, err) {
				return last, false
			}
			continue
		}
		if b.excess(ctx, u) {
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
