package flow

import (
	"fmt"
	"time"

	"campaign"
	"campaign/messages"
)

// Date asks for a day, on a calendar or in words (contract.md §4). The calendar
// opens at the month of the day that into holds, or at today's.
func Date[D, F any](name string, into func(*Turn[D, F]) *campaign.Day, text messages.Sentence, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(t Turn[D, F]) messages.Message {
			shown := t.Today()
			if d := *into(&t); d != 0 {
				shown = d
			}
			if m, err := time.Parse("2006-01", t.View); err == nil {
				shown = campaign.DayOf(m)
			}
			return month(name, messages.Say(text).Line("Press a day, or write one: 12-01, tomorrow."), shown, t.Today())
		},
		take: func(t *Turn[D, F], in Input) error {
			var d campaign.Day
			var err error
			switch in := in.(type) {
			case Chosen:
				d, err = campaign.ParseDay(in.Key)
			case Said:
				d, err = campaign.ReadDay(short(string(in), 40), t.Today())
			default:
				return Sorry("Please press a day, or write one like 2026-12-01.")
			}
			if err != nil {
				return Sorry("I cannot read that as a day. Please write one like 2026-12-01 or 12-01, or press one.")
			}
			*into(t) = d
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

// Time asks for a time of day, by a button for the usual ones or in words.
func Time[D, F any](name string, into func(*Turn[D, F]) *campaign.Clock, text messages.Sentence, usual []campaign.Clock, checks ...Check[D, F]) Ask[D, F] {
	return Ask[D, F]{
		name: name, checks: checks,
		say: func(Turn[D, F]) messages.Message {
			keys := make([]messages.Key, len(usual))
			for i, c := range usual {
				keys[i] = messages.Button(Chosen{name, c.String()}, "%s", c.String())
			}
			return grid(messages.Say(text).Line("Press a time, or write one: 14:00, 2pm."), keys, 4)
		},
		take: func(t *Turn[D, F], in Input) error {
			var c campaign.Clock
			var err error
			switch in := in.(type) {
			case Chosen:
				c, err = campaign.ParseClock(in.Key)
			case Said:
				c, err = campaign.ReadClock(short(string(in), 40))
			default:
				return Sorry("Please press a time, or write one like 14:00.")
			}
			if err != nil {
				return Sorry("I cannot read that as a time of day. Please write one like 14:00, or press one.")
			}
			*into(t) = c
			return nil
		},
	}
}
