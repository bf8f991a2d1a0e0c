package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"campaign/messages"
	"campaign/storage"
)

// progress is a Next with its types forgotten.
type progress struct {
	session storage.Session
	over    bool
	out     Outcome
	ask     *messages.Message
}

func (s Spec[D, F]) begin(ctx context.Context, w *walk, h Here, draft string) (progress, error) {
	t, err := s.turn(ctx, w, h, draft, nil)
	if err != nil {
		return progress{}, err
	}
	n, err := decide(w, t, s.Begin)
	if err != nil {
		return progress{}, err
	}
	return s.write(ctx, w, h, n)
}

func (s Spec[D, F]) again(ctx context.Context, w *walk, h Here, at storage.Session) (progress, error) {
	t, err := s.turn(ctx, w, h, at.Draft, nil)
	if err != nil {
		return progress{}, err
	}
	n, err := decide(w, t, func(t Turn[D, F]) Next[D] { return s.Again(Place{at.At, at.Back, at.View}, t) })
	if err != nil {
		return progress{}, err
	}
	return s.write(ctx, w, h, n)
}

func (s Spec[D, F]) back(ctx context.Context, w *walk, h Here, at storage.Session) (progress, error) {
	t, err := s.turn(ctx, w, h, at.Draft, nil)
	if err != nil {
		return progress{}, err
	}
	n, err := decide(w, t, func(t Turn[D, F]) Next[D] { return s.Return(Place{at.At, at.Back, at.View}, t) })
	if err != nil {
		return progress{}, err
	}
	return s.write(ctx, w, h, n)
}

// reply takes an answer: into the draft, then the facts as they are with it,
// then the checks and the decision.
func (s Spec[D, F]) reply(ctx context.Context, w *walk, h Here, at storage.Session, in Input) (progress, error) {
	p := Place{at.At, at.Back, at.View}
	h.View = at.View
	t := Turn[D, F]{Here: h}
	if err := json.Unmarshal([]byte(at.Draft), &t.Draft); err != nil {
		return progress{}, fmt.Errorf("%s: draft: %w", s.Name, err)
	}
	a, err := s.at(p)
	if errors.Is(err, errNoQuestion) {
		return s.again(ctx, w, h, at)
	}
	if a.eager {
		if t.Facts, err = s.load(ctx, w, t, nil); err != nil {
			return progress{}, err
		}
	}
	took, err := decide(w, t, func(t Turn[D, F]) taken[D] {
		err := s.Take(p, &t, in)
		return taken[D]{t.Draft, err}
	})
	if err != nil {
		return progress{}, err
	}
	if took.err != nil {
		l, ok := errors.AsType[look](took.err)
		if !ok {
			return progress{}, took.err
		}
		at.View = l.page
		if l.find != "" {
			at.View = "0:" + l.find
		}
		return s.again(ctx, w, h, at)
	}
	t.Draft = took.draft
	if t.Facts, err = s.load(ctx, w, t, nil); err != nil {
		return progress{}, err
	}
	went, err := decide(w, t, func(t Turn[D, F]) decided[D] {
		n, err := s.Decide(p, t, in)
		return decided[D]{n, err}
	})
	if err := errors.Join(err, went.err); err != nil {
		return progress{}, err
	}
	return s.write(ctx, w, h, went.next)
}

// taken and decided are what Take and Decide came to.
type (
	taken[D any] struct {
		draft D
		err   error
	}
	decided[D any] struct {
		next Next[D]
		err  error
	}
)

func (s Spec[D, F]) handle(ctx context.Context, w *walk, h Here, handler, about string) (Outcome, error) {
	hd, ok := s.handlerNamed(handler)
	if !ok {
		return Outcome{}, fmt.Errorf("%s: no handler is named %q", s.Name, handler)
	}
	what, err := hd.read(about)
	if err != nil {
		return Outcome{}, fmt.Errorf("%s: %s: %w", s.Name, handler, err)
	}
	if hd.batch != nil {
		outs, err := s.taps(ctx, w, handler, []Here{h}, []string{about})
		if err != nil {
			return Outcome{}, err
		}
		return outs[0], nil
	}
	return s.call(ctx, w, h, hd, what)
}

func (s Spec[D, F]) call(ctx context.Context, w *walk, h Here, hd Handler[D, F], about any) (Outcome, error) {
	t := Turn[D, F]{Here: h}
	var err error
	if t.Facts, err = s.load(ctx, w, t, about); err != nil {
		return Outcome{}, err
	}
	o, err := decide(w, t, func(t Turn[D, F]) Outcome { return hd.call(t, about) })
	if err != nil {
		return o, err
	}
	return o, s.record(ctx, w, h, o)
}

// hear gives news to every handler of s that hears its type.
func (s Spec[D, F]) hear(ctx context.Context, w *walk, h Here, news any) error {
	for _, hd := range s.Handlers {
		if !hd.hears || hd.about != reflect.TypeOf(news) {
			continue
		}
		if _, err := s.call(ctx, w, h, hd, news); err != nil {
			return err
		}
	}
	return nil
}

// knocked gives a link to the handler of s that takes those of strangers.
func (s Spec[D, F]) knocked(ctx context.Context, w *walk, h Here) error {
	for _, hd := range s.Handlers {
		if !hd.knock {
			continue
		}
		o, err := s.call(ctx, w, h, hd, Knock{h.Arg})
		if err != nil {
			return err
		}
		w.toast(o.Answer, o.Alert)
	}
	return nil
}

// taps takes many taps of one handler; each outcome is recorded but for its
// effects, which the batch has written.
func (s Spec[D, F]) taps(ctx context.Context, w *walk, handler string, heres []Here, abouts []string) ([]Outcome, error) {
	hd, ok := s.handlerNamed(handler)
	if !ok || hd.batch == nil {
		return nil, fmt.Errorf("%s: no tap is named %q", s.Name, handler)
	}
	whats := make([]any, len(abouts))
	for i, a := range abouts {
		var err error
		if i > 0 && a == abouts[i-1] { // most taps of a rush are about one thing
			whats[i] = whats[i-1]
		} else if whats[i], err = hd.read(a); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", s.Name, handler, err)
		}
	}
	outs, err := hd.batch(ctx, w, heres, whats)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	for i, o := range outs {
		if err := w.prove(o); err != nil {
			return nil, err
		}
		if err := w.note(s.Name, heres[i], o.Effects); err != nil {
			return nil, err
		}
		if err := s.speak(w, heres[i], o, messages.Redraws); err != nil {
			return nil, err
		}
	}
	return outs, nil
}

// turn makes a Turn of a draft, with its facts.
func (s Spec[D, F]) turn(ctx context.Context, w *walk, h Here, draft string, about any) (t Turn[D, F], err error) {
	t.Here = h
	if draft != "" {
		if err := json.Unmarshal([]byte(draft), &t.Draft); err != nil {
			return t, fmt.Errorf("%s: draft: %w", s.Name, err)
		}
	}
	t.Facts, err = s.load(ctx, w, t, about)
	return t, err
}

func (s Spec[D, F]) load(ctx context.Context, w *walk, t Turn[D, F], about any) (f F, err error) {
	if s.Store.Load == nil {
		return f, nil
	}
	f, err = s.Store.Load(ctx, w.tx, t, about)
	if _, kind := Apology(err); err != nil && !kind {
		return f, fmt.Errorf("%s: load: %w", s.Name, err)
	}
	return f, err
}

// write records what a step of the conversation decided.
func (s Spec[D, F]) write(ctx context.Context, w *walk, h Here, n Next[D]) (progress, error) {
	if err := s.record(ctx, w, h, n.Outcome); err != nil {
		return progress{}, err
	}
	p := progress{over: n.At == "", out: n.Outcome, ask: n.Ask}
	draft, err := json.Marshal(n.Draft)
	if err = errors.Join(err, w.survives(n.Draft)); err != nil {
		return p, fmt.Errorf("%s: draft: %w", s.Name, err)
	}
	p.session = storage.Session{Flow: s.Name, At: n.At, Back: n.Back, View: n.View, Draft: string(draft)}
	if p.ask != nil {
		return p, s.label(p.ask)
	}
	return p, nil
}

// record writes an outcome: effects, what is said and promised, news.
func (s Spec[D, F]) record(ctx context.Context, w *walk, h Here, o Outcome) error {
	if o.Err != nil {
		return fmt.Errorf("%s: %w", s.Name, o.Err)
	}
	if err := w.prove(o); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	for i, e := range o.Effects {
		w.far.At(Writing, i, len(o.Effects))
		if err := s.Store.Apply(ctx, w.tx, h, e); err != nil {
			return fmt.Errorf("%s: apply %s: %w", s.Name, e.Effect(), err)
		}
	}
	if err := w.note(s.Name, h, o.Effects); err != nil {
		return err
	}
	if err := s.speak(w, h, o, messages.Unstated); err != nil {
		return err
	}
	for _, c := range o.Crowds {
		a, err := s.Store.Audience(ctx, w.tx, c.Of)
		if err != nil {
			return fmt.Errorf("%s: audience %T: %w", s.Name, c.Of, err)
		}
		m := c.Message
		if err := s.label(&m); err != nil {
			return err
		}
		if m.Lane == messages.Unstated {
			m.Lane = messages.Broadcasts
		}
		if err := w.tx.PostAll(ctx, h.ID, a, m); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	for i, n := range o.News {
		w.far.At(Telling, i, len(o.News))
		if err := w.spread(ctx, h, n); err != nil {
			return err
		}
	}
	return nil
}

// speak keeps what an outcome says and promises, until the end of the walk.
func (s Spec[D, F]) speak(w *walk, h Here, o Outcome, lane messages.Lane) error {
	for _, m := range o.Out {
		if err := s.label(&m); err != nil {
			return err
		}
		w.say(h, m, lane)
	}
	for _, t := range o.Timers {
		a, ok := s.address(t.About)
		if !ok {
			return fmt.Errorf("%s: no handler takes the timer %T", s.Name, t.About)
		}
		w.timers = append(w.timers, storage.Timer{Due: t.At, Address: a, Once: t.Once})
	}
	return nil
}

// label gives every button of m its address.
func (s Spec[D, F]) label(m *messages.Message) error {
	if len(m.Keys) == 0 {
		return nil
	}
	rows := make([][]messages.Key, len(m.Keys))
	for i, row := range m.Keys {
		rows[i] = make([]messages.Key, len(row))
		copy(rows[i], row)
		for j, k := range row {
			if k.Press == nil {
				continue
			}
			a, ok := s.address(k.Press)
			if !ok {
				return fmt.Errorf("%s: no handler takes the button %T", s.Name, k.Press)
			}
			rows[i][j].About = a
		}
	}
	m.Keys = rows
	return nil
}
