package activity

import (
	"fmt"
	"slices"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// upcoming are the activities to choose from, after a new one and one like the
// last.
func upcoming(t turn) []flow.Option[campaign.ActivityID] {
	os := []flow.Option[campaign.ActivityID]{{Key: "new", Label: messages.T("＋ New activity")}}
	if t.Facts.Last.ID != 0 {
		os = slices.Insert(os, 0, flow.Option[campaign.ActivityID]{Key: likeLast, Label: again(t.Facts.Last)})
	}
	for _, a := range t.Facts.Upcoming {
		os = append(os, flow.Option[campaign.ActivityID]{Key: a.No, Label: messages.T("%s · %s", messages.Moment(a.Starts), a.Title), Value: a.ID})
	}
	return os
}

// parts are the parts of the district to choose from.
func parts(t turn) (os []flow.Option[campaign.Scope]) {
	for _, p := range t.Facts.Parts {
		s := p.Scope
		os = append(os, flow.Option[campaign.Scope]{Key: fmt.Sprintf("%s:%d:%d:%d", s.Part, s.Batch, s.Unit, s.Branch), Label: scope(s, p.of()), Value: s})
	}
	return os
}

// scope names a part of the district; of is its own name.
func scope(s campaign.Scope, of string) messages.Text {
	switch {
	case s.Part == campaign.All:
		return messages.T("The whole district")
	case s.Part == campaign.OneBatch && s.Batch == 0:
		return messages.T("All pilot units")
	case s.Part == campaign.OneBatch:
		return messages.T("All units of batch %d", int(s.Batch))
	case s.Part == campaign.OneUnit:
		return messages.T("%s, the whole unit", of)
	}
	return messages.T("%s", of)
}

// when says the day and the hours of a.
func when(a campaign.Activity) messages.Text { return messages.T("When: %s", hours(a)) }

func hours(a campaign.Activity) messages.Text {
	day := campaign.DayOf(a.Starts)
	if campaign.DayOf(a.Ends) == day {
		return messages.T("%s, %s–%s", day, a.Starts, a.Ends)
	}
	return messages.T("%s, %s until %s", day, a.Starts, messages.Moment(a.Ends))
}

// where says the place of a, if it has one.
func where(a campaign.Activity) []messages.Text {
	if a.Place == "" {
		return nil
	}
	return []messages.Text{messages.T("Where: %s", a.Place)}
}

// facts are the lines that tell all of a.
func facts(a campaign.Activity, expected int) []messages.Text {
	lines := []messages.Text{
		messages.T("%s · %s", messages.T(messages.Word(a.Kind)), demand(a.Required)),
		messages.T("Who: %s", scope(a.Scope, a.Of)),
		when(a),
	}
	lines = append(lines, where(a)...)
	return append(lines, checkIn(a), messages.T("Checked in to by: %s", messages.T(messages.Word(a.Method))), messages.T("Expected: %d", expected))
}

// checkIn says from when until when people check in, and from when they are late
// if there is room for that.
func checkIn(a campaign.Activity) messages.Text {
	opens, closes := near(a.Opens, a.Starts), near(a.Closes, a.Starts)
	if !a.LateFrom.Before(a.Closes) {
		return messages.T("Check-in: from %s until %s", opens, closes)
	}
	return messages.T("Check-in: from %s, late from %s, until %s", opens, near(a.LateFrom, a.Starts), closes)
}

func demand(required bool) messages.Text {
	if required {
		return messages.T("required")
	}
	return messages.T("optional")
}

// near writes an instant with its day, if that is not the day of the other.
func near(at, other time.Time) any {
	if campaign.DayOf(at) == campaign.DayOf(other) {
		return at
	}
	return messages.Moment(at)
}

// preview shows a new activity before it is planned.
func preview(t turn) messages.Message {
	a := t.Draft.activity(t.Facts, t.Now.Location())
	m := messages.Say("<b>%s</b>", a.Title).Add(facts(a, t.Facts.Expected)...)
	if s := t.Draft.site(); s != nil {
		m = m.Add(onMap(s))
	}
	m = m.Add(clashes(t.Facts.Clashes)...).Gap()
	if no, is := flow.Apology(plannable(t)); is {
		return m.Add(no)
	}
	if !a.Starts.After(t.Now) {
		m = m.Line("It has started already; who comes now may be late.")
	}
	return m.Line("Shall I plan it so?")
}

// clashes are hints, never refusals: there may be reasons.
func clashes(as []campaign.Activity) (lines []messages.Text) {
	for _, a := range as {
		lines = append(lines, messages.T("⚠ At the same time: %s, %s", a.Title, hours(a)))
	}
	return lines
}

// detail shows an activity, and why it can no longer be changed if that is so.
func detail(t turn) messages.Message {
	a := t.Facts.Activity
	m := headed(a).Add(facts(a, t.Facts.Expected)...)
	if no, is := flow.Apology(changeable(a, t.Now)); is {
		m = m.Gap().Add(no)
	}
	if a.Method == campaign.ByCode && open(t) {
		m = m.Row(screen(a))
	}
	return m
}

func headed(a campaign.Activity) messages.Message {
	return messages.Say("<b>%s</b> (%s)", a.Title, a.No)
}

// change shows what is changed so far, old and new.
func change(t turn) messages.Message {
	old := t.Facts.Activity
	a := t.Draft.becomes(old, t.Now)
	m := headed(old)
	if same(old, a) {
		m = m.Add(when(old)).Add(where(old)...)
		if !restartable(t) {
			m = m.Line("Somebody has checked in already, so the start stays.")
		}
		return m.Gap().Line("What changes?")
	}
	if a.Title != old.Title {
		m = m.Line("Title: %s → <b>%s</b>", old.Title, a.Title)
	}
	if !a.Starts.Equal(old.Starts) || !a.Ends.Equal(old.Ends) {
		m = m.Line("When: %s → <b>%s</b>", hours(old), hours(a)).Add(checkIn(a))
	}
	if a.Place != old.Place {
		m = m.Line("Where: %s → <b>%s</b>", place(old), place(a))
	}
	if a.Method != old.Method {
		m = m.Line("Check-in is by button then: the new place is on no map.")
	}
	m = m.Add(clashes(t.Facts.Clashes)...)
	if no, is := flow.Apology(movable(old, a, t.Facts.Arrived, t.Now)); is {
		return m.Gap().Add(no)
	}
	return m.Gap().Add(told(t))
}

// told says who hears of a change: before check-in opens nobody has been invited.
func told(t turn) messages.Text {
	if begun(t.Facts.Activity, t.Now) {
		return messages.T("Everyone invited is told once: %d.", t.Facts.Expected)
	}
	return messages.T("Nobody has been invited yet; the group chats are told once.")
}

func place(a campaign.Activity) messages.Text {
	if a.Place == "" {
		return messages.T("not said")
	}
	return messages.Verbatim(a.Place)
}

// calledOff asks whether an activity is to be called off.
func calledOff(t turn) messages.Message {
	a := t.Facts.Activity
	m := messages.Say("Call off <b>%s</b> (%s)?", a.Title, a.No).Add(when(a)).Add(where(a)...)
	if t.Facts.Arrived > 0 {
		m = m.Line("Checked in already: %d", t.Facts.Arrived)
	}
	return m.Gap().Add(told(t))
}

// short is what somebody wrote, within bounds.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40])
	}
	return s
}
