// Package bind finds out who somebody is: a stranger's account becomes the
// account of one member of the roster, by the phone that the messenger vouches
// for or by an invitation. Where the member has an account already, the unit
// decides. It must never tell a stranger more of a member than the masked name,
// the unit and the branch, and that only to who shows the member's phone or
// invitation.
package bind

import (
	"embed"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// Flow is the dialogue with accounts that are bound to nobody, the claims on
// members who have an account already, and the command that makes invitations.
// Beside it stands the coverage: who is bound, and who is not.
var Flow = flow.Spec[Draft, Facts]{
	Name: "bind", Opens: "start", Link: "inv", Help: "Who I am, and who you are", Guests: true, Unasked: offered,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("meet", meet),
		flow.Free("phone", greeting, show).Bare().When(stranger),
		flow.Then("look", prove).When(stranger),
		flow.Choose("you", isItYou,
			flow.Way[Draft, Facts]{Key: "yes", Label: "Yes, that is me", Do: confirm, Style: messages.Primary},
			flow.Way[Draft, Facts]{Key: "no", Label: "No, that is not me", Do: nobody},
		),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("decide", decide),
		flow.Due("remind", remind),
	},
	Also:    []flow.Flow{coverage(chance)},
	Offers:  []flow.Offer{{Name: "invite", Help: "MEMBER_NO: a link and a code, each good once, that bind a member's account", Run: invite}},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Keeps: keeps, Over: over},
	Schema:  schema,
	Chinese: chinese,
}

//go:embed schema/*.sql
var schema embed.FS

//go:embed zh.txt
var chinese string

type turn = flow.Turn[Draft, Facts]

// A Draft is what a stranger has shown. It holds no link and no code.
type Draft struct {
	Met    bool              // the greeting has been said
	Phone  campaign.Phone    // that was shared
	Key    string            // the hash of a link or a code
	Typed  bool              // the code was typed: it costs a try
	Person campaign.PersonID // whom it stands for
}

// meet looks at what a stranger brings along: the link of an invitation, a claim
// that waits, or nothing.
func meet(t *turn) flow.Outcome {
	if t.Who.Known() {
		return known(t)
	}
	if key, ok := linkKey(t.Arg); ok {
		t.Draft.Key = key
		return prove(t)
	}
	if c := t.Facts.Waiting; c.ID != 0 {
		return flow.Stop().Say(waits(c))
	}
	return flow.Do()
}

// known answers somebody who is bound already.
func known(t *turn) flow.Outcome {
	return flow.Stop().Say(messages.Say("You are bound already: <b>%s</b>, %s · %s.", t.Who.Name, t.Who.Unit, t.Who.Branch).
		Line("If that is not you, please tell the desk of that unit.").
		Row(messages.Button(flow.Open{Flow: "menu"}, "Show the menu")))
}

// offered reports whether in is what a stranger shows who they are by. Who is
// bound already is told so.
func offered(in flow.Input) (Draft, bool) {
	if s, ok := in.(flow.Said); ok {
		_, ok = codeKey(string(s))
		return Draft{}, ok
	}
	_, ok := in.(flow.Card)
	return Draft{}, ok
}

func stranger(t turn) bool { return t.Draft.Person == 0 }

// nobody asks for another proof, where this one stood for somebody else.
func nobody(t *turn) flow.Outcome {
	return again(t).Reply("Then the roster is wrong, or the invitation is somebody else's. The secretary of your branch can put it right.")
}

// again asks for another proof.
func again(t *turn) flow.Outcome {
	t.Draft = Draft{Met: t.Draft.Met}
	return flow.Goto("phone")
}

func greeting(t turn) messages.Message {
	m := messages.Say("Please press “Share phone” below the text field, or write the code of your invitation.")
	if !t.Draft.Met {
		m = messages.Say("Hello! I am Muster, the assistant of the education campaign: check-in and reminders.").
			Line("I must know who you are. Please press <b>Share phone</b> below the text field: the number serves to find you on the roster, and for nothing else.").
			Line("If you were given an invitation, you may write its code instead.")
	}
	return m.With(messages.Board{
		Rows: [][]messages.BoardKey{{{Label: messages.T("Share phone"), Contact: true}}},
		Hint: messages.T("Share phone, or a code"),
	})
}

// show takes the own contact, or the code of an invitation.
func show(t *turn, in flow.Input) error {
	switch in := in.(type) {
	case flow.Card:
		if in.Forwarded {
			return flow.Sorry("That card was forwarded, so it does not show that the number is yours. Please press the button “Share phone” below the text field.")
		}
		if !in.Own {
			return flow.Sorry("That is the card of somebody else; I can only bind you by your own number. Please press the button “Share phone” below the text field.")
		}
		phone, err := campaign.E164(in.Phone)
		if err != nil {
			return flow.Sorry("I cannot read that number. Please ask the secretary of your branch for an invitation.")
		}
		t.Draft = Draft{Met: true, Phone: phone}
		return nil
	case flow.Said:
		if key, ok := codeKey(string(in)); ok {
			t.Draft = Draft{Met: true, Key: key, Typed: true}
			return nil
		}
	}
	return flow.Sorry("Please press the button “Share phone” below the text field. If you have an invitation, write its code: eight letters and digits, none of them 0, 1, I, L or O.")
}

// prove looks whom the phone or the invitation stands for.
func prove(t *turn) flow.Outcome {
	if t.Who.Known() {
		return known(t)
	}
	o := flow.Do()
	if t.Draft.Typed {
		if free, ok := mayTry(t.Facts.Tries, t.Now); !ok {
			return o.And(again(t)).Reply("You have tried five codes within an hour. Please wait until %s for the next one, or share your phone.", free)
		}
		o = flow.Do(Tried{t.Account})
	}
	p, err := t.Facts.proven(t.Draft, t.Now)
	if err != nil {
		return o.And(again(t)).Say(apology(err))
	}
	t.Draft.Person = p.ID
	return o
}

func isItYou(t turn) messages.Message {
	if len(t.Facts.Members) != 1 {
		return messages.Say("I have lost who that was. Please begin again with /start.")
	}
	p := t.Facts.Members[0]
	m := messages.Say("Is this you?").Line("<b>%s</b>", campaign.MaskedName(p.Name)).Line("%s · %s", p.Unit, p.Branch)
	switch {
	case t.Facts.Holder.ID == 0:
	case t.Facts.alone():
		m = m.Gap().Line("This member has another account already. If you go on, this one takes its place.")
	default:
		m = m.Gap().Line("This member has another account already. If you go on, your unit decides which of the two it shall be.")
	}
	return m
}

// confirm binds, or claims where the member has another account.
func confirm(t *turn) flow.Outcome {
	if t.Who.Known() {
		return known(t)
	}
	p, err := t.Facts.proven(t.Draft, t.Now)
	switch {
	case err != nil:
		return again(t).Say(apology(err))
	case p.ID != t.Draft.Person:
		return again(t).Reply("Something has changed meanwhile. Please show me once more who you are.")
	case t.Facts.Holder.ID != 0 && !t.Facts.alone():
		return claim(t, p)
	}
	old := t.Facts.Holder.ID
	return flow.Stop().And(flow.Do(Bound{p.ID, t.Account, old, t.Draft.proof(), t.Draft.Key})).And(welcome(t.Account, p)).And(farewell(old, p))
}

// welcome tells an account whose it is now, and what to do next. The front door
// hears of it, and shows the menu.
func welcome(a campaign.AccountID, p campaign.Person) flow.Outcome {
	bound := messages.Say("Thank you. This account is bound to <b>%s</b>, %s · %s.", p.Name, p.Unit, p.Branch).
		Line("I shall write to you when your branch meets. When a check-in is open, press or write “Check in”.").With(messages.Board{}).In(messages.Answers)
	bound.To = messages.To{Friend: a}
	return flow.Do().Say(bound).Shout(campaign.Joined{Account: a, Person: p})
}

// farewell tells the account that was a member's until now, if there is one.
func farewell(a campaign.AccountID, p campaign.Person) flow.Outcome {
	if a == 0 {
		return flow.Do()
	}
	m := messages.Say("This account is no longer bound to <b>%s</b>; another one is. If that is wrong, please talk with the desk of your unit.", p.Name).With(messages.Board{})
	m.To = messages.To{Friend: a}
	return flow.Do().Say(m)
}

// apology is what a Sorry says, as a message.
func apology(err error) messages.Message {
	text, _ := flow.Apology(err)
	return messages.Message{Lines: []messages.Text{text}}
}

type (
	// Bound is an account that became a member's.
	Bound struct {
		Person  campaign.PersonID
		Account campaign.AccountID
		From    campaign.AccountID // the account that was the member's before; 0 is none
		By      Proof
		Key     string `audit:"-"` // the invitation that it used up
	}
	// Tried is a code that an account wrote.
	Tried struct{ Account campaign.AccountID }
)

// Effect is its name in the audit.
func (Bound) Effect() string { return "bound" }

// Effect is its name in the audit.
func (Tried) Effect() string { return "tried" }
