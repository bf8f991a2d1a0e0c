package code

import (
	"io"
	"time"

	"campaign"
	"campaign/flows/flow"
)

// Drawn is Flow, but that links and secrets are drawn from random.
func Drawn(random io.Reader) flow.Flow {
	f := Flow
	f.Also = []flow.Flow{screen(random)}
	return f
}

// At is what a screen shows at an instant: the digits, and what follows start= in
// the link of its code.
func At(a campaign.ActivityID, s Secret, at time.Time) (digits, scan string) {
	d := Door{Activity: campaign.Activity{ID: a}, Secret: s}
	return d.digits(roundAt(at)), link + "_" + d.arg(roundAt(at))
}

// Hash is what is kept of the token of a link.
func Hash(token string) string { return hash(token) }
