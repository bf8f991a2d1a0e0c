package roster

import (
	"slices"

	"campaign"
	"campaign/messages"
)

// warnings are what is odd about the roster as it will be. None of it hinders
// the import.
func (p *planner) warnings() (ws []messages.Text) {
	warn := func(what []messages.Text, s messages.Sentence) {
		if len(what) > 0 {
			ws = append(ws, messages.T(s, len(what), inBrief.some(what)))
		}
	}
	held := p.held()
	for _, r := range []struct {
		role          campaign.Role
		none, several messages.Sentence
	}{
		{campaign.First, "Units without a first responsible (%d): %s", "Units with several first responsible (%d): %s"},
		{campaign.Direct, "Units without a direct responsible (%d): %s", "Units with several direct responsible (%d): %s"},
		{campaign.Desk, "Units without a desk responsible (%d): %s", "Units with several desk responsible (%d): %s"},
	} {
		none, several := held.units(r.role)
		warn(none, r.none)
		warn(several, r.several)
	}
	none, several := held.secretaries()
	warn(none, "Branches without a secretary (%d): %s")
	warn(several, "Branches with several secretaries (%d): %s")
	warn(p.sharing(), "Members who share a phone and need an invitation to be bound (%d): %s")
	warn(p.renumbered(), "New numbers for people who seem to be on the roster already (%d): %s. A member keeps the number for ever.")
	warn(p.reused(), "Another name and another phone under a known number (%d): %s. A number stays with one person, and so does the account that is bound to it.")
	if !slices.ContainsFunc(p.after, func(m member) bool { return m.holds(campaign.Office) }) {
		ws = append(ws, messages.T("With this file nobody is of the campaign office."))
	}
	return ws
}

// holders counts who holds what, in the places that have members.
type holders struct {
	count    map[duty]int
	unitsIn  []string
	branches []branch
}

func (p *planner) held() holders {
	h := holders{count: map[duty]int{}}
	units, branches := map[string]bool{}, map[branch]bool{}
	for _, m := range p.after {
		if !units[m.unit] {
			units[m.unit] = true
			h.unitsIn = append(h.unitsIn, m.unit)
		}
		if b := (branch{unit: m.unit, name: m.branch}); !branches[b] {
			branches[b] = true
			h.branches = append(h.branches, b)
		}
		for _, d := range m.duties {
			h.count[d]++
		}
	}
	return h
}

// units are those in which nobody, or more than one, holds a role.
func (h holders) units(r campaign.Role) (none, several []messages.Text) {
	for _, u := range h.unitsIn {
		switch h.count[duty{role: r, unit: u}] {
		case 0:
			none = append(none, messages.Verbatim(u))
		case 1:
		default:
			several = append(several, messages.Verbatim(u))
		}
	}
	return none, several
}

// secretaries are the branches that have none, or more than one.
func (h holders) secretaries() (none, several []messages.Text) {
	for _, b := range h.branches {
		switch h.count[duty{campaign.Secretary, b.unit, b.name}] {
		case 0:
			none = append(none, messages.T("%s · %s", b.unit, b.name))
		case 1:
		default:
			several = append(several, messages.T("%s · %s", b.unit, b.name))
		}
	}
	return none, several
}

// sharing are the members whose phone others have, too.
func (p *planner) sharing() (ms []messages.Text) {
	count := make(map[campaign.Phone]int, len(p.after))
	for _, m := range p.after {
		count[m.phone]++
	}
	for _, m := range p.after {
		if m.phone != "" && count[m.phone] > 1 {
			ms = append(ms, called(m))
		}
	}
	return ms
}

// renumbered are new members who have name and phone of a missing one.
func (p *planner) renumbered() (ms []messages.Text) {
	type who struct {
		name  string
		phone campaign.Phone
	}
	missing := make(map[who]string, len(p.missing))
	for _, m := range p.missing {
		if m.phone != "" {
			missing[who{m.name, m.phone}] = m.no
		}
	}
	for _, m := range p.added {
		if old, ok := missing[who{m.name, m.phone}]; ok {
			ms = append(ms, messages.T("%s (%s, was %s)", m.name, m.no, old))
		}
	}
	return ms
}

// reused are members who seem to have become somebody else.
func (p *planner) reused() (ms []messages.Text) {
	for _, c := range p.changed {
		if c.old.name != c.new.name && c.old.phone != c.new.phone {
			ms = append(ms, messages.T("%s (%s, was %s)", c.new.name, c.new.no, c.old.name))
		}
	}
	return ms
}
