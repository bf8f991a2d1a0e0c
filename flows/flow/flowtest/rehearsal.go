package flowtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
)

// A Rehearsal is the theatre of the house alone: turns are called one after the
// other, over a real Postgres, without a messenger.
type Rehearsal struct {
	*World
	buttons Buttons
	causes  int   // received
	audited int64 // the newest line of the audit that was seen
	number  int64 // of the newest message
	first   int64 // cause of the scene
}

// Rehearse opens a rehearsal in a world.
func Rehearse(w *World) *Rehearsal { return &Rehearsal{World: w, buttons: Buttons{}} }

// A pressed button is known by its version and its place there.
type pressed struct {
	content storage.Content
	key     int
}

// Do takes an act through the house, as the machine does, and whatever is due by
// then.
func (r *Rehearsal) Do(t testing.TB, a Act) Scene {
	t.Helper()
	s := Scene{At: r.Clock}
	r.first = 0
	if stands, ok := a.Does.(Lets); ok {
		r.lets(t, a, campaign.Standing(stands))
	} else {
		result, lang := r.turn(t, a)
		s.Toast, s.Alert = r.House.Words.Plain(lang, result.Toast), result.Alert
	}
	r.look(t, &s)
	r.due(t, &s)
	s.First = r.first
	s.Rest()
	return s
}

// Wait moves the clock on, to each instant at which something comes due. A
// minute of the calendar at which nothing is seen is no scene.
func (r *Rehearsal) Wait(t testing.TB, to time.Time) (scenes []Scene) {
	t.Helper()
	for {
		var at time.Time
		r.In(t, func(ctx context.Context, tx *storage.Tx) (err error) {
			at, err = r.Next(ctx, tx)
			return err
		})
		if at.IsZero() || at.After(to) {
			break
		}
		if at.After(r.Clock) {
			r.Clock = at.In(Zone)
		}
		s := Scene{At: r.Clock}
		r.first = 0
		promised := r.due(t, &s)
		s.First = r.first
		s.Rest()
		if promised || len(s.Seen) > 0 {
			scenes = append(scenes, s)
		}
	}
	r.Clock = to
	return scenes
}

// turn takes an act through the house.
func (r *Rehearsal) turn(t testing.TB, a Act) (result flow.Result, lang campaign.Lang) {
	t.Helper()
	e := r.event(t, a)
	r.In(t, func(ctx context.Context, tx *storage.Tx) (err error) {
		if e.Cause, err = r.receive(ctx, tx); err != nil {
			return err
		}
		if e.Account, err = tx.Account(ctx, a.Account(), Called(a.Who), campaign.English); err != nil {
			return err
		}
		lang = e.Account.Lang
		e.Chat = campaign.Chat{ID: a.Chat()}
		if a.Group != 0 {
			if e.Chat, err = tx.Group(ctx, GroupID(a.Group), GroupTitle(a.Group)); err != nil {
				return err
			}
		}
		if e.Press == nil {
			result, err = r.House.Turn(ctx, tx, e)
			return err
		}
		address, _ := e.Press.Address()
		seen, err := tx.See(ctx, []storage.Sight{{Chat: e.Chat.ID, Content: e.Press.Content.ID, Name: e.Press.Content.Name}})
		if err != nil {
			return err
		}
		e.Press.Seen = seen[0]
		if !r.House.IsTap(address) {
			result, err = r.House.Turn(ctx, tx, e)
			return err
		}
		results, err := r.House.Taps(ctx, tx, []flow.Event{e})
		if err == nil {
			result = results[0]
		}
		return err
	})
	return result, lang
}

// lets notes how the bot stands in a chat from now on. Where it comes back into a
// group the messenger remarks on that, which is a cause of its own.
func (r *Rehearsal) lets(t testing.TB, a Act, s campaign.Standing) {
	t.Helper()
	r.In(t, func(ctx context.Context, tx *storage.Tx) error {
		if a.Group != 0 {
			if _, err := tx.Group(ctx, a.Chat(), GroupTitle(a.Group)); err != nil {
				return err
			}
		}
		for range 2 {
			if _, err := r.receive(ctx, tx); err != nil {
				return err
			}
		}
		return r.House.Stands(ctx, tx, a.Chat(), s)
	})
}

// event is an act as the machine would read it.
func (r *Rehearsal) event(t testing.TB, a Act) flow.Event {
	t.Helper()
	e := flow.Event{At: r.Clock}
	switch does := a.Does.(type) {
	case Says:
		text, command := strings.CutPrefix(string(does), "/")
		if !command {
			e.In = flow.Said(text)
			break
		}
		e.Command, e.Arg, _ = strings.Cut(text, " ")
	case Presses:
		b, ok := r.buttons.Find(a.Chat(), does)
		if !ok {
			t.Fatalf("nobody showed %+v to %d", does, a.Chat())
		}
		p := b.Of.(pressed)
		e.Press = &flow.Press{Content: p.content, Key: p.key}
	case Shares:
		e.In = flow.Shared{Lat: does.Lat, Lon: does.Lon, Accuracy: does.Accuracy, Forwarded: does.Forwarded}
	case Hands:
		e.In = flow.Card{Phone: Phone(does.Of), Own: a.Stranger() || does.Of == a.Who, Forwarded: does.Forwarded}
	case Sends:
		e.In = r.file(t, a, does)
	case Snaps:
		e.In = flow.Photo(does.Name)
	}
	return e
}

// file stores the content of a file where the question asks for one.
func (r *Rehearsal) file(t testing.TB, a Act, f Sends) flow.Document {
	t.Helper()
	d := flow.Document{File: f.Name, Name: f.Name, Size: int64(len(f.Body))}
	r.In(t, func(ctx context.Context, tx *storage.Tx) error {
		ss, err := tx.Sessions(ctx, a.Account())
		if err != nil || len(ss) == 0 || !r.House.Uploads(ss[len(ss)-1]) {
			return err
		}
		d.Stored, err = tx.SaveFile(ctx, a.Account(), f.Name, f.Body)
		return err
	})
	return d
}

// receive notes a cause of its own for each event.
func (r *Rehearsal) receive(ctx context.Context, tx *storage.Tx) (int64, error) {
	r.causes++
	key := fmt.Sprintf("test:%d", r.causes)
	fresh, err := tx.Receive(ctx, []string{key})
	if r.first == 0 {
		r.first = fresh[key]
	}
	return fresh[key], err
}

// due does what is due now: minutes of the calendar and timers in the order of
// their instants, then forms that were left open. It reports whether anything
// but the calendar was due.
func (r *Rehearsal) due(t testing.TB, s *Scene) (promised bool) {
	t.Helper()
	r.In(t, r.tick)
	for {
		taken := false
		r.In(t, func(ctx context.Context, tx *storage.Tx) error {
			timers, err := tx.DueTimers(ctx, 1)
			if err != nil || len(timers) == 0 {
				return err
			}
			timer := timers[0]
			taken = true
			promised = promised || !slices.ContainsFunc(r.rules, func(u rule) bool { return u.Flow == timer.Flow && u.Handler == timer.Handler })
			if _, err := tx.TakeTimer(ctx, timer.ID); err != nil {
				return err
			}
			cause, err := r.receive(ctx, tx)
			if err != nil {
				return err
			}
			_, err = r.House.Turn(ctx, tx, flow.Event{Cause: cause, At: timer.Due.In(Zone), Clock: &timer.Address})
			return err
		})
		if !taken {
			break
		}
		r.look(t, s)
	}
	r.In(t, func(ctx context.Context, tx *storage.Tx) error {
		ids, err := tx.Forsaken(ctx, tx.Now.Add(-flow.Forsaken), 1000)
		for _, id := range ids {
			a, err := tx.LockAccount(ctx, id)
			if err != nil {
				return err
			}
			if _, err := r.House.Expire(ctx, tx, flow.Event{At: tx.Now, Account: a}); err != nil {
				return err
			}
		}
		promised = promised || len(ids) > 0
		return err
	})
	r.look(t, s)
	return promised
}

// tick promises a timer for each minute of the calendar that is due.
func (r *Rehearsal) tick(ctx context.Context, tx *storage.Tx) error {
	ticked, err := ticks(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range r.rules {
		due := u.times.Next(ticked[u.Key()])
		if due.After(tx.Now) {
			continue
		}
		about, err := json.Marshal(flow.Tick{Rule: u.Handler, Due: due})
		if err != nil {
			return err
		}
		timer := storage.Timer{Due: due, Once: true, Address: messages.Address{Flow: u.Flow, Handler: u.Handler, About: string(about)}}
		if err := errors.Join(tx.Tick(ctx, u.Key(), due), tx.Promise(ctx, []storage.Timer{timer})); err != nil {
			return err
		}
	}
	return nil
}

// look sees what entered the audit and what is due to be said, and settles that
// as sent.
func (r *Rehearsal) look(t testing.TB, s *Scene) {
	t.Helper()
	r.In(t, func(ctx context.Context, tx *storage.Tx) error {
		lines, last, err := r.Audit(ctx, tx, r.audited)
		if err != nil {
			return err
		}
		r.audited = last
		for _, l := range lines {
			s.Seen = append(s.Seen, l)
		}
		for {
			ds, err := tx.Claim(ctx, 1000, []int64{})
			if err != nil || len(ds) == 0 {
				return err
			}
			results := make([]storage.Result, len(ds))
			for i, d := range ds {
				edit := d.MessageID != 0
				if !edit {
					r.number++
					d.MessageID = r.number
				}
				results[i] = storage.Result{Delivery: d, State: storage.Sent}
				if d.Bare {
					continue
				}
				m, err := r.shown(d, edit)
				if err != nil {
					return err
				}
				r.buttons.Remember(m)
				s.Seen = append(s.Seen, m)
			}
			if err := tx.Settle(ctx, results); err != nil {
				return err
			}
		}
	})
}

// shown is a delivery as its reader sees it: a phone shows a message's buttons or
// a keyboard, never both, and no space around a text.
func (r *Rehearsal) shown(d storage.Delivery, edit bool) (Shown, error) {
	m, err := d.Message()
	if err != nil {
		return Shown{}, err
	}
	write := func(t messages.Text) string { return r.House.Words.Plain(d.Lang, t) }
	lines := make([]string, len(m.Lines))
	for i, l := range m.Lines {
		lines[i] = write(l)
	}
	out := Shown{Chat: d.Chat, Message: d.MessageID, Edit: edit, Picture: m.Picture != nil, Lines: strings.Split(strings.TrimSpace(strings.Join(lines, "\n")), "\n")}
	key := 0
	for _, row := range m.Rows(d.Plain) {
		var buttons []Button
		for _, k := range row {
			buttons = append(buttons, Button{write(k.Label), d.MessageID, pressed{storage.Content{ID: d.Content, Name: m.Name, Message: m}, key}})
			key++
		}
		out.Keys = append(out.Keys, buttons)
	}
	if m.Board == nil || len(m.Keys) > 0 || d.Chat < 0 || edit {
		return out, nil
	}
	for _, row := range m.Board.Lines(d.Plain) {
		var labels []string
		for _, k := range row {
			labels = append(labels, write(k.Label))
		}
		out.Board = append(out.Board, labels)
	}
	return out, nil
}
