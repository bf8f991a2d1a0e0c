package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"campaign/messages"
	"campaign/storage"
)

// command opens the flow of a command or of a link.
func (w *walk) command(ctx context.Context) error {
	f := w.house.opens[w.e.Command]
	if w.e.Command == "start" {
		link, arg, _ := strings.Cut(w.e.Arg, "_")
		if f = w.house.links[link]; f != nil {
			w.e.Arg = arg
		}
	}
	if w.e.Chat.Group {
		if f == nil || !w.e.Account.Person.Known() {
			return nil // commands of other bots, and of people we do not know
		}
		return w.open(ctx, f)
	}
	if !w.e.Account.Person.Known() {
		return w.greet(ctx, f)
	}
	if w.e.Command == "cancel" {
		return w.cancel(ctx)
	}
	if f == nil && w.e.Command != "start" {
		w.say(w.here(), messages.Say("I did not understand that. Please choose from the menu."), messages.Answers)
	}
	if f == nil || f.Contents().Guests && w.e.Arg == "" {
		f = w.house.opens["menu"] // Start, pressed by somebody we know
	}
	return w.open(ctx, f)
}

// greet leads an account that is bound to nobody through the flow for guests. The
// flow of a link that it has opened may remember that first.
func (w *walk) greet(ctx context.Context, f Flow) error {
	guest := w.house.guest
	if f != nil && f.Contents().Name != guest.Contents().Name && w.e.Command == "start" {
		if err := f.knocked(ctx, w, w.here()); err != nil {
			return err
		}
	}
	at, there := w.top()
	if w.e.Command == "" && there && at.Flow == guest.Contents().Name {
		return w.reply(ctx, guest, w.e.In)
	}
	if f == nil || f.Contents().Name != guest.Contents().Name {
		w.e.Arg = ""
	}
	w.stack = nil
	return w.open(ctx, guest)
}

// said takes text, a location, a contact, a picture or a file.
func (w *walk) said(ctx context.Context) error {
	if w.e.Chat.Group {
		return nil // nothing that is merely said in a group is for us
	}
	if !w.e.Account.Person.Known() {
		return w.greet(ctx, nil)
	}
	if text, ok := w.e.In.(Said); ok {
		if f := w.house.says[spoken(string(text))]; f != nil {
			return w.open(ctx, f)
		}
	}
	at, there := w.top()
	if !there {
		if f, draft, ok := w.house.answers(w.e.In); ok {
			return w.unasked(ctx, f, draft)
		}
		w.say(w.here(), messages.Say("I did not understand that. Please choose from the menu."), messages.Answers)
		return w.open(ctx, w.house.opens["menu"])
	}
	f := w.house.all[at.Flow]
	if f == nil {
		return w.lost(ctx)
	}
	other, draft, ok := w.house.answers(w.e.In)
	ok = ok && other.Contents().Name != at.Flow
	if ok && !other.Contents().Guests && f.idle(at.Draft) {
		return w.unasked(ctx, other, draft) // nothing that is being told is interrupted
	}
	p, err := f.reply(ctx, w, w.here(), at, w.e.In)
	if _, refused := Apology(err); refused && ok {
		return w.unasked(ctx, other, draft)
	}
	return w.move(ctx, f, p, err)
}

// unasked begins a flow with what somebody gave that no question asked for.
func (w *walk) unasked(ctx context.Context, f Flow, draft any) error {
	w.result.Flow = f.Contents().Name
	b, err := json.Marshal(draft)
	if err != nil {
		return fmt.Errorf("%s: begin unasked: %w", w.result.Flow, err)
	}
	return w.start(ctx, f, string(b))
}

// lost drops a conversation whose flow this program does not have.
func (w *walk) lost(ctx context.Context) error {
	w.pop()
	w.say(w.here(), messages.Say("This form is no longer offered, sorry. Please choose from the menu."), messages.Answers)
	return w.beneath(ctx)
}

// reply gives an answer to the conversation on top.
func (w *walk) reply(ctx context.Context, f Flow, in Input) error {
	at, _ := w.top()
	p, err := f.reply(ctx, w, w.here(), at, in)
	return w.move(ctx, f, p, err)
}

// move puts the conversation on top where its step led, and goes on beneath it
// when it is over.
func (w *walk) move(ctx context.Context, f Flow, p progress, err error) error {
	if err != nil {
		return err
	}
	w.pop()
	return w.settle(ctx, f, p)
}

// settle keeps a conversation that goes on, and asks its question.
func (w *walk) settle(ctx context.Context, f Flow, p progress) error {
	if p.over {
		return w.finish(ctx, f, p.out)
	}
	w.stack = append(w.stack, p.session)
	w.toast(p.out.Answer, p.out.Alert)
	if p.ask != nil {
		w.question(*p.ask)
	}
	return nil
}

// open begins a flow on top of what is open, or goes on with it where it is open
// already. One that is idle begins anew, and so does a command in a group, which
// is about that group.
func (w *walk) open(ctx context.Context, f Flow) error {
	name := f.Contents().Name
	w.result.Flow = name
	i := slices.IndexFunc(w.stack, func(s storage.Session) bool { return s.Flow == name })
	switch {
	case i >= 0 && (w.e.Chat.Group || f.idle(w.stack[i].Draft)):
		w.stack = slices.Delete(w.stack, i, i+1)
	case i >= 0 && w.e.Arg == "":
		at := w.stack[i]
		w.stack = append(slices.Delete(w.stack, i, i+1), at)
		w.say(w.here(), messages.Say("You have begun this already; let us go on. /cancel drops it."), messages.Answers)
		return w.beneath(ctx)
	}
	return w.start(ctx, f, "")
}

func (w *walk) start(ctx context.Context, f Flow, draft string) error {
	if len(w.stack) >= deepest {
		return Sorry("You have several forms open. Please finish one of them, or send /cancel.")
	}
	p, err := f.begin(ctx, w, w.here(), draft)
	if err != nil {
		return err
	}
	return w.settle(ctx, f, p)
}

// finish follows an outcome that ends a conversation, or comes from a button:
// its toast, what it begins, and the question that waits beneath.
func (w *walk) finish(ctx context.Context, f Flow, o Outcome) error {
	w.toast(o.Answer, o.Alert)
	if o.Begins.Flow == "" {
		if w.e.Press != nil && w.e.Press.Content.Name != talk {
			return nil // the question that waits, if any, still stands
		}
		return w.beneath(ctx)
	}
	next := w.house.all[o.Begins.Flow]
	if next == nil {
		return fmt.Errorf("%s: cannot begin %q", f.Contents().Name, o.Begins.Flow)
	}
	draft, err := json.Marshal(o.Begins.Draft)
	if err != nil {
		return fmt.Errorf("%s: begin %s: %w", f.Contents().Name, o.Begins.Flow, err)
	}
	if at, there := w.top(); there && at.Flow == o.Begins.Flow && at.Draft == string(draft) {
		return w.beneath(ctx) // the button was pressed twice
	}
	return w.start(ctx, next, string(draft))
}

// beneath asks the question that waits on top once more.
func (w *walk) beneath(ctx context.Context) error {
	at, there := w.top()
	if !there {
		return nil
	}
	f := w.house.all[at.Flow]
	if f == nil {
		return w.lost(ctx)
	}
	p, err := f.again(ctx, w, w.here(), at)
	if _, kind := Apology(err); kind {
		w.pop()
		return errors.Join(err, w.beneath(ctx))
	}
	return w.move(ctx, f, p, err)
}

// cancel ends the conversation on top.
func (w *walk) cancel(ctx context.Context) error {
	at, there := w.top()
	if !there {
		w.toast(messages.T("There is nothing to cancel. /menu shows what I can do."), false)
		return nil
	}
	w.pop()
	m := messages.Say("Cancelled. Nothing was sent.")
	if f := w.house.all[at.Flow]; f != nil && f.idle(at.Draft) {
		m = messages.Say("Closed.")
	}
	if w.e.Press != nil && len(w.stack) == 0 {
		w.asked = true
		m = m.InPlaceOf(talk)
		m.To = messages.To{Friend: w.e.Account.ID}
	}
	w.say(w.here(), m, messages.Answers)
	return w.beneath(ctx)
}

// Anonymous answers a command of somebody who hides behind a group: who they
// are is asked in private, through a link to the flow.
func (h *House) Anonymous(ctx context.Context, tx *storage.Tx, e Event) (Result, error) {
	w := &walk{house: h, tx: tx, e: e}
	f := h.opens[e.Command]
	if f == nil || !f.Contents().Groups || f.Contents().Link == "" {
		return w.result, nil
	}
	c := f.Contents()
	w.result.Flow = c.Name
	link := fmt.Sprintf("%s_%d", c.Link, e.Chat.ID)
	if e.Chat.Topic != 0 {
		link += fmt.Sprintf("_%d", e.Chat.Topic)
	}
	m := messages.Say("You speak as the group, so I cannot tell who you are. Please go on in private.").
		Row(messages.Start(link, "Go on in private"))
	m.To = messages.To{Chat: e.Chat.ID, Topic: e.Chat.Topic}
	w.say(w.here(), m, messages.Answers)
	return w.result, w.flush(ctx)
}
