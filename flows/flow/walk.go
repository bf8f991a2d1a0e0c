package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// An Event is what started a turn. One of Command, In, Press and Clock is set.
type Event struct {
	Cause   int64 // its row in the inbox
	At      time.Time
	Account storage.Account // locked; the zero Account for a clock
	Chat    campaign.Chat
	Command string // without the slash
	Arg     string // what followed it
	In      Input
	Press   *Press
	Clock   *messages.Address // a timer that is due, or a tick of the calendar
}

// A Press is a button pressed: which version of which message, and which key.
type Press struct {
	Content storage.Content
	Key     int // counted through the rows
	Seen    storage.Seen
}

// Address is where the press goes. It is false for a key that is not there.
func (p Press) Address() (messages.Address, bool) {
	n := p.Key
	for _, row := range p.Content.Message.Keys {
		if n >= 0 && n < len(row) {
			return row[n].About, true
		}
		n -= len(row)
	}
	return messages.Address{}, false
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

// talk is the name of the message that asks the question that waits.
const talk = "talk"

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
	if !slices.Equal(before, w.stack) {
		if err := tx.SaveSessions(ctx, e.Account.ID, w.stack); err != nil {
			return w.result, err
		}
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
	return Here{Who: a.Person, Account: a.ID, Called: a.Name, Lang: a.Lang, Chat: w.e.Chat, At: w.e.At, Now: w.tx.Now, ID: w.e.Cause, Arg: w.e.Arg}
}

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

// greet leads an account that is bound to nobody through the flow for guests.
func (w *walk) greet(ctx context.Context, f Flow) error {
	guest := w.house.guest
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
		w.say(w.here(), messages.Say("I did not understand that. Please choose from the menu."), messages.Answers)
		return w.open(ctx, w.house.opens["menu"])
	}
	f := w.house.all[at.Flow]
	if f == nil {
		return w.lost(ctx)
	}
	return w.reply(ctx, f, w.e.In)
}

// lost drops a conversation whose flow this program does not have.
func (w *walk) lost(ctx context.Context) error {
	w.pop()
	w.say(w.here(), messages.Say("This form is no longer offered, sorry. Please choose from the menu."), messages.Answers)
	return w.beneath(ctx)
}

// press takes a button.
func (w *walk) press(ctx context.Context) error {
	p := w.e.Press
	a, ok := p.Address()
	if !ok || !p.Seen.Here {
		w.result.Forged = true
		w.toast(messages.T("This button does not belong here."), false)
		return nil
	}
	known := w.e.Account.Person.Known()
	f := w.house.all[a.Flow]
	switch {
	case !known && (f == nil || !f.Contents().Guests):
		w.toast(messages.T("Please open a private chat with me first and press Start: I must know who you are."), true)
		return nil
	case a.Handler == asOpen:
		return w.openPressed(ctx, a)
	case f == nil:
		return w.stale(ctx, p, "This is no longer offered.")
	case a.Handler == asChosen, a.Handler == asTurned, a.Handler == asBack, a.Handler == asLeave:
		return w.answer(ctx, f, a)
	}
	t, ok := f.handles(a.Handler)
	switch {
	case !ok:
		return w.stale(ctx, p, "This is no longer offered.")
	case !t.open && !p.Seen.Current:
		return w.stale(ctx, p, "This has changed since. Here is how it stands now.")
	}
	w.result.Flow = f.Contents().Name
	o, err := f.handle(ctx, w, w.here(), a.Handler, a.About)
	if err != nil {
		return err
	}
	return w.finish(ctx, f, o)
}

// stale tells that a button no longer applies, and shows the message as it is.
func (w *walk) stale(ctx context.Context, p *Press, why messages.Sentence) error {
	w.toast(messages.T(why), false)
	if p.Seen.Current {
		return nil
	}
	return w.tx.Redraw(ctx, p.Seen.Post)
}

func (w *walk) openPressed(ctx context.Context, a messages.Address) error {
	var o Open
	if err := json.Unmarshal([]byte(a.About), &o); err != nil {
		return fmt.Errorf("flow: read a button that opens a flow: %w", err)
	}
	f := w.house.all[o.Flow]
	if f == nil {
		w.toast(messages.T("This is no longer offered."), false)
		return nil
	}
	w.e.Arg = o.Arg
	return w.open(ctx, f)
}

// answer takes a button of a question, if that question is the one that waits.
func (w *walk) answer(ctx context.Context, f Flow, a messages.Address) error {
	at, there := w.top()
	if !there || at.Flow != a.Flow || !w.e.Press.Seen.Current {
		return w.stale(ctx, w.e.Press, "This question is closed.")
	}
	switch a.Handler {
	case asLeave:
		return w.cancel(ctx)
	case asBack:
		p, err := f.back(ctx, w, w.here(), at)
		return w.move(ctx, f, p, err)
	case asTurned:
		var in Turned
		if err := json.Unmarshal([]byte(a.About), &in); err != nil {
			return fmt.Errorf("flow: read a button: %w", err)
		}
		return w.reply(ctx, f, in)
	}
	var in Chosen
	if err := json.Unmarshal([]byte(a.About), &in); err != nil {
		return fmt.Errorf("flow: read a button: %w", err)
	}
	return w.reply(ctx, f, in)
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
// already. A command in a group is about that group: it begins anew.
func (w *walk) open(ctx context.Context, f Flow) error {
	name := f.Contents().Name
	w.result.Flow = name
	i := slices.IndexFunc(w.stack, func(s storage.Session) bool { return s.Flow == name })
	switch {
	case i >= 0 && w.e.Chat.Group:
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
	if _, there := w.top(); !there {
		w.toast(messages.T("There is nothing to cancel. /menu shows what I can do."), false)
		return nil
	}
	w.pop()
	m := messages.Say("Cancelled. Nothing was sent.")
	if w.e.Press != nil && len(w.stack) == 0 {
		w.asked = true
		m = m.InPlaceOf(talk)
		m.To = messages.To{Friend: w.e.Account.ID}
	}
	w.say(w.here(), m, messages.Answers)
	return w.beneath(ctx)
}

// question asks in private: in place of the last question where that was
// answered by a button, below what was written otherwise. A keyboard comes only
// with a new message.
func (w *walk) question(m messages.Message) {
	w.asked = true
	m = m.As(talk)
	if w.e.Press != nil && w.e.Press.Content.Name == talk && m.Board == nil {
		m = m.AsOne(talk)
	}
	m.To = messages.To{Friend: w.e.Account.ID}
	m.Lane = messages.Answers
	w.posts = append(w.posts, m)
}

// say addresses what has no address to where the person spoke: the group for a
// flow that answers there, the private chat otherwise.
func (w *walk) say(h Here, m messages.Message, lane messages.Lane) {
	if m.To == (messages.To{}) {
		m.To = messages.To{Friend: h.Account}
		if f := w.house.all[w.result.Flow]; h.Chat.Group && w.e.Press == nil && f != nil && f.Contents().Groups {
			m.To = messages.To{Chat: h.Chat.ID}
		}
		if lane == messages.Unstated {
			lane = messages.Answers
		}
	}
	if lane == messages.Unstated && w.e.Clock == nil {
		lane = messages.Approvals
	}
	if m.Lane == messages.Unstated {
		m.Lane = lane
	}
	w.posts = append(w.posts, m)
}

// toast answers a press at once; where nothing was pressed it is a message.
func (w *walk) toast(t messages.Text, alert bool) {
	switch {
	case t.Say == "":
	case w.e.Press != nil:
		w.result.Toast, w.result.Alert = t, alert
	default:
		w.say(w.here(), messages.Message{Lines: []messages.Text{t}}, messages.Answers)
	}
}

// clock gives a timer or a tick to its handler.
func (w *walk) clock(ctx context.Context) error {
	a := w.e.Clock
	f := w.house.all[a.Flow]
	if f == nil {
		return fmt.Errorf("flow: a clock is about the unknown flow %q", a.Flow)
	}
	w.result.Flow = a.Flow
	_, err := f.handle(ctx, w, Here{At: w.e.At, Now: w.tx.Now, ID: w.e.Cause}, a.Handler, a.About)
	return err
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
	m := messages.Say("You speak as the group, so I cannot tell who you are. Please go on in private.").
		Row(messages.Start(fmt.Sprintf("%s_%d", c.Link, e.Chat.ID), "Go on in private"))
	m.To = messages.To{Chat: e.Chat.ID}
	w.say(w.here(), m, messages.Answers)
	return w.result, w.flush(ctx)
}

// Expire ends conversations that were left alone for too long, and says so.
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
	w.say(w.here(), messages.Say("The form that you left open a day ago is closed; nothing was sent. /menu begins anew."), messages.Reminders)
	if err := tx.SaveSessions(ctx, e.Account.ID, nil); err != nil {
		return w.result, err
	}
	return w.result, w.flush(ctx)
}

// Taps takes many taps in one transaction: those of one handler together. The
// results are in the order of the events.
func (h *House) Taps(ctx context.Context, tx *storage.Tx, es []Event) ([]Result, error) {
	results := make([]Result, len(es))
	groups := map[messages.Address][]int{}
	var order []messages.Address
	w := &walk{house: h, tx: tx}
	for i, e := range es {
		a, ok := e.Press.Address()
		switch {
		case !ok || !e.Press.Seen.Here:
			results[i] = Result{Forged: true, Toast: messages.T("This button does not belong here.")}
			continue
		case !e.Account.Person.Known():
			results[i] = Result{Alert: true, Toast: messages.T("Please open a private chat with me first and press Start: I must know who you are.")}
			continue
		}
		key := messages.Address{Flow: a.Flow, Handler: a.Handler}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	for _, key := range order {
		heres, abouts := make([]Here, 0, len(groups[key])), make([]string, 0, len(groups[key]))
		for _, i := range groups[key] {
			a, _ := es[i].Press.Address()
			w.e = es[i]
			heres, abouts = append(heres, w.here()), append(abouts, a.About)
		}
		outs, err := h.all[key.Flow].taps(ctx, w, key.Handler, heres, abouts)
		if err != nil {
			return nil, err
		}
		for n, i := range groups[key] {
			results[i] = Result{Toast: outs[n].Answer, Alert: outs[n].Alert, Flow: key.Flow, Effects: len(outs[n].Effects), Out: len(outs[n].Out)}
		}
	}
	return results, w.flush(ctx)
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

func (w *walk) cause(h Here) int64 { return h.ID }

// note gathers the audit lines of effects.
func (w *walk) note(flow string, h Here, es []Effect) error {
	for _, e := range es {
		about, err := public(e)
		if err != nil {
			return fmt.Errorf("%s: audit %s: %w", flow, e.Effect(), err)
		}
		w.audit = append(w.audit, storage.Entry{Flow: flow, Effect: e.Effect(), Person: h.Who.ID, About: about, At: h.Now, Cause: h.ID})
		w.result.Effects++
	}
	return nil
}

// public is an effect as the audit keeps it: without what is private.
func public(e Effect) (string, error) {
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Struct {
		return "", fmt.Errorf("an effect is a struct, not a %T", e)
	}
	fields := map[string]any{}
	for f, x := range v.Fields() {
		if f.Tag.Get("audit") != "-" {
			fields[f.Name] = x.Interface()
		}
	}
	b, err := json.Marshal(fields)
	return string(b), err
}

// flush writes what the walk has gathered.
func (w *walk) flush(ctx context.Context) error {
	w.result.Out += len(w.posts)
	if err := w.tx.Audit(ctx, w.audit); err != nil {
		return err
	}
	if err := w.tx.Promise(ctx, w.timers); err != nil {
		return err
	}
	return w.tx.Post(ctx, w.e.Cause, 0, w.posts)
}
