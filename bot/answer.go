package bot

import (
	"context"
	"time"
	"unicode/utf16"

	"campaign"
	"campaign/messages"
)

// An answer ends the waiting of somebody who pressed a button. Its fields are
// those of answerCallbackQuery.
type answer struct {
	Query string    `json:"callback_query_id"`
	Text  string    `json:"text,omitempty"`
	Alert bool      `json:"show_alert,omitempty"`
	since time.Time // the press was received
}

// answerIn is how long an answer is of use to who waits for it.
const answerIn = 10 * time.Second

// answer answers a press in its reader's language: with the confirmation, where
// that is awaited, or by a call. Anything else needs no answer.
func (b *Bot) answer(u update, lang campaign.Lang, text messages.Text, alert bool) {
	if u.query == "" {
		return
	}
	a := answer{u.query, shorten(b.House.Words.Plain(lang, text), 200), alert, u.begun}
	if u.reply == nil {
		b.answers <- a
		return
	}
	select {
	case u.reply <- a:
	default: // it has been answered: a stored update is taken again later
	}
}

// giveAnswers answers presses until the queue is closed and empty. Answers are
// outside of the limits of sending. One that fails is not repeated: the effect
// is there, and the message it was pressed on will show it.
func (b *Bot) giveAnswers(ctx context.Context) {
	line := b.api.newLine()
	defer line.close()
	defer context.AfterFunc(ctx, line.hangUp)()
	for a := range b.answers {
		to, cancel := context.WithTimeout(ctx, answerIn)
		err := b.api.say(to, line, "answerCallbackQuery", a)
		cancel()
		b.metrics.replied(a.since, err)
		if err != nil {
			b.Log.Debug("cannot answer a press", "error", err)
		}
	}
}

// shorten cuts s to most UTF-16 units, which Telegram counts, at a character.
func shorten(s string, most int) string {
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > most {
			return cutBack(s, i)
		}
	}
	return s
}

// cutBack makes room before i for the dots that say that something is left out.
func cutBack(s string, i int) string {
	r := []rune(s[:i])
	return string(r[:max(0, len(r)-1)]) + "…"
}
