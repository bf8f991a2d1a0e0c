package makeup

import (
	"fmt"
	"strconv"
	"strings"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A Want is which debts of somebody's care a list shows.
type Want string

// The lists. They are stored by these names.
const (
	Handed  Want = "handed"  // waits for a decision
	Owed    Want = "owed"    // nothing was handed in yet
	Overdue Want = "overdue" // nothing was handed in, and the last day has passed
)

var listing = []ask{
	flow.List("which", func(t *turn) *Key { return &t.Draft.Key }, "Whose absence?", "There is nothing in this list any more.", options).When(doing(browsing)),
	flow.Then("card", func(t *turn) flow.Outcome {
		if err := readable(t.Who, t.Facts.Debt); err != nil {
			return flow.Stop().And(flow.Refuse(err))
		}
		return flow.Stop().And(t.Facts.Debt.look(*t))
	}).When(doing(browsing)),
}

// options are the debts of the list.
func options(t turn) []flow.Option[Key] {
	os := make([]flow.Option[Key], len(t.Facts.List))
	for i, d := range t.Facts.List {
		label := messages.T("%s · %s", d.Name, d.Activity.Title)
		if late := d.late(t.Today()); late > 0 {
			label = messages.T("%s · days late: %d", label, late)
		}
		os[i] = flow.Option[Key]{Key: d.Key.String(), Label: label, Value: d.Key}
	}
	return os
}

// String is the key as buttons and links write it.
func (k Key) String() string { return fmt.Sprintf("%d.%d", k.Activity, k.Person) }

// aimed is what a draft is about, where a button of another flow says so: an
// activity that one's own debt is of, or an activity and a person.
func (d Draft) aimed(arg string) Draft {
	if d.Act != "" || d.Key != (Key{}) || arg == "" {
		return d
	}
	activity, person, whose := strings.Cut(arg, ".")
	a, err := strconv.ParseInt(activity, 10, 64)
	if err != nil {
		return d
	}
	d.Key.Activity = campaign.ActivityID(a)
	if !whose {
		d.Act = handingIn
		return d
	}
	if p, err := strconv.ParseInt(person, 10, 64); err == nil {
		d.Key.Person = campaign.PersonID(p)
	}
	return d
}

// begin does what was asked for: a debt to make up goes on with its questions, one
// of somebody else is shown, and without either what is owed is listed.
func begin(t *turn) flow.Outcome {
	t.Draft = t.Draft.aimed(t.Arg)
	switch t.Draft.Act {
	case handingIn:
		t.Draft.Key.Person = t.Who.ID
		return mayHand(t)
	case returning, visiting, waiving:
		return mayDecide(t)
	case setting:
		return mayGovern(t)
	case browsing:
		return flow.Do()
	}
	if t.Draft.Key.Person != 0 {
		if err := readable(t.Who, t.Facts.Debt); err != nil {
			return flow.Stop().And(flow.Refuse(err))
		}
		return flow.Stop().And(t.Facts.Debt.look(*t))
	}
	return flow.Stop().Say(front(*t).As("makeup"))
}

// mostShown is how many debts a message lists.
const mostShown = 8

// front is what the person owes, and what is in their care.
func front(t turn) messages.Message {
	m := helping(owing(messages.Say("<b>Make-ups</b>"), t), t)
	care := t.Facts.Care
	if looksAfter(t.Who) {
		m = m.Gap().Line("In your care: to decide %d · to be made up %d · of those overdue %d", care[Handed], care[Owed], care[Overdue])
		var row []messages.Key
		for _, w := range []struct {
			want  Want
			label messages.Sentence
		}{{Handed, "To decide %d"}, {Owed, "To be made up %d"}, {Overdue, "Overdue %d"}} {
			if n := care[w.want]; n > 0 {
				row = append(row, messages.Button(Browse{w.want}, w.label, n))
			}
		}
		m = m.Row(row...)
	}
	if governs(t.Who) {
		m = m.Row(messages.Button(Govern{}, "Terms"))
	}
	return m
}

// owing lists what the person owes, with a button for each.
func owing(m messages.Message, t turn) messages.Message {
	if len(t.Facts.Mine) == 0 {
		return m.Line("You owe nothing.")
	}
	m = m.Line("You owe: %d", len(t.Facts.Mine))
	for i, d := range t.Facts.Mine {
		if i == mostShown {
			return m.Line("and %d more; they come up as these are done.", len(t.Facts.Mine)-mostShown)
		}
		m = m.Add(messages.T("– %s", title(d.Activity)), d.standing(t.Today()))
		if d.State == campaign.DebtOpen {
			m = m.Row(messages.Button(Hand{d.Key.Activity}, "Make up: %s", d.Activity.Title))
		}
	}
	return m
}

// helping lists what those owe for whom the person records, with a button for each.
func helping(m messages.Message, t turn) messages.Message {
	for i, d := range t.Facts.Helped {
		switch {
		case i == 0:
			m = m.Gap().Line("Those for whom you record owe: %d", len(t.Facts.Helped))
		case i == mostShown:
			return m.Line("and %d more; they come up as these are done.", len(t.Facts.Helped)-mostShown)
		}
		m = m.Add(messages.T("– %s: %s", d.Name, title(d.Activity)), d.standing(t.Today())).
			Row(messages.Button(Decide{d.Key, visiting}, "Visit at home: %s", d.Activity.Title))
	}
	return m
}

// looksAfter reports whether somebody decides about the debts of others.
func looksAfter(p campaign.Person) bool {
	return p.Holds(campaign.Secretary, campaign.First, campaign.Direct, campaign.Desk, campaign.Office)
}
