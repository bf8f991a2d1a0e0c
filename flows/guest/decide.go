package guest

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// cardName is what the host's card of a request is called.
const cardName = "guest/%d/%d"

// card is what whoever runs the host branch sees of a request.
func (v Visit) card() messages.Message {
	m := messages.Say("<b>%s</b> · %s", v.Name, v.Home.text()).
		Line("A guest of %s at “%s”", v.Host.Branch, v.Activity.Title).Add(v.since())
	switch v.State {
	case Asked:
		return m.Row(messages.Button(Decide{v.key(), true}, "Accept").Styled(messages.Primary), messages.Button(Decide{v.key(), false}, "No, thanks"))
	case Accepted:
		return m.Line("✓ Accepted by %s.", v.By)
	case Declined:
		return m.Line("Declined by %s.", v.By)
	}
	return m.Line("They have taken back their request.")
}

// askHosts gives the card to those who run the host branch.
func (f Facts) askHosts(v Visit, lane messages.Lane) flow.Outcome {
	o := flow.Do()
	for _, who := range f.Owners[v.Host.Scope.Branch] {
		o = o.Tell(who, v.card().As(cardName, v.Activity.ID, v.Person).In(lane))
	}
	return o
}

// redraw shows on the cards that are out how a request stands.
func (f Facts) redraw(v Visit) flow.Outcome {
	o := flow.Do()
	for _, who := range f.Owners[v.Host.Scope.Branch] {
		o = o.Tell(who, v.card().InPlaceOf(cardName, v.Activity.ID, v.Person).In(messages.Approvals))
	}
	return o
}

// decidable is why somebody may not decide about a visit; nil where they may. What
// was declined may be accepted after all; what was accepted is a record, which is
// put right as any other.
func (v Visit) decidable(who campaign.Person, accept bool, now time.Time) error {
	switch {
	case v.Activity.ID == 0:
		return flow.Sorry("This is no longer offered.")
	case !who.Runs(v.Host.Scope):
		return flow.Sorry("Guests are accepted by whoever runs the host branch.")
	case v.Person == who.ID:
		return flow.Sorry("Nobody can accept themselves. Please ask somebody else who runs that branch.")
	case v.Activity.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case accept && v.State != Accepted && v.Closing.Holds(now):
		return flow.Sorry("The figures of %s up to %s are closed. Their unit can unlock the record first.", v.Home.text(), v.Closing.Through)
	case v.State == Asked || v.State == Declined && accept:
		return nil
	case v.State == Accepted:
		return flow.Sorry("%s has accepted this guest already, at %s.", v.By, v.Decided)
	case v.State == Declined:
		return flow.Sorry("%s has declined this guest already, at %s.", v.By, v.Decided)
	}
	return flow.Sorry("The guest has taken back the request.")
}

// decide is the one tap of the host.
func decide(t turn, p Decide) flow.Outcome {
	v := t.Facts.Visit
	if err := v.decidable(t.Who, p.Accept, t.Now); err != nil {
		return flow.Refuse(err)
	}
	v.State, v.By, v.Decided = Declined, t.Who.Name, t.Now
	if p.Accept {
		v.State = Accepted
		return t.Facts.accept(t.Here, v).And(t.Facts.redraw(v)).And(redrawn(t, v)).Toast("Accepted")
	}
	return flow.Do(settled(t.Here, v)).And(t.Facts.redraw(v)).And(redrawn(t, v)).
		Tell(v.Person, v.mine(nil).AsOne(mineName, v.Activity.ID).In(messages.Approvals)).Toast("Declined")
}

func settled(h flow.Here, v Visit) Settled {
	hat, _ := h.Who.Hat(v.Host.Scope)
	return Settled{v.key(), v.Host.Scope.Branch, v.Home.Scope.Branch, v.At, v.Late, v.State, hat.Role, v.Counts.ID}
}

// accept records a guest: whoever writes the marks hears of it, the guest and those
// who run their own branch are told.
func (f Facts) accept(h flow.Here, v Visit) flow.Outcome {
	v.Counts = v.Match
	o := flow.Do(settled(h, v)).Shout(campaign.GuestAttended{
		Activity: v.Activity.ID, Host: v.Host.Scope.Branch, Counts: v.Counts.ID,
		Person: v.Person, Home: v.Home.Scope.Branch, At: v.At, Late: v.Late, Place: v.Host.Unit + " · " + v.Host.Branch,
	}).Tell(v.Person, v.mine(nil).AsOne(mineName, v.Activity.ID).In(messages.Approvals))
	for _, who := range f.Owners[v.Home.Scope.Branch] {
		if who != v.Person {
			o = o.Tell(who, v.notice().In(messages.Reminders))
		}
	}
	return o
}

// notice tells those who run the guest's own branch.
func (v Visit) notice() messages.Message {
	return messages.Say("<b>%s</b> attended at %s as a guest: “%s”, %s.", v.Name, v.Host.text(), v.Activity.Title, messages.Moment(v.At)).
		Add(counting(v.Counts)...)
}

// redrawn shows the host's list anew, where the tap came from it.
func redrawn(t turn, v Visit) flow.Outcome {
	for i, g := range t.Facts.Visits {
		if g.key() == v.key() {
			t.Facts.Visits[i] = v
		}
	}
	return flow.Do().Say(screen(t, v.Activity).InPlaceOf(listName, v.Activity.ID))
}

// remind asks once more for what nobody has decided when check-in closes.
func remind(t turn, _ Remind) flow.Outcome {
	if v := t.Facts.Visit; v.State == Asked && !v.Activity.Cancelled {
		return t.Facts.askHosts(v, messages.Reminders)
	}
	return flow.Do()
}
