package attendance

import (
	"cmp"
	"slices"
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
func screen(t turn, p Show) messages.Message {
	if t.Facts.At.Activity == whole {
		return coverage(t, p)
	}
	m, page := head(t), p.Page
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
		n += b.Figures.Expected()
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
	m = overall(m, t)
	shown, page, pages := slice(rows(at, t), page, rowsOfPage)
	var row []messages.Key
	for _, r := range shown {
		m = m.Add(r.text())
		if row = append(row, messages.Button(Show{Spot: r.At}, "%s", r.Name)); len(row) == 2 {
			m, row = m.Row(row...), nil
		}
	}
	m = turning(m.Row(row...), Show{Spot: at}, page, pages)
	if at.Unit == 0 && pages > 1 {
		m = m.Row(messages.Button(Find{at}, "Find a unit"))
	}
	return m
}

// names lists who is not in, and who is.
func names(m messages.Message, t turn, page int) messages.Message {
	m = overall(m, t)
	people := slices.Clone(t.Facts.People)
	slices.SortStableFunc(people, func(a, b person) int { return cmp.Compare(place(a.status(t)), place(b.status(t))) })
	count := map[messages.Sentence]int{}
	for _, p := range people {
		count[heading(p.status(t), t)]++
	}
	shown, page, pages := slice(people, page, peopleOfPage)
	var last messages.Sentence
	for _, p := range shown {
		if h := heading(p.status(t), t); h != last {
			m, last = m.Line(h, count[h]), h
		}
		m = m.Add(p.text(t.Facts.Activity))
	}
	return turning(m, Show{Spot: t.Facts.At}, page, pages)
}

// status judges one of the people of the branch shown.
func (p person) status(t turn) campaign.Status {
	b, _ := branchAt(t.Facts.At, t.Facts.Branches)
	a := t.Facts.Activity
	return campaign.Presence{Marked: !p.At.IsZero(), Late: p.Late, Over: a.Phase(t.Now) == campaign.Over, Reported: b.Reported, Required: a.Required, Debt: p.Debt}.Status()
}

// order is how those of a branch are listed: whom something is missing of first.
var order = []campaign.Status{campaign.NotReported, campaign.Owed, campaign.Absent, campaign.Excused, campaign.MadeUp, campaign.Waived}

// place is where a status stands in the order: those who are in come last.
func place(s campaign.Status) int {
	if i := slices.Index(order, s); i >= 0 {
		return i
	}
	return len(order)
}

// heading is what the people of a status are listed under.
func heading(s campaign.Status, t turn) messages.Sentence {
	switch {
	case s == campaign.NotReported && t.Facts.Activity.Phase(t.Now) != campaign.Over:
		return "Not in yet (%d):"
	case s == campaign.NotReported:
		return "Not reported (%d):"
	case s == campaign.Owed:
		return "To be made up (%d):"
	case s == campaign.Absent:
		return "Absent (%d):"
	case s == campaign.Excused:
		return "Excused (%d):"
	case s == campaign.MadeUp:
		return "Made up (%d):"
	case s == campaign.Waived:
		return "Waived (%d):"
	}
	return "In (%d):"
}

// text is the line of somebody.
func (p person) text(a campaign.Activity) messages.Text {
	switch {
	case p.At.IsZero() && p.Debt == campaign.DebtHanded:
		return messages.T("– %s · handed in, to be decided", p.Name)
	case p.At.IsZero():
		return messages.T("– %s", p.Name)
	}
	line := messages.T("✓ %s %s", moment(a, p.At), p.Name)
	if p.Late {
		line = messages.T("%s · late", line)
	}
	switch {
	case p.By != "" && p.Note != "":
		line = messages.T("%s · marked present by %s: %s", line, p.By, p.Note)
	case p.By != "":
		line = messages.T("%s · marked present by %s", line, p.By)
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

func turning(m messages.Message, to Show, page, pages int) messages.Message {
	if pages < 2 {
		return m
	}
	return m.Line("Page %d of %d.", page+1, pages).
		Row(messages.Button(Show{to.Spot, page - 1, to.View}, "◀ Previous"), messages.Button(Show{to.Spot, page + 1, to.View}, "Next ▶"))
}

// acts are the buttons beneath, for what this person may do here.
func acts(m messages.Message, t turn, page int) messages.Message {
	at, f := t.Facts.At, t.Facts
	row := []messages.Key{messages.Button(Show{Spot: at, Page: page}, "Refresh")}
	if at.Branch == 0 && len(bars(t, byPart)) > 1 {
		row = append(row, messages.Button(Draw{Show: Show{Spot: at}}, "📊 Chart"))
	}
	if marks(t) == nil && len(missing(t)) > 0 {
		row = append(row, messages.Button(Mark{at}, "Mark present"))
	}
	m, row = m.Row(row...), nil
	if a := f.Activity; a.Method == campaign.ByCode && a.Phase(t.Now) != campaign.Over && !a.Cancelled && t.Who.Runs(a.Scope) {
		m = m.Row(messages.Button(flow.Open{Flow: "screen", Arg: strconv.FormatInt(int64(a.ID), 10)}, "Screen code"))
	}
	if marks(t) == nil {
		m = m.Row(messages.Button(flow.Open{Flow: "roll", Arg: at.arg()}, "Roll"), messages.Button(flow.Open{Flow: "verify", Arg: at.arg()}, "To verify"),
			messages.Button(flow.Open{Flow: "history", Arg: at.arg()}, "Records"))
	} else {
		m = closed(m, t)
	}
	up, part := at.up(f.Branches)
	switch {
	case part:
		row = append(row, messages.Button(Show{Spot: up}, "Back")) // the window is moved where all of it is seen
	case closes(t) == nil:
		m = m.Row(messages.Button(Move{at, false}, "Close"))
	case opens(t) == nil:
		m = m.Row(messages.Button(Move{at, true}, "Open"))
	}
	if f.Activity.Required && !f.Activity.Cancelled && f.Activity.Phase(t.Now) == campaign.Over && f.expected() > 0 {
		row = append(row, messages.Button(Show{Spot: Spot{whole, at.Unit, at.Branch}}, "Full coverage"))
	}
	return m.Line("Figures of %s.", t.Now).Row(append(row, messages.Button(flow.Open{Flow: "attendance"}, "Other activities"))...)
}

// closed says of a branch whose figures are closed that they are, and how a record
// that is wrong can be put right.
func closed(m messages.Message, t turn) messages.Message {
	at, c := t.Facts.At, t.Facts.Closing
	b, ok := branchAt(at, t.Facts.Branches)
	if !ok || !c.Holds(t.Now) {
		return m
	}
	m = m.Line("The figures are closed up to %s (%s, %s).", c.Through, c.By, messages.Moment(c.At))
	if !t.Who.Runs(b.Scope) {
		return m
	}
	label := messages.Sentence("Ask to unlock")
	if t.Who.Runs(campaign.UnitScope(at.Unit)) {
		label = "Unlock"
	}
	return m.Row(messages.Button(flow.Open{Flow: "unlock", Arg: at.arg()}, label), messages.Button(flow.Open{Flow: "history", Arg: at.arg()}, "Records"))
}
