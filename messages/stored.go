package messages

import (
	"encoding/json"
	"fmt"
	"time"

	"campaign"
)

// A Moment is an instant written with its day: 12月1日 14:00.
type Moment time.Time

// stored is a Text as the outbox keeps it. Fields are only ever added.
type stored struct {
	Say  Sentence `json:"say,omitempty"`
	Args []arg    `json:"args,omitempty"`
}

type arg struct {
	S      *string         `json:"s,omitempty"`
	N      *int64          `json:"n,omitempty"`
	Day    *campaign.Day   `json:"day,omitempty"`
	Clock  *campaign.Clock `json:"clock,omitempty"`
	At     *time.Time      `json:"at,omitempty"`
	Moment *time.Time      `json:"moment,omitempty"`
	Text   *Text           `json:"text,omitempty"`
	List   *List           `json:"list,omitempty"`
}

// MarshalJSON keeps the kind of every argument.
func (t Text) MarshalJSON() ([]byte, error) {
	w := stored{Say: t.Say}
	for _, a := range t.Args {
		kept, err := keep(a)
		if err != nil {
			return nil, fmt.Errorf("messages: %q: %w", t.Say, err)
		}
		w.Args = append(w.Args, kept)
	}
	return json.Marshal(w)
}

func keep(a any) (arg, error) {
	switch a := a.(type) {
	case string:
		return arg{S: &a}, nil
	case int:
		n := int64(a)
		return arg{N: &n}, nil
	case int64:
		return arg{N: &a}, nil
	case campaign.Day:
		return arg{Day: &a}, nil
	case campaign.Clock:
		return arg{Clock: &a}, nil
	case time.Time:
		return arg{At: &a}, nil
	case Moment:
		return arg{Moment: (*time.Time)(&a)}, nil
	case Text:
		return arg{Text: &a}, nil
	case List:
		return arg{List: &a}, nil
	}
	if s, ok := word(a); ok {
		return arg{Text: &Text{Say: s}}, nil
	}
	return arg{}, fmt.Errorf("a text cannot carry a %T", a)
}

// UnmarshalJSON reads what MarshalJSON wrote. Words come back as Texts.
func (t *Text) UnmarshalJSON(b []byte) error {
	var w stored
	if err := json.Unmarshal(b, &w); err != nil {
		return fmt.Errorf("messages: read a text: %w", err)
	}
	*t = Text{Say: w.Say}
	for _, a := range w.Args {
		t.Args = append(t.Args, a.value())
	}
	return nil
}

func (a arg) value() any {
	switch {
	case a.N != nil:
		return *a.N
	case a.Day != nil:
		return *a.Day
	case a.Clock != nil:
		return *a.Clock
	case a.At != nil:
		return *a.At
	case a.Moment != nil:
		return Moment(*a.Moment)
	case a.Text != nil:
		return *a.Text
	case a.List != nil:
		return *a.List
	case a.S != nil:
		return *a.S
	}
	return ""
}
