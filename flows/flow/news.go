package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// news are what the machine itself has to tell, by the names under which the
// timers that carry them are stored. Such a timer is of no flow: every flow that
// has declared Heard for the type hears it, in one turn.
var news = map[string]func(string) (any, error){
	"group": decode[campaign.GroupChanged],
	"topic": decode[campaign.TopicLost],
}

// Stands notes how a chat stands. Where the group of a branch stands otherwise
// than before, the flows hear of it.
func (h *House) Stands(ctx context.Context, tx *storage.Tx, chat int64, s campaign.Standing) error {
	b, err := tx.Stands(ctx, chat, s)
	if err != nil || b == 0 {
		return err
	}
	return tell(ctx, tx, "group", campaign.GroupChanged{Group: chat, Branch: b})
}

// Moved follows a group to its new number, and lets the flows hear of it.
func (h *House) Moved(ctx context.Context, tx *storage.Tx, from, to int64) error {
	b, err := tx.Moved(ctx, from, to)
	if err != nil || b == 0 {
		return err
	}
	return tell(ctx, tx, "group", campaign.GroupChanged{Group: to, Branch: b})
}

// LoseTopic has the general topic of a forum take the place of one that is closed
// or gone. Where a branch was spoken to there, the flows hear of it.
func (h *House) LoseTopic(ctx context.Context, tx *storage.Tx, chat, topic int64) error {
	b, err := tx.LoseTopic(ctx, chat, topic)
	if err != nil || b == 0 {
		return err
	}
	return tell(ctx, tx, "topic", campaign.TopicLost{Group: chat, Branch: b})
}

// tell promises that the flows hear of something at once, in a turn of its own:
// it is known as soon as this transaction commits, and however often it is told
// until then, it is heard once.
func tell(ctx context.Context, tx *storage.Tx, name string, n any) error {
	about, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("flow: tell %T: %w", n, err)
	}
	return tx.Promise(ctx, []storage.Timer{{Due: tx.Now, Once: true, Address: messages.Address{Handler: name, About: string(about)}}})
}

// hear gives news of the machine to whoever hears them.
func (w *walk) hear(ctx context.Context, h Here, a *messages.Address) error {
	read, ok := news[a.Handler]
	if !ok {
		return fmt.Errorf("flow: nobody knows the news %q", a.Handler)
	}
	n, err := read(a.About)
	if err != nil {
		return err
	}
	return w.spread(ctx, h, n)
}

// spread lets every flow hear news.
func (w *walk) spread(ctx context.Context, h Here, n any) error {
	for _, f := range w.house.Every() {
		if err := f.hear(ctx, w, h, n); err != nil {
			return err
		}
	}
	return nil
}
