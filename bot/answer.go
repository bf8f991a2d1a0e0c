package bot

import (
	"context"
	"time"
	"unicode/utf16"

	"campaign"
	"campaign/messages"

	telegram "github.com/go-telegram/bot"
)

// An answer ends the waiting of somebody who pressed a button.
type answer struct {
	query string
	lang  campaign.Lang
	text  messages.Text
	alert bool
}

// answerIn is how long an answer is of use to who waits for it.
const answerIn = 10 * time.Second

// giveAnswers answers presses until the queue is closed and empty. Answers are
// outside of the limits of sending. One that fails is not repeated: the effect
// is there, and the message it was pressed on will show it.
func (b *Bot) giveAnswers(ctx context.Context) {
	for a := range b.answers {
		to, cancel := context.WithTimeout(ctx, answerIn)
		_, err := b.api.AnswerCallbackQuery(to, &telegram.AnswerCallbackQueryParams{
			CallbackQueryID: a.query, Text: shorten(b.House.Words.Plain(a.lang, a.text), 200), ShowAlert: a.alert})
		cancel()
		if err != nil {
			b.Log.Debug("cannot answer a press", "error", b.api.mask(err))
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
