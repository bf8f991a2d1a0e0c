package roster

import (
	"campaign"
	"campaign/flows/flow"
)

// Imported is a roster file that was taken. It writes all of the changes at
// once; Rebatched, Enrolled and Altered are its lines in the audit, one for each
// unit and member.
type Imported struct {
	Rows, Added, Changed, Deactivated, Missing, Units, Branches int

	Changes changes `audit:"-" json:"-"`
}

// Enrolled is a member who is new on the roster.
type Enrolled struct {
	No, Unit, Branch string
	Position         campaign.Position
	Roles            string `json:",omitempty"`
}

// Altered is a member of whom the roster says something else than before.
type Altered struct {
	No   string
	What []Difference
}

// A Difference is one thing before and after. Of phones it holds the masked form.
type Difference struct{ Field, Old, New string }

// Rebatched is a unit that is in another batch than before.
type Rebatched struct {
	Unit     string
	Old, New campaign.Batch
}

// Effect is its name in the audit.
func (Imported) Effect() string { return "imported" }

// Effect is its name in the audit.
func (Enrolled) Effect() string { return "enrolled" }

// Effect is its name in the audit.
func (Altered) Effect() string { return "altered" }

// Effect is its name in the audit.
func (Rebatched) Effect() string { return "rebatched" }

// effects are what c writes, the whole first.
func (c changes) effects() []flow.Effect {
	es := make([]flow.Effect, 1, 1+c.count())
	es[0] = Imported{Rows: c.rows, Added: len(c.added), Changed: len(c.changed), Deactivated: len(c.gone), Missing: len(c.missing),
		Units: len(c.units), Branches: len(c.branches), Changes: c}
	for _, r := range c.batches {
		es = append(es, Rebatched{r.name, r.was, r.batch})
	}
	for _, m := range c.added {
		es = append(es, Enrolled{m.no, m.unit, m.branch, m.position, m.roles()})
	}
	for _, ch := range c.changed {
		es = append(es, ch.altered())
	}
	for _, ch := range c.gone {
		es = append(es, ch.altered())
	}
	return es
}

func (c change) altered() Altered {
	a := Altered{No: c.new.no}
	note := func(field, old, new string, is bool) {
		if is {
			a.What = append(a.What, Difference{field, old, new})
		}
	}
	old, new := c.old, c.new
	note("name", old.name, new.name, old.name != new.name)
	note("phone", masked(old.phone), masked(new.phone), old.phone != new.phone)
	note("unit", old.unit, new.unit, old.unit != new.unit)
	note("branch", old.branch, new.branch, c.moved())
	note("position", string(old.position), string(new.position), old.position != new.position)
	note("roles", old.roles(), new.roles(), old.roles() != new.roles())
	note("active", yes(old.active), yes(new.active), old.active != new.active)
	return a
}

func masked(p campaign.Phone) string {
	if p == "" {
		return ""
	}
	return p.Masked()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
