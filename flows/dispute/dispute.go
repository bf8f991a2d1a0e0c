// Package dispute is how a member says that their record of an activity is not
// right, in words or by a photo, and how that is decided: by the secretary, or by
// the unit where the secretary wrote what is disputed, or is the member. Nobody
// decides on what they wrote, or on themselves. It changes no record: what is
// accepted others hear.
package dispute

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the objection. It is begun by a button: without an argument of any of
// one's own records, with an activity of that; with an activity and a person it
// shows the objection that waits for a decision.
var Flow = flow.Spec[Draft, Facts]{
	Name: "dispute",
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("begin", begin),
		flow.List("which", func(t *turn) *campaign.ActivityID { return &t.Draft.Activity },
			"Which record is not right?", "There is no record of yours yet to which you could object.", own).
			When(func(t turn) bool { return t.Draft.Activity == 0 }),
		flow.Then("may", may),
		flow.Choose("claim", asked,
			flow.Way[Draft, Facts]{Key: present, Label: "I was there, in time", Do: claims(present), When: other(present)},
			flow.Way[Draft, Facts]{Key: late, Label: "I was there, but late", Do: claims(late), When: other(late)},
			flow.Way[Draft, Facts]{Key: absent, Label: "I was not there", Do: claims(absent), When: other(absent)}),
		flow.Free("why", whyAsked, takeWhy),
		flow.Line("word", func(t *turn) *string { return &t.Draft.Why }, "Would you like to add a word to the photo?", mostWhy).
			Skippable().When(func(t turn) bool { return t.Draft.Photo != "" }),
		flow.Choose("send", preview,
			flow.Way[Draft, Facts]{Key: "go", Label: "Submit", Do: send, Style: messages.Primary},
			flow.Way[Draft, Facts]{Key: "edit", Label: "Edit", Do: func(t *turn) flow.Outcome {
				t.Draft.Why, t.Draft.Photo = "", ""
				return flow.Goto("claim")
			}}),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("judge", judge),
		flow.Due("waits", waits),
	},
	Also:    []flow.Flow{decision},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Over: over},
	Schema:  schema,
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// name is what the card of an objection is called.
const name = "dispute/%d"

// mostWhy bounds what a member writes.
const mostWhy = 500

// What a member may claim. They are stored by these names.
const (
	present = "present"
	late    = "late"
	absent  = "absent"
)

// The states of an objection. They are stored by these names.
const (
	open     = "open"
	accepted = "accepted"
	refused  = "refused"
)

// A Draft is an objection on its way.
type Draft struct {
	Activity campaign.ActivityID
	Person   campaign.PersonID // whose record it is, where it is not the speaker's
	Claim    string
	Why      string
	Photo    string // the messenger's name for it
}

// Facts are the record that is disputed, and who might decide.
type Facts struct {
	Own       []campaign.Activity // whose records can be disputed, while none is chosen
	Activity  campaign.Activity
	Person    campaign.PersonID // whose record it is
	No, Name  string
	Scope     campaign.Scope // the branch that counts the record; the zero Scope is none
	In        string         // its name
	Status    campaign.Status
	Marked    bool
	Maker     campaign.PersonID // who else wrote what stands; 0 is nobody
	People    []official        // who run the branch, by any role
	Pending   bool              // an objection waits for a decision
	Closing   campaign.Closing  // of the figures that the record is part of
	Objection Objection         // that a button or a decision is about, or that waits
}

// An official is somebody who runs the branch, and by which role.
type official struct {
	ID    campaign.PersonID
	Role  campaign.Role
	Reach bool // they can be told
}

// An Objection is as it was sent.
type Objection struct {
	ID         int64
	Claim, Why string
	Photo      string
	Made       time.Time
	State      string
	By         string // who decided
	Hat        campaign.Role
	Answer     string
}

// ladder is who decides, in the order in which they are asked.
var ladder = []campaign.Role{campaign.Secretary, campaign.Desk, campaign.Direct, campaign.First, campaign.Office}

// judges are those who are asked to decide, rung by rung: of each role those who
// have no part in it. The secretaries as a whole have one, where one of them wrote
// what is disputed or is the member.
func (f Facts) judges() (rungs [][]campaign.PersonID) {
	for _, r := range ladder {
		var of []official
		for _, o := range f.People {
			if o.Role == r {
				of = append(of, o)
			}
		}
		if r == campaign.Secretary && slices.ContainsFunc(of, f.involved) {
			continue
		}
		var rung []campaign.PersonID
		for _, o := range of {
			if o.Reach && !f.involved(o) {
				rung = append(rung, o.ID)
			}
		}
		if len(rung) > 0 {
			rungs = append(rungs, rung)
		}
	}
	return rungs
}

// involved reports whether somebody has a part in the matter.
func (f Facts) involved(o official) bool { return o.ID == f.Person || o.ID == f.Maker }

// judged reports whether somebody may decide: who runs the branch, is not the member
// and did not write what is disputed; above the branch, where its secretary has a
// part in it.
func (f Facts) judged(who campaign.Person) error {
	secretaries := slices.ContainsFunc(f.People, func(o official) bool {
		return o.Role == campaign.Secretary && f.involved(o)
	})
	switch {
	case who.ID == f.Person:
		return flow.Sorry("Nobody decides on their own record.")
	case !who.Runs(f.Scope):
		return flow.Sorry("This is decided by the branch secretary, the responsible of the unit or the office.")
	case who.ID == f.Maker:
		return flow.Sorry("You wrote what is disputed: somebody else decides.")
	case secretaries && !who.Runs(campaign.UnitScope(f.Scope.Unit)):
		return flow.Sorry("This is decided by the unit.")
	}
	return nil
}

// objects reports whether the person may object now.
func objects(t turn) error {
	f := t.Facts
	switch {
	case f.Scope == (campaign.Scope{}) || f.Person != t.Who.ID:
		return flow.Sorry("You are not on the list of this activity.")
	case f.Activity.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case f.Pending:
		return flow.Sorry("Your objection is with those who decide. You will hear of it here.")
	case !f.Marked && f.Activity.Phase(t.Now) != campaign.Over:
		return flow.Sorry("Check-in has not closed: nothing is held against you. /checkin")
	}
	return nil
}

// argued reads what a button named.
func argued(arg string) (d Draft) {
	fmt.Sscanf(strings.ReplaceAll(arg, "_", " "), "%d %d", &d.Activity, &d.Person)
	return d
}

// begin takes what the button named. An objection that waits is shown to those who
// may decide on it.
func begin(t *turn) flow.Outcome {
	if t.Draft == (Draft{}) {
		t.Draft = argued(t.Arg)
	}
	if t.Draft.Person == 0 || t.Draft.Person == t.Who.ID {
		return flow.Do()
	}
	if err := decides(t.Here, t.Facts); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Stop().Say(t.Facts.card().AsOne(name, t.Facts.Objection.ID))
}

func own(t turn) (options []flow.Option[campaign.ActivityID]) {
	for _, a := range t.Facts.Own {
		options = append(options, flow.Option[campaign.ActivityID]{Key: a.No, Label: messages.T("%s %s", messages.Moment(a.Starts), a.Title), Value: a.ID})
	}
	return options
}

func may(t *turn) flow.Outcome {
	if err := objects(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Do()
}

func asked(t turn) messages.Message {
	return messages.Say("<b>%s</b>, %s", t.Facts.Activity.Title, messages.Moment(t.Facts.Activity.Starts)).
		Line("Your record stands as: <b>%s</b>", t.Facts.Status).
		Line("What is right?")
}

// claims takes what the member says is right.
func claims(c string) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.Claim = c
		return flow.Do()
	}
}

// other reports whether a claim is something else than what stands.
func other(c string) func(turn) bool {
	return func(t turn) bool {
		stands := map[campaign.Status]string{campaign.Present: present, campaign.CameLate: late}[t.Facts.Status]
		if stands == "" {
			stands = absent
		}
		return c != stands
	}
}

func whyAsked(turn) messages.Message {
	return messages.Say("What shows it? Write a few words, or send a photo.").
		Line("It goes to those who decide, and is kept with the record.")
}

// takeWhy takes words or a photo.
func takeWhy(t *turn, in flow.Input) error {
	switch in := in.(type) {
	case flow.Said:
		why := strings.TrimSpace(string(in))
		switch n := utf8.RuneCountInString(why); {
		case n == 0:
			return flow.Sorry("Please write a few words, or send a photo.")
		case n > mostWhy:
			return flow.Sorry("That is %d characters long; please keep it to %d.", n, mostWhy)
		}
		t.Draft.Why, t.Draft.Photo = why, ""
		return nil
	case flow.Photo:
		t.Draft.Why, t.Draft.Photo = "", string(in)
		return nil
	}
	return flow.Sorry("Please write a few words, or send a photo.")
}

// claimed is a claim in words.
func claimed(c string) messages.Text {
	switch c {
	case present:
		return messages.T("there, in time")
	case late:
		return messages.T("there, but late")
	}
	return messages.T("not there")
}

func preview(t turn) messages.Message {
	m := messages.Say("Object to your record of <b>%s</b>?", t.Facts.Activity.Title).
		Line("It stands as: %s. You say: %s.", t.Facts.Status, claimed(t.Draft.Claim))
	if t.Draft.Why != "" {
		m = m.Line("You write: %s", t.Draft.Why)
	}
	if t.Draft.Photo != "" {
		m = m.Line("With the photo that you sent.")
	}
	return m
}

func send(t *turn) flow.Outcome {
	if err := objects(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	f, d := t.Facts, t.Draft
	rungs := f.judges()
	if len(rungs) == 0 {
		return flow.Stop().Toast("There is nobody yet who can decide. Please ask the campaign office.")
	}
	f.Objection = Objection{ID: t.ID, Claim: d.Claim, Why: d.Why, Photo: d.Photo, Made: t.Now, State: open}
	o := flow.Stop().And(flow.Do(Objected{t.ID, f.Activity.ID, t.Who.ID, d.Claim, d.Why, d.Photo})).
		Shout(campaign.RecordNoted{Activity: f.Activity.ID, Person: t.Who.ID, Cause: campaign.ByObjection, Note: d.Why}).
		Reply("Your objection is on its way to those who decide. You will hear of it here.").
		On(t.Now.Add(patience), Waits{t.ID})
	for _, p := range rungs[0] {
		o = o.Tell(p, f.card().As(name, t.ID).In(messages.Approvals))
	}
	return o
}

// patience is how long an objection waits for those who were asked first.
const patience = 3 * 24 * time.Hour

// Waits is the timer of an objection.
type Waits struct{ Objection int64 }

// waits asks once more on whose decision an objection waits, and those above them.
func waits(t turn, _ Waits) flow.Outcome {
	f, o := t.Facts, flow.Do()
	if f.Objection.State != open {
		return o
	}
	for i, rung := range f.judges() {
		for _, p := range rung {
			if i < 2 {
				o = o.Tell(p, f.card().As(name, f.Objection.ID).In(messages.Reminders))
			}
		}
	}
	return o
}

// Judge is what the buttons of the card carry.
type Judge struct {
	Objection int64
	Accept    bool
}

// card is what those who decide see.
func (f Facts) card() messages.Message {
	b := f.Objection
	m := messages.Say("<b>%s</b> (%s, %s) objects to their record of <b>%s</b>, %s.", f.Name, f.No, f.In, f.Activity.Title, messages.Moment(f.Activity.Starts))
	if b.State == open {
		m = m.Line("It stands as: %s. They say: %s.", f.Status, claimed(b.Claim))
	} else {
		m = m.Line("It stood as: %s. They said: %s.", f.Status, claimed(b.Claim))
	}
	if b.Why != "" {
		m = m.Line("In the member’s words: %s", b.Why)
	}
	if b.Photo != "" {
		m = m.Showing(messages.Picture{Sent: b.Photo})
	}
	if b.State != open {
		return m.Add(b.decided())
	}
	return m.Line("Sent at %s.", messages.Moment(b.Made)).
		Row(messages.Button(Judge{b.ID, true}, "Approve"), messages.Button(Judge{b.ID, false}, "Decline")).
		Row(messages.Button(flow.Open{Flow: "history", Arg: fmt.Sprintf("%d_0_%d_%d", f.Activity.ID, f.Scope.Branch, f.Person)}, "Records"))
}

// decided says who decided what.
func (b Objection) decided() messages.Text {
	t := messages.T("Not accepted by %s (%s).", b.By, b.Hat)
	if b.State == accepted {
		t = messages.T("Accepted by %s (%s).", b.By, b.Hat)
	}
	if b.Answer != "" {
		t = messages.T("%s They write: %s", t, b.Answer)
	}
	return t
}

// judge begins a decision.
func judge(t turn, p Judge) flow.Outcome {
	if err := settles(t.Here, t.Facts, p.Accept); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do().Begin(flow.Opening{Flow: "dispute_decision", Draft: Decision{Objection: p.Objection, Accept: p.Accept}})
}

// decides reports whether the person may decide on the objection now.
func decides(h flow.Here, f Facts) error {
	switch {
	case f.Objection.ID == 0:
		return flow.Sorry("This objection is no longer there.")
	case f.Objection.State != open:
		return flow.Sorry("%s has decided on it already.", f.Objection.By)
	}
	return f.judged(h.Who)
}

// settles reports whether the person may decide so: what is accepted changes a
// record, and closed figures must be unlocked first.
func settles(h flow.Here, f Facts, accept bool) error {
	if err := decides(h, f); err != nil {
		return err
	}
	if accept && f.Closing.Holds(h.Now) {
		return flow.Sorry("The figures up to %s are closed. The unit can unlock the record first: see Records.", f.Closing.Through)
	}
	return nil
}

// Objected is an objection that was sent.
type Objected struct {
	ID       int64
	Activity campaign.ActivityID
	Person   campaign.PersonID
	Claim    string
	Why      string `audit:"-"`
	Photo    string `audit:"-"`
}

// Effect is its name in the audit.
func (Objected) Effect() string { return "objected" }
