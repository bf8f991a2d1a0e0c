package flow

import (
	"context"
	"fmt"

	"campaign/storage"
)

// A Tap is a press that states one idempotent fact: I am here, I have read it.
type Tap[P any] struct {
	Here
	About P
}

// A Batch is the Store of a Tapped handler: the same two doors, for many taps
// at once. E is the one kind of effect that such a tap may have.
type Batch[F, P any, E Effect] struct {
	LoadAll  func(ctx context.Context, tx *storage.Tx, taps []Tap[P]) ([]F, error) // a fact for each tap, in order
	ApplyAll func(ctx context.Context, tx *storage.Tx, effects []E) error
}

// batch takes many taps of one handler: what each is about, in order.
type batch func(ctx context.Context, w *walk, heres []Here, abouts []any) ([]Outcome, error)

// Tapped handles the buttons that carry a P, as Pressed does, but the machine
// may give it many people's presses in one transaction, and any version of the
// button counts, since the fact that it states is the same. One batch never
// holds two taps of one person, so f may believe its facts. Of the person of
// a tap no more is known than number and name. A tap begins nothing, tells no crowd and shouts no news. One
// without a cause has come before: it is answered by the facts as they are now,
// and has no other effect.
func Tapped[D, F, P any, E Effect](name string, f func(Turn[D, F], P) Outcome, b Batch[F, P, E]) Handler[D, F] {
	h := Pressed(name, f)
	h.open = true
	h.batch = func(ctx context.Context, w *walk, heres []Here, abouts []any) ([]Outcome, error) {
		taps := make([]Tap[P], len(heres))
		for i := range heres {
			taps[i] = Tap[P]{heres[i], abouts[i].(P)}
		}
		facts, err := b.LoadAll(ctx, w.tx, taps)
		if err != nil {
			return nil, fmt.Errorf("%s: load: %w", name, err)
		}
		if len(facts) != len(taps) {
			return nil, fmt.Errorf("%s: load: %d facts for %d taps", name, len(facts), len(taps))
		}
		out, effects := make([]Outcome, len(taps)), make([]E, 0, len(taps))
		for i, t := range taps {
			if out[i], err = decide(w, Turn[D, F]{Here: t.Here, Facts: facts[i]}, func(turn Turn[D, F]) Outcome { return f(turn, t.About) }); err != nil {
				return nil, err
			}
			if err := tappable(name, out[i]); err != nil {
				return nil, err
			}
			if t.ID == 0 {
				out[i] = Outcome{Answer: out[i].Answer, Alert: out[i].Alert}
			}
			for _, x := range out[i].Effects {
				e, ok := x.(E)
				if !ok {
					return nil, fmt.Errorf("%s: a tap may not write %T", name, x)
				}
				effects = append(effects, e)
			}
		}
		if len(effects) == 0 {
			return out, nil
		}
		if err := b.ApplyAll(ctx, w.tx, effects); err != nil {
			return nil, fmt.Errorf("%s: apply: %w", name, err)
		}
		return out, nil
	}
	return h
}

func tappable(name string, o Outcome) error {
	if o.Err != nil {
		return fmt.Errorf("%s: %w", name, o.Err)
	}
	if o.Begins.Flow != "" || len(o.Crowds) > 0 || len(o.News) > 0 {
		return fmt.Errorf("%s: a tap begins nothing, tells no crowd and shouts no news", name)
	}
	return nil
}
