package guest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/storage"
)

// loadVisit reads a visit that was asked for, and keeps others from deciding it
// meanwhile.
func (f *Facts) loadVisit(ctx context.Context, tx *storage.Tx, k Key) error {
	var host campaign.BranchID
	err := tx.Get(ctx, &host, `SELECT host_id FROM guests WHERE activity_id = $1 AND person_id = $2`, k.Activity, k.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("guest: find a visit: %w", err)
	}
	return f.loadVisitAt(ctx, tx, k, host)
}

// loadVisitAt reads how somebody stands as a guest of a branch at an activity, for
// what it would count, and whom it concerns. Until the turn ends nobody else decides
// about the same person.
func (f *Facts) loadVisitAt(ctx context.Context, tx *storage.Tx, k Key, host campaign.BranchID) error {
	if err := tx.Exec(ctx, `SELECT id FROM people WHERE id = $1 FOR NO KEY UPDATE`, k.Person); err != nil {
		return fmt.Errorf("guest: keep a visit: %w", err)
	}
	people, err := tx.People(ctx, []campaign.PersonID{k.Person})
	if err != nil || len(people) == 0 {
		return err
	}
	who := people[0]
	v := Visit{Person: who.ID, Name: who.Name, Home: Place{who.Home, who.Unit, who.Branch}}
	found, err := tx.Activities(ctx, []campaign.ActivityID{k.Activity})
	if err != nil || len(found) == 0 {
		return err
	}
	v.Activity = found[0]
	if v.Host, err = place(ctx, tx, host); err != nil {
		return err
	}
	if err := v.load(ctx, tx); err != nil {
		return err
	}
	if v.Match, err = match(ctx, tx, v); err != nil {
		return err
	}
	if v.Match.ID != 0 {
		if v.Closing, err = tx.Closing(ctx, v.Match.ID, v.Home.Scope.Branch); err != nil {
			return err
		}
	}
	f.Visit = v
	f.Owners, err = owners(ctx, tx, v.Host.Scope.Branch, v.Home.Scope.Branch)
	return err
}

// load reads what is written of a visit, and whether the activity is held for the host.
func (v *Visit) load(ctx context.Context, tx *storage.Tx) error {
	err := tx.Get(ctx, &v.Held, `
		SELECT EXISTS (SELECT FROM activities a JOIN branches b ON b.id = $2 JOIN units u ON u.id = b.unit_id
			WHERE a.id = $1 AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id OR a.branch_id = b.id))`,
		v.Activity.ID, int64(v.Host.Scope.Branch))
	if err != nil {
		return fmt.Errorf("guest: read for whom an activity is held: %w", err)
	}
	var row struct {
		At      time.Time
		Late    bool
		State   State
		By      string
		Decided sql.NullTime
		Counts  campaign.ActivityID
	}
	err = tx.Get(ctx, &row, `
		SELECT g.at, g.late, g.state, coalesce(d.name, '') AS by, g.decided_at AS decided, coalesce(g.counts_id, 0) AS counts
		FROM guests g LEFT JOIN people d ON d.id = g.decided_by WHERE g.activity_id = $1 AND g.person_id = $2`, v.Activity.ID, v.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("guest: read a visit: %w", err)
	}
	v.At, v.Late, v.State, v.By, v.Decided = row.At.In(tx.Zone()), row.Late, row.State, row.By, row.Decided.Time.In(tx.Zone())
	if row.Counts == 0 {
		return nil
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{row.Counts})
	if len(found) == 1 {
		v.Counts = found[0]
	}
	return err
}

func owners(ctx context.Context, tx *storage.Tx, branches ...campaign.BranchID) (map[campaign.BranchID][]campaign.PersonID, error) {
	found, err := tx.Owners(ctx, branches)
	of := map[campaign.BranchID][]campaign.PersonID{}
	for b, os := range found {
		for _, o := range os {
			of[b] = append(of[b], o.Person)
		}
	}
	return of, err
}

// list reads the guests of a branch at an activity, those who wait first.
func list(ctx context.Context, tx *storage.Tx, at Look) ([]Visit, error) {
	return visits(ctx, tx, `
		SELECT g.activity_id, g.person_id FROM guests g WHERE g.activity_id = $1 AND g.host_id = $2 AND g.state <> 'withdrawn'
		ORDER BY CASE g.state WHEN 'asked' THEN 1 WHEN 'accepted' THEN 2 ELSE 3 END, g.at, g.person_id`, at.Activity, int64(at.Host))
}

// countable finds the visits that count for nothing yet and would for an activity.
func countable(ctx context.Context, tx *storage.Tx, a campaign.Activity) ([]Visit, error) {
	if !a.Required || a.Cancelled {
		return nil, nil
	}
	return matched(ctx, tx, `
		SELECT g.activity_id, g.person_id FROM guests g JOIN activities h ON h.id = g.activity_id
		WHERE g.state = 'accepted' AND g.counts_id IS NULL AND h.kind = $1 AND h.starts < $2 AND h.starts > $3 AND NOT h.cancelled
		ORDER BY g.person_id, g.activity_id`, a.Kind, a.Closes, a.Starts.AddDate(0, 0, -guestDays))
}

// countedFor finds the visits that counted for an activity that does not take place.
func countedFor(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) ([]Visit, error) {
	return matched(ctx, tx, `
		SELECT g.activity_id, g.person_id FROM guests g WHERE g.counts_id = $1 AND g.activity_id <> $1 ORDER BY g.person_id, g.activity_id`, id)
}

// matched reads visits, and for what each would count now, one after the other: two
// visits of one person do not count for the same activity.
func matched(ctx context.Context, tx *storage.Tx, query string, args ...any) ([]Visit, error) {
	vs, err := visits(ctx, tx, query, args...)
	if err != nil {
		return nil, err
	}
	taken := map[Key]bool{}
	for i := range vs {
		if vs[i].Match, err = match(ctx, tx, vs[i]); err != nil {
			return nil, err
		}
		at := Key{vs[i].Match.ID, vs[i].Person}
		if taken[at] {
			vs[i].Match = vs[i].Counts
			continue
		}
		taken[at] = at.Activity != 0
	}
	return vs, nil
}

// visits reads the visits that a query finds by their keys.
func visits(ctx context.Context, tx *storage.Tx, query string, args ...any) ([]Visit, error) {
	var keys []struct {
		Activity campaign.ActivityID `db:"activity_id"`
		Person   campaign.PersonID   `db:"person_id"`
	}
	if err := tx.Select(ctx, &keys, query, args...); err != nil || len(keys) == 0 {
		return nil, err
	}
	activities, people := make([]campaign.ActivityID, len(keys)), make([]campaign.PersonID, len(keys))
	for i, k := range keys {
		activities[i], people[i] = k.Activity, k.Person
	}
	var rows []struct {
		Person       campaign.PersonID
		Name         string
		Unit         campaign.UnitID
		Branch       campaign.BranchID
		In, Of       string
		At           time.Time
		Late         bool
		State        State
		By           string
		Counts, Host int64
	}
	err := tx.Select(ctx, &rows, `
		SELECT p.id AS person, p.name, u.id AS unit, b.id AS branch, u.name AS in, b.name AS of, g.at, g.late, g.state,
		       coalesce(d.name, '') AS by, coalesce(g.counts_id, 0) AS counts, g.host_id AS host
		FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS t (activity_id, person_id, n)
		JOIN guests g ON g.activity_id = t.activity_id AND g.person_id = t.person_id JOIN people p ON p.id = g.person_id
		JOIN branches b ON b.id = g.home_id JOIN units u ON u.id = b.unit_id LEFT JOIN people d ON d.id = g.decided_by
		ORDER BY t.n`, storage.Array(activities), storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("guest: read visits: %w", err)
	}
	as, err := tx.Activities(ctx, activities)
	if err != nil {
		return nil, err
	}
	vs := make([]Visit, len(rows))
	for i, r := range rows {
		vs[i] = Visit{Activity: as[i], Held: true, Person: r.Person, Name: r.Name, Home: Place{campaign.BranchScope(r.Unit, r.Branch), r.In, r.Of},
			At: r.At.In(tx.Zone()), Late: r.Late, State: r.State, By: r.By, Counts: campaign.Activity{ID: campaign.ActivityID(r.Counts)}}
	}
	return vs, nil
}

// match finds for which activity of their own a visit counts: the first that
// expects the guest, or will, which is required and of the same kind, had not closed
// when the guest sat elsewhere, and takes place within guestDays. The activity that
// they were at comes first, where it expects them as well.
func match(ctx context.Context, tx *storage.Tx, v Visit) (campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a
		WHERE (a.id = $1 OR a.kind = $2 AND a.required AND a.closes > $3 AND a.starts < $4) AND NOT a.cancelled
		  AND (EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.person_id = $5)
		       OR a.opens > $6 AND EXISTS (
			SELECT FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
			WHERE p.id = $5 AND p.active AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id OR a.branch_id = b.id)))
		  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = a.id AND m.person_id = $5 AND NOT (m.method = 'guest' AND a.id = $1))
		  AND NOT EXISTS (SELECT FROM guests g WHERE g.person_id = $5 AND g.counts_id = a.id AND g.activity_id <> $1)
		ORDER BY a.id = $1 DESC, a.starts, a.id LIMIT 1`,
		v.Activity.ID, v.Activity.Kind, v.Activity.Starts, v.Activity.Starts.AddDate(0, 0, guestDays), v.Person, tx.Now)
	if err != nil {
		return campaign.Activity{}, fmt.Errorf("guest: find what a visit counts for: %w", err)
	}
	found, err := tx.Activities(ctx, ids)
	if err != nil || len(found) == 0 {
		return campaign.Activity{}, err
	}
	return found[0], nil
}
