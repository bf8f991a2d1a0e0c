package checkin

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var schema embed.FS

var (
	store = flow.Store[Draft, Facts]{Load: load, Apply: apply, Audience: audience, Over: over}
	batch = flow.Batch[Facts, Here, Arrived]{LoadAll: loadAll, ApplyAll: applyAll}
)

// load reads the seats of a person, or the windows that a clock or news is about.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case nil:
		return said(ctx, tx, t)
	case campaign.GuestAttended:
		if f.Seats, err = hostedSeat(ctx, tx, about); err == nil && f.Seats[0].Branch != 0 {
			f.Closing, err = tx.Closing(ctx, f.Seats[0].Activity.ID, f.Seats[0].Branch)
		}
	case campaign.GuestCounted:
		f.Seats, err = seats(ctx, tx, []campaign.ActivityID{about.To}, []campaign.PersonID{about.Person})
	case For:
		return helper(ctx, tx, t, about)
	case flow.Tick, Rest:
		return due(ctx, tx)
	case Figure:
		f.Windows, err = window1(ctx, tx, about)
	case campaign.ActivityMoved:
		f.Windows, err = windows(ctx, tx, about.New.ID)
	case campaign.ActivityCancelled:
		f.Windows, err = windows(ctx, tx, about.Activity.ID)
	case campaign.WindowMoved:
		f.Windows, err = windows(ctx, tx, about.Activity)
	case campaign.GroupLinked:
		f.Windows, err = windowsOfBranches(ctx, tx, about)
	case campaign.RosterChanged:
		f.Windows, err = windowsOfNewcomers(ctx, tx)
	case campaign.Joined:
		f.Windows, err = windowsOfPerson(ctx, tx, about.Person.ID)
	case campaign.GroupOpen:
		f.Windows, err = showing(ctx, tx, about.Branch)
	case campaign.Attended:
		f.Seats, err = seats(ctx, tx, []campaign.ActivityID{about.Activity}, []campaign.PersonID{about.Person})
		if err == nil {
			f.Wards, err = wards(ctx, tx, about.Person, f.Seats)
		}
	case campaign.Noted:
		f.Seats, err = seats(ctx, tx, []campaign.ActivityID{about.Activity}, []campaign.PersonID{about.Person})
	case campaign.Vouched:
		if f.Seats, err = seats(ctx, tx, []campaign.ActivityID{about.Activity}, []campaign.PersonID{about.Person}); err == nil {
			f.Closing, err = tx.Closing(ctx, about.Activity, f.Seats[0].Branch)
		}
	case campaign.RollTaken:
		if f.Records, err = records(ctx, tx, about.Activity, slices.Concat(about.Present, about.Absent)...); err == nil {
			f.Closing, err = tx.Closing(ctx, about.Activity, about.Branch)
		}
	case campaign.RecordSettled:
		if f.Records, err = records(ctx, tx, about.Activity, about.Person); err == nil {
			f.Closing, err = tx.Closing(ctx, about.Activity, f.Records[0].Branch)
		}
	case campaign.RecordNoted:
		f.Records, err = records(ctx, tx, about.Activity, about.Person)
	}
	return f, err
}

// apply writes one effect.
func apply(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Arrived:
		return applyAll(ctx, tx, []Arrived{e})
	case Marked:
		return tx.Exec(ctx, `
			INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES ($1, $2, $3, $4, false, $5, $6, $7)
			ON CONFLICT DO NOTHING`, e.Activity, e.Person, e.Branch, e.At, byMark, e.By, e.Note)
	case Attended:
		return tx.Exec(ctx, `
			INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, doubt, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT DO NOTHING`, e.Activity, e.Person, e.Branch, e.At, e.Late, e.Method, e.Doubt, e.Note)
	case Added:
		return tx.Exec(ctx, `UPDATE marks SET note = concat_ws('; ', nullif(note, ''), $3::text) WHERE activity_id = $1 AND person_id = $2`, e.Activity, e.Person, e.Note)
	case Changed:
		return changed(ctx, tx, e)
	case Reported:
		return reported(ctx, tx, e)
	case Opened:
		return opened(ctx, tx, e)
	case Enlisted:
		return expect(ctx, tx, e.Activity)
	case Closed:
		return tx.Exec(ctx, `UPDATE checkin_windows SET closed_at = $2 WHERE activity_id = $1`, e.Activity, tx.Now)
	case Reopened:
		return tx.Exec(ctx, `UPDATE checkin_windows SET closed_at = NULL WHERE activity_id = $1`, e.Activity)
	case Postponed:
		return tx.Exec(ctx, `UPDATE checkin_windows SET opened_at = NULL, closed_at = NULL WHERE activity_id = $1`, e.Activity)
	case Hosted:
		return markHosted(ctx, tx, e)
	case Recounted:
		return recount(ctx, tx, e)
	case Helped:
		return markHelped(ctx, tx, e)
	case SignedOut, SignOutOffered, SignOutClosed, SignOutPostponed:
		return applySignOut(ctx, tx, e)
	case Shifted:
		return tx.Exec(ctx, `UPDATE activities SET opens = $2, closes = $3 WHERE id = $1`, e.Activity, e.Opens, e.Closes)
	}
	return fmt.Errorf("checkin: cannot apply %s", e.Effect())
}

// applyAll marks many people. Who is marked already keeps that mark.
func applyAll(ctx context.Context, tx *storage.Tx, es []Arrived) error {
	n := len(es)
	activities, people, branches := make([]campaign.ActivityID, n), make([]campaign.PersonID, n), make([]campaign.BranchID, n)
	at, late, methods := make([]time.Time, n), make([]bool, n), make([]string, n)
	for i, e := range es {
		activities[i], people[i], branches[i], at[i], late[i], methods[i] = e.Activity, e.Person, e.Branch, e.At, e.Late, e.Method
	}
	err := tx.Exec(ctx, `
		INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
		SELECT activity_id, person_id, branch_id, at, late, method
		FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::boolean[], $6::text[])
		     AS t (activity_id, person_id, branch_id, at, late, method)
		ORDER BY activity_id, person_id ON CONFLICT (activity_id, person_id) DO NOTHING`,
		storage.Array(activities), storage.Array(people), storage.Array(branches), storage.Array(at), storage.Array(late), storage.Array(methods))
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// audience finds whom a message of an activity is for. Each mark is looked up by
// its key, as a seat is: while the statistics of an activity are stale a join may
// compare everybody with everybody.
func audience(ctx context.Context, tx *storage.Tx, of any) (a storage.Audience, err error) {
	switch of := of.(type) {
	case Invited:
		err = tx.Select(ctx, &a.People, `SELECT person_id FROM expected WHERE activity_id = $1 ORDER BY person_id`, of.Activity)
	case Newcomers:
		a.People = of.People
	case Missing:
		err = tx.Select(ctx, &a.People, `
			SELECT e.person_id
			FROM expected e LEFT JOIN LATERAL (SELECT true AS there FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id LIMIT 1) m ON true
			WHERE e.activity_id = $1 AND m.there IS NULL ORDER BY e.person_id`, of.Activity)
	case Helping:
		a.People, err = missingHelpers(ctx, tx, of.Activity)
	case Staying:
		err = tx.Select(ctx, &a.People, `SELECT person_id FROM marks WHERE activity_id = $1 AND left_at IS NULL AND method <> 'guest' ORDER BY person_id`, of.Activity)
	default:
		err = fmt.Errorf("checkin: there is no audience %T", of)
	}
	return a, err
}
