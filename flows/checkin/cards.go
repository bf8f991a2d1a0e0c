package checkin

import (
	"fmt"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// name is what the card of an activity is called, in every chat.
const name = "checkin/%d"

// title begins whatever is said of an activity.
func title(a campaign.Activity) messages.Message { return messages.Say("<b>%s</b>", a.Title) }

// about is what every card says of its activity.
func about(a campaign.Activity) messages.Message {
	m := title(a).Line("%s · %s", messages.T(messages.Word(a.Kind)), span(a))
	if a.Place != "" {
		m = m.Line("Place: %s", a.Place)
	}
	return m
}

// span is when an activity takes place.
func span(a campaign.Activity) messages.Text {
	return messages.T("%s %s–%s", campaign.DayOf(a.Starts), a.Starts, when(a.Ends, a.Starts))
}

// window is when one can check in.
func window(a campaign.Activity) messages.Text {
	if !a.LateFrom.Before(a.Closes) {
		return messages.T("Check-in: %s–%s", when(a.Opens, a.Starts), when(a.Closes, a.Starts))
	}
	return messages.T("Check-in: %s–%s, late from %s", when(a.Opens, a.Starts), when(a.Closes, a.Starts), when(a.LateFrom, a.Starts))
}

// card is what each expected person sees until they check in.
func (w Window) card(now time.Time) messages.Message {
	a := w.Activity
	switch {
	case a.Cancelled:
		return about(a).Line("This activity is cancelled.")
	case w.over(now):
		return about(a).Line("Check-in has closed.").
			Line("If you were there, please ask your branch or unit to mark you present.")
	}
	m := about(a).Add(window(a)).Gap()
	switch a.Method {
	case campaign.ByCode:
		return m.Line(byScan)
	case campaign.ByLocation:
		return m.Line(byShare).Row(messages.Button(flow.Open{Flow: "checkin", Arg: link(a)}, "Share location").Styled(messages.Primary))
	}
	return m.Line("Sending /checkin or “Check in” does the same.").Row(button(a))
}

// What somebody must do where saying that they are there is not enough.
const (
	byScan  messages.Sentence = "To check in, scan the code on the screen at the meeting, or write me its six digits."
	byShare messages.Sentence = "To check in, share from your phone where you are, once you are at the place."
)

// link is how an activity is named behind a button or a link that speaks of it.
func link(a campaign.Activity) string { return strconv.FormatInt(int64(a.ID), 10) }

// asks says how one checks in to an activity that asks for more than a word, and
// offers what it takes.
func (s Seat) asks() messages.Message {
	m := about(s.Activity)
	if s.Activity.Method == campaign.ByCode {
		return m.Line(byScan)
	}
	return m.Line("Please press “Share location” below the text field.").
		With(messages.Board{Rows: [][]messages.BoardKey{{{Label: messages.T("Share location"), Location: true}}}, Menu: true})
}

// roll is what the group of a branch sees: the figures, never names.
func (w Window) roll(c Count, now time.Time) messages.Message {
	a := w.Activity
	switch {
	case a.Cancelled:
		return about(a).Line("This activity is cancelled.")
	case w.over(now):
		return about(a).Line("Check-in has closed.").Add(c.final()).Row(c.missing(a)...)
	}
	m := about(a).Add(window(a), c.live()).Gap()
	switch a.Method {
	case campaign.ByCode:
		return m.Line("To check in, scan the code on the screen at the meeting, or write me its six digits in private.").Row(c.missing(a)...)
	case campaign.ByLocation:
		return m.Line("To check in, open the private chat with me and share where you are, once you are at the place.").
			Row(messages.Start("c_"+link(a), "Share location").Styled(messages.Primary)).Row(c.missing(a)...)
	}
	return m.Line("Sending /checkin here, or “Check in” to me in private, does the same.").
		Row(button(a)).Row(c.missing(a)...)
}

// missing leads whoever runs the branch to the names, in private.
func (c Count) missing(a campaign.Activity) []messages.Key {
	if c.Present >= c.Expected {
		return nil
	}
	return []messages.Key{messages.Button(flow.Open{Flow: "missing", Arg: fmt.Sprintf("%d_%d", a.ID, c.Branch)}, "Who is missing")}
}

// unlinked is the card of a group whose branch is not, or no longer, of the activity.
func (w Window) unlinked() messages.Message {
	return about(w.Activity).Line("This group is no longer linked to a branch that is expected here.")
}

func button(a campaign.Activity) messages.Key {
	return messages.Button(Here{Activity: a.ID}, "Check in").Styled(messages.Primary)
}

// A Count is the figures of one branch at one activity.
type Count struct {
	Branch                  campaign.BranchID
	Expected, Present, Late int
	Reported                bool // somebody who runs it has said who was not there
}

// live is a count while people come.
func (c Count) live() messages.Text {
	t := messages.T("Present %d / expected %d", c.Present, c.Expected)
	if c.Late > 0 {
		t = messages.T("%s · %s", t, messages.T("late %d", c.Late))
	}
	return t
}

// final is a count at the end. Of a branch for which nothing was recorded we do
// not know that nobody was there.
func (c Count) final() messages.Text {
	if c.Present == 0 && !c.Reported {
		return messages.T("Not reported · expected %d", c.Expected)
	}
	t := c.live()
	if c.Expected > c.Present {
		t = messages.T("%s · %s", t, messages.T("not checked in %d", c.Expected-c.Present))
	}
	return t
}

// done says at an instant that a seat is taken. It is the same for all who took
// one in the same minute, so that they share it.
func (s Seat) done(at time.Time) messages.Text {
	since := when(s.Since.Truncate(time.Minute), at)
	if s.Late {
		return messages.T("Checked in (late) at %s.", since)
	}
	return messages.T("Checked in at %s.", since)
}

// receipt is what a person keeps of their check-in.
func (s Seat) receipt(at time.Time) messages.Message {
	m := messages.Say("✓ <b>%s</b>", s.Activity.Title).Add(s.done(at))
	if s.Doubt == campaign.Outside {
		m = m.Line("Recorded as outside the place; whoever runs your branch will look at it.")
	}
	return m
}

// movedNotice tells once that an activity is at another time or place.
func movedNotice(old, now campaign.Activity) messages.Message {
	return messages.Say("<b>%s</b> has moved.", now.Title).
		Line("It was: %s", where(old)).
		Line("It is now: <b>%s</b>", where(now))
}

// where is when and where an activity takes place.
func where(a campaign.Activity) messages.Text {
	if a.Place == "" {
		return span(a)
	}
	return messages.T("%s · %s", span(a), a.Place)
}

// cancelNotice tells once that an activity does not take place.
func cancelNotice(a campaign.Activity) messages.Message {
	return messages.Say("<b>%s</b> is cancelled.", a.Title).Line("It was: %s", where(a))
}
