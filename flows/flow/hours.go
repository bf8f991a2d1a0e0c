package flow

import (
	"errors"
	"strings"
	"time"

	"campaign"
	"campaign/messages"
)

// usualHours are the times at which meetings begin, in the order of the day.
var usualHours = []campaign.Clock{
	campaign.ClockAt(8, 30), campaign.ClockAt(9, 0), campaign.ClockAt(9, 30), campaign.ClockAt(10, 0),
	campaign.ClockAt(14, 0), campaign.ClockAt(14, 30), campaign.ClockAt(15, 0), campaign.ClockAt(15, 30),
	campaign.ClockAt(19, 0), campaign.ClockAt(19, 30),
}

// usualOf is the time that is proposed to who names but a part of the day.
var usualOf = map[campaign.Half]campaign.Clock{
	campaign.Morning: campaign.ClockAt(9, 0), campaign.Afternoon: campaign.ClockAt(14, 0), campaign.Evening: campaign.ClockAt(19, 0),
}

// Hours are the usual times of a day, or of the part of it that w names. Today's
// begin with the next half hour.
func Hours(w campaign.When, now time.Time) (cs []campaign.Clock) {
	next := campaign.Clock(0)
	hours := usualHours
	if w.Day == campaign.DayOf(now) {
		next = (campaign.ClockOf(now)/30 + 1) * 30
		hours = append([]campaign.Clock{next}, usualHours...)
	}
	for i, c := range hours {
		passed := c < next || c == next && i > 0 && next > 0
		if !passed && c < 24*60 && (!w.HasHalf || w.Half.Covers(c)) {
			cs = append(cs, c)
		}
	}
	return cs
}

// DateTime asks for a day as Date does, and takes the time of day that is written
// beside it. A press gives the day alone. Who writes but a part of the day, or a
// time without a day, is shown what that is taken for, to confirm it by a button.
func DateTime[D, F any](name string, into func(*Turn[D, F]) *campaign.When, text messages.Sentence, checks ...Check[D, F]) Ask[D, F] {
	a := dated(name, func(t Turn[D, F]) campaign.Day { return into(&t).Day }, text, "Press a day, or write one, with the time if you like: 12-01, tomorrow 2pm.",
		func(t *Turn[D, F], d campaign.Day) { *into(t) = campaign.When{Day: d} },
		func(t *Turn[D, F], s string) error {
			w, err := readMoment(t.Here, into(t).Day, s)
			if err == nil {
				*into(t) = w
			}
			return err
		}, checks)
	calendar, day := a.say, a.take
	a.say = func(t Turn[D, F]) messages.Message {
		if w, ok := proposed(t.View); ok {
			return confirm(name, w, t.Now)
		}
		return calendar(t)
	}
	a.take = func(t *Turn[D, F], in Input) error {
		if c, ok := in.(Chosen); ok {
			if w, ok := proposed(c.Key); ok && w.HasClock {
				*into(t) = w
				return nil
			}
		}
		return day(t, in)
	}
	return a
}

// readMoment reads a written day with its time. What is no whole moment, but can
// be taken for one, is a look at what that would be; held is the day that the
// question holds already.
func readMoment(h Here, held campaign.Day, s string) (campaign.When, error) {
	w, err := campaign.ReadWhen(s, h.Today())
	switch {
	case err == nil && !w.HasClock && w.HasHalf && w.Half != campaign.AllDay && w.Day >= h.Today():
		return w, look{page: usually(w, h.Now)}
	case err == nil, errors.Is(err, campaign.ErrUnclear):
		return w, err
	}
	shown, there := proposed(h.View)
	c, asTime := campaign.ReadClock(s)
	half, asHalf := campaign.ReadHalf(s)
	switch {
	case errors.Is(asTime, campaign.ErrUnclear):
		return w, asTime
	case asTime == nil && there:
		return moment(shown.Day, c), nil
	case asTime != nil && (asHalf != nil || half == campaign.AllDay):
		return w, err
	case asTime != nil:
		c = usualOf[half]
	}
	d := max(held, h.Today())
	if there {
		d = shown.Day
	}
	if w = moment(d, c); !there && !w.Day.At(c, h.Now.Location()).After(h.Now) {
		w.Day = h.Today().Add(1)
	}
	return w, look{page: proposal(w)}
}

func moment(d campaign.Day, c campaign.Clock) campaign.When {
	return campaign.When{Day: d, Clock: c, HasClock: true, Half: c.Half(), HasHalf: true}
}

// usually is the view that proposes the usual time of a part of a day; where that
// has passed today, the one that shows what is left of it.
func usually(w campaign.When, now time.Time) string {
	if c := usualOf[w.Half]; w.Day.At(c, now.Location()).After(now) {
		return proposal(moment(w.Day, c))
	}
	return proposal(w)
}

// proposal is w as the view of a question: a day, and a time or a part of the day.
func proposal(w campaign.When) string {
	if w.HasClock {
		return w.Day.String() + " " + w.Clock.String()
	}
	return w.Day.String() + " " + w.Half.String()
}

// proposed reads what proposal wrote. It is false for other views.
func proposed(view string) (w campaign.When, ok bool) {
	day, rest, ok := strings.Cut(view, " ")
	d, err := campaign.ParseDay(day)
	if !ok || err != nil {
		return w, false
	}
	if c, err := campaign.ParseClock(rest); err == nil {
		return moment(d, c), true
	}
	w = campaign.When{Day: d, HasHalf: true}
	return w, w.Half.UnmarshalText([]byte(rest)) == nil
}

// confirm asks whether a moment is meant, or for the time in a part of a day.
func confirm(name string, w campaign.When, now time.Time) messages.Message {
	if w.HasClock {
		part := campaign.When{Day: w.Day, Half: w.Half}
		return messages.Say("%s, %s: is that right?", w.Day, w.Clock).Row(
			messages.Button(Chosen{name, proposal(w)}, "Confirm").Styled(messages.Primary),
			messages.Button(Turned{name, proposal(part)}, "Another time"))
	}
	var keys []messages.Key
	for _, c := range Hours(w, now) {
		keys = append(keys, messages.Button(Chosen{name, proposal(moment(w.Day, c))}, "%s", c.String()))
	}
	m := messages.Say("%s: at what time?", w.Day).Line("Press a time, or write one: 14:00, 2pm.")
	return grid(m, keys, 4).Row(messages.Button(Turned{name, w.Day.Format("2006-01")}, "Another day"))
}

// Time asks for a time of day, by a button for the usual ones or in words. Who
// writes but a part of the day is shown what that is taken for, to confirm it.
func Time[D, F any](name string, into func(*Turn[D, F]) *campaign.Clock, text messages.Sentence, usual []campaign.Clock, checks ...Check[D, F]) Ask[D, F] {
	return TimeOf(name, into,
		func(Turn[D, F]) messages.Message { return messages.Say(text) },
		func(Turn[D, F]) []campaign.Clock { return usual }, checks...)
}

// TimeOf is a Time whose words and usual times depend on what was answered before.
func TimeOf[D, F any](name string, into func(*Turn[D, F]) *campaign.Clock, say func(Turn[D, F]) messages.Message, usual func(Turn[D, F]) []campaign.Clock, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(t Turn[D, F]) messages.Message {
			var half campaign.Half
			if half.UnmarshalText([]byte(t.View)) == nil {
				c := within(half, usual(t))
				return messages.Say("%s: is that right?", c).Row(
					messages.Button(Chosen{name, c.String()}, "Confirm").Styled(messages.Primary),
					messages.Button(Turned{Ask: name}, "Another time"))
			}
			var keys []messages.Key
			for _, c := range usual(t) {
				keys = append(keys, messages.Button(Chosen{name, c.String()}, "%s", c.String()))
			}
			return grid(say(t).Line("Press a time, or write one: 14:00, 2pm."), keys, 4)
		},
		take: func(t *Turn[D, F], in Input) error {
			var c campaign.Clock
			var err error
			switch in := in.(type) {
			case Chosen:
				c, err = campaign.ParseClock(in.Key)
			case Said:
				s := short(string(in), 40)
				if h, err := campaign.ReadHalf(s); err == nil && h != campaign.AllDay {
					return look{page: h.String()}
				}
				c, err = campaign.ReadClock(s)
			default:
				return Sorry("Please press a time, or write one like 14:00.")
			}
			switch {
			case errors.Is(err, campaign.ErrUnclear):
				return Sorry("That may be before or after noon. Please write the time like 09:00 or 14:00.")
			case err != nil:
				return Sorry("I cannot read that as a time of day. Please write one like 14:00, or press one.")
			}
			*into(t) = c
			return nil
		},
	}
}

// within is the time that is proposed in a part of the day: the usual one where
// it is offered, or nothing of that part is; else the first that is.
func within(half campaign.Half, offered []campaign.Clock) campaign.Clock {
	usual, first := usualOf[half], campaign.Clock(-1)
	for _, c := range offered {
		switch {
		case c == usual:
			return usual
		case first < 0 && half.Covers(c):
			first = c
		}
	}
	if first < 0 {
		return usual
	}
	return first
}
