package guest

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// entry is how a host enters a guest who did not ask. Who it is found by is their
// number or their whole name, so that nobody can leaf through the roster; the name
// is masked until one is chosen.
var entry = flow.Spec[Entry, Facts]{
	Name: "guest_entry",
	Idle: func(Entry) bool { return true },
	Asks: []flow.Ask[Entry, Facts]{
		flow.Line("find", func(t *entering) *string { return &t.Draft.Find },
			"Who is the guest? Please write their member number, or their whole name.", 40, somebody),
		flow.List("who", func(t *entering) *campaign.PersonID { return &t.Draft.Guest },
			"Which of them is it?", "Nobody of another branch has that number or that name.", found),
		flow.Then("seen", seen),
		flow.Confirm("enter", asEntered, "Enter", enterGuest),
	},
	Store: flow.Store[Entry, Facts]{Load: loadEntry, Apply: apply},
}

type entering = flow.Turn[Entry, Facts]

// An Entry is what the host has said of their guest.
type Entry struct {
	Activity campaign.ActivityID
	Host     campaign.BranchID
	Find     string
	Guest    campaign.PersonID
}

// A Someone is a member of another branch.
type Someone struct {
	ID       campaign.PersonID
	No, Name string
	Home     Place
}

// mostFound is how many members of one name a host chooses from.
const mostFound = 8

func somebody(t entering) error {
	switch n := len(t.Facts.Found); {
	case n == 0:
		return flow.Sorry("Nobody of another branch has that number or that name. Please write the whole name, or ask the guest for their member number.")
	case n > mostFound:
		return flow.Sorry("Too many members have that name. Please ask the guest for their member number.")
	}
	return nil
}

func found(t entering) (os []flow.Option[campaign.PersonID]) {
	for _, s := range t.Facts.Found {
		os = append(os, flow.Option[campaign.PersonID]{Key: s.No, Label: messages.T("%s · %s", campaign.MaskedName(s.Name), s.Home.text()), Value: s.ID})
	}
	return os
}

// seen keeps in the audit whose name is shown next.
func seen(t *entering) flow.Outcome {
	if no := t.Facts.admissible(t.Here); no != nil {
		return flow.Stop().And(flow.Refuse(no))
	}
	return flow.Do(Sought{t.Draft.Guest})
}

// admissible is why the member of the visit cannot be entered; nil where they can.
func (f Facts) admissible(h flow.Here) error {
	v := f.Visit
	if v.State == "" || v.State == Withdrawn {
		v.State = Asked
	}
	switch {
	case v.Person == 0:
		return flow.Sorry("This member is no longer on the roster.")
	case v.Home.Scope == v.Host.Scope:
		return flow.Sorry("%s is of this branch already.", v.Name)
	case !v.Held:
		return flow.Sorry("That branch is holding no such activity.")
	}
	if no := enterable(v.Activity, turn{Here: h}); no != nil {
		return no
	}
	return v.decidable(h.Who, true, h.Now)
}

func asEntered(t entering) messages.Message {
	v := t.Facts.Visit
	return messages.Say("Enter <b>%s</b> · %s as a guest at “%s”?", v.Name, v.Home.text(), v.Activity.Title).
		Add(counting(v.Match)...).Line("They and their own branch are told.")
}

func enterGuest(t *entering) flow.Outcome {
	v := t.Facts.Visit
	if no := t.Facts.admissible(t.Here); no != nil {
		return flow.Stop().And(flow.Refuse(no))
	}
	if v.State == "" || v.State == Withdrawn {
		v.At, v.Late = t.Now, v.Activity.Phase(t.Now) == campaign.Late
	}
	asked := v.State == Asked
	v.State, v.By, v.Decided = Accepted, t.Who.Name, t.Now
	o := flow.Stop().And(t.Facts.accept(t.Here, v))
	if asked {
		o = o.And(t.Facts.redraw(v))
	}
	return o.Say(messages.Say("<b>%s</b> is recorded as a guest at “%s”.", v.Name, v.Activity.Title).
		Row(messages.Button(flow.Open{Flow: "guest", Arg: shownBy(Look{v.Activity.ID, v.Host.Scope.Branch})}, "See the guests")).Instead())
}
