// Package correct is how whoever runs a branch puts a record right that is wrong,
// with a reason. Nobody corrects their own, and what was written before stays in
// the history. It writes no marks: what it corrects others hear.
package correct

import (
	_ "embed"
	"fmt"
	"strings"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is a correction. It is begun by a button of the record, with the activity
// and the person as its argument.
var Flow = flow.Spec[Draft, Facts]{
	Name: "correct",
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("begin", begin),
		flow.Choose("to", asked,
			flow.Way[Draft, Facts]{Key: "present", Label: "There, in time", Do: to(campaign.Present), When: other(campaign.Present)},
			flow.Way[Draft, Facts]{Key: "late", Label: "There, but late", Do: to(campaign.CameLate), When: other(campaign.CameLate)},
			flow.Way[Draft, Facts]{Key: "absent", Label: "Not there", Do: to(campaign.Absent), When: other(campaign.Absent)}),
		flow.Line("why", func(t *turn) *string { return &t.Draft.Why },
			"Why is it corrected? The member reads it, and it is kept with the record.", 200),
		flow.Choose("look", preview,
			flow.Way[Draft, Facts]{Key: "go", Label: "Confirm", Do: correct, Style: messages.Primary},
			flow.Way[Draft, Facts]{Key: "edit", Label: "Edit", Do: func(*turn) flow.Outcome { return flow.Goto("to") }}),
	},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply},
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is a correction on its way. From is how the record stood when it was
// begun.
type Draft struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
	From, To campaign.Status
	Why      string
}

// argued reads what a button named.
func argued(arg string) (d Draft) {
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d", &d.Activity, &d.Person)
	return d
}

// Facts are the record as it stands. It is held: nobody else changes it meanwhile.
type Facts struct {
	Activity campaign.Activity
	No, Name string
	Scope    campaign.Scope // the branch that counts the record; the zero Scope is none
	In       string         // its name
	Marked   bool
	Status   campaign.Status
	Closing  campaign.Closing
}

// corrects reports whether the person may correct the record now.
func corrects(t turn) error {
	f := t.Facts
	switch {
	case !t.Who.Runs(f.Scope):
		return flow.Sorry("Records are corrected by the branch secretary, the responsible of the unit or the office.")
	case t.Draft.Person == t.Who.ID:
		return flow.Sorry("Nobody corrects their own record. You may object to it: /me")
	case f.Activity.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case f.Closing.Holds(t.Now):
		return flow.Sorry("The figures up to %s are closed. The unit can unlock the record first.", f.Closing.Through)
	case !f.Marked && f.Activity.Phase(t.Now) == campaign.Before:
		return flow.Sorry("Check-in has not opened yet.")
	}
	return nil
}

func begin(t *turn) flow.Outcome {
	if t.Draft == (Draft{}) {
		t.Draft = argued(t.Arg)
	}
	if err := corrects(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	t.Draft.From = t.Facts.stands()
	return flow.Do()
}

// stands is what a correction would change: whoever is not marked was not there,
// whatever became of it.
func (f Facts) stands() campaign.Status {
	if f.Marked {
		return f.Status
	}
	return campaign.Absent
}

// other reports whether a correction would change anything. That somebody was not
// there can be said of a record of which nobody has said anything.
func other(s campaign.Status) func(turn) bool {
	return func(t turn) bool {
		return t.Facts.stands() != s || t.Facts.Status == campaign.NotReported && s == campaign.Absent && t.Facts.Activity.Phase(t.Now) == campaign.Over
	}
}

func to(s campaign.Status) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.To = s
		return flow.Do()
	}
}

func asked(t turn) messages.Message {
	f := t.Facts
	m := messages.Say("<b>%s</b>, %s", f.Activity.Title, messages.Moment(f.Activity.Starts)).
		Line("<b>%s</b> · %s · %s", f.Name, f.No, f.In)
	if f.Marked || f.Activity.Phase(t.Now) == campaign.Over {
		m = m.Line("The record stands as: <b>%s</b>", f.Status)
	}
	return m.Line("What is right?")
}

func preview(t turn) messages.Message {
	return messages.Say("Correct the record of <b>%s</b> at “%s” to: <b>%s</b>?", t.Facts.Name, t.Facts.Activity.Title, t.Draft.To).
		Line("You write: %s", t.Draft.Why).
		Line("What was written before stays in its history.")
}

// correct puts the record right, unless it has changed since it was shown.
func correct(t *turn) flow.Outcome {
	if err := corrects(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	f, d := t.Facts, t.Draft
	if f.stands() != d.From {
		return flow.Stop().Reply("Somebody has changed this record meanwhile: it stands as %s. Nothing was corrected.", f.Status)
	}
	hat, _ := t.Who.Hat(f.Scope)
	return flow.Stop().And(flow.Do(Corrected{d.Activity, d.Person, hat.Role, d.From, d.To, d.Why})).
		Shout(campaign.RecordSettled{Activity: d.Activity, Person: d.Person, Hat: hat.Role, Cause: campaign.ByCorrection,
			Present: d.To != campaign.Absent, Late: d.To == campaign.CameLate, Note: d.Why}).
		Say(messages.Say("The record of <b>%s</b> is corrected: %s.", f.Name, d.To).
			Row(messages.Button(flow.Open{Flow: "history", Arg: fmt.Sprintf("%d_0_%d_%d", d.Activity, f.Scope.Branch, d.Person)}, "Records")).
			As("correct").Instead()).
		Tell(d.Person, messages.Say("%s (%s) has corrected your record of “%s”: %s.", t.Who.Name, hat.Role, f.Activity.Title, d.To).
			Line("They write: %s", d.Why).
			Row(messages.Button(flow.Open{Flow: "dispute", Arg: fmt.Sprint(d.Activity)}, "Object")))
}

// Corrected is a record that was put right.
type Corrected struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Hat      campaign.Role
	From, To campaign.Status
	Why      string `audit:"-"`
}

// Effect is its name in the audit.
func (Corrected) Effect() string { return "corrected" }
