package attendance

import (
	"cmp"
	"slices"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// whole stands in a spot for all required activities together whose check-in has
// closed: how far a part of the district is covered.
const whole campaign.ActivityID = -1

// A View is how a card of all activities together is laid out. They are stored by
// these names.
type View string

// The views.
const (
	byPart     View = "" // units, branches, or the names of a branch
	byActivity View = "activities"
	byName     View = "names" // whoever lacks something
)

// seen is the view that a card at has.
func (at Spot) seen(v View) View {
	switch {
	case v == byPart && at.Branch != 0:
		return byName
	case v == byName && at.Unit == 0:
		return byPart // names are looked at in their unit
	}
	return v
}

// A held is a required activity that has closed, and who of the part shown was
// there or made up for it.
type held struct {
	Activity campaign.Activity
	Figures  campaign.Figures
}

// A lacking is somebody who lacks something: how many activities are to be made up,
// for how many of those something was handed in, and of how many nothing was heard.
type lacking struct {
	Name, Branch             string
	Owed, Handed, Unreported int
}

// coverage is the card of all required activities together.
func coverage(t turn, p Show) messages.Message {
	view := t.Facts.At.seen(p.View)
	m := messages.Say("<b>Full coverage</b>").Line("Required activities that have closed: %d", len(t.Facts.Held))
	if hats := hats(t); len(hats) > 1 {
		m = m.Line("You see this as: %s", hats)
	}
	switch m = m.Gap(); view {
	case byActivity:
		m = activitiesOf(overall(m, t), t, p.Page)
	case byName:
		m = lackingOf(overall(m, t), t, p)
	default:
		m = table(m, t, p.Page)
	}
	return ways(m, t, view, p.Page)
}

// overall is the line of everything that the card is of.
func overall(m messages.Message, t turn) messages.Message {
	at := t.Facts.At
	in := within(t.Facts.Branches, at.Unit)
	switch {
	case at.Branch != 0:
		for _, r := range rows(at, t) {
			m = m.Add(messages.T("<b>%s</b>", r.text()))
		}
		return m
	case len(in) > 0:
		return m.Line("<b>%s</b>", total(at, in[0].Unit, in, t).text())
	}
	all := total(at, "", t.Facts.Branches, t)
	m = m.Line("<b>In all: %s · %s</b>", all.counts(), all.share())
	if all.Members > 0 {
		m = m.Line("Members who lack nothing: %d / %d · %d%%", all.Complete, all.Members, campaign.Share(all.Complete, all.Members))
	}
	return m
}

// activitiesOf has a line and a button for each activity, the latest first.
func activitiesOf(m messages.Message, t turn, page int) messages.Message {
	at := t.Facts.At
	shown, page, pages := slice(t.Facts.Held, page, rowsOfPage)
	for _, h := range shown {
		m = m.Add(h.text()).Row(messages.Button(Show{Spot: Spot{h.Activity.ID, at.Unit, at.Branch}}, "%s", h.name()))
	}
	return turning(m, Show{Spot: at, View: byActivity}, page, pages)
}

func (h held) name() messages.Text {
	return messages.T("%s %s", campaign.DayOf(h.Activity.Starts), h.Activity.Title)
}

func (h held) text() messages.Text {
	return messages.T("%s: %s", h.name(), messages.T("%s · %s", messages.Figures(h.Figures), messages.Coverage(h.Figures)))
}

// lackingOf lists whoever lacks something, those who lack most first.
func lackingOf(m messages.Message, t turn, p Show) messages.Message {
	at := t.Facts.At
	if len(t.Facts.Lacking) == 0 {
		return m.Line("Nobody lacks anything.")
	}
	m = m.Line("Who lacks something (%d):", len(t.Facts.Lacking))
	shown, page, pages := slice(t.Facts.Lacking, p.Page, peopleOfPage)
	for _, l := range shown {
		m = m.Add(l.text(at))
	}
	return turning(m, Show{Spot: at, View: byName}, page, pages)
}

func (l lacking) text(at Spot) messages.Text {
	line := messages.T("– %s", l.Name)
	if at.Branch == 0 {
		line = messages.T("%s · %s", line, l.Branch)
	}
	for _, part := range []struct {
		of campaign.Status
		n  int
	}{{campaign.Owed, l.Owed}, {campaign.NotReported, l.Unreported}} {
		if part.n > 0 {
			line = messages.T("%s · %s %d", line, part.of, part.n)
		}
	}
	if l.Handed > 0 {
		line = messages.T("%s · handed in, to be decided: %d", line, l.Handed)
	}
	return line
}

// ways are the buttons to other views, to what lies above, and to the chart.
func ways(m messages.Message, t turn, view View, page int) messages.Message {
	at := t.Facts.At
	var row []messages.Key
	for _, v := range []struct {
		view  View
		label messages.Sentence
	}{{byPart, "By part"}, {byActivity, "By activity"}, {byName, "Names"}} {
		if v.view != view && at.seen(v.view) == v.view && len(t.Facts.Held) > 0 {
			row = append(row, messages.Button(Show{Spot: at, View: v.view}, v.label))
		}
	}
	m, row = m.Row(row...), nil
	if len(bars(t, view)) > 1 {
		row = append(row, messages.Button(Draw{Show: Show{Spot: at, View: view}}, "📊 Chart"))
	}
	if runsBranches(t) {
		row = append(row, messages.Button(flow.Open{Flow: "makeup"}, "Make-ups"))
	}
	m, row = m.Row(row...), nil
	if up, part := at.up(t.Facts.Branches); part {
		row = append(row, messages.Button(Show{Spot: up}, "Back"))
	}
	return m.Line("Figures of %s.", messages.Moment(t.Now)).
		Row(append(row, messages.Button(Show{at, page, view}, "Refresh"), messages.Button(flow.Open{Flow: "attendance"}, "Other activities"))...)
}

// runsBranches reports whether the person decides about make-ups of the card.
func runsBranches(t turn) bool {
	at := t.Facts.At
	return slices.ContainsFunc(t.Facts.Branches, func(b branch) bool {
		return (at.Unit == 0 || at.Unit == b.Scope.Unit) && (at.Branch == 0 || at.Branch == b.Scope.Branch) && t.Who.Runs(b.Scope)
	})
}

// leastFirst puts the rows of all activities together in the order of what is still
// to be done: those that are covered least come first, and of whom nobody was
// expected yet are left out.
func leastFirst(rs []row, at Spot) []row {
	if at.Activity == whole {
		rs = slices.DeleteFunc(rs, func(r row) bool { return r.Figures.Expected() == 0 })
		slices.SortStableFunc(rs, func(a, b row) int {
			return cmp.Compare(a.Figures.Covered()*max(1, b.Figures.Bound()), b.Figures.Covered()*max(1, a.Figures.Bound()))
		})
	}
	return rs
}
