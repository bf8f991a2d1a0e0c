// Package makeup is how an absence from a required activity is made good. Absence
// itself makes the debt; the member hands in a summary, photos of notes or another
// activity, the secretary confirms it or returns it, enters a visit at home, and
// the unit may waive it with a reason. It owns the table of debts. It must never
// mark anybody present, nor let people decide about their own debts.
package makeup

import (
	"embed"
	"slices"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

//go:embed schema/*.sql
var schema embed.FS

// Flow is what is owed, and what becomes of it.
var Flow = flow.Spec[Draft, Facts]{
	Name: "makeup", Word: "Make up", Help: "What I have missed, and how to make it up",
	Idle: func(d Draft) bool { return d.Act == "" || d.Act == browsing },
	Asks: slices.Concat([]ask{flow.Then("begin", begin)}, handing, deciding, listing, governing),
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("hand", func(t turn, p Hand) flow.Outcome { return open(Draft{Act: handingIn, Key: Key{p.Activity, t.Who.ID}}) }),
		flow.Pressed("see", see),
		flow.Pressed("confirm", confirm),
		flow.Pressed("decide", func(_ turn, p Decide) flow.Outcome { return open(Draft{Act: p.Act, Key: p.Key}) }),
		flow.Pressed("past", past),
		flow.Pressed("browse", func(_ turn, p Browse) flow.Outcome { return open(Draft{Act: browsing, Want: p.Want}) }),
		flow.Pressed("govern", func(turn, Govern) flow.Outcome { return open(Draft{Act: setting}) }),
		flow.Heard("closed", func(t turn, _ campaign.WindowClosed) flow.Outcome { return t.Facts.Judged.settle(t) }),
		flow.Heard("reopened", func(t turn, _ campaign.WindowReopened) flow.Outcome { return t.Facts.Judged.settle(t) }),
		flow.Heard("marks", func(t turn, _ campaign.MarksChanged) flow.Outcome { return t.Facts.Judged.settle(t) }),
		flow.Heard("cancelled", func(t turn, _ campaign.ActivityCancelled) flow.Outcome { return t.Facts.Judged.settle(t) }),
		flow.Cron("night", "0 4 * * *", 20*time.Hour, func(t turn, _ flow.Tick) flow.Outcome { return t.Facts.Judged.next(t) }),
		flow.Due("judge", func(t turn, _ Judge) flow.Outcome { return t.Facts.Judged.settle(t).And(t.Facts.Judged.next(t)) }),
		flow.Cron("morning", "0 9 * * *", 12*time.Hour, func(t turn, _ flow.Tick) flow.Outcome { return remind(t) }),
		flow.Due("remind", func(t turn, _ Reminding) flow.Outcome { return remind(t) }),
	},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Over: over},
	Schema:  schema,
	Chinese: chinese,
}

type (
	turn = flow.Turn[Draft, Facts]
	ask  = flow.Ask[Draft, Facts]
	way  = flow.Way[Draft, Facts]
)

// A Key names a debt: who missed what.
type Key struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID
}

// A Draft is what one act gathers.
type Draft struct {
	Act string // "" looks
	Key Key    // the debt that it is about

	How    How // of what is handed in
	Text   string
	Photos []string            // as the messenger names them
	Done   bool                // all photos are there
	Other  campaign.ActivityID // attended instead

	Visitor string // of a visit at home
	Day     campaign.Day
	Note    string // of a decision

	Want Want // of the list

	Kind        campaign.Kind // of the terms
	Days, Least string
}

// The acts of a draft. They are stored by these names.
const (
	handingIn = "hand"
	returning = "return"
	visiting  = "visit"
	waiving   = "waive"
	browsing  = "browse"
	setting   = "terms"
)

func doing(acts ...string) func(turn) bool {
	return func(t turn) bool { return slices.Contains(acts, t.Draft.Act) }
}

// A How is how a debt is made up.
type How string

// The ways to make up. They are stored by these names.
const (
	Summary How = "summary"
	Photos  How = "photo"
	Visit   How = "visit"
	Other   How = "other"
)

var hows = map[How]messages.Sentence{
	Summary: "a written summary", Photos: "photos of notes", Visit: "a visit at home", Other: "another activity of the same kind",
}

// words is the way as people say it.
func (h How) words() messages.Text { return messages.T(hows[h]) }

// What buttons and timers carry.
type (
	// Hand begins to hand something in.
	Hand struct{ Activity campaign.ActivityID }
	// See shows the card of a debt.
	See struct{ Key Key }
	// Confirm decides that it is made up.
	Confirm struct{ Key Key }
	// Decide begins another decision.
	Decide struct {
		Key Key
		Act string
	}
	// Past shows what became of a debt, step by step.
	Past struct{ Key Key }
	// Browse lists the debts in somebody's care.
	Browse struct{ Want Want }
	// Govern begins to change the terms.
	Govern struct{}
	// Judge looks at the next activity of the nightly round.
	Judge struct{ After campaign.ActivityID }
	// Reminding goes on with what one turn was too short for.
	Reminding struct{}
)

// Facts is what a step must know of the database.
type Facts struct {
	Mine   []Debt // of the person who asks, those that are not over
	Helped []Debt // of those for whom the person records, for which nothing was handed in
	Care   map[Want]int
	List   []Debt // of the list, while it is asked
	Debt   Debt   // that the turn is about; the zero Debt where there is none
	Others []campaign.Activity
	Past   []Step
	Terms  map[campaign.Kind]Terms
	Judged Judged
	Round  Round
}

// Terms are what the office has set for a kind of activity.
type Terms struct {
	Days  int // until it is due
	Least int // characters of a summary
}

// A Debt is one person's absence from one activity that must be made up.
type Debt struct {
	Key      Key
	Activity campaign.Activity
	Name, No string // of the person
	Branch   campaign.Scope
	Unit, In string // the names of the unit and the branch where they were expected
	Since    time.Time
	Due      campaign.Day
	State    campaign.Debt
	Marked   bool // they are marked present after all
	Handed   Handing
	By       string // who decided last; "" is nobody
	At       time.Time
	Note     string
	How      How
	Helper   campaign.PersonID   // who records for the member, who has no smartphone; 0 is nobody
	Deciders []campaign.PersonID // whom a card is for
	Seen     []campaign.PersonID // who may have one
	Terms    Terms
}

// A Handing is what was handed in last.
type Handing struct {
	At     time.Time
	How    How
	Text   string
	Photos []string
	Other  string // the title of the activity that was attended
	Day    campaign.Day
}

// A Step is one thing that became of a debt.
type Step struct {
	At   time.Time
	By   string
	What string
	How  How
	Note string
}

// known reports whether there is such a debt.
func (d Debt) known() bool { return d.Key != Key{} }

// late is how many days over its last day the debt is, or something was handed in:
// nobody is late by what somebody else has yet to decide.
func (d Debt) late(today campaign.Day) int {
	if d.State == campaign.DebtHanded {
		today = campaign.DayOf(d.Handed.At)
	}
	return max(0, int(today-d.Due))
}

func open(d Draft) flow.Outcome {
	return flow.Do().Begin(flow.Opening{Flow: "makeup", Draft: d})
}
