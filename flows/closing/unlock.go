package closing

import (
	"fmt"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// unlock lets records of a branch at an activity be changed for a while, although
// the figures are closed; or asks the unit for it. It is begun by a button, with
// activity, unit and branch as its argument.
var unlock = flow.Spec[Unlock, Lock]{
	Name: "unlock",
	Asks: []flow.Ask[Unlock, Lock]{
		flow.Then("begin", start),
		flow.Line("why", whyOf, "Why is it unlocked? It is kept with the records.", 200).
			When(func(t unlocking) bool { return grants(t) && t.Draft.For == 0 }),
		flow.Pick("long", func(t *unlocking) *Span { return &t.Draft.Span }, "For how long?", []Span{hours, aDay, threeDays},
			func(s Span) messages.Sentence { return spans[s].label }).When(grants),
		flow.Line("ask", whyOf, "What is to be changed, and why? The unit reads it.", 200).
			When(func(t unlocking) bool { return !grants(t) }),
		flow.Confirm("go", weighed, "Confirm", settle),
	},
	Handlers: []flow.Handler[Unlock, Lock]{
		flow.Pressed("grant", grant),
	},
	Store: flow.Store[Unlock, Lock]{Load: loadLock, Apply: applyLock, Over: over},
}

type unlocking = flow.Turn[Unlock, Lock]

// unlockName is what the card of those who are asked is called.
const unlockName = "unlock/%d/%d"

// An Unlock is one on its way. For is who asked for it, Asked their name.
type Unlock struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
	Span     Span
	Why      string
	For      campaign.PersonID
	Asked    string
}

func whyOf(t *unlocking) *string { return &t.Draft.Why }

// A Span is how long records stay unlocked.
type Span string

// The spans. They are stored by these names while the question is open.
const (
	hours     Span = "2h"
	aDay      Span = "24h"
	threeDays Span = "72h"
)

var spans = map[Span]struct {
	label messages.Sentence
	long  time.Duration
}{
	hours:     {"2 hours", 2 * time.Hour},
	aDay:      {"1 day", 24 * time.Hour},
	threeDays: {"3 days", 3 * 24 * time.Hour},
}

// A Lock is how the figures of a branch at an activity stand.
type Lock struct {
	Activity    campaign.Activity
	Scope       campaign.Scope // of the branch; the zero Scope is none
	In          string         // its name
	Closing     campaign.Closing
	Officials   []campaign.PersonID // who may unlock and can be told: of the unit, or of the office
	Secretaries []campaign.PersonID // of the branch
}

// named reads what a button named.
func named(arg string) (u Unlock) {
	var unit campaign.UnitID
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d %d", &u.Activity, &unit, &u.Branch)
	return u
}

// grants reports whether the person may unlock: the unit, or the office.
func grants(t unlocking) bool {
	return t.Facts.Scope != campaign.Scope{} && t.Who.Runs(campaign.UnitScope(t.Facts.Scope.Unit))
}

// locked reports whether there is anything that the person may unlock or ask for.
func locked(t unlocking) error {
	switch f := t.Facts; {
	case !t.Who.Runs(f.Scope):
		return flow.Sorry("You do not look after this part of the district. /attendance shows what you may see.")
	case f.Closing.At.IsZero():
		return flow.Sorry("The figures of this activity are open: records can be changed.")
	case !f.Closing.Holds(t.Now):
		return flow.Sorry("It is unlocked already, until %s.", messages.Moment(f.Closing.Unlocked))
	}
	return nil
}

func start(t *unlocking) flow.Outcome {
	if t.Draft == (Unlock{}) {
		t.Draft = named(t.Arg)
	}
	if err := locked(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Do()
}

// what names the records of a lock.
func (f Lock) what() messages.Text {
	return messages.T("“%s” (%s), %s", f.Activity.Title, messages.Moment(f.Activity.Starts), f.In)
}

func weighed(t unlocking) messages.Message {
	f, d := t.Facts, t.Draft
	closed := messages.T("The figures are closed up to %s (%s, %s).", f.Closing.Through, f.Closing.By, messages.Moment(f.Closing.At))
	if !grants(t) {
		return messages.Say("Ask the unit to unlock the records of %s?", f.what()).Add(closed).Line("You write: %s", d.Why)
	}
	m := messages.Say("Unlock the records of %s until %s?", f.what(), messages.Moment(d.until(t.Now))).Add(closed)
	if d.For != 0 {
		return m.Line("Asked for by %s: %s", d.Asked, d.Why)
	}
	return m.Line("You write: %s", d.Why)
}

func (u Unlock) until(now time.Time) time.Time {
	return now.Add(spans[u.Span].long).Truncate(time.Minute)
}

// settle unlocks, or asks those who may.
func settle(t *unlocking) flow.Outcome {
	if err := locked(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	f, d := t.Facts, t.Draft
	hat, _ := t.Who.Hat(f.Scope)
	if !grants(*t) {
		return ask(*t, hat.Role)
	}
	until := d.until(t.Now)
	m := messages.Say("%s (%s) has unlocked the records of %s until %s.", t.Who.Name, hat.Role, f.what(), messages.Moment(until)).
		Line("Because: “%s”", d.Why).
		Row(messages.Button(flow.Open{Flow: "history", Arg: fmt.Sprintf("%d_%d_%d", d.Activity, f.Scope.Unit, d.Branch)}, "Records"))
	o := flow.Stop().And(flow.Do(Unlocked{d.Activity, d.Branch, until, hat.Role, d.For, d.Why})).Say(m.AsOne(unlockName, d.Activity, d.Branch))
	for _, p := range f.Officials {
		if p != t.Who.ID {
			o = o.Tell(p, m.InPlaceOf(unlockName, d.Activity, d.Branch).In(messages.Redraws))
		}
	}
	for _, p := range f.Secretaries {
		if p != t.Who.ID {
			o = o.Tell(p, m.As(unlockName, d.Activity, d.Branch).In(messages.Answers))
		}
	}
	return o
}

func ask(t unlocking, hat campaign.Role) flow.Outcome {
	f, d := t.Facts, t.Draft
	if len(f.Officials) == 0 {
		return flow.Stop().Toast("There is nobody yet who can unlock it. Please ask the campaign office.")
	}
	o := flow.Stop().And(flow.Do(Asked{d.Activity, d.Branch, hat})).Reply("The unit is asked. You will hear of it here.")
	for _, p := range f.Officials {
		o = o.Tell(p, messages.Say("%s (%s) asks to unlock the records of %s.", t.Who.Name, hat, f.what()).
			Line("They write: %s", d.Why).
			Row(messages.Button(Grant{d.Activity, d.Branch, t.Who.ID, t.Who.Name, d.Why}, "Unlock")).
			AsOne(unlockName, d.Activity, d.Branch).In(messages.Approvals))
	}
	return o
}

// Grant is what the button on the card carries.
type Grant struct {
	Activity campaign.ActivityID
	Branch   campaign.BranchID
	For      campaign.PersonID
	Asked    string // their name
	Why      string
}

// grant begins an unlock that somebody asked for.
func grant(t unlocking, p Grant) flow.Outcome {
	if err := locked(t); err != nil {
		return flow.Refuse(err)
	}
	if !grants(t) {
		return flow.Do().Toast("Records are unlocked by the responsible of the unit, or by the office.")
	}
	return flow.Do().Begin(flow.Opening{Flow: "unlock", Draft: Unlock{Activity: p.Activity, Branch: p.Branch, For: p.For, Asked: p.Asked, Why: p.Why}})
}

type (
	// Unlocked is records that may be changed for a while.
	Unlocked struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		Until    time.Time
		Hat      campaign.Role
		For      campaign.PersonID
		Why      string `audit:"-"`
	}
	// Asked is a unit that was asked to unlock.
	Asked struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		Hat      campaign.Role
	}
)

// Effect is its name in the audit.
func (Unlocked) Effect() string { return "unlocked" }

// Effect is its name in the audit.
func (Asked) Effect() string { return "asked" }
