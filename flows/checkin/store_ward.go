package checkin

import (
	"context"
	"fmt"

	"campaign"
	"campaign/storage"
)

// helper reads the place of a helper at an activity and of those for whom they
// record, and keeps others from withdrawing that meanwhile.
func helper(ctx context.Context, tx *storage.Tx, t turn, p For) (f Facts, err error) {
	err = tx.Exec(ctx, `SELECT id FROM helpers WHERE helper_id = $1 ORDER BY id FOR SHARE`, t.Who.ID)
	if err != nil {
		return f, fmt.Errorf("keep whom a helper records for: %w", err)
	}
	f.Seats, err = seats(ctx, tx, []campaign.ActivityID{p.Activity}, []campaign.PersonID{t.Who.ID})
	if err != nil {
		return f, err
	}
	f.Wards, err = wards(ctx, tx, t.Who.ID, f.Seats)
	return f, err
}

// wards reads the places of those for whom a person records, at the activities of
// their own seats.
func wards(ctx context.Context, tx *storage.Tx, who campaign.PersonID, own []Seat) (ws []Ward, err error) {
	owners := make([]campaign.PersonID, len(own))
	for i := range own {
		owners[i] = who
	}
	all, err := wardsOfEach(ctx, tx, owners, own)
	for _, some := range all {
		ws = append(ws, some...)
	}
	return ws, err
}

// wardsOfEach does so for the seats of many people, each the owner of the seat
// beside them. Most record for nobody: for them it reads nothing.
func wardsOfEach(ctx context.Context, tx *storage.Tx, owners []campaign.PersonID, own []Seat) ([][]Ward, error) {
	of := make([][]Ward, len(own))
	var helpers []campaign.PersonID
	for i, s := range own {
		if s.Helps {
			helpers = append(helpers, owners[i])
		}
	}
	if len(helpers) == 0 {
		return of, nil
	}
	var found []struct {
		Helper, ID campaign.PersonID
		Name       string
	}
	err := tx.Select(ctx, &found, `
		SELECT h.helper_id AS helper, p.id, p.name FROM helping h JOIN people p ON p.id = h.person_id WHERE h.helper_id = ANY($1) ORDER BY p.id`, storage.Array(helpers))
	if err != nil {
		return nil, fmt.Errorf("find whom helpers record for: %w", err)
	}
	var activities []campaign.ActivityID
	var people []campaign.PersonID
	var at []int
	for i, s := range own {
		for _, p := range found {
			if s.Helps && p.Helper == owners[i] {
				of[i] = append(of[i], Ward{Person: p.ID, Name: p.Name})
				activities, people, at = append(activities, s.Activity.ID), append(people, p.ID), append(at, i)
			}
		}
	}
	if len(at) == 0 {
		return of, nil
	}
	ss, err := seats(ctx, tx, activities, people)
	if err != nil {
		return nil, err
	}
	by, err := markers(ctx, tx, activities, people)
	if err != nil {
		return nil, err
	}
	next := map[int]int{}
	for n, i := range at {
		w := &of[i][next[i]]
		w.Seat, w.Marker, w.Helped = ss[n], by[n].Name, by[n].Helped
		next[i]++
	}
	return of, nil
}

// A marker is who marked somebody; nobody where they did so themselves.
type marker struct {
	Name   string
	Helped bool
}

func markers(ctx context.Context, tx *storage.Tx, activities []campaign.ActivityID, people []campaign.PersonID) (ms []marker, err error) {
	err = tx.Select(ctx, &ms, `
		SELECT coalesce(p.name, '') AS name, coalesce(m.method = 'helper', false) AS helped
		FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS t (activity_id, person_id, n)
		LEFT JOIN marks m ON m.activity_id = t.activity_id AND m.person_id = t.person_id LEFT JOIN people p ON p.id = m.by_id
		ORDER BY t.n`, storage.Array(activities), storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("read who marked members: %w", err)
	}
	return ms, nil
}

// markHelped writes the mark that a helper makes: it names them, and that nobody
// but them says so.
func markHelped(ctx context.Context, tx *storage.Tx, e Helped) error {
	return tx.Exec(ctx, `
		INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, doubt) VALUES ($1, $2, $3, $4, $5, $6, $7, 'helper')
		ON CONFLICT (activity_id, person_id) DO NOTHING`, e.Activity, e.Person, e.Branch, e.At, e.Late, byHelper, e.By)
}

// missingHelpers finds those who are missing and record for somebody who is.
func missingHelpers(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) (people []campaign.PersonID, err error) {
	err = tx.Select(ctx, &people, `
		SELECT DISTINCT h.helper_id FROM helping h
		JOIN expected own ON own.activity_id = $1 AND own.person_id = h.helper_id JOIN expected e ON e.activity_id = $1 AND e.person_id = h.person_id
		WHERE (SELECT true FROM marks m WHERE m.activity_id = $1 AND m.person_id = h.helper_id LIMIT 1) IS NULL
		  AND (SELECT true FROM marks m WHERE m.activity_id = $1 AND m.person_id = h.person_id LIMIT 1) IS NULL
		ORDER BY h.helper_id`, id)
	return people, err
}
