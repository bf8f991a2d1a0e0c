package campaign

// A UnitID names one unit of the district; a BranchID one branch of a unit.
type (
	UnitID   int64
	BranchID int64
)

// A Batch is the half year in which a unit takes part: 0 is the pilot.
type Batch int

// A Part says how much of the district a Scope covers.
type Part string

// The parts of the district. They are stored by these names.
const (
	All      Part = "all"
	OneBatch Part = "batch"
	OneUnit  Part = "unit"
	Branch   Part = "branch"
)

// A Scope is a part of the district. Batch is set for a batch, Unit for a unit,
// Unit and Branch for a branch. The zero Scope covers nothing.
type Scope struct {
	Part   Part
	Batch  Batch
	Unit   UnitID
	Branch BranchID
}

// Everyone is the whole district.
func Everyone() Scope { return Scope{Part: All} }

// UnitScope is one unit with its branches.
func UnitScope(u UnitID) Scope { return Scope{Part: OneUnit, Unit: u} }

// BranchScope is one branch of a unit.
func BranchScope(u UnitID, b BranchID) Scope { return Scope{Part: Branch, Unit: u, Branch: b} }

// Contains reports whether s covers all of x. What a batch contains is data:
// only the batch itself is known here to lie in it.
func (s Scope) Contains(x Scope) bool {
	switch s.Part {
	case All:
		return x.Part != ""
	case OneBatch:
		return x.Part == OneBatch && x.Batch == s.Batch
	case OneUnit:
		return (x.Part == OneUnit || x.Part == Branch) && x.Unit == s.Unit
	case Branch:
		return x.Part == Branch && x.Branch == s.Branch
	}
	return false
}
