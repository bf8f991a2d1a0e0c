package bind

import (
	"cmp"
	"slices"

	"campaign"
	"campaign/messages"
)

// A Group is how a member stands with Muster.
type Group string

// The groups. They are stored by these names.
const (
	Open    Group = "open"    // bound, and can be reached
	Unbound Group = "unbound" // never came, though their phone stands on the roster
	NoPhone Group = "nophone" // never came, and has no phone there or one that is shared: needs an invitation
	Blocked Group = "blocked" // bound, but has blocked the bot
	Deleted Group = "deleted" // bound to an account that is no more
)

// missing is every group but the one that is well, in the order of the screen.
var missing = []Group{Unbound, NoPhone, Blocked, Deleted}

// names are the groups in words.
var names = map[Group]messages.Sentence{
	Unbound: "Not bound", NoPhone: "Without a phone of their own", Blocked: "Blocked me", Deleted: "Account deleted",
}

// steps say what is to be done about each group.
var steps = map[Group]messages.Sentence{
	Unbound: "Their number stands on the roster: ask them to open me, press Start and share their phone.",
	NoPhone: "The roster has no number, or one that several members share: hand on an invitation, or have the number put right.",
	Blocked: "Ask them to open our chat and press Restart.",
	Deleted: "Hand on an invitation for their new account; the desk of the unit then agrees to the change.",
}

// invited reports whether an invitation helps the members of g.
func (g Group) invited() bool { return g == Unbound || g == NoPhone || g == Deleted }

// A Count tells how many members are in each group.
type Count map[Group]int

func (c Count) total() (n int) {
	for _, k := range c {
		n += k
	}
	return n
}

// A Part is a part of the district and how it stands.
type Part struct {
	Scope campaign.Scope
	Name  string
	Count Count
}

// A Missing is a member of a group.
type Missing struct {
	ID     campaign.PersonID
	Name   string
	Branch string
	Home   campaign.Scope
	Helper string // who records for them, or was asked to
}

// Cover is what the screens must know.
type Cover struct {
	Name  string // of the scope; "" is the whole district, or several parts
	Parts []Part // the scope's units or branches, those with most missing first
	Count Count  // of the whole scope
	Names []Missing
	More  bool // names follow after those

	Person campaign.Person // to be invited
	Bound  bool            // and reached, so that no invitation is needed
	Fresh  secret
}

// A branch is one row of what the database counts.
type branch struct {
	Home     campaign.Scope
	In, Name string
	Count    Count
}

// cover adds up the branches of s: by units for the district, by branches for a
// unit. Those where most are missing come first.
func cover(s campaign.Scope, bs []branch) Cover {
	c := Cover{Count: Count{}}
	at := map[campaign.Scope]int{}
	for _, b := range bs {
		part := Part{b.Home, b.Name, Count{}}
		switch s.Part {
		case campaign.All:
			part.Scope, part.Name = campaign.UnitScope(b.Home.Unit), b.In
		case campaign.OneUnit:
			c.Name = b.In
		case campaign.Branch:
			c.Name = b.In + " · " + b.Name
		}
		i, there := at[part.Scope]
		if !there {
			i = len(c.Parts)
			at[part.Scope] = i
			c.Parts = append(c.Parts, part)
		}
		for g, n := range b.Count {
			c.Count[g] += n
			c.Parts[i].Count[g] += n
		}
	}
	if s.Part == campaign.Branch {
		c.Parts = nil
	}
	c.Parts = slices.DeleteFunc(c.Parts, func(p Part) bool { return p.Count.total() == 0 })
	slices.SortStableFunc(c.Parts, func(a, b Part) int {
		return cmp.Compare(b.Count.total()-b.Count[Open], a.Count.total()-a.Count[Open])
	})
	return c
}

// readings are the parts of the district that a person reads, none within another.
func readings(who campaign.Person) (ss []campaign.Scope) {
	for i, d := range who.Duties {
		within := false
		for j, e := range who.Duties {
			if e.Over.Contains(d.Over) && (!d.Over.Contains(e.Over) || j < i) {
				within = true
			}
		}
		if !within {
			ss = append(ss, d.Over)
		}
	}
	return ss
}

// home is the part that a person sees first; the zero Scope where there are several.
func home(who campaign.Person) campaign.Scope {
	if ss := readings(who); len(ss) == 1 {
		return ss[0]
	}
	return campaign.Scope{}
}

// above is the part that lies above s on the way from home.
func above(who campaign.Person, s campaign.Scope) (campaign.Scope, bool) {
	if s == home(who) {
		return s, false
	}
	for _, up := range []campaign.Scope{campaign.UnitScope(s.Unit), campaign.Everyone()} {
		if up != s && up.Contains(s) && who.Reads(up) {
			return up, true
		}
	}
	return campaign.Scope{}, s != campaign.Scope{}
}
