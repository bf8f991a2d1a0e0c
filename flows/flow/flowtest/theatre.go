package flowtest

import (
	"slices"
	"testing"
	"time"

	"campaign"
)

// A Theatre plays what people do: the house alone, or the whole machine with a
// messenger around it. What is seen must be the same in each.
type Theatre interface {
	// Do has somebody act, and returns what is seen when all that follows at
	// once has happened.
	Do(t testing.TB, a Act) Scene
	// Wait lets the clock go on to an instant, and returns what is seen at each
	// instant on the way at which something came due.
	Wait(t testing.TB, to time.Time) []Scene
}

// An Act is what somebody does with their phone. Does is a Says, a Presses, a
// Shares, a Hands, a Sends, a Snaps or a Lets.
type Act struct {
	Who   int // the number in the transcripts
	Group int // where; 0 is in private
	Does  any
}

type (
	// Says is text, a command among it.
	Says string
	// Presses is the newest button of a label that the chat was shown, or the one
	// so many before it.
	Presses struct {
		Label  string
		Before int
	}
	// Shares is a location.
	Shares struct {
		Lat, Lon, Accuracy float64
		Forwarded          bool
	}
	// Hands is the card of a person: Of is the number in the transcripts.
	Hands struct {
		Of        int
		Forwarded bool
	}
	// Sends is a file.
	Sends struct {
		Name string
		Body []byte
	}
	// Snaps is a photo.
	Snaps struct {
		Name string
		Body []byte
	}
	// Lets is how somebody lets the bot stand in a chat: kicked, muted or open in a
	// group, blocked or open in private.
	Lets campaign.Standing
)

// Account is the messenger's number of whoever acts.
func (a Act) Account() campaign.AccountID { return campaign.AccountID(accountOf(a.Who)) }

// Chat is the messenger's number of where they act.
func (a Act) Chat() int64 {
	if a.Group != 0 {
		return GroupID(a.Group)
	}
	return accountOf(a.Who)
}

// Stranger reports whether whoever acts is nobody of the district.
func (a Act) Stranger() bool { return a.Who > Strangers }

// A Scene is what is seen at one instant: the answer to a press, then lines of
// the audit and messages as they came.
type Scene struct {
	At    time.Time
	Toast string
	Alert bool // the toast is an alert
	Seen  []any
	First int64 // the number of its first cause; 0 is none
}

// An Audited is a line that entered the audit.
type Audited string

// A Shown is a message as its reader sees it.
type Shown struct {
	Chat, Message int64
	Edit          bool
	Picture       bool // above the lines
	Lines         []string
	Keys          [][]Button
	Board         [][]string // the keyboard that stands in place of the reader's own
}

// A Button is one that a chat was shown. Of is what the theatre knows it by.
type Button struct {
	Label   string
	Message int64
	Of      any
}

// Rest leaves of each message what its reader is left with: how soon a change
// follows is no promise.
func (s *Scene) Rest() {
	first := map[[2]int64]int{}
	var seen []any
	for _, x := range s.Seen {
		m, ok := x.(Shown)
		if !ok {
			seen = append(seen, x)
			continue
		}
		at := [2]int64{m.Chat, m.Message}
		if i, again := first[at]; again {
			m.Edit = seen[i].(Shown).Edit
			seen[i] = m
			continue
		}
		first[at] = len(seen)
		seen = append(seen, m)
	}
	s.Seen = seen
}

// Buttons are those that each chat was shown, the newest last.
type Buttons map[int64][]Button

// Remember adds the buttons of a message.
func (b Buttons) Remember(m Shown) {
	for _, row := range m.Keys {
		b[m.Chat] = append(b[m.Chat], row...)
	}
}

// Find finds the button that somebody presses in a chat.
func (b Buttons) Find(chat int64, p Presses) (Button, bool) {
	before := p.Before
	for _, k := range slices.Backward(b[chat]) {
		if k.Label != p.Label {
			continue
		}
		if before == 0 {
			return k, true
		}
		before--
	}
	return Button{}, false
}
