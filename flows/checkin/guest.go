package checkin

import (
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// The record of a member who attended at another branch. There is one, and both
// branches see it: it stands at the activity of their own for which the visit
// counts, where they are expected; while there is none, at the activity they were at,
// where nobody expects them. It does not say that their own branch has reported.

// byGuest is how such a mark came about; its note is where they were.
const byGuest = "guest"

type (
	// Hosted is a member whose attendance at another branch was accepted.
	Hosted struct {
		Activity campaign.ActivityID // at which the record stands
		Person   campaign.PersonID
		Branch   campaign.BranchID // their own
		At       time.Time
		Late     bool
		By       campaign.PersonID
		Place    string
	}
	// Recounted is such a record that stands at another activity than before.
	Recounted struct {
		Person   campaign.PersonID
		From, To campaign.ActivityID
		Branch   campaign.BranchID // where it is counted there; 0 is where it was
	}
)

// Effect is its name in the audit.
func (Hosted) Effect() string { return "hosted" }

// Effect is its name in the audit.
func (Recounted) Effect() string { return "recounted" }

// hosted writes the record of a guest, and lets the groups of both branches see it.
// Who is marked already keeps that mark: nobody is counted twice.
func hosted(t turn, n campaign.GuestAttended) flow.Outcome {
	o := flow.Do().Soon(slot(t.Now, pace(0), n.Host), Figure{n.Activity, n.Host})
	s := t.Facts.Seats[0]
	switch {
	case !s.Since.IsZero():
		return o
	case t.Facts.Closing.Holds(t.Now):
		return flow.Outcome{Err: errClosed}
	}
	branch := s.Branch
	if branch == 0 {
		branch = n.Home
	}
	at := n.At.In(t.Now.Location())
	card := title(s.Activity).Line("✓ You attended at %s, since %s.", n.Place, when(at.Truncate(time.Minute), t.Now))
	return o.And(flow.Do(Hosted{s.Activity.ID, n.Person, branch, at, n.Late, t.Who.ID, n.Place})).And(s.told(t.Now)).And(s.counted(t.Now)).
		Tell(n.Person, card.InPlaceOf(name, s.Activity.ID).In(messages.Redraws))
}

// outsider is what somebody is told who is not on the list of an activity: they may
// be there as a guest.
func (s Seat) outsider(no messages.Text, at time.Time) messages.Message {
	m := title(s.Activity).Add(no)
	if phase := s.Activity.Phase(at); s.Activity.Cancelled || phase == campaign.Before || phase == campaign.Over {
		return m
	}
	return m.Line("If you are there as a guest of that branch, please press below.").
		Row(messages.Button(flow.Open{Flow: "guest", Arg: strconv.FormatInt(int64(s.Activity.ID), 10)}, "I am a guest there"))
}

// elsewhere leads whoever is with another branch to asking it.
func elsewhere() messages.Key {
	return messages.Button(flow.Open{Flow: "guest"}, "I am at another branch")
}

// recounted moves the record of a guest to where the visit counts now.
func recounted(t turn, n campaign.GuestCounted) flow.Outcome {
	s := t.Facts.Seats[0]
	if !s.Since.IsZero() {
		return flow.Do()
	}
	return flow.Do(Recounted{n.Person, n.From, n.To, s.Branch}).And(s.told(t.Now)).And(s.counted(t.Now))
}
