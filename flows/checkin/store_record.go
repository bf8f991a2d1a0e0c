package checkin

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"campaign"
	"campaign/storage"
)

// records reads what is written of people at an activity, in their order, and
// keeps others from saying anything of them meanwhile. The people themselves may
// still check in: their mark stands, whoever else is about to make one.
func records(ctx context.Context, tx *storage.Tx, id campaign.ActivityID, people ...campaign.PersonID) ([]Record, error) {
	err := tx.Exec(ctx, `SELECT person_id FROM expected WHERE activity_id = $1 AND person_id = ANY($2) ORDER BY person_id FOR NO KEY UPDATE`, id, storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("hold records: %w", err)
	}
	ss, err := seats(ctx, tx, slices.Repeat([]campaign.ActivityID{id}, len(people)), people)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		At, Left     sql.NullTime
		Late         bool
		Method, Note string
		Doubt        campaign.Doubt
		By           campaign.PersonID
		Said         string
	}
	err = tx.Select(ctx, &rows, `
		SELECT m.at, m.left_at AS left, coalesce(m.late, false) AS late, coalesce(m.method, '') AS method, coalesce(m.doubt, '') AS doubt,
		       coalesce(m.note, '') AS note, coalesce(m.by_id, 0) AS by, coalesce(c.stated, '') AS said
		FROM unnest($2::bigint[]) WITH ORDINALITY AS t (person_id, n)
		LEFT JOIN LATERAL (
			SELECT at, left_at, late, method, doubt, note, by_id FROM marks WHERE activity_id = $1 AND person_id = t.person_id LIMIT 1) m ON true
		LEFT JOIN LATERAL (
			SELECT stated FROM changes WHERE activity_id = $1 AND person_id = t.person_id ORDER BY id DESC LIMIT 1) c ON true
		ORDER BY n`, id, storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	rs := make([]Record, len(rows))
	for i, r := range rows {
		rs[i] = Record{Seat: ss[i], Person: people[i], Said: r.Said,
			Mark: Mark{At: r.At.Time, Late: r.Late, Method: r.Method, By: r.By, Doubt: r.Doubt, Note: r.Note, Left: r.Left.Time}}
	}
	return rs, nil
}

// changed writes a record as somebody says it is, and what it was into its
// history. Who has checked in meanwhile, where a mark was to be made, keeps the
// mark of their own: nothing has changed.
func changed(ctx context.Context, tx *storage.Tx, e Changed) error {
	var err error
	switch was, is := e.Old.made(), e.New.made(); {
	case is && !was:
		n, err := tx.Count(ctx, `
			INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT DO NOTHING`, e.Activity, e.Person, e.Branch, e.New.At, e.New.Late, e.New.Method, e.New.By, e.New.Note)
		if err != nil || n == 0 {
			return err
		}
	case was && !is:
		err = tx.Exec(ctx, `DELETE FROM marks WHERE activity_id = $1 AND person_id = $2`, e.Activity, e.Person)
	case was && e.Old != e.New:
		err = tx.Exec(ctx, `UPDATE marks SET late = $3, doubt = $4 WHERE activity_id = $1 AND person_id = $2`, e.Activity, e.Person, e.New.Late, e.New.Doubt)
	}
	if err != nil {
		return fmt.Errorf("change a mark: %w", err)
	}
	err = tx.Exec(ctx, `
		INSERT INTO changes (activity_id, person_id, branch_id, at, cause, by_id, hat, for_id, stated, entered_late, note,
		                     old_method, old_at, old_late, old_doubt, old_by, old_note, old_left, new_method, new_at, new_late, new_doubt)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, $10, $11, $12, $13, $14, $15, nullif($16::bigint, 0), $17, $18, $19, $20, $21, $22)`,
		e.Activity, e.Person, e.Branch, e.At, e.Cause, e.By, e.Hat, e.For, e.Said, e.EnteredLate, e.Note,
		e.Old.Method, instant(e.Old.At), e.Old.Late, e.Old.Doubt, e.Old.By, e.Old.Note, instant(e.Old.Left),
		e.New.Method, instant(e.New.At), e.New.Late, e.New.Doubt)
	if err != nil {
		return fmt.Errorf("keep what a record was: %w", err)
	}
	return nil
}

// instant is a time for a column that may hold none.
func instant(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }

// reported notes that somebody has said of a branch who was not there. Who said
// so first stays.
func reported(ctx context.Context, tx *storage.Tx, e Reported) error {
	err := tx.Exec(ctx, `INSERT INTO reported (activity_id, branch_id, at, by_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		e.Activity, e.Branch, tx.Now, e.By)
	if err != nil {
		return fmt.Errorf("note a report: %w", err)
	}
	return nil
}
