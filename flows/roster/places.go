package roster

import (
	"campaign/messages"
)

// places are the units and branches by any way to write them; the first way is
// the one that stays.
type places struct {
	all     []*place          // in the order in which they were named
	bySpell map[string]*place // by spelling
	byWord  map[string]*place // by the very words, so that each is spelled once
	odd     [][2]string       // other ways to write a name: what was written, what it is taken for
}

// A place is a unit and its branches.
type place struct {
	unit
	was      unit // as the database has it
	line     int  // where the file states its batch first
	branches []branch
	bySpell  map[string]string
	byWord   map[string]string
	of       *places
}

// atlas is the places of d.
func atlas(d district) places {
	ps := places{bySpell: map[string]*place{}, byWord: map[string]*place{}}
	for _, u := range d.units {
		p := ps.add(spelling(u.name), u.name)
		p.unit, p.was = u, u
	}
	for _, b := range d.branches {
		if p := ps.byWord[b.unit]; p != nil {
			p.branches = append(p.branches, b)
			p.bySpell[spelling(b.name)], p.byWord[b.name] = b.name, b.name
		}
	}
	return ps
}

func (ps *places) add(spelled, name string) *place {
	p := &place{unit: unit{name: name}, bySpell: map[string]string{}, byWord: map[string]string{}, of: ps}
	ps.all = append(ps.all, p)
	ps.bySpell[spelled], ps.byWord[name] = p, p
	return p
}

// find is the unit of a name, if there is one.
func (ps *places) find(name string) (*place, bool) {
	if p, ok := ps.byWord[name]; ok {
		return p, true
	}
	p, ok := ps.bySpell[spelling(name)]
	return p, ok
}

// unit is the unit of a name, a new one where there is none.
func (ps *places) unit(name string) *place {
	p, ok := ps.find(name)
	if !ok {
		return ps.add(spelling(name), name)
	}
	if ps.byWord[name] == nil {
		ps.byWord[name] = p
		ps.odd = append(ps.odd, [2]string{name, p.name})
	}
	return p
}

// branch is the branch of a name in p, a new one where there is none.
func (p *place) branch(name string) string {
	if known, ok := p.byWord[name]; ok || name == "" {
		return known
	}
	spelled := spelling(name)
	known, ok := p.bySpell[spelled]
	if !ok {
		p.bySpell[spelled], p.byWord[name] = name, name
		p.branches = append(p.branches, branch{unit: p.name, name: name})
		return name
	}
	p.byWord[name] = known
	p.of.odd = append(p.of.odd, [2]string{name, known})
	return known
}

// fresh is what of the places the database does not have yet.
func (ps *places) fresh() (us []unit, rs []rebatch, bs []branch) {
	for _, p := range ps.all {
		switch {
		case p.id == 0:
			us = append(us, p.unit)
		case p.batch != p.was.batch:
			rs = append(rs, rebatch{p.unit, p.was.batch})
		}
		for _, b := range p.branches {
			if b.id == 0 {
				bs = append(bs, b)
			}
		}
	}
	return us, rs, bs
}

// notes tells what was taken for another way to write the same name.
func (ps *places) notes() (ts []messages.Text) {
	if len(ps.odd) == 0 {
		return nil
	}
	var pairs []messages.Text
	for _, o := range ps.odd {
		pairs = append(pairs, messages.T("“%s” for “%s”", o[0], o[1]))
	}
	return []messages.Text{messages.T("Other ways to write a name, taken for the same: %s", inBrief.some(pairs))}
}
