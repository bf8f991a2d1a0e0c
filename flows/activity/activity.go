// Package activity plans the meetings of the campaign: who gathers when, where
// and for what, told in a conversation or brought in a file, and what of it is
// moved or called off later. It owns the table of activities, but for what
// opening and closing by hand writes. It must never take a check-in, nor tell
// those who are invited: whoever does hears of every plan and change.
package activity

import (
	"embed"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

//go:embed schema/*.sql
var schema embed.FS

type (
	turn = flow.Turn[Draft, Facts]
	ask  = flow.Ask[Draft, Facts]
	way  = flow.Way[Draft, Facts]
)

// A Draft is what the conversation gathers: a new activity, or what becomes of
// one that is there.
type Draft struct {
	Activity campaign.ActivityID // the one that is looked at; 0 is a new one
	Doing    string              // to it: moving or calling
	Seen     campaign.Activity   // it, as the person saw it when they began
	Title    string
	Kind     campaign.Kind
	Guessed  bool // the title says the kind
	Scope    campaign.Scope
	When     campaign.When // its Clock is what was written beside the day
	Start    campaign.Clock
	End      campaign.Clock // the answer; Long is what counts
	Long     time.Duration
	Place    string
	Required bool
	Method   campaign.Method // "" is by button
	Site     *Site           // of a check-in by location
	SignOut  *time.Duration  `json:",omitempty"` // how long before the end people may sign out; nil is that nobody is asked to
	Looked   bool            // the preview was seen: every question may be asked again
	Sure     bool            // the answer that is being taken writes
}

const (
	moving  = "move"
	calling = "calloff"
)

// Facts are what the steps know of the district.
type Facts struct {
	Upcoming []campaign.Activity // that the person runs and that have not ended, the soonest first
	Parts    []Part              // of the district that the person may plan for
	Activity campaign.Activity   // the one that is looked at; zero where there is none
	Site     *Site               // where it is
	Arrived  int                 // how many have checked in to it
	Expected int                 // how many are to be there
	Places   []string            // where such activities were lately
	Titles   []string            // what was lately held of what the person runs
	Last     campaign.Activity   // the newest of it; zero where there is none
	LastSite *Site               // where that was
	Clashes  []campaign.Activity // at the same time, for the same people
	Next     campaign.Activity   // the ID and No of a new activity, when it is to be written
}

// A Part is a part of the district, with its names.
type Part struct {
	Scope        campaign.Scope
	Unit, Branch string
}

// A Site is where an activity is on the map, and how near people must come.
type Site struct {
	Lat, Lon float64
	Radius   int // metres
}

// plans reports whether p plans activities for anybody.
func plans(p campaign.Person) bool {
	return p.Holds(campaign.Secretary, campaign.First, campaign.Direct, campaign.Desk, campaign.Office)
}

// Flow is the whole of planning.
var Flow = flow.Spec[Draft, Facts]{
	Name: "activity", Opens: "activity", Word: "Activity", Help: "Plan an activity, move it, call it off",
	For:  plans,
	Idle: func(d Draft) bool { return d.Doing == "" && d.Title == "" },
	Asks: []ask{
		flow.Then("enter", enter),
		flow.List("which", func(t *turn) *campaign.ActivityID { return &t.Draft.Activity },
			"Which activity is it to be?", "Plan a new activity:", upcoming).
			When(func(t turn) bool { return len(t.Facts.Upcoming) > 0 || t.Facts.Last.ID != 0 }).Tidy(chosen),
		flow.Choose("detail", detail,
			way{Key: "move", Label: "Move or change", Do: move, When: open},
			way{Key: "calloff", Label: "Call off", Do: callOff, When: open, Style: messages.Danger},
		).When(func(t turn) bool { return t.Draft.Activity != 0 }),
		flow.Choose("change", change,
			way{Key: "go", Label: "Confirm", Do: moved, When: changed, Style: messages.Primary},
			way{Key: "day", Label: "✎ Day", Do: edit("day"), When: restartable},
			way{Key: "start", Label: "✎ Start", Do: edit("start"), When: restartable},
			way{Key: "end", Label: "✎ End", Do: edit("end")},
			way{Key: "place", Label: "✎ Place", Do: edit("place")},
			way{Key: "title", Label: "✎ Title", Do: edit("title")},
			way{Key: "signout", Label: "✎ Sign-out", Do: edit("signout")},
		).When(doing(moving)).Tidy(sure("go")),
		flow.Choose("calloff", calledOff,
			way{Key: "go", Label: "Yes, call it off", Do: cancelled, Style: messages.Danger},
		).When(doing(calling)).Tidy(sure("go")),
		flow.Then("anew", anew),
		flow.Line("title", func(t *turn) *string { return &t.Draft.Title },
			"What is it called? Press a title, or write one: study session on the launch speech.", longestTitle).Offering(titles).Tidy(guessed),
		flow.Pick("kind", func(t *turn) *campaign.Kind { return &t.Draft.Kind }, "What kind of activity is it?",
			campaign.Kinds, messages.Word[campaign.Kind]).
			When(func(t turn) bool { return !t.Draft.Guessed || t.Draft.Looked }),
		flow.List("scope", func(t *turn) *campaign.Scope { return &t.Draft.Scope }, "Who is to be there?", "You plan for nobody at present.", parts).
			When(func(t turn) bool { return len(t.Facts.Parts) > 1 }).
			Tidy(func(t *turn, _ flow.Input) { t.Draft.Required = wide(t.Draft.Scope) }),
		flow.DateTime("day", func(t *turn) *campaign.When { return &t.Draft.When }, "On which day?", notPast, notFar).Ahead().Tidy(timed),
		flow.TimeOf("start", func(t *turn) *campaign.Clock { return &t.Draft.Start }, func(t turn) messages.Message {
			return messages.Say("%s: when does it start?", t.Draft.When.Day)
		}, hoursOf).
			When(func(t turn) bool { return !t.Draft.When.HasClock || t.Draft.Looked }),
		flow.TimeOf("end", func(t *turn) *campaign.Clock { return &t.Draft.End }, func(t turn) messages.Message {
			return messages.Say("It starts at %s. When does it end?", t.Draft.Start)
		}, func(t turn) []campaign.Clock { return ends(t.Draft.Start) }, afterStart, notOver).Tidy(measured),
		flow.Line("place", func(t *turn) *string { return &t.Draft.Place }, "Where?", longestPlace).
			Offering(func(t turn) []string { return t.Facts.Places }).Skippable(),
		flow.Choose("method", ways,
			way{Key: "button", Label: messages.Word(campaign.ByButton), Do: by(campaign.ByButton)},
			way{Key: "code", Label: messages.Word(campaign.ByCode), Do: by(campaign.ByCode)},
			way{Key: "location", Label: messages.Word(campaign.ByLocation), Do: byLocation},
		).When(func(t turn) bool { return t.Draft.Looked }),
		flow.Free("site", whereabouts, pointed).When(located),
		flow.Choose("radius", reach, radiusWays()...).When(located),
		flow.Choose("signout", asksToSignOut,
			way{Key: "none", Label: "No", Do: signOut(-1)},
			way{Key: "30", Label: "From 30 minutes before the end", Do: signOut(30 * time.Minute), When: longer(30 * time.Minute)},
			way{Key: "10", Label: "From 10 minutes before the end", Do: signOut(10 * time.Minute), When: longer(10 * time.Minute)},
			way{Key: "0", Label: "From the end", Do: signOut(0)},
		).When(func(t turn) bool { return t.Draft.Looked }),
		flow.Choose("preview", preview,
			way{Key: "go", Label: "Submit", Do: planned, When: func(t turn) bool { return plannable(t) == nil }, Style: messages.Primary},
			way{Key: "required", Label: "Make it required", Do: require(true), When: func(t turn) bool { return !t.Draft.Required }},
			way{Key: "own", Label: "Make it optional", Do: require(false), When: func(t turn) bool { return t.Draft.Required }},
			way{Key: "title", Label: "✎ Title", Do: edit("title")},
			way{Key: "kind", Label: "✎ Kind", Do: edit("kind")},
			way{Key: "day", Label: "✎ Day", Do: edit("day")},
			way{Key: "start", Label: "✎ Start", Do: edit("start")},
			way{Key: "end", Label: "✎ End", Do: edit("end")},
			way{Key: "place", Label: "✎ Place", Do: edit("place")},
			way{Key: "method", Label: "✎ Check-in", Do: edit("method")},
			way{Key: "signout", Label: "✎ Sign-out", Do: edit("signout")},
			way{Key: "scope", Label: "✎ Who", Do: edit("scope"), When: func(t turn) bool { return len(t.Facts.Parts) > 1 }},
		).Tidy(sure("go")),
	},

	Offers:  []flow.Offer{file},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply},
	Schema:  schema,
	Chinese: chinese,
}

// The longest that is taken in the chat, in characters.
const (
	longestTitle = 60
	longestPlace = 60
)

// enter turns away who plans nothing, and finds the activity that was named.
func enter(t *turn) flow.Outcome {
	switch {
	case !plans(t.Who):
		return flow.Stop().Reply("Activities are planned by branch secretaries, the three responsible of a unit and the campaign office. Please ask one of them; /menu shows what I can do for you.")
	case t.Arg == "":
		return flow.Do()
	case t.Facts.Activity.ID == 0:
		return flow.Stop().Reply("There is no activity %s. /activity shows yours.", short(t.Arg))
	case !t.Who.Runs(t.Facts.Activity.Scope):
		return flow.Refuse(notYours).And(flow.Stop())
	}
	t.Draft.Activity = t.Facts.Activity.ID
	return flow.Goto("detail")
}

// anew begins a new activity, unless all of it is known already.
func anew(t *turn) flow.Outcome {
	if t.Draft.Looked {
		return flow.Goto("preview")
	}
	t.Draft = Draft{}
	if len(t.Facts.Parts) == 1 {
		t.Draft.Scope = t.Facts.Parts[0].Scope
	}
	return flow.Do()
}

func doing(what string) func(turn) bool { return func(t turn) bool { return t.Draft.Doing == what } }

// sure notes that the answer which is being taken writes, so that Load locks.
func sure(key string) func(*turn, flow.Input) {
	return func(t *turn, in flow.Input) {
		c, ok := in.(flow.Chosen)
		t.Draft.Sure = ok && c.Key == key
	}
}

// retry shows a question anew after err.
func retry(t *turn, ask string, err error) flow.Outcome {
	t.Draft.Sure = false
	return flow.Refuse(err).And(flow.Goto(ask))
}

func edit(ask string) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.Looked = true
		return flow.Edit(ask)
	}
}

func require(yes bool) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.Required = yes
		return flow.Goto("preview")
	}
}

// signOut asks people to sign out from so long before the end; below zero it asks
// nobody.
func signOut(before time.Duration) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		if t.Draft.SignOut = &before; before < 0 {
			t.Draft.SignOut = nil
		}
		return flow.Do()
	}
}

// longer reports whether the activity lasts longer than that.
func longer(than time.Duration) func(turn) bool {
	return func(t turn) bool { return t.Draft.Long > than }
}

// guessed takes the kind from a new title: from one that was pressed always, from
// one that was written until the person has seen what came of it.
func guessed(t *turn, in flow.Input) {
	_, pressed := in.(flow.Chosen)
	k, ok := guess(t.Draft.Title)
	switch {
	case ok && (pressed || !t.Draft.Looked):
		t.Draft.Kind, t.Draft.Guessed = k, true
	case !t.Draft.Looked:
		t.Draft.Guessed = false
	}
}

// timed takes the time that was written beside the day.
func timed(t *turn, _ flow.Input) {
	if t.Draft.When.HasClock {
		t.Draft.Start = t.Draft.When.Clock
	}
}

// hoursOf are the usual hours of a start.
func hoursOf(t turn) []campaign.Clock {
	return flow.Hours(campaign.When{Day: t.Draft.When.Day}, t.Now)
}

// measured keeps how long it lasts, which stays when the start moves.
func measured(t *turn, _ flow.Input) {
	day, zone := t.Draft.When.Day, t.Now.Location()
	t.Draft.Long = day.At(t.Draft.End, zone).Sub(day.At(t.Draft.Start, zone))
}

func notPast(t turn) error {
	if t.Draft.When.Day < t.Today() {
		return flow.Sorry("That day has passed. Please choose today or a later one.")
	}
	return nil
}

// farthest is how many days ahead the chat plans: farther off is a slip.
const farthest = 366

func notFar(t turn) error {
	if t.Draft.When.Day > t.Today().Add(farthest) {
		return flow.Sorry("That is more than a year ahead. Please choose an earlier day.")
	}
	return nil
}

func afterStart(t turn) error {
	if t.Draft.Long <= 0 {
		return flow.Sorry("The end must be after the start, %s. Please choose a later time.", t.Draft.Start)
	}
	return nil
}

func notOver(t turn) error {
	if _, ends := t.Draft.times(t.Now.Location()); !ends.After(t.Now) {
		return flow.Sorry("That end has passed already. Please choose a later time.")
	}
	return nil
}

// times are when the activity of d is.
func (d Draft) times(zone *time.Location) (starts, ends time.Time) {
	starts = d.When.Day.At(d.Start, zone)
	return starts, starts.Add(d.Long)
}

// activity is the new one that d describes.
func (d Draft) activity(f Facts, zone *time.Location) campaign.Activity {
	a := campaign.Activity{ID: f.Next.ID, No: f.Next.No, Title: d.Title, Kind: d.Kind, Scope: d.Scope, Place: d.Place,
		Required: d.Required, Method: d.method()}
	for _, p := range f.Parts {
		if p.Scope == d.Scope {
			a.Of = p.of()
		}
	}
	starts, ends := d.times(zone)
	return d.signsOut(window(a, starts, ends, campaign.OpensBefore, campaign.LateAfter))
}

// signsOut asks people to sign out of a as d has it, never before it starts.
func (d Draft) signsOut(a campaign.Activity) campaign.Activity {
	a.SignOut = time.Time{}
	if d.SignOut != nil {
		a.SignOut = a.Ends.Add(-min(*d.SignOut, a.Ends.Sub(a.Starts)))
	}
	return a
}

// beforeEnd is how long before the end people may sign out of a; nil is that
// nobody is asked to.
func beforeEnd(a campaign.Activity) *time.Duration {
	if a.SignOut.IsZero() {
		return nil
	}
	before := a.Ends.Sub(a.SignOut)
	return &before
}

// of is the name of p as activities carry it.
func (p Part) of() string {
	if p.Branch != "" {
		return p.Unit + " · " + p.Branch
	}
	return p.Unit
}

// plannable refuses a new activity that cannot be held as it is described.
func plannable(t turn) error {
	a := t.Draft.activity(t.Facts, t.Now.Location())
	if !a.Ends.After(t.Now) {
		return flow.Sorry("It would be over already. Please choose another day or time.")
	}
	if a.Method == campaign.ByLocation && t.Draft.site() == nil {
		return flow.Sorry("Check-in by location needs the place on the map: please press “✎ Check-in”.")
	}
	return proper(a)
}

// planned writes the new activity.
func planned(t *turn) flow.Outcome {
	if !t.Who.Runs(t.Draft.Scope) {
		return flow.Refuse(notYours).And(flow.Stop())
	}
	if err := plannable(*t); err != nil {
		return retry(t, "preview", err)
	}
	a := t.Draft.activity(t.Facts, t.Now.Location())
	m := messages.Say("<b>%s</b> is planned.", a.Title).Add(when(a)).
		Line("Its number is %s. When check-in opens, everyone expected is asked to check in. /activity moves it or calls it off.", a.No)
	if a.Method == campaign.ByCode {
		m = m.Line("Before it begins, open the screen with its code: here, or from /attendance.").Row(screen(a))
	}
	return flow.Do(Planned{Activity: a, Site: t.Draft.site()}).Shout(campaign.ActivityPlanned{Activity: a}).Say(m).And(flow.Stop())
}

var notYours = flow.Sorry("That is not for you to plan: it belongs to another branch or unit. Its secretary or the campaign office can help.")
