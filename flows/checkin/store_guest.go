package checkin

import (
	"context"
	"fmt"

	"campaign"
	"campaign/storage"
)

// hostedSeat reads where the record of a guest is to stand: at the activity that it
// counts for, if that expects them still, otherwise at the one they were at.
func hostedSeat(ctx context.Context, tx *storage.Tx, n campaign.GuestAttended) ([]Seat, error) {
	at := []campaign.ActivityID{n.Activity}
	if n.Counts != 0 {
		at = []campaign.ActivityID{n.Counts, n.Activity}
	}
	people := make([]campaign.PersonID, len(at))
	for i := range at {
		people[i] = n.Person
	}
	ss, err := seats(ctx, tx, at, people)
	if err == nil && len(ss) == 2 && ss[0].Branch == 0 {
		ss = ss[1:]
	}
	return ss, err
}

// markHosted writes the mark of a guest.
func markHosted(ctx context.Context, tx *storage.Tx, e Hosted) error {
	return tx.Exec(ctx, `
		INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (activity_id, person_id) DO NOTHING`, e.Activity, e.Person, e.Branch, e.At, e.Late, byGuest, e.By, e.Place)
}

// recount moves the mark of a guest from one activity to another.
func recount(ctx context.Context, tx *storage.Tx, e Recounted) error {
	err := tx.Exec(ctx, `
		UPDATE marks SET activity_id = $3, branch_id = CASE WHEN $4 = 0 THEN branch_id ELSE $4 END
		WHERE activity_id = $2 AND person_id = $1 AND method = $5`, e.Person, e.From, e.To, int64(e.Branch), byGuest)
	if err != nil {
		return fmt.Errorf("move the mark of a guest: %w", err)
	}
	return nil
}
