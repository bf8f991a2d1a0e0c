package campaign

// A Status is how an expected person stands at an activity. It is computed from
// facts whenever somebody asks, and never stored.
type Status string

// The statuses, by the names that exports give them (contract.md §5).
const (
	Present     Status = "present"
	CameLate    Status = "late"
	Excused     Status = "excused"
	Absent      Status = "absent"
	NotReported Status = "not reported"
	Owed        Status = "owed"
	MadeUp      Status = "made up"
	Waived      Status = "waived"
)

// Statuses is every status, in the order in which figures are told.
var Statuses = []Status{Present, CameLate, Excused, Absent, NotReported, Owed, MadeUp, Waived}

// A Debt is how an absence from a required activity stands, which must be made up.
type Debt string

// The debts. They are stored by these names.
const (
	NoDebt     Debt = ""       // nothing has been written down
	DebtOpen   Debt = "open"   // it is to be made up
	DebtHanded Debt = "handed" // something was handed in, and waits for a decision
	DebtMade   Debt = "made"   // it was made up
	DebtWaived Debt = "waived" // it need not be made up
	DebtVoid   Debt = "void"   // there was no such absence after all
)

// A Presence is what is known of one expected person at one activity.
type Presence struct {
	Marked   bool // there is a mark that the person was there
	Late     bool // and it says late
	Over     bool // check-in has closed
	Reported bool // something was heard of the person's branch: somebody of it is marked, or it was said who was not there
	Required bool // whoever is absent must make it up
	Debt     Debt
}

// Status judges what is known. A mark says that somebody was there, whenever it
// was made, whatever was decided without it. Nobody is absent while check-in has
// not closed, and nobody of a branch that has sent nothing is absent: they are not
// reported, until somebody of the branch is marked, or whoever runs it has said who
// was not there. To be absent from a required activity is to owe it.
func (p Presence) Status() Status {
	switch {
	case p.Marked && p.Late:
		return CameLate
	case p.Marked:
		return Present
	case p.Debt == DebtMade:
		return MadeUp
	case p.Debt == DebtWaived:
		return Waived
	case !p.Over || !p.Reported:
		return NotReported
	case p.Required:
		return Owed
	}
	return Absent
}

// A Tally is people at activities that are alike, counted by what is known of
// them: Late are among those who Arrived, Made and Waived are of those who did not.
type Tally struct {
	Expected, Arrived, Late, Made, Waived int
	Reported                              bool // something was heard of their branches
}

// Figures judges everybody of a tally, as Status judges each.
func (t Tally) Figures(over, required bool) Figures {
	rest := Presence{Over: over, Reported: t.Reported, Required: required}.Status()
	return Figures{Present: t.Arrived - t.Late, CameLate: t.Late, MadeUp: t.Made, Waived: t.Waived, rest: t.Expected - t.Arrived - t.Made - t.Waived}
}

// Figures count expected people by their status, each of them once: they add up
// to those expected by construction. A nil Figures counts nobody.
type Figures map[Status]int

// Expected is how many were to be there.
func (f Figures) Expected() (n int) {
	for _, k := range f {
		n += k
	}
	return n
}

// Arrived is how many were there, on time or late.
func (f Figures) Arrived() int { return f[Present] + f[CameLate] }

// Percent is the share of the expected who arrived, rounded down: 100 is everybody.
func (f Figures) Percent() int { return Share(f.Arrived(), f.Expected()) }

// Covered is how many attended or made it up.
func (f Figures) Covered() int { return f.Arrived() + f[MadeUp] }

// Bound is how many had to attend or make it up: a waived absence is required of
// nobody any more.
func (f Figures) Bound() int { return f.Expected() - f[Waived] }

// Coverage is the share of those bound who are covered, rounded down: 100 is
// everybody.
func (f Figures) Coverage() int { return Share(f.Covered(), f.Bound()) }

// Share is how many of a hundred part is of whole, rounded down; of nobody it is 0.
func Share(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return part * 100 / whole
}

// Plus is f and g together.
func (f Figures) Plus(g Figures) Figures {
	sum := Figures{}
	for s, n := range f {
		sum[s] += n
	}
	for s, n := range g {
		sum[s] += n
	}
	return sum
}
