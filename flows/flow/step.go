package flow

import (
	"errors"
	"fmt"

	"campaign/messages"
)

// A Place is where a conversation stands.
type Place struct {
	At   string // the question that waits for an answer; "" when over
	Back string // the question to return to after this one
	View string // the page or month shown
}

// A Next is where a step leaves the conversation.
type Next[D any] struct {
	Place
	Draft D
	Outcome
	Ask *messages.Message // the question that is asked now, if any
}

// Begin starts the conversation with what the draft of t holds already. It is pure.
func (s Spec[D, F]) Begin(t Turn[D, F]) Next[D] { return s.ask(0, t, Outcome{}) }

// Again asks the question of a place once more. Where a newer program has no
// such question, the first that applies is asked, with the draft kept. It is pure.
func (s Spec[D, F]) Again(p Place, t Turn[D, F]) Next[D] {
	i := s.index(p.At)
	if i < 0 {
		return s.ask(0, t, Outcome{Out: []messages.Message{messages.Say("This form has changed since; please look through it once more. Your answers are kept.")}})
	}
	t.View = p.View
	n := s.ask(i, t, Outcome{})
	if n.At == p.At {
		n.Back = p.Back
	}
	return n
}

// Take puts in into the draft of t, as the answer to the question of p. It
// returns a Sorry for what is no answer, and is pure.
func (s Spec[D, F]) Take(p Place, t *Turn[D, F], in Input) error {
	a, err := s.at(p)
	if err != nil {
		return err
	}
	switch in := in.(type) {
	case Turned:
		if in.Ask != a.name {
			return errPress
		}
		return look{page: in.View}
	case Chosen:
		if in.Ask != a.name {
			return errPress
		}
		if in.Key == skipKey && a.skip {
			return nil
		}
	}
	return a.take(t, in)
}

// Decide goes on from the question of p, whose answer t holds. It is pure.
func (s Spec[D, F]) Decide(p Place, t Turn[D, F], in Input) (Next[D], error) {
	a, err := s.at(p)
	if err != nil {
		return Next[D]{}, err
	}
	i := s.index(p.At)
	skipped := false
	if c, ok := in.(Chosen); ok {
		skipped = c.Key == skipKey && a.skip
	}
	for _, check := range a.checks {
		if skipped {
			break
		}
		if err := check(t); err != nil {
			return Next[D]{}, err
		}
	}
	view := t.View
	t.View = ""
	var o Outcome
	if a.done != nil {
		o = a.done(&t, in)
	}
	switch {
	case o.end:
		return Next[D]{Draft: t.Draft, Outcome: o}, nil
	case o.goTo == a.name: // it stands: on its page, and in its place
		t.View = view
		n := s.ask(i, t, o)
		n.Back = p.Back
		return n, nil
	case o.goTo != "":
		n := s.ask(s.index(o.goTo), t, o)
		if o.edit && n.At == o.goTo {
			n.Back = a.name
		}
		return n, nil
	case p.Back != "":
		return s.ask(s.index(p.Back), t, o), nil
	}
	return s.ask(i+1, t, o), nil
}

// Return goes back to the question before, or to the one whose answer is being
// changed. It is pure.
func (s Spec[D, F]) Return(p Place, t Turn[D, F]) Next[D] {
	if p.Back != "" {
		return s.ask(max(0, s.index(p.Back)), t, Outcome{})
	}
	if i := s.before(s.index(p.At), t); i >= 0 {
		return s.ask(i, t, Outcome{})
	}
	return s.Again(p, t)
}

// before finds the question that would have been asked before the one at i.
func (s Spec[D, F]) before(i int, t Turn[D, F]) int {
	for i--; i >= 0; i-- {
		if a := s.Asks[i]; a.say != nil && (a.when == nil || a.when(t)) {
			return i
		}
	}
	return -1
}

// ask says the first applicable question from i on, and does what stands on the way.
func (s Spec[D, F]) ask(i int, t Turn[D, F], o Outcome) Next[D] {
	for ; i < len(s.Asks); i++ {
		a := s.Asks[i]
		if a.when != nil && !a.when(t) {
			continue
		}
		if a.say == nil {
			next := a.done(&t, nil)
			o = o.And(next)
			if next.end {
				break
			}
			if next.goTo != "" {
				i = s.index(next.goTo) - 1
			}
			continue
		}
		m := s.question(a, t)
		return Next[D]{Place{At: a.name, View: t.View}, t.Draft, o, &m}
	}
	return Next[D]{Draft: t.Draft, Outcome: o}
}

// question is what a says, with the ways back and out.
func (s Spec[D, F]) question(a Ask[D, F], t Turn[D, F]) messages.Message {
	m := a.say(t)
	if a.skip {
		m = m.Row(messages.Button(Chosen{a.name, skipKey}, "Skip"))
	}
	if a.bare {
		return m
	}
	row := []messages.Key{messages.Button(leave{}, "Cancel")}
	if s.before(s.index(a.name), t) >= 0 {
		row = []messages.Key{messages.Button(back{}, "Back"), row[0]}
	}
	return m.Row(row...)
}

// Handle gives a button, a clock or news to its handler. It is pure.
func (s Spec[D, F]) Handle(t Turn[D, F], about any) (Outcome, error) {
	h, ok := s.handlerFor(about)
	if !ok {
		return Outcome{}, fmt.Errorf("flow: %s cannot handle %T", s.Name, about)
	}
	return h.call(t, about), nil
}

// back and leave are the ways out of a question that every conversation has.
type (
	back  struct{}
	leave struct{}
)

var errNoQuestion = errors.New("flow: there is no such question")

func (s Spec[D, F]) at(p Place) (Ask[D, F], error) {
	i := s.index(p.At)
	if i < 0 || s.Asks[i].say == nil {
		return Ask[D, F]{}, errNoQuestion
	}
	return s.Asks[i], nil
}

func (s Spec[D, F]) index(name string) int {
	for i, a := range s.Asks {
		if a.name == name {
			return i
		}
	}
	return -1
}
