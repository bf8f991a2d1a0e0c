package code

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"rsc.io/qr"
)

// page is the screen of a meeting, readable from the back of a hall.
var page = flow.Shown("code", template.Must(template.New("screen.html").Funcs(flow.Sayings).ParseFS(assets, "assets/screen.html")), within(assets, "assets"), visit, view)

//go:embed assets
var assets embed.FS

// Meeting is what the screen must know.
type Meeting struct {
	Door
	Lang    campaign.Lang
	Arrived int
	Latest  []string // who came last, where the screen shows them
}

// A Screen is what its template shows.
type Screen struct {
	Title, When, Place, Count messages.Text
	Turns                     []Shown         // the code of now, and the next; none while check-in is not open
	Says                      []messages.Text // beside the code, or in its place
	Scan                      messages.Text   // what the code is for
	Stale                     messages.Text   // where no code can be shown
	Latest                    messages.Text
	Names                     []string
	Share                     int // of those expected who are there, in thousandths
	Arc                       int // milliseconds of a turn
}

// Shown is the code of one turn.
type Shown struct {
	From, Until int    // milliseconds from now
	Digits      string // in two groups
	Link        string // that the code carries
	Size        int    // of Path, in modules
	Path        string
	Seconds     int // that are left
}

// view draws the screen as it stands. The code of the next turn comes along, so
// that the page turns in time by itself, and outlives a short loss of its connection.
func view(m Meeting, v flow.Visit) flow.View {
	a, lang := m.Activity, m.Lang
	if v.Lang != "" {
		lang = v.Lang
	}
	s := Screen{
		Title: messages.T("%s", a.Title),
		When:  messages.T("%s %s–%s", campaign.DayOf(a.Starts), a.Starts, a.Ends),
		Count: messages.T("Present %d / expected %d", m.Arrived, m.Expected),
		Arc:   int(turnLong / time.Millisecond),
		Stale: messages.T("The code is shown again as soon as the connection is back."),
	}
	if m.Expected > 0 {
		s.Share = min(1000, 1000*m.Arrived/m.Expected)
	}
	if campaign.DayOf(a.Ends) != campaign.DayOf(a.Starts) {
		s.When = messages.T("%s %s–%s", campaign.DayOf(a.Starts), a.Starts, messages.Moment(a.Ends))
	}
	if a.Place != "" {
		s.Place = messages.T("Place: %s", a.Place)
	}
	if len(m.Latest) > 0 {
		s.Latest, s.Names = messages.T("Just arrived"), m.Latest
	}
	switch phase := a.Phase(v.Now); {
	case a.Cancelled:
		s.Says = []messages.Text{messages.T("This activity does not take place.")}
	case phase == campaign.Before:
		s.Says = []messages.Text{messages.T("Check-in opens at %s.", a.Opens), messages.T("The code is shown here then.")}
		s.Count = messages.Text{}
	case phase == campaign.Over:
		s.Says = []messages.Text{messages.T("Check-in has closed.")}
	default:
		s.Scan = messages.T("Scan to check in")
		s.Says = []messages.Text{s.Scan, messages.T("or write the digits to @%s", v.Bot)}
		now := roundAt(v.Now)
		s.Turns = []Shown{m.shown(now, v), m.shown(now+1, v)}
	}
	return flow.View{Lang: lang, Title: s.Title, Data: s}
}

// shown draws the code of a turn.
func (m Meeting) shown(n Round, v flow.Visit) Shown {
	from, until := n.begins().Sub(v.Now), (n + 1).begins().Sub(v.Now)
	digits := m.digits(n)
	s := Shown{From: int(max(0, from) / time.Millisecond), Until: int(until / time.Millisecond),
		Digits: digits[:digitsLong/2] + " " + digits[digitsLong/2:], Seconds: int(turnLong / time.Second)}
	if from <= 0 {
		s.Seconds = int((until + time.Second - 1) / time.Second)
	}
	s.Link = "https://t.me/" + v.Bot + "?start=" + link + "_" + m.arg(n)
	s.Size, s.Path = drawn(s.Link)
	return s
}

// quiet is how many modules stay free around a code, so that phones find it.
const quiet = 4

// drawn is a QR code of a text as the path of an SVG: a run of dark modules is one
// step. A text that is too long for any code has none.
func drawn(text string) (size int, path string) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 2 * quiet, ""
	}
	var d strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for x+run < code.Size && code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			}
			x += run
		}
	}
	return code.Size + 2*quiet, d.String()
}
