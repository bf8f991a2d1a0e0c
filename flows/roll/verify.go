package roll

import (
	"fmt"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// verify is the list of what is not proven or said differently, each with a
// decision of one tap.
var verify = flow.Spec[struct{}, Open]{
	Name: "verify",
	Asks: []flow.Ask[struct{}, Open]{
		flow.Then("show", func(t *verifying) flow.Outcome {
			if err := looks(*t); err != nil {
				return flow.Stop().And(flow.Refuse(err))
			}
			return flow.Stop().Say(list(*t, 0).As(verifyName, t.Facts.At.Activity))
		}),
	},
	Handlers: []flow.Handler[struct{}, Open]{
		flow.Pressed("page", func(t verifying, p Page) flow.Outcome {
			if err := looks(t); err != nil {
				return flow.Refuse(err)
			}
			return flow.Do().Say(list(t, p.Number).AsOne(verifyName, t.Facts.At.Activity))
		}),
		flow.Pressed("decide", decide),
		flow.Pressed("trust", trust),
		flow.Heard("closed", closed),
	},
	Store: flow.Store[struct{}, Open]{Load: loadOpen, Apply: settle, Audience: audience, Over: over},
}

// verifyName is what the list of an activity is called.
const verifyName = "verify/%d"

type verifying = flow.Turn[struct{}, Open]

// Open is what is to be decided of an activity, as far as the person runs it.
type Open struct {
	At       at
	Activity campaign.Activity
	Items    []item
	Closings map[campaign.BranchID]campaign.Closing // of the branches on which a press decides
}

// at is a part of an activity, as buttons name it. 0 is any.
type at struct {
	Activity campaign.ActivityID
	Unit     campaign.UnitID
	Branch   campaign.BranchID
}

func (a at) arg() string { return fmt.Sprintf("%d_%d_%d", a.Activity, a.Unit, a.Branch) }

// spot reads what arg writes. What it cannot read is 0: nothing is found there.
func spot(arg string) (a at) {
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d %d", &a.Activity, &a.Unit, &a.Branch)
	return a
}

// An item is a record that waits for a decision.
type item struct {
	Person  campaign.PersonID
	Name    string
	Branch  campaign.Scope
	In      string // the name of the branch
	At      time.Time
	Late    bool
	Doubt   campaign.Doubt
	Note    string // what they said of it themselves
	By      string // who made the mark, where it was not themselves
	Rolled  bool   // the roll has them
	Present bool   // as present
}

// What buttons of the list carry.
type (
	// Page shows another page.
	Page struct {
		At     at
		Number int
	}
	// Trust counts all as present whom the roll has without a check-in of their own.
	Trust struct{ At at }
	// Decide counts somebody as present, or not.
	Decide struct {
		At      at
		Person  campaign.PersonID
		Present bool
		Page    int
	}
)

// unwitnessed reports whether nothing but the roll says that they were there.
func (i item) unwitnessed() bool { return i.Rolled && i.Present && i.Doubt == campaign.NoDoubt }

// why says, of an item, what is said differently or not proven.
func (i item) why() messages.Text {
	switch {
	case i.Rolled && !i.Present:
		return messages.T("%s · recorded at %s; the roll does not have them", i.Name, messages.Moment(i.At))
	case i.Doubt == campaign.CodeOnly:
		return messages.T("%s · checked in at %s with a code alone", i.Name, messages.Moment(i.At))
	case i.Doubt == campaign.Outside:
		return messages.T("%s · checked in at %s, away from the place", i.Name, messages.Moment(i.At))
	case i.Doubt == campaign.ByHelper:
		return messages.T("%s · checked in at %s by %s for %s", i.Name, messages.Moment(i.At), i.By, i.Name)
	}
	return messages.T("%s · the roll has them; there is no check-in of their own", i.Name)
}

// looks reports whether there is anything here that the person runs.
func looks(t verifying) error {
	if t.Facts.Activity.ID == 0 || !t.Who.Holds(campaign.Secretary, campaign.First, campaign.Direct, campaign.Desk, campaign.Office) {
		return flow.Sorry("You do not look after this part of the district. /attendance shows what you may see.")
	}
	return nil
}

// itemsOfPage is how many decisions fit a screen.
const itemsOfPage = 5

func list(t verifying, page int) messages.Message {
	f := t.Facts
	m := messages.Say("<b>%s</b>", f.Activity.Title)
	if len(f.Items) == 0 {
		return m.Line("Nothing is to be verified.").Row(messages.Button(flow.Open{Flow: "attendance"}, "Attendance"))
	}
	pages := (len(f.Items) + itemsOfPage - 1) / itemsOfPage
	page = (page%pages + pages) % pages
	m = m.Line("To be verified: %d. What is recorded counts until you decide.", len(f.Items))
	for _, i := range f.Items[page*itemsOfPage : min(len(f.Items), (page+1)*itemsOfPage)] {
		line := i.why()
		if i.Note != "" {
			line = messages.T("%s: %s", line, i.Note)
		}
		if f.several() {
			line = messages.T("%s (%s)", line, i.In)
		}
		m = m.Add(line).Row(
			messages.Button(Decide{f.At, i.Person, true, page}, "Count %s", i.Name),
			messages.Button(Decide{f.At, i.Person, false, page}, "Do not count %s", i.Name))
	}
	if pages > 1 {
		m = m.Line("Page %d of %d.", page+1, pages).
			Row(messages.Button(Page{f.At, page - 1}, "◀ Previous"), messages.Button(Page{f.At, page + 1}, "Next ▶"))
	}
	if n := len(f.unwitnessed(t.Who)); n > 1 {
		m = m.Row(messages.Button(Trust{f.At}, "Count the %d whom the roll has", n))
	}
	return m.Row(messages.Button(Page{f.At, page}, "Refresh"))
}

// unwitnessed are the items of that kind on which somebody may decide.
func (f Open) unwitnessed(who campaign.Person) (items []item) {
	for _, i := range f.Items {
		if i.unwitnessed() && i.Person != who.ID && who.Runs(i.Branch) {
			items = append(items, i)
		}
	}
	return items
}

// several reports whether the items are of more than one branch.
func (f Open) several() bool {
	for _, i := range f.Items {
		if i.Branch != f.Items[0].Branch {
			return true
		}
	}
	return false
}

// without is what is still to be decided once p is.
func (f Open) without(p campaign.PersonID) Open {
	var rest []item
	for _, i := range f.Items {
		if i.Person != p {
			rest = append(rest, i)
		}
	}
	f.Items = rest
	return f
}

// decide counts somebody as present, or not. Who is not counted is told, and how
// to object.
func decide(t verifying, p Decide) flow.Outcome {
	if err := looks(t); err != nil {
		return flow.Refuse(err)
	}
	f := t.Facts
	redrawn := func(f Open) messages.Message {
		t := t
		t.Facts = f
		return list(t, p.Page).AsOne(verifyName, f.At.Activity)
	}
	for _, i := range f.Items {
		if i.Person != p.Person {
			continue
		}
		hat, runs := t.Who.Hat(i.Branch)
		switch {
		case !runs:
			return flow.Do().Toast("You may read this list. Deciding is for the branch secretary, the responsible of the unit and the office.")
		case f.Closings[i.Branch.Branch].Holds(t.Now):
			return flow.Refuse(errClosed(f.Closings[i.Branch.Branch]))
		case i.Person == t.Who.ID:
			return flow.Do().Toast("Nobody decides on their own record. Please ask somebody else who runs your branch.")
		}
		o := i.settled(f.At.Activity, p.Present, hat.Role).Say(redrawn(f.without(i.Person)))
		if p.Present {
			return o.Toast("%s is counted as present.", i.Name)
		}
		return o.Toast("%s is not counted as present.", i.Name).
			Tell(i.Person, messages.Say("%s (%s) has looked through the records of “%s”: you are not counted as present.", t.Who.Name, hat.Role, f.Activity.Title).
				Line("If you were there, please open the record in /me and object."))
	}
	return flow.Do().Say(redrawn(f)).Toast("This has been decided already.")
}

// settled is a decision on an item: late stays late.
func (i item) settled(a campaign.ActivityID, present bool, hat campaign.Role) flow.Outcome {
	return flow.Do(Settled{a, i.Branch.Branch, i.Person, present, hat}).
		Shout(campaign.RecordSettled{Activity: a, Person: i.Person, Hat: hat, Cause: campaign.ByDecision, Present: present, Late: i.Late})
}

// trust counts those as present whom the roll has without a check-in of their own.
func trust(t verifying, p Trust) flow.Outcome {
	if err := looks(t); err != nil {
		return flow.Refuse(err)
	}
	o, rest := flow.Do(), t.Facts
	n, shut := 0, campaign.Closing{}
	for _, i := range t.Facts.unwitnessed(t.Who) {
		if c := t.Facts.Closings[i.Branch.Branch]; c.Holds(t.Now) {
			shut = c
			continue
		}
		hat, _ := t.Who.Hat(i.Branch)
		o, rest = o.And(i.settled(p.At.Activity, true, hat.Role)), rest.without(i.Person)
		n++
	}
	if n == 0 && !shut.At.IsZero() {
		return flow.Refuse(errClosed(shut))
	}
	t.Facts = rest
	return o.Say(list(t, 0).AsOne(verifyName, p.At.Activity)).Toast("Counted as present: %d.", n)
}

// closed tells, when check-in has closed, whoever runs a branch of which something
// is not proven.
func closed(t verifying, n campaign.WindowClosed) flow.Outcome {
	a := t.Facts.Activity
	if a.ID == 0 || a.Cancelled || len(t.Facts.Items) == 0 {
		return flow.Do()
	}
	return flow.Do().TellAll(Concerned{a.ID}, messages.Say("<b>%s</b>: check-in has closed. Some records do not yet prove that somebody was there.", a.Title).
		Line("A roll, or a decision on each, settles them.").
		Row(messages.Button(flow.Open{Flow: "verify", Arg: at{Activity: n.Activity}.arg()}, "To verify")).
		As(verifyName, a.ID).In(messages.Reminders))
}

// Concerned is whoever runs a branch of which something is not proven.
type Concerned struct{ Activity campaign.ActivityID }

// Settled is a decision on what was said differently or not proven.
type Settled struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
	Person   campaign.PersonID
	Present  bool
	Hat      campaign.Role
}

// Effect is its name in the audit.
func (Settled) Effect() string { return "settled" }
