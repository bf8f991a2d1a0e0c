package bind

import (
	"io"
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// coverage shows to whoever has a duty how far the members of its part of the
// district are bound, who is missing and what to do about it. The invitations
// that it makes are drawn from random.
func coverage(random io.Reader) flow.Flow {
	return flow.Spec[struct{}, Cover]{
		Name: "coverage", Word: "Coverage", Help: "Who is bound, and who is missing",
		For: func(p campaign.Person) bool { return len(p.Duties) > 0 },
		Asks: []flow.Ask[struct{}, Cover]{flow.Then("show", func(t *view) flow.Outcome {
			return flow.Do().Say(screen(*t, Look{Scope: home(t.Who)}).As("coverage"))
		})},
		Handlers: []flow.Handler[struct{}, Cover]{
			flow.Pressed("look", look),
			flow.Pressed("invite", pressInvite),
		},
		Store: flow.Store[struct{}, Cover]{Load: coverStore{random}.load, Apply: applyInvited},
	}
}

type view = flow.Turn[struct{}, Cover]

type (
	// Look is the button that shows a screen: a part of the district, or the names
	// of one of its groups. The zero Scope is the parts that the person reads.
	Look struct {
		Scope campaign.Scope
		Group Group
		Page  int
	}
	// Invite is the button that makes an invitation.
	Invite struct{ Person campaign.PersonID }
)

// pageSize is how many parts or names a screen shows.
const pageSize = 8

func look(t view, l Look) flow.Outcome {
	if l.Scope != (campaign.Scope{}) && !t.Who.Reads(l.Scope) || len(t.Who.Duties) == 0 {
		return flow.Do().Toast("This part of the district is no longer yours to see.")
	}
	return flow.Do().Say(screen(t, l).AsOne("coverage"))
}

func screen(t view, l Look) messages.Message {
	if len(t.Who.Duties) == 0 {
		return messages.Say("This is for those who hold a duty in the campaign. /me shows how you stand yourself.")
	}
	if l.Group != "" {
		return people(t, l)
	}
	if l.Scope == (campaign.Scope{}) {
		return parts(messages.Say("<b>Coverage</b>").Line("Which part would you like to see?"), t.Facts.Parts, 0)
	}
	all := t.Facts.Count.total()
	m := messages.Say("<b>Coverage: %s</b>", Part{Name: t.Facts.Name}.label()).Line("Bound %d / %d", t.Facts.Count[Open], all)
	if t.Facts.Count[Open] == all {
		m = m.Line("Everybody is bound and can be reached.")
	}
	var row []messages.Key
	for _, g := range missing {
		n := t.Facts.Count[g]
		if n == 0 {
			continue
		}
		m = m.Line("%s: %d", messages.T(names[g]), n)
		if row = append(row, messages.Button(Look{l.Scope, g, 0}, "%s %d", messages.T(names[g]), n)); len(row) == 2 {
			m, row = m.Row(row...), nil
		}
	}
	return ways(t, l, parts(m.Row(row...), t.Facts.Parts, l.Page), (len(t.Facts.Parts)+pageSize-1)/pageSize)
}

// parts adds a button for each part of a page.
func parts(m messages.Message, ps []Part, page int) messages.Message {
	for _, p := range ps[min(len(ps), page*pageSize):min(len(ps), (page+1)*pageSize)] {
		m = m.Row(messages.Button(Look{Scope: p.Scope}, "%s %d / %d", p.label(), p.Count[Open], p.Count.total()))
	}
	return m
}

func (p Part) label() messages.Text {
	if p.Name == "" {
		return messages.T("the campaign")
	}
	return messages.Verbatim(p.Name)
}

// ways adds the buttons to other pages, and to what lies above.
func ways(t view, l Look, m messages.Message, pages int) messages.Message {
	turn := func(by int) Look { return Look{l.Scope, l.Group, l.Page + by} }
	var row []messages.Key
	if l.Page > 0 {
		row = append(row, messages.Button(turn(-1), "◀ Previous"))
	}
	if l.Page+1 < pages {
		row = append(row, messages.Button(turn(+1), "Next ▶"))
	}
	m = m.Row(row...)
	if l.Group != "" {
		return m.Row(messages.Button(Look{Scope: l.Scope}, "Back"))
	}
	if up, ok := above(t.Who, l.Scope); ok {
		return m.Row(messages.Button(Look{Scope: up}, "Back"))
	}
	return m
}

// people shows the names of a group, and what is to be done.
func people(t view, l Look) messages.Message {
	m := messages.Say("<b>%s: %s</b>", messages.T(names[l.Group]), Part{Name: t.Facts.Name}.label()).Line(steps[l.Group])
	if len(t.Facts.Names) == 0 {
		m = m.Line("Nobody is in this list any more.")
	}
	for _, p := range t.Facts.Names {
		line := messages.T("%s · %s", p.Name, p.Branch)
		if p.Helper != "" {
			line = messages.T("%s · helper %s", line, p.Helper)
		}
		if m = m.Add(line); t.Who.Runs(p.Home) {
			m = m.Row(p.ways(l.Group)...)
		}
	}
	pages := l.Page + 1
	if t.Facts.More {
		pages++
	}
	return ways(t, l, m, pages)
}

// ways are what can be done about a member of a group: an invitation where that is
// of help, and somebody who records for them in any case.
func (p Missing) ways(g Group) (row []messages.Key) {
	if g.invited() {
		row = append(row, messages.Button(Invite{p.ID}, "Invite %s", p.Name))
	}
	return append(row, messages.Button(flow.Open{Flow: "proxy", Arg: "p" + strconv.FormatInt(int64(p.ID), 10)}, "Helper for %s", p.Name))
}

func pressInvite(t view, _ Invite) flow.Outcome {
	p := t.Facts.Person
	switch {
	case !p.Known():
		return flow.Do().Toast("This member is no longer on the roster.")
	case !t.Who.Runs(p.Home):
		return flow.Do().Toast("Only the secretary of the branch, those who are responsible for the unit, and the office invite.")
	case t.Facts.Bound:
		return flow.Do().Toast("%s is bound already.", p.Name)
	}
	hat, _ := t.Who.Hat(p.Home)
	i := t.Facts.Fresh.invite(p.ID, t.Now, hat.Role)
	return flow.Do(i).Say(t.Facts.Fresh.letter(p, i.Expires)).
		Warn("Please forward my next message to %s, and to nobody else.", p.Name)
}
