// Package flows is the table of contents: every flow that Muster knows.
package flows

import (
	"campaign/flows/activity"
	"campaign/flows/attendance"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/code"
	"campaign/flows/flow"
	"campaign/flows/group"
	"campaign/flows/home"
	"campaign/flows/makeup"
	"campaign/flows/place"
	"campaign/flows/record"
	"campaign/flows/roster"
)

// All is every flow, in the order of the menu.
var All = []flow.Flow(home.With(
	checkin.Flow,
	code.Flow,
	place.Flow,
	record.Flow,
	makeup.Flow,
	attendance.Flow,
	activity.Flow,
	bind.Flow,
	roster.Flow,
	group.Flow,
))
