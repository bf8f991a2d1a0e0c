package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// sendsAtOnce is how many sends may be on their way.
const sendsAtOnce = 64

// mostTries is after how many a send that never gets through is given up: at
// 5 s each, some minutes.
const mostTries = 100

// A flight is a send on its way, and then what became of it.
type flight struct {
	storage.Result
	ticket  Ticket
	refused time.Duration     // a 429 said to wait so long
	unknown bool              // Telegram does not know our token
	rest    time.Duration     // how long the chat is left alone before the next try
	gone    bool              // the message that was to be changed is no longer there
	moved   int64             // the chat's new number
	astray  bool              // the topic is closed or gone
	stands  campaign.Standing // what the refusal says about the chat; "" is nothing
	digest  string            // of what a new message says
}

// send is the one sender: it claims what is due as soon as the limits have a
// slot, the most urgent first, and notes what became of it.
func (b *Bot) send(ctx context.Context, lead storage.Lead) error {
	defer b.metrics.leads(roleSender)()
	work := context.WithoutCancel(ctx)
	b.insist(work, "look whether the database is a copy", func(tx *storage.Tx) error { return b.recognise(work, tx) })
	calls, hangUp := outlive(ctx, hurry)
	defer hangUp()
	b.insist(work, "recover what an earlier sender left", func(tx *storage.Tx) error {
		if err := tx.Holds(work, lead); err != nil {
			return err
		}
		n, err := tx.Recover(work)
		if n > 0 {
			b.Log.Warn("recovered what an earlier sender left", "posts", n)
		}
		return err
	})
	limits, landed, flying := NewLimits(b.Rates), make(chan flight, sendsAtOnce), 0
	for ctx.Err() == nil || flying > 0 {
		var wake time.Time
		if ctx.Err() == nil {
			var fs []flight
			fs, wake = b.claim(work, lead, limits, sendsAtOnce-flying)
			flying += len(fs)
			for _, f := range fs {
				go func() { landed <- b.fly(calls, f) }()
			}
			if len(fs) > 0 {
				continue
			}
		}
		done := b.wait(ctx, landed, flying, wake)
		flying -= len(done)
		b.land(work, limits, done)
	}
	return nil
}

// claim takes as many posts as may be sent now. Wake is when to look again, at
// the latest.
func (b *Bot) claim(ctx context.Context, lead storage.Lead, limits *Limits, most int) (fs []flight, wake time.Time) {
	now := time.Now()
	wake = now.Add(500 * time.Millisecond)
	if at := limits.Wait(now); at.After(now) || most == 0 {
		return nil, earliest(at, wake)
	}
	busy, at := limits.Busy(now)
	if !at.IsZero() {
		wake = earliest(at, wake)
	}
	if busy == nil {
		busy = []int64{}
	}
	var ds []storage.Delivery
	err := b.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
		if err := tx.Holds(ctx, lead); err != nil {
			return err
		}
		ds, err = tx.Claim(ctx, min(most, limits.Free(now)), busy)
		return err
	})
	if err != nil {
		b.Log.Warn("cannot claim what is to be sent", "error", err)
		return nil, now.Add(time.Second)
	}
	for _, d := range ds {
		fs = append(fs, flight{Result: storage.Result{Delivery: d}, ticket: limits.Began(d.Chat, now)})
	}
	return fs, wake
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// wait gathers what has landed: as soon as something has, or at wake, or when
// something new is to be sent.
func (b *Bot) wait(ctx context.Context, landed <-chan flight, flying int, wake time.Time) (done []flight) {
	stopped := ctx.Done()
	var alarm <-chan time.Time
	if flying > 0 && ctx.Err() != nil {
		stopped = nil // only what is flying is waited for
	} else {
		t := time.NewTimer(time.Until(wake))
		defer t.Stop()
		alarm = t.C
	}
	select {
	case f := <-landed:
		done = append(done, f)
	case <-b.outbox:
	case <-alarm:
	case <-stopped:
	}
	for {
		select {
		case f := <-landed:
			done = append(done, f)
		default:
			return done
		}
	}
}

// land notes what became of sends.
func (b *Bot) land(ctx context.Context, limits *Limits, done []flight) {
	if len(done) == 0 {
		return
	}
	now := time.Now()
	for _, f := range done {
		limits.Ended(f.ticket, now)
		all := f.refused > 0 && limits.Refused(f.Chat, f.refused, now)
		b.metrics.landed(f, all)
		if f.rest > 0 {
			limits.Hold(f.Chat, f.rest, now)
		}
		if f.unknown {
			limits.Unknown(now)
		}
	}
	b.insist(ctx, "note what was sent", func(tx *storage.Tx) error { return b.settle(ctx, tx, done) })
	for _, f := range done {
		if f.State != storage.Sent {
			b.Log.Info(notSentLine, "post", f.ID, "state", string(f.State), "cause", f.Cause, "try", f.Tries)
		}
	}
}

// settle writes what became of sends, and what they tell of their chats.
func (b *Bot) settle(ctx context.Context, tx *storage.Tx, done []flight) error {
	rs := make([]storage.Result, 0, len(done))
	var shut, spoke []int64 // groups
	for _, f := range done {
		switch {
		case f.moved != 0:
			if err := errors.Join(b.House.Moved(ctx, tx, f.Chat, f.moved), tx.Requeue(ctx, f.ID)); err != nil {
				return err
			}
			continue
		case f.astray:
			if err := errors.Join(b.House.LoseTopic(ctx, tx, f.Chat, f.Topic), tx.Requeue(ctx, f.ID)); err != nil {
				return err
			}
			continue
		case f.gone:
			if err := tx.Anew(ctx, f.ID); err != nil {
				return err
			}
			continue
		case f.stands != "":
			if err := b.House.Stands(ctx, tx, f.Chat, f.stands); err != nil {
				return err
			}
			shut = append(shut, f.Chat)
		case f.State == storage.Sent && f.Chat < 0:
			spoke = append(spoke, f.Chat)
		}
		rs = append(rs, f.Result)
	}
	return errors.Join(tx.Settle(ctx, rs), tx.Spoke(ctx, spoke), tx.Forsake(ctx, shut))
}

// fly sends one message, or changes one, and reads the answer.
func (b *Bot) fly(ctx context.Context, f flight) flight {
	m, err := f.Message()
	if err != nil {
		f.State, f.Cause = storage.Refused, "it cannot be read"
		return f
	}
	anew := f.MessageID == 0
	if anew {
		f.digest = b.digest(f.Delivery, m)
		b.begins(f)
	}
	begun := time.Now()
	number, err := b.deliver(ctx, f.Delivery, m)
	b.metrics.flown(begun)
	if err == nil {
		f.State = storage.Sent
		f.MessageID = number
		if anew {
			b.arrives(f)
		}
		return f
	}
	f.judge(b.api.mask(err))
	return f
}

// deliver makes the call.
func (b *Bot) deliver(ctx context.Context, d storage.Delivery, m messages.Message) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	s := render(b.House.Words, b.Username(), d, m)
	if d.MessageID != 0 {
		return d.MessageID, b.change(ctx, d, s)
	}
	if s.picture != nil {
		return numberOf(b.show(ctx, d, s))
	}
	if s.file != "" {
		sent, err := b.api.SendDocument(ctx, &telegram.SendDocumentParams{ChatID: d.Chat, MessageThreadID: int(d.Topic), Caption: s.html, ParseMode: models.ParseModeHTML, ReplyMarkup: s.markup,
			Document: &models.InputFileUpload{Filename: "muster.txt", Data: strings.NewReader(s.file)}})
		return numberOf(sent, err)
	}
	off := true
	sent, err := b.api.SendMessage(ctx, &telegram.SendMessageParams{ChatID: d.Chat, MessageThreadID: int(d.Topic), Text: s.html, ParseMode: models.ParseModeHTML, ReplyMarkup: s.markup,
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &off}})
	return numberOf(sent, err)
}

// numberOf reads the number of a message that was sent. An answer without one,
// whatever else it says, is none.
func numberOf(sent *models.Message, err error) (int64, error) {
	if err == nil && sent.ID == 0 {
		err = errors.New("the answer does not say which message was sent")
	}
	if err != nil {
		return 0, err
	}
	return int64(sent.ID), nil
}

// change edits a message that is there; one that stands so already is changed.
func (b *Bot) change(ctx context.Context, d storage.Delivery, s sheet) error {
	if k, ok := s.markup.(inlineKeyboard); s.markup != nil && !ok || ok && d.Bare && len(k.Rows) == 0 {
		s.markup = nil // an edit cannot set the reply keyboard, and without one the buttons go
	}
	var err error
	switch {
	case d.Bare:
		_, err = b.api.EditMessageReplyMarkup(ctx, &telegram.EditMessageReplyMarkupParams{ChatID: d.Chat, MessageID: int(d.MessageID), ReplyMarkup: s.markup})
	case s.picture != nil:
		err = b.redraw(ctx, d, s)
	default:
		off := true
		_, err = b.api.EditMessageText(ctx, &telegram.EditMessageTextParams{ChatID: d.Chat, MessageID: int(d.MessageID), Text: s.html, ParseMode: models.ParseModeHTML,
			ReplyMarkup: s.markup, LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &off}})
	}
	if err != nil && strings.Contains(err.Error(), "message is not modified") {
		return nil
	}
	return err
}

// judge says what an error means for a send: later, never, elsewhere, or unsure.
func (f *flight) judge(err error) {
	text := err.Error()
	f.Cause = text
	if flood, ok := errors.AsType[*telegram.TooManyRequestsError](err); ok {
		f.refused = max(time.Second, time.Duration(flood.RetryAfter)*time.Second)
		f.State = storage.Queued // the limits hold the chat back
		return
	}
	if moved, ok := errors.AsType[*telegram.MigrateError](err); ok {
		f.moved = int64(moved.MigrateToChatID)
		return
	}
	if _, ok := errors.AsType[unheard](err); ok {
		f.later()
		return
	}
	switch {
	case errors.Is(err, telegram.ErrorForbidden), errors.Is(err, telegram.ErrorBadRequest):
		f.refuse(text, errors.Is(err, telegram.ErrorForbidden))
		return
	case errors.Is(err, telegram.ErrorUnauthorized), errors.Is(err, telegram.ErrorNotFound):
		f.State, f.unknown = storage.Queued, true
		return
	}
	// What is left may have had its effect: a server error, a broken connection,
	// a time-out.
	if f.MessageID != 0 || f.Lane <= messages.Approvals && f.Tries < tries {
		f.later()
		return
	}
	f.State = storage.Unsure
}

// later tries again, ever more slowly: what is tried for long is only what can
// be repeated without harm.
func (f *flight) later() {
	f.State, f.rest = storage.Queued, backoff(f.Tries)
	if f.Tries > mostTries {
		f.State = storage.Refused
	}
}

// refuse reads a refusal: of a change, of the topic, or of whatever we say in the
// chat. What is for a group waits until somebody has looked at how it stands.
func (f *flight) refuse(text string, forbidden bool) {
	f.State = storage.Refused
	switch {
	case f.MessageID != 0 && lostMessage(text):
		f.gone = !f.Bare
	case f.MessageID == 0 && f.Topic != 0 && lostTopic(text):
		f.astray = true
	default:
		f.stands = standing(text, f.Chat, forbidden)
		if f.stands != "" && f.Chat < 0 && f.Tries <= mostTries {
			f.State = storage.Queued
		}
	}
}

// lostMessage reports whether a message cannot be changed to what it is to be: it
// is not there any more, or is a picture that was to become a text.
func lostMessage(text string) bool {
	return strings.Contains(text, "message to edit not found") || strings.Contains(text, "message can't be edited") ||
		strings.Contains(text, "there is no text in the message to edit")
}
