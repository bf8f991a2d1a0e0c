// Package flows is the table of contents: every flow that Muster knows.
package flows

import (
	"campaign/flows/activity"
	"campaign/flows/bind"
	"campaign/flows/flow"
	"campaign/flows/group"
	"campaign/flows/home"
)

// All is every flow, in the order of the menu.
var All = []flow.Flow(home.With(
	activity.Flow,
	bind.Coverage,
	bind.Flow,
	group.Flow,
))
