package missing

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var schema embed.FS

func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case nil:
		f.At = spot(t.Arg)
	case Page:
		f.At = about.At
	case Remind:
		f.At = about.At
		err = tx.Exec(ctx, `SELECT id FROM branches WHERE id = $1 FOR NO KEY UPDATE`, f.At.Branch) // one reminder at a time
	case Choose:
		f.At = about.At
	}
	if err != nil {
		return f, fmt.Errorf("hold the branch: %w", err)
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{f.At.Activity})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity = found[0]
	var b struct {
		UnitID                   campaign.UnitID `db:"unit_id"`
		Unit, Name               string
		Grouped, Named, Reported bool
		Expected                 int
		Reminded                 sql.NullTime
	}
	err = tx.Get(ctx, &b, `
		SELECT b.unit_id, u.name AS unit, b.name, EXISTS (SELECT FROM chats c WHERE c.branch_id = b.id) AS grouped, coalesce(n.named, false) AS named,
		       (SELECT true FROM heard h WHERE h.activity_id = $1 AND h.branch_id = b.id LIMIT 1) IS NOT NULL AS reported,
		       (SELECT count(*) FROM expected e WHERE e.activity_id = $1 AND e.branch_id = b.id) AS expected, r.at AS reminded
		FROM branches b JOIN units u ON u.id = b.unit_id LEFT JOIN missing_units n ON n.unit_id = b.unit_id
		LEFT JOIN missing_reminders r ON r.activity_id = $1 AND r.branch_id = b.id
		WHERE b.id = $2`, f.At.Activity, f.At.Branch)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("find the branch: %w", err)
	}
	f.Scope, f.Unit, f.In = campaign.BranchScope(b.UnitID, f.At.Branch), b.Unit, b.Name
	f.Grouped, f.Named, f.Reported, f.Expected = b.Grouped, b.Named, b.Reported, b.Expected
	if b.Reminded.Valid {
		f.Reminded = b.Reminded.Time.In(tx.Zone())
	}
	err = tx.Select(ctx, &f.Missing, `
		SELECT p.name FROM expected e JOIN people p ON p.id = e.person_id
		WHERE e.activity_id = $1 AND e.branch_id = $2
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id) ORDER BY p.id`, f.At.Activity, f.At.Branch)
	if err != nil {
		return f, fmt.Errorf("find who is missing: %w", err)
	}
	return f, nil
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Reminded:
		return tx.Exec(ctx, `
			INSERT INTO missing_reminders (activity_id, branch_id, at) VALUES ($1, $2, $3)
			ON CONFLICT (activity_id, branch_id) DO UPDATE SET at = $3`, e.Activity, e.Branch, tx.Now)
	case Chosen:
		return tx.Exec(ctx, `
			INSERT INTO missing_units (unit_id, named, by_id, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (unit_id) DO UPDATE SET named = $2, by_id = $3, at = $4`, e.Unit, e.Named, h.Who.ID, tx.Now)
	}
	return fmt.Errorf("missing: cannot apply %s", e.Effect())
}

// over finds the lists of activities whose check-in had closed before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byID := map[campaign.ActivityID][]string{}
	var ids []campaign.ActivityID
	for _, n := range names {
		var at At
		if _, err := fmt.Sscanf(n, name, &at.Activity, &at.Branch); err == nil {
			byID[at.Activity], ids = append(byID[at.Activity], n), append(ids, at.Activity)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var closed []campaign.ActivityID
	err = tx.Select(ctx, &closed, `SELECT id FROM activities WHERE id = ANY($1) AND closes < $2`, storage.Array(ids), before)
	for _, id := range closed {
		found = append(found, byID[id]...)
	}
	return found, err
}
