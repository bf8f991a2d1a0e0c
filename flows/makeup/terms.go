package makeup

import (
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// The bounds of what the office can set.
const (
	mostDays  = 365
	mostLeast = 2000
)

var governing = []ask{
	flow.List("kind", func(t *turn) *campaign.Kind { return &t.Draft.Kind }, "The terms of which kind of activity?", "There are none.", kinds).When(doing(setting)),
	flow.Line("days", func(t *turn) *string { return &t.Draft.Days }, "How many days is there to make up? From 1 to 365.", 4, within(func(t turn) string { return t.Draft.Days }, 1, mostDays)).When(doing(setting)),
	flow.Line("least", func(t *turn) *string { return &t.Draft.Least }, "How many characters has a summary at least? From 0 to 2000.", 5, within(func(t turn) string { return t.Draft.Least }, 0, mostLeast)).When(doing(setting)),
	flow.Confirm("rule", asRuled, "Confirm", rule).When(doing(setting)),
}

// governs reports whether somebody sets the terms.
func governs(p campaign.Person) bool { return p.Holds(campaign.Office) }

var errOffice = flow.Sorry("The terms are set by the campaign office.")

func mayGovern(t *turn) flow.Outcome {
	if !governs(t.Who) {
		return flow.Stop().And(flow.Refuse(errOffice))
	}
	return flow.Do()
}

// kinds are the options, with the terms as they are.
func kinds(t turn) (os []flow.Option[campaign.Kind]) {
	for _, k := range campaign.Kinds {
		now := t.Facts.Terms[k]
		os = append(os, flow.Option[campaign.Kind]{Key: string(k), Label: messages.T("%s: %d days, %d characters", messages.T(messages.Word(k)), now.Days, now.Least), Value: k})
	}
	return os
}

// within lets through a number between two.
func within(said func(turn) string, least, most int) flow.Check[Draft, Facts] {
	return func(t turn) error {
		if n, err := strconv.Atoi(said(t)); err != nil || n < least || n > most {
			return flow.Sorry("Please write a number from %d to %d.", least, most)
		}
		return nil
	}
}

func (d Draft) terms() (t Terms) {
	t.Days, _ = strconv.Atoi(d.Days)
	t.Least, _ = strconv.Atoi(d.Least) // both were checked as they were written
	return t
}

func asRuled(t turn) messages.Message {
	n := t.Draft.terms()
	return messages.Say("%s: %d days to make up, and a summary of at least %d characters?", messages.T(messages.Word(t.Draft.Kind)), n.Days, n.Least).
		Line("It holds for absences from now on; what is owed already keeps its last day.")
}

func rule(t *turn) flow.Outcome {
	if !governs(t.Who) {
		return flow.Stop().And(flow.Refuse(errOffice))
	}
	n := t.Draft.terms()
	return flow.Do(Ruled{t.Draft.Kind, n}).
		Say(messages.Say("Set. %s: %d days to make up, and a summary of at least %d characters.", messages.T(messages.Word(t.Draft.Kind)), n.Days, n.Least).As("makeup").Instead())
}
