package messages

import (
	"slices"

	"campaign"
)

// Figures tells how many arrived of how many that were expected, and the parts
// that are worth a word: whatever is zero, or stands in but, is left out.
func Figures(f campaign.Figures, but ...campaign.Status) Text {
	if f.Expected() == 0 {
		return T("nobody expected")
	}
	t := T("arrived %d / expected %d", f.Arrived(), f.Expected())
	for _, s := range campaign.Statuses {
		if n := f[s]; n > 0 && s != campaign.Present && !slices.Contains(but, s) {
			t = T("%s · %s %d", t, s, n)
		}
	}
	return t
}

// Coverage tells which share of those bound to attend has done so, or has made it
// up, and what it is a share of.
func Coverage(f campaign.Figures) Text {
	if f.Bound() == 0 {
		return T("nobody to be covered")
	}
	return T("coverage %d%% (%d / %d)", f.Coverage(), f.Covered(), f.Bound())
}
