package checkin

import (
	"context"
	"fmt"

	"campaign"
	"campaign/storage"
)

// windowsOfBranches reads the open windows at which a branch is expected that a
// group has now, or had, with the figures of the one that it has.
func windowsOfBranches(ctx context.Context, tx *storage.Tx, n campaign.GroupLinked) ([]Window, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT w.activity_id FROM checkin_windows w
		WHERE w.opened_at IS NOT NULL AND w.closed_at IS NULL
		  AND EXISTS (SELECT FROM expected e WHERE e.activity_id = w.activity_id AND e.branch_id IN ($1, $2))
		ORDER BY w.activity_id`, n.Branch, n.From)
	if err != nil {
		return nil, fmt.Errorf("find the open windows of a branch: %w", err)
	}
	ws, err := open(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	return ws, count(ctx, tx, ws, n.Branch)
}

// windowsOfPerson reads the open windows at which somebody is missing.
func windowsOfPerson(ctx context.Context, tx *storage.Tx, p campaign.PersonID) ([]Window, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT w.activity_id FROM expected e JOIN checkin_windows w ON w.activity_id = e.activity_id
		WHERE e.person_id = $1 AND w.opened_at IS NOT NULL AND w.closed_at IS NULL
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = $1)
		ORDER BY w.activity_id`, p)
	if err != nil {
		return nil, fmt.Errorf("find the open windows of a person: %w", err)
	}
	return open(ctx, tx, ids)
}

// open reads those of the windows that are open, and keeps others from closing
// them: a card that is given now is changed by whoever closes later.
func open(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) (ws []Window, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Exec(ctx, `SELECT id FROM activities WHERE id = ANY($1) ORDER BY id FOR SHARE`, storage.Array(ids)); err != nil {
		return nil, fmt.Errorf("hold windows: %w", err)
	}
	all, err := states(ctx, tx, ids)
	for _, w := range all {
		if w.Opened && !w.Activity.Cancelled && !w.over(tx.Now) {
			ws = append(ws, w)
		}
	}
	return ws, err
}

// windowsOfNewcomers reads the open windows into whose scope somebody has come
// who is not expected, with whom. It holds nothing: whoever moves a window waits
// for the roster, which is locked.
func windowsOfNewcomers(ctx context.Context, tx *storage.Tx) ([]Window, error) {
	var rows []struct {
		Activity campaign.ActivityID
		Newcomer
	}
	err := tx.Select(ctx, &rows, `
		SELECT s.activity_id AS activity, s.person_id AS person, s.branch_id AS branch,
		       EXISTS (SELECT FROM chats c WHERE c.branch_id = s.branch_id) AS group
		FROM checkin_windows w JOIN activities a ON a.id = w.activity_id JOIN checkin_scope s ON s.activity_id = w.activity_id
		WHERE w.opened_at IS NOT NULL AND w.closed_at IS NULL AND NOT a.cancelled AND a.closes > $1
		  AND NOT EXISTS (SELECT FROM expected e WHERE e.activity_id = s.activity_id AND e.person_id = s.person_id)
		ORDER BY s.activity_id, s.person_id`, tx.Now)
	if err != nil {
		return nil, fmt.Errorf("find newcomers: %w", err)
	}
	var ids []campaign.ActivityID
	came := map[campaign.ActivityID][]Newcomer{}
	for _, r := range rows {
		if came[r.Activity] == nil {
			ids = append(ids, r.Activity)
		}
		came[r.Activity] = append(came[r.Activity], r.Newcomer)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	ws, err := states(ctx, tx, ids)
	for i := range ws {
		ws[i].New = came[ws[i].Activity.ID]
	}
	return ws, err
}
