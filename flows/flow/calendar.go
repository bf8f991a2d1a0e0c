package flow

import (
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/messages"
)

// Date asks for a day, on a calendar or in words (contract.md §4). The calendar
// opens at the month of the day that into holds, or at today's.
func Date[D, F any](name string, into func(*Turn[D, F]) *campaign.Day, text messages.Sentence, checks ...Check[D, F]) Ask[D, F] {
	return dated(name, func(t Turn[D, F]) campaign.Day { return *into(&t) }, text, "Press a day, or write one: 12-01, tomorrow.",
		func(t *Turn[D, F], d campaign.Day) { *into(t) = d },
		func(t *Turn[D, F], s string) error {
			d, err := campaign.ReadDay(s, t.Today())
			if err == nil {
				*into(t) = d
			}
			return err
		}, checks)
}

// dated is a question with a calendar. Press takes a day, read what was written.
func dated[D, F any](name string, day func(Turn[D, F]) campaign.Day, text, hint messages.Sentence,
	press func(*Turn[D, F], campaign.Day), read func(*Turn[D, F], string) error, checks []Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(t Turn[D, F]) messages.Message {
			shown := t.Today()
			if d := day(t); d != 0 {
				shown = d
			}
			if m, err := time.Parse("2006-01", t.View); err == nil {
				shown = campaign.DayOf(m)
			}
			return month(name, messages.Say(text).Line(hint), shown, t.Today())
		},
		take: func(t *Turn[D, F], in Input) error {
			var err error
			switch in := in.(type) {
			case Chosen:
				var d campaign.Day
				if d, err = campaign.ParseDay(in.Key); err == nil {
					press(t, d)
				}
			case Said:
				err = read(t, short(string(in), 40))
			default:
				return Sorry("Please press a day, or write one like 2026-12-01.")
			}
			_, shows := errors.AsType[look](err)
			switch {
			case shows:
				return err
			case errors.Is(err, campaign.ErrUnclear):
				return Sorry("That may be before or after noon. Please write the time like 09:00 or 14:00.")
			case err != nil:
				return Sorry("I cannot read that as a day. Please write one like 2026-12-01 or 12-01, or press one.")
			}
			return nil
		},
	}
}

// month draws the days of a month as buttons, Monday first.
func month(name string, m messages.Message, shown, today campaign.Day) messages.Message {
	y, mo, _ := shown.Date()
	first := campaign.Date(y, mo, 1)
	turn := func(by int) Turned {
		y, mo, _ := campaign.Date(y, mo+time.Month(by), 1).Date()
		return Turned{name, fmt.Sprintf("%04d-%02d", y, mo)}
	}
	m = m.Row(messages.Button(turn(-1), "◀"),
		messages.Button(Turned{name, first.Format("2006-01")}, "%s", first.Format("2006-01")),
		messages.Button(turn(1), "▶"))
	still := Turned{name, first.Format("2006-01")}
	head := []messages.Sentence{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}
	row := make([]messages.Key, 7)
	for i, h := range head {
		row[i] = messages.Button(still, h)
	}
	m = m.Row(row...)
	for week := first.Monday(); week.Month() == mo || week < first; week = week.Add(7) {
		row := make([]messages.Key, 7)
		for i := range row {
			d := week.Add(i)
			row[i] = messages.Button(still, "·")
			if d.Month() != mo {
				continue
			}
			row[i] = messages.Button(Chosen{name, d.String()}, "%s", d.Format("2"))
			if d == today {
				row[i] = messages.Button(Chosen{name, d.String()}, "[%s]", d.Format("2")).Styled(messages.Primary)
			}
		}
		m = m.Row(row...)
	}
	return m
}

// Ahead leaves the days and months that have passed off the calendar. Written
// days are the checks' to refuse.
func (a Ask[D, F]) Ahead() Ask[D, F] {
	say := a.say
	a.say = func(t Turn[D, F]) messages.Message {
		m, now := say(t), t.Today().Format("2006-01")
		for _, row := range m.Keys {
			for i, k := range row {
				passed := false
				switch p := k.Press.(type) {
				case Chosen:
					d, err := campaign.ParseDay(p.Key)
					passed = err == nil && d < t.Today()
				case Turned:
					passed = p.View < now
				}
				if passed {
					row[i] = messages.Button(Turned{a.name, now}, "·")
				}
			}
		}
		return m
	}
	return a
}
