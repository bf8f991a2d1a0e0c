package checkin

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var files embed.FS

var schema = func() fs.FS {
	sub, err := fs.Sub(files, "schema")
	if err != nil {
		panic(err)
	}
	return sub
}()

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

// turnful is how many windows one turn opens or closes.
const turnful = 20

// due reads the windows that are to be opened or closed now. One that passed
// wholly more than a day ago is left alone: no message that speaks of it can
// still be on its way.
func due(ctx context.Context, tx *storage.Tx) (f Facts, err error) {
	var ids []campaign.ActivityID
	err = tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a
		WHERE a.closes > $1::timestamptz - interval '1 day' AND a.opens <= $1 AND NOT a.cancelled
		  AND NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = a.id AND w.opened_at IS NOT NULL)
		UNION
		SELECT a.id FROM checkin_windows w JOIN activities a ON a.id = w.activity_id
		WHERE w.opened_at IS NOT NULL AND w.closed_at IS NULL AND a.closes <= $1 AND NOT a.cancelled
		UNION
		SELECT a.id FROM activities a JOIN checkin_windows w ON w.activity_id = a.id
		WHERE a.sign_out IS NOT NULL AND a.ends > $1::timestamptz - interval '1 day' AND NOT a.cancelled AND w.opened_at IS NOT NULL AND w.out_closed_at IS NULL
		  AND (w.out_offered_at IS NULL AND least(a.sign_out, a.closes) <= $1 OR a.ends <= $3)
		ORDER BY id LIMIT $2`, tx.Now, turnful+1, tx.Now.Add(-campaign.SignOutFor))
	if err != nil {
		return f, fmt.Errorf("find windows that are due: %w", err)
	}
	if f.More = len(ids) > turnful; f.More {
		ids = ids[:turnful]
	}
	f.Windows, err = windows(ctx, tx, ids...)
	return f, err
}

// windows reads windows as they stand, and keeps others from moving them. It
// waits for a roster that is being imported, so that whoever comes with it is
// either expected already or seen by the import.
func windows(ctx context.Context, tx *storage.Tx, ids ...campaign.ActivityID) ([]Window, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Exec(ctx, `LOCK TABLE people IN ROW EXCLUSIVE MODE`); err != nil {
		return nil, fmt.Errorf("wait for the roster: %w", err)
	}
	if err := tx.Exec(ctx, `SELECT id FROM activities WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`, storage.Array(ids)); err != nil {
		return nil, fmt.Errorf("lock windows: %w", err)
	}
	ws, err := states(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	var opened, unopened []campaign.ActivityID
	for _, w := range ws {
		if w.Opened {
			opened = append(opened, w.Activity.ID)
			continue
		}
		unopened = append(unopened, w.Activity.ID)
	}
	counts, err := figures(ctx, tx, opened, unopened)
	for i := range ws {
		ws[i].Branches = counts[ws[i].Activity.ID]
	}
	return ws, err
}

// states reads activities and how their windows stand.
func states(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) ([]Window, error) {
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		ID             campaign.ActivityID
		Opened, Closed bool
		OutOffered     bool `db:"out_offered"`
		OutClosed      bool `db:"out_closed"`
		Groups         int
	}
	err = tx.Select(ctx, &rows, `
		SELECT activity_id AS id, opened_at IS NOT NULL AS opened, closed_at IS NOT NULL AS closed,
		       out_offered_at IS NOT NULL AS out_offered, out_closed_at IS NOT NULL AS out_closed, groups
		FROM checkin_windows WHERE activity_id = ANY($1)`, storage.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("read windows: %w", err)
	}
	ws := make([]Window, len(as))
	for i, a := range as {
		ws[i].Activity = a
		for _, r := range rows {
			if r.ID == a.ID {
				ws[i].Invited, ws[i].Opened, ws[i].Closed, ws[i].Groups = true, r.Opened, r.Closed, r.Groups
				ws[i].OutOffered, ws[i].OutClosed = r.OutOffered, r.OutClosed
			}
		}
	}
	return ws, nil
}

// figures counts, for each activity, the branches that have a group: who is
// expected, or would be if the window opened now, and who is marked.
func figures(ctx context.Context, tx *storage.Tx, opened, unopened []campaign.ActivityID) (map[campaign.ActivityID][]Count, error) {
	var rows []struct {
		Activity campaign.ActivityID
		Count
	}
	err := tx.Select(ctx, &rows, `
		WITH e AS (
			SELECT activity_id, branch_id, count(*) AS n FROM expected WHERE activity_id = ANY($1) GROUP BY activity_id, branch_id
			UNION ALL
			SELECT activity_id, branch_id, count(*) FROM checkin_scope WHERE activity_id = ANY($2) GROUP BY activity_id, branch_id),
		m AS (
			SELECT activity_id, branch_id, count(*) AS n, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE method = 'guest') AS away
			FROM marks WHERE activity_id = ANY($1) OR activity_id = ANY($2) GROUP BY activity_id, branch_id)
		SELECT e.activity_id AS activity, e.branch_id AS branch, e.n AS expected, coalesce(m.n, 0) AS present, coalesce(m.late, 0) AS late, coalesce(m.away, 0) AS away,
		       (SELECT count(*) FROM guests g WHERE g.activity_id = e.activity_id AND g.host_id = e.branch_id AND g.state = 'accepted') AS guests,
		       EXISTS (SELECT FROM reported r WHERE r.activity_id = e.activity_id AND r.branch_id = e.branch_id) AS reported
		FROM e JOIN chats c ON c.branch_id = e.branch_id
		LEFT JOIN m ON m.activity_id = e.activity_id AND m.branch_id = e.branch_id
		ORDER BY e.activity_id, e.branch_id`, storage.Array(opened), storage.Array(unopened))
	if err != nil {
		return nil, fmt.Errorf("count branches: %w", err)
	}
	counts := map[campaign.ActivityID][]Count{}
	for _, r := range rows {
		counts[r.Activity] = append(counts[r.Activity], r.Count)
	}
	return counts, nil
}

// showing reads the windows whose cards the group of a branch has, or ought to
// have: those that are open, and those that closed within a day.
func showing(ctx context.Context, tx *storage.Tx, b campaign.BranchID) ([]Window, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM checkin_windows w JOIN activities a ON a.id = w.activity_id
		WHERE w.opened_at IS NOT NULL AND NOT a.cancelled AND a.closes > $1::timestamptz - interval '1 day'
		AND EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.branch_id = $2) ORDER BY a.id`, tx.Now, b)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return states(ctx, tx, ids)
}

// window1 reads one window with the figures of one branch. It waits for whoever
// is moving the window, so that figures of before never hide the end.
func window1(ctx context.Context, tx *storage.Tx, f Figure) ([]Window, error) {
	if _, err := tx.Activity(ctx, f.Activity); err != nil {
		return nil, err
	}
	ws, err := states(ctx, tx, []campaign.ActivityID{f.Activity})
	if err != nil {
		return nil, err
	}
	return ws, count(ctx, tx, ws, f.Branch)
}

// count reads the figures of one branch into each of the windows.
func count(ctx context.Context, tx *storage.Tx, ws []Window, b campaign.BranchID) error {
	for i := range ws {
		c := Count{Branch: b}
		err := tx.Get(ctx, &c, `
			SELECT (SELECT count(*) FROM expected WHERE activity_id = $1 AND branch_id = $2) AS expected,
			       (SELECT count(*) FROM guests WHERE activity_id = $1 AND host_id = $2 AND state = 'accepted') AS guests,
			       count(*) AS present, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE method = 'guest') AS away,
			       EXISTS (SELECT FROM reported WHERE activity_id = $1 AND branch_id = $2) AS reported
			FROM marks WHERE activity_id = $1 AND branch_id = $2`, ws[i].Activity.ID, b)
		if err != nil {
			return fmt.Errorf("count a branch: %w", err)
		}
		ws[i].Branches = []Count{c}
	}
	return nil
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

// opened notes that a window is open, and fixes who is expected. Of an earlier
// opening only those stay who are still in the scope, or marked.
func opened(ctx context.Context, tx *storage.Tx, e Opened) error {
	err := tx.Exec(ctx, `
		INSERT INTO checkin_windows (activity_id, opened_at, groups) VALUES ($1, $2, $3)
		ON CONFLICT (activity_id) DO UPDATE SET opened_at = $2, closed_at = NULL, groups = $3`, e.Activity, tx.Now, e.Groups)
	if err != nil {
		return fmt.Errorf("open a window: %w", err)
	}
	err = tx.Exec(ctx, `
		DELETE FROM expected e WHERE e.activity_id = $1
		AND (SELECT true FROM checkin_scope s WHERE s.activity_id = e.activity_id AND s.person_id = e.person_id LIMIT 1) IS NULL
		AND (SELECT true FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id LIMIT 1) IS NULL`, e.Activity)
	if err != nil {
		return fmt.Errorf("forget who was expected: %w", err)
	}
	return expect(ctx, tx, e.Activity)
}

// expect adds whoever is in the scope of an activity to those who are expected.
func expect(ctx context.Context, tx *storage.Tx, id campaign.ActivityID) error {
	err := tx.Exec(ctx, `
		INSERT INTO expected (activity_id, person_id, branch_id)
		SELECT activity_id, person_id, branch_id FROM checkin_scope WHERE activity_id = $1
		ORDER BY person_id ON CONFLICT DO NOTHING`, id)
	if err != nil {
		return fmt.Errorf("expect: %w", err)
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
