package makeup

import (
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// cardName is what the card of a debt is called, in every chat.
const cardName = "makeup/%d/%d"

func (d Debt) named(m messages.Message) messages.Message {
	return m.As(cardName, d.Key.Activity, d.Key.Person)
}

// card is a debt as somebody who looks after it sees it, with what they may do.
func (d Debt) card(t turn) messages.Message {
	m := messages.Say("<b>%s</b> · %s", d.Name, d.No).Line("%s · %s", d.Unit, d.In).
		Line("Missed: %s, %s", d.Activity.Title, campaign.DayOf(d.Activity.Starts)).
		Add(d.standing(t.Today()))
	if d.State == campaign.DebtOpen && d.By != "" {
		m = m.Line("It was returned by %s: %s", d.By, d.Note)
	}
	if d.Handed.How != "" && d.State != campaign.DebtVoid {
		m = d.Handed.show(m)
	}
	return d.acts(m, t)
}

// standing says how the debt stands.
func (d Debt) standing(today campaign.Day) messages.Text {
	switch {
	case d.Marked:
		return messages.T("Marked present after all: there is nothing to make up.")
	case d.State == campaign.DebtMade:
		return messages.T("Made up by %s, confirmed by %s.", d.How.words(), d.By)
	case d.State == campaign.DebtWaived:
		return messages.T("Waived by %s: %s", d.By, d.Note)
	case d.State == campaign.DebtVoid:
		return messages.T("There is nothing to make up any more.")
	case d.State == campaign.DebtHanded && d.late(today) > 0:
		return messages.T("Handed in, to be decided; it was due %s, handed in days late: %d.", d.Due, d.late(today))
	case d.State == campaign.DebtHanded:
		return messages.T("Handed in, to be decided; due %s.", d.Due)
	case d.late(today) > 0:
		return messages.T("To be made up; it was due %s, days late: %d.", d.Due, d.late(today))
	}
	return messages.T("To be made up by %s.", d.Due)
}

// show adds what was handed in.
func (h Handing) show(m messages.Message) messages.Message {
	m = m.Gap().Line("Handed in %s: %s", messages.Moment(h.At), h.How.words())
	switch h.How {
	case Summary:
		return m.Line("%s", h.Text)
	case Photos:
		return m.Line("Photos: %d", len(h.Photos))
	case Other:
		return m.Line("Attended: %s, %s", h.Other, h.Day)
	case Visit:
		return m.Line("%s", h.Text)
	}
	return m
}

// acts are the buttons beneath, for what this person may do.
func (d Debt) acts(m messages.Message, t turn) messages.Message {
	if decidable(t.Who, d) == nil {
		m = m.Row(messages.Button(Confirm{d.Key}, "✓ Confirm").Styled(messages.Primary), messages.Button(Decide{d.Key, returning}, "Return"))
	}
	var row []messages.Key
	if visitable(t.Who, d) == nil {
		row = append(row, messages.Button(Decide{d.Key, visiting}, "Visit at home"))
	}
	if waivable(t.Who, d) == nil {
		row = append(row, messages.Button(Decide{d.Key, waiving}, "Waive"))
	}
	return m.Row(row...).Row(messages.Button(Past{d.Key}, "History"))
}

// see shows the card of a debt to who may read its branch.
func see(t turn, _ See) flow.Outcome {
	if err := readable(t.Who, t.Facts.Debt); err != nil {
		return flow.Refuse(err)
	}
	return t.Facts.Debt.look(t)
}

// look shows photos that were handed in, and the card beneath them.
func (d Debt) look(t turn) flow.Outcome {
	o := flow.Do()
	if d.State == campaign.DebtHanded {
		for _, m := range d.pictures() {
			o = o.Say(m)
		}
	}
	return o.Say(d.named(d.card(t)))
}

// pictures are the photos that were handed in, a message each.
func (d Debt) pictures() (ms []messages.Message) {
	for i, p := range d.Handed.Photos {
		ms = append(ms, messages.Say("%s: photo %d of %d", d.Name, i+1, len(d.Handed.Photos)).Showing(messages.Picture{Sent: p}))
	}
	return ms
}

// redraw shows how the debt stands now to everybody who has its card.
func (d Debt) redraw(t turn) flow.Outcome {
	o := flow.Do()
	if t.Who.Known() {
		o = o.Tell(t.Who.ID, d.card(t).InPlaceOf(cardName, d.Key.Activity, d.Key.Person))
	}
	still := t
	still.Who = campaign.Person{} // whose rights are not known here: the card leads on
	for _, who := range d.Seen {
		if who != t.Who.ID {
			o = o.Tell(who, d.card(still).InPlaceOf(cardName, d.Key.Activity, d.Key.Person))
		}
	}
	return o
}

// past shows what became of a debt.
func past(t turn, _ Past) flow.Outcome {
	d := t.Facts.Debt
	if err := readable(t.Who, d); err != nil {
		return flow.Refuse(err)
	}
	m := messages.Say("<b>%s</b>: %s, %s", d.Name, d.Activity.Title, campaign.DayOf(d.Activity.Starts))
	for _, s := range t.Facts.Past {
		m = m.Add(s.text())
	}
	return flow.Do().Say(m.As("makeup/past"))
}

// did are the steps in words.
var did = map[string]messages.Sentence{
	"owed": "is to be made up", "handed": "handed in", "returned": "returned", "made": "confirmed", "waived": "waived", "void": "there is nothing to make up any more",
}

func (s Step) text() messages.Text {
	line := messages.T("%s %s", messages.Moment(s.At), messages.T(did[s.What]))
	if s.How != "" {
		line = messages.T("%s: %s", line, s.How.words())
	}
	if s.By != "" {
		line = messages.T("%s, by %s", line, s.By)
	}
	if s.Note != "" {
		line = messages.T("%s – %s", line, s.Note)
	}
	return line
}

// title is an activity and its day, as a label has it.
func title(a campaign.Activity) messages.Text {
	return messages.T("%s, %s", a.Title, dated(a.Starts))
}

func dated(at time.Time) messages.Text { return messages.T("%s", campaign.DayOf(at)) }
