package makeup

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A Level is who has been told of a debt that nobody has handed in for. They are
// stored by these numbers.
type Level int

// The levels, in their order.
const (
	ToNobody    Level = iota
	ToMember          // that it is owed
	LateMember        // that it is late
	ToSecretary       // that it is late
	ToUnit            // that it is late
)

// After how many days over the last one somebody is told.
var lateBy = map[Level]int{LateMember: 1, ToSecretary: 3, ToUnit: 7}

// A Round is what one turn of the morning tells: to each of those who read, one
// message of everything that is new to them.
type Round struct {
	Level Level // LateMember for members, whatever is new to them
	Lists []Notice
}

// A Notice is who is told of which debts.
type Notice struct {
	To     []campaign.PersonID
	Helper campaign.PersonID // who records for a member without a smartphone; 0 is nobody
	Part   string            // of whose part of the district; "" for a member
	Debts  []Debt
}

// remind tells those whom the round is for, and goes on until there is nobody left.
func remind(t turn) flow.Outcome {
	r, o := t.Facts.Round, flow.Do()
	if len(r.Lists) == 0 {
		return o
	}
	told := map[Level][]Key{}
	for _, n := range r.Lists {
		for _, d := range n.Debts {
			level := r.Level
			if level == LateMember && d.late(t.Today()) == 0 {
				level = ToMember
			}
			told[level] = append(told[level], d.Key)
		}
		for _, who := range n.To {
			o = o.Tell(who, n.list(t, r.Level).In(messages.Reminders))
		}
		if n.Helper != 0 {
			o = o.Tell(n.Helper, n.handOn(t).In(messages.Reminders))
		}
	}
	for level := ToMember; level <= ToUnit; level++ {
		if len(told[level]) > 0 {
			o = o.And(flow.Do(Told{told[level], level}))
		}
	}
	return o.Soon(t.Now, Reminding{})
}

// handOn asks a helper to tell a member without a smartphone what they owe.
func (n Notice) handOn(t turn) messages.Message {
	m := messages.Say("Please tell <b>%s</b>, for whom you record, what is to be made up:", n.Debts[0].Name)
	for i, d := range n.Debts {
		if i == mostShown {
			m = m.Line("and %d more", len(n.Debts)-mostShown)
			break
		}
		line := messages.T("%s, to be made up by %s", d.Activity.Title, d.Due)
		if late := d.late(t.Today()); late > 0 {
			line = messages.T("%s, days late: %d", d.Activity.Title, late)
		}
		if m = m.Add(line); d.State == campaign.DebtOpen {
			m = m.Row(messages.Button(Decide{d.Key, visiting}, "Visit at home: %s", d.Activity.Title))
		}
	}
	return m.Line("A visit at home makes up for it: enter it here, and the secretary confirms it.").As("makeup/for/%d", n.Debts[0].Key.Person)
}

// list is one message of what somebody is told.
func (n Notice) list(t turn, level Level) messages.Message {
	if level == LateMember {
		tt := t
		tt.Facts.Mine = n.Debts
		return owing(messages.Say("<b>Please make up</b>"), tt).As("makeup/owed")
	}
	m := messages.Say("<b>Overdue make-ups: %s</b>", n.Part).Line("Nothing was handed in yet for: %d", len(n.Debts))
	for i, d := range n.Debts {
		if i == mostShown {
			m = m.Line("and %d more", len(n.Debts)-mostShown)
			break
		}
		line := messages.T("%s: %s, days late: %d", d.Name, d.Activity.Title, d.late(t.Today()))
		if level == ToUnit {
			line = messages.T("%s · %s", d.In, line)
		}
		m = m.Add(line)
	}
	return m.Row(messages.Button(Browse{Overdue}, "See the list")).As("makeup/overdue")
}
