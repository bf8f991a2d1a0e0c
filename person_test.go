package campaign

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

var (
	ownBranch, otherBranch, foreignBranch = BranchScope(1, 11), BranchScope(1, 12), BranchScope(2, 21)
	ownUnit, otherUnit                    = UnitScope(1), UnitScope(2)
)

// Domain.md §1: who may act for which part of the district, and who may read it.
func TestRightsFollowRolesAndTheirScope(t *testing.T) {
	all := []Scope{Everyone(), {Part: OneBatch, Batch: 1}, ownUnit, otherUnit, ownBranch, otherBranch, foreignBranch}
	unit := []Scope{ownUnit, ownBranch, otherBranch}
	for _, c := range []struct {
		role  Role
		over  Scope
		runs  []Scope
		reads []Scope
	}{
		{Secretary, ownBranch, []Scope{ownBranch}, []Scope{ownBranch}},
		{First, ownUnit, unit, unit},
		{Direct, ownUnit, unit, unit},
		{Desk, ownUnit, unit, unit},
		{Office, Everyone(), all, all},
		{Leading, Everyone(), nil, all},
		{Supervisor, ownUnit, nil, unit},
		{Contact, ownUnit, nil, unit},
	} {
		p := Person{ID: 1, Duties: []Duty{{c.role, c.over}}}
		var runs, reads []Scope
		for _, s := range all {
			if p.Runs(s) {
				runs = append(runs, s)
			}
			if p.Reads(s) {
				reads = append(reads, s)
			}
		}
		if fmt.Sprint(runs) != fmt.Sprint(c.runs) {
			t.Errorf("%s runs %v, want %v", c.role, runs, c.runs)
		}
		if fmt.Sprint(reads) != fmt.Sprint(c.reads) {
			t.Errorf("%s reads %v, want %v", c.role, reads, c.reads)
		}
	}
}

// aPerson draws somebody with some duties.
func aPerson(t *rapid.T) Person {
	p := Person{ID: 1}
	for range rapid.IntRange(0, 4).Draw(t, "duties") {
		d := Duty{Role: rapid.SampledFrom(Roles).Draw(t, "role")}
		switch d.Role {
		case Office, Leading:
			d.Over = Everyone()
		case Secretary:
			d.Over = rapid.SampledFrom([]Scope{ownBranch, otherBranch, foreignBranch}).Draw(t, "branch")
		default:
			d.Over = rapid.SampledFrom([]Scope{ownUnit, otherUnit}).Draw(t, "unit")
		}
		p.Duties = append(p.Duties, d)
	}
	return p
}

func TestWhoRunsAPartReadsItAndHasAHatForIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := aPerson(t)
		s := rapid.SampledFrom([]Scope{Everyone(), ownUnit, otherUnit, ownBranch, otherBranch, foreignBranch}).Draw(t, "scope")
		hat, has := p.Hat(s)
		if runs := p.Runs(s); runs && !p.Reads(s) || runs != has {
			t.Fatalf("%v: runs %v, reads %v, hat %v", s, runs, p.Reads(s), has)
		}
		if has && (!hat.Over.Contains(s) || !p.Holds(hat.Role)) {
			t.Fatalf("the hat %v is not theirs for %v", hat, s)
		}
		if !has && p.Running().All {
			t.Fatalf("runs all by %v, but not %v", p.Duties, s)
		}
	})
}

func TestNobodyRunsNothing(t *testing.T) {
	var nobody Person
	if nobody.Known() || nobody.Runs(ownBranch) || nobody.Reads(Everyone()) || nobody.Runs(Scope{}) {
		t.Error("nobody has a right")
	}
	if office := (Person{ID: 1, Duties: []Duty{{Office, Everyone()}}}); office.Runs(Scope{}) {
		t.Error("the office runs the zero scope, which covers nothing")
	}
}
