package makeup

import (
	"context"
	"fmt"

	"campaign"
	"campaign/storage"
)

// mine reads what a person owes.
func mine(ctx context.Context, tx *storage.Tx, id campaign.PersonID) ([]Debt, error) {
	var rows []Key
	err := tx.Select(ctx, &rows, `
		SELECT k.activity_id AS activity, k.person_id AS person FROM makeups k
		WHERE k.person_id = $1 AND k.state IN ('open', 'handed')
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)
		ORDER BY k.due, k.activity_id`, id)
	if err != nil {
		return nil, fmt.Errorf("find what a person owes: %w", err)
	}
	return debts(ctx, tx, rows)
}

// helped reads what those owe for whom a person records, and nothing was handed in
// for yet.
func helped(ctx context.Context, tx *storage.Tx, id campaign.PersonID) ([]Debt, error) {
	var rows []Key
	err := tx.Select(ctx, &rows, `
		SELECT k.activity_id AS activity, k.person_id AS person
		FROM helping x JOIN makeups k ON k.person_id = x.person_id
		WHERE x.helper_id = $1 AND k.state = 'open'
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)
		ORDER BY k.due, k.activity_id, k.person_id`, id)
	if err != nil {
		return nil, fmt.Errorf("find what is owed by whom a person helps: %w", err)
	}
	return debts(ctx, tx, rows)
}

// care counts the debts in somebody's care.
func care(ctx context.Context, tx *storage.Tx, r campaign.Reach, today campaign.Day) (map[Want]int, error) {
	var n struct{ Handed, Owed, Overdue int }
	err := tx.Get(ctx, &n, `
		SELECT count(*) FILTER (WHERE k.state = 'handed') AS handed, count(*) FILTER (WHERE k.state = 'open') AS owed,
		       count(*) FILTER (WHERE k.state = 'open' AND k.due < $4) AS overdue
		FROM branches b JOIN makeups k ON k.branch_id = b.id
		WHERE ($1 OR b.unit_id = ANY($2) OR b.id = ANY($3)) AND k.state IN ('open', 'handed')
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)`,
		r.All, storage.Array(r.Units), storage.Array(r.Branches), today)
	if err != nil {
		return nil, fmt.Errorf("count debts: %w", err)
	}
	return map[Want]int{Handed: n.Handed, Owed: n.Owed, Overdue: n.Overdue}, nil
}

// mostListed bounds a list; it can be searched.
const mostListed = 1000

// cared reads the debts of a list, those that are due first.
func cared(ctx context.Context, tx *storage.Tx, r campaign.Reach, w Want, today campaign.Day) ([]Debt, error) {
	state := campaign.DebtOpen
	if w == Handed {
		state = campaign.DebtHanded
	}
	var ks []Key
	err := tx.Select(ctx, &ks, `
		SELECT k.activity_id AS activity, k.person_id AS person
		FROM branches b JOIN makeups k ON k.branch_id = b.id
		WHERE ($1 OR b.unit_id = ANY($2) OR b.id = ANY($3)) AND k.state = $4 AND (NOT $5 OR k.due < $6)
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)
		ORDER BY k.due, b.id, k.person_id, k.activity_id LIMIT $7`,
		r.All, storage.Array(r.Units), storage.Array(r.Branches), state, w == Overdue, today, mostListed)
	if err != nil {
		return nil, fmt.Errorf("list debts: %w", err)
	}
	return debts(ctx, tx, ks)
}

// How many are told in one turn.
const (
	membersATurn  = 200
	branchesATurn = 50
)

// round reads whom the next turn of the morning tells: members first, then the
// secretaries of branches, then the units. It is empty when everybody was told.
func round(ctx context.Context, tx *storage.Tx) (r Round, err error) {
	if r.Lists, err = members(ctx, tx); err != nil || len(r.Lists) > 0 {
		r.Level = LateMember
		return r, err
	}
	for _, r.Level = range []Level{ToSecretary, ToUnit} {
		if r.Lists, err = keepers(ctx, tx, r.Level); err != nil || len(r.Lists) > 0 {
			return r, err
		}
	}
	return Round{}, nil
}

// A telling is a debt, and whom it is told to.
type telling struct {
	Key
	Part int64 // a person, a branch or a unit
}

// members reads what some members owe of whom one debt at least is new to them, or
// newly late.
func members(ctx context.Context, tx *storage.Tx) ([]Notice, error) {
	today := campaign.DayOf(tx.Now.In(tx.Zone()))
	var ts []telling
	err := tx.Select(ctx, &ts, `
		WITH who AS (
			SELECT DISTINCT k.person_id FROM makeups k JOIN people p ON p.id = k.person_id AND p.active
			WHERE k.state = 'open' AND (k.told < $1 OR k.told < $2 AND k.due <= $3)
			  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)
			ORDER BY k.person_id LIMIT $4)
		SELECT k.activity_id AS activity, k.person_id AS person, k.person_id AS part
		FROM who JOIN makeups k ON k.person_id = who.person_id
		WHERE k.state = 'open' AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)
		ORDER BY k.person_id, k.due, k.activity_id`, ToMember, LateMember, today.Add(-lateBy[LateMember]), membersATurn)
	if err != nil {
		return nil, fmt.Errorf("find whom to remind: %w", err)
	}
	return notices(ctx, tx, ts, func(d Debt, n *Notice) { n.To, n.Helper = []campaign.PersonID{d.Key.Person}, d.Helper })
}

// keepers reads the debts that are so late that a secretary, or the unit, is told.
func keepers(ctx context.Context, tx *storage.Tx, level Level) ([]Notice, error) {
	today := campaign.DayOf(tx.Now.In(tx.Zone()))
	var ts []telling
	err := tx.Select(ctx, &ts, `
		WITH late AS (
			SELECT k.activity_id, k.person_id, k.due, CASE WHEN $1 THEN b.unit_id ELSE b.id END AS part
			FROM makeups k JOIN branches b ON b.id = k.branch_id
			WHERE k.state = 'open' AND k.told < $2 AND k.due <= $3
			  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id)),
		turn AS (SELECT DISTINCT part FROM late ORDER BY part LIMIT $4)
		SELECT l.activity_id AS activity, l.person_id AS person, l.part FROM turn JOIN late l ON l.part = turn.part
		ORDER BY l.part, l.due, l.person_id, l.activity_id`, level == ToUnit, level, today.Add(-lateBy[level]), branchesATurn)
	if err != nil {
		return nil, fmt.Errorf("find what is late: %w", err)
	}
	ns, err := notices(ctx, tx, ts, func(d Debt, n *Notice) {
		if n.Part = d.In; level == ToUnit {
			n.Part = d.Unit
		}
	})
	for i, n := range ns {
		d := n.Debts[0]
		if level == ToUnit {
			d.Branch.Branch = 0 // the unit alone is asked, not the branch
		}
		if len(n.Debts) > 1 {
			d.Key.Person = 0 // only whoever owes everything of the list is left out
		}
		if ns[i].To, _, err = deciders(ctx, tx, d); err != nil {
			return nil, err
		}
	}
	return ns, err
}

// notices puts debts together by whom they are told to.
func notices(ctx context.Context, tx *storage.Tx, ts []telling, to func(Debt, *Notice)) (ns []Notice, err error) {
	ks := make([]Key, len(ts))
	for i, t := range ts {
		ks[i] = t.Key
	}
	ds, err := debts(ctx, tx, ks)
	if err != nil {
		return nil, err
	}
	for i, d := range ds {
		if i == 0 || ts[i].Part != ts[i-1].Part {
			ns = append(ns, Notice{})
			to(d, &ns[len(ns)-1])
		}
		n := &ns[len(ns)-1]
		n.Debts = append(n.Debts, d)
	}
	return ns, nil
}

// told notes of which debts somebody has been told.
func told(ctx context.Context, tx *storage.Tx, e Told) error {
	activities, people := columns(e.Keys)
	err := tx.Exec(ctx, `
		UPDATE makeups k SET told = greatest(k.told, $3) FROM unnest($1::bigint[], $2::bigint[]) AS t (activity_id, person_id)
		WHERE k.activity_id = t.activity_id AND k.person_id = t.person_id`, storage.Array(activities), storage.Array(people), e.Level)
	if err != nil {
		return fmt.Errorf("note who was told: %w", err)
	}
	return nil
}
