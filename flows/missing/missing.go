// Package missing tells whoever runs a branch, in private, who has not come, and
// reminds the branch's group without putting anybody on show: it sees how many are
// missing, and names only where the unit chose so, and then a handful, since more
// would reach nobody. It changes no record.
package missing

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the list of who is missing. It is begun by a button of a group's card, or
// of the attendance of a branch, with activity and branch as its argument.
var Flow = flow.Spec[struct{}, Facts]{
	Name: "missing",
	Asks: []flow.Ask[struct{}, Facts]{flow.Then("show", show)},
	Handlers: []flow.Handler[struct{}, Facts]{
		flow.Pressed("page", page),
		flow.Pressed("remind", remind),
		flow.Pressed("choose", choose),
	},
	Store:   flow.Store[struct{}, Facts]{Load: load, Apply: apply, Over: over},
	Schema:  schema,
	Chinese: chinese,
}

type turn = flow.Turn[struct{}, Facts]

// name is what the list of a branch is called.
const name = "missing/%d/%d"

// At is a branch at an activity.
type At struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
}

// spot reads what a button named. What it cannot read is 0: nobody runs that.
func spot(arg string) (at At) {
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d", &at.Activity, &at.Branch)
	return at
}

// Facts is what a step must know of the database.
type Facts struct {
	At       At
	Activity campaign.Activity
	Scope    campaign.Scope // of the branch
	Unit, In string         // its names
	Missing  []string       // names, in the order of the roster
	Expected int
	Reported bool      // somebody is in, or it was said who is not
	Grouped  bool      // the branch has a group
	Named    bool      // the unit chose names for its groups
	Reminded time.Time // when the group was reminded last
}

// What the buttons of the list carry.
type (
	// Page shows another page.
	Page struct {
		At     At
		Number int
	}
	// Remind reminds the group.
	Remind struct{ At At }
	// Choose lets the groups of the unit see names, or not.
	Choose struct {
		At    At
		Named bool
	}
)

// runs reports whether names of the branch are for the person.
func runs(t turn) error {
	switch f := t.Facts; {
	case !t.Who.Runs(f.Scope):
		return flow.Sorry("Names are for the branch secretary, the responsible of the unit and the office. The card shows how many are in.")
	case f.Activity.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case f.Expected == 0:
		return flow.Sorry("Who is expected is written down when check-in opens.")
	}
	return nil
}

func show(t *turn) flow.Outcome {
	if err := runs(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	o := flow.Stop().Say(list(*t, 0).As(name, t.Facts.At.Activity, t.Facts.At.Branch))
	if t.Chat.Group {
		o = o.Toast("I have written to you privately.")
	}
	return o
}

func page(t turn, p Page) flow.Outcome {
	if err := runs(t); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do().Say(redrawn(t, p.Number))
}

func redrawn(t turn, number int) messages.Message {
	return list(t, number).AsOne(name, t.Facts.At.Activity, t.Facts.At.Branch)
}

// namesOfPage fit a screen of a phone.
const namesOfPage = 20

func (f Facts) over(now time.Time) bool { return f.Activity.Phase(now) == campaign.Over }

// heading says what is known of those who have no mark: nobody is absent while
// they may come, nor of a branch that has sent nothing.
func (f Facts) heading(now time.Time) messages.Text {
	n := len(f.Missing)
	switch (campaign.Presence{Over: f.over(now), Reported: f.Reported}).Status() {
	case campaign.Absent:
		return messages.T("Absent: %d of %d", n, f.Expected)
	default:
		if f.over(now) {
			return messages.T("Nothing has been reported yet: %d of %d", n, f.Expected)
		}
		return messages.T("Not in yet: %d of %d", n, f.Expected)
	}
}

// list is what whoever runs the branch sees.
func list(t turn, number int) messages.Message {
	f := t.Facts
	m := messages.Say("<b>%s</b> · %s", f.Activity.Title, f.In)
	if len(f.Missing) == 0 {
		return m.Line("Everybody is in: %d.", f.Expected)
	}
	m = m.Add(f.heading(t.Now))
	pages := (len(f.Missing) + namesOfPage - 1) / namesOfPage
	number = (number%pages + pages) % pages
	for _, n := range f.Missing[number*namesOfPage : min(len(f.Missing), (number+1)*namesOfPage)] {
		m = m.Line("– %s", n)
	}
	if pages > 1 {
		m = m.Line("Page %d of %d.", number+1, pages).
			Row(messages.Button(Page{f.At, number - 1}, "◀ Previous"), messages.Button(Page{f.At, number + 1}, "Next ▶"))
	}
	row := []messages.Key{messages.Button(Page{f.At, number}, "Refresh")}
	if reminds(t) == nil {
		row = append(row, messages.Button(Remind{f.At}, "Remind the group"))
	}
	m = m.Row(row...)
	switch {
	case !f.Grouped:
		return m
	case f.Named:
		m = m.Line("The group sees how many are missing, and up to %d names.", mostNamed)
	default:
		m = m.Line("The group sees how many are missing, no names.")
	}
	if !t.Who.Runs(campaign.UnitScope(f.Scope.Unit)) {
		return m
	}
	if f.Named {
		return m.Row(messages.Button(Choose{f.At, false}, "No names in the groups of the unit"))
	}
	return m.Row(messages.Button(Choose{f.At, true}, "Some names in the groups of the unit"))
}

const (
	mostNamed = 5                // names that a group may see: a messenger tells no more people that they are meant
	pause     = 10 * time.Minute // between two reminders in one group
)

// reminds reports whether the group can be reminded now.
func reminds(t turn) error {
	f := t.Facts
	switch phase := f.Activity.Phase(t.Now); {
	case !f.Grouped:
		return flow.Sorry("This branch has no group.")
	case phase != campaign.OnTime && phase != campaign.Late:
		return flow.Sorry("Check-in is not open.")
	case len(f.Missing) == 0:
		return flow.Sorry("Everybody is in: %d.", f.Expected)
	case t.Now.Before(f.Reminded.Add(pause)):
		return flow.Sorry("The group was reminded at %s. Please wait a little.", f.Reminded)
	}
	return nil
}

// remind tells the group how many are missing.
func remind(t turn, _ Remind) flow.Outcome {
	for _, allowed := range []func(turn) error{runs, reminds} {
		if err := allowed(t); err != nil {
			return flow.Refuse(err)
		}
	}
	f := t.Facts
	hat, _ := t.Who.Hat(f.Scope)
	m := messages.Say("<b>%s</b>: %d of %d are not in yet. Check-in is open until %s.", f.Activity.Title, len(f.Missing), f.Expected, f.Activity.Closes)
	if f.Named {
		m = m.Line("Among them: %s", some(f.Missing))
	}
	o := flow.Do(Reminded{f.At.Activity, f.At.Branch, hat.Role, len(f.Missing), f.Named}).
		TellGroup(f.At.Branch, m.Row(messages.Button(flow.Open{Flow: "checkin", Arg: fmt.Sprint(f.At.Activity)}, "Check in").Styled(messages.Primary)).
			As(name, f.At.Activity, f.At.Branch).In(messages.Reminders))
	t.Facts.Reminded = t.Now
	return o.Say(redrawn(t, 0)).Toast("The group is reminded.")
}

// some are the first names, and how many more there are.
func some(names []string) messages.List {
	l := messages.Names(names[:min(len(names), mostNamed)])
	if n := len(names) - mostNamed; n > 0 {
		l = append(l, messages.T("and %d people more", n))
	}
	return l
}

// choose lets the groups of a unit see some names, or none.
func choose(t turn, p Choose) flow.Outcome {
	if err := runs(t); err != nil {
		return flow.Refuse(err)
	}
	unit := campaign.UnitScope(t.Facts.Scope.Unit)
	hat, ok := t.Who.Hat(unit)
	if !ok {
		return flow.Do().Toast("What groups see is chosen by those who are responsible for the unit, and by the office.")
	}
	t.Facts.Named = p.Named
	o := flow.Do(Chosen{unit.Unit, p.Named, hat.Role}).Say(redrawn(t, 0))
	if p.Named {
		return o.Toast("The groups of %s see up to %d names from now on.", t.Facts.Unit, mostNamed)
	}
	return o.Toast("The groups of %s see no names from now on.", t.Facts.Unit)
}

type (
	// Reminded is a group that was told how many are missing.
	Reminded struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		Hat      campaign.Role
		Missing  int
		Named    bool
	}
	// Chosen is what the groups of a unit see from now on.
	Chosen struct {
		Unit  campaign.UnitID
		Named bool
		Hat   campaign.Role
	}
)

// Effect is its name in the audit.
func (Reminded) Effect() string { return "reminded" }

// Effect is its name in the audit.
func (Chosen) Effect() string { return "chosen" }
