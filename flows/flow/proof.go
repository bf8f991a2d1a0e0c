package flow

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Prove has the house show at every step that the step is pure: it is decided
// twice, from two copies of what the turn knows, and same must find no
// difference between what came out; and what is to be stored between turns, in
// a draft, a button or a timer, must come back from JSON as it was. A step for
// which that is not so fails its turn. It is meant for tests.
func (h *House) Prove(same func(once, again any) error) { h.same = same }

// proves reports whether the house has been told to show that its steps are pure.
func (w *walk) proves() bool { return w.house.same != nil }

// decide takes a step, once; or twice, where the house is to show that it is pure.
func decide[D, F, R any](w *walk, t Turn[D, F], step func(Turn[D, F]) R) (R, error) {
	if !w.proves() {
		return step(t), nil
	}
	copied := t
	copied.Here, copied.Draft, copied.Facts = again(w, t.Here), again(w, t.Draft), again(w, t.Facts)
	once := step(t)
	if err := w.house.same(once, step(copied)); err != nil {
		return once, fmt.Errorf("flow: a step is not pure: it went two ways: %w", err)
	}
	return once, nil
}

// again is a copy of v that shares nothing with it, or v itself where JSON does
// not tell all of it.
func again[V any](w *walk, v V) V {
	var c V
	b, err := json.Marshal(v)
	if err != nil || json.Unmarshal(b, &c) != nil || w.house.same(v, c) != nil {
		return v
	}
	return c
}

// prove shows that what an outcome leaves for later turns can be stored.
func (w *walk) prove(o Outcome) error {
	if !w.proves() {
		return nil
	}
	stored := []any{o.Begins.Draft}
	for _, t := range o.Timers {
		stored = append(stored, t.About)
	}
	for _, m := range o.Out {
		for _, row := range m.Keys {
			for _, k := range row {
				stored = append(stored, k.Press)
			}
		}
	}
	for _, v := range stored {
		if err := w.survives(v); err != nil {
			return err
		}
	}
	return nil
}

// survives shows that v comes back from JSON as it was.
func (w *walk) survives(v any) error {
	if v == nil || !w.proves() {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("flow: %T cannot be stored: %w", v, err)
	}
	back := reflect.New(reflect.TypeOf(v))
	if err := json.Unmarshal(b, back.Interface()); err != nil {
		return fmt.Errorf("flow: %T cannot be stored: %w", v, err)
	}
	if err := w.house.same(v, back.Elem().Interface()); err != nil {
		return fmt.Errorf("flow: %T is not stored as it is: %w", v, err)
	}
	return nil
}
