package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// An Event is what started a turn. One of Command, In, Press and Clock is set.
type Event struct {
	Cause   int64 // its row in the inbox; 0 is a tap that came before
	At      time.Time
	Account storage.Account // locked; the zero Account for a clock
	Chat    campaign.Chat
	Command string // without the slash
	Arg     string // what followed it
	In      Input
	Press   *Press
	Clock   *messages.Address // a timer that is due, or a tick of the calendar
}

// A Result is what a turn came to: the answer to a press, and what the log may
// say of it.
type Result struct {
	Toast    messages.Text
	Alert    bool
	Forged   bool // a press that no message of ours in that chat can have sent
	Flow     string
	From, To string // questions
	Effects  int
	Out      int
}

// deepest is how many conversations of one account may lie on top of each other.
const deepest = 5

// A walk is one turn on its way: what it has gathered to write at its end.
type walk struct {
	house  *House
	tx     *storage.Tx
	e      Event
	stack  []storage.Session
	result Result
	posts  []messages.Message
	timers []storage.Timer
	audit  []storage.Entry
	asked  bool // a question stands
	far    Progress
}

// Turn is one turn: read, decide, write. All of it commits with tx, or none.
func (h *House) Turn(ctx context.Context, tx *storage.Tx, e Event) (Result, error) {
	w := &walk{house: h, tx: tx, e: e}
	if e.Clock != nil {
		if err := w.clock(ctx); err != nil {
			return w.result, err
		}
		return w.result, w.flush(ctx)
	}
	var err error
	if s := e.Account.Standing; s != campaign.Open && s != "" && !e.Chat.Group { // who speaks to us can be spoken to
		if err := h.Stands(ctx, tx, int64(e.Account.ID), campaign.Open); err != nil {
			return w.result, err
		}
	}
	if w.stack, err = tx.Sessions(ctx, e.Account.ID); err != nil {
		return w.result, err
	}
	before := slices.Clone(w.stack)
	if n := len(before); n > 0 {
		w.result.Flow, w.result.From = before[n-1].Flow, before[n-1].At
	}
	err = w.person(ctx)
	if no, kind := Apology(err); kind {
		w.toast(no, false)
		err = nil
	}
	if err != nil {
		return w.result, err
	}
	if n := len(w.stack); n > 0 {
		w.result.To = w.stack[n-1].At
	}
	if len(before) > 0 && len(w.stack) == 0 && !w.asked {
		if err := tx.Retire(ctx, int64(e.Account.ID), talk); err != nil {
			return w.result, err
		}
	}
	if err := tx.SaveSessions(ctx, e.Account.ID, before, w.stack); err != nil {
		return w.result, err
	}
	return w.result, w.flush(ctx)
}

// person routes what a person did.
func (w *walk) person(ctx context.Context) error {
	switch {
	case w.e.Press != nil:
		return w.press(ctx)
	case w.e.Command != "":
		return w.command(ctx)
	}
	return w.said(ctx)
}

func (w *walk) here() Here {
	a := w.e.Account
	return Here{Who: a.Person, Account: a.ID, Called: a.Name, Lang: a.Lang, Chat: w.e.Chat, At: w.e.At, Now: w.tx.Now, ID: w.e.Cause, Arg: w.e.Arg, Public: w.house.Public}
}

// clock gives a timer or a tick to its handler, and news of the machine to all
// who hear them.
func (w *walk) clock(ctx context.Context) error {
	a, h := w.e.Clock, Here{At: w.e.At, Now: w.tx.Now, ID: w.e.Cause}
	if a.Flow == "" {
		return w.hear(ctx, h, a)
	}
	f := w.house.all[a.Flow]
	if f == nil {
		return fmt.Errorf("flow: a clock is about the unknown flow %q", a.Flow)
	}
	w.result.Flow = a.Flow
	_, err := f.handle(ctx, w, h, a.Handler, a.About)
	return err
}

// Forsaken is how long a conversation is kept that nobody goes on with.
const Forsaken = 24 * time.Hour

// Expire ends conversations that were left alone for too long, and says so
// where anything that was entered is gone with them.
func (h *House) Expire(ctx context.Context, tx *storage.Tx, e Event) (Result, error) {
	w := &walk{house: h, tx: tx, e: e}
	var err error
	if w.stack, err = tx.Sessions(ctx, e.Account.ID); err != nil || len(w.stack) == 0 {
		return w.result, err
	}
	w.result.Flow, w.result.From = w.stack[len(w.stack)-1].Flow, w.stack[len(w.stack)-1].At
	if err := tx.Retire(ctx, int64(e.Account.ID), talk); err != nil {
		return w.result, err
	}
	begun := func(s storage.Session) bool { f := h.all[s.Flow]; return f == nil || !f.idle(s.Draft) }
	if slices.ContainsFunc(w.stack, begun) {
		w.say(w.here(), messages.Say("The form that you left open a day ago is closed; nothing was sent. /menu begins anew."), messages.Reminders)
	}
	if err := tx.SaveSessions(ctx, e.Account.ID, w.stack, nil); err != nil {
		return w.result, err
	}
	return w.result, w.flush(ctx)
}

func (w *walk) top() (storage.Session, bool) {
	if len(w.stack) == 0 {
		return storage.Session{}, false
	}
	return w.stack[len(w.stack)-1], true
}

func (w *walk) pop() {
	if len(w.stack) > 0 {
		w.stack = w.stack[:len(w.stack)-1]
	}
}
