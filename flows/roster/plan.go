package roster

import (
	"slices"
	"strconv"

	"campaign"
	"campaign/messages"
)

// changes are what a file does to a district. With a fault nothing is done.
type changes struct {
	rows     int       // of the file
	units    []unit    // new ones
	batches  []rebatch // known units that are in another batch now
	branches []branch  // new ones
	added    []member
	changed  []change // known members of the file, in its order
	missing  []member // active members of whom the file says nothing
	gone     []change // those of the missing who are deactivated
	after    []member // everybody who is active then
	notes    []messages.Text
	faults   faults
}

// A rebatch is a unit in its new batch.
type rebatch struct {
	unit
	was campaign.Batch
}

// A change is a member before and after.
type change struct{ old, new member }

func (c change) returned() bool { return !c.old.active && c.new.active }

func (c change) moved() bool { return c.old.unit != c.new.unit || c.old.branch != c.new.branch }

// count is how many members and units are written: none where there is a fault.
func (c changes) count() int {
	return len(c.added) + len(c.changed) + len(c.gone) + len(c.batches)
}

// plan finds what f does to d. Whoever is missing from f is left as is, or
// deactivated. It is pure.
func plan(f file, d district, deactivate bool) changes {
	p := planner{changes: changes{rows: len(f.rows), notes: slices.Clone(f.notes)}, places: atlas(d), members: make(map[string]*member, len(d.members))}
	for i := range d.members {
		p.members[d.members[i].no] = &d.members[i]
	}
	homes, batches := p.settle(f.rows)
	duties, unknown := p.appoint(f.rows, homes)
	if fs := f.faults.and(batches).and(unknown); fs.count() > 0 {
		return changes{rows: len(f.rows), faults: fs}
	}
	p.compare(f, homes, duties)
	p.miss(f.rows, d.members, deactivate)
	p.notes = append(p.notes, p.places.notes()...)
	p.notes = append(p.notes, p.warnings()...)
	return p.changes
}

// A planner is a plan on its way.
type planner struct {
	changes
	places  places
	members map[string]*member // by number
}

// A home is where a row says that its member belongs.
type home struct {
	unit   *place
	branch string
}

// settle finds the unit and branch of every row, new or known, and whether the
// rows of a unit agree on its batch.
func (p *planner) settle(rows []row) (homes []home, fs faults) {
	homes = make([]home, len(rows))
	for i, r := range rows {
		if r.unit == "" {
			continue
		}
		u := p.places.unit(r.unit)
		switch {
		case r.batch < 0:
		case u.line == 0:
			u.line, u.batch = r.line, r.batch
		case u.batch != r.batch:
			fs.add(r.line, "Batch %d, but by line %s the unit “%s” is in batch %d.", int(r.batch), strconv.Itoa(u.line), u.name, int(u.batch))
		}
		homes[i] = home{u, u.branch(r.branch)}
	}
	p.units, p.batches, p.branches = p.places.fresh()
	return homes, fs
}

// appoint finds the duties of every row, once all units are known.
func (p *planner) appoint(rows []row, homes []home) (duties [][]duty, fs faults) {
	duties = make([][]duty, len(rows))
	for i, r := range rows {
		if homes[i].unit == nil {
			continue
		}
		var ds []duty
		for _, w := range r.wishes {
			own := homes[i]
			switch w.role {
			case campaign.Secretary:
				ds = append(ds, duty{w.role, own.unit.name, own.branch})
			case campaign.First, campaign.Direct, campaign.Desk:
				ds = append(ds, duty{role: w.role, unit: own.unit.name})
			case campaign.Supervisor, campaign.Contact:
				u, ok := p.places.find(w.unit)
				if !ok {
					fs.add(r.line, "The role “%s” names the unit “%s”, which is neither in the file nor on the roster.", w.role, short(w.unit))
					continue
				}
				ds = append(ds, duty{role: w.role, unit: u.name})
			default:
				ds = append(ds, duty{role: w.role})
			}
		}
		duties[i] = inOrder(ds)
	}
	return duties, fs
}

// compare finds who is new and who is changed.
func (p *planner) compare(f file, homes []home, duties [][]duty) {
	p.after = make([]member, len(f.rows), len(f.rows)+len(p.members))
	for i, r := range f.rows {
		m := member{no: r.no, name: r.name, phone: r.phone, unit: homes[i].unit.name, branch: homes[i].branch,
			position: r.position, duties: duties[i], active: true}
		old, known := p.members[r.no]
		if known {
			m.id = old.id
			if !f.phones {
				m.phone = old.phone
			}
			if !f.position {
				m.position = old.position
			}
			if !f.roles {
				m.duties = old.duties
			}
		}
		p.after[i] = m
		switch {
		case !known:
			p.added = append(p.added, m)
		case !same(*old, m):
			p.changed = append(p.changed, change{*old, m})
		}
	}
}

func same(a, b member) bool {
	return a.name == b.name && a.phone == b.phone && a.unit == b.unit && a.branch == b.branch &&
		a.position == b.position && a.active == b.active && slices.Equal(a.duties, b.duties)
}

// miss finds who is active and not in the file. Whoever is deactivated holds no
// role any more; being in a later file gives back what that file says.
func (p *planner) miss(rows []row, members []member, deactivate bool) {
	there := make(map[string]bool, len(rows))
	for _, r := range rows {
		there[r.no] = true
	}
	for _, m := range members {
		if !m.active || there[m.no] {
			continue
		}
		p.missing = append(p.missing, m)
		if !deactivate {
			p.after = append(p.after, m)
			continue
		}
		left := m
		left.active, left.duties = false, nil
		p.gone = append(p.gone, change{m, left})
	}
}
