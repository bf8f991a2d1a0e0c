package roster

import "slices"

// altered is how the changed and the deactivated are to be.
func (c changes) altered() (ms []member) {
	for _, ch := range slices.Concat(c.changed, c.gone) {
		ms = append(ms, ch.new)
	}
	return ms
}

// holdings are roles and who holds them.
type holdings []holding

type holding struct {
	no string
	duty
}

// roles are those that are taken away, and those that are given.
func (c changes) roles() (taken, given holdings) {
	for _, m := range c.added {
		for _, d := range m.duties {
			given = append(given, holding{m.no, d})
		}
	}
	for _, ch := range slices.Concat(c.changed, c.gone) {
		for _, d := range ch.old.duties {
			if !slices.Contains(ch.new.duties, d) {
				taken = append(taken, holding{ch.new.no, d})
			}
		}
		for _, d := range ch.new.duties {
			if !slices.Contains(ch.old.duties, d) {
				given = append(given, holding{ch.new.no, d})
			}
		}
	}
	return taken, given
}

// fields are the members, a slice for each column.
func fields(ms []member) (no, name, phone, unit, branch, position []string, active []bool) {
	for _, m := range ms {
		no, name, phone = append(no, m.no), append(name, m.name), append(phone, string(m.phone))
		unit, branch = append(unit, m.unit), append(branch, m.branch)
		position, active = append(position, string(m.position)), append(active, m.active)
	}
	return no, name, phone, unit, branch, position, active
}

// fields are the holdings, a slice for each column.
func (hs holdings) fields() (no, role, unit, branch []string) {
	for _, h := range hs {
		no, role = append(no, h.no), append(role, string(h.role))
		unit, branch = append(unit, h.unit), append(branch, h.branch)
	}
	return no, role, unit, branch
}
