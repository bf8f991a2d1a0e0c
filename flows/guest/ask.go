package guest

import (
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// slow is how long somebody may take to find the host, and still be there since
// they said so.
const slow = 10 * time.Minute

// enter takes the activity that somebody came to by its link or code.
func enter(t *turn) flow.Outcome {
	if t.Draft.Since.IsZero() {
		t.Draft.Since = t.At
	}
	if at, ok := shown(t.Arg); ok && t.Draft.Named == 0 {
		o := look(*t, at)
		for i := range o.Out {
			o.Out[i] = o.Out[i].As(listName, at.Activity)
		}
		return flow.Stop().And(o)
	}
	if t.Arg != "" && t.Facts.Named.ID == 0 {
		return flow.Stop().Reply("That activity is no longer there.")
	}
	if a := t.Facts.Named; a.ID != 0 {
		t.Draft = t.Draft.of(a)
		if no := askable(t.Facts.Visit, t.Who, t.Draft.since(t.Here)); t.Draft.Branch != 0 && no != nil {
			return flow.Stop().And(flow.Refuse(no))
		}
	}
	return flow.Do()
}

// since is when the person said that they are there.
func (d Draft) since(h flow.Here) time.Time {
	at := h.At
	if !d.Since.IsZero() && at.Sub(d.Since) <= slow {
		at = d.Since
	}
	return at.In(h.Now.Location())
}

func units(t turn) (os []flow.Option[campaign.UnitID]) {
	for _, p := range t.Facts.Units {
		os = append(os, flow.Option[campaign.UnitID]{Key: strconv.FormatInt(int64(p.Scope.Unit), 10), Label: messages.T("%s", p.Unit), Value: p.Scope.Unit})
	}
	return os
}

func branches(t turn) (os []flow.Option[campaign.BranchID]) {
	for _, p := range t.Facts.Branches {
		os = append(os, flow.Option[campaign.BranchID]{Key: strconv.FormatInt(int64(p.Scope.Branch), 10), Label: messages.T("%s", p.Branch), Value: p.Scope.Branch})
	}
	return os
}

func activities(t turn) (os []flow.Option[campaign.ActivityID]) {
	for _, a := range t.Facts.Activities {
		os = append(os, flow.Option[campaign.ActivityID]{Key: a.No, Label: messages.T("%s %s", a.Starts, a.Title), Value: a.ID})
	}
	return os
}

// only goes on with the one activity that there is, if somebody may be its guest.
func only(t *turn) flow.Outcome {
	t.Draft.Activity = t.Facts.Visit.Activity.ID
	if no := askable(t.Facts.Visit, t.Who, t.Draft.since(t.Here)); no != nil {
		return flow.Stop().And(flow.Refuse(no))
	}
	return flow.Do()
}

// askable is why somebody may not ask to be a guest who says so at an instant; nil
// where they may.
func askable(v Visit, who campaign.Person, at time.Time) error {
	a := v.Activity
	switch {
	case a.ID == 0 || !v.Held:
		return flow.Sorry("That branch is holding no such activity.")
	case v.Host.Scope == who.Home:
		return flow.Sorry("That is your own branch: please send /checkin.")
	case a.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case v.State == Asked:
		return flow.Sorry("You have asked already, and %s has not answered yet.", v.Host.text())
	case v.State == Accepted:
		return flow.Sorry("You are recorded there already, since %s.", v.At)
	case v.State == Declined:
		return flow.Sorry("%s has declined it. If you are there, please talk with them.", v.By)
	case a.Phase(at) == campaign.Before:
		return flow.Sorry("Check-in opens at %s. Please ask then.", near(a.Opens, at))
	case a.Phase(at) == campaign.Over:
		return flow.Sorry("Check-in has closed. If you were there, please ask the branch to enter you as a guest.")
	}
	return nil
}

// near is an instant as it is told at another: with its day, where that is not the same.
func near(t, at time.Time) any {
	if campaign.DayOf(t) == campaign.DayOf(at) {
		return t
	}
	return messages.Moment(t)
}

func asAsked(t turn) messages.Message {
	v := t.Facts.Visit
	return messages.Say("Ask %s to record you as a guest at “%s”?", v.Host.text(), v.Activity.Title).
		Line("They see your name, unit and branch. Your time counts from %s.", t.Draft.since(t.Here)).
		Add(counting(v.Match)...)
}

// counting says for which activity of their own branch a visit counts.
func counting(a campaign.Activity) []messages.Text {
	if a.ID == 0 {
		return []messages.Text{messages.T("It counts for the next required activity of the same kind that your own branch holds within %d days.", guestDays)}
	}
	return []messages.Text{messages.T("It counts for “%s” of %s.", a.Title, campaign.DayOf(a.Starts))}
}

// ask asks whoever runs the host branch.
func ask(t *turn) flow.Outcome {
	v, at := t.Facts.Visit, t.Draft.since(t.Here)
	if no := askable(v, t.Who, at); no != nil {
		return flow.Stop().And(flow.Refuse(no))
	}
	v.Person, v.Name, v.Home = t.Who.ID, t.Who.Name, Place{t.Who.Home, t.Who.Unit, t.Who.Branch}
	v.At, v.Late, v.State = at, v.Activity.Phase(at) == campaign.Late, Asked
	o := flow.Stop().And(flow.Do(Requested{v.key(), v.Host.Scope.Branch, v.Home.Scope.Branch, at, v.Late}))
	return o.And(t.Facts.askHosts(v, messages.Approvals)).On(v.Activity.Closes, Remind{v.key()}).
		Say(v.mine(t.Facts.Owners[v.Host.Scope.Branch]).As(mineName, v.Activity.ID).Instead())
}

// mineName is what the guest's card of their own request is called.
const mineName = "guest/%d"

// mine shows the guest how their request stands.
func (v Visit) mine(asked []campaign.PersonID) messages.Message {
	m := messages.Say("<b>%s</b>", v.Activity.Title).Add(v.Host.text())
	switch v.State {
	case Asked:
		m = m.Line("You have asked to be recorded as a guest, since %s. You will hear of the answer here.", v.At)
		if len(asked) == 0 {
			m = m.Line("Nobody there can be reached here yet: please tell whoever runs that branch.")
		}
		return m.Row(messages.Button(Withdraw{v.key()}, "Withdraw"))
	case Withdrawn:
		return m.Line("You have taken back your request.")
	case Declined:
		return m.Line("%s has not recorded you as a guest. If you were there, please talk with them.", v.By)
	}
	return m.Add(v.since()).Line("%s has recorded you as a guest.", v.By).Add(counting(v.Counts)...)
}

// since says when the guest came.
func (v Visit) since() messages.Text {
	if v.Late {
		return messages.T("There since %s, late.", v.At)
	}
	return messages.T("There since %s.", v.At)
}

// withdraw takes back a request that nobody has decided.
func withdraw(t turn, _ Withdraw) flow.Outcome {
	v := t.Facts.Visit
	switch {
	case v.Person != t.Who.ID:
		return flow.Refuse(flow.Sorry("That request is not yours."))
	case v.State != Asked:
		return flow.Do().Say(v.mine(nil).InPlaceOf(mineName, v.Activity.ID)).Toast("It has been decided already.")
	}
	v.State = Withdrawn
	return flow.Do(Recalled{v.key()}).Say(v.mine(nil).InPlaceOf(mineName, v.Activity.ID)).
		And(t.Facts.redraw(v)).Toast("Taken back")
}
