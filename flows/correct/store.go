package correct

import (
	"context"
	"errors"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads the record, and keeps others from it.
func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	d := t.Draft
	if d == (Draft{}) {
		d = argued(t.Arg)
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{d.Activity})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity = found[0]
	var row struct {
		No, Name, In           string
		UnitID                 campaign.UnitID   `db:"unit_id"`
		BranchID               campaign.BranchID `db:"branch_id"`
		Marked, Late, Reported bool
		Debt                   campaign.Debt
	}
	err = tx.Get(ctx, &row, `
		SELECT p.member_no AS no, p.name, b.name AS in, b.unit_id, b.id AS branch_id, m.person_id IS NOT NULL AS marked, coalesce(m.late, false) AS late, coalesce(k.state, '') AS debt,
		       (SELECT true FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) IS NOT NULL AS reported
		FROM expected e JOIN people p ON p.id = e.person_id JOIN branches b ON b.id = e.branch_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		WHERE e.activity_id = $1 AND e.person_id = $2 FOR NO KEY UPDATE OF e`, d.Activity, d.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil // nobody runs it
	}
	if err != nil {
		return f, fmt.Errorf("read the record: %w", err)
	}
	f.No, f.Name, f.In, f.Scope, f.Marked = row.No, row.Name, row.In, campaign.BranchScope(row.UnitID, row.BranchID), row.Marked
	f.Status = campaign.Presence{Marked: row.Marked, Late: row.Late, Over: f.Activity.Phase(tx.Now) == campaign.Over, Reported: row.Reported,
		Required: f.Activity.Required, Debt: row.Debt}.Status()
	f.Closing, err = tx.Closing(ctx, d.Activity, row.BranchID)
	return f, err
}

// apply writes nothing: the record is written by whoever hears the news of the
// correction, in the same transaction. The effect is for the audit.
func apply(_ context.Context, _ *storage.Tx, _ flow.Here, e flow.Effect) error {
	if _, ok := e.(Corrected); !ok {
		return fmt.Errorf("correct: cannot apply %s", e.Effect())
	}
	return nil
}
