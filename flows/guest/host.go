package guest

import (
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// What the host sees: their guests at an activity, and the way to enter one.

// listName is what the host's list is called.
const listName = "guests/%d"

// mostButtons is how many requests of the list carry their buttons: the others do
// once these are decided.
const mostButtons = 8

// shownBy is what opens the list.
func shownBy(at Look) string { return fmt.Sprintf("h%d_%d", at.Activity, at.Host) }

// shown reads what opens the list.
func shown(arg string) (at Look, ok bool) {
	n, err := fmt.Sscanf(arg, "h%d_%d", &at.Activity, &at.Host)
	return at, n == 2 && err == nil
}

// mayLook is why somebody does not see the guests of a branch; nil where they do.
func mayLook(t turn) error {
	if !t.Who.Runs(t.Facts.Host.Scope) {
		return flow.Sorry("Guests are shown to whoever runs the host branch.")
	}
	return nil
}

func look(t turn, _ Look) flow.Outcome {
	if err := mayLook(t); err != nil {
		return flow.Refuse(err)
	}
	return flow.Do().Say(screen(t, t.Facts.Visit.Activity).AsOne(listName, t.Facts.Visit.Activity.ID))
}

// screen lists the guests of a branch at an activity, those who wait first.
func screen(t turn, a campaign.Activity) messages.Message {
	m := messages.Say("<b>Guests of %s</b>", t.Facts.Host.Branch).Line("%s %s", messages.Moment(a.Starts), a.Title)
	if len(t.Facts.Visits) == 0 {
		m = m.Line("There are none so far.")
	}
	shown := 0
	for _, v := range t.Facts.Visits {
		line := messages.T("%s %s · %s", near(v.At, a.Starts), v.Name, v.Home.text())
		switch v.State {
		case Asked:
			m = m.Line("? %s", line)
		case Accepted:
			m = m.Line("✓ %s", line)
			continue
		default:
			m = m.Line("✗ %s · declined by %s", line, v.By)
		}
		if shown++; shown > mostButtons {
			continue
		}
		row := []messages.Key{messages.Button(Decide{v.key(), true}, "Accept %s", v.Name)}
		if v.State == Asked {
			row = append(row, messages.Button(Decide{v.key(), false}, "No, thanks"))
		}
		m = m.Row(row...)
	}
	at := Look{a.ID, t.Facts.Host.Scope.Branch}
	return m.Row(messages.Button(Add{at}, "Enter a guest"), messages.Button(at, "Refresh"))
}

// add begins to enter a guest.
func add(t turn, p Add) flow.Outcome {
	for _, err := range []error{mayLook(t), enterable(t.Facts.Visit.Activity, t)} {
		if err != nil {
			return flow.Refuse(err)
		}
	}
	return flow.Do().Begin(entry.With(Entry{Activity: p.Activity, Host: p.Host}))
}

// enterable is why nobody can be entered as a guest of an activity; nil where they can.
func enterable(a campaign.Activity, t turn) error {
	switch {
	case a.ID == 0:
		return flow.Sorry("That activity is no longer there.")
	case a.Cancelled:
		return flow.Sorry("This activity does not take place.")
	case a.Phase(t.Now) == campaign.Before:
		return flow.Sorry("Check-in opens at %s. Guests can be entered from then on.", near(a.Opens, t.Now))
	}
	return nil
}
