package dispute

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// decision is what somebody says to an objection, and why: a refusal needs a word.
var decision = flow.Spec[Decision, Facts]{
	Name: "dispute_decision",
	Asks: []flow.Ask[Decision, Facts]{
		flow.Line("answer", answerOf, "What would you like to say to the member? It is kept with the record.", 200, still).
			Skippable().When(func(t deciding) bool { return t.Draft.Accept }),
		flow.Line("reason", answerOf, "Why is it not accepted? The member reads it, and it is kept with the record.", 200, still).
			When(func(t deciding) bool { return !t.Draft.Accept }),
		flow.Confirm("decide", looked, "Confirm", decide),
	},
	Store: flow.Store[Decision, Facts]{Load: loadDecision, Apply: apply},
}

type deciding = flow.Turn[Decision, Facts]

// A Decision is one on its way.
type Decision struct {
	Objection int64
	Accept    bool
	Answer    string
}

func answerOf(t *deciding) *string { return &t.Draft.Answer }

// still lets on whoever may decide now.
func still(t deciding) error { return settles(t.Here, t.Facts, t.Draft.Accept) }

func looked(t deciding) messages.Message {
	f := t.Facts
	m := messages.Say("Accept the objection of <b>%s</b>? The record of “%s” becomes: %s.", f.Name, f.Activity.Title, claimed(f.Objection.Claim))
	if !t.Draft.Accept {
		m = messages.Say("Not accept the objection of <b>%s</b>? The record of “%s” stays: %s.", f.Name, f.Activity.Title, f.Status)
	}
	if t.Draft.Answer != "" {
		m = m.Line("You write: %s", t.Draft.Answer)
	}
	return m
}

// decide settles an objection: the record follows by news, the member hears of it,
// and everybody who was asked sees that it is decided.
func decide(t *deciding) flow.Outcome {
	if err := still(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	f, d := t.Facts, t.Draft
	hat, _ := t.Who.Hat(f.Scope)
	f.Objection.By, f.Objection.Hat, f.Objection.Answer, f.Objection.State = t.Who.Name, hat.Role, d.Answer, refused
	if d.Accept {
		f.Objection.State = accepted
	}
	o := flow.Stop().And(flow.Do(Decided{d.Objection, f.Activity.ID, f.Person, d.Accept, hat.Role, d.Answer}))
	told := messages.Say("Your objection to the record of “%s” is not accepted.", f.Activity.Title)
	if d.Accept {
		o = o.Shout(campaign.RecordSettled{Activity: f.Activity.ID, Person: f.Person, Hat: hat.Role, Cause: campaign.ByAcceptance,
			Present: f.Objection.Claim != absent, Late: f.Objection.Claim == late, Note: d.Answer, For: f.Person})
		told = messages.Say("Your objection to the record of “%s” is accepted. It stands as: %s.", f.Activity.Title, claimed(f.Objection.Claim))
	} else {
		o = o.Shout(campaign.RecordNoted{Activity: f.Activity.ID, Person: f.Person, Hat: hat.Role, Cause: campaign.ByRefusal, Note: d.Answer})
	}
	o = o.Tell(f.Person, told.Add(f.Objection.decided()))
	for _, p := range f.People {
		if p.ID != t.Who.ID && p.ID != f.Person {
			o = o.Tell(p.ID, f.card().InPlaceOf(name, d.Objection).In(messages.Redraws))
		}
	}
	return o.Say(f.card().AsOne(name, d.Objection)).Toast("Decided. The member hears of it.")
}

// Decided is an objection that was accepted, or not.
type Decided struct {
	ID       int64
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Accept   bool
	Hat      campaign.Role
	Answer   string `audit:"-"`
}

// Effect is its name in the audit.
func (Decided) Effect() string { return "decided" }
