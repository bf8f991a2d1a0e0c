package activity

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads what the steps of t must know. It locks where t writes.
func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	if !plans(t.Who) {
		return f, nil
	}
	r := t.Who.Running()
	if f.Parts, err = partsOf(ctx, tx, r); err != nil {
		return f, err
	}
	if f.Upcoming, err = upcomingOf(ctx, tx, r); err != nil {
		return f, err
	}
	if f.Last, f.Titles, err = recent(ctx, tx, t.Who.ID, r); err != nil {
		return f, err
	}
	if f.LastSite, err = siteOf(ctx, tx, f.Last.ID); err != nil {
		return f, err
	}
	id, err := named(ctx, tx, t)
	if err != nil {
		return f, err
	}
	if id != 0 {
		return f, loadOne(ctx, tx, t, id, &f)
	}
	if t.Draft.Long <= 0 {
		return f, nil
	}
	a := t.Draft.activity(f, tx.Zone())
	if t.Draft.Sure {
		if f.Next, err = next(ctx, tx, a.Starts.Year()); err != nil {
			return f, err
		}
	}
	if f.Expected, err = expected(ctx, tx, a); err != nil {
		return f, err
	}
	if f.Places, err = placesOf(ctx, tx, a); err != nil {
		return f, err
	}
	f.Clashes, err = clashesOf(ctx, tx, a)
	return f, err
}

// named is the activity that t looks at, or that was named with the command.
func named(ctx context.Context, tx *storage.Tx, t turn) (id campaign.ActivityID, err error) {
	if t.Draft.Activity != 0 || t.Arg == "" {
		return t.Draft.Activity, nil
	}
	err = tx.Get(ctx, &id, `SELECT id FROM activities WHERE no = upper($1)`, short(t.Arg))
	if errors.Is(err, storage.ErrNotFound) {
		return 0, nil
	}
	return id, err
}

// loadOne reads the activity that is looked at, and locks it where t writes: who
// checks in meanwhile waits, or was counted.
func loadOne(ctx context.Context, tx *storage.Tx, t turn, id campaign.ActivityID, f *Facts) error {
	if t.Draft.Sure {
		if err := tx.Exec(ctx, `SELECT id FROM activities WHERE id = $1 FOR NO KEY UPDATE`, id); err != nil {
			return fmt.Errorf("activity: lock: %w", err)
		}
	}
	as, err := tx.Activities(ctx, []campaign.ActivityID{id})
	if err != nil || len(as) == 0 {
		return err
	}
	f.Activity = as[0]
	var r struct {
		Lat, Lon *float64
		Radius   int
		Arrived  int
	}
	err = tx.Get(ctx, &r, `
		SELECT place_lat AS lat, place_lon AS lon, radius_m AS radius, (SELECT count(*) FROM marks WHERE activity_id = id) AS arrived
		FROM activities WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("activity: %w", err)
	}
	f.Arrived, f.Site = r.Arrived, site(r.Lat, r.Lon, r.Radius)
	if f.Expected, err = expected(ctx, tx, f.Activity); err != nil {
		return err
	}
	if t.Draft.Doing != moving {
		return nil
	}
	if f.Places, err = placesOf(ctx, tx, f.Activity); err != nil {
		return err
	}
	f.Clashes, err = clashesOf(ctx, tx, t.Draft.becomes(f.Activity, t.Now))
	return err
}

// siteOf finds where an activity is on the map, if it is.
func siteOf(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) (*Site, error) {
	if id == 0 {
		return nil, nil
	}
	var r struct {
		Lat, Lon *float64
		Radius   int
	}
	if err := tx.Get(ctx, &r, `SELECT place_lat AS lat, place_lon AS lon, radius_m AS radius FROM activities WHERE id = $1`, id); err != nil {
		return nil, fmt.Errorf("activity: find a site: %w", err)
	}
	return site(r.Lat, r.Lon, r.Radius), nil
}

func site(lat, lon *float64, radius int) *Site {
	if lat == nil || lon == nil {
		return nil
	}
	return &Site{*lat, *lon, radius}
}

// partsOf finds the parts of the district that somebody may plan for, the widest first.
func partsOf(ctx context.Context, tx *storage.Tx, r campaign.Reach) (ps []Part, err error) {
	if r.All {
		ps = append(ps, Part{Scope: campaign.Everyone()})
		for _, b := range []campaign.Batch{1, 2, 0} {
			ps = append(ps, Part{Scope: campaign.Scope{Part: campaign.OneBatch, Batch: b}})
		}
	}
	var rows []struct {
		Unit           campaign.UnitID
		Branch         campaign.BranchID
		Name, InBranch string
	}
	err = tx.Select(ctx, &rows, `
		SELECT u.id AS unit, 0 AS branch, u.name, '' AS inbranch FROM units u WHERE $1 OR u.id = ANY ($2)
		UNION ALL
		SELECT u.id, b.id, u.name, b.name FROM branches b JOIN units u ON u.id = b.unit_id WHERE $1 OR u.id = ANY ($2) OR b.id = ANY ($3)
		ORDER BY unit, branch`, r.All, storage.Array(r.Units), storage.Array(r.Branches))
	if err != nil {
		return nil, fmt.Errorf("activity: parts of the district: %w", err)
	}
	for _, x := range rows {
		p := Part{Scope: campaign.UnitScope(x.Unit), Unit: x.Name}
		if x.Branch != 0 {
			p = Part{campaign.BranchScope(x.Unit, x.Branch), x.Name, x.InBranch}
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// mostUpcoming bounds the list to choose from: others are found by their number.
const mostUpcoming = 100

// upcomingOf finds the activities that somebody runs and that have not ended.
func upcomingOf(ctx context.Context, tx *storage.Tx, r campaign.Reach) ([]campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT id FROM activities WHERE NOT cancelled AND ends > $1 AND ($2 OR unit_id = ANY ($3) OR branch_id = ANY ($4))
		ORDER BY starts, id LIMIT $5`, tx.Now, r.All, storage.Array(r.Units), storage.Array(r.Branches), mostUpcoming)
	if err != nil {
		return nil, fmt.Errorf("activity: upcoming: %w", err)
	}
	return tx.Activities(ctx, ids)
}

// expected counts who is to be at a: those who were fixed when check-in opened,
// before that the people of its part of the district.
func expected(ctx context.Context, tx *storage.Tx, a campaign.Activity) (n int, err error) {
	if a.ID != 0 {
		if err = tx.Get(ctx, &n, `SELECT count(*) FROM expected WHERE activity_id = $1`, a.ID); err != nil || n > 0 {
			return n, err
		}
	}
	s := a.Scope
	err = tx.Get(ctx, &n, `
		SELECT count(*) FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
		WHERE p.active AND ($1 = 'all' OR $1 = 'batch' AND u.batch = $2 OR $1 = 'unit' AND u.id = $3 OR $1 = 'branch' AND b.id = $4)`,
		string(s.Part), int(s.Batch), int64(s.Unit), int64(s.Branch))
	if err != nil {
		return 0, fmt.Errorf("activity: count who is expected: %w", err)
	}
	return n, nil
}

// mostPlaces is how many places are offered: two rows of buttons.
const mostPlaces = 4

// placesOf finds where activities of the part of a were lately, the last first.
func placesOf(ctx context.Context, tx *storage.Tx, a campaign.Activity) (ps []string, err error) {
	s := a.Scope
	err = tx.Select(ctx, &ps, `
		SELECT place FROM activities
		WHERE part = $1 AND batch = $2 AND coalesce(unit_id, 0) = $3 AND coalesce(branch_id, 0) = $4 AND place <> '' AND length(place) <= $5
		GROUP BY place ORDER BY max(starts) DESC, place LIMIT $6`,
		string(s.Part), int(s.Batch), int64(s.Unit), int64(s.Branch), longestPlace, mostPlaces)
	if err != nil {
		return nil, fmt.Errorf("activity: places: %w", err)
	}
	return ps, nil
}

// clashesOf finds other activities while a is on at which the people of a are to
// be, too: those of the same part of the district and of the parts around it.
func clashesOf(ctx context.Context, tx *storage.Tx, a campaign.Activity) ([]campaign.Activity, error) {
	s := a.Scope
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT id FROM activities
		WHERE NOT cancelled AND id <> $1 AND starts < $2 AND ends > $3 AND
		      (part = 'all' OR part = 'batch' AND batch = CASE WHEN $4 = 'batch' THEN $5 ELSE (SELECT batch FROM units WHERE id = $6) END
		       OR part = 'unit' AND unit_id = $6 OR part = 'branch' AND branch_id = $7)
		ORDER BY starts, id LIMIT 3`,
		a.ID, a.Ends, a.Starts, string(s.Part), int(s.Batch), int64(s.Unit), int64(s.Branch))
	if err != nil {
		return nil, fmt.Errorf("activity: clashes: %w", err)
	}
	return tx.Activities(ctx, ids)
}

// next draws the ID and the number of a new activity. Whoever else draws one of
// the year waits for the end of this transaction.
func next(ctx context.Context, tx *storage.Tx, year int) (a campaign.Activity, err error) {
	last, err := last(ctx, tx, year)
	if err != nil {
		return a, err
	}
	ids, err := draw(ctx, tx, 1)
	if err != nil {
		return a, err
	}
	return campaign.Activity{ID: ids[0], No: number(year, last+1)}, nil
}

// last locks the numbers of a year, and returns the last that was given.
func last(ctx context.Context, tx *storage.Tx, year int) (n int, err error) {
	err = tx.Get(ctx, &n, `SELECT last FROM activity_numbers WHERE year = $1 FOR UPDATE`, year)
	if errors.Is(err, storage.ErrNotFound) {
		err = tx.Get(ctx, &n, `
			INSERT INTO activity_numbers AS n (year, last)
			SELECT $1::integer, coalesce(max(substr(no, 8)::integer), 0) FROM activities WHERE no ~ ('^A-' || $1::integer || '-\d{4,8}$')
			ON CONFLICT (year) DO UPDATE SET last = n.last RETURNING last`, year)
	}
	if err != nil {
		return 0, fmt.Errorf("activity: last number of %d: %w", year, err)
	}
	return n, nil
}

// draw takes n new ids.
func draw(ctx context.Context, tx *storage.Tx, n int) (ids []campaign.ActivityID, err error) {
	err = tx.Select(ctx, &ids, `SELECT nextval(pg_get_serial_sequence('activities', 'id')) FROM generate_series(1, $1)`, n)
	if err != nil {
		return nil, fmt.Errorf("activity: draw ids: %w", err)
	}
	return ids, nil
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Planned:
		return insert(ctx, tx, h, e)
	case Moved:
		return update(ctx, tx, e.New, e.Site)
	case Revised:
		return update(ctx, tx, e.New, e.Site)
	case Cancelled:
		return tx.Exec(ctx, `UPDATE activities SET cancelled = true WHERE id = $1`, e.Activity.ID)
	}
	return fmt.Errorf("activity: cannot apply %s", e.Effect())
}

func insert(ctx context.Context, tx *storage.Tx, h flow.Here, e Planned) error {
	a, s := e.Activity, e.Activity.Scope
	lat, lon, radius := columns(e.Site)
	err := tx.Exec(ctx, `
		INSERT INTO activities (id, no, title, kind, part, batch, unit_id, branch_id, starts, ends, opens, late_from, closes,
		                        place, place_lat, place_lon, radius_m, required, method, made_by)
		OVERRIDING SYSTEM VALUE
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), nullif($8::bigint, 0), $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, nullif($20::bigint, 0))`,
		a.ID, a.No, a.Title, a.Kind, s.Part, s.Batch, int64(s.Unit), int64(s.Branch), a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes,
		a.Place, lat, lon, radius, a.Required, a.Method, int64(h.Who.ID))
	if err != nil {
		return err
	}
	year, n, ok := serial(a.No)
	if !ok {
		return nil
	}
	if _, err := last(ctx, tx, year); err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE activity_numbers SET last = $2 WHERE year = $1 AND last < $2`, year, n)
}

func update(ctx context.Context, tx *storage.Tx, a campaign.Activity, at *Site) error {
	s := a.Scope
	lat, lon, radius := columns(at)
	return tx.Exec(ctx, `
		UPDATE activities SET title = $2, kind = $3, part = $4, batch = $5, unit_id = nullif($6::bigint, 0), branch_id = nullif($7::bigint, 0),
		       starts = $8, ends = $9, opens = $10, late_from = $11, closes = $12, place = $13, place_lat = $14, place_lon = $15,
		       radius_m = $16, required = $17, method = $18
		WHERE id = $1`,
		a.ID, a.Title, a.Kind, s.Part, s.Batch, int64(s.Unit), int64(s.Branch), a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes,
		a.Place, lat, lon, radius, a.Required, a.Method)
}

// usualRadius is how near people must come where nobody says it, in metres.
const usualRadius = 200

func columns(s *Site) (lat, lon *float64, radius int) {
	if s == nil {
		return nil, nil, usualRadius
	}
	return &s.Lat, &s.Lon, s.Radius
}

// file is the import of the activities file: all of it, or nothing.
var file = flow.Offer{Name: "activities", Help: "Activities, by their numbers", Columns: fileColumns, Import: bring}

func bring(ctx context.Context, tx *storage.Tx, h flow.Here, in flow.Incoming) (flow.Report, error) {
	in.Far.At(flow.Checking, 0, 0)
	d, err := names(ctx, tx)
	if err != nil {
		return flow.Report{}, err
	}
	rs, unknown, faults := rows(in.Table, d, tx.Zone())
	if len(faults) > 0 {
		return flow.Report{Faults: faults}, nil
	}
	if err := lockYears(ctx, tx, rs); err != nil {
		return flow.Report{}, err
	}
	there, err := knownOf(ctx, tx, rs)
	if err != nil {
		return flow.Report{}, err
	}
	ids, err := draw(ctx, tx, len(rs)-len(there))
	if err != nil {
		return flow.Report{}, err
	}
	return judge(rs, there, ids, h.Now).report(unknown), nil
}

// names reads the names of units and branches.
func names(ctx context.Context, tx *storage.Tx) (d district, err error) {
	ps, err := partsOf(ctx, tx, campaign.Reach{All: true})
	d.units, d.branches = map[string]campaign.UnitID{}, map[campaign.UnitID]map[string]campaign.BranchID{}
	for _, p := range ps {
		switch p.Scope.Part {
		case campaign.OneUnit:
			d.units[p.Unit], d.branches[p.Scope.Unit] = p.Scope.Unit, map[string]campaign.BranchID{}
		case campaign.Branch:
			d.branches[p.Scope.Unit][p.Branch] = p.Scope.Branch
		}
	}
	return d, err
}

// lockYears keeps others from drawing the numbers that a file brings.
func lockYears(ctx context.Context, tx *storage.Tx, rs []row) error {
	var years []int
	for _, r := range rs {
		if y, _, ok := serial(r.activity.No); ok {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	for _, y := range slices.Compact(years) {
		if _, err := last(ctx, tx, y); err != nil {
			return err
		}
	}
	return nil
}

// knownOf finds and locks the activities of a file that are there, by their numbers.
func knownOf(ctx context.Context, tx *storage.Tx, rs []row) (map[string]known, error) {
	nos := make([]string, len(rs))
	for i, r := range rs {
		nos[i] = r.activity.No
	}
	var found []struct {
		ID       campaign.ActivityID
		Lat, Lon *float64
		Radius   int
	}
	err := tx.Select(ctx, &found, `
		SELECT id, place_lat AS lat, place_lon AS lon, radius_m AS radius FROM activities
		WHERE no = ANY ($1) ORDER BY id FOR NO KEY UPDATE`, storage.Array(nos))
	if err != nil {
		return nil, fmt.Errorf("activity: find by number: %w", err)
	}
	ids := make([]campaign.ActivityID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return nil, err
	}
	var counts []struct {
		Arrived int
		Invited bool
	}
	err = tx.Select(ctx, &counts, `
		SELECT (SELECT count(*) FROM marks m WHERE m.activity_id = t.id) AS arrived,
		       EXISTS (SELECT 1 FROM expected x WHERE x.activity_id = t.id) AS invited
		FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, n) ORDER BY t.n`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("activity: who was there: %w", err)
	}
	there := make(map[string]known, len(found))
	for i, f := range found {
		there[as[i].No] = known{as[i], site(f.Lat, f.Lon, f.Radius), counts[i].Arrived, counts[i].Invited}
	}
	return there, nil
}
