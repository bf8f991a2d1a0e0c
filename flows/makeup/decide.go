package makeup

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// The bounds of what is written about a decision.
const (
	longestNote = 200
	longestName = 60
)

var deciding = []ask{
	flow.Line("returned", note, "Why is it returned? The member reads this, and can hand it in again.", longestNote).When(doing(returning)),
	flow.Confirm("return", asReturned, "Return", giveBack).When(doing(returning)),
	flow.Line("waived", note, "Why need it not be made up? The reason is kept with the record, under your name.", longestNote).When(doing(waiving)),
	flow.Confirm("waive", asWaived, "Waive", waive).When(doing(waiving)),
	flow.Line("visitor", func(t *turn) *string { return &t.Draft.Visitor }, "Who made the visit?", longestName).When(doing(visiting)),
	flow.Date("day", func(t *turn) *campaign.Day { return &t.Draft.Day }, "On which day was the visit?", visitDay).When(doing(visiting)),
	flow.Line("visited", note, "What was studied? A line is enough.", longestNote).When(doing(visiting)),
	flow.Confirm("visit", asVisited, "✓ Confirm", visit).When(doing(visiting)),
}

func note(t *turn) *string { return &t.Draft.Note }

// readable reports why somebody may not see a debt, if so.
func readable(who campaign.Person, d Debt) error {
	switch {
	case !d.known():
		return errGone
	case d.Key.Person != who.ID && !who.Runs(d.Branch):
		return flow.Sorry("This is for those who look after the branch.")
	}
	return nil
}

var errGone = flow.Sorry("There is nothing to make up here.")

// over reports why a debt is not to be decided, if so.
func (d Debt) over() error {
	switch {
	case !d.known():
		return errGone
	case d.Marked || d.State == campaign.DebtVoid:
		return flow.Sorry("There is nothing to make up any more.")
	case d.State == campaign.DebtMade:
		return flow.Sorry("%s has confirmed this already.", d.By)
	case d.State == campaign.DebtWaived:
		return flow.Sorry("%s has waived this already.", d.By)
	}
	return nil
}

// decidable reports why somebody may not decide what was handed in, if so.
func decidable(who campaign.Person, d Debt) error {
	if err := d.over(); err != nil {
		return err
	}
	switch {
	case !who.Runs(d.Branch):
		return flow.Sorry("This is decided by the branch secretary, the responsible of the unit and the office.")
	case who.ID == d.Key.Person:
		return flow.Sorry("Nobody decides about their own make-up. Please ask somebody else who runs your branch.")
	case d.State != campaign.DebtHanded:
		return flow.Sorry("Nothing waits to be decided: it was returned, or not handed in.")
	}
	return nil
}

// visitable reports why somebody may not enter a visit at home, if so.
func visitable(who campaign.Person, d Debt) error {
	if err := d.over(); err != nil {
		return err
	}
	switch {
	case !who.Runs(d.Branch) && who.ID != d.Helper:
		return flow.Sorry("A visit is entered by whoever records for the member, the branch secretary, the responsible of the unit and the office.")
	case !who.Runs(d.Branch) && d.State == campaign.DebtHanded:
		return flow.Sorry("Something was handed in already, and is to be decided.")
	case who.ID == d.Key.Person:
		return flow.Sorry("Nobody decides about their own make-up. Please ask somebody else who runs your branch.")
	}
	return nil
}

// waivable reports why somebody may not waive a debt, if so.
func waivable(who campaign.Person, d Debt) error {
	if err := d.over(); err != nil {
		return err
	}
	switch {
	case !who.Runs(campaign.UnitScope(d.Branch.Unit)):
		return flow.Sorry("Only the responsible of the unit and the office waive a make-up.")
	case who.ID == d.Key.Person:
		return flow.Sorry("Nobody decides about their own make-up. Please ask somebody else who runs your branch.")
	}
	return nil
}

// may is the right that an act needs.
func may(act string, who campaign.Person, d Debt) error {
	switch act {
	case returning:
		return decidable(who, d)
	case waiving:
		return waivable(who, d)
	}
	return visitable(who, d)
}

// mayDecide turns away who may not, before anything is asked.
func mayDecide(t *turn) flow.Outcome {
	if err := may(t.Draft.Act, t.Who, t.Facts.Debt); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Do()
}

// end writes a decision, and tells everybody whom it concerns.
func (d Debt) end(t turn, state campaign.Debt, how How, note string, told messages.Message) flow.Outcome {
	scope := d.Branch
	if state == campaign.DebtWaived {
		scope = campaign.UnitScope(d.Branch.Unit)
	}
	hat, _ := t.Who.Hat(scope)
	d.State, d.How, d.By, d.At, d.Note = state, how, t.Who.Name, t.Now, note
	o := flow.Do(Decided{d.Key, state, how, hat, note}).And(d.redraw(t)).Tell(d.Key.Person, told)
	if d.Helper != 0 && d.Helper != t.Who.ID && d.Handed.How == Visit {
		o = o.Tell(d.Helper, d.helped(t))
	}
	return o
}

// helped tells whoever records for the member what became of a visit.
func (d Debt) helped(t turn) messages.Message {
	m := messages.Say("<b>%s</b>: %s", d.Name, d.Activity.Title).Add(d.standing(t.Today()))
	if d.State == campaign.DebtOpen {
		m = m.Line("It was returned by %s: %s", d.By, d.Note).Row(messages.Button(Decide{d.Key, visiting}, "Visit at home"))
	}
	return m
}

func confirm(t turn, _ Confirm) flow.Outcome {
	d := t.Facts.Debt
	if err := decidable(t.Who, d); err != nil {
		return flow.Refuse(err)
	}
	return d.end(t, campaign.DebtMade, d.Handed.How, "", messages.Say("✓ Your make-up of “%s” is confirmed by %s.", d.Activity.Title, t.Who.Name)).Toast("Confirmed.")
}

func asReturned(t turn) messages.Message {
	return messages.Say("Return it to <b>%s</b> with this note?", t.Facts.Debt.Name).Line("%s", t.Draft.Note)
}

func giveBack(t *turn) flow.Outcome {
	d := t.Facts.Debt
	if err := decidable(t.Who, d); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	told := messages.Say("Your make-up of “%s” was returned by %s: %s", d.Activity.Title, t.Who.Name, t.Draft.Note).
		Line("What you handed in is kept; you can add to it and hand it in again.").
		Row(messages.Button(Hand{d.Key.Activity}, "Make up"))
	return d.end(*t, campaign.DebtOpen, "", t.Draft.Note, told).Say(done("Returned to <b>%s</b>.", d))
}

func asWaived(t turn) messages.Message {
	d := t.Facts.Debt
	return messages.Say("Waive what <b>%s</b> has to make up for “%s”?", d.Name, d.Activity.Title).Line("Reason: %s", t.Draft.Note).
		Line("It is kept under your name, and told to them.")
}

func waive(t *turn) flow.Outcome {
	d := t.Facts.Debt
	if err := waivable(t.Who, d); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	told := messages.Say("“%s” need not be made up: %s has waived it. Reason: %s", d.Activity.Title, t.Who.Name, t.Draft.Note)
	return d.end(*t, campaign.DebtWaived, "", t.Draft.Note, told).Say(done("Waived for <b>%s</b>.", d))
}

// visitDay lets through a day on which somebody can have made up for an activity.
func visitDay(t turn) error {
	switch missed := campaign.DayOf(t.Facts.Debt.Activity.Starts); {
	case t.Draft.Day > t.Today():
		return flow.Sorry("That day has not come yet. Please choose another.")
	case t.Draft.Day < missed:
		return flow.Sorry("The activity was held on %s; a visit before it makes up for nothing. Please choose another day.", missed)
	}
	return nil
}

func asVisited(t turn) messages.Message {
	return messages.Say("Record a visit at home of <b>%s</b>, which makes up for “%s”?", t.Facts.Debt.Name, t.Facts.Debt.Activity.Title).
		Line("%s, by %s: %s", t.Draft.Day, t.Draft.Visitor, t.Draft.Note)
}

func visit(t *turn) flow.Outcome {
	d := t.Facts.Debt
	if err := visitable(t.Who, d); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	about := t.Draft.Day.String() + " " + t.Draft.Visitor + " · " + t.Draft.Note
	if !t.Who.Runs(d.Branch) {
		return d.visited(*t, about)
	}
	told := messages.Say("%s has recorded a visit at your home on %s, which makes up for “%s”.", t.Who.Name, t.Draft.Day, d.Activity.Title).
		Line("If that is not so, please tell them.")
	return d.end(*t, campaign.DebtMade, Visit, about, told).Say(done("Recorded for <b>%s</b>.", d))
}

// visited hands in a visit that whoever records for the member has entered: those
// who decide have the last word.
func (d Debt) visited(t turn, about string) flow.Outcome {
	d.State, d.Handed = campaign.DebtHanded, Handing{At: t.Now, How: Visit, Text: about}
	return flow.Do(HandedIn{Key: d.Key, How: Visit, Text: about}).
		Say(messages.Say("Handed in for <b>%s</b>. You will be told what is decided.", d.Name).As("makeup").Instead()).
		And(d.ask(t))
}

// done ends the conversation of a decision, and leads on.
func done(s messages.Sentence, d Debt) messages.Message {
	return messages.Say(s, d.Name).Line("Missed: %s, %s", d.Activity.Title, campaign.DayOf(d.Activity.Starts)).
		Row(messages.Button(flow.Open{Flow: "makeup"}, "Other make-ups")).As("makeup").Instead()
}
