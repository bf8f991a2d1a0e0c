package makeup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// The bounds of what is handed in.
const (
	mostText   = 3000 // characters
	mostPhotos = 9
)

var handing = []ask{
	flow.Choose("how", askHow,
		way{Key: "summary", Label: "Write a summary", Do: by(Summary)},
		way{Key: "photo", Label: "Send photos of notes", Do: by(Photos)},
		way{Key: "other", Label: "I attended another one", Do: by(Other), When: func(t turn) bool { return len(t.Facts.Others) > 0 }},
	).When(doing(handingIn)),
	flow.Free("summary", askSummary, takeSummary).When(handsIn(Summary)),
	flow.Then("enough", enough).When(handsIn(Summary)),
	flow.Free("photos", askPhotos, takePhoto).When(handsIn(Photos)),
	flow.Then("more", more).When(handsIn(Photos)),
	flow.List("other", func(t *turn) *campaign.ActivityID { return &t.Draft.Other },
		"Which activity did you attend instead?", "You have attended no other activity of the same kind since.", others).When(handsIn(Other)),
	flow.Choose("send", preview,
		way{Key: "go", Label: "Submit", Do: handIn, Style: messages.Primary},
		way{Key: "edit", Label: "Edit", Do: func(*turn) flow.Outcome { return flow.Goto("how") }},
	).When(doing(handingIn)),
}

func handsIn(h How) func(turn) bool {
	return func(t turn) bool { return t.Draft.Act == handingIn && t.Draft.How == h }
}

// owes reports why somebody cannot hand in anything for a debt, if so.
func owes(who campaign.Person, d Debt) error {
	switch {
	case !d.known() || d.Key.Person != who.ID:
		return flow.Sorry("You owe nothing for this activity.")
	case d.Marked || d.State == campaign.DebtVoid:
		return flow.Sorry("There is nothing to make up any more for “%s”.", d.Activity.Title)
	case d.State == campaign.DebtHanded:
		return flow.Sorry("You have handed in something for “%s” already. You will be told what is decided.", d.Activity.Title)
	case d.State == campaign.DebtMade:
		return flow.Sorry("“%s” is made up already.", d.Activity.Title)
	case d.State == campaign.DebtWaived:
		return flow.Sorry("“%s” need not be made up: it was waived by %s.", d.Activity.Title, d.By)
	}
	return nil
}

// mayHand turns away who owes nothing, and begins with what was handed in before.
func mayHand(t *turn) flow.Outcome {
	d := t.Facts.Debt
	if err := owes(t.Who, d); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	if t.Draft.How == "" {
		t.Draft.Text, t.Draft.Photos = d.Handed.Text, d.Handed.Photos
	}
	return flow.Do()
}

func by(h How) func(*turn) flow.Outcome {
	return func(t *turn) flow.Outcome {
		t.Draft.How = h
		return flow.Do()
	}
}

func askHow(t turn) messages.Message {
	d := t.Facts.Debt
	m := messages.Say("How do you make up for “%s”?", d.Activity.Title).Add(d.standing(t.Today()))
	if d.State == campaign.DebtOpen && d.By != "" {
		m = m.Line("It was returned by %s: %s", d.By, d.Note).Line("What you handed in is kept; you can add to it.")
	}
	return m.Line("A summary has at least %d characters.", d.Terms.Least)
}

// letters are the characters that count: whatever can be seen.
func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsGraphic(r) && !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

func askSummary(t turn) messages.Message {
	least := t.Facts.Debt.Terms.Least
	if t.Draft.Text == "" {
		return messages.Say("Please write what you have learnt, in at least %d characters. You may send it in several messages.", least)
	}
	return messages.Say("So far, %d of at least %d characters:", letters(t.Draft.Text), least).Line("%s", t.Draft.Text).
		Gap().Line("What you write now is added to it.").
		Row(messages.Button(flow.Chosen{Ask: "summary", Key: "go"}, "Continue"), messages.Button(flow.Chosen{Ask: "summary", Key: "anew"}, "Begin anew"))
}

// takeSummary adds what was written to what is there.
func takeSummary(t *turn, in flow.Input) error {
	switch in := in.(type) {
	case flow.Chosen:
		if in.Key == "anew" {
			t.Draft.Text = ""
		}
		return nil
	case flow.Said:
		s := strings.TrimSpace(string(in))
		if s == "" {
			break
		}
		if t.Draft.Text != "" {
			s = t.Draft.Text + "\n" + s
		}
		if n := utf8.RuneCountInString(s); n > mostText {
			return flow.Sorry("That would be %d characters in all, and was not added; please keep it to %d.", n, mostText)
		}
		t.Draft.Text = s
		return nil
	}
	return flow.Sorry("Please write the summary as text. For photos press Back.")
}

// enough asks for more where the summary is too short; nothing of it is lost.
func enough(t *turn) flow.Outcome {
	n, least := letters(t.Draft.Text), t.Facts.Debt.Terms.Least
	switch {
	case t.Draft.Text == "":
		return flow.Goto("summary")
	case n < least:
		return flow.Goto("summary").Reply("%d characters are still missing. What you wrote is kept: please go on.", least-n)
	}
	return flow.Do()
}

func askPhotos(t turn) messages.Message {
	n := len(t.Draft.Photos)
	if n == 0 {
		return messages.Say("Please send photos of your notes, one or several.")
	}
	return messages.Say("Photos so far: %d. Send more, or continue.", n).
		Row(messages.Button(flow.Chosen{Ask: "photos", Key: "go"}, "Continue"), messages.Button(flow.Chosen{Ask: "photos", Key: "anew"}, "Begin anew"))
}

// takePhoto adds a photo, or ends with those that are there.
func takePhoto(t *turn, in flow.Input) error {
	switch in := in.(type) {
	case flow.Chosen:
		if in.Key == "anew" {
			t.Draft.Photos = nil
		}
		t.Draft.Done = in.Key == "go" && len(t.Draft.Photos) > 0
		return nil
	case flow.Photo:
		if len(t.Draft.Photos) == mostPhotos {
			return flow.Sorry("There are %d photos already, which is as many as can be handed in. Press Continue, or begin anew.", mostPhotos)
		}
		t.Draft.Photos, t.Draft.Done = append(t.Draft.Photos[:len(t.Draft.Photos):len(t.Draft.Photos)], string(in)), false
		return nil
	case flow.Document:
		return flow.Sorry("Please send it as a photo, not as a file.")
	}
	return flow.Sorry("Please send a photo. For a summary in words press Back.")
}

// more asks for the next photo until the person goes on.
func more(t *turn) flow.Outcome {
	if !t.Draft.Done {
		return flow.Goto("photos")
	}
	return flow.Do()
}

func others(t turn) []flow.Option[campaign.ActivityID] {
	os := make([]flow.Option[campaign.ActivityID], len(t.Facts.Others))
	for i, a := range t.Facts.Others {
		os[i] = flow.Option[campaign.ActivityID]{Key: a.No, Label: title(a), Value: a.ID}
	}
	return os
}

// drafted is what the draft would hand in.
func drafted(t turn) Handing {
	h := Handing{At: t.Now, How: t.Draft.How}
	switch h.How {
	case Summary:
		h.Text = t.Draft.Text
	case Photos:
		h.Photos = t.Draft.Photos
	case Other:
		for _, a := range t.Facts.Others {
			if a.ID == t.Draft.Other {
				h.Other, h.Day = a.Title, campaign.DayOf(a.Starts)
			}
		}
	}
	return h
}

func preview(t turn) messages.Message {
	m := messages.Say("For “%s” you hand in: %s", t.Facts.Debt.Activity.Title, t.Draft.How.words())
	switch h := drafted(t); h.How {
	case Summary:
		m = m.Line("%s", h.Text)
	case Photos:
		m = m.Line("Photos: %d", len(h.Photos))
	case Other:
		m = m.Line("Attended: %s, %s", h.Other, h.Day)
	}
	return m.Gap().Line("It is seen by those who decide alone.")
}

// handIn gives it to those who decide. What cannot be handed in any more ends the
// conversation.
func handIn(t *turn) flow.Outcome {
	d, h := t.Facts.Debt, drafted(*t)
	if err := owes(t.Who, d); err != nil {
		return flow.Stop().And(flow.Refuse(err))
	}
	if h.How == Other && h.Other == "" {
		return flow.Goto("how").And(flow.Refuse(flow.Sorry("That choice is no longer there. Please choose again.")))
	}
	d.State, d.Handed = campaign.DebtHanded, h
	e := HandedIn{Key: d.Key, How: h.How, Text: h.Text, Photos: h.Photos}
	if h.How == Other {
		e.Other = t.Draft.Other
	}
	said := messages.Say("Handed in for “%s”. You will be told what is decided.", d.Activity.Title)
	if len(d.Deciders) == 0 {
		said = said.Line("Nobody who decides it can be reached here yet; it is kept until somebody can.")
	}
	return flow.Do(e).Say(said.As("makeup").Instead()).And(d.ask(*t))
}

// ask gives the card of what was handed in to those who decide.
func (d Debt) ask(t turn) flow.Outcome {
	o := flow.Do()
	for _, who := range d.Deciders {
		for _, m := range d.pictures() {
			o = o.Tell(who, m)
		}
		m := d.handedCard(t)
		o = o.Tell(who, d.named(m))
	}
	return o
}

// handedCard is the card as those see it who decide.
func (d Debt) handedCard(t turn) messages.Message {
	m := messages.Say("<b>A make-up to decide</b>").Line("<b>%s</b> · %s", d.Name, d.No).Line("%s · %s", d.Unit, d.In).
		Line("Missed: %s, %s", d.Activity.Title, campaign.DayOf(d.Activity.Starts)).
		Add(d.standing(t.Today()))
	return d.Handed.show(m).
		Row(messages.Button(Confirm{d.Key}, "✓ Confirm").Styled(messages.Primary), messages.Button(Decide{d.Key, returning}, "Return"))
}
