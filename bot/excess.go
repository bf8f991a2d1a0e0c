package bot

import (
	"context"
	"sync"

	"campaign/messages"
	"campaign/storage"
)

// floods holds back accounts that act faster than people can: presses and
// messages apart, since only messages carry the time at which they were made.
type floods struct {
	mu                sync.Mutex
	presses, messages *Flood
}

func (f *floods) judge(u update) Verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch u.kind {
	case member, migrate:
		return Take // what becomes of a chat is never left out
	case pressed:
		return f.presses.Judge(u.lane, u.at)
	}
	return f.messages.Judge(u.lane, u.at)
}

// excess reports whether an update is one too many of somebody who floods us. It
// gets no turn and leaves no trace: a press is told so in passing, and who writes
// hears one sentence in a while.
func (b *Bot) excess(ctx context.Context, u update) bool {
	verdict := b.floods.judge(u)
	if verdict != Take {
		b.metrics.counted(u.kind, fateExcess)
	}
	if verdict != Tell || u.kind == nothing {
		return verdict != Take
	}
	b.Log.Warn("somebody acts faster than people can; the excess is left", "lane", u.lane, "kind", string(u.kind))
	if u.query != "" {
		b.answer(u, b.langOf(u.lang), messages.T("Not so fast, please wait a moment."), false)
		return true
	}
	if u.from == 0 || u.chat.Group {
		return true
	}
	b.insist(ctx, "ask for patience", func(tx *storage.Tx) error {
		slow := messages.Say("That was a lot at once. I have left out the last of it; please wait a moment, then send it again.").In(messages.Answers)
		slow.To = messages.To{Friend: u.from}
		return tx.Post(ctx, 0, 0, []messages.Message{slow})
	})
	b.nudge()
	return true
}
