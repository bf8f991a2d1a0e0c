// Package attendance is how those who look after a part of the district see who
// is at an activity and who is not, open and close check-in by hand, and vouch
// for whoever could not check in. Names go to their private chats only. It reads
// the lists and the marks and never writes them: what it decides others hear.
package attendance

import (
	_ "embed"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the list of activities, the card of each, and the acts upon it.
var Flow = flow.Spec[Draft, Facts]{
	Name:    "attendance",
	Opens:   "attendance",
	Word:    "Attendance",
	Help:    "Who is there and who is not",
	For:     looksAfter,
	Idle:    func(d Draft) bool { return d.Act == "" || d.Act == finding },
	Chinese: chinese,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("may", may),
		flow.List("which", func(t *turn) *campaign.ActivityID { return &t.Draft.At.Activity },
			"Attendance at which activity?", "There was no activity of yours in the last two weeks.", activities).When(doing("")),
		flow.List("unit", func(t *turn) *campaign.UnitID { return &t.Draft.At.Unit },
			"Which unit? Write a part of its name, or press it.", "There is no unit on the list of this activity yet.", units).When(doing(finding)),
		flow.Then("card", card).When(doing("", finding)),
		flow.List("member", func(t *turn) *campaign.PersonID { return &t.Draft.Member },
			"Who was there without checking in?", "There is nobody left whom you could mark present.", missing, present).When(doing(marking)),
		flow.Line("reason", func(t *turn) *string { return &t.Draft.Reason },
			"Why could they not check in themselves? The reason is kept with the record.", 100).When(doing(marking)),
		flow.Confirm("vouch", asVouched, "Confirm", vouch).When(doing(marking)),
		flow.Confirm("open", asOpened, "Open", open).When(doing(opening)),
		flow.Confirm("close", asClosed, "Close", shut).When(doing(closing)),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("show", show),
		flow.Pressed("draw", draw),
		flow.Pressed("find", find),
		flow.Pressed("mark", mark),
		flow.Pressed("move", move),
	},
	Offers: []flow.Offer{{
		Name: "attendance", Help: "Who was expected at which activity, and who was there",
		Columns: columns, Export: export,
	}},
	Store: flow.Store[Draft, Facts]{Load: load, Apply: apply},
}

type turn = flow.Turn[Draft, Facts]

// A Draft is what one act gathers.
type Draft struct {
	At     Spot
	Act    string // "" looks
	Member campaign.PersonID
	Reason string
}

// The acts of a draft. They are stored by these names.
const (
	finding = "find"
	marking = "mark"
	opening = "open"
	closing = "close"
)

// A Spot is what a card shows of an activity: a branch of a unit, a unit, or all
// that its reader may see.
type Spot struct {
	Activity campaign.ActivityID
	Unit     campaign.UnitID
	Branch   campaign.BranchID
}

// What the buttons of a card carry.
type (
	// Show draws another part, page or view.
	Show struct {
		Spot
		Page int
		View View `json:",omitempty"`
	}
	// Find asks for the name of a unit.
	Find struct{ Spot }
	// Mark vouches for somebody of the branch.
	Mark struct{ Spot }
	// Move opens or closes check-in by hand.
	Move struct {
		Spot
		Open bool
	}
)

// Facts is what a step must know of the database.
type Facts struct {
	List     []campaign.Activity // to choose from, while none is chosen
	Covers   bool                // and a required activity has closed, so that there is coverage to see
	At       Spot                // what was asked for, made as narrow as what the person reads
	Activity campaign.Activity
	Branches []branch         // of the activity, that the person may read
	People   []person         // expected in the branch of At
	Closing  campaign.Closing // of the figures of that branch

	Held    []held    // of a spot of the whole: the activities, the latest first
	Lacking []lacking // and who of its unit or branch lacks something
}

// A branch is its part of an activity.
type branch struct {
	Scope      campaign.Scope
	Unit, Name string
	Reported   bool // something was heard of it
	Figures    campaign.Figures

	Members, Complete int // of the whole: who was expected at all, and who of them lacks nothing
}

// A person is one who is expected.
type person struct {
	ID       campaign.PersonID
	No, Name string
	At       time.Time // zero while there is no mark
	Late     bool
	Debt     campaign.Debt
	By, Note string // who marked them, where it was not themselves, and why
}

func looksAfter(p campaign.Person) bool { return p.Holds(campaign.Roles...) }

func doing(acts ...string) func(turn) bool {
	return func(t turn) bool {
		for _, a := range acts {
			if t.Draft.Act == a {
				return true
			}
		}
		return false
	}
}

// may turns away whoever looks after nothing.
func may(t *turn) flow.Outcome {
	if looksAfter(t.Who) {
		return flow.Do()
	}
	return flow.Stop().Toast("Attendance is for those who look after a branch or a unit. Your own record: /me")
}

// activities are the options of the list, those that run first.
func activities(t turn) []flow.Option[campaign.ActivityID] {
	var options []flow.Option[campaign.ActivityID]
	if t.Facts.Covers {
		options = append(options, flow.Option[campaign.ActivityID]{Key: "all", Label: messages.T("📊 Full coverage: all required activities"), Value: whole})
	}
	for _, a := range t.Facts.List {
		label := messages.T("%s %s", messages.Moment(a.Starts), a.Title)
		if p := a.Phase(t.Now); p == campaign.OnTime || p == campaign.Late {
			label = messages.T("🟢 %s %s", a.Starts, a.Title)
		} else if campaign.DayOf(a.Starts) == t.Today() {
			label = messages.T("%s %s", a.Starts, a.Title)
		}
		if a.Of != "" && (len(t.Who.Duties) > 1 || !t.Who.Holds(campaign.Secretary)) {
			label = messages.T("%s · %s", label, a.Of)
		}
		options = append(options, flow.Option[campaign.ActivityID]{Key: a.No, Label: label, Value: a.ID})
	}
	return options
}

// units are the options of the search for a unit.
func units(t turn) (options []flow.Option[campaign.UnitID]) {
	for _, r := range rows(Spot{Activity: t.Draft.At.Activity}, t) {
		options = append(options, flow.Option[campaign.UnitID]{Key: r.key(), Label: r.text(), Value: r.At.Unit})
	}
	return options
}

// card shows what was chosen, below the choice.
func card(t *turn) flow.Outcome {
	if err := reads(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	o := flow.Stop().Say(screen(*t, Show{}).As("attendance").Instead())
	if t.Facts.At.Activity == whole && len(rows(t.Facts.At, *t)) > rowsOfPage {
		o = o.Say(chart(*t, byPart, 0).As("attendance/chart")) // more than fits the card
	}
	return o
}

// show redraws the card.
func show(t turn, p Show) flow.Outcome {
	if err := reads(t); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do().Say(screen(t, p).AsOne("attendance"))
}

func find(t turn, p Find) flow.Outcome {
	if err := reads(t); err != nil {
		return flow.Refuse(err)
	}
	return begin(p.Spot, finding)
}

func mark(t turn, p Mark) flow.Outcome {
	if err := marks(t); err != nil {
		return flow.Refuse(err)
	}
	return begin(p.Spot, marking)
}

func move(t turn, p Move) flow.Outcome {
	act, err := closing, closes(t)
	if p.Open {
		act, err = opening, opens(t)
	}
	if err != nil {
		return flow.Refuse(err)
	}
	return begin(p.Spot, act)
}

func begin(at Spot, act string) flow.Outcome {
	return flow.Do().Begin(flow.Opening{Flow: "attendance", Draft: Draft{At: at, Act: act}})
}
