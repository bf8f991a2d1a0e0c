// Package record is what a person may see of themselves: who they are on the
// roster, which activities they attended, and which comes next. It shows nobody
// else, and changes nothing.
package record

import (
	"cmp"
	_ "embed"
	"slices"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

//go:embed zh.txt
var chinese string

// Flow is the record of whoever asks.
var Flow = flow.Spec[Draft, Facts]{
	Name:    "record",
	Opens:   "me",
	Word:    "Mine",
	Help:    "My own record, and what comes next",
	Chinese: chinese,
	Asks: []flow.Ask[Draft, Facts]{
		flow.Then("show", func(t *turn) flow.Outcome { return flow.Do().Say(card(*t, 0).As("record")) }),
	},
	Handlers: []flow.Handler[Draft, Facts]{
		flow.Pressed("page", func(t turn, p Page) flow.Outcome { return flow.Do().Say(card(t, p.Number).AsOne("record")) }),
	},
	Store: flow.Store[Draft, Facts]{Load: load},
}

type turn = flow.Turn[Draft, Facts]

// A Draft is empty: nobody is asked anything.
type Draft struct{}

// A Page is asked for by the buttons of the card.
type Page struct{ Number int }

// Facts is what the card tells.
type Facts struct {
	Hats    []hat
	Entries []entry           // the activities that expected the person, the latest first
	Next    campaign.Activity // zero where none is known
}

// A hat is a duty and the name of what it is for.
type hat struct {
	Role campaign.Role
	Over string
}

// An entry is one activity that expected the person.
type entry struct {
	Title    string
	Starts   time.Time
	Closes   time.Time
	Required bool
	At       time.Time // of the mark; zero where there is none
	Late     bool
	Reported bool
	ID       campaign.ActivityID
	Debt     campaign.Debt
	Due      campaign.Day // of a debt
}

func (e entry) status(now time.Time) campaign.Status {
	return campaign.Presence{Marked: !e.At.IsZero(), Late: e.Late, Over: !now.Before(e.Closes), Reported: e.Reported, Required: e.Required, Debt: e.Debt}.Status()
}

// running reports whether the person may still come.
func (e entry) running(now time.Time) bool { return e.At.IsZero() && now.Before(e.Closes) }

// pageSize is how many activities the card shows at once.
const pageSize = 8

func card(t turn, page int) messages.Message {
	m := settling(next(latest(owing(figures(who(t).Gap(), t), t), t, page), t), t)
	if pages := pagesOf(t); pages > 1 {
		page = turned(page, pages)
		m = m.Row(messages.Button(Page{turned(page-1, pages)}, "◀ Previous"), messages.Button(Page{turned(page+1, pages)}, "Next ▶"))
	}
	if len(t.Facts.Entries) > 0 {
		m = m.Row(messages.Button(flow.Open{Flow: "history"}, "Records"), messages.Button(flow.Open{Flow: "dispute"}, "Object"))
	}
	return m
}

// who says who the person is on the roster.
func who(t turn) messages.Message {
	p := t.Who
	m := messages.Say("<b>%s</b> · %s", p.Name, p.No).Line("%s · %s", p.Unit, p.Branch)
	if p.Phone != "" {
		m = m.Line("Phone: %s", p.Phone.Masked())
	}
	var hats messages.List
	for _, h := range t.Facts.Hats {
		if h.Over == "" {
			hats = append(hats, messages.T("%s", h.Role))
			continue
		}
		hats = append(hats, messages.T("%s (%s)", h.Role, h.Over))
	}
	if len(hats) > 0 {
		m = m.Line("Duties: %s", hats)
	}
	return m
}

// figures counts the required activities. One that still runs is counted once
// the person is in.
func figures(m messages.Message, t turn) messages.Message {
	f := campaign.Figures{}
	for _, e := range t.Facts.Entries {
		if e.Required && !e.running(t.Now) {
			f[e.status(t.Now)]++
		}
	}
	if f.Expected() == 0 {
		return m.Line("You have missed nothing: no required activity has been held for you yet.")
	}
	return m.Line("<b>Required activities: %s · %s</b>", messages.Figures(f), messages.Coverage(f))
}

// mostOwed is how many debts the card lists; the others come up as these are done.
const mostOwed = 6

// owed are the entries that are to be made up, the earliest due first.
func owed(t turn) []entry {
	es := slices.DeleteFunc(slices.Clone(t.Facts.Entries), func(e entry) bool { return e.status(t.Now) != campaign.Owed || e.Due == 0 })
	slices.SortStableFunc(es, func(a, b entry) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	return es
}

// owing lists what is to be made up.
func owing(m messages.Message, t turn) messages.Message {
	es := owed(t)
	for _, e := range es[:min(len(es), mostOwed)] {
		switch late := int(t.Today() - e.Due); {
		case e.Debt == campaign.DebtHanded:
			m = m.Line("Handed in, to be decided: %s", e.Title)
		case late > 0:
			m = m.Line("To be made up, days late: %d: %s", late, e.Title)
		default:
			m = m.Line("To be made up by %s: %s", e.Due, e.Title)
		}
	}
	switch n := len(es) - mostOwed; {
	case len(es) == 0:
		return m
	case n > 0:
		m = m.Line("and %d more; they come up as these are done.", n)
	}
	return m.Gap()
}

// settling has a button for each of those for which nothing was handed in yet.
func settling(m messages.Message, t turn) messages.Message {
	es := owed(t)
	for _, e := range es[:min(len(es), mostOwed)] {
		if e.Debt != campaign.DebtHanded {
			m = m.Row(messages.Button(flow.Open{Flow: "makeup", Arg: strconv.FormatInt(int64(e.ID), 10)}, "Make up: %s", e.Title))
		}
	}
	return m
}

// latest lists the activities of a page.
func latest(m messages.Message, t turn, page int) messages.Message {
	es := t.Facts.Entries
	if len(es) == 0 {
		return m
	}
	pages := pagesOf(t)
	page = turned(page, pages)
	for _, e := range es[page*pageSize : min(len(es), (page+1)*pageSize)] {
		m = m.Add(e.text(t.Now))
	}
	if pages > 1 {
		m = m.Line("Page %d of %d.", page+1, pages)
	}
	return m
}

func (e entry) text(now time.Time) messages.Text {
	line := messages.T("%s %s", messages.Moment(e.Starts), e.Title)
	if !e.Required {
		line = messages.T("%s (optional)", line)
	}
	switch at := messages.Moment(e.At); {
	case e.running(now):
		return messages.T("%s – not in yet", line)
	case e.At.IsZero():
		return messages.T("%s – %s", line, e.status(now))
	case campaign.DayOf(e.At) == campaign.DayOf(e.Starts):
		return messages.T("%s – %s, %s", line, e.status(now), e.At)
	default:
		return messages.T("%s – %s, %s", line, e.status(now), at)
	}
}

// next says what the person is to attend next, and lets them in where it is open.
func next(m messages.Message, t turn) messages.Message {
	a := t.Facts.Next
	if a.ID == 0 {
		return m.Gap().Line("Nothing is planned for you at the moment. You will be told when something is.")
	}
	open := a.Phase(t.Now) != campaign.Before
	if m = m.Gap(); open {
		m = m.Line("On now: <b>%s</b>", a.Title)
	} else {
		m = m.Line("Next: <b>%s</b>", a.Title)
	}
	m = m.Line("%s–%s", messages.Moment(a.Starts), a.Ends)
	if a.Place != "" {
		m = m.Line("At: %s", a.Place)
	}
	if !open {
		return m.Line("You can check in from %s.", messages.Moment(a.Opens))
	}
	return m.Line("You can check in now, until %s.", messages.Moment(a.Closes)).
		Row(messages.Button(flow.Open{Flow: "checkin"}, "Check in").Styled(messages.Primary))
}

func pagesOf(t turn) int { return max(1, (len(t.Facts.Entries)+pageSize-1)/pageSize) }

// turned is a page that there is: the one after the last is the first.
func turned(page, pages int) int { return (page%pages + pages) % pages }
