package attendance

import (
	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// barsOfPage is how many bars a phone shows without making them too small to read.
const barsOfPage = 14

// Draw shows the rows of a card as a picture. One that is leafed through changes
// in its place.
type Draw struct {
	Show
	Leaf bool
}

func draw(t turn, p Draw) flow.Outcome {
	if err := reads(t); err != nil {
		return flow.Refuse(err)
	}
	m := chart(t, p.View, p.Page)
	if p.Leaf {
		return flow.Do().Say(m.AsOne("attendance/chart"))
	}
	return flow.Do().Say(m.As("attendance/chart"))
}

// The parts of a bar, as the colours of pictures have them: what is well, what was
// mended, what is owed, what nobody knows, and the rest.
var shades = []struct {
	word messages.Sentence
	of   []campaign.Status
}{
	{"attended", []campaign.Status{campaign.Present, campaign.CameLate}},
	{"made up", []campaign.Status{campaign.MadeUp}},
	{"owed", []campaign.Status{campaign.Owed, campaign.Absent}},
	{"not reported", []campaign.Status{campaign.NotReported}},
	{"excused", []campaign.Status{campaign.Excused}},
	{"waived", []campaign.Status{campaign.Waived}},
}

// bar is a row of a picture.
func bar(name messages.Text, f campaign.Figures, bound bool) messages.Bar {
	b := messages.Bar{Name: name, Label: messages.T("%d%% (%d / %d)", f.Percent(), f.Arrived(), f.Expected())}
	if bound {
		b.Label = messages.T("%d%% (%d / %d)", f.Coverage(), f.Covered(), f.Bound())
	}
	for _, s := range shades {
		n := 0
		for _, of := range s.of {
			n += f[of]
		}
		b.Parts = append(b.Parts, n)
	}
	return b
}

// bars are the rows of a card as a picture has them.
func bars(t turn, view View) (bs []messages.Bar) {
	if view == byActivity {
		for _, h := range t.Facts.Held {
			bs = append(bs, bar(h.name(), h.Figures, true))
		}
		return bs
	}
	for _, r := range rows(t.Facts.At, t) {
		if r.Figures.Expected() > 0 {
			bs = append(bs, bar(messages.Verbatim(r.Name), r.Figures, r.Bound))
		}
	}
	return bs
}

// chart is a page of the bars, with the figures of all of them in words beneath.
func chart(t turn, view View, page int) messages.Message {
	at := t.Facts.At
	all := bars(t, view)
	shown, page, pages := slice(all, page, barsOfPage)
	title := messages.T("%s", t.Facts.Activity.Title)
	if at.Activity == whole {
		title = messages.T("Full coverage")
	}
	if in := within(t.Facts.Branches, at.Unit); len(in) > 0 {
		title = messages.T("%s · %s", title, in[0].Unit)
	}
	words := make([]messages.Text, len(shades))
	for i, s := range shades {
		words[i] = messages.T(s.word)
	}
	m := overall(messages.Say("<b>%s</b>", title), t)
	if pages > 1 {
		m = m.Line("Page %d of %d.", page+1, pages)
	}
	m = m.Line("The card has the same figures in words. Figures of %s.", messages.Moment(t.Now)).
		Showing(messages.Picture{Bars: &messages.Bars{Title: title, Parts: words, Rows: shown}})
	if pages < 2 {
		return m
	}
	leaf := func(page int) Draw { return Draw{Show{at, page, view}, true} }
	return m.Row(messages.Button(leaf(page-1), "◀ Previous"), messages.Button(leaf(page+1), "Next ▶"))
}
