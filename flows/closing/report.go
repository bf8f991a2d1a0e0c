package closing

import (
	"time"

	"campaign"
	"campaign/messages"
)

const (
	reportName = "closing/changed"
	ofPage     = 8 // amendments that fit a screen
)

// A Page is asked for by the buttons of the report.
type Page struct {
	Scope  campaign.Scope
	Number int
}

// An amendment is a change of a record after the figures had been closed.
type amendment struct {
	At       time.Time
	Title    string
	Starts   time.Time
	Name, In string
	Old, New campaign.Status
	By       string
	Note     string
	Unlocker string
	Reason   string // of the unlock
}

// report lists what was changed after the closing.
func report(t turn, number int) messages.Message {
	f := t.Facts
	m := messages.Say("<b>%s</b>: changed after the closing", f.of())
	if f.Count == 0 {
		return m.Line("Nothing was changed after the closing.")
	}
	for _, a := range f.Page {
		m = m.Gap().Line("“%s”, %s", a.Title, messages.Moment(a.Starts)).
			Line("<b>%s</b> (%s): %s → %s", a.Name, a.In, a.Old, a.New).
			Add(a.why()).
			Line("Unlocked by %s: %s", a.Unlocker, a.Reason)
	}
	pages := pagesOf(f.Count)
	if pages < 2 {
		return m
	}
	number = turned(number, pages)
	return m.Line("Page %d of %d.", number+1, pages).
		Row(messages.Button(Page{f.Scope, turned(number-1, pages)}, "◀ Previous"), messages.Button(Page{f.Scope, turned(number+1, pages)}, "Next ▶"))
}

func (a amendment) why() messages.Text {
	if a.Note == "" {
		return messages.T("%s · %s", messages.Moment(a.At), a.By)
	}
	return messages.T("%s · %s: %s", messages.Moment(a.At), a.By, a.Note)
}

func pagesOf(n int) int { return max(1, (n+ofPage-1)/ofPage) }

// turned is a page that there is: the one after the last is the first.
func turned(page, pages int) int { return (page%pages + pages) % pages }
