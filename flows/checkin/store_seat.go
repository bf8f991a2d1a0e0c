package checkin

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// said reads the seats that a person may mean who says that they are here: the
// one that a link names, or all around that time.
func said(ctx context.Context, tx *storage.Tx, t turn) (f Facts, err error) {
	if id, err := strconv.ParseInt(t.Arg, 10, 64); err == nil {
		f.Seats, err = seats(ctx, tx, []campaign.ActivityID{campaign.ActivityID(id)}, []campaign.PersonID{t.Who.ID})
		f.Named = true
		if err == nil {
			f.Wards, err = wards(ctx, tx, t.Who.ID, f.Seats)
		}
		return f, err
	}
	var ids []campaign.ActivityID
	err = tx.Select(ctx, &ids, `
		SELECT a.id FROM (
			SELECT activity_id FROM expected WHERE person_id = $1
			UNION
			SELECT activity_id FROM checkin_scope s WHERE person_id = $1
			AND NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = s.activity_id AND w.opened_at IS NOT NULL)) s
		JOIN activities a ON a.id = s.activity_id
		WHERE a.closes > $2::timestamptz - interval '1 day' AND NOT a.cancelled
		ORDER BY a.opens, a.id LIMIT 20`, t.Who.ID, t.At)
	if err != nil || len(ids) == 0 {
		return f, err
	}
	people := make([]campaign.PersonID, len(ids))
	for i := range people {
		people[i] = t.Who.ID
	}
	if f.Seats, err = seats(ctx, tx, ids, people); err != nil {
		return f, err
	}
	f.Wards, err = wards(ctx, tx, t.Who.ID, f.Seats)
	return f, err
}

// loadAll reads the seat of each tap.
func loadAll(ctx context.Context, tx *storage.Tx, taps []flow.Tap[Here]) ([]Facts, error) {
	activities, people := make([]campaign.ActivityID, len(taps)), make([]campaign.PersonID, len(taps))
	for i, t := range taps {
		activities[i], people[i] = t.About.Activity, t.Who.ID
	}
	return seatOfEach(ctx, tx, activities, people)
}

// seatOfEach is the facts of many taps: the seat of one person at one activity each.
func seatOfEach(ctx context.Context, tx *storage.Tx, activities []campaign.ActivityID, people []campaign.PersonID) ([]Facts, error) {
	ss, err := seats(ctx, tx, activities, people)
	if err != nil {
		return nil, err
	}
	ws, err := wardsOfEach(ctx, tx, people, ss)
	if err != nil {
		return nil, err
	}
	facts := make([]Facts, len(ss))
	for i := range ss {
		facts[i].Seats, facts[i].Wards = ss[i:i+1:i+1], ws[i]
	}
	return facts, nil
}

// seats reads the place of each person at the activity beside them, and keeps
// the windows from moving meanwhile: who closes one must not take a person for
// missing whose mark is about to be written. Each seat is looked up by primary
// key: a join would read whole tables while the statistics of a new activity are
// stale.
func seats(ctx context.Context, tx *storage.Tx, activities []campaign.ActivityID, people []campaign.PersonID) ([]Seat, error) {
	ids := each(activities)
	windows, err := keep(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Activity campaign.ActivityID
		Branch   campaign.BranchID
		Grouped  bool
		Since    sql.NullTime
		Late     bool
		Doubt    campaign.Doubt
		Left     sql.NullTime
		Helps    bool
	}
	err = tx.Select(ctx, &rows, `
		WITH seat AS MATERIALIZED (
			SELECT t.n, t.activity_id, t.person_id, coalesce(
				(SELECT e.branch_id FROM expected e WHERE e.activity_id = t.activity_id AND e.person_id = t.person_id),
				CASE WHEN NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = t.activity_id AND w.opened_at IS NOT NULL)
				THEN (SELECT s.branch_id FROM checkin_scope s WHERE s.activity_id = t.activity_id AND s.person_id = t.person_id) END, 0) AS branch_id
			FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS t (activity_id, person_id, n))
		SELECT seat.activity_id AS activity, seat.branch_id AS branch,
		       EXISTS (SELECT FROM chats c WHERE c.branch_id = seat.branch_id) AS grouped, m.at AS since, coalesce(m.late, false) AS late,
		       coalesce(m.doubt, '') AS doubt, m.left_at AS left, EXISTS (SELECT FROM helpers h WHERE h.helper_id = seat.person_id) AS helps
		FROM seat LEFT JOIN LATERAL (SELECT at, late, doubt, left_at FROM marks WHERE activity_id = seat.activity_id AND person_id = seat.person_id LIMIT 1) m ON true
		ORDER BY n`, storage.Array(activities), storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("read seats: %w", err)
	}
	found, err := byID(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	ss := make([]Seat, len(rows))
	for i, r := range rows {
		ss[i] = Seat{found[r.Activity], r.Branch, r.Grouped, windows[r.Activity].Groups, windows[r.Activity].Closed, r.Since.Time, r.Late, r.Doubt, r.Left.Time, r.Helps}
	}
	return ss, nil
}

// A kept window is one that does not move until the turn ends.
type kept struct {
	ID     campaign.ActivityID
	Groups int // how many groups see its figures
	Closed bool
}

// keep keeps windows from moving until the turn ends, and returns how they stand.
// One that has never opened is kept by its activity, before the others: who opens
// it must not invite a person whose mark is being written. One that opens while
// that is waited for counts no groups yet.
func keep(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) (map[campaign.ActivityID]kept, error) {
	var rows []kept
	err := tx.Select(ctx, &rows, `
		WITH unopened AS MATERIALIZED (
			SELECT a.id FROM activities a WHERE a.id = ANY($1) AND NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = a.id)
			ORDER BY a.id FOR SHARE)
		SELECT activity_id AS id, groups, closed_at IS NOT NULL AS closed FROM checkin_windows
		WHERE activity_id = ANY($1) AND (SELECT count(*) FROM unopened) >= 0
		ORDER BY activity_id FOR SHARE`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("keep windows: %w", err)
	}
	windows := make(map[campaign.ActivityID]kept, len(rows))
	for _, r := range rows {
		windows[r.ID] = r
	}
	return windows, nil
}

// byID finds activities by their numbers.
func byID(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) (map[campaign.ActivityID]campaign.Activity, error) {
	as, err := tx.Activities(ctx, ids)
	found := make(map[campaign.ActivityID]campaign.Activity, len(as))
	for _, a := range as {
		found[a.ID] = a
	}
	return found, err
}

// each returns the different numbers of ids, in order.
func each(ids []campaign.ActivityID) []campaign.ActivityID {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}
