package activity

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// open reports whether the activity that is looked at can still be changed.
func open(t turn) bool {
	return changeable(t.Facts.Activity, t.Now) == nil && t.Who.Runs(t.Facts.Activity.Scope)
}

// restartable reports whether the start of it can still move.
func restartable(t turn) bool { return !begun(t.Facts.Activity, t.Now) || t.Facts.Arrived == 0 }

// may refuses who does not run the activity that is looked at.
func may(t *turn) error {
	switch {
	case t.Facts.Activity.ID == 0:
		return flow.Sorry("That activity is no longer there.")
	case !t.Who.Runs(t.Facts.Activity.Scope):
		return notYours
	}
	return changeable(t.Facts.Activity, t.Now)
}

// move begins to change the activity, with what it is now.
func move(t *turn) flow.Outcome {
	if err := may(t); err != nil {
		return retry(t, "detail", err)
	}
	a := t.Facts.Activity
	t.Draft = Draft{Activity: a.ID, Doing: moving, Seen: a, Title: a.Title, Kind: a.Kind, Scope: a.Scope, Place: a.Place,
		When:  campaign.When{Day: campaign.DayOf(a.Starts)},
		Start: campaign.ClockOf(a.Starts), End: campaign.ClockOf(a.Ends), Long: a.Ends.Sub(a.Starts), SignOut: beforeEnd(a)}
	return flow.Goto("change")
}

// callOff begins to call the activity off.
func callOff(t *turn) flow.Outcome {
	if err := may(t); err != nil {
		return retry(t, "detail", err)
	}
	t.Draft = Draft{Activity: t.Draft.Activity, Doing: calling, Seen: t.Facts.Activity}
	return flow.Goto("calloff")
}

// becomes is what d makes of old. At another place the map is of no use: who was
// to show presence by location shows it by a button.
func (d Draft) becomes(old campaign.Activity, now time.Time) campaign.Activity {
	starts, ends := d.times(now.Location())
	a := d.signsOut(shifted(old, starts, ends, now))
	a.Title, a.Place = d.Title, d.Place
	if a.Place != old.Place && a.Method == campaign.ByLocation {
		a.Method = campaign.ByButton
	}
	return a
}

// changed reports whether the draft changes anything that may change.
func changed(t turn) bool {
	a := t.Draft.becomes(t.Facts.Activity, t.Now)
	return !same(t.Facts.Activity, a) && movable(t.Facts.Activity, a, t.Facts.Arrived, t.Now) == nil
}

// moved writes the change.
func moved(t *turn) flow.Outcome {
	if o, ok := asSeen(t); !ok {
		return o
	}
	old := t.Facts.Activity
	a := t.Draft.becomes(old, t.Now)
	if err := movable(old, a, t.Facts.Arrived, t.Now); err != nil {
		return retry(t, "change", err)
	}
	site := t.Facts.Site
	if a.Place != old.Place {
		site = nil
	}
	return flow.Do(Moved{Old: old, New: a, Site: site}).Shout(campaign.ActivityMoved{Old: old, New: a}).
		Say(messages.Say("Changed: <b>%s</b> (%s).", a.Title, a.No).Add(when(a)).Add(where(a)...)).
		And(flow.Stop())
}

// cancelled calls the activity off.
func cancelled(t *turn) flow.Outcome {
	if o, ok := asSeen(t); !ok {
		return o
	}
	old := t.Facts.Activity
	a := old
	a.Cancelled = true
	return flow.Do(Cancelled{Activity: old}).Shout(campaign.ActivityCancelled{Activity: a}).
		Reply("<b>%s</b> (%s) is called off.", a.Title, a.No).
		And(flow.Stop())
}

// asSeen refuses to act on an activity that somebody else has changed meanwhile:
// the person looks at it once more.
func asSeen(t *turn) (flow.Outcome, bool) {
	err := may(t)
	if err == nil && !same(t.Draft.Seen, t.Facts.Activity) {
		err = flow.Sorry("Somebody else has changed it meanwhile. Here is how it stands now.")
	}
	if err == nil {
		return flow.Outcome{}, true
	}
	t.Draft = Draft{Activity: t.Draft.Activity}
	return retry(t, "detail", err), false
}
