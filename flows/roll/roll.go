// Package roll is how whoever runs a branch says who was at an activity, and how
// what a roll, a check-in and its circumstances say differently is decided. A roll
// is a fact of its own: it must never overrule what a person said of themselves,
// and nobody is accused. It writes no marks: what it finds others hear.
package roll

import (
	_ "embed"
	"slices"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow takes the roll of one branch at one activity. It is begun by a button, with
// both as its argument.
var Flow = flow.Spec[Draft, Facts]{
	Name: "roll",
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("begin", begin),
		flow.Several("who", func(t *turn) *[]campaign.PersonID { return &t.Draft.Present }, asked, names,
			flow.Way[Draft, Facts]{Key: "all", Label: "All present, except…", Do: everybody},
			flow.Way[Draft, Facts]{Key: "none", Label: "Nobody", Do: nobody},
			flow.Way[Draft, Facts]{Key: "on", Label: "Continue", Do: func(*turn) flow.Outcome { return flow.Do() }, Style: messages.Primary}),
		flow.Choose("look", preview,
			flow.Way[Draft, Facts]{Key: "go", Label: "Submit", Do: submit, Style: messages.Primary},
			flow.Way[Draft, Facts]{Key: "edit", Label: "Edit", Do: func(*turn) flow.Outcome { return flow.Goto("who") }}),
	},
	Also:    []flow.Flow{verify},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply},
	Schema:  schema,
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is a roll on its way. Of is whom it is of: who comes onto the list later
// was not looked for.
type Draft struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
	Of       []campaign.PersonID
	Present  []campaign.PersonID
}

// Facts is what a step must know of the database.
type Facts struct {
	Activity campaign.Activity
	Branch   branch
	People   []person  // expected of the branch
	Taken    time.Time // the roll before; zero where there is none
	Closing  campaign.Closing
}

// A branch is where a roll is taken.
type branch struct {
	Scope      campaign.Scope
	Unit, Name string
}

// A person is one who is expected.
type person struct {
	ID       campaign.PersonID
	No, Name string
	In       bool // there is a mark
	Mine     bool // which is nothing but the person's name on a roll that its taker took before
	Called   bool // the roll before has them
	Found    bool // as present
}

// lateEntry is how long after check-in has closed a roll is of the day itself.
const lateEntry = 24 * time.Hour

// takes reports whether the person may take this roll.
func takes(t turn) error {
	f := t.Facts
	switch {
	case !t.Who.Runs(f.Branch.Scope):
		return flow.Sorry("A roll is taken by the branch secretary, the responsible of the unit or the office.")
	case f.Activity.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case len(f.People) == 0:
		return flow.Sorry("Who is expected is written down when check-in opens. Please open it first.")
	case f.Closing.Holds(t.Now):
		return errClosed(f.Closing)
	}
	return nil
}

func errClosed(c campaign.Closing) error {
	return flow.Sorry("The figures up to %s are closed. The unit can unlock the record first.", c.Through)
}

// begin fixes whom the roll is of, and finds those there whom the roll before
// found, or who are in already. Nobody states their own presence.
func begin(t *turn) flow.Outcome {
	if err := takes(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	t.Draft = Draft{Activity: t.Facts.Activity.ID, Branch: t.Facts.Branch.Scope.Branch}
	for _, p := range t.Facts.People {
		if p.ID == t.Who.ID {
			continue
		}
		t.Draft.Of = append(t.Draft.Of, p.ID)
		if p.Found || p.In && !p.Called {
			t.Draft.Present = append(t.Draft.Present, p.ID)
		}
	}
	if len(t.Draft.Of) == 0 {
		return flow.Stop().Toast("There is nobody but yourself on this list. Please check in yourself.")
	}
	return flow.Do()
}

func (f Facts) person(id campaign.PersonID) (person, bool) {
	i := slices.IndexFunc(f.People, func(p person) bool { return p.ID == id })
	if i < 0 {
		return person{}, false
	}
	return f.People[i], true
}

// called are the people whom the roll is of.
func (f Facts) called(d Draft) (ps []person) {
	for _, p := range f.People {
		if slices.Contains(d.Of, p.ID) {
			ps = append(ps, p)
		}
	}
	return ps
}

// names are the options of the roll: people of one name by their numbers, too.
func names(t turn) (options []flow.Option[campaign.PersonID]) {
	people := t.Facts.called(t.Draft)
	bear := map[string]int{}
	for _, p := range people {
		bear[p.Name]++
	}
	for _, p := range people {
		label := messages.T("%s", p.Name)
		if bear[p.Name] > 1 {
			label = messages.T("%s %s", p.Name, p.No)
		}
		options = append(options, flow.Option[campaign.PersonID]{Key: strconv.FormatInt(int64(p.ID), 10), Label: label, Value: p.ID})
	}
	return options
}

func asked(t turn) messages.Message {
	m := messages.Say("<b>%s</b> · %s", t.Facts.Activity.Title, t.Facts.Branch.Name).
		Line("Roll: present %d of %d. A press changes a name: ✓ is present.", len(t.Draft.Present), len(t.Draft.Of))
	if !t.Facts.Taken.IsZero() {
		m = m.Line("It begins with the roll of %s.", messages.Moment(t.Facts.Taken))
	}
	return m
}

func everybody(t *turn) flow.Outcome {
	t.Draft.Present = slices.Clone(t.Draft.Of)
	return flow.Goto("who")
}

func nobody(t *turn) flow.Outcome {
	t.Draft.Present = nil
	return flow.Goto("who")
}

// split is who is there and who is not, as the draft says.
func (f Facts) split(d Draft) (present, absent []person) {
	for _, p := range f.called(d) {
		if slices.Contains(d.Present, p.ID) {
			present = append(present, p)
			continue
		}
		absent = append(absent, p)
	}
	return present, absent
}

// differing are those whom a roll does not find although somebody else, or they
// themselves, said that they are in.
func differing(absent []person) (ps []person) {
	for _, p := range absent {
		if p.In && !p.Mine {
			ps = append(ps, p)
		}
	}
	return ps
}

// unwitnessed counts those whom a roll finds without a check-in of their own, where
// one had to show that one was there.
func (f Facts) unwitnessed(present []person) (n int) {
	if f.Activity.Method == campaign.ByButton {
		return 0
	}
	for _, p := range present {
		if !p.In || p.Mine {
			n++
		}
	}
	return n
}

// mostNamed is how many absentees a preview names: a screen of a phone.
const mostNamed = 30

func called(ps []person) messages.List {
	var list []string
	for _, p := range ps[:min(len(ps), mostNamed)] {
		list = append(list, p.Name)
	}
	named := messages.Names(list)
	if n := len(ps) - len(list); n > 0 {
		named = append(named, messages.T("and %d people more", n))
	}
	return named
}

func (f Facts) late(now time.Time) bool { return now.After(f.Activity.Closes.Add(lateEntry)) }

func preview(t turn) messages.Message {
	present, absent := t.Facts.split(t.Draft)
	m := messages.Say("Record this roll of <b>%s</b>?", t.Facts.Activity.Title).
		Line("%s: present %d, absent %d, of %d", t.Facts.Branch.Name, len(present), len(absent), len(t.Draft.Of))
	if len(absent) > 0 {
		m = m.Line("Absent: %s", called(absent))
	}
	if ps := differing(absent); len(ps) > 0 {
		m = m.Line("Recorded as there already, to be verified: %s", called(ps))
	}
	if t.Facts.late(t.Now) {
		m = m.Line("Check-in closed more than a day ago: the roll is marked “entered late”.")
	}
	return m.Line("Your own presence is not part of it.")
}

func submit(t *turn) flow.Outcome {
	if err := takes(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	f := t.Facts
	present, absent := f.split(t.Draft)
	hat, _ := t.Who.Hat(f.Branch.Scope)
	news := campaign.RollTaken{Activity: f.Activity.ID, Branch: f.Branch.Scope.Branch, Hat: hat.Role, EnteredLate: f.late(t.Now), Present: ids(present), Absent: ids(absent)}
	m := messages.Say("The roll of <b>%s</b> is recorded: present %d, absent %d.", f.Activity.Title, len(present), len(absent))
	if news.EnteredLate {
		m = m.Line("It is marked “entered late”.")
	}
	if p, listed := f.person(t.Who.ID); listed && !p.In {
		m = m.Line("You yourself are not checked in. Somebody else who runs your branch can mark you present.")
	}
	if n := len(differing(absent)) + f.unwitnessed(present); n > 0 {
		m = m.Line("To be verified: %d. What was recorded of them stays until somebody decides.", n).
			Row(messages.Button(flow.Open{Flow: "verify", Arg: at{f.Activity.ID, f.Branch.Scope.Unit, f.Branch.Scope.Branch}.arg()}, "To verify"))
	}
	return flow.Stop().And(flow.Do(Taken{news.Activity, news.Branch, news.Hat, news.EnteredLate, news.Present, news.Absent})).Shout(news).
		Say(m.Row(messages.Button(flow.Open{Flow: "attendance"}, "Attendance")).As("roll").Instead())
}

func ids(ps []person) []campaign.PersonID {
	all := make([]campaign.PersonID, len(ps))
	for i, p := range ps {
		all[i] = p.ID
	}
	return all
}

// Taken is a roll.
type Taken struct {
	Activity        campaign.ActivityID
	Branch          campaign.BranchID
	Hat             campaign.Role
	EnteredLate     bool
	Present, Absent []campaign.PersonID
}

// Effect is its name in the audit.
func (Taken) Effect() string { return "taken" }
