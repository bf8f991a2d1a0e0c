package attendance

import (
	"context"
	"fmt"
	"slices"

	"campaign"
	"campaign/storage"
)

// covers reports whether a required activity has closed of which the person reads
// somebody.
func covers(ctx context.Context, tx *storage.Tx, who campaign.Person) (there bool, err error) {
	r := who.Reading()
	err = tx.Get(ctx, &there, `
		SELECT EXISTS (
			SELECT FROM activities a JOIN expected e ON e.activity_id = a.id JOIN branches b ON b.id = e.branch_id
			WHERE a.required AND NOT a.cancelled AND a.closes <= $1 AND ($2 OR b.unit_id = ANY($3) OR b.id = ANY($4)))`,
		tx.Now, r.All, storage.Array(r.Units), storage.Array(r.Branches))
	if err != nil {
		return false, fmt.Errorf("attendance: look for required activities: %w", err)
	}
	return there, nil
}

// cover reads how far the part at is covered.
func cover(ctx context.Context, tx *storage.Tx, who campaign.Person, at Spot, view View) (f Facts, err error) {
	f.Activity = campaign.Activity{ID: whole, Required: true}
	if f.Branches, err = branchesRead(ctx, tx, who); err != nil {
		return f, err
	}
	f.At = at.narrowed(f.Branches)
	var in []int64
	for _, b := range f.Branches {
		if (f.At.Unit == 0 || f.At.Unit == b.Scope.Unit) && (f.At.Branch == 0 || f.At.Branch == b.Scope.Branch) {
			in = append(in, int64(b.Scope.Branch))
		}
	}
	if err := tallied(ctx, tx, &f, in); err != nil {
		return f, err
	}
	if err := completed(ctx, tx, &f, in); err != nil {
		return f, err
	}
	if f.At.seen(view) == byName {
		f.Lacking, err = lack(ctx, tx, in)
	}
	return f, err
}

// branchesRead finds the branches that a person reads.
func branchesRead(ctx context.Context, tx *storage.Tx, who campaign.Person) ([]branch, error) {
	var found []struct {
		UnitID     campaign.UnitID   `db:"unit_id"`
		ID         campaign.BranchID `db:"id"`
		Unit, Name string
	}
	r := who.Reading()
	err := tx.Select(ctx, &found, `
		SELECT b.unit_id, b.id, u.name AS unit, b.name FROM branches b JOIN units u ON u.id = b.unit_id
		WHERE $1 OR b.unit_id = ANY($2) OR b.id = ANY($3) ORDER BY b.unit_id, b.id`, r.All, storage.Array(r.Units), storage.Array(r.Branches))
	if err != nil {
		return nil, fmt.Errorf("attendance: find the branches: %w", err)
	}
	bs := make([]branch, len(found))
	for i, b := range found {
		bs[i] = branch{Scope: campaign.BranchScope(b.UnitID, b.ID), Unit: b.Unit, Name: b.Name}
	}
	return bs, nil
}

// tallied counts the required activities that have closed, by branch and by
// activity. What is alike is added up by the database and judged by the rule.
func tallied(ctx context.Context, tx *storage.Tx, f *Facts, in []int64) error {
	var rows []struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		campaign.Tally
	}
	err := tx.Select(ctx, &rows, `
		WITH counted AS (
			SELECT e.activity_id, e.branch_id, count(*) AS expected, count(m.person_id) AS arrived, count(*) FILTER (WHERE m.late) AS late,
			       count(*) FILTER (WHERE m.person_id IS NULL AND k.state = 'made') AS made, count(*) FILTER (WHERE m.person_id IS NULL AND k.state = 'waived') AS waived
			FROM activities a JOIN expected e ON e.activity_id = a.id
			LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
			LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id AND k.state IN ('made', 'waived')
			WHERE a.required AND NOT a.cancelled AND a.closes <= $1 AND e.branch_id = ANY($2)
			GROUP BY e.activity_id, e.branch_id),
		told AS (
			SELECT c.activity_id, c.branch_id, c.expected, c.arrived, c.late, c.made, c.waived,
			       (SELECT true FROM heard h WHERE h.activity_id = c.activity_id AND h.branch_id = c.branch_id LIMIT 1) IS NOT NULL AS reported
			FROM counted c)
		SELECT coalesce(activity_id, 0) AS activity, coalesce(branch_id, 0) AS branch, reported,
		       sum(expected)::bigint AS expected, sum(arrived)::bigint AS arrived, sum(late)::bigint AS late, sum(made)::bigint AS made, sum(waived)::bigint AS waived
		FROM told GROUP BY GROUPING SETS ((activity_id, reported), (branch_id, reported))`, tx.Now, storage.Array(in))
	if err != nil {
		return fmt.Errorf("attendance: count all required activities: %w", err)
	}
	of, held := map[campaign.BranchID]campaign.Figures{}, map[campaign.ActivityID]campaign.Figures{}
	reported := map[campaign.BranchID]bool{}
	for _, r := range rows {
		figures := r.Tally.Figures(true, true)
		if r.Branch == 0 {
			held[r.Activity] = held[r.Activity].Plus(figures)
			continue
		}
		of[r.Branch] = of[r.Branch].Plus(figures)
		reported[r.Branch] = reported[r.Branch] || r.Reported
	}
	for i, b := range f.Branches {
		f.Branches[i].Figures, f.Branches[i].Reported = of[b.Scope.Branch], reported[b.Scope.Branch]
	}
	return holdings(ctx, tx, f, held)
}

// holdings reads the activities that were counted, the latest first.
func holdings(ctx context.Context, tx *storage.Tx, f *Facts, figures map[campaign.ActivityID]campaign.Figures) error {
	ids := make([]campaign.ActivityID, 0, len(figures))
	for id := range figures {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(as, func(a, b campaign.Activity) int { return b.Starts.Compare(a.Starts) })
	for _, a := range as {
		f.Held = append(f.Held, held{a, figures[a.ID]})
	}
	return nil
}

// completed counts who was expected at a required activity at all, and who of them
// was at each or need not make it up any more.
func completed(ctx context.Context, tx *storage.Tx, f *Facts, in []int64) error {
	var rows []struct {
		Branch            campaign.BranchID
		Members, Complete int
	}
	err := tx.Select(ctx, &rows, `
		WITH p AS (
			SELECT e.branch_id, e.person_id, bool_and(m.person_id IS NOT NULL OR k.state IS NOT NULL) AS complete
			FROM activities a JOIN expected e ON e.activity_id = a.id
			LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
			LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id AND k.state IN ('made', 'waived')
			WHERE a.required AND NOT a.cancelled AND a.closes <= $1 AND e.branch_id = ANY($2)
			GROUP BY e.branch_id, e.person_id)
		SELECT branch_id AS branch, count(*) AS members, count(*) FILTER (WHERE complete) AS complete FROM p GROUP BY branch_id`, tx.Now, storage.Array(in))
	if err != nil {
		return fmt.Errorf("attendance: count who lacks nothing: %w", err)
	}
	at := map[campaign.BranchID]int{}
	for i, b := range f.Branches {
		at[b.Scope.Branch] = i
	}
	for _, r := range rows {
		b := &f.Branches[at[r.Branch]]
		b.Members, b.Complete = r.Members, r.Complete
	}
	return nil
}

// lack finds who of some branches lacks something, those who lack most first.
func lack(ctx context.Context, tx *storage.Tx, in []int64) (ls []lacking, err error) {
	err = tx.Select(ctx, &ls, `
		SELECT p.name, b.name AS branch, count(*) FILTER (WHERE h.there) AS owed, count(*) FILTER (WHERE h.there AND k.state = 'handed') AS handed,
		       count(*) FILTER (WHERE h.there IS NULL) AS unreported
		FROM activities a JOIN expected e ON e.activity_id = a.id JOIN people p ON p.id = e.person_id JOIN branches b ON b.id = e.branch_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		LEFT JOIN LATERAL (SELECT true AS there FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) h ON true
		WHERE a.required AND NOT a.cancelled AND a.closes <= $1 AND e.branch_id = ANY($2)
		  AND m.person_id IS NULL AND (k.state IS NULL OR k.state NOT IN ('made', 'waived'))
		GROUP BY p.id, b.id ORDER BY count(*) DESC, b.id, p.id`, tx.Now, storage.Array(in))
	if err != nil {
		return nil, fmt.Errorf("attendance: find who lacks something: %w", err)
	}
	return ls, nil
}
