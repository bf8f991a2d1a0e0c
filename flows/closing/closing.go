// Package closing is how those who answer for a unit close its figures up to a day,
// so that what was reported stands, and how records that turn out wrong are
// unlocked nevertheless: by the unit, for a while, with a reason. What is changed
// after the closing is shown apart. It changes no record.
package closing

import (
	_ "embed"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow closes figures, and shows what was changed since.
var Flow = flow.Spec[Draft, Facts]{
	Name: "closing",
	Word: "Close figures",
	Help: "Close the attendance of a unit up to a day",
	For:  closes,
	Idle: func(d Draft) bool { return !d.Close },
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("begin", begin),
		flow.List("scope", func(t *turn) *campaign.Scope { return &t.Draft.Scope },
			"The figures of which unit?", "There is no unit yet.", scopes, runs).
			When(func(t turn) bool { return t.Draft.Scope == campaign.Scope{} }),
		flow.Then("card", card).When(func(t turn) bool { return !t.Draft.Close }),
		flow.Date("through", func(t *turn) *campaign.Day { return &t.Draft.Through }, "Close the figures up to which day?", passed),
		flow.Choose("look", look,
			flow.Way[Draft, Facts]{Key: "go", Label: "Close these figures", Do: shut, Style: messages.Primary},
			flow.Way[Draft, Facts]{Key: "edit", Label: "Edit", Do: func(*turn) flow.Outcome { return flow.Edit("through") }}),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("close", begun),
		flow.Pressed("page", func(t turn, p Page) flow.Outcome {
			if err := runs(t); err != nil {
				return flow.Refuse(err)
			}
			return flow.Do().Say(report(t, p.Number).AsOne(reportName))
		}),
	},
	Also:    []flow.Flow{unlock},
	Store:   flow.Store[Draft, Facts]{Load: load, Apply: apply, Audience: audience},
	Chinese: chinese,
}

type turn = flow.Turn[Draft, Facts]

// A Draft is a closing on its way.
type Draft struct {
	Scope   campaign.Scope // a unit, a batch or everything
	Close   bool           // or look
	Through campaign.Day
}

// A Close begins to close the figures of a scope.
type Close struct{ Scope campaign.Scope }

// Facts is what a step must know of the database.
type Facts struct {
	Scope campaign.Scope
	Units []unit      // for which the person closes, of the scope where one is chosen
	Count int         // changes after the closing that moved a figure
	Page  []amendment // of them, the newest first
	Open  matters     // that a closing up to the day of the draft would leave
}

// A unit is how its figures stand.
type unit struct {
	ID      campaign.UnitID
	Name    string
	Batch   campaign.Batch
	Through campaign.Day // closed up to then; 0 is not at all
	At      time.Time
	By      string
}

// matters are what is still open in the days that would be closed.
type matters struct{ Activities, Silent, Doubtful int }

// closes reports whether p closes the figures of any unit.
func closes(p campaign.Person) bool {
	return p.Holds(campaign.First, campaign.Direct, campaign.Desk, campaign.Office)
}

// begin leads straight to the unit, where there is but one.
func begin(t *turn) flow.Outcome {
	if !closes(t.Who) {
		return flow.Stop().Toast("Figures are closed by the responsible of a unit, or by the office.")
	}
	t.Draft.Scope = t.Facts.Scope
	return flow.Do()
}

// runs reports whether the person closes for all of the scope.
func runs(t turn) error {
	if s := t.Facts.Scope; s.Part == campaign.Branch || !t.Who.Runs(s) {
		return flow.Sorry("Figures are closed by the responsible of a unit, or by the office.")
	}
	return nil
}

// scopes are the options: everything and each batch for whoever runs them, and each
// unit.
func scopes(t turn) (options []flow.Option[campaign.Scope]) {
	if t.Who.Runs(campaign.Everyone()) {
		options = append(options, flow.Option[campaign.Scope]{Key: "all", Label: messages.T("All units"), Value: campaign.Everyone()})
		seen := map[campaign.Batch]bool{}
		for _, u := range t.Facts.Units {
			seen[u.Batch] = true
		}
		for b := range campaign.Batch(3) {
			if seen[b] {
				options = append(options, flow.Option[campaign.Scope]{Key: "batch" + strconv.Itoa(int(b)), Label: batch(b), Value: campaign.Scope{Part: campaign.OneBatch, Batch: b}})
			}
		}
	}
	for _, u := range t.Facts.Units {
		options = append(options, flow.Option[campaign.Scope]{Key: strconv.FormatInt(int64(u.ID), 10), Label: messages.T("%s", u.Name), Value: campaign.UnitScope(u.ID)})
	}
	return options
}

func batch(b campaign.Batch) messages.Text {
	if b == 0 {
		return messages.T("The pilot")
	}
	return messages.T("Batch %d", int(b))
}

// of names a scope.
func (f Facts) of() messages.Text {
	switch f.Scope.Part {
	case campaign.All:
		return messages.T("All units")
	case campaign.OneBatch:
		return batch(f.Scope.Batch)
	}
	if len(f.Units) == 0 {
		return messages.Text{}
	}
	return messages.T("%s", f.Units[0].Name)
}

// card shows how the figures stand.
func card(t *turn) flow.Outcome {
	if err := runs(*t); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	return flow.Stop().Say(standing(*t).As("closing").Instead())
}

func begun(t turn, p Close) flow.Outcome {
	if err := runs(t); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do().Begin(flow.Opening{Flow: "closing", Draft: Draft{Scope: p.Scope, Close: true}})
}

// standing says up to when figures are closed.
func standing(t turn) messages.Message {
	f := t.Facts
	m := messages.Say("<b>%s</b>", f.of())
	if len(f.Units) == 1 {
		m = m.Add(f.Units[0].text())
	} else {
		open := 0
		for _, u := range f.Units {
			if u.Through == 0 {
				open++
			}
		}
		m = m.Line("Units: %d, of which nothing is closed yet: %d.", len(f.Units), open)
	}
	row := []messages.Key{messages.Button(Close{f.Scope}, "Close up to a day")}
	if f.Count > 0 {
		m = m.Line("Records changed after the closing: %d.", f.Count)
		row = append(row, messages.Button(Page{f.Scope, 0}, "Changed since"))
	}
	return m.Row(row...)
}

func (u unit) text() messages.Text {
	if u.Through == 0 {
		return messages.T("The figures are open.")
	}
	return messages.T("The figures are closed up to %s (%s, %s).", u.Through, u.By, messages.Moment(u.At))
}

// passed refuses a day that is not over, and one that is closed already.
func passed(t turn) error {
	switch d := t.Draft.Through; {
	case d >= t.Today():
		return flow.Sorry("Only days that are over can be closed.")
	case len(t.Facts.behind(d)) == 0:
		return flow.Sorry("The figures are closed up to that day already.")
	}
	return nil
}

// behind are the units whose figures are not closed up to a day.
func (f Facts) behind(d campaign.Day) (us []unit) {
	for _, u := range f.Units {
		if u.Through < d {
			us = append(us, u)
		}
	}
	return us
}

func look(t turn) messages.Message {
	f := t.Facts
	m := messages.Say("Close the figures of <b>%s</b> up to %s?", f.of(), t.Draft.Through).
		Line("Activities: %d", f.Open.Activities)
	if f.Open.Silent > 0 {
		m = m.Line("Branches that have reported nothing: %d", f.Open.Silent)
	}
	if f.Open.Doubtful > 0 {
		m = m.Line("Records to be verified: %d", f.Open.Doubtful)
	}
	return m.Line("After that a record is changed only while the unit has unlocked it, with a reason. Such changes are shown apart.")
}

func shut(t *turn) flow.Outcome {
	for _, allowed := range []func(turn) error{runs, passed} {
		if err := allowed(*t); err != nil {
			return flow.Stop().And(flow.Refuse(err))
		}
	}
	f, d := t.Facts, t.Draft
	hat, _ := t.Who.Hat(f.Scope)
	closed := Closed{Through: d.Through, Hat: hat.Role}
	for _, u := range f.behind(d.Through) {
		closed.Units = append(closed.Units, u.ID)
	}
	return flow.Stop().And(flow.Do(closed)).
		Say(messages.Say("The figures of <b>%s</b> are closed up to %s.", f.of(), d.Through).As("closing").Instead()).
		TellAll(Concerned{closed.Units, t.Who.ID}, messages.Say("%s (%s) has closed the figures of your unit up to %s.", t.Who.Name, hat.Role, d.Through).
			Line("Should a record be wrong nevertheless, the unit can unlock it.").In(messages.Reminders))
}

// Concerned is whoever runs a unit or a branch of it, but for one.
type Concerned struct {
	Units []campaign.UnitID
	But   campaign.PersonID
}

// Closed is figures that stand from now on.
type Closed struct {
	Units   []campaign.UnitID
	Through campaign.Day
	Hat     campaign.Role
}

// Effect is its name in the audit.
func (Closed) Effect() string { return "closed" }
