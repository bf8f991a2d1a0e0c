package closing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// loadLock reads how the figures of a branch at an activity stand, and keeps others
// from unlocking them.
func loadLock(ctx context.Context, tx *storage.Tx, t unlocking, about any) (f Lock, err error) {
	d := t.Draft
	if p, ok := about.(Grant); ok {
		d = Unlock{Activity: p.Activity, Branch: p.Branch}
	} else if d == (Unlock{}) {
		d = named(t.Arg)
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{d.Activity})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity = found[0]
	var b struct {
		UnitID campaign.UnitID `db:"unit_id"`
		Name   string
	}
	err = tx.Get(ctx, &b, `SELECT unit_id, name FROM branches WHERE id = $1 FOR NO KEY UPDATE`, d.Branch)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil // nobody runs it
	}
	if err != nil {
		return f, fmt.Errorf("find the branch: %w", err)
	}
	f.Scope, f.In = campaign.BranchScope(b.UnitID, d.Branch), b.Name
	if f.Closing, err = tx.Closing(ctx, d.Activity, d.Branch); err != nil {
		return f, err
	}
	err = tx.Select(ctx, &f.Officials, `
		WITH told AS (
			SELECT r.person_id, r.role FROM roles r JOIN people p ON p.id = r.person_id AND p.active JOIN accounts a ON a.person_id = p.id AND a.reach = 'open'
			WHERE r.unit_id = $1 AND r.role IN ('first', 'direct', 'desk') OR r.role = 'office')
		SELECT DISTINCT person_id FROM told
		WHERE role <> 'office' OR NOT EXISTS (SELECT FROM told WHERE role <> 'office') ORDER BY person_id`, b.UnitID)
	if err != nil {
		return f, fmt.Errorf("find who may unlock: %w", err)
	}
	err = tx.Select(ctx, &f.Secretaries, `SELECT person_id FROM roles WHERE branch_id = $1 AND role = 'secretary' ORDER BY person_id`, d.Branch)
	if err != nil {
		return f, fmt.Errorf("find the secretaries: %w", err)
	}
	return f, nil
}

func applyLock(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Asked: // for the audit: who is asked has a card
		return nil
	case Unlocked:
		return tx.Exec(ctx, `
			INSERT INTO unlocks (activity_id, branch_id, at, until, by_id, hat, for_id, reason) VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8)`,
			e.Activity, e.Branch, tx.Now, e.Until, h.Who.ID, e.Hat, e.For, e.Why)
	}
	return fmt.Errorf("unlock: cannot apply %s", e.Effect())
}

// over finds the cards of records that were unlocked and locked again before then,
// and of activities of a year earlier.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byID := map[campaign.ActivityID][]string{}
	var ids []campaign.ActivityID
	for _, n := range names {
		var (
			id     campaign.ActivityID
			branch campaign.BranchID
		)
		if _, err := fmt.Sscanf(n, unlockName, &id, &branch); err == nil {
			byID[id], ids = append(byID[id], n), append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var ended []campaign.ActivityID
	err = tx.Select(ctx, &ended, `
		SELECT a.id FROM activities a
		WHERE a.id = ANY($1) AND (a.ends < $2::timestamptz - interval '1 year' OR EXISTS (SELECT FROM unlocks u WHERE u.activity_id = a.id)
		                          AND NOT EXISTS (SELECT FROM unlocks u WHERE u.activity_id = a.id AND u.until >= $2))`, storage.Array(ids), before)
	for _, id := range ended {
		found = append(found, byID[id]...)
	}
	return found, err
}
