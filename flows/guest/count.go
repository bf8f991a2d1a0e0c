package guest

import (
	"campaign"
	"campaign/flows/flow"
)

// For which activity of their own branch a visit counts: a required one of the same
// kind, which had not closed when the guest sat elsewhere, and takes place within
// guestDays of it. Whoever was absent first and attends elsewhere afterwards makes
// up for it, which is another matter. One visit counts once.

// planned lets visits that count for nothing yet count for a new activity.
func planned(t turn, n campaign.ActivityPlanned) flow.Outcome { return recount(t) }

// moved does so where an activity takes place at another time than planned.
func moved(t turn, n campaign.ActivityMoved) flow.Outcome { return recount(t) }

// cancelled has what counted for an activity count for another.
func cancelled(t turn, n campaign.ActivityCancelled) flow.Outcome { return recount(t) }

// recount moves the record of each visit to where it counts now: while that is
// nowhere, it stands at the activity that the guest was at.
func recount(t turn) flow.Outcome {
	o := flow.Do()
	for _, v := range t.Facts.Visits {
		from, to := v.Counts.ID, v.Match.ID
		if from == to {
			continue
		}
		o = o.And(flow.Do(Counted{v.key(), to}))
		if from == 0 {
			from = v.Activity.ID
		}
		if to == 0 {
			to = v.Activity.ID
		}
		o = o.Shout(campaign.GuestCounted{Person: v.Person, From: from, To: to})
	}
	return o
}
