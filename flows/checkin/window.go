package checkin

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A Window is an activity's window as it stands, and the figures of the groups
// that see it.
type Window struct {
	Activity campaign.Activity
	Invited  bool // it was opened once
	Opened   bool // and is not to be opened again
	Closed   bool
	Branches []Count // those that have a group
	Groups   int     // how many see its figures
	New      []Newcomer

	OutOffered bool // whoever was there was asked to sign out
	OutClosed  bool // and can no longer
}

// over reports whether the window is closed, or ought to be.
func (w Window) over(now time.Time) bool {
	return w.Closed || w.Activity.Phase(now) == campaign.Over
}

// minute opens and closes the windows whose time has come.
func minute(t turn, _ flow.Tick) flow.Outcome { return settleAll(t) }

// rest goes on with what one turn was too short for.
func rest(t turn, _ Rest) flow.Outcome { return settleAll(t) }

func settleAll(t turn) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		o = o.And(w.settle(t.Now)).And(w.settleSignOut(t.Now))
	}
	if t.Facts.More {
		o = o.Soon(t.Now, Rest{})
	}
	return o
}

// settle brings a window to where it ought to stand. One that passed wholly
// while nobody looked is opened and closed without a word: who checked in by
// message meanwhile was in time.
func (w Window) settle(now time.Time) flow.Outcome {
	id, phase := w.Activity.ID, w.Activity.Phase(now)
	switch {
	case w.Activity.Cancelled, phase == campaign.Before:
		return flow.Do()
	case phase == campaign.Over && !w.Opened:
		return flow.Do(Opened{id, len(w.Branches)}, Closed{id}).Shout(campaign.WindowClosed{Activity: id})
	case phase == campaign.Over && !w.Closed:
		return flow.Do(Closed{id}).And(w.redraw(now)).Shout(campaign.WindowClosed{Activity: id})
	case phase == campaign.Over:
		return flow.Do()
	case !w.Opened:
		return w.open(now)
	case w.Closed:
		w.Closed = false
		return flow.Do(Reopened{id}).And(w.redraw(now)).Shout(campaign.WindowReopened{Activity: id})
	}
	return flow.Do()
}

// open invites: a card to each who is expected, and one with the figures to each
// group.
func (w Window) open(now time.Time) flow.Outcome {
	id := w.Activity.ID
	o := flow.Do(Opened{id, len(w.Branches)}).TellAll(Missing{id}, w.card(now).As(name, id).In(messages.Broadcasts)).
		TellAll(Helping{id}, w.helperCard(now).InPlaceOf(name, id).In(messages.Broadcasts))
	for _, c := range w.Branches {
		o = o.TellGroup(c.Branch, w.roll(c, now).As(name, id).In(messages.Reminders))
	}
	return o
}

// redraw changes the cards of those who are missing, and of the groups, to how
// the window stands. Receipts stay as they are.
func (w Window) redraw(now time.Time) flow.Outcome {
	id := w.Activity.ID
	o := w.redrawFor(Missing{id}, now)
	if w.over(now) || w.Activity.Cancelled {
		return o
	}
	return o.TellAll(Helping{id}, w.helperCard(now).InPlaceOf(name, id).In(messages.Redraws))
}

func (w Window) redrawFor(audience any, now time.Time) flow.Outcome {
	id := w.Activity.ID
	o := flow.Do().TellAll(audience, w.card(now).InPlaceOf(name, id).In(messages.Redraws))
	for _, c := range w.Branches {
		o = o.TellGroup(c.Branch, w.roll(c, now).InPlaceOf(name, id).In(messages.Reminders))
	}
	return o
}

// figure shows a group its figures. A group that came later gets its card now.
func figure(t turn, _ Figure) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		if !w.Opened || w.Activity.Cancelled {
			continue
		}
		for _, c := range w.Branches {
			m := w.roll(c, t.Now).AsOne(name, w.Activity.ID)
			if w.over(t.Now) {
				m = m.InPlaceOf(name, w.Activity.ID)
			}
			o = o.TellGroup(c.Branch, m.In(messages.Reminders))
		}
	}
	return o
}

// grouped shows a group what is going on, where it was not told as it happened.
func grouped(t turn, n campaign.GroupOpen) flow.Outcome {
	o := flow.Do()
	for _, w := range t.Facts.Windows {
		o = o.Soon(t.Now, Figure{w.Activity.ID, n.Branch})
	}
	return o
}

// windowMoved follows somebody who opened or closed a window by hand.
func windowMoved(t turn, n campaign.WindowMoved) flow.Outcome {
	o := flow.Do(Shifted{n.Activity, n.Opens, n.Closes})
	for _, w := range t.Facts.Windows {
		open := w.Opened && !w.Closed
		w.Activity.Opens, w.Activity.Closes = n.Opens.In(t.Now.Location()), n.Closes.In(t.Now.Location())
		o = o.And(w.settle(t.Now)).And(w.postponeSignOut(t.Now)).And(w.settleSignOut(t.Now))
		if open && !w.over(t.Now) {
			o = o.And(w.redraw(t.Now))
		}
	}
	return o
}

// moved tells everyone invited once, and shows the new time on the old cards.
// Before the window first opens nobody was invited: then the groups are told.
// Whoever has checked in already stays marked: what was recorded is not undone
// by a wrong date.
func moved(t turn, n campaign.ActivityMoved) flow.Outcome {
	o, notice := flow.Do(), movedNotice(n.Old, n.New)
	told := !n.Old.Starts.Equal(n.New.Starts) || !n.Old.Ends.Equal(n.New.Ends) || n.Old.Place != n.New.Place
	for _, w := range t.Facts.Windows {
		id, phase := w.Activity.ID, w.Activity.Phase(t.Now)
		o = o.And(w.postponeSignOut(t.Now))
		switch {
		case !w.Invited && told:
			o = o.And(w.tellGroups(notice))
			continue
		case !w.Invited:
			continue
		case phase == campaign.Before && w.Opened:
			o, w.Closed = o.And(flow.Do(Postponed{id}).Shout(campaign.WindowReopened{Activity: id})), false
		case phase != campaign.Over && w.Closed:
			o, w.Closed = o.And(flow.Do(Reopened{id}).Shout(campaign.WindowReopened{Activity: id})), false
		}
		if o = o.And(w.redraw(t.Now)); told {
			o = o.TellAll(Invited{id}, notice.In(messages.Reminders))
		}
	}
	return o
}

// cancelled tells everyone invited once, and shows it on the cards and receipts.
func cancelled(t turn, n campaign.ActivityCancelled) flow.Outcome {
	o, notice := flow.Do(), cancelNotice(n.Activity)
	for _, w := range t.Facts.Windows {
		w.Activity.Cancelled = true
		id := w.Activity.ID
		if !w.Invited {
			o = o.And(w.tellGroups(notice))
			continue
		}
		o = o.And(w.redrawFor(Invited{id}, t.Now)).TellAll(Invited{id}, notice.In(messages.Reminders))
	}
	return o
}

func (w Window) tellGroups(m messages.Message) flow.Outcome {
	o := flow.Do()
	for _, c := range w.Branches {
		o = o.TellGroup(c.Branch, m.In(messages.Reminders))
	}
	return o
}
