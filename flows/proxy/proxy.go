// Package proxy is how a member without a smartphone comes to be recorded: whoever
// runs their branch asks another of its members, who accepts or declines. It owns
// the table of helpers and writes no mark: check-in offers the buttons, and looks at
// every press whether whoever pressed may record for that member still.
package proxy

import (
	_ "embed"
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the conversation that asks a helper, and the card that they answer. It
// is opened from a branch (b and its number) or from a member (p and theirs).
var Flow = flow.Spec[Draft, Facts]{
	Name: "proxy",
	Idle: func(Draft) bool { return true }, // each answer is given anew in no time
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("enter", enter),
		flow.List("member", func(t *turn) *campaign.PersonID { return &t.Draft.Member },
			"For whom is somebody to record?", "Everybody of this branch has an account of their own.", members, needed).
			When(func(t turn) bool { return t.Draft.Member == 0 }).Tidy(func(t *turn, _ flow.Input) { t.Draft.Change = false }),
		flow.Choose("deal", asDeal,
			flow.Way[Draft, Facts]{Key: "another", Label: "Ask somebody else", Do: another},
			flow.Way[Draft, Facts]{Key: "withdraw", Label: "Withdraw", Do: withdraw, Style: messages.Danger},
		).When(func(t turn) bool { return t.Facts.Deal.ID != 0 && !t.Draft.Change }),
		flow.List("helper", func(t *turn) *campaign.PersonID { return &t.Draft.Helper },
			"Who is to record for them?", "Nobody else of this branch can be reached here yet.", helpers, free),
		flow.Confirm("ask", asAsked, "Ask them", ask),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("answer", answer),
		flow.Pressed("stop", stop),
		flow.Heard("joined", joined),
		flow.Heard("roster", moved),
	},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Over: over},
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is what was chosen so far.
type Draft struct {
	Branch campaign.BranchID // whose members are chosen from
	Member campaign.PersonID // without a smartphone
	Helper campaign.PersonID // who is to be asked
	Change bool              // somebody else is to take the place of who records now
	Seen   int64             // the deal that Change was said of
}

// most is for how many members one person records: they do it at the door, beside
// their own check-in and from memory. Of more, a roll is shorter and surer.
const most = 10

// Facts are what the steps must know of the branch.
type Facts struct {
	Members []Member // without a smartphone, of the branch
	Member  Member   // the one that is looked at
	Others  []Other  // who could record for them
	Deal    Deal     // that stands for the member, or that a button is about
	Ended   []Deal   // that news put an end to
	Owners  map[campaign.BranchID][]campaign.PersonID
}

// A Member is somebody for whom another may record.
type Member struct {
	ID       campaign.PersonID
	No, Name string
	Home     campaign.Scope
	Reached  bool   // they have an account, through which they check in themselves
	Helper   string // who records for them, or was asked to
	Agreed   bool
}

// An Other is somebody who could record for a member of their branch.
type Other struct {
	ID       campaign.PersonID
	No, Name string
	Load     int // for how many they record, or were asked to
}

// A Deal is that somebody records for a member, once they have agreed. The zero
// Deal is none.
type Deal struct {
	ID             int64
	Person, Helper campaign.PersonID
	For, By        string // their names
	Home           campaign.Scope
	AskedBy        campaign.PersonID
	Agreed         bool
}

// What the buttons of the card carry.
type (
	// Answer accepts or declines.
	Answer struct {
		Deal   int64
		Accept bool
	}
	// Stop ends what was accepted.
	Stop struct{ Deal int64 }
)

type (
	// Asked is a helper who was asked, in the place of whoever there was. One who
	// asks themselves has agreed.
	Asked struct {
		Deal           int64
		Person, Helper campaign.PersonID
		Hat            campaign.Role
		Agreed         bool
	}
	// Agreed is a helper who accepted.
	Agreed struct {
		Deal           int64
		Person, Helper campaign.PersonID
	}
	// Ended is a helper who records for a member no more, or never did.
	Ended struct {
		Deal           int64
		Person, Helper campaign.PersonID
		Why            Why
	}
)

// Effect is its name in the audit.
func (Asked) Effect() string { return "asked" }

// Effect is its name in the audit.
func (Agreed) Effect() string { return "agreed" }

// Effect is its name in the audit.
func (Ended) Effect() string { return "ended" }

// A Why is why nobody records for a member any more.
type Why string

// The reasons. They are stored by these names.
const (
	Declined  Why = "declined"
	Stopped   Why = "stopped"   // by the helper
	Withdrawn Why = "withdrawn" // by whoever runs the branch
	Bound     Why = "bound"     // the member has an account of their own
	Moved     Why = "moved"     // one of the two has left the branch
)

func (d Deal) ended(why Why) Ended { return Ended{d.ID, d.Person, d.Helper, why} }

// opened reads what the flow was opened with.
func opened(arg string) (b campaign.BranchID, p campaign.PersonID) {
	if len(arg) < 2 {
		return 0, 0
	}
	n, err := strconv.ParseInt(arg[1:], 10, 64)
	switch {
	case err != nil || n < 1:
	case arg[0] == 'b':
		return campaign.BranchID(n), 0
	case arg[0] == 'p':
		return 0, campaign.PersonID(n)
	}
	return 0, 0
}
