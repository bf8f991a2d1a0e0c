// Package messages defines what Muster can say. A Message is a value: tests
// compare it, the outbox stores it, nothing is sent before the commit. It holds
// sentences and their arguments, and becomes words only for its reader. It must
// never know who reads it, nor the messenger that carries it.
package messages

import (
	"fmt"
	"slices"

	"campaign"
)

// A Sentence is English as it stands in the code, and the key of its
// translation. It may hold the tags <b> and <i> and printf verbs; a newline
// breaks the line. A constant becomes one by itself; a computed string must
// never be made one.
type Sentence string

// A Worded value is an argument that is itself a word of ours, such as a kind
// or a status.
type Worded interface{ Sentence() Sentence }

// A Text is a sentence and what fills it. Arguments may be strings, whole
// numbers, days, clocks, times (written as 14:02 in the zone they carry),
// Moments, Lists, the words of the campaign (roles, kinds, positions, methods,
// statuses), Worded values and Texts. Any other argument cannot be stored: it is
// a bug, and rolls the turn back. Numbers that people say (ids, codes) are
// strings, since languages group digits.
type Text struct {
	Say  Sentence
	Args []any
}

// T is a Text.
func T(s Sentence, args ...any) Text { return Text{s, args} }

// A List is written with the commas of its reader's language.
type List []Text

// Names is a List of strings that came from people.
func Names(names []string) List {
	l := make(List, len(names))
	for i, n := range names {
		l[i] = Verbatim(n)
	}
	return l
}

// Verbatim is s as it was given, in every language.
func Verbatim(s string) Text { return Text{"%s", []any{s}} }

// A To says who is to read a message. The zero To is whoever the turn is with.
type To struct {
	Person campaign.PersonID  // privately, where the person's account can be reached
	Group  campaign.BranchID  // the group chat of a branch, where one is bound
	Chat   int64              // a chat by the messenger's own number
	Topic  int64              // in Chat, where that is a forum
	Friend campaign.AccountID // an account, bound or not
}

// A Lane is how urgent a message is: a lower lane is sent first.
type Lane int

// The lanes of the outbox. They are stored by these numbers.
const (
	Unstated   Lane = iota // the lane of its manner of posting
	Answers                // to what a person just did
	Approvals              // what waits for a person's decision
	Reminders              // due matters, the counters of groups
	Broadcasts             // to many at once
	Redraws                // of cards whose news their reader knows already
)

// A Manner is what happens to the message that already bears the name.
type Manner int

// The manners of posting. They are stored by these numbers.
const (
	Anew    Manner = iota // a new message; the older one loses its buttons and its name
	InPlace               // the older one changes; where there is none, nothing is said
	AsOne                 // the older one changes; where there is none, a new one is sent
	Instead               // as Anew, but where a question was answered by a press, the message takes its place
)

// A Message is one thing said in one chat: a few lines and rows of buttons.
type Message struct {
	To      To `json:"-"`
	Lines   []Text
	Picture *Picture `json:",omitempty"` // above the lines
	Keys    [][]Key  `json:",omitempty"`
	Board   *Board   `json:",omitempty"`
	Name    string   `json:",omitempty"` // what a later message may call this one
	Manner  Manner   `json:"-"`
	Over    string   `json:"-"` // of Instead: the name of the message that it takes the place of
	Lane    Lane     `json:"-"`
}

// A Key is a button under a message. Exactly one of Press, Link and Start is set.
type Key struct {
	Label Text
	Press any     `json:"-"`          // a plain struct that a handler of the saying flow takes
	Link  string  `json:",omitempty"` // an address to open
	Start string  `json:",omitempty"` // opens the private chat with Muster with this payload
	Style Style   `json:",omitempty"`
	About Address `json:",omitzero"` // what Press is stored as
}

// A Style colours a button where the messenger can.
type Style string

// The styles of buttons.
const (
	Plain   Style = ""
	Primary Style = "primary" // what most people will press
	Danger  Style = "danger"  // what takes something away
)

// An Address is where a press, a timer or a tick goes: a handler of a flow, and
// what it is about as JSON. It is made by package flow.
type Address struct {
	Flow    string `json:"f,omitempty"`
	Handler string `json:"h,omitempty"`
	About   string `json:"a,omitempty"`
}

// A Board is the keyboard that stands in place of a person's own. A Board
// without rows takes the board away. One with the menu keeps that below its rows,
// as far as whoever the turn is with is offered it.
type Board struct {
	Rows [][]BoardKey
	Menu bool `json:"-"`
	Hint Text `json:",omitzero"` // stands in the empty text field
}

// A BoardKey says its label when pressed, or shares what it asks for.
type BoardKey struct {
	Label    Text
	Contact  bool `json:",omitempty"` // shares the person's own number
	Location bool `json:",omitempty"` // shares where they are
}

// Say returns a message to whoever the current turn is with.
func Say(s Sentence, args ...any) Message { return Message{Lines: []Text{{s, args}}} }

// Line adds a line.
func (m Message) Line(s Sentence, args ...any) Message {
	return m.Add(Text{s, args})
}

// Add adds lines that were made before. The zero Text is an empty line.
func (m Message) Add(lines ...Text) Message {
	m.Lines = append(m.Lines[:len(m.Lines):len(m.Lines)], lines...)
	return m
}

// Gap adds an empty line.
func (m Message) Gap() Message { return m.Add(Text{}) }

// Row adds one row of buttons. A row without keys adds nothing.
func (m Message) Row(keys ...Key) Message {
	if len(keys) > 0 {
		m.Keys = append(m.Keys[:len(m.Keys):len(m.Keys)], keys)
	}
	return m
}

// widest is how many buttons of a row plain messages take apart: a calendar
// stays one.
const widest = 4

// Rows are the rows of buttons as their reader sees them: plain messages have
// one large button to a line. The order of the buttons is the same.
func (m Message) Rows(plain bool) [][]Key {
	if !plain {
		return m.Keys
	}
	var rows [][]Key
	for _, row := range m.Keys {
		if len(row) > widest {
			rows = append(rows, row)
			continue
		}
		for _, k := range row {
			rows = append(rows, []Key{k})
		}
	}
	return rows
}

// Lines are the rows of keys as their reader sees them: as for buttons, plain
// ones have one large key to a line.
func (b Board) Lines(plain bool) [][]BoardKey {
	if !plain {
		return b.Rows
	}
	var rows [][]BoardKey
	for _, row := range b.Rows {
		rows = slices.AppendSeq(rows, slices.Chunk(row, 1))
	}
	return rows
}

// With sets the keyboard that stands in place of the reader's own.
func (m Message) With(b Board) Message {
	m.Board = &b
	return m
}

// As names a new message. An older one of the name loses its buttons.
func (m Message) As(name string, args ...any) Message {
	m.Name, m.Manner = fmt.Sprintf(name, args...), Anew
	return m
}

// InPlaceOf changes the message that has the name, wherever it was read; where
// there is none, nothing is said.
func (m Message) InPlaceOf(name string, args ...any) Message {
	m.Name, m.Manner = fmt.Sprintf(name, args...), InPlace
	return m
}

// AsOne keeps one message of the name in a chat: it changes the one that is
// there, or sends the first.
func (m Message) AsOne(name string, args ...any) Message {
	m.Name, m.Manner = fmt.Sprintf(name, args...), AsOne
	return m
}

// Instead lets a named message take the place of the question that was answered
// by a press, so that nothing is left of it; otherwise it is a new one.
func (m Message) Instead() Message {
	m.Manner = Instead
	return m
}

// In sets the lane.
func (m Message) In(l Lane) Message {
	m.Lane = l
	return m
}

// Button returns a key that carries press.
func Button(press any, label Sentence, args ...any) Key {
	return Key{Label: Text{label, args}, Press: press}
}

// Link returns a key that opens an address of the web.
func Link(address string, label Sentence, args ...any) Key {
	return Key{Label: Text{label, args}, Link: address}
}

// Start returns a key that opens the private chat with Muster, which hears payload.
func Start(payload string, label Sentence, args ...any) Key {
	return Key{Label: Text{label, args}, Start: payload}
}

// Styled returns k in a style.
func (k Key) Styled(s Style) Key {
	k.Style = s
	return k
}
