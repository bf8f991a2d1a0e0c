package activity

import "campaign"

// Planned is a new activity. Its ID and number were drawn in the same transaction.
type Planned struct {
	Activity campaign.Activity
	Site     *Site
}

// Moved is an activity at another time or place, or under another title: what
// those who are invited must hear of.
type Moved struct {
	Old, New campaign.Activity
	Site     *Site // the new one
}

// Revised is an activity of which something else was put right.
type Revised struct {
	Old, New campaign.Activity
	Site     *Site // the new one
}

// Cancelled is an activity that does not take place.
type Cancelled struct{ Activity campaign.Activity }

// Effect is its name in the audit.
func (Planned) Effect() string { return "planned" }

// Effect is its name in the audit.
func (Moved) Effect() string { return "moved" }

// Effect is its name in the audit.
func (Revised) Effect() string { return "revised" }

// Effect is its name in the audit.
func (Cancelled) Effect() string { return "cancelled" }
