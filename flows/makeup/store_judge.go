package makeup

import (
	"context"
	"errors"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// judged reads how the absences of an activity stand beside what is written down.
// Until the turn ends nobody else judges the activity: of two who do at once the
// second sees what the first has seen and written.
func judged(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) (j Judged, err error) {
	if err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('makeup', $1))`, int64(id)); err != nil {
		return j, fmt.Errorf("judge an activity alone: %w", err)
	}
	as, err := tx.Activities(ctx, []campaign.ActivityID{id})
	if err != nil || len(as) == 0 {
		return j, err
	}
	j.Activity = as[0]
	all, err := terms(ctx, tx)
	if err != nil {
		return j, err
	}
	j.Terms = all[j.Activity.Kind]
	err = tx.Get(ctx, &j.Missed, `
		SELECT count(*) FROM makeup_absences m
		LEFT JOIN LATERAL (SELECT state FROM makeups k WHERE k.activity_id = m.activity_id AND k.person_id = m.person_id LIMIT 1) k ON true
		WHERE m.activity_id = $1 AND m.closes <= $2 AND (k.state IS NULL OR k.state = 'void')`, id, tx.Now)
	if err != nil {
		return j, fmt.Errorf("count who is absent: %w", err)
	}
	var gone []struct {
		Person campaign.PersonID
		State  campaign.Debt
	}
	err = tx.Select(ctx, &gone, `
		SELECT k.person_id AS person, k.state FROM makeups k
		WHERE k.activity_id = $1 AND k.state IN ('open', 'handed')
		  AND (SELECT true FROM makeup_absences m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id AND m.closes <= $2 LIMIT 1) IS NULL
		ORDER BY k.person_id`, id, tx.Now)
	if err != nil {
		return j, fmt.Errorf("find who is not absent: %w", err)
	}
	j.Freed = len(gone)
	for _, g := range gone {
		if g.State != campaign.DebtHanded {
			continue
		}
		d, err := debt(ctx, tx, Key{id, g.Person})
		if err != nil {
			return j, err
		}
		j.Handed = append(j.Handed, d)
	}
	return j, nil
}

// following judges the next activity of the nightly round.
func following(ctx context.Context, tx *storage.Tx, after campaign.ActivityID) (j Judged, err error) {
	var id campaign.ActivityID
	err = tx.Get(ctx, &id, `SELECT id FROM activities WHERE id > $1 AND closes <= $2 ORDER BY id LIMIT 1`, after, tx.Now)
	if errors.Is(err, storage.ErrNotFound) {
		return j, nil
	}
	if err != nil {
		return j, fmt.Errorf("find the next activity: %w", err)
	}
	return judged(ctx, tx, id)
}

// missed writes down who owes an activity. Who owed it before, and did not for a
// while, owes it anew.
func missed(ctx context.Context, tx *storage.Tx, e Missed) error {
	err := tx.Exec(ctx, `
		WITH owed AS (
			INSERT INTO makeups AS k (activity_id, person_id, branch_id, since, due, state)
			SELECT m.activity_id, m.person_id, m.branch_id, $2, $3, 'open' FROM makeup_absences m WHERE m.activity_id = $1 AND m.closes <= $4
			ORDER BY m.person_id
			ON CONFLICT (activity_id, person_id) DO UPDATE SET branch_id = excluded.branch_id, since = $2, due = $3, state = 'open', how = '', told = 0,
			       decided_by = NULL, decided_at = NULL, note = ''
			WHERE k.state = 'void'
			RETURNING k.activity_id, k.person_id)
		INSERT INTO makeup_steps (activity_id, person_id, at, step) SELECT activity_id, person_id, $4, 'owed' FROM owed ORDER BY person_id`,
		e.Activity, e.Since, e.Due, tx.Now)
	if err != nil {
		return fmt.Errorf("write down who owes: %w", err)
	}
	return nil
}

// freed ends the debts of who is not absent.
func freed(ctx context.Context, tx *storage.Tx, h flow.Here, e Freed) error {
	err := tx.Exec(ctx, `
		WITH free AS (
			UPDATE makeups k SET state = 'void' WHERE k.activity_id = $1 AND k.state IN ('open', 'handed')
			  AND (SELECT true FROM makeup_absences m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id AND m.closes <= $2 LIMIT 1) IS NULL
			RETURNING k.activity_id, k.person_id)
		INSERT INTO makeup_steps (activity_id, person_id, at, by_id, step) SELECT activity_id, person_id, $2, nullif($3, 0), 'void' FROM free ORDER BY person_id`,
		e.Activity, tx.Now, int64(h.Who.ID))
	if err != nil {
		return fmt.Errorf("end debts: %w", err)
	}
	return nil
}
