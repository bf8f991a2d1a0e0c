package guest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads what a step must know.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case nil:
		if at, ok := shown(t.Arg); ok && t.Draft.Named == 0 {
			return f, f.loadList(ctx, tx, at)
		}
		return f, f.loadAsk(ctx, tx, t)
	case Decide:
		if err := f.loadVisit(ctx, tx, about.Key); err != nil {
			return f, err
		}
		f.Host = f.Visit.Host
		f.Visits, err = list(ctx, tx, Look{about.Activity, f.Host.Scope.Branch})
	case Withdraw:
		err = f.loadVisit(ctx, tx, about.Key)
	case Remind:
		err = f.loadVisit(ctx, tx, about.Key)
	case Look:
		err = f.loadList(ctx, tx, about)
	case Add:
		err = f.loadList(ctx, tx, about.Look)
	case campaign.ActivityPlanned:
		f.Visits, err = countable(ctx, tx, about.Activity)
	case campaign.ActivityMoved:
		f.Visits, err = countable(ctx, tx, about.New)
	case campaign.ActivityCancelled:
		f.Visits, err = countedFor(ctx, tx, about.Activity.ID)
	}
	return f, err
}

// loadAsk reads what the guest chooses from, and the visit once they have chosen.
func (f *Facts) loadAsk(ctx context.Context, tx *storage.Tx, t turn) (err error) {
	d, at := t.Draft, t.Draft.since(t.Here)
	if id, err := strconv.ParseInt(t.Arg, 10, 64); err == nil && d.Named == 0 {
		d.Named = campaign.ActivityID(id)
	}
	if d.Named != 0 {
		found, err := tx.Activities(ctx, []campaign.ActivityID{d.Named})
		if err != nil {
			return err
		}
		if len(found) == 1 {
			f.Named = found[0]
			d = d.of(f.Named)
		}
	}
	if f.Units, err = hosts(ctx, tx, t.Who, at, 0, d.Named); err != nil || d.Unit == 0 {
		return err
	}
	if f.Branches, err = hosts(ctx, tx, t.Who, at, d.Unit, d.Named); err != nil || d.Branch == 0 {
		return err
	}
	if d.Named == 0 {
		if f.Activities, err = held(ctx, tx, d.Branch, at); err != nil {
			return err
		}
		if len(f.Activities) == 1 {
			d.Activity = f.Activities[0].ID
		}
	}
	if d.Activity == 0 {
		return nil
	}
	return f.loadVisitAt(ctx, tx, Key{d.Activity, t.Who.ID}, d.Branch)
}

// hosts finds where an activity is held at an instant, or the one that is named:
// the units, or the branches of one. The person's own branch is none of them.
func hosts(ctx context.Context, tx *storage.Tx, who campaign.Person, at time.Time, unit campaign.UnitID, named campaign.ActivityID) ([]Place, error) {
	var rows []struct {
		Unit         campaign.UnitID
		Branch       campaign.BranchID
		Name, Called string
	}
	err := tx.Select(ctx, &rows, `
		SELECT DISTINCT u.id AS unit, CASE WHEN $1 = 0 THEN 0 ELSE b.id END AS branch, u.name, CASE WHEN $1 = 0 THEN '' ELSE b.name END AS called
		FROM activities a JOIN branches b ON a.part <> 'branch' OR b.id = a.branch_id JOIN units u ON u.id = b.unit_id
		WHERE a.opens <= $2 AND a.closes > $2 AND NOT a.cancelled AND ($4 = 0 OR a.id = $4) AND b.id <> $3 AND ($1 = 0 OR u.id = $1)
		  AND (a.part IN ('all', 'branch') OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id)
		ORDER BY u.id, branch`, int64(unit), at, int64(who.Home.Branch), int64(named))
	if err != nil {
		return nil, fmt.Errorf("guest: find hosts: %w", err)
	}
	ps := make([]Place, len(rows))
	for i, r := range rows {
		ps[i] = Place{campaign.BranchScope(r.Unit, r.Branch), r.Name, r.Called}
	}
	return ps, nil
}

// held finds the activities with open check-in that are held for a branch.
func held(ctx context.Context, tx *storage.Tx, b campaign.BranchID, at time.Time) ([]campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a JOIN branches b ON b.id = $1 JOIN units u ON u.id = b.unit_id
		WHERE a.opens <= $2 AND a.closes > $2 AND NOT a.cancelled
		  AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id OR a.branch_id = b.id)
		ORDER BY a.starts, a.id`, int64(b), at)
	if err != nil {
		return nil, fmt.Errorf("guest: find what a branch holds: %w", err)
	}
	return tx.Activities(ctx, ids)
}

// loadList reads the guests of a branch at an activity.
func (f *Facts) loadList(ctx context.Context, tx *storage.Tx, at Look) (err error) {
	if f.Visits, err = list(ctx, tx, at); err != nil {
		return err
	}
	if f.Host, err = place(ctx, tx, at.Host); err != nil {
		return err
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{at.Activity})
	if len(found) == 1 {
		f.Visit.Activity = found[0]
	}
	return err
}

// place names a branch.
func place(ctx context.Context, tx *storage.Tx, b campaign.BranchID) (Place, error) {
	var row struct {
		Unit       campaign.UnitID
		Name, Unto string
	}
	err := tx.Get(ctx, &row, `SELECT u.id AS unit, b.name, u.name AS unto FROM branches b JOIN units u ON u.id = b.unit_id WHERE b.id = $1`, int64(b))
	if errors.Is(err, storage.ErrNotFound) {
		return Place{}, nil
	}
	if err != nil {
		return Place{}, fmt.Errorf("guest: read a branch: %w", err)
	}
	return Place{campaign.BranchScope(row.Unit, b), row.Unto, row.Name}, nil
}

// loadEntry reads whom a host looks for, and the visit once they have chosen.
func loadEntry(ctx context.Context, tx *storage.Tx, t entering, _ any) (f Facts, err error) {
	d := t.Draft
	if d.Find == "" {
		return f, nil
	}
	var rows []struct {
		ID       campaign.PersonID
		No, Name string
		Unit     campaign.UnitID
		Branch   campaign.BranchID
		In, Of   string
	}
	err = tx.Select(ctx, &rows, `
		SELECT p.id, p.member_no AS no, p.name, u.id AS unit, b.id AS branch, u.name AS in, b.name AS of
		FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
		WHERE (p.member_no = upper($1) OR p.member_no = $1 OR p.name = $1) AND p.active AND p.branch_id <> $2 ORDER BY p.id LIMIT $3`,
		d.Find, int64(d.Host), mostFound+1)
	if err != nil {
		return f, fmt.Errorf("guest: look for a member: %w", err)
	}
	for _, r := range rows {
		f.Found = append(f.Found, Someone{r.ID, r.No, r.Name, Place{campaign.BranchScope(r.Unit, r.Branch), r.In, r.Of}})
	}
	if d.Guest == 0 {
		return f, nil
	}
	return f, f.loadVisitAt(ctx, tx, Key{d.Activity, d.Guest}, d.Host)
}

// apply writes one effect.
func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Requested:
		return tx.Exec(ctx, `
			INSERT INTO guests (activity_id, person_id, host_id, home_id, at, late, state) VALUES ($1, $2, $3, $4, $5, $6, 'asked')
			ON CONFLICT (activity_id, person_id) DO UPDATE SET host_id = $3, home_id = $4, at = $5, late = $6, state = 'asked'
			WHERE guests.state = 'withdrawn'`, e.Activity, e.Person, e.Host, e.Home, e.At, e.Late)
	case Settled:
		return tx.Exec(ctx, `
			INSERT INTO guests (activity_id, person_id, host_id, home_id, at, late, state, decided_by, decided_at, counts_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::bigint, 0))
			ON CONFLICT (activity_id, person_id) DO UPDATE SET host_id = $3, home_id = $4, at = $5, late = $6, state = $7,
			       decided_by = $8, decided_at = $9, counts_id = nullif($10::bigint, 0)
			WHERE guests.state <> 'accepted'`, e.Activity, e.Person, e.Host, e.Home, e.At, e.Late, e.State, h.Who.ID, tx.Now, int64(e.Counts))
	case Recalled:
		return tx.Exec(ctx, `UPDATE guests SET state = 'withdrawn' WHERE activity_id = $1 AND person_id = $2`, e.Activity, e.Person)
	case Counted:
		return tx.Exec(ctx, `UPDATE guests SET counts_id = nullif($3::bigint, 0) WHERE activity_id = $1 AND person_id = $2`, e.Activity, e.Person, int64(e.Counts))
	case Sought:
		return nil // for the audit
	}
	return fmt.Errorf("guest: cannot apply %s", e.Effect())
}
