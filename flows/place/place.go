// Package place is how people check in by where they are: a location that they
// share is held against the place of the activity. What is not of their phone and
// of now, or too vague, is asked for once more; who is elsewhere is checked in all
// the same, with a doubt and, if they like, a reason. It must never refuse
// somebody silently, nor keep where they were for longer than it must.
package place

import (
	"embed"
	"time"

	"campaign"
	"campaign/flows/flow"
)

// Flow begins with a location that somebody shares.
var Flow = flow.Spec[Draft, Facts]{
	Name:    "place",
	Unasked: shared,
	Idle:    func(d Draft) bool { return d.Asks }, // they are in, whatever they answer
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("look", look),
		flow.List("which", func(t *turn) *campaign.ActivityID { return &t.Draft.Activity },
			"Several activities ask where you are now. At which one are you?", "No activity of yours asks where you are at the moment. /checkin shows what is next.", sites).
			When(func(t turn) bool { return t.Draft.Activity == 0 }),
		flow.Then("weigh", weigh),
		flow.Free("again", again, taken).Bare().When(func(t turn) bool { return t.Draft.Why != "" }),
		flow.Then("record", record),
		flow.Free("reason", elsewhere, explained).Offering(func(t turn) []string { return reasons[t.Lang] }).
			Skippable().Bare().When(func(t turn) bool { return t.Draft.Asks }),
		flow.Then("note", note).When(func(t turn) bool { return t.Draft.Asks }),
	},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Keeps: keeps},
	Schema:  schema,
	Chinese: chinese,
}

//go:embed schema/*.sql
var schema embed.FS

//go:embed zh.txt
var chinese string

type turn = flow.Turn[Draft, Facts]

// A Draft is where somebody says that they are, and what came of it so far.
type Draft struct {
	Fix      Fix
	Odd      Oddity              // what came with the location
	At       time.Time           // when it was shared: it counts from then
	Activity campaign.ActivityID // 0 while it is not known which is meant
	Why      Oddity              // it is asked for again
	Reason   string              // for being elsewhere
	Asks     bool                // a reason is asked for
	Anew     bool                // another location came in its place
}

// An Oddity is why a location says nothing of where somebody is now.
type Oddity string

// The oddities. They are stored by these names while a question is open.
const (
	forwarded Oddity = "forwarded" // from another chat
	borrowed  Oddity = "borrowed"  // from a bot, or sent by the clock
	stale     Oddity = "stale"     // it came long after it was sent
	vague     Oddity = "vague"     // the phone does not know its place
)

// Facts is what a step must know of the database.
type Facts struct {
	Sites []Site // of the activities that ask the person where they are
}

// A Site is where an activity is, and how the person stands there.
type Site struct {
	Activity campaign.Activity
	Middle   Point
	Wide     float64        // metres from the middle
	In       bool           // the person is marked already,
	Doubt    campaign.Doubt // with this doubt
}

// Effects of places.
type (
	// Seen is where somebody was who checked in.
	Seen struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
		At       time.Time
		Doubt    campaign.Doubt
		Fix      Fix `audit:"-"`
	}
	// Explained is a reason that somebody gave for being elsewhere.
	Explained struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
	}
)

// Effect is its name in the audit.
func (Seen) Effect() string { return "seen" }

// Effect is its name in the audit.
func (Explained) Effect() string { return "explained" }

// shared takes a location that no question asked for.
func shared(in flow.Input) (Draft, bool) {
	s, ok := in.(flow.Shared)
	if !ok {
		return Draft{}, false
	}
	return Draft{Fix: Fix{Point{s.Lat, s.Lon}, s.Accuracy}, Odd: oddity(s)}, true
}

func oddity(s flow.Shared) Oddity {
	switch {
	case s.Forwarded:
		return forwarded
	case s.Borrowed:
		return borrowed
	}
	return ""
}
