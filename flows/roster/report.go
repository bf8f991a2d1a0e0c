package roster

import (
	"slices"

	"campaign"
	"campaign/messages"
)

// A measure is how much a list tells: so many of a kind, and no more than fit in
// about so many characters.
type measure struct{ items, room int }

// The measures: of the program's output, of a message in the chat, of a warning.
var (
	onPaper  = measure{40, 1 << 20}
	inChat   = measure{6, 300}
	inBrief  = measure{8, 200}
	toBeSure = measure{20, 1000}
)

// fit is how many of the texts are told.
func (most measure) fit(ts []messages.Text) int {
	n, room := 0, most.room
	for n < len(ts) && n < most.items && room > 0 {
		room -= size(ts[n])
		n++
	}
	return n
}

// some is a list of the first, and how many there are beyond.
func (most measure) some(ts []messages.Text) messages.Text {
	n := most.fit(ts)
	if n == len(ts) {
		return messages.T("%s", messages.List(ts))
	}
	return messages.T("%s and %d more", messages.List(ts[:n]), len(ts)-n)
}

// cut is the first of the lines, and how many there are beyond.
func (most measure) cut(lines []messages.Text) []messages.Text {
	n := most.fit(lines)
	if n == len(lines) {
		return lines
	}
	return append(slices.Clip(lines[:n]), messages.T("· and %d more", len(lines)-n))
}

// report tells what c does, first how much of each.
func (c changes) report(most measure) (lines []messages.Text) {
	counted := func(s messages.Sentence, what []messages.Text) {
		if len(what) > 0 {
			lines = append(lines, messages.T(s, len(what), most.some(what)))
		}
	}
	var moved, changed, returned []messages.Text
	for _, ch := range c.changed {
		line := messages.T("· %s: %s", called(ch.new), messages.List(ch.differences()))
		switch {
		case ch.returned():
			returned = append(returned, line)
		case ch.moved():
			moved = append(moved, line)
		default:
			changed = append(changed, line)
		}
	}
	if c.count() == 0 {
		lines = append(lines, messages.T("0 changes: the roster is as the file says (%d members).", c.rows))
	}
	counted("Added (%d): %s", each(c.added, called))
	counted("New units (%d): %s", each(c.units, func(u unit) messages.Text { return messages.Verbatim(u.name) }))
	counted("New branches (%d): %s", each(c.branches, func(b branch) messages.Text { return messages.T("%s · %s", b.unit, b.name) }))
	counted("Units in another batch (%d): %s", each(c.batches, func(r rebatch) messages.Text {
		return messages.T("%s: %d → %d", r.name, int(r.was), int(r.batch))
	}))
	for _, part := range []struct {
		count messages.Sentence
		lines []messages.Text
	}{{"Moved (%d):", moved}, {"Changed (%d):", changed}, {"Back on the roster (%d):", returned}} {
		if len(part.lines) > 0 {
			lines = append(lines, messages.T(part.count, len(part.lines)))
			lines = append(lines, measure{most.items, 2 * most.room}.cut(part.lines)...)
		}
	}
	if len(c.gone) > 0 {
		counted("Deactivated (%d): %s", each(c.missing, called))
		return lines
	}
	counted("Missing from the file, left as they are (%d): %s", each(c.missing, called))
	return lines
}

// totals is how much of each c does, in one line.
func (c changes) totals() messages.List {
	moved, returned := 0, 0
	for _, ch := range c.changed {
		switch {
		case ch.returned():
			returned++
		case ch.moved():
			moved++
		}
	}
	var l messages.List
	for _, part := range []struct {
		count messages.Sentence
		n     int
	}{
		{"added %d", len(c.added)}, {"moved %d", moved}, {"changed %d", len(c.changed) - moved - returned},
		{"back on the roster %d", returned}, {"deactivated %d", len(c.gone)}, {"new units %d", len(c.units)},
		{"new branches %d", len(c.branches)}, {"units in another batch %d", len(c.batches)},
	} {
		if part.n > 0 {
			l = append(l, messages.T(part.count, part.n))
		}
	}
	return l
}

// warned is what a report adds of what is odd.
func (c changes) warned() []messages.Text {
	return each(c.notes, func(t messages.Text) messages.Text { return messages.T("⚠ %s", t) })
}

// size is about how many characters a text takes.
func size(t messages.Text) (n int) {
	for _, a := range t.Args {
		switch a := a.(type) {
		case string:
			n += len([]rune(a))
		case messages.Text:
			n += size(a)
		case messages.List:
			for _, t := range a {
				n += size(t) + 2
			}
		}
	}
	return n + len(t.Say)
}

// differences are what of a member is another than before, phones masked.
func (c change) differences() (ds []messages.Text) {
	differ := func(s messages.Sentence, old, new messages.Text, is bool) {
		if is {
			ds = append(ds, messages.T(s, old, new))
		}
	}
	old, new := c.old, c.new
	differ("name %s → %s", messages.Verbatim(old.name), messages.Verbatim(new.name), old.name != new.name)
	differ("%s → %s", homeOf(old), homeOf(new), c.moved())
	differ("phone %s → %s", phoneOf(old), phoneOf(new), old.phone != new.phone)
	differ("position %s → %s", messages.T(messages.Word(old.position)), messages.T(messages.Word(new.position)), old.position != new.position)
	differ("roles %s → %s", rolesOf(old), rolesOf(new), old.roles() != new.roles())
	if c.returned() {
		ds = append(ds, messages.T("active again"))
	}
	return ds
}

func homeOf(m member) messages.Text { return messages.T("%s · %s", m.unit, m.branch) }

func phoneOf(m member) messages.Text {
	if m.phone == "" {
		return messages.T("none")
	}
	return messages.Verbatim(m.phone.Masked())
}

func rolesOf(m member) messages.Text {
	if len(m.duties) == 0 {
		return messages.T("none")
	}
	return inBrief.some(each(m.duties, func(d duty) messages.Text {
		if at := m.at(d); at != "" {
			return messages.T("%s (%s)", messages.T(messages.Word(d.role)), at)
		}
		return messages.T(messages.Word(d.role))
	}))
}

// called is how a report names a member.
func called(m member) messages.Text { return messages.T("%s (%s)", m.name, m.no) }

func each[V any](vs []V, text func(V) messages.Text) []messages.Text {
	ts := make([]messages.Text, len(vs))
	for i, v := range vs {
		ts[i] = text(v)
	}
	return ts
}

// losesOffice reports whether the person would no longer be of the office.
func (c changes) losesOffice(who campaign.PersonID) bool {
	return slices.ContainsFunc(slices.Concat(c.changed, c.gone), func(ch change) bool {
		return ch.old.id == who && ch.old.holds(campaign.Office) && !ch.new.holds(campaign.Office)
	})
}
