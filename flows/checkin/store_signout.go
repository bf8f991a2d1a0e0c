package checkin

import (
	"context"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

var signOuts = flow.Batch[Facts, SignOut, SignedOut]{LoadAll: loadSignOuts, ApplyAll: signedOutAll}

// loadSignOuts reads the seat of each tap.
func loadSignOuts(ctx context.Context, tx *storage.Tx, taps []flow.Tap[SignOut]) ([]Facts, error) {
	activities, people := make([]campaign.ActivityID, len(taps)), make([]campaign.PersonID, len(taps))
	for i, t := range taps {
		activities[i], people[i] = t.About.Activity, t.Who.ID
	}
	return seatOfEach(ctx, tx, activities, people)
}

// signedOutAll notes when many people left. Who has left already keeps that time.
func signedOutAll(ctx context.Context, tx *storage.Tx, es []SignedOut) error {
	activities, people, at := make([]campaign.ActivityID, len(es)), make([]campaign.PersonID, len(es)), make([]time.Time, len(es))
	for i, e := range es {
		activities[i], people[i], at[i] = e.Activity, e.Person, e.At
	}
	err := tx.Exec(ctx, `
		UPDATE marks m SET left_at = t.at
		FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS t (activity_id, person_id, at)
		WHERE m.activity_id = t.activity_id AND m.person_id = t.person_id AND m.left_at IS NULL`,
		storage.Array(activities), storage.Array(people), storage.Array(at))
	if err != nil {
		return fmt.Errorf("note who left: %w", err)
	}
	return nil
}

// applySignOut writes how sign-out from an activity stands.
func applySignOut(ctx context.Context, tx *storage.Tx, e flow.Effect) error {
	switch e := e.(type) {
	case SignedOut:
		return signedOutAll(ctx, tx, []SignedOut{e})
	case SignOutOffered:
		return tx.Exec(ctx, `UPDATE checkin_windows SET out_offered_at = $2 WHERE activity_id = $1`, e.Activity, tx.Now)
	case SignOutClosed:
		return tx.Exec(ctx, `UPDATE checkin_windows SET out_closed_at = $2 WHERE activity_id = $1`, e.Activity, tx.Now)
	case SignOutPostponed:
		return tx.Exec(ctx, `UPDATE checkin_windows SET out_offered_at = NULL, out_closed_at = NULL WHERE activity_id = $1`, e.Activity)
	}
	return fmt.Errorf("checkin: cannot apply %s", e.Effect())
}
