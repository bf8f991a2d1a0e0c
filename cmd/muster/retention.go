package main

import (
	"fmt"
	"strconv"
	"time"

	"campaign/storage"
)

// retention is how many days the machine holds what is its own. What is older is
// forgotten at night.
type retention struct {
	KeepInbox    string `env:"MUSTER_KEEP_INBOX" placeholder:"DAYS" default:"8" help:"For how many days the numbers of updates are kept, so that none counts twice: 2 or more; 0 is for ever."`
	KeepParked   string `env:"MUSTER_KEEP_PARKED" placeholder:"DAYS" default:"30" help:"For how many days updates that could not be taken are kept as they came, for an operator to look at; 0 is for ever."`
	KeepMessages string `env:"MUSTER_KEEP_MESSAGES" placeholder:"DAYS" default:"180" help:"For how many days what was said is kept, and with it what its buttons do, once its matter is over: 30 or more; 0 is for ever."`
	KeepFiles    string `env:"MUSTER_KEEP_FILES" placeholder:"DAYS" default:"2" help:"For how many days files are kept that people sent into a conversation: 2 or more; 0 is for ever."`
	KeepPlaces   string `env:"MUSTER_KEEP_PLACES" placeholder:"DAYS" default:"30" help:"For how many days it is kept where on the map people were who checked in by their location: 1 or more; what came of it stays. 0 is for ever."`
	KeepAudit    string `env:"MUSTER_KEEP_AUDIT" placeholder:"DAYS" default:"0" help:"For how many days it is kept who did what: 550 or more, since a campaign takes a year and a half; 0 is for ever."`
}

// check finds what is wrong with the settings, by their names.
func (r retention) check() (storage.Retention, error) {
	keep, faults := r.examine()
	return keep, first(faults)
}

// examine finds all that is wrong.
func (r retention) examine() (keep storage.Retention, faults []error) {
	var places time.Duration
	for _, s := range []struct {
		name, days string
		least      int
		into       *time.Duration
	}{
		{"MUSTER_KEEP_INBOX", r.KeepInbox, 2, &keep.Inbox}, // Telegram brings an update again for a day
		{"MUSTER_KEEP_PARKED", r.KeepParked, 1, &keep.Parked},
		{"MUSTER_KEEP_MESSAGES", r.KeepMessages, 30, &keep.Messages},
		{"MUSTER_KEEP_FILES", r.KeepFiles, 2, &keep.Files}, // a form may stay open for a day
		{"MUSTER_KEEP_PLACES", r.KeepPlaces, 1, &places},
		{"MUSTER_KEEP_AUDIT", r.KeepAudit, 550, &keep.Audit},
	} {
		n, err := strconv.Atoi(s.days)
		if err != nil || n != 0 && n < s.least || n > 10_000 {
			faults = append(faults, wrong{fmt.Errorf("%s: %q is not a number of days: %d or more, or 0 for ever", s.name, s.days, s.least)})
		}
		*s.into = time.Duration(n) * 24 * time.Hour
	}
	keep.Flows = map[string]time.Duration{"place.coordinates": places}
	return keep, faults
}
