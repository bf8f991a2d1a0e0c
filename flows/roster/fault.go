package roster

import (
	"cmp"
	"slices"

	"campaign/flows/flow"
	"campaign/messages"
)

// mostFaults is how many faults are told one by one: more than that is one
// mistake made everywhere.
const mostFaults = 300

// faults gathers why lines cannot be taken, in the order of the lines, and
// counts those that are not told.
type faults struct {
	first []flow.Fault
	more  int
}

func (f *faults) add(line int, why messages.Sentence, args ...any) {
	if len(f.first) == mostFaults {
		f.more++
		return
	}
	f.first = append(f.first, flow.Fault{Line: line, Why: messages.T(why, args...)})
}

// and is f with the faults of another look at the same lines.
func (f faults) and(others faults) faults {
	all := slices.Concat(f.first, others.first)
	slices.SortStableFunc(all, func(a, b flow.Fault) int { return cmp.Compare(a.Line, b.Line) })
	told := min(len(all), mostFaults)
	return faults{all[:told], f.more + others.more + len(all) - told}
}

// list is the faults as they are told; the last line stands for those that are
// not.
func (f faults) list() []flow.Fault {
	if f.more == 0 {
		return f.first
	}
	last := f.first[len(f.first)-1]
	return append(slices.Clone(f.first), flow.Fault{Line: last.Line, Why: messages.T("… and %d more faults in what follows.", f.more)})
}

func (f faults) count() int { return len(f.first) + f.more }
