package attendance

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// days is how far back the list of activities goes.
const days = 14

func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	at, view := t.Draft.At, byPart
	switch about := about.(type) {
	case Show:
		at, view = about.Spot, about.View
	case Draw:
		at, view = about.Spot, about.View
	case Find:
		at = about.Spot
	case Mark:
		at = about.Spot
	case Move:
		at = about.Spot
	}
	if at.Activity == 0 {
		if f.List, err = listed(ctx, tx, t); err == nil {
			f.Covers, err = covers(ctx, tx, t.Who)
		}
		return f, err
	}
	if at.Activity == whole {
		return cover(ctx, tx, t.Who, at, view)
	}
	if err := lock(ctx, tx, t.Draft); err != nil {
		return f, err
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{at.Activity})
	if err != nil {
		return f, err
	}
	if len(found) == 0 {
		return f, errElsewhere
	}
	f.Activity = found[0]
	if f.Branches, err = branchesOf(ctx, tx, t.Who, f.Activity); err != nil {
		return f, err
	}
	f.At = at.narrowed(f.Branches)
	if f.At.Branch != 0 && t.Who.Reads(campaign.BranchScope(f.At.Unit, f.At.Branch)) {
		if f.Closing, err = tx.Closing(ctx, f.At.Activity, f.At.Branch); err != nil {
			return f, err
		}
		if f.People, err = peopleOf(ctx, tx, f.At); err != nil {
			return f, err
		}
		f.Guests, err = guestsOf(ctx, tx, f.At)
	}
	return f, err
}

// lock keeps others from doing what is about to be done: from moving the same
// window, from vouching for the same person.
func lock(ctx context.Context, tx *storage.Tx, d Draft) error {
	switch {
	case d.Act == opening || d.Act == closing:
		return tx.Exec(ctx, `SELECT id FROM activities WHERE id = $1 FOR NO KEY UPDATE`, d.At.Activity)
	case d.Act == marking && d.Member != 0:
		return tx.Exec(ctx, `SELECT person_id FROM expected WHERE activity_id = $1 AND person_id = $2 FOR NO KEY UPDATE`, d.At.Activity, d.Member)
	}
	return nil
}

// mostListed bounds the list of activities; it can be searched.
const mostListed = 1000

// listed finds the activities that run, those of today, and the latest.
func listed(ctx context.Context, tx *storage.Tx, t turn) ([]campaign.Activity, error) {
	var ids []campaign.ActivityID
	r, today := t.Who.Reading(), t.Today()
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a
		WHERE NOT a.cancelled AND (a.starts >= $1 AND a.starts < $3 OR a.opens <= $4 AND a.closes > $4)
		  AND ($5 OR EXISTS (
			SELECT FROM branches b JOIN units u ON u.id = b.unit_id
			WHERE (b.unit_id = ANY($6) OR b.id = ANY($7))
			  AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = b.unit_id OR a.branch_id = b.id)))
		ORDER BY CASE WHEN a.opens <= $4 AND a.closes > $4 THEN 0 WHEN a.starts >= $2 THEN 1 ELSE 2 END,
		         CASE WHEN a.starts >= $2 THEN a.starts END, a.starts DESC, a.id
		LIMIT $8`,
		today.Add(-days).Start(tx.Zone()), today.Start(tx.Zone()), today.Add(1).Start(tx.Zone()), t.Now,
		r.All, storage.Array(r.Units), storage.Array(r.Branches), mostListed)
	if err != nil {
		return nil, fmt.Errorf("attendance: list the activities: %w", err)
	}
	return tx.Activities(ctx, ids)
}

// branchesOf counts the branches of an activity that a person reads: those that
// somebody is expected of, and those that it is held for.
func branchesOf(ctx context.Context, tx *storage.Tx, who campaign.Person, a campaign.Activity) ([]branch, error) {
	var found []struct {
		UnitID     campaign.UnitID   `db:"unit_id"`
		ID         campaign.BranchID `db:"id"`
		Unit, Name string
		campaign.Tally
		Guests, Asking int
	}
	r := who.Reading()
	err := tx.Select(ctx, &found, `
		WITH read AS (SELECT b.id FROM branches b WHERE b.unit_id = ANY($3) OR b.id = ANY($4)),
		e AS (
			SELECT branch_id, count(*) AS n FROM expected
			WHERE activity_id = $1 AND ($2 OR branch_id IN (SELECT id FROM read)) GROUP BY branch_id),
		m AS (
			SELECT branch_id, count(*) AS n, count(*) FILTER (WHERE late) AS late FROM marks
			WHERE activity_id = $1 AND ($2 OR branch_id IN (SELECT id FROM read)) GROUP BY branch_id),
		k AS (
			SELECT branch_id, count(*) FILTER (WHERE state = 'made') AS made, count(*) FILTER (WHERE state = 'waived') AS waived FROM makeups k
			WHERE activity_id = $1 AND state IN ('made', 'waived') AND ($2 OR branch_id IN (SELECT id FROM read))
			  AND NOT EXISTS (SELECT FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id) GROUP BY branch_id),
		g AS (
			SELECT host_id, count(*) FILTER (WHERE state = 'accepted') AS guests, count(*) FILTER (WHERE state = 'asked') AS asking
			FROM guests WHERE activity_id = $1 GROUP BY host_id),
		counted AS (
			SELECT e.branch_id, e.n AS expected, coalesce(m.n, 0) AS arrived, coalesce(m.late, 0) AS late, coalesce(k.made, 0) AS made, coalesce(k.waived, 0) AS waived
			FROM e LEFT JOIN m ON m.branch_id = e.branch_id LEFT JOIN k ON k.branch_id = e.branch_id)
		SELECT b.unit_id, b.id, u.name AS unit, b.name, coalesce(c.expected, 0) AS expected, coalesce(c.arrived, 0) AS arrived, coalesce(c.late, 0) AS late,
		       coalesce(c.made, 0) AS made, coalesce(c.waived, 0) AS waived, coalesce(g.guests, 0) AS guests, coalesce(g.asking, 0) AS asking,
		       (SELECT true FROM heard h WHERE h.activity_id = a.id AND h.branch_id = b.id LIMIT 1) IS NOT NULL AS reported
		FROM activities a CROSS JOIN branches b JOIN units u ON u.id = b.unit_id LEFT JOIN counted c ON c.branch_id = b.id LEFT JOIN g ON g.host_id = b.id
		WHERE a.id = $1 AND ($2 OR b.unit_id = ANY($3) OR b.id = ANY($4))
		  AND (c.branch_id IS NOT NULL OR a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = b.unit_id OR a.branch_id = b.id)
		ORDER BY b.unit_id, b.id`, a.ID, r.All, storage.Array(r.Units), storage.Array(r.Branches))
	if err != nil {
		return nil, fmt.Errorf("attendance: count the branches: %w", err)
	}
	bs := make([]branch, len(found))
	for i, b := range found {
		bs[i] = branch{Scope: campaign.BranchScope(b.UnitID, b.ID), Unit: b.Unit, Name: b.Name, Reported: b.Reported,
			Figures: b.Tally.Figures(a.Phase(tx.Now) == campaign.Over, a.Required), Guests: b.Guests, Asking: b.Asking}
	}
	return bs, nil
}

// peopleOf finds who is expected of a branch, those who came in the order in
// which they did.
func peopleOf(ctx context.Context, tx *storage.Tx, at Spot) ([]person, error) {
	var found []struct {
		ID       campaign.PersonID
		No, Name string
		At, Left sql.NullTime
		Late     bool
		Debt     campaign.Debt
		Helped   bool
		Guest    bool
		By, Note string
	}
	err := tx.Select(ctx, &found, `
		SELECT p.id, p.member_no AS no, p.name, m.at, m.left_at AS left, coalesce(m.late, false) AS late, coalesce(k.state, '') AS debt,
		       coalesce(m.method = 'helper', false) AS helped, coalesce(m.method = 'guest', false) AS guest, coalesce(w.name, '') AS by, coalesce(m.note, '') AS note
		FROM expected e JOIN people p ON p.id = e.person_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		LEFT JOIN people w ON w.id = m.by_id
		WHERE e.activity_id = $1 AND e.branch_id = $2
		ORDER BY m.at, p.id`, at.Activity, at.Branch)
	if err != nil {
		return nil, fmt.Errorf("attendance: find the people: %w", err)
	}
	ps := make([]person, len(found))
	for i, p := range found {
		ps[i] = person{p.ID, p.No, p.Name, inZone(p.At, tx.Zone()), p.Late, p.Debt, inZone(p.Left, tx.Zone()), p.Helped, p.Guest, p.By, p.Note}
	}
	return ps, nil
}

// guestsOf finds who attended with a branch from others.
func guestsOf(ctx context.Context, tx *storage.Tx, at Spot) (gs []guest, err error) {
	err = tx.Select(ctx, &gs, `
		SELECT p.name, u.name AS unit, b.name AS branch, g.at, g.late
		FROM guests g JOIN people p ON p.id = g.person_id JOIN branches b ON b.id = g.home_id JOIN units u ON u.id = b.unit_id
		WHERE g.activity_id = $1 AND g.host_id = $2 AND g.state = 'accepted' ORDER BY g.at, p.id`, at.Activity, at.Branch)
	if err != nil {
		return nil, fmt.Errorf("attendance: find the guests: %w", err)
	}
	for i := range gs {
		gs[i].At = gs[i].At.In(tx.Zone())
	}
	return gs, nil
}

// inZone is an instant of the campaign's zone, zero where there is none.
func inZone(t sql.NullTime, zone *time.Location) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.In(zone)
}

// apply writes nothing: the marks and the windows are written by whoever hears
// the news of this flow, in the same transaction. Its effects are for the audit.
func apply(_ context.Context, _ *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e.(type) {
	case Marked, Opened, Closed:
		return nil
	}
	return fmt.Errorf("attendance: cannot apply %s", e.Effect())
}

// declare opens the cursor of an export, which reads one activity after the other:
// OFFSET 0 keeps Postgres from joining what all of them have.
// A file that is abandoned leaves it to the end of the transaction.
func declare(ctx context.Context, tx *storage.Tx, in flow.Bounds) error {
	err := tx.Exec(ctx, `
		DECLARE attendance_rows NO SCROLL CURSOR FOR
		SELECT a.no AS activity_no, a.title, a.starts, a.ends, a.closes, a.sign_out, a.required, x.unit, x.branch, x.member_no, x.name,
		       x.at, x.left_at, x.late, x.method, x.by, x.note, x.reported, x.debt, x.due, x.decided_at, x.how, x.decider, x.reason,
		       count(*) OVER () AS all
		FROM activities a CROSS JOIN LATERAL (
			SELECT u.id AS unit_id, b.id AS branch_id, u.name AS unit, b.name AS branch, p.member_no, p.name,
			       m.at, m.left_at, coalesce(m.late, false) AS late, coalesce(m.method, '') AS method,
			       coalesce(w.name, '') AS by, coalesce(m.note, '') AS note, h.there IS NOT NULL AS reported,
			       coalesce(k.state, '') AS debt, k.due, k.decided_at, coalesce(k.how, '') AS how, coalesce(d.name, '') AS decider, coalesce(k.note, '') AS reason
			FROM expected e
			JOIN branches b ON b.id = e.branch_id JOIN units u ON u.id = b.unit_id JOIN people p ON p.id = e.person_id
			LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
			LEFT JOIN people w ON w.id = m.by_id
			LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
			LEFT JOIN people d ON d.id = k.decided_by
			LEFT JOIN LATERAL (SELECT true AS there FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) h ON true
			WHERE e.activity_id = a.id AND ($1::bigint = 0 OR u.id = $1) OFFSET 0) x
		WHERE NOT a.cancelled AND ($2::timestamptz IS NULL OR a.starts >= $2) AND ($3::timestamptz IS NULL OR a.starts < $3)
		ORDER BY a.starts, a.id, x.unit_id, x.branch_id, x.member_no`, in.Unit, in.From, in.To)
	if err != nil {
		return fmt.Errorf("attendance: begin the export: %w", err)
	}
	return nil
}

// fetch reads the next rows of the cursor; after the last it closes it.
func fetch(ctx context.Context, tx *storage.Tx) (es []entry, err error) {
	if err := tx.Select(ctx, &es, `FETCH 1000 FROM attendance_rows`); err != nil {
		return nil, fmt.Errorf("attendance: read the rows of the export: %w", err)
	}
	if len(es) > 0 {
		return es, nil
	}
	return nil, tx.Exec(ctx, `CLOSE attendance_rows`)
}
