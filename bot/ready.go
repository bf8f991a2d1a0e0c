package bot

import (
	"context"
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

// Ready tells whether the bot can do its work now, or stands by for another
// that does; where not, why.
func (b *Bot) Ready(ctx context.Context) (ready bool, why string) {
	hearing := b.hearing.Load()
	switch {
	case b.Username() == "":
		return false, "Telegram has not said yet who the bot is"
	case b.Hook != "" && hearing != willing:
		return false, "Telegram does not know the address of the webhook yet"
	case hearing == unwilling:
		return false, "Telegram gives no updates yet"
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if b.DB.Ping(ctx) != nil {
		return false, "the database does not answer"
	}
	return true, ""
}
