package checkin

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What happens where an activity asks whoever leaves to sign out. A sign-out
// belongs to the mark of its own activity and to no other: who forgot it stays
// present, and checks in to the next activity as anybody does.

// SignOut is a press that says: I am leaving this activity. Said is when the person
// had said so already by a message.
type SignOut struct {
	Activity campaign.ActivityID
	Said     time.Time `json:",omitzero"`
}

type (
	// SignedOut is a person who signed out.
	SignedOut struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		At       time.Time
	}
	// SignOutOffered is sign-out that whoever is there was asked for.
	SignOutOffered struct{ Activity campaign.ActivityID }
	// SignOutClosed is sign-out that is over.
	SignOutClosed struct{ Activity campaign.ActivityID }
	// SignOutPostponed is sign-out that is to be offered anew, later.
	SignOutPostponed struct{ Activity campaign.ActivityID }
)

// Effect is its name in the audit.
func (SignedOut) Effect() string { return "signed_out" }

// Effect is its name in the audit.
func (SignOutOffered) Effect() string { return "sign_out_offered" }

// Effect is its name in the audit.
func (SignOutClosed) Effect() string { return "sign_out_closed" }

// Effect is its name in the audit.
func (SignOutPostponed) Effect() string { return "sign_out_postponed" }

// Staying is the audience of everybody who is marked and has not signed out.
type Staying struct{ Activity campaign.ActivityID }

// outWord is the word that says the same as a press. The menu does not offer it:
// it is of use for some minutes, when a button is at hand.
var outWord = flow.Spec[Draft, Facts]{
	Name: "signout",
	Word: "Sign out",
	Help: "Say that you are leaving",
	For:  func(campaign.Person) bool { return false },
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("out", saidOut),
	},
	Store: flow.Store[Draft, Facts]{Load: load, Apply: apply},
}

// stays is why a sign-out at an instant is not taken; nil where it counts.
func (s Seat) stays(at time.Time) error {
	from, until, asked := s.Activity.SigningOut()
	switch {
	case !asked:
		return flow.Sorry("Nobody needs to sign out of this activity.")
	case s.Activity.Cancelled:
		return flow.Sorry("This activity was cancelled; there is no need to sign out.")
	case s.Since.IsZero():
		return flow.Sorry("You have not checked in to this activity.")
	case !s.Left.IsZero():
		return flow.Sorry("You signed out at %s.", when(s.Left, at))
	case at.Before(from):
		return flow.Sorry("Sign-out opens at %s.", when(from, at))
	case !at.Before(until):
		return flow.Sorry("Sign-out has closed. You stay recorded as present.")
	}
	return nil
}

// signOut is a press on the card that asks to sign out, or on the receipt.
func signOut(t turn, p SignOut) flow.Outcome {
	s, at := t.Facts.Seats[0], Here(p).at(t)
	if err := s.stays(at); err != nil {
		return flow.Refuse(err)
	}
	return s.out(t, at).And(flow.Outcome{Answer: messages.T("Signed out at %s.", when(at.Truncate(time.Minute), at))})
}

// saidOut is the message that says the same as a press.
func saidOut(t *turn) flow.Outcome {
	at := t.At.In(t.Now.Location())
	var no messages.Text
	var going []Seat
	for _, s := range t.Facts.Seats {
		err := s.stays(at)
		if err == nil {
			going = append(going, s)
			continue
		}
		if _, _, asked := s.Activity.SigningOut(); asked && !s.Since.IsZero() && campaign.DayOf(s.Activity.Ends) == campaign.DayOf(at) {
			no, _ = flow.Apology(err)
		}
	}
	switch {
	case len(going) == 1:
		s := going[0]
		o := s.out(*t, at)
		s.Left = at
		return o.Say(s.receipt(at).As(name, s.Activity.ID))
	case len(going) > 1:
		m := messages.Say("Which activity are you leaving?")
		for _, s := range going {
			m = m.Row(messages.Button(SignOut{s.Activity.ID, saidAt(*t)}, "%s %s", s.Activity.Starts, s.Activity.Title))
		}
		return flow.Do().Say(m.As("checkin/leaving"))
	case no.Say != "":
		return flow.Do().Say(messages.Message{Lines: []messages.Text{no}})
	}
	return flow.Do().Reply("There is nothing to sign out of at the moment.")
}

// out writes that somebody left, and shows it on what they have in their chat.
func (s Seat) out(t turn, at time.Time) flow.Outcome {
	s.Left = at
	return flow.Do(SignedOut{s.Activity.ID, t.Who.ID, at}).And(s.redrawn(t, at))
}

// outName is what the card that asks to sign out is called.
const outName = "checkin/%d/out"

// parting is what a receipt says of leaving at an instant.
func (s Seat) parting(at time.Time) []messages.Text {
	from, until, asked := s.Activity.SigningOut()
	switch {
	case !asked || s.Activity.Cancelled:
		return nil
	case !s.Left.IsZero():
		return []messages.Text{messages.T("Signed out at %s.", when(s.Left.Truncate(time.Minute), at))}
	case at.Before(from):
		return []messages.Text{messages.T("Please sign out when you leave, from %s.", when(from, at))}
	case at.Before(until):
		return []messages.Text{messages.T("Please sign out when you leave, until %s.", when(until, at))}
	}
	return []messages.Text{messages.T("You did not sign out. You stay recorded as present.")}
}

// exit is the button beneath a receipt, where the person may sign out now.
func (s Seat) exit(at time.Time, t turn) []messages.Key {
	if s.stays(at) != nil {
		return nil
	}
	return []messages.Key{messages.Button(SignOut{s.Activity.ID, saidAt(t)}, "Sign out").Styled(messages.Primary)}
}

// outs says on a card that an activity asks to sign out.
func outs(a campaign.Activity) []messages.Text {
	from, until, asked := a.SigningOut()
	if !asked {
		return nil
	}
	return []messages.Text{messages.T("Sign-out: %s–%s", when(from, a.Starts), when(until, a.Starts))}
}

// settleSignOut asks whoever is there to sign out when the time has come, and closes
// sign-out when it is over.
func (w Window) settleSignOut(now time.Time) flow.Outcome {
	id := w.Activity.ID
	from, until, asked := w.Activity.SigningOut()
	switch {
	case !asked || w.OutClosed || w.Activity.Cancelled || !w.Opened || now.Before(from):
		return flow.Do()
	case !now.Before(until):
		return flow.Do(SignOutClosed{id}).TellAll(Staying{id}, title(w.Activity).
			Line("Sign-out has closed. You stay recorded as present.").InPlaceOf(outName, id).In(messages.Redraws))
	case w.OutOffered:
		return flow.Do()
	}
	m := title(w.Activity).Line("Please sign out when you leave, until %s.", when(until, now)).Gap().
		Line("Sending “Sign out” does the same.").
		Row(messages.Button(SignOut{Activity: id}, "Sign out").Styled(messages.Primary))
	return flow.Do(SignOutOffered{id}).TellAll(Staying{id}, m.As(outName, id).In(messages.Reminders))
}

// postponeSignOut follows an activity that goes on for longer than it was to when
// whoever is there was asked to sign out.
func (w Window) postponeSignOut(now time.Time) flow.Outcome {
	from, until, asked := w.Activity.SigningOut()
	if asked && (w.OutOffered && now.Before(from) || w.OutClosed && now.Before(until)) {
		return flow.Do(SignOutPostponed{w.Activity.ID})
	}
	return flow.Do()
}
