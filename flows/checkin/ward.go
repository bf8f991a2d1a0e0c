package checkin

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What a helper does for members without a smartphone. Whoever records for a member
// is there: they have checked in themselves before.

// byHelper is how the mark of a member came about for whom a helper spoke.
const byHelper = "helper"

// A Ward is a member for whom somebody records, and their place at one activity.
type Ward struct {
	Seat
	Person campaign.PersonID
	Name   string
	Marker string // who marked them, where somebody else did
	Helped bool   // and did so as their helper
}

// For is a press that says: this member is here, or leaves. Said is when the helper
// had written the message that the button answered.
type For struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Out      bool      `json:",omitzero"`
	Said     time.Time `json:",omitzero"`
}

// Helped is a member whom their helper checked in.
type Helped struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Branch   campaign.BranchID
	At       time.Time
	Late     bool
	By       campaign.PersonID
}

// Effect is its name in the audit.
func (Helped) Effect() string { return "helped" }

// Helping is the audience of those who are missing themselves and record for
// somebody who is.
type Helping struct{ Activity campaign.ActivityID }

// ward finds the place of a member for whom the person records.
func (f Facts) ward(p campaign.PersonID) (Ward, bool) {
	for _, w := range f.Wards {
		if w.Person == p {
			return w, true
		}
	}
	return Ward{}, false
}

// refusal is why a helper's check-in of a member is not taken; nil where it counts.
func (w Ward) refusal(own Seat, at time.Time) error {
	switch phase := w.Activity.Phase(at); {
	case own.Since.IsZero():
		return flow.Sorry("Please check in yourself first: whoever records for a member is there.")
	case w.Branch == 0:
		return flow.Sorry("%s is not on the list of this activity.", w.Name)
	case w.Activity.Cancelled:
		return flow.Sorry("This activity was cancelled; there is no need to check in.")
	case !w.Since.IsZero():
		return flow.Sorry("%s is in already, since %s.", w.Name, when(w.Since, at))
	case phase == campaign.Before:
		return flow.Sorry("Check-in opens at %s.", when(w.Activity.Opens, at))
	case phase == campaign.Over:
		return flow.Sorry("Check-in has closed.")
	}
	return nil
}

// staying is why a helper's sign-out of a member is not taken; nil where it counts.
func (w Ward) staying(at time.Time) error {
	_, until, asked := w.Activity.SigningOut()
	switch {
	case w.Since.IsZero():
		return flow.Sorry("%s has not been checked in to this activity.", w.Name)
	case !w.Left.IsZero():
		return flow.Sorry("%s was signed out at %s.", w.Name, when(w.Left, at))
	case asked && !at.Before(until):
		return flow.Sorry("Sign-out has closed. %s stays recorded as present.", w.Name)
	}
	return w.stays(at)
}

// recordFor is a helper's press. The right is looked at anew: it may have been
// withdrawn since the button came.
func recordFor(t turn, p For) flow.Outcome {
	w, ok := t.Facts.ward(p.Person)
	if !ok {
		return flow.Refuse(flow.Sorry("You no longer record for this member."))
	}
	own, at := t.Facts.Seats[0], Here{Said: p.Said}.at(t)
	if p.Out {
		return signOutFor(t, own, w, at)
	}
	if err := w.refusal(own, at); err != nil {
		return flow.Refuse(err)
	}
	w.Seat, w.Marker, w.Helped = w.taken(at), t.Who.Name, true
	t.Facts = t.Facts.with(w)
	return flow.Do(Helped{p.Activity, w.Person, w.Branch, at, w.Late, t.Who.ID}).And(w.told(t.Now)).
		And(w.counted(t.Now)).And(own.redrawn(t, at)).
		And(flow.Outcome{Answer: messages.T("%s: %s", w.Name, w.done(at))})
}

func signOutFor(t turn, own Seat, w Ward, at time.Time) flow.Outcome {
	if err := w.staying(at); err != nil {
		return flow.Refuse(err)
	}
	w.Left = at
	t.Facts = t.Facts.with(w)
	return flow.Do(SignedOut{w.Activity.ID, w.Person, at}).And(own.redrawn(t, at)).
		Toast("%s: signed out at %s.", w.Name, when(at.Truncate(time.Minute), at))
}

// with is f with a ward as they are now.
func (f Facts) with(w Ward) Facts {
	wards := make([]Ward, len(f.Wards))
	for i, v := range f.Wards {
		if wards[i] = v; v.Person == w.Person && v.Activity.ID == w.Activity.ID {
			wards[i] = w
		}
	}
	f.Wards = wards
	return f
}

// redrawn shows what somebody has of an activity in their chat as it stands now: the
// receipt, and the card that asked to sign out.
func (s Seat) redrawn(t turn, at time.Time) flow.Outcome {
	m := s.kept(t, at).In(messages.Redraws)
	return flow.Do().Tell(t.Who.ID, m.InPlaceOf(name, s.Activity.ID)).Tell(t.Who.ID, m.InPlaceOf(outName, s.Activity.ID))
}

// kept is the receipt with all that stands beneath it: the own way out, and those
// for whom the person records.
func (s Seat) kept(t turn, at time.Time) messages.Message {
	m := s.receipt(at).Row(s.exit(at, t)...)
	if s.Since.IsZero() {
		return m
	}
	for _, w := range t.Facts.Wards {
		if w.Activity.ID != s.Activity.ID {
			continue
		}
		switch {
		case w.refusal(s, at) == nil:
			m = m.Row(messages.Button(For{Activity: s.Activity.ID, Person: w.Person, Said: saidAt(t)}, "For %s", w.Name))
			continue
		case w.Since.IsZero():
			continue
		case w.Helped:
			m = m.Line("✓ By %s for %s: %s", w.Marker, w.Name, w.done(at))
		default:
			m = m.Line("✓ %s: %s", w.Name, w.done(at))
		}
		if w.staying(at) == nil {
			m = m.Row(messages.Button(For{Activity: s.Activity.ID, Person: w.Person, Out: true, Said: saidAt(t)}, "Sign out for %s", w.Name))
		}
	}
	return m
}

// helperCard is the card of somebody who records for others as well.
func (w Window) helperCard(now time.Time) messages.Message {
	return w.card(now).Line("You record for members without a smartphone: once you are in, a button for each stands below.")
}
