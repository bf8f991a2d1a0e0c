package checkin

import (
	"context"
	"fmt"

	"campaign"
	"campaign/storage"
)

// turnful is how many windows one turn opens or closes.
const turnful = 20

// due reads the windows that are to be opened or closed now. One that passed
// wholly more than a day ago is left alone: no message that speaks of it can
// still be on its way.
func due(ctx context.Context, tx *storage.Tx) (f Facts, err error) {
	var ids []campaign.ActivityID
	err = tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a
		WHERE a.closes > $1::timestamptz - interval '1 day' AND a.opens <= $1 AND NOT a.cancelled
		  AND NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = a.id AND w.opened_at IS NOT NULL)
		UNION
		SELECT a.id FROM checkin_windows w JOIN activities a ON a.id = w.activity_id
		WHERE w.opened_at IS NOT NULL AND w.closed_at IS NULL AND a.closes <= $1 AND NOT a.cancelled
		UNION
		SELECT a.id FROM activities a JOIN checkin_windows w ON w.activity_id = a.id
		WHERE a.sign_out IS NOT NULL AND a.ends > $1::timestamptz - interval '1 day' AND NOT a.cancelled AND w.opened_at IS NOT NULL AND w.out_closed_at IS NULL
		  AND (w.out_offered_at IS NULL AND least(a.sign_out, a.closes) <= $1 OR a.ends <= $3)
		ORDER BY id LIMIT $2`, tx.Now, turnful+1, tx.Now.Add(-campaign.SignOutFor))
	if err != nil {
		return f, fmt.Errorf("find windows that are due: %w", err)
	}
	if f.More = len(ids) > turnful; f.More {
		ids = ids[:turnful]
	}
	f.Windows, err = windows(ctx, tx, ids...)
	return f, err
}

// windows reads windows as they stand, and keeps others from moving them. It
// waits for a roster that is being imported, so that whoever comes with it is
// either expected already or seen by the import.
func windows(ctx context.Context, tx *storage.Tx, ids ...campaign.ActivityID) ([]Window, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Exec(ctx, `LOCK TABLE people IN ROW EXCLUSIVE MODE`); err != nil {
		return nil, fmt.Errorf("wait for the roster: %w", err)
	}
	if err := tx.Exec(ctx, `SELECT id FROM activities WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, storage.Array(ids)); err != nil {
		return nil, fmt.Errorf("lock windows: %w", err)
	}
	ws, err := states(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var opened, unopened []campaign.ActivityID
	for _, w := range ws {
		if w.Opened {
			opened = append(opened, w.Activity.ID)
			continue
		}
		unopened = append(unopened, w.Activity.ID)
	}
	counts, err := figures(ctx, tx, opened, unopened)
	for i := range ws {
		ws[i].Branches = counts[ws[i].Activity.ID]
	}
	return ws, err
}

// states reads activities and how their windows stand.
func states(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) ([]Window, error) {
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID             campaign.ActivityID
		Opened, Closed bool
		OutOffered     bool `db:"out_offered"`
		OutClosed      bool `db:"out_closed"`
		Groups         int
	}
	err = tx.Select(ctx, &rows, `
		SELECT activity_id AS id, opened_at IS NOT NULL AS opened, closed_at IS NOT NULL AS closed,
		       out_offered_at IS NOT NULL AS out_offered, out_closed_at IS NOT NULL AS out_closed, groups
		FROM checkin_windows WHERE activity_id = ANY($1)`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read windows: %w", err)
	}
	ws := make([]Window, len(as))
	for i, a := range as {
		ws[i].Activity = a
		for _, r := range rows {
			if r.ID == a.ID {
				ws[i].Invited, ws[i].Opened, ws[i].Closed, ws[i].Groups = true, r.Opened, r.Closed, r.Groups
				ws[i].OutOffered, ws[i].OutClosed = r.OutOffered, r.OutClosed
			}
		}
	}
	return ws, nil
}

// figures counts, for each activity, the branches that have a group: who is
// expected, or would be if the window opened now, and who is marked.
func figures(ctx context.Context, tx *storage.Tx, opened, unopened []campaign.ActivityID) (map[campaign.ActivityID][]Count, error) {
	var rows []struct {
		Activity campaign.ActivityID
		Count
	}
	err := tx.Select(ctx, &rows, `
		WITH e AS (
			SELECT activity_id, branch_id, count(*) AS n FROM expected WHERE activity_id = ANY($1) GROUP BY activity_id, branch_id
			UNION ALL
			SELECT activity_id, branch_id, count(*) FROM checkin_scope WHERE activity_id = ANY($2) GROUP BY activity_id, branch_id),
		m AS (
			SELECT activity_id, branch_id, count(*) AS n, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE method = 'guest') AS away
			FROM marks WHERE activity_id = ANY($1) OR activity_id = ANY($2) GROUP BY activity_id, branch_id)
		SELECT e.activity_id AS activity, e.branch_id AS branch, e.n AS expected, coalesce(m.n, 0) AS present, coalesce(m.late, 0) AS late, coalesce(m.away, 0) AS away,
		       (SELECT count(*) FROM guests g WHERE g.activity_id = e.activity_id AND g.host_id = e.branch_id AND g.state = 'accepted') AS guests,
		       EXISTS (SELECT FROM reported r WHERE r.activity_id = e.activity_id AND r.branch_id = e.branch_id) AS reported
		FROM e JOIN chats c ON c.branch_id = e.branch_id
		LEFT JOIN m ON m.activity_id = e.activity_id AND m.branch_id = e.branch_id
		ORDER BY e.activity_id, e.branch_id`, storage.Array(opened), storage.Array(unopened))
	if err != nil {
		return nil, fmt.Errorf("count branches: %w", err)
	}
	counts := map[campaign.ActivityID][]Count{}
	for _, r := range rows {
		counts[r.Activity] = append(counts[r.Activity], r.Count)
	}
	return counts, nil
}

// showing reads the windows whose cards the group of a branch has, or ought to
// have: those that are open, and those that closed within a day.
func showing(ctx context.Context, tx *storage.Tx, b campaign.BranchID) ([]Window, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM checkin_windows w JOIN activities a ON a.id = w.activity_id
		WHERE w.opened_at IS NOT NULL AND NOT a.cancelled AND a.closes > $1::timestamptz - interval '1 day'
		AND EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.branch_id = $2) ORDER BY a.id`, tx.Now, b)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return states(ctx, tx, ids)
}

// window1 reads one window with the figures of one branch. It waits for whoever
// is moving the window, so that figures of before never hide the end.
func window1(ctx context.Context, tx *storage.Tx, f Figure) ([]Window, error) {
	if _, err := tx.Activity(ctx, f.Activity); err != nil {
		return nil, err
	}
	ws, err := states(ctx, tx, []campaign.ActivityID{f.Activity})
	if err != nil {
		return nil, err
	}
	return ws, count(ctx, tx, ws, f.Branch)
}

// count reads the figures of one branch into each of the windows.
func count(ctx context.Context, tx *storage.Tx, ws []Window, b campaign.BranchID) error {
	for i := range ws {
		c := Count{Branch: b}
		err := tx.Get(ctx, &c, `
			SELECT (SELECT count(*) FROM expected WHERE activity_id = $1 AND branch_id = $2) AS expected,
			       (SELECT count(*) FROM guests WHERE activity_id = $1 AND host_id = $2 AND state = 'accepted') AS guests,
			       count(*) AS present, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE method = 'guest') AS away,
			       EXISTS (SELECT FROM reported WHERE activity_id = $1 AND branch_id = $2) AS reported
			FROM marks WHERE activity_id = $1 AND branch_id = $2`, ws[i].Activity.ID, b)
		if err != nil {
			return fmt.Errorf("count a branch: %w", err)
		}
		ws[i].Branches = []Count{c}
	}
	return nil
}

// opened notes that a window is open, and fixes who is expected. Of an earlier
// opening only those stay who are still in the scope, or marked.
func opened(ctx context.Context, tx *storage.Tx, e Opened) error {
	err := tx.Exec(ctx, `
		INSERT INTO checkin_windows (activity_id, opened_at, groups) VALUES ($1, $2, $3)
		ON CONFLICT (activity_id) DO UPDATE SET opened_at = $2, closed_at = NULL, groups = $3`, e.Activity, tx.Now, e.Groups)
	if err != nil {
		return fmt.Errorf("open a window: %w", err)
	}
	err = tx.Exec(ctx, `
		DELETE FROM expected e WHERE e.activity_id = $1
		AND (SELECT true FROM checkin_scope s WHERE s.activity_id = e.activity_id AND s.person_id = e.person_id LIMIT 1) IS NULL
		AND (SELECT true FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id LIMIT 1) IS NULL`, e.Activity)
	if err != nil {
		return fmt.Errorf("forget who was expected: %w", err)
	}
	return expect(ctx, tx, e.Activity)
}

// expect adds whoever is in the scope of an activity to those who are expected.
func expect(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) error {
	err := tx.Exec(ctx, `
		INSERT INTO expected (activity_id, person_id, branch_id)
		SELECT activity_id, person_id, branch_id FROM checkin_scope WHERE activity_id = $1
		ORDER BY person_id ON CONFLICT DO NOTHING`, id)
	if err != nil {
		return fmt.Errorf("expect: %w", err)
	}
	return nil
}
