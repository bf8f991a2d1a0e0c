package makeup

import (
	"campaign"
	"campaign/flows/flow"
)

// Judged is an activity as its absences stand, beside what is written down.
type Judged struct {
	Activity campaign.Activity // zero where there is none to look at
	Terms    Terms
	Missed   int    // who are absent and do not owe it yet
	Freed    int    // who owe it, and are not absent
	Handed   []Debt // of those, what waits for a decision
}

// settle brings what is written down to how the absences stand. Somebody who is
// absent owes it from the close of check-in, or from when that is known.
func (j Judged) settle(t turn) flow.Outcome {
	o, id := flow.Do(), j.Activity.ID
	if j.Missed > 0 {
		since := j.Activity.Closes
		if campaign.DayOf(since) != t.Today() {
			since = t.Now
		}
		o = o.And(flow.Do(Missed{id, since, campaign.DayOf(since).Add(j.Terms.Days), j.Missed}))
	}
	if j.Freed > 0 {
		o = o.And(flow.Do(Freed{id, j.Freed}))
	}
	for _, d := range j.Handed {
		d.State = campaign.DebtVoid
		o = o.And(d.redraw(t))
	}
	return o
}

// next goes on with the nightly round: what was changed without news, as when an
// activity becomes required, is judged then.
func (j Judged) next(t turn) flow.Outcome {
	if j.Activity.ID == 0 {
		return flow.Do()
	}
	return flow.Do().Soon(t.Now, Judge{j.Activity.ID})
}
