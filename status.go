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

// A Presence is what is known of one expected person at one activity.
type Presence struct {
	Marked   bool // there is a mark that the person was there
	Late     bool // and it says late
	Over     bool // check-in has closed
	Reported bool // somebody of the person's branch is marked, or it was said who was not there
}

// Status judges what is known. A mark says that somebody was there, whenever it
// was made. Nobody is absent while check-in has not closed, and nobody of a branch
// that has sent nothing is absent: they are not reported, until somebody of the
// branch is marked, or whoever runs it has said who was not there.
func (p Presence) Status() Status {
	switch {
	case p.Marked && p.Late:
		return CameLate
	case p.Marked:
		return Present
	case p.Over && p.Reported:
		return Absent
	}
	return NotReported
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
func (f Figures) Percent() int {
	n := f.Expected()
	if n == 0 {
		return 0
	}
	return f.Arrived() * 100 / n
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
