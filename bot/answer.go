package bot

import (
	"context"
	"reflect"
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
	if u.query != "" {
		b.reply(u, b.phrase(lang, text), alert)
	}
}

func (b *Bot) reply(u update, text string, alert bool) {
	a := answer{u.query, text, alert, u.begun}
	if u.reply == nil {
		b.answers <- a
		return
	}
	select {
	case u.reply <- a:
	default: // it has been answered: a stored update is taken again later
	}
}

// phrase is a text as an answer can hold it.
func (b *Bot) phrase(lang campaign.Lang, text messages.Text) string {
	return shorten(b.House.Words.Plain(lang, text), 200)
}

// answerAll answers the presses of a batch. In a rush most hear the same as the
// one before, which is put into words once.
func (b *Bot) answerAll(batch []*tap, turns []tapped) {
	var said string
	for i, t := range batch {
		if i == 0 || turns[i].lang != turns[i-1].lang || !reflect.DeepEqual(turns[i].Toast, turns[i-1].Toast) {
			said = b.phrase(turns[i].lang, turns[i].Toast)
		}
		b.reply(t.update, said, turns[i].Alert)
		t.done <- true
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
