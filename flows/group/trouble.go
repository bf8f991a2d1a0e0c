package group

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

const (
	// steady is how long we wait before we believe how a group stands: it may be
	// on its way to another number, or somebody may be about to mend it.
	steady = 30 * time.Second
	// quiet is how long somebody who was written to about a group is only shown
	// what changes there, by a change of what they were told.
	quiet = time.Hour
)

// Look is the timer that looks at how the group of a branch stands. One that is
// to look much Later does not keep another from looking soon.
type Look struct {
	Branch campaign.BranchID
	Later  bool `json:",omitempty"`
	Shown  bool `json:",omitempty"` // the group has seen what is going on
}

// A Notice is what somebody was told last of a branch's group. The zero Notice is
// nothing yet.
type Notice struct {
	Trouble campaign.Standing // "" is that all is well
	Loud    bool              // by a message of its own
	LoudAt  time.Time         // when they were last written to of a trouble
}

// A manner is how somebody is told.
type manner int

const (
	silently manner = iota // there is no news
	aloud                  // by a message of their own
	inPlace                // by a change of what they were told before
)

// next is what somebody is told who was told n, where the trouble is now what it
// is, and how. Whoever was written to hears the end of it in the same way; of a
// group that flaps they are written to once in a quiet while, and the message
// that is there shows how things stand.
func (n Notice) next(trouble campaign.Standing, now time.Time) (Notice, manner) {
	rested := n.LoudAt.IsZero() || now.Sub(n.LoudAt) >= quiet
	switch {
	case trouble == n.Trouble && (trouble == "" || n.Loud || !rested):
		return n, silently
	case trouble == "" && n.Loud:
		return Notice{"", false, n.LoudAt}, aloud
	case trouble == "":
		return Notice{"", false, n.LoudAt}, inPlace
	case rested:
		return Notice{trouble, true, now}, aloud
	}
	return Notice{trouble, false, n.LoudAt}, inPlace
}

// again is when a trouble that was told in passing is to be told aloud, if it
// lasts; zero where it was.
func (n Notice) again() time.Time {
	if n.Trouble == "" || n.Loud {
		return time.Time{}
	}
	return n.LoudAt.Add(quiet)
}

// An Owner is somebody who answers for a branch's group, or was told of it.
type Owner struct {
	ID     campaign.PersonID
	Role   campaign.Role
	Answer bool // they answer for it now
	Told   Notice
}

// A State is how the group of a branch stands, for a clock.
type State struct {
	Group  Group
	Aside  bool // what is for the group goes to its owners
	Owners []Owner
}

// trouble is what keeps us from writing in the group; "" is nothing.
func (s State) trouble() campaign.Standing {
	if s.Group.Stands == campaign.Open {
		return ""
	}
	return s.Group.Stands
}

// changed waits to see whether a group stays as it has become.
func changed(t turn, n campaign.GroupChanged) flow.Outcome {
	return flow.Do().Soon(t.Now.Add(steady), Look{Branch: n.Branch})
}

// lookAfter tells those who answer for a group what has become of it, and lets
// them have what was for the group until it can be written to again.
func lookAfter(t turn, l Look) flow.Outcome {
	s := t.Facts.State
	trouble, o := s.trouble(), flow.Do()
	switch {
	case trouble != "" && !s.Aside:
		o = o.And(flow.Do(SetAside{l.Branch, trouble}))
	case trouble == "" && s.Aside:
		o = o.And(flow.Do(PutBack{l.Branch, s.Group.ID}))
	}
	if trouble == "" && s.Group.ID != 0 && !l.Shown {
		o = o.Shout(campaign.GroupOpen{Branch: l.Branch})
	}
	alone := true
	for _, w := range s.Owners {
		alone = alone && !w.Answer
		o = o.And(w.tell(t, l, trouble))
	}
	if trouble != "" && alone {
		o = o.Soon(t.Now.Add(quiet), Look{Branch: l.Branch, Later: true}) // somebody may have come by then
	}
	return o
}

// tell tells one of them, where there is news.
func (w Owner) tell(t turn, l Look, trouble campaign.Standing) flow.Outcome {
	if !w.Answer && trouble != "" {
		return flow.Do() // somebody else hears of it now
	}
	n, how := w.Told.next(trouble, t.Now)
	if how == silently {
		return flow.Do()
	}
	m := mended(t.Facts.State.Group)
	if trouble != "" {
		m = report(t.Facts.State.Group, trouble, w.Role)
	}
	if how == aloud {
		m = m.As(noticeName, l.Branch)
	} else {
		m = m.AsOne(noticeName, l.Branch)
	}
	o := flow.Do(Noticed{l.Branch, w.ID, n.Trouble, n.Loud, n.LoudAt}).Tell(w.ID, m.In(messages.Approvals))
	if at := n.again(); !at.IsZero() {
		o = o.Soon(at, Look{Branch: l.Branch, Later: true})
	}
	return o
}

// noticeName is what the notice about the group of a branch is called.
const noticeName = "group/%d"

// report is what is wrong with a group, and how it is mended.
func report(g Group, trouble campaign.Standing, as campaign.Role) messages.Message {
	var m messages.Message
	switch trouble {
	case campaign.Muted:
		m = messages.Say("<b>I may not write in the group “%s” any more.</b>", g.Title).Line("%s", g.Branch.text()).Gap().
			Line("To mend it, somebody who administers the group does one of these:").
			Line("1. Members → find me → lift the restriction; or make me an administrator.").
			Line("2. Permissions → allow members to send messages.")
	case campaign.Gone:
		m = messages.Say("<b>The group “%s” is no more, or I cannot find it.</b>", g.Title).Line("%s", g.Branch.text()).Gap().
			Line("To mend it:").
			Line("1. Add me to the group of the branch, or to a new one.").
			Line("2. Send /bind there.")
	default:
		m = messages.Say("<b>I have been removed from the group “%s”.</b>", g.Title).Line("%s", g.Branch.text()).Gap().
			Line("To mend it:").
			Line("1. Open the group, and add me as a member.").
			Line("2. If it does not let you, ask somebody who administers it.")
	}
	m = m.Gap().Line("Until then, what is for the group comes to you here: please pass it on.")
	if as != campaign.Secretary {
		m = m.Line("You are told because the branch has no secretary whom I can reach.")
	}
	return m
}

// mended tells that a group can be written to again.
func mended(g Group) messages.Message {
	if g.ID == 0 {
		return messages.Say("That branch has no group any more; there is nothing left to mend.")
	}
	return messages.Say("<b>All is well with the group “%s” again.</b>", g.Title).Line("%s", g.Branch.text()).
		Line("What is for the group appears there again.")
}

// topicLost tells that a topic of a forum is closed or gone.
func topicLost(t turn, n campaign.TopicLost) flow.Outcome {
	s, o := t.Facts.State, flow.Do()
	for _, w := range s.Owners {
		if w.Answer {
			o = o.Tell(w.ID, messages.Say("<b>The topic in the group “%s” where I wrote is closed or deleted.</b>", s.Group.Title).Line("%s", s.Group.Branch.text()).Gap().
				Line("I write in the general topic now. If you would rather have another, send /bind there.").In(messages.Approvals))
		}
	}
	return o
}

type (
	// SetAside is a group whose messages go to those who answer for it.
	SetAside struct {
		Branch campaign.BranchID
		Why    campaign.Standing
	}
	// PutBack is a group whose messages appear in it again.
	PutBack struct {
		Branch campaign.BranchID
		Chat   int64
	}
	// Noticed is somebody who was told how a group stands.
	Noticed struct {
		Branch  campaign.BranchID
		Person  campaign.PersonID
		Trouble campaign.Standing
		Loud    bool
		LoudAt  time.Time
	}
)

// Effect is its name in the audit.
func (SetAside) Effect() string { return "set_aside" }

// Effect is its name in the audit.
func (PutBack) Effect() string { return "put_back" }

// Effect is its name in the audit.
func (Noticed) Effect() string { return "noticed" }
