package makeup

import (
	"time"

	"campaign"
)

type (
	// Missed is people who owe an activity from now on: those who were expected, are
	// not marked, and of whose branch somebody is.
	Missed struct {
		Activity campaign.ActivityID
		Since    time.Time
		Due      campaign.Day
		People   int
	}
	// Freed is people who owe an activity no more, since they were there, or there
	// is nothing to be made up.
	Freed struct {
		Activity campaign.ActivityID
		People   int
	}
	// HandedIn is what a member gave to make up for an absence.
	HandedIn struct {
		Key    Key
		How    How
		Text   string              `audit:"-"`
		Photos []string            `audit:"-"`
		Other  campaign.ActivityID // attended instead; 0 is none
	}
	// Decided is what somebody decided about a debt, and the hat they wear.
	Decided struct {
		Key   Key
		State campaign.Debt // open is returned
		How   How
		Hat   campaign.Duty
		Note  string `audit:"-"`
	}
	// Told is debts of which somebody has been told.
	Told struct {
		Keys  []Key
		Level Level
	}
	// Ruled is the terms that the office has set for a kind of activity.
	Ruled struct {
		Kind  campaign.Kind
		Terms Terms
	}
)

// Effect is its name in the audit.
func (Missed) Effect() string { return "missed" }

// Effect is its name in the audit.
func (Freed) Effect() string { return "freed" }

// Effect is its name in the audit.
func (HandedIn) Effect() string { return "handed" }

// Effect is its name in the audit.
func (Decided) Effect() string { return "decided" }

// Effect is its name in the audit.
func (Told) Effect() string { return "told" }

// Effect is its name in the audit.
func (Ruled) Effect() string { return "ruled" }
