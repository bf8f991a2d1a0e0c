// Package checkin is how a person says that they are there: a card that comes
// when the window of an activity opens, one press on it, and a word that says
// the same. It opens and closes the windows, says who is to be there, and keeps
// the figures of the groups. It must never mark one person twice, and never
// judge by any time but the one at which the person acted.
package checkin

import (
	_ "embed"
	"time"

	"campaign"
	"campaign/flows/flow"
)

//go:embed zh.txt
var chinese string

// Flow is check-in: the card, the press, the word, the windows and the figures.
var Flow = flow.Spec[Draft, Facts]{
	Name:  "checkin",
	Opens: "checkin",
	Word:  "Check in",
	Help:  "Say that you are here",
	Link:  "c",
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("word", word),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Tapped("tap", tap, batch),
		flow.Cron("minute", "* * * * *", 24*time.Hour, minute),
		flow.Due("rest", rest),
		flow.Due("figure", figure),
		flow.Due("straggler", straggled),
		flow.Heard("moved", moved),
		flow.Heard("cancelled", cancelled),
		flow.Heard("window", windowMoved),
		flow.Heard("vouched", vouched),
		flow.Heard("attended", attended),
		flow.Heard("rolled", rolled),
		flow.Heard("settled", settled),
		flow.Heard("added", added),
		flow.Heard("noted", noted),
		flow.Heard("group", linked),
		flow.Heard("roster", gathered),
		flow.Heard("joined", joined),
		flow.Heard("shown", grouped),
	},
	Store:   store,
	Schema:  schema,
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is empty: nobody is asked anything.
type Draft struct{}

// Facts are the seats of the person who speaks, or the windows that a clock or
// news is about.
type Facts struct {
	Seats   []Seat // of a press one; of the word each that may be meant
	Named   bool   // a link said which activity is meant
	Windows []Window
	More    bool // other windows wait for their turn
	Records []Record
	Closing campaign.Closing // of the figures that the records are part of
}

// Here is a press that says: I am at this activity. Said is when the person had
// said so already, where we were too late to ask which activity they meant.
type Here struct {
	Activity campaign.ActivityID
	Said     time.Time `json:",omitzero"`
}

// at is when the person said that they are there.
func (p Here) at(t turn) time.Time {
	if !p.Said.IsZero() {
		return p.Said.In(t.Now.Location())
	}
	return t.At.In(t.Now.Location())
}

// Figure is the timer of the figures that the group of one branch sees.
type Figure struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
}

// Straggler is the timer of marks that came after check-in had closed.
type Straggler struct{ Activity campaign.ActivityID }

// Rest is the timer of windows for which one turn was too short.
type Rest struct{}

// The ways in which a mark came about. They are stored by these names.
const (
	byButton  = "button"
	byMessage = "message"
	byMark    = "marked"
)

// Effects of check-in.
type (
	// Arrived is a person who checked in.
	Arrived struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		Branch   campaign.BranchID
		At       time.Time
		Late     bool
		Method   string
	}
	// Marked is a person whose presence somebody else stated.
	Marked struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		Branch   campaign.BranchID
		At       time.Time
		By       campaign.PersonID
		Note     string
	}
	// Attended is a person who showed that they are there in the way that the
	// activity asks for.
	Attended struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		Branch   campaign.BranchID
		At       time.Time
		Late     bool
		Method   campaign.Method
		Doubt    campaign.Doubt
		Note     string `audit:"-"`
	}
	// Added is what came later to a mark that leaves a doubt, which stands.
	Added struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		At       time.Time
		Note     string `audit:"-"`
	}
	// Opened is a window that opened: who is in its scope now is expected.
	Opened struct {
		Activity campaign.ActivityID
		Groups   int // that see its figures
	}
	// Enlisted is people who came into the scope of a window that is open: they
	// are expected, too.
	Enlisted struct {
		Activity campaign.ActivityID
		People   int
	}
	// Closed is a window whose time is over.
	Closed struct{ Activity campaign.ActivityID }
	// Reopened is a window that was closed and is open again.
	Reopened struct{ Activity campaign.ActivityID }
	// Postponed is a window that was open and is to open again later.
	Postponed struct{ Activity campaign.ActivityID }
	// Shifted is a window whose times somebody set by hand.
	Shifted struct {
		Activity      campaign.ActivityID
		Opens, Closes time.Time
	}
)

// Effect is its name in the audit.
func (Arrived) Effect() string { return "arrived" }

// Effect is its name in the audit.
func (Marked) Effect() string { return "marked" }

// Effect is its name in the audit.
func (Attended) Effect() string { return "attended" }

// Effect is its name in the audit.
func (Added) Effect() string { return "added" }

// Effect is its name in the audit.
func (Opened) Effect() string { return "opened" }

// Effect is its name in the audit.
func (Enlisted) Effect() string { return "enlisted" }

// Effect is its name in the audit.
func (Closed) Effect() string { return "closed" }

// Effect is its name in the audit.
func (Reopened) Effect() string { return "reopened" }

// Effect is its name in the audit.
func (Postponed) Effect() string { return "postponed" }

// Effect is its name in the audit.
func (Shifted) Effect() string { return "shifted" }

// Audiences of check-in.
type (
	// Invited is everybody who is expected.
	Invited struct{ Activity campaign.ActivityID }
	// Newcomers is people who became expected while check-in was open.
	Newcomers struct{ People []campaign.PersonID }
	// Missing is everybody who is expected and not marked.
	Missing struct{ Activity campaign.ActivityID }
)
