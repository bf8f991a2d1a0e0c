package flow

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// A Handler answers a button, a clock or news, whose life is longer than a
// conversation. Its name is what buttons and timers are stored under: it is
// never renamed.
type Handler[D, F any] struct {
	name  string
	cron  string
	grace time.Duration // of Cron: how long after its minute it is still of use
	about reflect.Type  // what it is about
	hears bool          // it takes news
	knock bool          // it takes links that strangers open
	open  bool          // any version of its button counts
	read  func(string) (any, error)
	call  func(Turn[D, F], any) Outcome
	batch batch // of Tapped alone
}

// Pressed handles the buttons that carry a P. A press on a version of a message
// that is not the newest never reaches it: the person is shown the newest.
func Pressed[D, F, P any](name string, f func(Turn[D, F], P) Outcome) Handler[D, F] {
	return Handler[D, F]{
		name:  name,
		about: reflect.TypeFor[P](),
		read:  decode[P],
		call:  func(t Turn[D, F], about any) Outcome { return f(t, about.(P)) },
	}
}

// Due handles the timers that carry a P.
func Due[D, F, P any](name string, f func(Turn[D, F], P) Outcome) Handler[D, F] {
	return Pressed(name, f)
}

// Heard handles the news P that other flows shout, in their transaction.
func Heard[D, F, P any](name string, f func(Turn[D, F], P) Outcome) Handler[D, F] {
	h := Pressed(name, f)
	h.hears = true
	return h
}

// A Knock is a link of a flow that an account has opened which is bound to nobody.
type Knock struct{ Arg string }

// Knocked handles a link of this flow that an account opens which is bound to
// nobody, before it is asked whose it is. It may remember what was brought, until
// campaign.Joined says who that was.
func Knocked[D, F any](name string, f func(Turn[D, F], Knock) Outcome) Handler[D, F] {
	h := Pressed(name, f)
	h.knock = true
	return h
}

// A Tick is what a Cron handler is called about. Due is the minute it stands
// for; it may be earlier than now, where the program was away.
type Tick struct {
	Rule string
	Due  time.Time
}

// Cron handles a rule of the calendar: five fields, in the campaign's own zone.
// A minute that was missed is made up for once, within grace of it; later it is
// skipped.
func Cron[D, F any](name, spec string, grace time.Duration, f func(Turn[D, F], Tick) Outcome) Handler[D, F] {
	h := Pressed(name, f)
	h.cron, h.grace = spec, grace
	return h
}

func decode[P any](s string) (any, error) {
	var p P
	if err := json.Unmarshal([]byte(s), &p); err != nil {
		return nil, fmt.Errorf("flow: read %T: %w", p, err)
	}
	return p, nil
}

// handlerFor finds the handler of a value by its type, and of a tick by its rule.
func (s Spec[D, F]) handlerFor(about any) (Handler[D, F], bool) {
	for _, h := range s.Handlers {
		if tick, ok := about.(Tick); ok && h.cron != "" && tick.Rule == h.name {
			return h, true
		}
		if h.cron == "" && h.about == reflect.TypeOf(about) {
			return h, true
		}
	}
	return Handler[D, F]{}, false
}

func (s Spec[D, F]) handlerNamed(name string) (Handler[D, F], bool) {
	for _, h := range s.Handlers {
		if h.name == name {
			return h, true
		}
	}
	return Handler[D, F]{}, false
}
