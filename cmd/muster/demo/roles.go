package demo

import (
	"slices"
	"strings"
)

// home is the unit that the district's leaders and its office belong to.
const home = 1

// appoint gives out every role of the campaign. Whoever leads is also an ordinary
// member of a branch; some lead in two places.
func (m *maker) appoint() {
	for i := range m.units {
		m.appointUnit(i)
	}
	n := len(m.people)
	var leaders []int
	for range min(max(n/500, 3), 7) {
		leader := m.free(home)
		m.grant(leader, Leading, Principal)
		leaders = append(leaders, leader)
	}
	for range min(max(n/500, 2), 8) {
		m.office = m.free(home)
		m.grant(m.office, Office, Cadre)
	}
	m.appointContacts(leaders)
	m.appointSupervisors()
}

// appointUnit names the unit's three responsible persons, who head its leadership
// branch, and the secretaries. Here the desk keeps that branch too, there the
// direct responsible does.
func (m *maker) appointUnit(i int) {
	u := m.units[i]
	first := u.branches[0].from
	m.grant(first, First, Principal)
	m.grant(first+1, Direct, Cadre)
	m.grant(first+2, Desk, Cadre)
	m.grant(first+1+m.rand.IntN(3), Secretary, Cadre)
	for _, b := range u.branches[1:] {
		position := Ordinary
		if m.rand.IntN(100) < 60 {
			position = Cadre
		}
		m.grant(b.from, Secretary, position)
	}
}

// appointContacts attaches a district leader to every unit, one to three units
// each: first the leading group, then others.
func (m *maker) appointContacts(leaders []int) {
	m.contacts = make([]int, len(m.units))
	for i := 0; i < len(m.units); {
		if len(leaders) == 0 {
			leaders = []int{m.free(home)}
		}
		for range 1 + m.rand.IntN(3) {
			if i < len(m.units) {
				m.grant(leaders[0], Contact+m.units[i].name, Principal)
				m.contacts[i] = leaders[0]
				i++
			}
		}
		leaders = leaders[1:]
	}
}

// appointSupervisors forms supervision groups of two people, each for about eight
// units and from a unit outside them.
func (m *maker) appointSupervisors() {
	m.supervisors = make([]int, len(m.units))
	groups := max(2, (len(m.units)+4)/8)
	for g := range groups {
		from, to := g*len(m.units)/groups, (g+1)*len(m.units)/groups
		var names []string
		for _, u := range m.units[from:to] {
			names = append(names, u.name)
		}
		for range 2 {
			one := m.free(to % len(m.units))
			m.grant(one, Supervisor+strings.Join(names, "+"), Cadre)
			for i := from; i < to; i++ {
				m.supervisors[i] = one
			}
		}
	}
}

func (m *maker) grant(person int, role string, position Position) {
	p := &m.people[person]
	p.Roles = append(p.Roles, role)
	if p.Position != Principal {
		p.Position = position
	}
}

// free is the first person without a role in a unit, leadership branch first, or
// in the units after it.
func (m *maker) free(unit int) int {
	start := m.units[unit].branches[0].from
	for i := range m.people {
		if one := (start + i) % len(m.people); len(m.people[one].Roles) == 0 {
			return one
		}
	}
	return start // not reached: a district has far fewer roles than members
}

// position makes cadres of some who hold no role: with those who do, one in
// eight.
func (m *maker) position() {
	for i := range m.people {
		if len(m.people[i].Roles) == 0 && m.rand.IntN(100) < 8 {
			m.people[i].Position = Cadre
		}
	}
}

// A Cast is one person of each part in the campaign, all bound but the last two,
// so that the demo can offer to be any of them.
type Cast struct {
	Member     Member // an ordinary member of a middling branch that has a group
	Secretary  Member // of that branch
	First      Member // responsible for the unit of that branch
	Desk       Member // of that unit
	Office     Member
	Supervisor Member // of that unit
	Contact    Member // of that unit
	Unbound    Member // has a phone of their own, and is not bound yet
	NoPhone    Member // has none on the roster
}

// shown is the place in the district that the cast is from.
type shown struct{ unit, branch, member int }

func (m *maker) branchOf(s shown) branch { return m.units[s.unit].branches[s.branch] }

// cast finds an ordinary member in a branch of about eighteen, in a unit of the
// first batch where there are some.
func (m *maker) cast() shown {
	const unit, middling = 5, 18
	s := shown{}
	if unit < len(m.units) {
		s.unit = unit
	}
	distance := func(b branch) int { return max(b.size-middling, middling-b.size) }
	for i, b := range m.units[s.unit].branches {
		if distance(b) < distance(m.branchOf(s)) {
			s.branch = i
		}
	}
	b := m.branchOf(s)
	s.member = b.from + slices.IndexFunc(m.people[b.from:b.from+b.size], func(p Member) bool { return len(p.Roles) == 0 })
	m.people[s.member].Position = Ordinary
	return s
}

func (m *maker) portraits(s shown) Cast {
	b := m.branchOf(s)
	leadership := m.units[s.unit].branches[0].from
	find := func(people []Member, ok func(Member) bool) Member {
		if i := slices.IndexFunc(people, ok); i >= 0 {
			return people[i]
		}
		return Member{}
	}
	return Cast{
		Member: m.people[s.member],
		Secretary: find(m.people[b.from:b.from+b.size], func(p Member) bool {
			return slices.Contains(p.Roles, Secretary)
		}),
		First:      m.people[leadership],
		Desk:       m.people[leadership+2],
		Office:     m.people[m.office],
		Supervisor: m.people[m.supervisors[s.unit]],
		Contact:    m.people[m.contacts[s.unit]],
		Unbound:    find(m.people, func(p Member) bool { return p.State == NotBound && !p.SharesPhone }),
		NoPhone:    find(m.people, func(p Member) bool { return p.State == NoPhone }),
	}
}
