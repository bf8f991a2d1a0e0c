package campaign

import "slices"

// A PersonID names one person on the roster, for ever.
type PersonID int64

// An AccountID is a messenger account, by the messenger's own number. A person
// speaks through at most one; an account that is bound to nobody may only bind.
type AccountID int64

// RosterChanged is the news that people came, moved or left, or that units are in
// another batch: whoever keeps a list of people looks at it anew.
type RosterChanged struct{}

// Joined is the news that an account has become a member's.
type Joined struct {
	Account AccountID
	Person  Person
}

// A Lang is a language that Muster speaks.
type Lang string

// The languages of Muster. They are stored by these names.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// A Position decides which rule of leave a person falls under.
type Position string

// The positions of a roster. They are stored by these names.
const (
	Principal Position = "principal" // heads a department or unit
	Cadre     Position = "cadre"
	Member    Position = "member"
)

// A Role is a duty somebody holds beside being a member of a branch.
type Role string

// The roles of the campaign. They are stored by these names.
const (
	Secretary  Role = "secretary"  // runs one branch
	First      Role = "first"      // decides for a unit
	Direct     Role = "direct"     // runs a unit's work
	Desk       Role = "desk"       // does a unit's daily work, the office's counterpart
	Office     Role = "office"     // coordinates the whole campaign
	Leading    Role = "leading"    // the leading group: sees everything
	Supervisor Role = "supervisor" // reads the units assigned, decides nothing
	Contact    Role = "contact"    // a district leader attached to a unit, reads it
)

// Roles is every role, in the order in which hats are shown.
var Roles = []Role{Leading, Office, First, Direct, Desk, Secretary, Supervisor, Contact}

// A Duty is a role and the part of the district it is held for: a branch for a
// secretary, a unit for the responsible, supervisors and contact leaders, the
// whole district for the office and the leading group.
type Duty struct {
	Role Role
	Over Scope
}

// A Person is a member of the campaign. Whoever is not on the roster is the zero
// Person: nobody.
type Person struct {
	ID       PersonID
	No       string // the member number: unique, kept for ever
	Name     string
	Phone    Phone // "" where there is none
	Home     Scope // the branch
	Unit     string
	Branch   string
	Position Position
	Duties   []Duty
}

// Known reports whether p is on the roster.
func (p Person) Known() bool { return p.ID != 0 }

// Holds reports whether p has one of the roles, anywhere.
func (p Person) Holds(roles ...Role) bool {
	return slices.ContainsFunc(p.Duties, func(d Duty) bool { return slices.Contains(roles, d.Role) })
}

// Runs reports whether p may act for s: open and move its activities, mark its
// roll, bind its group. A secretary runs the branch, the three responsible run
// their unit with its branches, the office runs everything. Reading roles run
// nothing (domain.md §1: a supervision group decides nothing).
func (p Person) Runs(s Scope) bool { return p.over(s, Secretary, First, Direct, Desk, Office) }

// Reads reports whether p may see the names and figures of s.
func (p Person) Reads(s Scope) bool {
	return p.over(s, Roles...)
}

// A Reach is the parts of the district that a person runs or reads, apart by
// their size, as a query asks for them.
type Reach struct {
	All      bool
	Units    []int64
	Branches []int64
}

// Running is the reach within which p may act, as Runs has it.
func (p Person) Running() Reach { return p.reach(p.Runs) }

// Reading is the reach of which p may see names and figures, as Reads has it.
func (p Person) Reading() Reach { return p.reach(p.Reads) }

func (p Person) reach(holds func(Scope) bool) (r Reach) {
	for _, d := range p.Duties {
		if !holds(d.Over) {
			continue
		}
		switch d.Over.Part {
		case All:
			r.All = true
		case OneUnit:
			r.Units = append(r.Units, int64(d.Over.Unit))
		case Branch:
			r.Branches = append(r.Branches, int64(d.Over.Branch))
		}
	}
	return r
}

func (p Person) over(s Scope, roles ...Role) bool {
	return slices.ContainsFunc(p.Duties, func(d Duty) bool {
		return slices.Contains(roles, d.Role) && d.Over.Contains(s)
	})
}

// Hat returns the duty by which p runs s, the narrowest first: the hat that an
// act is recorded with. It is false where p does not run s.
func (p Person) Hat(s Scope) (Duty, bool) {
	for _, r := range []Role{Secretary, Desk, Direct, First, Office} {
		for _, d := range p.Duties {
			if d.Role == r && d.Over.Contains(s) {
				return d, true
			}
		}
	}
	return Duty{}, false
}
