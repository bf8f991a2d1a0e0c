package bot

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// hearing is how far Telegram was heard of what makes updates come: a poll, or
// the address of the webhook.
type hearing struct{ atomic.Int32 }

const (
	unasked   int32 = iota // or its first answer is awaited
	unwilling              // it has refused, or cannot be reached
	willing                // it has agreed once: what fails later passes
)

// hears notes what Telegram made of a poll, or of the webhook's address.
func (b *Bot) hears(err error) {
	if err == nil {
		b.hearing.Store(willing)
		return
	}
	b.hearing.CompareAndSwap(unasked, unwilling)
}

// readyWithin is how long the database may take to show that it is there.
const readyWithin = 2 * time.Second

// Ready tells why the bot cannot do its work now; nil is that it can, or stands
// by for another that does.
func (b *Bot) Ready(ctx context.Context) error {
	hearing := b.hearing.Load()
	switch {
	case b.Username() == "":
		return errors.New("Telegram has not said yet who the bot is")
	case b.Hook != "" && hearing != willing:
		return errors.New("Telegram does not know the address of the webhook yet")
	case hearing == unwilling:
		return errors.New("Telegram gives no updates yet")
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if b.DB.Ping(ctx) != nil {
		return errors.New("the database does not answer")
	}
	return nil
}
