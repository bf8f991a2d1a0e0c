package dispute

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var schema embed.FS

// load reads the record that the speaker disputes, or the objection of a button, of
// a timer, or that waits for a decision on somebody's record.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (Facts, error) {
	switch about := about.(type) {
	case Judge:
		return objectionOf(ctx, tx, about.Objection)
	case Waits:
		return objectionOf(ctx, tx, about.Objection)
	}
	d := t.Draft
	if d == (Draft{}) {
		d = argued(t.Arg)
	}
	switch {
	case d.Activity == 0:
		return ownOf(ctx, tx, t.Who.ID)
	case d.Person == 0 || d.Person == t.Who.ID:
		return recordOf(ctx, tx, d.Activity, t.Who.ID)
	}
	var id int64
	err := tx.Get(ctx, &id, `SELECT id FROM dispute_objections WHERE activity_id = $1 AND person_id = $2 AND state = 'open'`, d.Activity, d.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return Facts{}, nil
	}
	if err != nil {
		return Facts{}, fmt.Errorf("find the objection that waits: %w", err)
	}
	return objectionOf(ctx, tx, id)
}

// mostOwn bounds the list of one's own records; it can be searched.
const mostOwn = 300

// ownOf finds the activities of which a person may dispute their record: they are
// marked, or check-in has closed.
func ownOf(ctx context.Context, tx *storage.Tx, who campaign.PersonID) (f Facts, err error) {
	var ids []campaign.ActivityID
	err = tx.Select(ctx, &ids, `
		SELECT a.id FROM expected e JOIN activities a ON a.id = e.activity_id
		WHERE e.person_id = $1 AND NOT a.cancelled
		  AND (a.closes <= $2 OR EXISTS (SELECT FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id))
		ORDER BY a.starts DESC, a.id DESC LIMIT $3`, who, tx.Now, mostOwn)
	if err != nil {
		return f, fmt.Errorf("find a person's activities: %w", err)
	}
	f.Own, err = tx.Activities(ctx, ids)
	return f, err
}

// loadDecision reads the objection that is decided on, and keeps others from it.
func loadDecision(ctx context.Context, tx *storage.Tx, t deciding, _ any) (Facts, error) {
	return objectionOf(ctx, tx, t.Draft.Objection)
}

func objectionOf(ctx context.Context, tx *storage.Tx, id int64) (f Facts, err error) {
	var row struct {
		Activity                             campaign.ActivityID
		Person                               campaign.PersonID
		Claim, Why, Photo, State, By, Answer string
		Hat                                  campaign.Role
		Made                                 time.Time
	}
	err = tx.Get(ctx, &row, `
		SELECT o.activity_id AS activity, o.person_id AS person, o.claim, o.why, o.photo, o.made_at AS made, o.state, coalesce((SELECT w.name FROM people w WHERE w.id = o.decided_by), '') AS by, o.hat, o.answer
		FROM dispute_objections o WHERE o.id = $1 FOR UPDATE`, id)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("find the objection: %w", err)
	}
	if f, err = recordOf(ctx, tx, row.Activity, row.Person); err != nil {
		return f, err
	}
	f.Objection = Objection{id, row.Claim, row.Why, row.Photo, row.Made.In(tx.Zone()), row.State, row.By, row.Hat, row.Answer}
	return f, nil
}

// recordOf reads one person's record of one activity, who wrote what stands if it
// was somebody else, and who runs the branch. The person's objections are held.
func recordOf(ctx context.Context, tx *storage.Tx, id campaign.ActivityID, who campaign.PersonID) (f Facts, err error) {
	found, err := tx.Activities(ctx, []campaign.ActivityID{id})
	if err != nil || len(found) == 0 {
		return f, err
	}
	f.Activity, f.Person = found[0], who
	var row struct {
		No, Name, In           string
		UnitID                 campaign.UnitID   `db:"unit_id"`
		BranchID               campaign.BranchID `db:"branch_id"`
		Marked, Late, Reported bool
		Debt                   campaign.Debt
		Pending                bool
		Maker                  campaign.PersonID
	}
	err = tx.Get(ctx, &row, `
		SELECT p.member_no AS no, p.name, b.name AS in, b.unit_id, b.id AS branch_id, m.person_id IS NOT NULL AS marked, coalesce(m.late, false) AS late, coalesce(k.state, '') AS debt,
		       (SELECT true FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) IS NOT NULL AS reported,
		       EXISTS (SELECT FROM dispute_objections o WHERE o.activity_id = e.activity_id AND o.person_id = e.person_id AND o.state = 'open') AS pending,
		       coalesce((SELECT c.by_id FROM changes c WHERE c.activity_id = e.activity_id AND c.person_id = e.person_id
		                 AND c.cause NOT IN ('objected', 'refused') AND c.at >= coalesce(m.at, c.at) ORDER BY c.id DESC LIMIT 1), m.by_id, 0) AS maker
		FROM expected e JOIN people p ON p.id = e.person_id JOIN branches b ON b.id = e.branch_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		WHERE e.activity_id = $1 AND e.person_id = $2 FOR NO KEY UPDATE OF e`, id, who)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("read the record: %w", err)
	}
	f.No, f.Name, f.In, f.Scope, f.Pending, f.Maker, f.Marked = row.No, row.Name, row.In, campaign.BranchScope(row.UnitID, row.BranchID), row.Pending, row.Maker, row.Marked
	f.Status = campaign.Presence{Marked: row.Marked, Late: row.Late, Over: f.Activity.Phase(tx.Now) == campaign.Over, Reported: row.Reported,
		Required: f.Activity.Required, Debt: row.Debt}.Status()
	err = tx.Select(ctx, &f.People, `
		SELECT r.person_id AS id, r.role, EXISTS (SELECT FROM accounts o WHERE o.person_id = r.person_id AND o.reach = 'open') AS reach FROM roles r JOIN people p ON p.id = r.person_id AND p.active
		WHERE r.branch_id = $1 AND r.role = 'secretary' OR r.unit_id = $2 AND r.role IN ('desk', 'direct', 'first') OR r.role = 'office'
		ORDER BY r.id`, row.BranchID, row.UnitID)
	if err != nil {
		return f, fmt.Errorf("find who decides: %w", err)
	}
	f.Closing, err = tx.Closing(ctx, id, row.BranchID)
	return f, err
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Objected:
		return tx.Exec(ctx, `
			INSERT INTO dispute_objections (id, activity_id, person_id, claim, why, photo, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			e.ID, e.Activity, e.Person, e.Claim, e.Why, e.Photo, tx.Now)
	case Decided:
		state := refused
		if e.Accept {
			state = accepted
		}
		return tx.Exec(ctx, `UPDATE dispute_objections SET state = $2, decided_by = $3, decided_at = $4, hat = $5, answer = $6 WHERE id = $1`,
			e.ID, state, h.Who.ID, tx.Now, e.Hat, e.Answer)
	}
	return fmt.Errorf("dispute: cannot apply %s", e.Effect())
}

// over finds the cards of objections that were decided on before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byID := map[int64]string{}
	var ids []int64
	for _, n := range names {
		var id int64
		if _, err := fmt.Sscanf(n, name, &id); err == nil {
			byID[id], ids = n, append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var decided []int64
	err = tx.Select(ctx, &decided, `SELECT id FROM dispute_objections WHERE id = ANY($1) AND decided_at < $2`, storage.Array(ids), before)
	for _, id := range decided {
		found = append(found, byID[id])
	}
	return found, err
}
