// Package flows is the table of contents: every flow that Muster knows.
package flows

import (
	"campaign/flows/flow"
	"campaign/flows/home"
	"campaign/flows/roster"
)

// All is every flow, in the order of the menu.
var All = []flow.Flow(home.With(roster.Flow))
