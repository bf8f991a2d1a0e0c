package activity

import (
	"slices"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// likeLast is the option that plans an activity as the last one was.
const likeLast = "again"

// chosen begins with what was chosen: an activity that is there, a new one, or one
// like the last, of which everything is known but whether it shall be so.
func chosen(t *turn, in flow.Input) {
	if c, ok := in.(flow.Chosen); ok && c.Key == likeLast {
		t.Draft = like(t.Facts.Last, t.Facts.LastSite, t.Now)
		return
	}
	t.Draft = Draft{Activity: t.Draft.Activity}
}

// like describes an activity as old was, on the same weekday and at the same hour
// of the next week, or of the first after it that lies ahead.
func like(old campaign.Activity, site *Site, now time.Time) Draft {
	zone := now.Location()
	starts, ends := old.Starts.In(zone), old.Ends.In(zone)
	day, clock := campaign.DayOf(starts).Add(7), campaign.ClockOf(starts)
	for !day.At(clock, zone).After(now) {
		day = day.Add(7)
	}
	return Draft{Title: old.Title, Kind: old.Kind, Guessed: true, Scope: old.Scope,
		When:  campaign.When{Day: day, Clock: clock, HasClock: true, Half: clock.Half(), HasHalf: true},
		Start: clock, End: campaign.ClockOf(ends), Long: ends.Sub(starts), Place: old.Place, Required: old.Required,
		Method: old.Method, Site: site, Looked: true}
}

// again is the button that plans it like that.
func again(a campaign.Activity) messages.Text { return messages.T("↻ Like last time: %s", a.Title) }

// titles are those that are offered: the last ones, then what is held most often,
// by its own name.
func titles(t turn) []string {
	ts := slices.Clone(t.Facts.Titles)
	for _, k := range kindWords[:mostKinds] {
		if name := k.title[t.Lang]; !slices.Contains(ts, name) {
			ts = append(ts, name)
		}
	}
	return ts
}

// How many titles are offered: each row is one to read.
const (
	mostTitles = 3
	mostKinds  = 4
)
