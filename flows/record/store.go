package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"campaign"
	"campaign/storage"
)

func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	if f.Hats, err = hatsOf(ctx, tx, t.Who.ID); err != nil {
		return f, err
	}
	if f.Entries, err = entriesOf(ctx, tx, t.Who.ID); err != nil {
		return f, err
	}
	f.Next, err = nextOf(ctx, tx, t.Who, t.Now)
	return f, err
}

// mostHats bounds what a supervisor of many units is told.
const mostHats = 6

func hatsOf(ctx context.Context, tx *storage.Tx, id campaign.PersonID) (hats []hat, err error) {
	err = tx.Select(ctx, &hats, `
		SELECT r.role, coalesce(b.name, u.name, '') AS over
		FROM roles r LEFT JOIN units u ON u.id = r.unit_id LEFT JOIN branches b ON b.id = r.branch_id
		WHERE r.person_id = $1 ORDER BY r.id LIMIT $2`, id, mostHats)
	if err != nil {
		return nil, fmt.Errorf("record: find the duties: %w", err)
	}
	return hats, nil
}

func entriesOf(ctx context.Context, tx *storage.Tx, id campaign.PersonID) ([]entry, error) {
	var found []struct {
		ID                   campaign.ActivityID
		Title                string
		Starts, Ends, Closes time.Time
		SignOut              sql.NullTime `db:"sign_out"`
		Required             bool
		At, Left             sql.NullTime
		Helper, Away         string
		Guest                bool
		Late, Reported       bool
		Debt                 campaign.Debt
		Due                  sql.NullTime
	}
	err := tx.Select(ctx, &found, `
		SELECT a.id, a.title, a.starts, a.ends, a.closes, a.sign_out, a.required, m.at, m.left_at AS left, coalesce(m.late, false) AS late,
		       coalesce((SELECT h.name FROM people h WHERE h.id = m.by_id AND m.method = 'helper'), '') AS helper,
		       CASE WHEN m.method = 'guest' THEN m.note ELSE '' END AS away, e.guest, coalesce(k.state, '') AS debt, k.due,
		       (SELECT true FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) IS NOT NULL AS reported
		FROM (
			SELECT activity_id, person_id, branch_id, false AS guest FROM expected WHERE person_id = $1
			UNION ALL
			SELECT activity_id, person_id, branch_id, true FROM marks k WHERE person_id = $1 AND method = 'guest'
			AND NOT EXISTS (SELECT FROM expected x WHERE x.activity_id = k.activity_id AND x.person_id = $1)) e
		JOIN activities a ON a.id = e.activity_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		WHERE NOT a.cancelled ORDER BY a.starts DESC, a.id DESC`, id)
	if err != nil {
		return nil, fmt.Errorf("record: find the activities: %w", err)
	}
	es := make([]entry, len(found))
	for i, r := range found {
		es[i] = entry{Title: r.Title, Starts: r.Starts.In(tx.Zone()), Closes: r.Closes, Required: r.Required && !r.Guest, Late: r.Late, Reported: r.Reported, ID: r.ID, Debt: r.Debt,
			Left: r.Left.Time, Helper: r.Helper, Away: r.Away, Guest: r.Guest, Activity: campaign.Activity{Ends: r.Ends, Closes: r.Closes, SignOut: r.SignOut.Time}}
		if r.Due.Valid {
			es[i].Due = campaign.DayOf(r.Due.Time)
		}
		if r.At.Valid {
			es[i].At = r.At.Time.In(tx.Zone())
		}
	}
	return es, nil
}

// nextOf finds the first activity that the person may still attend: one that
// expects them, or one of their part of the district whose list is not written
// down yet.
func nextOf(ctx context.Context, tx *storage.Tx, who campaign.Person, now time.Time) (campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a
		WHERE NOT a.cancelled AND a.closes > $2
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = a.id AND m.person_id = $1)
		  AND (EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.person_id = $1)
		       OR a.opens > $2 AND (a.part = 'all' OR a.part = 'batch' AND a.batch = (SELECT u.batch FROM units u WHERE u.id = $3)
		                            OR a.part = 'unit' AND a.unit_id = $3 OR a.branch_id = $4))
		ORDER BY a.opens, a.id LIMIT 1`, who.ID, now, who.Home.Unit, who.Home.Branch)
	if err != nil {
		return campaign.Activity{}, fmt.Errorf("record: find what comes next: %w", err)
	}
	found, err := tx.Activities(ctx, ids)
	if err != nil || len(found) == 0 {
		return campaign.Activity{}, err
	}
	return found[0], nil
}
