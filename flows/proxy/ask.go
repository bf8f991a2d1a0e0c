package proxy

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

var notYours = flow.Sorry("Helpers are asked by the secretary of the branch, the responsible of its unit and the office.")

// enter takes the branch or the member that the flow was opened with.
func enter(t *turn) flow.Outcome {
	b, p := opened(t.Arg)
	if t.Draft.Branch == 0 && t.Draft.Member == 0 {
		t.Draft = Draft{Branch: b, Member: p}
	}
	switch {
	case t.Draft.Branch == 0 && t.Draft.Member == 0:
		return flow.Stop().Reply("A helper is asked from the list of a branch in /attendance, or from the coverage.")
	case t.Draft.Member != 0:
		if err := needed(*t); err != nil {
			return flow.Stop().And(flow.Refuse(err))
		}
	case !t.Who.Runs(scopeOf(t.Facts.Members)):
		return flow.Stop().And(flow.Refuse(notYours))
	}
	return flow.Do()
}

// scopeOf is the branch of members. Of nobody it covers nothing.
func scopeOf(ms []Member) campaign.Scope {
	if len(ms) == 0 {
		return campaign.Scope{}
	}
	return ms[0].Home
}

// members are the options of whom to record for.
func members(t turn) (os []flow.Option[campaign.PersonID]) {
	for _, m := range t.Facts.Members {
		label := messages.T("%s · %s", m.Name, m.No)
		switch {
		case m.Helper != "" && m.Agreed:
			label = messages.T("%s · helper %s", m.Name, m.Helper)
		case m.Helper != "":
			label = messages.T("%s · %s was asked", m.Name, m.Helper)
		}
		os = append(os, flow.Option[campaign.PersonID]{Key: m.No, Label: label, Value: m.ID})
	}
	return os
}

// needed lets through a member for whom the person may ask a helper.
func needed(t turn) error {
	m := t.Facts.Member
	switch {
	case m.ID == 0:
		return flow.Sorry("This member is no longer on the roster.")
	case !t.Who.Runs(m.Home):
		return notYours
	case m.Reached && t.Facts.Deal.ID == 0:
		return flow.Sorry("%s has an account and checks in themselves.", m.Name)
	}
	return nil
}

// asDeal shows who records for the member.
func asDeal(t turn) messages.Message {
	d := t.Facts.Deal
	if !d.Agreed {
		return messages.Say("<b>%s</b> was asked to record for <b>%s</b>, and has not answered yet.", d.By, d.For)
	}
	return messages.Say("<b>%s</b> records for <b>%s</b>.", d.By, d.For)
}

func another(t *turn) flow.Outcome {
	t.Draft.Change, t.Draft.Seen = true, t.Facts.Deal.ID
	return flow.Goto("helper")
}

// withdraw ends it for the helper, whether they had answered or not.
func withdraw(t *turn) flow.Outcome {
	d := t.Facts.Deal
	if err := needed(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	if d.ID == 0 {
		return flow.Stop().Reply("Nobody records for %s any more.", t.Facts.Member.Name)
	}
	return flow.Stop().And(flow.Do(d.ended(Withdrawn))).
		Reply("Withdrawn: %s no longer records for %s.", d.By, d.For).
		And(d.dismiss("%s no longer asks you to record for %s.", t.Who.Name, d.For))
}

// dismiss takes the buttons off the helper's card, and tells them why.
func (d Deal) dismiss(why messages.Sentence, args ...any) flow.Outcome {
	m := messages.Say(why, args...)
	return flow.Do().Tell(d.Helper, m.InPlaceOf(cardName, d.ID).In(messages.Redraws)).Tell(d.Helper, m.In(messages.Reminders))
}

// helpers are the options of whom to ask, those who record for the fewest first.
func helpers(t turn) (os []flow.Option[campaign.PersonID]) {
	for _, o := range t.Facts.Others {
		label := messages.T("%s · %s", o.Name, o.No)
		if o.Load > 0 {
			label = messages.T("%s · records for %d", o.Name, o.Load)
		}
		os = append(os, flow.Option[campaign.PersonID]{Key: o.No, Label: label, Value: o.ID})
	}
	return os
}

// free lets through whoever can be asked.
func free(t turn) error {
	o := t.Facts.other(t.Draft.Helper)
	switch {
	case o.ID == 0:
		return flow.Sorry("That member has left the branch, or can no longer be reached.")
	case o.ID == t.Facts.Deal.Helper:
		return flow.Sorry("%s was asked already.", o.Name)
	case o.Load >= most:
		return flow.Sorry("%s records for %d members already, which is as many as one can look after. Please ask somebody else.", o.Name, o.Load)
	}
	return nil
}

func (f Facts) other(id campaign.PersonID) Other {
	for _, o := range f.Others {
		if o.ID == id {
			return o
		}
	}
	return Other{}
}

func asAsked(t turn) messages.Message {
	o := t.Facts.other(t.Draft.Helper)
	m := messages.Say("Ask <b>%s</b> to record for <b>%s</b>?", o.Name, t.Facts.Member.Name).
		Line("Once %s has checked in to a meeting themselves, they may check in %s as well. Each such record names both.", o.Name, t.Facts.Member.Name)
	if d := t.Facts.Deal; d.ID != 0 {
		m = m.Line("%s no longer does then.", d.By)
	}
	return m
}

// ask asks the helper. Who asks themselves has agreed.
func ask(t *turn) flow.Outcome {
	old, m := t.Facts.Deal, t.Facts.Member
	for _, err := range []error{needed(*t), free(*t)} {
		if err != nil {
			return flow.Stop().And(flow.Refuse(err))
		}
	}
	if old.ID != t.Draft.Seen {
		return flow.Stop().Reply("Meanwhile somebody else has changed who records for %s. Please look again.", m.Name)
	}
	o, hat := t.Facts.other(t.Draft.Helper), duty(t.Who, m.Home)
	d := Deal{ID: t.ID, Person: m.ID, Helper: o.ID, For: m.Name, By: o.Name, Home: m.Home, AskedBy: t.Who.ID, Agreed: o.ID == t.Who.ID}
	done := flow.Stop().And(flow.Do(Asked{d.ID, d.Person, d.Helper, hat, d.Agreed}))
	if old.ID != 0 {
		done = done.And(old.dismiss("%s no longer asks you to record for %s.", t.Who.Name, old.For))
	}
	if d.Agreed {
		return done.Say(d.agreed().As(cardName, d.ID))
	}
	return done.Tell(d.Helper, d.card(t.Who, hat).As(cardName, d.ID).In(messages.Approvals)).
		Reply("%s has been asked. You will hear of the answer here.", o.Name)
}

func duty(who campaign.Person, s campaign.Scope) campaign.Role {
	d, _ := who.Hat(s)
	return d.Role
}
