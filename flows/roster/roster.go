// Package roster is the roster of the campaign: who takes part, in which branch
// of which unit, with which roles. It comes from the office as a file, through
// the chat or through the program, as often as the office likes: a file says how
// its members are from now on, and changes nobody else unless it is told to.
//
// It must never take half a file, never forget anybody (who leaves is no longer
// active, and keeps what is recorded), and never show or note a whole phone.
package roster

import (
	_ "embed"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// The names that stand in the database, and on the command line.
const (
	name              = "roster"
	deactivateMissing = "deactivate-missing"
)

// Flow takes a roster in the chat, after it has shown what the file would do.
var Flow = flow.Spec[Draft, Facts]{
	Name: name, Word: "Roster", Help: "Import the roster",
	For:     func(p campaign.Person) bool { return office(p) == nil },
	Idle:    func(d Draft) bool { return d.File.Stored == 0 },
	Chinese: chinese,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("may", may),
		flow.File("file", func(t *turn) *flow.Document { return &t.Draft.File },
			"Please send the roster as a file (.xlsx or .csv) with the columns member_no, name, phone, unit, branch, batch, position and roles. Nothing changes before you have seen what the file would do.").
			When(func(t turn) bool { return !t.Draft.Faulty }),
		flow.File("again", func(t *turn) *flow.Document { return &t.Draft.File }, "Please send the file again (.xlsx or .csv).").
			When(func(t turn) bool { return t.Draft.Faulty }),
		flow.Then("look", look),
		flow.Choose("preview", preview,
			flow.Way[Draft, Facts]{Key: "apply", Label: "Apply this file", Style: messages.Primary,
				When: func(t turn) bool { return t.Draft.Changes > 0 },
				Do: func(t *turn) flow.Outcome {
					t.Draft.Deactivate = false
					return take(t)
				}},
			flow.Way[Draft, Facts]{Key: "deactivate", Label: "Apply and deactivate the missing", Style: messages.Danger,
				When: func(t turn) bool { return t.Draft.Missing > 0 },
				Do: func(t *turn) flow.Outcome {
					if t.Draft.Deactivate = len(t.Facts.gone.gone) > 0; !t.Draft.Deactivate {
						return take(t)
					}
					return flow.Do()
				}}),
		flow.Choose("sure", sure,
			flow.Way[Draft, Facts]{Key: "yes", Label: "Yes, deactivate them", Do: take, Style: messages.Danger}),
	},
	Offers: []flow.Offer{{
		Name: name, Help: "The members with their places and roles", Columns: columns,
		Flags:  []flow.Flag{{Name: deactivateMissing, Help: "Deactivate the members who are missing from the file"}},
		Import: importFile,
	}},
	Store: flow.Store[Draft, Facts]{Load: load, Apply: apply},
}

type turn = flow.Turn[Draft, Facts]

// A Draft is the file that was sent, what it would have done when it was looked
// at, and what is to happen to those whom it does not name.
type Draft struct {
	File             flow.Document
	Changes, Missing int
	Deactivate       bool
	Faulty           bool // the file before it could not be taken
}

// Facts are what the file would do to the roster as it is now, or why it cannot
// be read.
type Facts struct {
	left    changes // with the missing left as they are
	gone    changes // with the missing deactivated
	refusal *sheet.Refusal
	lost    bool
}

// office lets through whoever keeps the roster.
func office(p campaign.Person) error {
	if p.Holds(campaign.Office) {
		return nil
	}
	return flow.Sorry("Only the campaign office imports the roster. Please send it what has to be corrected.")
}

func may(t *turn) flow.Outcome {
	if err := office(t.Who); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Do()
}

// look asks for another file where this one cannot be taken, and ends where it
// says nothing new.
func look(t *turn) flow.Outcome {
	if o, stop := hindered(t); stop {
		return o
	}
	t.Draft.Changes, t.Draft.Missing = t.Facts.left.count(), len(t.Facts.left.missing)
	if t.Draft.Changes == 0 && t.Draft.Missing == 0 {
		return flow.Stop().Say(told(t.Draft.File.Name, t.Facts.left))
	}
	return flow.Do()
}

// take applies the file to the roster as it is now, which may not be the one
// that was shown.
func take(t *turn) flow.Outcome {
	if o, stop := hindered(t); stop {
		return o
	}
	c := t.Facts.left
	if t.Draft.Deactivate {
		c = t.Facts.gone
	}
	if c.count() == 0 {
		return flow.Stop().Say(told(t.Draft.File.Name, c))
	}
	return flow.Stop().And(flow.Do(c.effects()...)).Shout(campaign.RosterChanged{}).Reply("<b>The roster is up to date:</b> %s.", c.totals())
}

// hindered is what to do where nothing can be imported: because of who asks, or
// because of the file, of which another is asked for.
func hindered(t *turn) (o flow.Outcome, stop bool) {
	if err := office(t.Who); err != nil {
		return flow.Stop().And(flow.Refuse(err)), true
	}
	why, bad := wrong(*t)
	if !bad {
		return o, false
	}
	t.Draft = Draft{Faulty: true}
	return flow.Goto("again").Say(why), true
}
