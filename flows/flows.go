// Package flows is the table of contents: every flow that Muster knows.
package flows

import (
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/home"
)

// All is every flow, in the order of the menu.
var All = []flow.Flow(home.With(checkin.Flow))
