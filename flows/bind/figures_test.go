package bind

import (
	"testing"

	"campaign"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whoever counts by units or by branches, the sum is the same, nobody is counted
// twice, and those with most missing come first.
func TestAWholeIsTheSumOfItsParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bs []branch
		n := 0
		for i := range rapid.IntRange(0, 20).Draw(t, "branches") {
			unit := campaign.UnitID(rapid.IntRange(1, 4).Draw(t, "unit"))
			c := Count{}
			for _, g := range append([]Group{Open}, missing...) {
				c[g] = rapid.IntRange(0, 3).Draw(t, string(g))
				n += c[g]
			}
			bs = append(bs, branch{campaign.BranchScope(unit, campaign.BranchID(i+1)), "unit", "branch", c})
		}
		c := cover(campaign.Everyone(), bs)
		parts, last := 0, -1
		for _, p := range c.Parts {
			parts += p.Count.total()
			gap := p.Count.total() - p.Count[Open]
			if last >= 0 && gap > last {
				t.Errorf("%v with %d missing comes after one with %d", p.Scope, gap, last)
			}
			last = gap
		}
		if c.Count.total() != n || parts != n {
			t.Errorf("the whole counts %d, its parts %d, want %d", c.Count.total(), parts, n)
		}
	})
}

func TestAPersonReadsEachPartOnceTheWidestAlone(t *testing.T) {
	unit, b1, b2 := campaign.UnitScope(1), campaign.BranchScope(1, 1), campaign.BranchScope(2, 2)
	for _, c := range []struct {
		name string
		over []campaign.Scope
		want []campaign.Scope
	}{
		{"nothing", nil, nil},
		{"one branch", []campaign.Scope{b1}, []campaign.Scope{b1}},
		{"a branch within a unit", []campaign.Scope{b1, unit}, []campaign.Scope{unit}},
		{"a unit by two roles", []campaign.Scope{unit, unit}, []campaign.Scope{unit}},
		{"a unit and a branch elsewhere", []campaign.Scope{unit, b2, b1}, []campaign.Scope{unit, b2}},
		{"everything", []campaign.Scope{b2, campaign.Everyone(), unit}, []campaign.Scope{campaign.Everyone()}},
	} {
		var who campaign.Person
		for _, s := range c.over {
			who.Duties = append(who.Duties, campaign.Duty{Role: campaign.Desk, Over: s})
		}
		if diff := cmp.Diff(c.want, readings(who)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whoever turns the pages from the first to the last sees every part once.
func TestThePagesHoldEveryPartOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tn view
		tn.Who.Duties = []campaign.Duty{{Role: campaign.Office, Over: campaign.Everyone()}}
		for i := range rapid.IntRange(0, 40).Draw(t, "units") {
			tn.Facts.Parts = append(tn.Facts.Parts, Part{campaign.UnitScope(campaign.UnitID(i + 1)), "unit", Count{Unbound: 1}})
		}
		var seen []campaign.UnitID
		for l, more := (Look{Scope: campaign.Everyone()}), true; more; {
			more = false
			for _, row := range screen(tn, l).Keys {
				for _, k := range row {
					switch to := k.Press.(Look); {
					case to.Scope != l.Scope:
						seen = append(seen, to.Scope.Unit)
					case to.Page == l.Page+1:
						l, more = to, true
					}
				}
			}
		}
		if len(seen) != len(tn.Facts.Parts) {
			t.Fatalf("%d parts are seen, want %d", len(seen), len(tn.Facts.Parts))
		}
		for i, u := range seen {
			if u != campaign.UnitID(i+1) {
				t.Errorf("part %d is unit %d, want %d", i, u, i+1)
			}
		}
	})
}
