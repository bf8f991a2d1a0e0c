package bind

import (
	"slices"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A State is how a claim stands.
type State string

// The states of a claim. They are stored by these names.
const (
	Waiting State = "waiting"
	Moved   State = "moved" // the member has the new account
	Kept    State = "kept"  // the member keeps the old one
	Void    State = "void"  // there was nothing left to decide
)

// A Claim is an account that asks to be the account of a member who has another.
// Nothing changes until the unit decides. The zero Claim is none.
type Claim struct {
	ID      int64
	Person  campaign.Person // nobody where the member has left the roster
	Account campaign.AccountID
	Name    string // what the messenger calls that account
	Proof   Proof
	State   State
	By      string // who decided
	Taken   bool   // the account is a member's by now
}

// A Decider may decide about a claim, by a role.
type Decider struct {
	Person campaign.PersonID
	Role   campaign.Role
}

// remindAfter is how long a claim waits before its deciders are asked again.
const remindAfter = 24 * time.Hour

type (
	// Decide is the button of a claim's card.
	Decide struct {
		Claim int64
		Move  bool
	}
	// Remind is the clock of a claim.
	Remind struct{ Claim int64 }
)

type (
	// Claimed is a claim that was made.
	Claimed struct {
		Claim   int64
		Person  campaign.PersonID
		Account campaign.AccountID
		By      Proof
		Key     string `audit:"-"` // the invitation that it used up
	}
	// Decided is the end of a claim.
	Decided struct {
		Claim    int64
		Person   campaign.PersonID
		From, To campaign.AccountID
		State    State
		As       campaign.Role // the hat of who decided
	}
)

// Effect is its name in the audit.
func (Claimed) Effect() string { return "claimed" }

// Effect is its name in the audit.
func (Decided) Effect() string { return "decided" }

// claim asks the unit of p whether the account of this turn is to be theirs.
func claim(t *turn, p campaign.Person) flow.Outcome {
	f := t.Facts
	switch {
	case f.Waiting.ID != 0:
		return flow.Stop().Say(waits(f.Waiting))
	case f.Contested:
		return flow.Stop().Reply("Another account has asked for the same member already, and the unit has not decided yet. Please talk with the desk of your unit.")
	case len(f.Deciders) == 0:
		return flow.Stop().Reply("Your unit or the campaign office must decide this, but nobody there can be reached here yet. Please tell them, and come back later.")
	}
	c := Claim{ID: t.ID, Person: p, Account: t.Account, Name: t.Called, Proof: t.Draft.proof()}
	o := flow.Do(Claimed{c.ID, p.ID, c.Account, c.Proof, t.Draft.Key}).
		Say(messages.Say("Your unit has been asked. Nothing changes until it decides; I shall write to you here.").With(messages.Board{})).
		Tell(p.ID, messages.Say("An account that is called “%s” asks to be bound to you in place of this one. If that is not you, please tell the desk of your unit now.", c.Name)).
		On(t.Now.Add(remindAfter), Remind{c.ID})
	return flow.Stop().And(o).And(ask(c, f, messages.Approvals))
}

// claimName is what the card of a claim is called, in every chat.
const claimName = "bind/claim/%d"

// ask gives the card of a claim to who decides it: the desks of the unit, or
// whoever stands in for them.
func ask(c Claim, f Facts, lane messages.Lane) flow.Outcome {
	o := flow.Do()
	for _, who := range asked(f.Deciders) {
		o = o.Tell(who, card(c, f.Holder).
			Row(messages.Button(Decide{c.ID, true}, "Move to the new account"), messages.Button(Decide{c.ID, false}, "Keep the old account")).
			As(claimName, c.ID).In(lane))
	}
	return o
}

// asked are those of the nearest role.
func asked(ds []Decider) (who []campaign.PersonID) {
	for _, r := range []campaign.Role{campaign.Desk, campaign.Direct, campaign.First, campaign.Office} {
		for _, d := range ds {
			if d.Role == r {
				who = append(who, d.Person)
			}
		}
		if len(who) > 0 {
			break
		}
	}
	return who
}

func card(c Claim, now Holder) messages.Message {
	m := messages.Say("<b>Which account is it?</b>").Line("%s (%s), %s · %s", c.Person.Name, c.Person.No, c.Person.Unit, c.Person.Branch)
	switch {
	case now.ID == 0:
		m = m.Line("Bound now: none.")
	case now.Gone:
		m = m.Line("Bound now: “%s”, an account that has been deleted.", now.Name)
	default:
		m = m.Line("Bound now: “%s”.", now.Name)
	}
	if c.Proof == ByInvitation {
		m = m.Line("New: “%s”, which showed an invitation for this member.", c.Name)
	} else {
		m = m.Line("New: “%s”, which showed this member's own phone.", c.Name)
	}
	return m.Line("Please ask the member before you decide.")
}

func waits(c Claim) messages.Message {
	return messages.Say("Your unit has been asked whether this account belongs to <b>%s</b>, and has not decided yet. I shall write to you here.", campaign.MaskedName(c.Person.Name))
}

// decidedBy tells why who may not decide c, if so.
func (c Claim) decidedBy(who campaign.Person) error {
	switch {
	case c.ID == 0:
		return flow.Sorry("This is no longer offered.")
	case !who.Holds(campaign.Desk, campaign.Direct, campaign.First, campaign.Office),
		c.Person.Known() && !who.Runs(campaign.UnitScope(c.Person.Home.Unit)):
		return flow.Sorry("Only those who are responsible for the unit decide this.")
	case who.ID == c.Person.ID:
		return flow.Sorry("This is about your own account: somebody else must decide it.")
	case c.State == Waiting:
		return nil
	case c.State == Void:
		return flow.Sorry("There is nothing left to decide here.")
	}
	return flow.Sorry("%s has decided this already.", c.By)
}

func decide(t turn, p Decide) flow.Outcome {
	c, from := t.Facts.Claim, t.Facts.Holder
	if err := c.decidedBy(t.Who); err != nil {
		return flow.Refuse(err)
	}
	hat, _ := t.Who.Hat(campaign.UnitScope(c.Person.Home.Unit))
	end := Decided{c.ID, c.Person.ID, from.ID, c.Account, Kept, hat.Role}
	switch {
	case c.void():
		return lapse(t).Toast("There is nothing left to decide here.")
	case p.Move:
		end.State = Moved
		return flow.Do(end).And(settled(t, "Moved to the new account by %s.", t.Who.Name)).
			And(welcome(c.Account, c.Person)).And(farewell(from.ID, c.Person)).Toast("Moved")
	}
	no := messages.Say("Your unit did not agree: <b>%s</b> keeps the other account. If you think that is wrong, please talk with the desk of your unit.", campaign.MaskedName(c.Person.Name))
	no.To = messages.To{Friend: c.Account}
	return flow.Do(end).And(settled(t, "The old account was kept by %s.", t.Who.Name)).Toast("Kept").Say(no).
		Tell(c.Person.ID, messages.Say("The account “%s” was refused. You are bound to this account as before.", c.Name))
}

// void reports whether there is nothing left to decide.
func (c Claim) void() bool { return !c.Person.Known() || c.Taken }

// lapse ends a claim that nobody need decide.
func lapse(t turn) flow.Outcome {
	c := t.Facts.Claim
	return flow.Do(Decided{Claim: c.ID, Person: c.Person.ID, From: t.Facts.Holder.ID, To: c.Account, State: Void}).
		And(settled(t, "There was nothing left to decide: the member has left the roster, or the account is somebody else's by now."))
}

// settled takes the buttons off the cards of a claim, and says what came of it.
func settled(t turn, how messages.Sentence, args ...any) flow.Outcome {
	c := t.Facts.Claim
	m := messages.Say("<b>Which account is it?</b>").Line("%s (%s), %s · %s", c.Person.Name, c.Person.No, c.Person.Unit, c.Person.Branch).Line(how, args...)
	if !c.Person.Known() {
		m = messages.Say("<b>Which account is it?</b>").Line(how, args...)
	}
	var seen []campaign.PersonID
	if t.Who.Known() {
		seen = append(seen, t.Who.ID) // who may have been asked by a role that is gone
	}
	for _, d := range t.Facts.Deciders {
		if !slices.Contains(seen, d.Person) {
			seen = append(seen, d.Person)
		}
	}
	o := flow.Do()
	for _, who := range seen {
		o = o.Tell(who, m.InPlaceOf(claimName, c.ID))
	}
	return o
}

// remind shows the card once more while the claim waits.
func remind(t turn, p Remind) flow.Outcome {
	c := t.Facts.Claim
	switch {
	case c.State != Waiting:
		return flow.Do()
	case c.void():
		return lapse(t)
	}
	return ask(c, t.Facts, messages.Reminders).On(t.Now.Add(remindAfter), Remind{p.Claim})
}
