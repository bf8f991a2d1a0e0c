// Package flows is the table of contents: every flow that Muster knows.
package flows

import (
	"campaign/flows/activity"
	"campaign/flows/attendance"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/closing"
	"campaign/flows/code"
	"campaign/flows/correct"
	"campaign/flows/dispute"
	"campaign/flows/flow"
	"campaign/flows/group"
	"campaign/flows/history"
	"campaign/flows/home"
	"campaign/flows/makeup"
	"campaign/flows/missing"
	"campaign/flows/place"
	"campaign/flows/record"
	"campaign/flows/roll"
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
	roll.Flow,
	missing.Flow,
	history.Flow,
	dispute.Flow,
	correct.Flow,
	closing.Flow,
	activity.Flow,
	bind.Flow,
	roster.Flow,
	group.Flow,
))
