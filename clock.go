package campaign

import (
	"database/sql/driver"
	"encoding"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Clock is a time of day in minutes since midnight, from 0 to 1439. Written
// down, in text, JSON or a text column, a Clock is 14:05.
type Clock int

// ClockAt returns the time of day of that hour and minute.
func ClockAt(hour, minute int) Clock { return Clock(hour*60 + minute) }

// ClockOf returns what clocks show at t, in t's own zone.
func ClockOf(t time.Time) Clock { return ClockAt(t.Hour(), t.Minute()) }

// ParseClock reads a time of day written as 14:05 and in no other way. It is for
// what programs wrote; ReadClock is for what people typed.
func ParseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, fmt.Errorf("campaign: %w: not written as 14:05", ErrClock)
	}
	return ClockOf(t), nil
}

// Hour returns the hour, from 0 to 23.
func (c Clock) Hour() int { return int(c) / 60 }

// Minute returns the minute of the hour, from 0 to 59.
func (c Clock) Minute() int { return int(c) % 60 }

// Half returns the part of the day in which c lies: the morning ends at 12:00 and
// the afternoon at 18:00.
func (c Clock) Half() Half {
	switch {
	case c < ClockAt(12, 0):
		return Morning
	case c < ClockAt(18, 0):
		return Afternoon
	}
	return Evening
}

// String writes c as 14:05.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c.Hour(), c.Minute()) }

// MarshalText writes c as 14:05, in JSON too.
func (c Clock) MarshalText() ([]byte, error) {
	if c < 0 || c >= 24*60 {
		return nil, errors.New("campaign: a time of day outside of 00:00 to 23:59")
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}

// Value gives c to the database as text.
func (c Clock) Value() (driver.Value, error) { return textValue(c) }

// Scan takes c from a text column. A NULL is an error.
func (c *Clock) Scan(src any) error { return scanText(c, src) }

// A Half is the part of a day that people take off or meet in: all of it, or its
// morning, afternoon or evening. The three parts compare with <. Written down, a
// Half is its name.
type Half uint8

// The parts of a day; the zero Half is the whole day.
const (
	AllDay Half = iota
	Morning
	Afternoon
	Evening
)

// halves are the names of the parts of a day in the database: never renamed.
var halves = []string{"all_day", "morning", "afternoon", "evening"}

// Covers tells whether c lies in that part of the day.
func (h Half) Covers(c Clock) bool { return h == AllDay || h == c.Half() }

// String returns the name of h.
func (h Half) String() string {
	if int(h) >= len(halves) {
		return fmt.Sprintf("half(%d)", uint8(h))
	}
	return halves[h]
}

// MarshalText writes the name of h, in JSON too.
func (h Half) MarshalText() ([]byte, error) {
	if int(h) >= len(halves) {
		return nil, errors.New("campaign: no such part of a day")
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (h *Half) UnmarshalText(b []byte) error {
	i := slices.Index(halves, string(b))
	if i < 0 {
		return errors.New("campaign: no such part of a day")
	}
	*h = Half(i)
	return nil
}

// Value gives h to the database by its name.
func (h Half) Value() (driver.Value, error) { return textValue(h) }

// Scan takes h from a text column. A NULL is an error.
func (h *Half) Scan(src any) error { return scanText(h, src) }

// textValue is a column's value for a noun that knows how it is written.
func textValue(v encoding.TextMarshaler) (driver.Value, error) {
	b, err := v.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// scanText reads a noun that knows how it is written from a column.
func scanText(v encoding.TextUnmarshaler, src any) error {
	switch src := src.(type) {
	case string:
		return v.UnmarshalText([]byte(src))
	case []byte:
		return v.UnmarshalText(src)
	}
	return fmt.Errorf("campaign: scan %T into %T", src, v)
}
