package checkin

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What happens while check-in is open: groups are linked, people come.

// A Newcomer is somebody who came into the scope of a window that is open.
type Newcomer struct {
	Person campaign.PersonID
	Branch campaign.BranchID
	Group  bool // that branch has a group, which sees the figures
}

// linked gives a group that has another branch now the cards of that branch, and
// takes the figures off those of the branch that it had.
func linked(t turn, n campaign.GroupLinked) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		m := w.unlinked().InPlaceOf(name, w.Activity.ID)
		if c := w.Branches[0]; n.Branch != 0 && c.Expected > 0 {
			m = w.roll(c, t.Now).AsOne(name, w.Activity.ID)
		}
		m.To = messages.To{Chat: n.Chat, Topic: n.Topic}
		o = o.Say(m.In(messages.Reminders))
	}
	return o
}

// gathered expects those, too, who came into the scope of a window that is open,
// and invites them. Nobody who is expected is taken off the list: they were on it
// when check-in opened.
func gathered(t turn, _ campaign.RosterChanged) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		o = o.And(w.enlist(t.Now))
	}
	return o
}

func (w Window) enlist(now time.Time) flow.Outcome {
	id := w.Activity.ID
	people := make([]campaign.PersonID, len(w.New))
	o := flow.Do(Enlisted{id, len(w.New)})
	for i, n := range w.New {
		people[i] = n.Person
		if n.Group {
			o = o.Soon(slot(now, pace(w.Groups), n.Branch), Figure{id, n.Branch})
		}
	}
	return o.TellAll(Newcomers{people}, w.card(now).As(name, id).In(messages.Broadcasts))
}

// joined gives the cards that are open to somebody who is bound only now.
func joined(t turn, n campaign.Joined) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		m := w.card(t.Now).As(name, w.Activity.ID).In(messages.Answers)
		m.To = messages.To{Friend: n.Account}
		o = o.Say(m)
	}
	return o
}
