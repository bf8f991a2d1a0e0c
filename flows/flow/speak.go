package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// talk is the name of the message that asks the question that waits.
const talk = "talk"

// question asks in private: in place of the last question where that was
// answered by a button, below what was written otherwise. A keyboard comes only
// with a new message.
func (w *walk) question(m messages.Message) {
	w.asked = true
	m.Board = w.board(m.Board, w.e.Account.Person)
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
	if m.Manner == messages.Instead && w.e.Press != nil && w.e.Press.Content.Name == talk {
		m.Over, w.asked = talk, true
	}
	if m.To == (messages.To{}) {
		m.To = messages.To{Friend: h.Account}
		if f := w.house.all[w.result.Flow]; h.Chat.Group && w.e.Press == nil && f != nil && f.Contents().Groups {
			m.To = messages.To{Chat: h.Chat.ID, Topic: h.Chat.Topic}
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
	if m.To.Person != 0 && m.To.Person == h.Who.ID && h.Account != 0 {
		m.To = messages.To{Friend: h.Account} // they are here: their account need not be looked for
	}
	if m.Board != nil && m.Board.Menu {
		if m.To.Friend != h.Account || !h.Who.Known() {
			m.Board = nil // what somebody else is offered is not known here
		}
		m.Board = w.board(m.Board, h.Who)
	}
	w.posts = append(w.posts, m)
}

// board is a keyboard with the rows of the menu below its own, where it asks for them.
func (w *walk) board(b *messages.Board, who campaign.Person) *messages.Board {
	if b == nil || !b.Menu {
		return b
	}
	whole := messages.Board{Rows: b.Rows, Hint: b.Hint}
	if w.house.board != nil {
		whole.Rows = slices.Concat(b.Rows, w.house.board(who).Rows)
	}
	return &whole
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

// public is an effect as the audit keeps it: its fields by name, without what is
// private. It is written for every tap of a rush, so no map is made of it.
func public(e Effect) (string, error) {
	v := reflect.ValueOf(e)
	if v.Kind() != reflect.Struct {
		return "", fmt.Errorf("an effect is a struct, not a %T", e)
	}
	type field struct {
		name string
		at   int
	}
	var few [8]field
	fields := few[:0]
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Tag.Get("audit") != "-" {
			fields = append(fields, field{f.Name, i})
		}
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	b := []byte{'{'}
	for i, f := range fields {
		if i > 0 {
			b = append(b, ',')
		}
		x, err := json.Marshal(v.Field(f.at).Interface())
		if err != nil {
			return "", err
		}
		b = append(append(strconv.AppendQuote(b, f.name), ':'), x...)
	}
	return string(append(b, '}')), nil
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
