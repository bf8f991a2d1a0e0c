package checkin

import (
	"errors"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// A Seat is one person's place at one activity.
type Seat struct {
	Activity campaign.Activity
	Branch   campaign.BranchID // where they are counted; 0 is not on the list
	Group    bool              // that branch has a group, which sees the figures
	Groups   int               // how many groups see figures of the activity
	Closed   bool              // check-in has closed, and absences have been judged
	Since    time.Time         // when they were marked; zero if they were not
	Late     bool
	Doubt    campaign.Doubt // that the mark leaves
}

// refusal is why a check-in at an instant is not taken; nil where it counts.
func (s Seat) refusal(at time.Time) error {
	phase := s.Activity.Phase(at)
	switch {
	case s.Branch == 0:
		return flow.Sorry("You are not on the list of this activity.")
	case s.Activity.Cancelled:
		return flow.Sorry("This activity was cancelled; there is no need to check in.")
	case !s.Since.IsZero():
		return flow.Sorry("You checked in at %s.", when(s.Since, at))
	case phase == campaign.Before:
		return flow.Sorry("Check-in opens at %s.", when(s.Activity.Opens, at))
	case phase == campaign.Over:
		return flow.Sorry("Check-in has closed.")
	}
	return nil
}

// unasked is why saying so alone does not check anybody in: the activity asks for
// more. It is nil where it does not.
func (s Seat) unasked() error {
	switch s.Activity.Method {
	case campaign.ByCode:
		return flow.Sorry(byScan)
	case campaign.ByLocation:
		return flow.Sorry(byShare)
	}
	return nil
}

// when is an instant as it is told at another: with its day, where that is not
// the same.
func when(t, at time.Time) any {
	if campaign.DayOf(t) == campaign.DayOf(at) {
		return t
	}
	return messages.Moment(t)
}

// taken is the seat after a check-in.
func (s Seat) taken(at time.Time) Seat {
	s.Since, s.Late = at, s.Activity.Phase(at) == campaign.Late
	return s
}

// arrived writes the mark of a seat that was just taken.
func (s Seat) arrived(t turn, method string) flow.Outcome {
	o := flow.Do(Arrived{s.Activity.ID, t.Who.ID, s.Branch, s.Since, s.Late, method})
	if s.judged(t.Now) {
		o = o.Soon(t.Now, Straggler{s.Activity.ID})
	}
	return o.And(s.counted(t.Now))
}

// judged reports whether whoever judges absences may have looked at the activity
// already, so that a mark that is made now is news.
func (s Seat) judged(now time.Time) bool { return s.Closed || s.Activity.Phase(now) == campaign.Over }

// straggled tells of marks that were in time, but taken after check-in had closed.
// A tap shouts no news, so it comes in a turn of its own.
func straggled(_ turn, s Straggler) flow.Outcome {
	return flow.Do().Shout(campaign.MarksChanged{Activity: s.Activity})
}

// counted lets the group of the branch see its new figures soon.
func (s Seat) counted(now time.Time) flow.Outcome {
	if !s.Group {
		return flow.Do()
	}
	return flow.Do().Soon(slot(now, pace(s.Groups), s.Branch), Figure{s.Activity.ID, s.Branch})
}

// pace is how often the figures of a group change at most: every five seconds,
// and less often where so many groups watch one activity that their figures
// would keep the messenger from everything else.
func pace(groups int) time.Duration {
	const leastSeconds, perSecond = 5, 20
	return time.Duration(max(leastSeconds, (groups+perSecond-1)/perSecond)) * time.Second
}

// slot is the next instant at which the figures of a branch change. All causes
// within one pace have the same slot, so that the group's message changes once
// for them; the slots of the branches are spread over the pace. Where the clock
// itself runs late two changes may come closer: behind them stands the sender,
// which holds a group to the messenger's limits.
func slot(now time.Time, pace time.Duration, b campaign.BranchID) time.Time {
	spread := time.Duration(b) * time.Second % pace
	return now.Add(-spread).Truncate(pace).Add(pace + spread)
}

// tap is a press on the card, in private or in a group: it counts for whoever
// presses.
func tap(t turn, p Here) flow.Outcome {
	s, at := t.Facts.Seats[0], p.at(t)
	if err := errors.Join(s.refusal(at), s.unasked()); err != nil {
		return flow.Refuse(err)
	}
	s = s.taken(at)
	return s.arrived(t, byButton).
		And(flow.Outcome{Answer: s.done(at)}).
		Tell(t.Who.ID, s.receipt(at).InPlaceOf(name, s.Activity.ID).In(messages.Redraws))
}

// word is the message that says the same as a press.
func word(t *turn) flow.Outcome {
	at := t.At.In(t.Now.Location())
	if t.Facts.Named {
		return t.Facts.Seats[0].said(*t, at)
	}
	var open []Seat
	for _, s := range t.Facts.Seats {
		if s.refusal(at) == nil {
			open = append(open, s)
		}
	}
	switch len(open) {
	case 0:
		return flow.Do().Say(idle(t.Facts.Seats, at))
	case 1:
		return open[0].said(*t, at)
	}
	return flow.Do().Say(which(open, *t))
}

// said is a check-in by message at one activity.
func (s Seat) said(t turn, at time.Time) flow.Outcome {
	err := s.refusal(at)
	switch no, _ := flow.Apology(err); {
	case err == nil && s.unasked() != nil:
		return flow.Do().Say(s.asks().In(messages.Answers))
	case err == nil:
		s = s.taken(at)
		return s.arrived(t, byMessage).Say(s.receipt(at).As(name, s.Activity.ID))
	case s.Branch == 0:
		return flow.Refuse(err)
	case !s.Since.IsZero() && !s.Activity.Cancelled:
		return flow.Do().Say(s.receipt(at).As(name, s.Activity.ID))
	default:
		return flow.Do().Say(title(s.Activity).Add(no))
	}
}

// tardy is how long after a message we may ask which activity it meant, and
// still judge by the answer rather than by the message.
const tardy = 2 * time.Minute

// which asks at which of several open activities the person is.
func which(open []Seat, t turn) messages.Message {
	m := messages.Say("Several activities are open now. At which one are you?")
	for _, s := range open {
		if s.unasked() != nil {
			m = m.Row(messages.Button(flow.Open{Flow: "checkin", Arg: link(s.Activity)}, "%s %s", s.Activity.Starts, s.Activity.Title))
			continue
		}
		p := Here{Activity: s.Activity.ID}
		if t.Now.Sub(t.At) > tardy {
			p.Said = t.At
		}
		m = m.Row(messages.Button(p, "%s %s", s.Activity.Starts, s.Activity.Title))
	}
	return m.As("checkin/which")
}

// idle answers the word where there is nothing to check in to: what the person
// has checked in to, what they missed today, what is next.
func idle(seats []Seat, at time.Time) messages.Message {
	var m messages.Message
	for _, s := range seats {
		a, phase := s.Activity, s.Activity.Phase(at)
		switch {
		case phase == campaign.Over && campaign.DayOf(a.Closes) != campaign.DayOf(at):
		case !s.Since.IsZero():
			m = m.Add(s.receipt(at).Lines...)
		case phase == campaign.Over:
			m = m.Line("<b>%s</b>: check-in closed at %s.", a.Title, a.Closes)
		case phase == campaign.Before:
			return m.Line("Next: <b>%s</b>, %s; check-in opens at %s.", a.Title, span(a), when(a.Opens, at))
		}
	}
	if len(m.Lines) == 0 {
		return messages.Say("There is nothing to check in to at the moment.")
	}
	return m
}

// attended marks somebody who showed in the way that their activity asks for that
// they are there, judged by when they did. Who was marked with a doubt and shows
// more later keeps the mark; what came is added for whoever clears the doubt.
func attended(t turn, n campaign.Attended) flow.Outcome {
	s, at := t.Facts.Seats[0], n.At.In(t.Now.Location())
	tell := func(o flow.Outcome, m messages.Message) flow.Outcome {
		if n.Method == campaign.ByLocation {
			m = m.With(messages.Board{Menu: true}) // the key that shares a location has served
		}
		return o.Tell(n.Person, m.In(messages.Answers))
	}
	err := s.refusal(at)
	switch no, _ := flow.Apology(err); {
	case err == nil:
		s = s.taken(at)
		s.Doubt = n.Doubt
		o := flow.Do(Attended{s.Activity.ID, n.Person, s.Branch, at, s.Late, n.Method, n.Doubt, n.Note})
		if s.judged(t.Now) {
			o = o.Shout(campaign.MarksChanged{Activity: n.Activity})
		}
		return tell(o.And(s.counted(t.Now)), s.receipt(at).As(name, s.Activity.ID))
	case s.Branch == 0 || s.Since.IsZero() || s.Activity.Cancelled:
		return tell(flow.Do(), title(s.Activity).Add(no))
	case s.Doubt == campaign.Outside && n.Doubt == campaign.NoDoubt && s.Activity.Phase(at) != campaign.Over:
		return tell(flow.Do(Added{s.Activity.ID, n.Person, at, at.Format("15:04 ") + n.Note}), s.receipt(at).
			Line("That you are at the place now is added to it.").As(name, s.Activity.ID))
	}
	return tell(flow.Do(), s.receipt(at).As(name, s.Activity.ID))
}

// added adds to a mark what the person says of it.
func added(t turn, n campaign.Noted) flow.Outcome {
	if t.Facts.Seats[0].Since.IsZero() {
		return flow.Do()
	}
	return flow.Do(Added{n.Activity, n.Person, t.Now, n.Note})
}

// vouched marks somebody whose presence another states. What is marked already
// stays as it is.
func vouched(t turn, n campaign.Vouched) flow.Outcome {
	s := t.Facts.Seats[0]
	if s.Branch == 0 || s.Activity.Cancelled || !s.Since.IsZero() {
		return flow.Do()
	}
	if t.Facts.Closing.Holds(t.Now) {
		return flow.Outcome{Err: errClosed}
	}
	card := title(s.Activity).Line("✓ %s marked you present at %s.", t.Who.Name, t.Now.Truncate(time.Minute))
	o := flow.Do(Marked{s.Activity.ID, n.Person, s.Branch, t.Now, t.Who.ID, n.Note})
	if s.judged(t.Now) {
		o = o.Shout(campaign.MarksChanged{Activity: n.Activity})
	}
	return o.And(s.counted(t.Now)).
		Tell(n.Person, card.InPlaceOf(name, s.Activity.ID).In(messages.Redraws))
}
