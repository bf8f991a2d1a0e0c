package bind

import (
	"time"

	"campaign"
	"campaign/flows/flow"
)

// A Proof is how an account showed whom it belongs to.
type Proof string

// The proofs. They are stored by these names.
const (
	ByPhone      Proof = "phone"
	ByInvitation Proof = "invitation"
)

func (d Draft) proof() Proof {
	if d.Key != "" {
		return ByInvitation
	}
	return ByPhone
}

// Facts are what the database knows of what a stranger has shown. All that they
// speak of is locked for the turn.
type Facts struct {
	Tries      []time.Time       // of this account in the last hour, the oldest first
	Invitation Invitation        // that the link or the code names
	Members    []campaign.Person // whom phone or invitation stand for: at most two are looked up
	Holder     Holder            // the account of the one member
	Contested  bool              // somebody's claim on that member waits
	Waiting    Claim             // the claim of this account that waits
	Deciders   []Decider         // who may decide about the one member, and can be reached
	Claim      Claim             // that a button or a clock is about
}

// An Invitation binds one member, once. The zero Invitation is none.
type Invitation struct {
	ID      int64
	Person  campaign.PersonID
	Expires time.Time
	Used    bool
	Program bool // whoever runs the program made it
}

// A Holder is the account that a member is bound to; the zero Holder is none.
type Holder struct {
	ID   campaign.AccountID
	Name string // what the messenger calls it
	Gone bool   // it was deleted
}

// open tells why the invitation binds nobody, if so.
func (i Invitation) open(now time.Time) error {
	switch {
	case i.ID == 0:
		return flow.Sorry("I do not know that invitation. Please look whether it is complete, or ask the secretary of your branch for a new one.")
	case i.Used:
		return flow.Sorry("This invitation has been used already. If that was not you, please tell the secretary of your branch, who can make a new one.")
	case !now.Before(i.Expires):
		return flow.Sorry("This invitation has expired. Please ask the secretary of your branch for a new one, or share your phone.")
	}
	return nil
}

// proven returns the one member for whom a stranger has shown proof.
func (f Facts) proven(d Draft, now time.Time) (campaign.Person, error) {
	if d.proof() == ByInvitation {
		if err := f.Invitation.open(now); err != nil {
			return campaign.Person{}, err
		}
		if len(f.Members) != 1 {
			return campaign.Person{}, flow.Sorry("This invitation is no longer valid. Please ask the secretary of your branch.")
		}
		return f.Members[0], nil
	}
	switch len(f.Members) {
	case 0:
		return campaign.Person{}, flow.Sorry("This number does not stand on the roster. Please ask the secretary of your branch for an invitation, or to have the number put right.")
	case 1:
		return f.Members[0], nil
	}
	return campaign.Person{}, flow.Sorry("Several members share this number, so it does not tell me who you are. Please ask the secretary of your branch for an invitation.")
}

// An account may write so many codes within so long.
const (
	mostTries = 5
	triesIn   = time.Hour
)

// mayTry reports whether an account that wrote codes at tries, the oldest first,
// may write one now; if not, when.
func mayTry(tries []time.Time, now time.Time) (free time.Time, ok bool) {
	if len(tries) < mostTries {
		return now, true
	}
	free = tries[len(tries)-mostTries].Add(triesIn)
	return free, !now.Before(free)
}

// alone reports whether the account may take the place of the member's other one
// with nobody asked: whoever runs the program has invited it, and nobody can be
// asked. Otherwise the first user of the office could be locked out for ever.
func (f Facts) alone() bool { return f.Invitation.Program && len(f.Deciders) == 0 }
