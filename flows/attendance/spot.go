package attendance

import (
	"fmt"
	"strconv"

	"campaign"
	"campaign/messages"
)

// arg names at to other flows, as their buttons carry it.
func (at Spot) arg() string { return fmt.Sprintf("%d_%d_%d", at.Activity, at.Unit, at.Branch) }

// narrowed goes down while there is but one way: a unit of which the reader sees
// one branch is that branch.
func (at Spot) narrowed(bs []branch) Spot {
	if at.Unit == 0 {
		if us := unitsOf(bs); len(us) == 1 {
			at.Unit = us[0]
		}
	}
	if at.Unit != 0 && at.Branch == 0 {
		if in := within(bs, at.Unit); len(in) == 1 {
			at.Branch = in[0].Scope.Branch
		}
	}
	return at
}

// up is the wider card, if there is one.
func (at Spot) up(bs []branch) (Spot, bool) {
	wider := Spot{Activity: at.Activity, Unit: at.Unit}
	if at.Branch != 0 && wider.narrowed(bs) != at {
		return wider, true
	}
	wider.Unit = 0
	return wider, at.Unit != 0 && wider.narrowed(bs) != at
}

// branchAt finds the branch of at among those that the reader sees.
func branchAt(at Spot, bs []branch) (branch, bool) {
	for _, b := range bs {
		if b.Scope == campaign.BranchScope(at.Unit, at.Branch) {
			return b, true
		}
	}
	return branch{}, false
}

func within(bs []branch, u campaign.UnitID) (in []branch) {
	for _, b := range bs {
		if b.Scope.Unit == u {
			in = append(in, b)
		}
	}
	return in
}

// unitsOf lists the units of branches, in their order.
func unitsOf(bs []branch) (us []campaign.UnitID) {
	seen := map[campaign.UnitID]bool{}
	for _, b := range bs {
		if !seen[b.Scope.Unit] {
			seen[b.Scope.Unit] = true
			us = append(us, b.Scope.Unit)
		}
	}
	return us
}

// A row is the line of a unit or a branch.
type row struct {
	At      Spot
	Name    string
	Figures campaign.Figures
	Running bool
	Bound   bool // whoever was not there must make it up
	Silent  int  // branches that have sent nothing

	Members, Complete int // of all activities together
}

// rows are the lines of the card at: its branches, or its units.
func rows(at Spot, t turn) (rs []row) {
	bs := t.Facts.Branches
	if at.Unit != 0 {
		for _, b := range within(bs, at.Unit) {
			if at.Branch == 0 || at.Branch == b.Scope.Branch {
				rs = append(rs, total(Spot{at.Activity, at.Unit, b.Scope.Branch}, b.Name, []branch{b}, t))
			}
		}
		return leastFirst(rs, at)
	}
	for _, u := range unitsOf(bs) {
		in := within(bs, u)
		at := Spot{Activity: at.Activity, Unit: u}.narrowed(in)
		name := in[0].Unit
		if at.Branch != 0 {
			name += " · " + in[0].Name // the reader sees this one of the unit, and the figures are its own
		}
		rs = append(rs, total(at, name, in, t))
	}
	return leastFirst(rs, at)
}

// total is the row of several branches together.
func total(at Spot, name string, bs []branch, t turn) row {
	phase := t.Facts.Activity.Phase(t.Now)
	r := row{At: at, Name: name, Running: phase != campaign.Over, Bound: phase == campaign.Over && t.Facts.Activity.Required}
	for _, b := range bs {
		r.Members, r.Complete = r.Members+b.Members, r.Complete+b.Complete
		if r.Figures = r.Figures.Plus(b.Figures); b.Figures.Expected() > 0 && !b.Reported {
			r.Silent++
		}
	}
	return r
}

func (r row) key() string { return strconv.FormatInt(int64(r.At.Unit), 10) }

// text is the line: figures that show what they are of. Somebody not yet in is no
// figure while check-in runs, and whoever has sent nothing has none at all.
func (r row) text() messages.Text {
	f := r.Figures
	if silent(f) {
		return messages.T("%s: not reported (expected %d)", r.Name, f.Expected())
	}
	t := messages.T("%s: %s", r.Name, r.counts())
	if f.Expected() > 0 {
		t = messages.T("%s · %s", t, r.share())
	}
	if r.Members > 0 {
		t = messages.T("%s · members who lack nothing %d / %d", t, r.Complete, r.Members)
	}
	if r.Silent > 0 {
		t = messages.T("%s · branches not reported: %d", t, r.Silent)
	}
	return t
}

// silent reports whether nothing is known of anybody who is expected.
func silent(f campaign.Figures) bool {
	return f.Expected() > 0 && f[campaign.NotReported] == f.Expected()
}

// share is the percentage of the line: of those who came, or, where an absence must
// be made up, of those who are covered.
func (r row) share() messages.Text {
	if r.Bound {
		return messages.Coverage(r.Figures)
	}
	return messages.T("%d%% there", r.Figures.Percent())
}

func (r row) counts() messages.Text {
	if r.Running {
		return messages.Figures(r.Figures, campaign.NotReported)
	}
	return messages.Figures(r.Figures)
}
