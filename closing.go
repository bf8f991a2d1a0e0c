package campaign

import "time"

// A Closing is how the figures of a branch at an activity were closed, by whoever
// answers for its unit. The zero Closing is that they are open.
type Closing struct {
	Through  Day // the figures of activities that ended by then are closed
	At       time.Time
	By       string
	Unlocked time.Time // until when the branch may change records of the activity nevertheless; zero is not at all
}

// Holds reports whether records may not be changed at an instant.
func (c Closing) Holds(now time.Time) bool { return !c.At.IsZero() && !now.Before(c.Unlocked) }
