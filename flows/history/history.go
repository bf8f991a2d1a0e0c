// Package history shows what became of one person's record of one activity: what
// was written first, and whatever was said of it since, by whom, in which hat and
// why. A member sees their own, whoever runs a branch those of its people. It reads
// and never writes.
package history

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the history of a record. It is begun by a button: without an argument of
// one's own records, with an activity, a unit and a branch of those of the branch,
// with a person as well of one record.
var Flow = flow.Spec[Draft, Facts]{
	Name: "history",
	Idle: func(Draft) bool { return true },
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("begin", begin),
		flow.List("own", func(t *turn) *campaign.ActivityID { return &t.Draft.Activity },
			"Your record of which activity?", "No activity has expected you yet.", own).
			When(func(t turn) bool { return t.Draft.Activity == 0 }),
		flow.List("member", func(t *turn) *campaign.PersonID { return &t.Draft.Person },
			"Whose record?", "Nobody is on this list.", members).
			When(func(t turn) bool { return t.Draft.Person == 0 }),
		flow.Then("card", card),
	},
	Offers: []flow.Offer{{
		Name: "changes", Help: "What was said of whose record, by whom and why, and what after the figures were closed",
		Columns: columns, Export: export,
	}},
	Store:   flow.Store[Draft, Facts]{Load: load},
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is which record is asked for.
type Draft struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID // whose people there are to choose from
	Person   campaign.PersonID
}

// asked reads what a button named: an activity, its unit, a branch, a person.
func asked(arg string) (d Draft) {
	var unit campaign.UnitID
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d %d %d", &d.Activity, &unit, &d.Branch, &d.Person)
	return d
}

// Facts is what a step must know of the database.
type Facts struct {
	Own     []campaign.Activity // that expected the person, while none is chosen
	Members []member            // to choose from, while nobody is chosen
	Scope   campaign.Scope      // of the branch chosen, or of the one that counts the record
	Record  record
}

// A member is one whose record can be chosen.
type member struct {
	ID       campaign.PersonID
	No, Name string
}

// A record is one person's of one activity.
type record struct {
	Activity campaign.Activity
	Person   member
	Unit, In string // where they are counted
	Expected bool
	Reported bool // somebody of the branch is in, or it was said who is not
	Debt     campaign.Debt
	Closing  campaign.Closing
	Mark     entry
	Changes  []change // the oldest first
}

// An entry is a mark, as it is or was. The zero entry is none.
type entry struct {
	Method string
	At     time.Time
	Late   bool
	Doubt  string
	By     string // who made it, where it was not the person
	Note   string
}

func (e entry) made() bool { return e.Method != "" }

// is reports whether both are the same mark, whatever was said of it since.
func (e entry) is(o entry) bool { return e.made() == o.made() && e.At.Equal(o.At) }

// A change is what somebody said of a record.
type change struct {
	At          time.Time
	Cause       campaign.Cause
	By          string
	Hat         campaign.Role
	For         string
	Stated      string // present, absent or nothing
	EnteredLate bool
	Note        string
	After       bool   // the figures had been closed
	Unlocker    string // who had unlocked them
	Reason      string // and why
	Old, New    entry
}

// begin takes what the button named. Nobody chooses among people whom they do not
// look after.
func begin(t *turn) flow.Outcome {
	if t.Draft == (Draft{}) {
		t.Draft = asked(t.Arg)
	}
	switch d := &t.Draft; {
	case d.Activity == 0:
		d.Person = t.Who.ID
	case d.Person == 0 && !t.Who.Runs(t.Facts.Scope):
		return flow.Stop().And(flow.Refuse(errElsewhere))
	}
	return flow.Do()
}

var errElsewhere = flow.Sorry("Records are shown to the person themselves and to those who run their branch.")

func own(t turn) (options []flow.Option[campaign.ActivityID]) {
	for _, a := range t.Facts.Own {
		options = append(options, flow.Option[campaign.ActivityID]{Key: a.No, Label: messages.T("%s %s", messages.Moment(a.Starts), a.Title), Value: a.ID})
	}
	return options
}

func members(t turn) (options []flow.Option[campaign.PersonID]) {
	for _, m := range t.Facts.Members {
		options = append(options, flow.Option[campaign.PersonID]{Key: strconv.FormatInt(int64(m.ID), 10), Label: messages.T("%s · %s", m.Name, m.No), Value: m.ID})
	}
	return options
}

// card shows the record, to whom it is for.
func card(t *turn) flow.Outcome {
	r := t.Facts.Record
	if !r.Expected || r.Person.ID != t.Who.ID && !t.Who.Runs(t.Facts.Scope) {
		return flow.Stop().And(flow.Refuse(errElsewhere))
	}
	m := messages.Say("<b>%s</b>, %s", r.Activity.Title, messages.Moment(r.Activity.Starts)).
		Line("<b>%s</b> · %s · %s", r.Person.Name, r.Person.No, r.In).
		Line("Stands as: <b>%s</b>", r.standing(t.Now)).Add(r.shut(t.Now)...).Gap()
	return flow.Stop().Say(acts(m.Add(r.told()...), *t).As("history").Instead())
}

// acts are the buttons beneath, for what this person may do about the record.
func acts(m messages.Message, t turn) messages.Message {
	r, runs := t.Facts.Record, t.Who.Runs(t.Facts.Scope)
	over := r.Activity.Phase(t.Now) == campaign.Over
	if r.Person.ID == t.Who.ID && (r.Mark.made() || over) {
		m = m.Row(messages.Button(flow.Open{Flow: "dispute", Arg: fmt.Sprint(r.Activity.ID)}, "Object"))
	}
	if runs && r.Person.ID != t.Who.ID {
		if r.disputed() {
			m = m.Row(messages.Button(flow.Open{Flow: "dispute", Arg: fmt.Sprintf("%d_%d", r.Activity.ID, r.Person.ID)}, "Objection"))
		}
		if !r.Closing.Holds(t.Now) && r.Activity.Phase(t.Now) != campaign.Before {
			m = m.Row(messages.Button(flow.Open{Flow: "correct", Arg: fmt.Sprintf("%d_%d", r.Activity.ID, r.Person.ID)}, "Correct"))
		}
	}
	if runs && r.Closing.Holds(t.Now) {
		label := messages.Sentence("Ask to unlock")
		if t.Who.Runs(campaign.UnitScope(t.Facts.Scope.Unit)) {
			label = "Unlock"
		}
		m = m.Row(messages.Button(flow.Open{Flow: "unlock", Arg: fmt.Sprintf("%d_%d_%d", r.Activity.ID, t.Facts.Scope.Unit, t.Facts.Scope.Branch)}, label))
	}
	return m.Row(messages.Button(flow.Open{Flow: "history", Arg: t.Draft.list()}, "Other records"))
}

// disputed reports whether an objection waits for a decision.
func (r record) disputed() (waits bool) {
	for _, c := range r.Changes {
		switch c.Cause {
		case campaign.ByObjection:
			waits = true
		case campaign.ByAcceptance, campaign.ByRefusal:
			waits = false
		}
	}
	return waits
}

// shut says whether the figures are closed, and until when they are unlocked.
func (r record) shut(now time.Time) []messages.Text {
	c := r.Closing
	if c.At.IsZero() {
		return nil
	}
	lines := []messages.Text{messages.T("The figures are closed up to %s (%s, %s).", c.Through, c.By, messages.Moment(c.At))}
	if !c.Holds(now) {
		lines = append(lines, messages.T("Unlocked until %s.", messages.Moment(c.Unlocked)))
	}
	return lines
}

// list is the argument that begins with the list from which the record was chosen.
func (d Draft) list() string {
	if d.Branch == 0 {
		return ""
	}
	return fmt.Sprintf("%d_0_%d", d.Activity, d.Branch)
}

// standing is how the record counts now. Nothing is held against anybody while
// check-in runs.
func (r record) standing(now time.Time) messages.Text {
	over := r.Activity.Phase(now) == campaign.Over
	if !r.Mark.made() && !over {
		return messages.T("not in yet")
	}
	return messages.T("%s", campaign.Presence{Marked: r.Mark.made(), Late: r.Mark.Late, Over: over, Reported: r.Reported, Required: r.Activity.Required, Debt: r.Debt}.Status())
}

// mostTold bounds a card. The first entry is always told.
const mostTold = 15

// told is what is known of the record, the newest first: what was written first
// stands beneath.
func (r record) told() []messages.Text {
	lines := r.lines()
	if len(lines) == 0 {
		return []messages.Text{messages.T("Nothing is written of it yet.")}
	}
	lines[0] = messages.T("First entry: %s", lines[0])
	var told []messages.Text
	for i := len(lines) - 1; i >= 0; i-- {
		if i > 0 && len(told) == mostTold-1 {
			told = append(told, messages.T("… %d between", i))
			i = 0
		}
		told = append(told, lines[i])
	}
	return told
}

// lines are what was written, the oldest first. A mark that no change made is of
// the person's own hand, or of somebody who vouched.
func (r record) lines() (lines []messages.Text) {
	var stood entry
	for _, c := range r.Changes {
		if c.Old.made() && !c.Old.is(stood) {
			lines = append(lines, c.Old.text(r.Person.Name))
		}
		lines = append(lines, c.text())
		stood = c.New
	}
	if r.Mark.made() && !r.Mark.is(stood) {
		line := r.Mark.text(r.Person.Name)
		if r.Mark.By != "" && !r.Closing.At.IsZero() && !r.Mark.At.Before(r.Closing.At) {
			line = messages.T("%s · after the closing", line)
		}
		lines = append(lines, line)
	}
	return lines
}

// text says how a mark of somebody came about.
func (e entry) text(who string) messages.Text {
	at := messages.Moment(e.At)
	t := messages.T("%s · checked in", at)
	switch {
	case e.Method == "code":
		t = messages.T("%s · checked in with the code", at)
	case e.Method == "location":
		t = messages.T("%s · checked in by the place", at)
	case e.Method == "helper":
		t = messages.T("%s · checked in by %s for %s", at, e.By, who)
	case e.Method == "guest":
		t = messages.T("%s · attended at %s, accepted there by %s", at, e.Note, e.By)
	case e.By != "" && e.Note != "":
		t = messages.T("%s · %s marked them present: %s", at, e.By, e.Note)
	case e.By != "":
		t = messages.T("%s · %s marked them present", at, e.By)
	}
	if e.Late {
		t = messages.T("%s · late", t)
	}
	switch {
	case e.Doubt != "" && e.By == "" && e.Note != "":
		t = messages.T("%s · to be verified: %s", t, e.Note)
	case e.Doubt != "":
		t = messages.T("%s · to be verified", t)
	}
	return t
}

// text says who said what of a record, and what that changed.
func (c change) text() messages.Text {
	by := messages.T("%s", c.By)
	if c.Hat != "" {
		by = messages.T("%s (%s)", c.By, c.Hat)
	}
	if c.For != "" {
		by = messages.T("%s for %s", by, c.For)
	}
	t := messages.T("%s · %s: %s", messages.Moment(c.At), by, c.did())
	if c.EnteredLate {
		t = messages.T("%s · entered late", t)
	}
	switch {
	case c.Old.made() && !c.New.made():
		t = messages.T("%s; until then: %s", t, c.Old.word())
	case c.Old.made() && c.Old.Late != c.New.Late:
		t = messages.T("%s; until then: %s", t, c.Old.word())
	}
	if c.Note != "" {
		t = messages.T("%s. Because: %s", t, c.Note)
	}
	switch {
	case !c.After, c.Cause == campaign.ByObjection, c.Cause == campaign.ByRefusal: // which change nothing
		return t
	case c.Unlocker == "":
		return messages.T("%s · after the closing", t)
	}
	return messages.T("%s · after the closing, unlocked by %s: %s", t, c.Unlocker, c.Reason)
}

func (e entry) word() campaign.Status {
	if e.Late {
		return campaign.CameLate
	}
	return campaign.Present
}

// did is what somebody did, in words that accuse nobody.
func (c change) did() messages.Text {
	there := c.Stated == "present"
	switch c.Cause {
	case campaign.ByRoll:
		switch {
		case there:
			return messages.T("present on the roll")
		case c.Old.made() && c.New.made():
			return messages.T("not on the roll; the record stays, to be verified")
		}
		return messages.T("not on the roll")
	case campaign.ByDecision:
		if there {
			return messages.T("counted as present")
		}
		return messages.T("not counted as present")
	case campaign.ByCorrection, campaign.ByAcceptance:
		word := campaign.Absent
		if there {
			word = c.New.word()
		}
		if c.Cause == campaign.ByAcceptance {
			return messages.T("accepted the objection: %s", word)
		}
		return messages.T("corrected to: %s", word)
	case campaign.ByObjection:
		return messages.T("objected")
	}
	return messages.T("did not accept the objection")
}
