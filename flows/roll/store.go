package roll

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var schema embed.FS

// load reads the list of a branch, which a button names at first and the draft
// later, with what the roll before says of it; but not of whom somebody has decided
// on since, or who has come since.
func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	of := at{Activity: t.Draft.Activity, Branch: t.Draft.Branch}
	if of.Activity == 0 {
		of = spot(t.Arg)
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{of.Activity})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity = found[0]
	if f.Branch, err = branchOf(ctx, tx, of.Branch); err != nil {
		return f, err
	}
	if f.Closing, err = tx.Closing(ctx, of.Activity, of.Branch); err != nil {
		return f, err
	}
	var before struct {
		ID int64
		At sql.NullTime
	}
	err = tx.Get(ctx, &before, `SELECT id, at FROM roll_rolls WHERE activity_id = $1 AND branch_id = $2 ORDER BY id DESC LIMIT 1`, of.Activity, of.Branch)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return f, fmt.Errorf("find the roll before: %w", err)
	}
	if before.At.Valid {
		f.Taken = before.At.Time.In(tx.Zone())
	}
	err = tx.Select(ctx, &f.People, `
		SELECT p.id, p.member_no AS no, p.name, m.person_id IS NOT NULL AS in, coalesce(m.method = 'marked' AND m.note = '' AND m.doubt = '' AND m.by_id = $5, false) AS mine,
		       l.present IS NOT NULL AS called, coalesce(l.present, false) AS found
		FROM expected e JOIN people p ON p.id = e.person_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN roll_lines l ON l.roll_id = $3 AND l.person_id = e.person_id AND NOT coalesce(m.at > $4, false)
		     AND NOT EXISTS (SELECT FROM changes c WHERE c.activity_id = e.activity_id AND c.person_id = e.person_id
		                     AND c.cause IN ('decided', 'corrected', 'accepted') AND c.at >= $4)
		WHERE e.activity_id = $1 AND e.branch_id = $2 ORDER BY p.id`, of.Activity, of.Branch, before.ID, before.At, t.Who.ID)
	if err != nil {
		return f, fmt.Errorf("read the list: %w", err)
	}
	return f, nil
}

func branchOf(ctx context.Context, tx *storage.Tx, id campaign.BranchID) (branch, error) {
	var b struct {
		UnitID     campaign.UnitID `db:"unit_id"`
		Unit, Name string
	}
	err := tx.Get(ctx, &b, `SELECT b.unit_id, u.name AS unit, b.name FROM branches b JOIN units u ON u.id = b.unit_id WHERE b.id = $1`, id)
	if errors.Is(err, storage.ErrNotFound) {
		return branch{}, nil // nobody runs it
	}
	if err != nil {
		return branch{}, fmt.Errorf("find the branch: %w", err)
	}
	return branch{campaign.BranchScope(b.UnitID, id), b.Unit, b.Name}, nil
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	taken, ok := e.(Taken)
	if !ok {
		return fmt.Errorf("roll: cannot apply %s", e.Effect())
	}
	var id int64
	err := tx.Get(ctx, &id, `
		INSERT INTO roll_rolls (activity_id, branch_id, taken_by, at, hat, entered_late) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		taken.Activity, taken.Branch, h.Who.ID, tx.Now, taken.Hat, taken.EnteredLate)
	if err != nil {
		return fmt.Errorf("keep the roll: %w", err)
	}
	err = tx.Exec(ctx, `
		INSERT INTO roll_lines (roll_id, person_id, present)
		SELECT $1::bigint, id, true FROM unnest($2::bigint[]) AS id UNION ALL SELECT $1, id, false FROM unnest($3::bigint[]) AS id`,
		id, storage.Array(taken.Present), storage.Array(taken.Absent))
	if err != nil {
		return fmt.Errorf("keep the lines of the roll: %w", err)
	}
	return nil
}
