package attendance

import (
	"fmt"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What fits a screen of a phone.
const (
	rowsOfPage   = 10
	peopleOfPage = 20
)

// screen is the card of what the facts hold.
func screen(t turn, page int) messages.Message {
	m := head(t)
	switch at := t.Facts.At; {
	case t.Facts.expected() == 0 && t.Facts.Activity.Phase(t.Now) == campaign.Before:
		m = m.Line("Who is expected is written down when check-in opens.")
	case at.Branch != 0:
		m = names(m.Gap(), t, page)
	default:
		m = table(m.Gap(), t, page)
	}
	return acts(m, t, page)
}

func (f Facts) expected() (n int) {
	for _, b := range f.Branches {
		n += b.Expected
	}
	return n
}

// head says which activity it is, how its window stands, and as whom it is read.
func head(t turn) messages.Message {
	a := t.Facts.Activity
	m := messages.Say("<b>%s</b>", a.Title).Line("%s–%s · %s", messages.Moment(a.Starts), a.Ends, a.No)
	if a.Of != "" {
		m = m.Line("Held for: %s", a.Of)
	}
	switch {
	case a.Cancelled:
		m = m.Line("It does not take place.")
	case a.Phase(t.Now) == campaign.Before:
		m = m.Line("Check-in opens at %s.", moment(a, a.Opens))
	case a.Phase(t.Now) == campaign.Over:
		m = m.Line("Check-in closed at %s.", moment(a, a.Closes))
	default:
		m = m.Line("Check-in is open until %s.", moment(a, a.Closes))
	}
	if hats := hats(t); len(hats) > 1 {
		m = m.Line("You see this as: %s", hats)
	}
	return m
}

// hats are the duties by which the person sees what the card shows.
func hats(t turn) (list messages.List) {
	for _, d := range t.Who.Duties {
		for _, b := range t.Facts.Branches {
			shown := (t.Facts.At.Unit == 0 || t.Facts.At.Unit == b.Scope.Unit) && (t.Facts.At.Branch == 0 || t.Facts.At.Branch == b.Scope.Branch)
			if shown && d.Over.Contains(b.Scope) {
				list = append(list, hat(d, b))
				break
			}
		}
	}
	if most := 4; len(list) > most {
		return append(list[:most], messages.T("and %d more", len(list)-most))
	}
	return list
}

// hat names a duty by a branch that it covers.
func hat(d campaign.Duty, b branch) messages.Text {
	switch d.Over.Part {
	case campaign.Branch:
		return messages.T("%s (%s)", d.Role, b.Name)
	case campaign.OneUnit:
		return messages.T("%s (%s)", d.Role, b.Unit)
	}
	return messages.T("%s", d.Role)
}

// table has a line and a button for each unit or branch.
func table(m messages.Message, t turn, page int) messages.Message {
	at := t.Facts.At
	if in := within(t.Facts.Branches, at.Unit); len(in) > 0 {
		m = m.Line("<b>%s</b>", total(at, in[0].Unit, in, t).text())
	} else {
		all := total(at, "", t.Facts.Branches, t)
		m = m.Line("<b>In all: %s · %d%% there</b>", all.counts(), all.Figures.Percent())
	}
	shown, page, pages := slice(rows(at, t), page, rowsOfPage)
	var row []messages.Key
	for _, r := range shown {
		m = m.Add(r.text())
		if row = append(row, messages.Button(Show{Spot: r.At}, "%s", r.Name)); len(row) == 2 {
			m, row = m.Row(row...), nil
		}
	}
	m = turning(m.Row(row...), at, page, pages)
	if at.Unit == 0 && pages > 1 {
		m = m.Row(messages.Button(Find{at}, "Find a unit"))
	}
	return m
}

// names lists who is not in, and who is.
func names(m messages.Message, t turn, page int) messages.Message {
	at := t.Facts.At
	for _, r := range rows(at, t) {
		m = m.Add(messages.T("<b>%s</b>", r.text()))
	}
	var out, in []messages.Text
	for _, p := range t.Facts.People {
		if p.At.IsZero() {
			out = append(out, messages.T("– %s", p.Name))
			continue
		}
		in = append(in, p.text(t.Facts.Activity, t.Now))
	}
	shown, page, pages := slice(append(out, in...), page, peopleOfPage)
	if page == 0 {
		m = guests(m, t)
	}
	if n := forgotten(t); n > 0 {
		m = m.Line("Sign-out missing: %d", n)
	}
	for i, line := range shown {
		n := page*peopleOfPage + i
		if i == 0 && n < len(out) {
			m = m.Line(outside(t), len(out))
		}
		if len(in) > 0 && (n == len(out) || i == 0 && n > len(out)) {
			m = m.Line("In (%d):", len(in))
		}
		m = m.Add(line)
	}
	return turning(m, at, page, pages)
}

// guests lists who attended from other branches, apart from those expected.
func guests(m messages.Message, t turn) messages.Message {
	if len(t.Facts.Guests) == 0 {
		return m
	}
	m = m.Line("Guests (%d):", len(t.Facts.Guests))
	for i, g := range t.Facts.Guests {
		if i == peopleOfPage {
			return m.Line("and %d more", len(t.Facts.Guests)-peopleOfPage)
		}
		line := messages.T("✓ %s %s", moment(t.Facts.Activity, g.At), g.Name)
		if g.Late {
			line = messages.T("%s · late", line)
		}
		m = m.Line("%s · %s · %s", line, g.Unit, g.Branch)
	}
	return m
}

// outside is the heading of those without a mark.
func outside(t turn) messages.Sentence {
	b, _ := branchAt(t.Facts.At, t.Facts.Branches)
	switch over := t.Facts.Activity.Phase(t.Now) == campaign.Over; {
	case !over:
		return "Not in yet (%d):"
	case b.Arrived > b.Away:
		return "Absent (%d):"
	}
	return "Not reported (%d):"
}

// forgotten counts those who are in and did not sign out.
func forgotten(t turn) (n int) {
	for _, p := range t.Facts.People {
		if !p.Guest && t.Facts.Activity.Forgotten(p.At, p.Left, t.Now) {
			n++
		}
	}
	return n
}

// text is the line of somebody who is in.
func (p person) text(a campaign.Activity, now time.Time) messages.Text {
	line := messages.T("✓ %s %s", moment(a, p.At), p.Name)
	if p.Late {
		line = messages.T("%s · late", line)
	}
	switch {
	case !p.Left.IsZero():
		line = messages.T("%s · signed out %s", line, moment(a, p.Left))
	case !p.Guest && a.Forgotten(p.At, p.Left, now):
		line = messages.T("%s · sign-out missing", line)
	}
	switch {
	case p.Helped:
		line = messages.T("%s · by %s for %s", line, p.By, p.Name)
	case p.Guest:
		line = messages.T("%s · at %s", line, p.Note)
	case p.By != "":
		line = messages.T("%s · marked present by %s: %s", line, p.By, p.Note)
	}
	return line
}

// moment is an instant with its day, where that is not the activity's own.
func moment(a campaign.Activity, at time.Time) any {
	if campaign.DayOf(at) == campaign.DayOf(a.Starts) {
		return at
	}
	return messages.Moment(at)
}

// slice is a page of all, which page it is, and of how many.
func slice[V any](all []V, page, size int) ([]V, int, int) {
	pages := max(1, (len(all)+size-1)/size)
	page = (page%pages + pages) % pages
	return all[page*size : min(len(all), (page+1)*size)], page, pages
}

func turning(m messages.Message, at Spot, page, pages int) messages.Message {
	if pages < 2 {
		return m
	}
	return m.Line("Page %d of %d.", page+1, pages).
		Row(messages.Button(Show{at, page - 1}, "◀ Previous"), messages.Button(Show{at, page + 1}, "Next ▶"))
}

// host leads whoever runs the branch to its guests, once check-in has opened.
func host(t turn) []messages.Key {
	at := t.Facts.At
	b, ok := branchAt(at, t.Facts.Branches)
	if !ok || !t.Who.Runs(b.Scope) || t.Facts.Activity.Cancelled || t.Facts.Activity.Phase(t.Now) == campaign.Before {
		return nil
	}
	open := flow.Open{Flow: "guest", Arg: fmt.Sprintf("h%d_%d", at.Activity, at.Branch)}
	if b.Asking > 0 {
		return []messages.Key{messages.Button(open, "Guests: %d waiting", b.Asking)}
	}
	return []messages.Key{messages.Button(open, "Guests")}
}

// acts are the buttons beneath, for what this person may do here.
func acts(m messages.Message, t turn, page int) messages.Message {
	at, f := t.Facts.At, t.Facts
	row := []messages.Key{messages.Button(Show{at, page}, "Refresh")}
	if marks(t) == nil && len(missing(t)) > 0 {
		row = append(row, messages.Button(Mark{at}, "Mark present"))
	}
	if b, ok := branchAt(at, f.Branches); ok && t.Who.Runs(b.Scope) {
		row = append(row, messages.Button(flow.Open{Flow: "proxy", Arg: "b" + strconv.FormatInt(int64(at.Branch), 10)}, "Helpers"))
	}
	m, row = m.Row(row...).Row(host(t)...), nil
	up, part := at.up(f.Branches)
	switch {
	case part:
		row = append(row, messages.Button(Show{Spot: up}, "Back")) // the window is moved where all of it is seen
	case closes(t) == nil:
		m = m.Row(messages.Button(Move{at, false}, "Close"))
	case opens(t) == nil:
		m = m.Row(messages.Button(Move{at, true}, "Open"))
	}
	return m.Line("Figures of %s.", t.Now).Row(append(row, messages.Button(flow.Open{Flow: "attendance"}, "Other activities"))...)
}
