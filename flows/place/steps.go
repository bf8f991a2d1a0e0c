package place

import (
	"strings"
	"time"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// look finds the activity that a location is for: the one at whose place it is.
// Where that is none, or several, and more than one asks for it, the person is asked.
func look(t *turn) flow.Outcome {
	if t.Draft.At.IsZero() {
		t.Draft.At = t.At.In(t.Now.Location())
	}
	var at []Site
	for _, s := range t.Facts.Sites {
		if t.Draft.Fix.within(s.Middle, s.Wide) {
			at = append(at, s)
		}
	}
	if len(at) == 0 {
		at = t.Facts.Sites
	}
	switch len(at) {
	case 0:
		return flow.Stop().Reply("No activity of yours asks where you are at the moment. /checkin shows what is next.")
	case 1:
		t.Draft.Activity = at[0].Activity.ID
	}
	return flow.Do()
}

// sites are the activities to choose from.
func sites(t turn) (os []flow.Option[campaign.ActivityID]) {
	for _, s := range t.Facts.Sites {
		os = append(os, flow.Option[campaign.ActivityID]{Key: s.Activity.No, Label: messages.T("%s %s", s.Activity.Starts, s.Activity.Title), Value: s.Activity.ID})
	}
	return os
}

// site is the one that the draft is about. It is false where check-in there was
// not open when the location was shared.
func site(t turn) (Site, bool) {
	for _, s := range t.Facts.Sites {
		if s.Activity.ID == t.Draft.Activity {
			return s, true
		}
	}
	return Site{}, false
}

// fresh is how long after it was sent a location still tells where somebody is.
// One that came later, since we were away, is asked for again while check-in is
// open; it counts from its own time.
const fresh = 30 * time.Minute

// weigh finds out why a location says too little, if it does. Whoever is in already
// is not asked for more.
func weigh(t *turn) flow.Outcome {
	d := &t.Draft
	switch s, ok := site(*t); {
	case !ok || s.In:
	case d.Odd != "":
		d.Why = d.Odd
	case t.Now.Sub(d.At) > fresh && s.Activity.Phase(t.Now) != campaign.Over:
		d.Why = stale
	case d.Fix.vague(s.Wide):
		d.Why = vague
	}
	return flow.Do()
}

// again asks for the location once more.
func again(t turn) messages.Message {
	var m messages.Message
	switch t.Draft.Why {
	case forwarded:
		m = messages.Say("That location was forwarded from elsewhere, so it does not tell where you are.")
	case borrowed:
		m = messages.Say("That location was not sent by your phone just now, so it does not tell where you are.")
	case stale:
		m = messages.Say("Your location of %s has reached me only now.", t.Draft.At)
	default:
		m = messages.Say("Your phone knows where it is only to within %s. Please go to a window, or let it use its precise location.", far(t.Draft.Fix.Accuracy))
	}
	return m.Line("You are not checked in yet: please press “Share location” below the text field once more. If you cannot, write me why.").
		With(messages.Board{Rows: [][]messages.BoardKey{{{Label: messages.T("Share location"), Location: true}}}, Menu: true})
}

// taken takes the next location, or why there is none. One is enough: what it does
// not tell, others decide on.
func taken(t *turn, in flow.Input) error {
	d := &t.Draft
	if s, ok := in.(flow.Shared); ok {
		d.Fix, d.Odd = Fix{Point{s.Lat, s.Lon}, s.Accuracy}, oddity(s)
		if d.Why != stale {
			d.At = t.At.In(t.Now.Location())
		}
		return nil
	}
	return worded(t, in)
}

// longest is how long a reason may be, in characters.
const longest = 100

// reasons are those that are usual, in the words that are kept with the mark.
var reasons = map[campaign.Lang][]string{
	campaign.English: {"The meeting was moved", "My phone is imprecise", "I take part from elsewhere"},
	campaign.Chinese: {"会场临时调整", "手机定位不准", "在分会场或线上参加"},
}

// explained takes a reason, or the location of somebody who has come meanwhile.
func explained(t *turn, in flow.Input) error {
	if s, ok := in.(flow.Shared); ok {
		t.Draft.Fix, t.Draft.Odd = Fix{Point{s.Lat, s.Lon}, s.Accuracy}, oddity(s)
		t.Draft.At, t.Draft.Anew = t.At.In(t.Now.Location()), true
		return nil
	}
	return worded(t, in)
}

// worded takes a reason in words.
func worded(t *turn, in flow.Input) error {
	s, ok := in.(flow.Said)
	line := strings.Join(strings.Fields(string(s)), " ")
	switch n := utf8.RuneCountInString(line); {
	case !ok || n == 0:
		return flow.Sorry("Please press “Share location” below the text field, or write a few words.")
	case n > longest:
		return flow.Sorry("That is %d characters long; please keep it to %d.", n, longest)
	}
	t.Draft.Reason = line
	return nil
}

// record checks the person in, with a doubt where the location does not tell that
// they are at the place.
func record(t *turn) flow.Outcome {
	d := &t.Draft
	s, ok := site(*t)
	if !ok {
		return flow.Stop().Reply("Check-in there is not open any more. If you were there, please ask your branch or unit to mark you present.")
	}
	doubt := campaign.Outside
	if d.Odd == "" && !d.Fix.vague(s.Wide) && d.Fix.within(s.Middle, s.Wide) {
		doubt = campaign.NoDoubt
	}
	d.Asks = doubt == campaign.Outside && !s.In && d.Reason == ""
	o := flow.Do()
	if !s.In || s.Doubt == campaign.Outside && doubt == campaign.NoDoubt {
		o = flow.Do(Seen{s.Activity.ID, t.Who.ID, d.At, doubt, d.Fix})
	}
	return o.Shout(campaign.Attended{Activity: s.Activity.ID, Person: t.Who.ID, At: d.At, Method: campaign.ByLocation, Doubt: doubt, Note: d.verdict(s, t.Lang)})
}

// verdict is what stays once the coordinates are gone: how far from the place, how
// sure the phone was, what was odd, and the reason.
func (d Draft) verdict(s Site, lang campaign.Lang) string {
	parts := []string{"≈" + written(d.Fix.metres(s.Middle))}
	if d.Fix.vague(s.Wide) {
		parts[0] += " ±" + written(d.Fix.Accuracy)
	}
	if d.Odd != "" {
		parts = []string{oddities[lang][d.Odd]}
	}
	if d.Reason != "" {
		parts = append(parts, d.Reason)
	}
	return strings.Join(parts, "; ")
}

// oddities are what is kept of a location that says nothing.
var oddities = map[campaign.Lang]map[Oddity]string{
	campaign.English: {forwarded: "a forwarded location", borrowed: "a location not of the phone"},
	campaign.Chinese: {forwarded: "位置为转发", borrowed: "位置非本机实时发送"},
}

// elsewhere asks for a reason.
func elsewhere(t turn) messages.Message {
	s, _ := site(t)
	m := messages.Say("I cannot tell from this that you are at the place.")
	if t.Draft.Odd == "" && !t.Draft.Fix.vague(s.Wide) {
		m = messages.Say("You are about %s from the place.", far(t.Draft.Fix.metres(s.Middle)))
	}
	return m.Line("What may I tell whoever runs your branch? Press a reason, or write one.")
}

// note keeps the reason beside the mark.
func note(t *turn) flow.Outcome {
	d := t.Draft
	switch {
	case d.Anew:
		t.Draft.Anew = false
		return flow.Goto("record")
	case d.Reason == "":
		return flow.Stop().Toast("Very well. Your check-in stands.")
	}
	return flow.Do(Explained{d.Activity, t.Who.ID}).
		Shout(campaign.Noted{Activity: d.Activity, Person: t.Who.ID, Note: d.Reason}).
		Reply("Thank you. It stands beside your check-in.")
}
