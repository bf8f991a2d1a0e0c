package flow

import (
	"strings"
	"unicode/utf8"

	"campaign/messages"
)

// A Check refuses an answer by returning a Sorry. It sees the answer in the
// draft, and the facts as they are with it.
type Check[D, F any] func(Turn[D, F]) error

// An Ask is one question: what is said, what answer is taken, where it goes.
type Ask[D, F any] struct {
	name   string
	say    func(Turn[D, F]) messages.Message
	take   func(*Turn[D, F], Input) error
	checks []Check[D, F]
	when   func(Turn[D, F]) bool
	done   func(*Turn[D, F], Input) Outcome
	eager  bool // it needs the facts to take the answer
	bare   bool // without Back and Cancel
	skip   bool // it may be left unanswered
	upload bool // it takes the content of a file
}

// When asks the question only if cond holds.
func (a Ask[D, F]) When(cond func(Turn[D, F]) bool) Ask[D, F] { a.when = cond; return a }

// Bare leaves out the row of Back and Cancel.
func (a Ask[D, F]) Bare() Ask[D, F] { a.bare = true; return a }

// Skippable adds the button Skip, which leaves the draft as it is.
func (a Ask[D, F]) Skippable() Ask[D, F] { a.skip = true; return a }

// Tidy lets f put the draft in order once an answer is in it, before the facts
// are read and the answer is checked. A skipped question is not tidied.
func (a Ask[D, F]) Tidy(f func(*Turn[D, F], Input)) Ask[D, F] {
	take := a.take
	a.take = func(t *Turn[D, F], in Input) error {
		if err := take(t, in); err != nil {
			return err
		}
		f(t, in)
		return nil
	}
	return a
}

// Offering adds buttons with answers that are usual, two to a row where both are
// short; a press says the answer.
func (a Ask[D, F]) Offering(usual func(Turn[D, F]) []string) Ask[D, F] {
	say, take := a.say, a.take
	a.say = func(t Turn[D, F]) messages.Message {
		var keys []messages.Key
		m := say(t)
		for _, s := range usual(t) {
			if len(keys) == 2 || len(keys) == 1 && (long(s) || long(keys[0].Press.(Chosen).Key)) {
				m, keys = m.Row(keys...), nil
			}
			keys = append(keys, messages.Button(Chosen{a.name, s}, "%s", s))
		}
		return m.Row(keys...)
	}
	a.take = func(t *Turn[D, F], in Input) error {
		if c, ok := in.(Chosen); ok {
			in = Said(c.Key)
		}
		return take(t, in)
	}
	return a
}

// Input is what a person gave as an answer.
type Input interface{ input() }

type (
	// Said is text.
	Said string
	// Chosen is a press on a button of the question.
	Chosen struct{ Ask, Key string }
	// Turned is a press that shows another page or month of the question.
	Turned struct{ Ask, View string }
	// Shared is a location.
	Shared struct {
		Lat, Lon  float64
		Accuracy  float64 // metres; 0 is not said
		Forwarded bool
		Borrowed  bool // from a bot or of a place chosen by its name, or sent by the clock: it may be of another place and time
		Live      bool
	}
	// Card is a shared contact.
	Card struct {
		Phone     string
		Own       bool // the messenger vouches that it is the sender's own number
		Forwarded bool
	}
	// Photo is a picture, by the messenger's name for the file.
	Photo string
	// Document is a file. Stored is its content, where the question takes files.
	Document struct {
		File   string // the messenger's name for it
		Name   string
		Size   int64
		Stored int64
	}
)

func (Said) input()     {}
func (Chosen) input()   {}
func (Turned) input()   {}
func (Shared) input()   {}
func (Card) input()     {}
func (Photo) input()    {}
func (Document) input() {}

// skipKey is the key of the button Skip; other keys of a question never begin so.
const skipKey = "~skip"

// An Option is one answer that a question offers. Its key stands for it in the
// database and is unique within the question.
type Option[V any] struct {
	Key   string
	Label messages.Text
	Value V
}

// Pick asks for one of few options and puts it where into points. The key of an
// option is its own text.
func Pick[D, F any, V ~string](name string, into func(*Turn[D, F]) *V, text messages.Sentence, options []V, label func(V) messages.Sentence, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(Turn[D, F]) messages.Message {
			keys := make([]messages.Key, len(options))
			for i, v := range options {
				keys[i] = messages.Button(Chosen{name, string(v)}, label(v))
			}
			return grid(messages.Say(text), keys, 2)
		},
		take: func(t *Turn[D, F], in Input) error {
			c, ok := in.(Chosen)
			for _, v := range options {
				if ok && c.Key == string(v) {
					*into(t) = v
					return nil
				}
			}
			return errPress
		},
	}
}

var errPress = Sorry("Please press one of the buttons.")

// List asks for one of many options that the facts hold, a page at a time;
// writing a part of a name shows the options that contain it. With no option it
// says none.
func List[D, F, V any](name string, into func(*Turn[D, F]) *V, text, none messages.Sentence, options func(Turn[D, F]) []Option[V], checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks, eager: true,
		say: func(t Turn[D, F]) messages.Message {
			all := options(t)
			if len(all) == 0 {
				return messages.Say(none)
			}
			return listed(name, messages.Say(text), all, t.View)
		},
		take: func(t *Turn[D, F], in Input) error {
			switch in := in.(type) {
			case Chosen:
				for _, o := range options(*t) {
					if o.Key == in.Key {
						*into(t) = o.Value
						return nil
					}
				}
				return Sorry("That choice is no longer there. Please choose again.")
			case Said:
				return look{find: short(string(in), 40)}
			}
			return errPress
		},
	}
}

// Line asks for one line of text of at most most characters. It shows the line
// that into holds already.
func Line[D, F any](name string, into func(*Turn[D, F]) *string, text messages.Sentence, most int, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(t Turn[D, F]) messages.Message {
			m := messages.Say(text)
			if now := *into(&t); now != "" {
				m = m.Line("Now: <b>%s</b>", now)
			}
			return m
		},
		take: func(t *Turn[D, F], in Input) error {
			s, ok := in.(Said)
			if !ok {
				return Sorry("Please answer in words.")
			}
			line := strings.Join(strings.Fields(string(s)), " ")
			switch n := utf8.RuneCountInString(line); {
			case n == 0:
				return Sorry("Please answer in words.")
			case n > most:
				return Sorry("That is %d characters long; please keep it to %d.", n, most)
			}
			*into(t) = line
			return nil
		},
	}
}

// Contact asks for the person's own number, shared by a button of the keyboard.
func Contact[D, F any](name string, into func(*Turn[D, F]) *Card, say func(Turn[D, F]) messages.Message, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks, bare: true,
		say: func(t Turn[D, F]) messages.Message {
			return say(t).With(messages.Board{Rows: [][]messages.BoardKey{{{Label: messages.T("Share phone"), Contact: true}}}})
		},
		take: func(t *Turn[D, F], in Input) error {
			c, ok := in.(Card)
			if !ok {
				return Sorry("Please press the button “Share phone” below the text field.")
			}
			*into(t) = c
			return nil
		},
	}
}

// File asks for a file, whose content is stored for the steps that follow.
func File[D, F any](name string, into func(*Turn[D, F]) *Document, text messages.Sentence, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks, upload: true,
		say: func(Turn[D, F]) messages.Message { return messages.Say(text) },
		take: func(t *Turn[D, F], in Input) error {
			d, ok := in.(Document)
			if !ok {
				return Sorry("Please send a file.")
			}
			if d.Stored == 0 {
				return Sorry("The file is too large, or could not be fetched. Please send one of at most 20 MB.")
			}
			*into(t) = d
			return nil
		},
	}
}

// A Way is one answer to a Choose, and what it does. It may tidy the draft.
type Way[D, F any] struct {
	Key   string // in the database: never renamed
	Label messages.Sentence
	Do    func(*Turn[D, F]) Outcome
	When  func(Turn[D, F]) bool // nil is always
	Style messages.Style
}

// Choose shows what was gathered and offers ways to go on.
func Choose[D, F any](name string, say func(Turn[D, F]) messages.Message, ways ...Way[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name,
		say: func(t Turn[D, F]) messages.Message {
			return grid(say(t), usable(name, t, ways), 2)
		},
		take: func(_ *Turn[D, F], in Input) error {
			if c, ok := in.(Chosen); ok {
				for _, w := range ways {
					if w.Key == c.Key {
						return nil
					}
				}
			}
			return errPress
		},
		done: func(t *Turn[D, F], in Input) Outcome {
			for _, w := range ways {
				if w.Key == in.(Chosen).Key && (w.When == nil || w.When(*t)) {
					return w.Do(t)
				}
			}
			return Refuse(errPress).again(name)
		},
	}
}

// usable are the buttons of the ways that are open now.
func usable[D, F any](name string, t Turn[D, F], ways []Way[D, F]) (keys []messages.Key) {
	for _, w := range ways {
		if w.When == nil || w.When(t) {
			keys = append(keys, messages.Button(Chosen{name, w.Key}, w.Label).Styled(w.Style))
		}
	}
	return keys
}

func (o Outcome) again(ask string) Outcome { o.goTo = ask; return o }

// Confirm is a Choose with one way, the label do.
func Confirm[D, F any](name string, say func(Turn[D, F]) messages.Message, label messages.Sentence, do func(*Turn[D, F]) Outcome) Ask[D, F] {
	return Choose(name, say, Way[D, F]{Key: "go", Label: label, Do: do, Style: messages.Primary})
}

// Then does something without asking. The conversation goes on after it.
func Then[D, F any](name string, do func(*Turn[D, F]) Outcome) Ask[D, F] {
	return Ask[D, F]{name: name, done: func(t *Turn[D, F], _ Input) Outcome { return do(t) }}
}

// Free asks what say says, and lets take read any input: for an answer that no
// other question fits.
func Free[D, F any](name string, say func(Turn[D, F]) messages.Message, take func(*Turn[D, F], Input) error, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{name: name, say: say, take: take, checks: checks}
}

// look is not an answer: it shows the question again, with another view.
type look struct{ find, page string }

func (look) Error() string { return "flow: the question is to be shown again" }

// long reports whether a label is too long to stand beside another on a phone,
// where there is room for some 18 letters, or half as many Chinese characters.
func long(s string) bool {
	n := 0
	for _, r := range s {
		if n++; utf8.RuneLen(r) >= 3 {
			n++
		}
	}
	return n > 18
}

// grid lays keys out in rows of n.
func grid(m messages.Message, keys []messages.Key, n int) messages.Message {
	for len(keys) > 0 {
		k := min(n, len(keys))
		m = m.Row(keys[:k]...)
		keys = keys[k:]
	}
	return m
}

// short is s within most characters.
func short(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
