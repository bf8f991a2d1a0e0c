package activity

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A known activity is one of the file that is there already.
type known struct {
	activity campaign.Activity
	site     *Site
	arrived  int  // how many have checked in
	invited  bool // who is expected has been fixed
}

// A verdict is what an import does.
type verdict struct {
	effects                        []flow.Effect
	news                           []any
	faults                         []flow.Fault
	added, moved, revised, already int
}

// judge compares the lines of a file with what is there. An activity that lies in
// the past comes in silently: nobody is to hear of it.
func judge(rs []row, there map[string]known, ids []campaign.ActivityID, now time.Time) (v verdict) {
	for _, r := range rs {
		k, old := there[r.activity.No]
		if !old {
			a := r.activity
			a.ID, ids = ids[0], ids[1:]
			v.add(Planned{Activity: a, Site: r.site}, ended(a, now), campaign.ActivityPlanned{Activity: a})
			v.added++
			continue
		}
		v.change(r, k, now)
	}
	return v
}

func (v *verdict) add(e flow.Effect, past bool, news any) {
	v.effects = append(v.effects, e)
	if !past {
		v.news = append(v.news, news)
	}
}

// change makes k what r says.
func (v *verdict) change(r row, k known, now time.Time) {
	a := r.updates(k.activity, now)
	retold := !same(k.activity, a) || !sameWindow(k.activity, a)
	if !retold && sameRest(k.activity, a) && sameSite(k.site, r.site) {
		v.already++
		return
	}
	if err := r.allowed(k, a, retold, now); err != nil {
		no, _ := flow.Apology(err)
		v.faults = append(v.faults, flow.Fault{Line: r.line, Why: no})
		return
	}
	if !retold {
		v.effects = append(v.effects, Revised{Old: k.activity, New: a, Site: r.site})
		v.revised++
		return
	}
	if ended(k.activity, now) {
		v.effects = append(v.effects, Revised{Old: k.activity, New: a, Site: r.site})
		v.revised++
		return
	}
	v.effects = append(v.effects, Moved{Old: k.activity, New: a, Site: r.site})
	v.news = append(v.news, campaign.ActivityMoved{Old: k.activity, New: a})
	v.moved++
}

// updates is what r makes of old. Check-in that was opened or closed by hand stays
// so where the times do not change.
func (r row) updates(old campaign.Activity, now time.Time) campaign.Activity {
	a := r.activity
	a.ID, a.Cancelled = old.ID, old.Cancelled
	w := rewindowed(old, a.Starts, a.Ends, r.before, r.late, now)
	a.Opens, a.LateFrom, a.Closes = w.Opens, w.LateFrom, w.Closes
	return a
}

// allowed refuses a change that comes too late. History on which nobody relies may
// be put right.
func (r row) allowed(k known, a campaign.Activity, retold bool, now time.Time) error {
	old := k.activity
	relied := k.arrived > 0 || k.invited
	switch {
	case old.Cancelled:
		return flow.Sorry("It was called off in the chat. Please give the new activity a number of its own.")
	case relied && a.Scope != old.Scope:
		return flow.Sorry("Who is expected is fixed since check-in opened; the scope can no longer change.")
	case !ended(old, now) && retold:
		return movable(old, a, k.arrived, now)
	case ended(old, now) && relied && (!a.Starts.Equal(old.Starts) || !a.Ends.Equal(old.Ends) || !a.SignOut.Equal(old.SignOut) || !sameWindow(old, a)):
		return flow.Sorry("It is over and people were expected; its times can no longer change.")
	}
	return nil
}

// sameWindow reports whether check-in runs alike in a and b.
func sameWindow(a, b campaign.Activity) bool {
	return a.Opens.Equal(b.Opens) && a.LateFrom.Equal(b.LateFrom) && a.Closes.Equal(b.Closes)
}

// sameRest reports whether a and b are alike in what is no move.
func sameRest(a, b campaign.Activity) bool {
	return a.Kind == b.Kind && a.Scope == b.Scope && a.Required == b.Required && a.Method == b.Method
}

func sameSite(a, b *Site) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// report tells people what v does.
func (v verdict) report(unknown []string) flow.Report {
	r := flow.Report{
		Changes: v.added + v.moved + v.revised,
		Faults:  v.faults,
		Outcome: flow.Do(v.effects...),
		Lines: []messages.Text{
			messages.T("Added: %d", v.added), messages.T("Moved or renamed: %d", v.moved),
			messages.T("Changed otherwise: %d", v.revised), messages.T("As they were: %d", v.already),
		},
	}
	for _, n := range v.news {
		r.Outcome = r.Outcome.Shout(n)
	}
	if len(unknown) > 0 {
		r.Lines = append(r.Lines, messages.T("Columns that mean nothing here: %s", messages.Names(unknown)))
	}
	return r
}
