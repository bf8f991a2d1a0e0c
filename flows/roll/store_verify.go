package roll

import (
	"context"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// mostItems bounds a list: what is decided makes room for the rest.
const mostItems = 200

// loadOpen reads what is to be decided. Whoever is about to decide on a record
// keeps others from it.
func loadOpen(ctx context.Context, tx *storage.Tx, t verifying, about any) (f Open, err error) {
	switch about := about.(type) {
	case nil:
		f.At = spot(t.Arg)
	case Page:
		f.At = about.At
	case Trust:
		f.At = about.At
	case Decide:
		f.At = about.At
		err = tx.Exec(ctx, `SELECT person_id FROM expected WHERE activity_id = $1 AND person_id = $2 FOR NO KEY UPDATE`, about.At.Activity, about.Person)
	case campaign.WindowClosed:
		f.At.Activity = about.Activity
	}
	if err != nil {
		return f, fmt.Errorf("hold the record: %w", err)
	}
	found, err := tx.Activities(ctx, []campaign.ActivityID{f.At.Activity})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity = found[0]
	reach, most := t.Who.Running(), mostItems
	if _, clock := about.(campaign.WindowClosed); clock {
		reach, most = campaign.Reach{All: true}, 1
	}
	if f.Items, err = itemsOf(ctx, tx, f.At, reach, most); err != nil {
		return f, err
	}
	f.Closings, err = closingsOf(ctx, tx, f, about)
	return f, err
}

// closingsOf reads whether the figures are closed of the branches on which a press
// decides.
func closingsOf(ctx context.Context, tx *storage.Tx, f Open, about any) (map[campaign.BranchID]campaign.Closing, error) {
	closings := map[campaign.BranchID]campaign.Closing{}
	for _, i := range f.Items {
		switch about := about.(type) {
		case Decide:
			if about.Person != i.Person {
				continue
			}
		case Trust:
		default:
			continue
		}
		b := i.Branch.Branch
		if _, read := closings[b]; read {
			continue
		}
		c, err := tx.Closing(ctx, f.Activity.ID, b)
		if err != nil {
			return nil, err
		}
		closings[b] = c
	}
	return closings, nil
}

// itemsOf finds the records of an activity that are not proven, or of which the
// newest roll of the branch says something else than the person: a check-in that
// the roll does not have, and, where one had to show that one was there, a name on
// the roll without a check-in. What was decided on since is not asked again.
func itemsOf(ctx context.Context, tx *storage.Tx, at at, r campaign.Reach, most int) ([]item, error) {
	var rows []struct {
		Person          campaign.PersonID
		Name, In        string
		Unit            campaign.UnitID
		Branch          campaign.BranchID
		At              time.Time
		Late            bool
		Doubt           campaign.Doubt
		Note            string
		By              string // who made the mark, where it was not themselves
		Rolled, Present bool
	}
	err := tx.Select(ctx, &rows, `
		WITH newest AS (SELECT DISTINCT ON (branch_id) id, branch_id, at FROM roll_rolls WHERE activity_id = $1 ORDER BY branch_id, id DESC)
		SELECT p.id AS person, p.name, b.name AS in, b.unit_id AS unit, b.id AS branch, m.at, m.late, m.doubt, m.note, coalesce(w.name, '') AS by,
		       l.present IS NOT NULL AS rolled, coalesce(l.present, false) AS present
		FROM marks m JOIN activities a ON a.id = m.activity_id JOIN people p ON p.id = m.person_id JOIN branches b ON b.id = m.branch_id LEFT JOIN people w ON w.id = m.by_id
		LEFT JOIN newest n ON n.branch_id = m.branch_id
		LEFT JOIN roll_lines l ON l.roll_id = n.id AND l.person_id = m.person_id
		     AND NOT EXISTS (SELECT FROM changes c WHERE c.activity_id = m.activity_id AND c.person_id = m.person_id
		                     AND c.cause IN ('decided', 'corrected', 'accepted') AND c.at >= n.at AND c.at >= m.at)
		WHERE m.activity_id = $1 AND ($2 OR b.unit_id = ANY($3) OR b.id = ANY($4)) AND ($5::bigint = 0 OR b.unit_id = $5) AND ($6::bigint = 0 OR b.id = $6)
		  AND (m.doubt <> '' OR NOT l.present OR l.present AND a.method IN ('code', 'location') AND m.method = 'marked' AND m.note = '')
		ORDER BY b.unit_id, b.id, p.id LIMIT $7`,
		at.Activity, r.All, storage.Array(r.Units), storage.Array(r.Branches), at.Unit, at.Branch, most)
	if err != nil {
		return nil, fmt.Errorf("find what is to be verified: %w", err)
	}
	items := make([]item, len(rows))
	for i, r := range rows {
		items[i] = item{r.Person, r.Name, campaign.BranchScope(r.Unit, r.Branch), r.In, r.At.In(tx.Zone()), r.Late, r.Doubt, r.Note, r.By, r.Rolled, r.Present}
	}
	return items, nil
}

// settle writes nothing: the record is written by whoever hears the news of the
// decision, in the same transaction. The effect is for the audit.
func settle(_ context.Context, _ *storage.Tx, _ flow.Here, e flow.Effect) error {
	if _, ok := e.(Settled); !ok {
		return fmt.Errorf("verify: cannot apply %s", e.Effect())
	}
	return nil
}

// audience finds who runs the branches of which something is not proven: the
// secretary, or the desk of the unit where there is none; and whoever made the
// activity, where they look after anything still.
func audience(ctx context.Context, tx *storage.Tx, of any) (a storage.Audience, err error) {
	c, ok := of.(Concerned)
	if !ok {
		return a, fmt.Errorf("verify: there is no audience %T", of)
	}
	err = tx.Select(ctx, &a.People, `
		WITH open AS (SELECT DISTINCT branch_id FROM marks WHERE activity_id = $1 AND doubt <> '')
		SELECT r.person_id FROM open o JOIN roles r ON r.branch_id = o.branch_id AND r.role = 'secretary'
		UNION
		SELECT r.person_id FROM open o JOIN branches b ON b.id = o.branch_id JOIN roles r ON r.unit_id = b.unit_id AND r.role = 'desk'
		WHERE NOT EXISTS (SELECT FROM roles s WHERE s.branch_id = o.branch_id AND s.role = 'secretary')
		UNION
		SELECT a.made_by FROM activities a
		WHERE a.id = $1 AND EXISTS (SELECT FROM open) AND EXISTS (SELECT FROM roles r WHERE r.person_id = a.made_by AND r.role IN ('secretary', 'first', 'direct', 'desk', 'office'))
		ORDER BY person_id`, c.Activity)
	return a, err
}

// over finds the lists of activities whose check-in had closed before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byID := map[campaign.ActivityID]string{}
	var ids []campaign.ActivityID
	for _, n := range names {
		var id campaign.ActivityID
		if _, err := fmt.Sscanf(n, verifyName, &id); err == nil {
			byID[id], ids = n, append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var closed []campaign.ActivityID
	err = tx.Select(ctx, &closed, `SELECT id FROM activities WHERE id = ANY($1) AND closes < $2`, storage.Array(ids), before)
	for _, id := range closed {
		found = append(found, byID[id])
	}
	return found, err
}
