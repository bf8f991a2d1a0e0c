// Package guest is how a member who travels attends at another branch: they ask, or
// the host enters them; whoever runs the host branch accepts or declines with one
// tap; their own branch is told. It owns the table of guests and writes no mark:
// check-in writes the one record that both branches see. What the host sees of a
// guest is the name, the unit and the branch, and nothing else.
package guest

import (
	_ "embed"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the conversation of the guest, the card of the host, and the host's list.
var Flow = flow.Spec[Draft, Facts]{
	Name: "guest",
	Word: "At another branch",
	Help: "Attend an activity at another branch",
	Link: "g",
	Idle: func(Draft) bool { return true }, // nothing is lost that is not chosen again in no time
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("enter", enter),
		flow.List("unit", func(t *turn) *campaign.UnitID { return &t.Draft.Unit },
			"Which unit is holding it? Write a part of its name, or press it.", "No branch is holding an activity with open check-in at the moment.", units).
			When(func(t turn) bool { return t.Facts.Named.Scope.Unit == 0 }).Tidy(func(t *turn, _ flow.Input) { t.Draft.Branch, t.Draft.Activity = 0, t.Draft.Named }),
		flow.List("branch", func(t *turn) *campaign.BranchID { return &t.Draft.Branch },
			"With which branch are you?", "No other branch of this unit is holding an activity with open check-in at the moment.", branches).
			When(func(t turn) bool { return t.Facts.Named.Scope.Branch == 0 }).Tidy(func(t *turn, _ flow.Input) { t.Draft.Activity = t.Draft.Named }),
		flow.List("activity", func(t *turn) *campaign.ActivityID { return &t.Draft.Activity },
			"At which activity are you?", "This branch is holding no activity with open check-in any more.", activities).
			When(func(t turn) bool { return t.Draft.Named == 0 && len(t.Facts.Activities) != 1 }),
		flow.Then("only", only),
		flow.Confirm("ask", asAsked, "Submit", ask),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("decide", decide),
		flow.Pressed("withdraw", withdraw),
		flow.Pressed("look", look),
		flow.Pressed("add", add),
		flow.Due("remind", remind),
		flow.Heard("planned", planned),
		flow.Heard("moved", moved),
		flow.Heard("cancelled", cancelled),
	},
	Also:    []flow.Flow{entry},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Over: over},
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is what the guest has chosen so far.
type Draft struct {
	Since    time.Time // when they said that they are at another branch
	Named    campaign.ActivityID
	Unit     campaign.UnitID
	Branch   campaign.BranchID
	Activity campaign.ActivityID
}

// of is the draft of somebody who came by the link of an activity: what it is held
// for says where they are, unless that is several branches.
func (d Draft) of(a campaign.Activity) Draft {
	d.Named, d.Activity = a.ID, a.ID
	if d.Unit == 0 {
		d.Unit = a.Scope.Unit
	}
	if d.Branch == 0 {
		d.Branch = a.Scope.Branch
	}
	return d
}

// Facts are what the steps must know.
type Facts struct {
	Named      campaign.Activity   // by a link; zero where there is none
	Units      []Place             // that hold something now
	Branches   []Place             // of the chosen unit
	Activities []campaign.Activity // of the chosen branch
	Visit      Visit               // that is asked for, or that a button or a clock is about
	Visits     []Visit             // of the host's list, or that news are about
	Host       Place               // whose list it is
	Found      []Someone           // whom the host looks for
	Owners     map[campaign.BranchID][]campaign.PersonID
}

// A Place is a unit or a branch of one.
type Place struct {
	Scope        campaign.Scope
	Unit, Branch string
}

// text names a branch.
func (p Place) text() messages.Text { return messages.T("%s · %s", p.Unit, p.Branch) }

// A State is how a visit stands. The zero State is that nobody has asked.
type State string

// The states. They are stored by these names.
const (
	Asked     State = "asked"
	Accepted  State = "accepted"
	Declined  State = "declined"
	Withdrawn State = "withdrawn" // by the guest, before it was decided
)

// A Visit is a member at an activity of another branch.
type Visit struct {
	Activity campaign.Activity
	Held     bool // the activity is held for the host
	Person   campaign.PersonID
	Name     string
	Home     Place
	Host     Place
	At       time.Time
	Late     bool
	State    State
	By       string            // who decided
	Decided  time.Time         // when
	Counts   campaign.Activity // of their own branch; zero where it counts for none
	Match    campaign.Activity // for which it would count now
	Closing  campaign.Closing  // of the figures that it would change
}

// What the buttons and clocks carry.
type (
	// Key names a visit.
	Key struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
	}
	// Decide accepts or declines.
	Decide struct {
		Key
		Accept bool
	}
	// Withdraw takes back what was asked.
	Withdraw struct{ Key }
	// Look shows the guests of a branch at an activity.
	Look struct {
		Activity campaign.ActivityID
		Host     campaign.BranchID
	}
	// Add enters a guest.
	Add struct{ Look }
	// Remind asks the host once more.
	Remind struct{ Key }
)

func (v Visit) key() Key { return Key{v.Activity.ID, v.Person} }

type (
	// Requested is a member who asks to be a guest.
	Requested struct {
		Key
		Host, Home campaign.BranchID
		At         time.Time
		Late       bool
	}
	// Settled is a request that was decided, or a guest whom the host entered: then
	// nobody had asked.
	Settled struct {
		Key
		Host, Home campaign.BranchID
		At         time.Time
		Late       bool
		State      State
		Hat        campaign.Role
		Counts     campaign.ActivityID // 0 is none yet
	}
	// Recalled is a request that was taken back.
	Recalled struct{ Key }
	// Counted is a visit that counts for another activity than before, or for none.
	Counted struct {
		Key
		Counts campaign.ActivityID
	}
	// Sought is a member whose name was shown to a host who looked for them.
	Sought struct{ Person campaign.PersonID }
)

// Effect is its name in the audit.
func (Requested) Effect() string { return "requested" }

// Effect is its name in the audit.
func (Settled) Effect() string { return "settled" }

// Effect is its name in the audit.
func (Recalled) Effect() string { return "recalled" }

// Effect is its name in the audit.
func (Counted) Effect() string { return "counted" }

// Effect is its name in the audit.
func (Sought) Effect() string { return "sought" }

// guestDays is how long after a visit an activity of the guest's own branch may
// take place for which it counts: as long as an absence may be made up.
const guestDays = 14
