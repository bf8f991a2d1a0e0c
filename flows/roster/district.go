package roster

import (
	"cmp"
	"slices"
	"strings"

	"campaign"
)

// A district is the roster as the database has it: its places, and its members
// whether active or not. Names of units are unique in it, and names of branches
// within their unit.
type district struct {
	units    []unit
	branches []branch
	members  []member
}

type unit struct {
	id    campaign.UnitID // 0 where it is new
	name  string
	batch campaign.Batch
}

type branch struct {
	id         campaign.BranchID // 0 where it is new
	unit, name string
}

// A member is one person of the roster. Places go by their names, since new ones
// have no number yet.
type member struct {
	id           campaign.PersonID // 0 where the person is new
	no, name     string
	phone        campaign.Phone
	unit, branch string
	position     campaign.Position
	duties       []duty // in the order of inOrder
	active       bool
}

// A duty is a role and where it is held: unit and branch of a secretary, the unit
// of those who have one, nothing for the whole district.
type duty struct {
	role         campaign.Role
	unit, branch string
}

// inOrder sorts duties in the order of hats and drops what is said twice.
func inOrder(ds []duty) []duty {
	slices.SortFunc(ds, func(a, b duty) int {
		return cmp.Or(cmp.Compare(slices.Index(campaign.Roles, a.role), slices.Index(campaign.Roles, b.role)),
			cmp.Compare(a.unit, b.unit), cmp.Compare(a.branch, b.branch))
	})
	return slices.Compact(ds)
}

func (m member) holds(role campaign.Role) bool {
	return slices.ContainsFunc(m.duties, func(d duty) bool { return d.role == role })
}

// at is where a duty is held, where that is not the member's own unit or branch
// and not the whole district.
func (m member) at(d duty) string {
	switch {
	case d.role == campaign.Supervisor || d.role == campaign.Contact:
		return d.unit
	case d.branch != "" && (d.unit != m.unit || d.branch != m.branch):
		return d.unit + " · " + d.branch
	case d.branch == "" && d.unit != m.unit:
		return d.unit
	}
	return ""
}

// roles is the duties of m as the roster file writes them.
func (m member) roles() string {
	words := make([]string, len(m.duties))
	for i, d := range m.duties {
		words[i] = string(d.role)
		if at := m.at(d); at != "" {
			words[i] += ":" + at
		}
	}
	return strings.Join(words, ";")
}
