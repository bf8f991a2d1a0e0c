package campaign

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// A Day is a calendar day, counted from 1970-01-01 and bound to no zone. Days
// compare with < and count with -. Written down, in text, JSON or a date column,
// a Day is 2026-12-01.
type Day int32

const secondsOfDay = 24 * 60 * 60

// Date returns the day of that date. Like time.Date it carries over what is out
// of range: the 32nd of December is the 1st of January.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// DayOf returns the day on which t falls, in t's own zone.
func DayOf(t time.Time) Day { return Date(t.Date()) }

// ParseDay reads a day written as 2026-12-01 and in no other way. It is for what
// programs wrote; ReadDay is for what people typed.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("campaign: %w: not written as 2026-12-01", ErrDay)
	}
	return DayOf(t), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// Date returns the year, month and day of the month.
func (d Day) Date() (year int, month time.Month, day int) { return d.utc().Date() }

// Year returns the year in which d lies.
func (d Day) Year() int { return d.utc().Year() }

// Month returns the month of the year in which d lies.
func (d Day) Month() time.Month { return d.utc().Month() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// Add returns the day n days later, or earlier where n is negative.
func (d Day) Add(n int) Day { return d + Day(n) }

// Monday returns the Monday of the week of d, which runs from Monday to Sunday.
func (d Day) Monday() Day { return d.Add(-(int(d.Weekday()) + 6) % 7) }

// Format writes d by a layout of package time.
func (d Day) Format(layout string) string { return d.utc().Format(layout) }

// String writes d as 2026-12-01.
func (d Day) String() string { return d.Format(time.DateOnly) }

// Start returns the first instant of d in loc, which is not midnight where the
// clocks go forward at midnight.
func (d Day) Start(loc *time.Location) time.Time { return d.At(0, loc) }

// At returns the instant at which clocks in loc show c on d. Where they show it
// twice, because they go back, it is the first of the two; where they never show
// it, because they go forward, it is as much later as they skip.
func (d Day) At(c Clock, loc *time.Location) time.Time {
	shown := d.utc().Add(time.Duration(c) * time.Minute)
	near := time.Date(shown.Year(), shown.Month(), shown.Day(), shown.Hour(), shown.Minute(), 0, 0, loc)
	_, before := near.Add(-12 * time.Hour).Zone()
	_, after := near.Add(12 * time.Hour).Zone()
	first := shown.Add(-time.Duration(before) * time.Second).In(loc)
	last := shown.Add(-time.Duration(after) * time.Second).In(loc)
	if ClockOf(first) != c && ClockOf(last) == c {
		return last
	}
	return first
}

// MonthGrid returns the weeks of a month as a calendar shows them: Monday first,
// the first and last week filled up with days of the neighbouring months. A month
// out of range is carried over into the year.
func MonthGrid(year int, month time.Month) [][7]Day {
	var grid [][7]Day
	end := Date(year, month+1, 1)
	for monday := Date(year, month, 1).Monday(); monday < end; monday = monday.Add(7) {
		var week [7]Day
		for i := range week {
			week[i] = monday.Add(i)
		}
		grid = append(grid, week)
	}
	return grid
}

// MarshalText writes d as 2026-12-01, in JSON too.
func (d Day) MarshalText() ([]byte, error) {
	if y := d.Year(); y < 1 || y > 9999 {
		return nil, errors.New("campaign: a day outside of the years 1 to 9999")
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDay(string(b))
	return err
}

// Value gives d to the database as the text of a date.
func (d Day) Value() (driver.Value, error) { return textValue(d) }

// Scan takes d from a date column. A NULL is an error: where a day may be absent,
// use sql.Null[Day].
func (d *Day) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		*d = DayOf(t)
		return nil
	}
	return scanText(d, src)
}
