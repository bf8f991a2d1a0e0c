package makeup

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads what a turn is about: news, a clock, the debt of a button or of a
// conversation, or what the person owes and has in their care.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case campaign.WindowClosed:
		f.Judged, err = judged(ctx, tx, about.Activity)
	case campaign.WindowReopened:
		f.Judged, err = judged(ctx, tx, about.Activity)
	case campaign.MarksChanged:
		f.Judged, err = judged(ctx, tx, about.Activity)
	case campaign.ActivityCancelled:
		f.Judged, err = judged(ctx, tx, about.Activity.ID)
	case Judge:
		f.Judged, err = following(ctx, tx, about.After)
	case flow.Tick:
		if about.Rule == "night" {
			f.Judged.Activity.ID = -1 // the round begins before the first
			return f, nil
		}
		f.Round, err = round(ctx, tx)
	case Reminding:
		f.Round, err = round(ctx, tx)
	case See:
		f.Debt, err = debt(ctx, tx, about.Key)
	case Confirm:
		f.Debt, err = debt(ctx, tx, about.Key)
	case Past:
		if f.Debt, err = debt(ctx, tx, about.Key); err == nil {
			f.Past, err = steps(ctx, tx, about.Key)
		}
	case nil:
		return conversation(ctx, tx, t)
	}
	return f, err
}

// conversation reads what the questions need, with the answer that was given.
func conversation(ctx context.Context, tx *storage.Tx, t turn) (f Facts, err error) {
	d := t.Draft.aimed(t.Arg)
	switch d.Act {
	case "":
		if d.Key.Person != 0 {
			f.Debt, err = debt(ctx, tx, d.Key)
			return f, err
		}
		if f.Mine, err = mine(ctx, tx, t.Who.ID); err != nil {
			return f, err
		}
		if f.Helped, err = helped(ctx, tx, t.Who.ID); err != nil || !looksAfter(t.Who) {
			return f, err
		}
		f.Care, err = care(ctx, tx, t.Who.Running(), t.Today())
		return f, err
	case setting:
		f.Terms, err = terms(ctx, tx)
		return f, err
	case browsing:
		if f.List, err = cared(ctx, tx, t.Who.Running(), d.Want, t.Today()); err != nil || d.Key == (Key{}) {
			return f, err
		}
	case handingIn:
		d.Key.Person = t.Who.ID
	}
	if f.Debt, err = debt(ctx, tx, d.Key); err != nil || d.Act != handingIn || !f.Debt.known() {
		return f, err
	}
	f.Others, err = attended(ctx, tx, f.Debt)
	return f, err
}

// debt reads one debt, and keeps others from deciding about it meanwhile. It is
// the zero Debt where there is none.
func debt(ctx context.Context, tx *storage.Tx, k Key) (Debt, error) {
	err := tx.Exec(ctx, `SELECT state FROM makeups WHERE activity_id = $1 AND person_id = $2 FOR NO KEY UPDATE`, k.Activity, k.Person)
	if err != nil {
		return Debt{}, fmt.Errorf("lock a debt: %w", err)
	}
	ds, err := debts(ctx, tx, []Key{k})
	if err != nil || len(ds) == 0 {
		return Debt{}, err
	}
	d := ds[0]
	if d.Deciders, d.Seen, err = deciders(ctx, tx, d); err != nil {
		return Debt{}, err
	}
	all, err := terms(ctx, tx)
	d.Terms = all[d.Activity.Kind]
	return d, err
}

// debts reads debts, in the order of the keys.
func debts(ctx context.Context, tx *storage.Tx, ks []Key) ([]Debt, error) {
	activities, people := columns(ks)
	var rows []struct {
		Activity           campaign.ActivityID
		Person             campaign.PersonID
		Branch             campaign.BranchID
		Unit               campaign.UnitID
		UnitName, InBranch string
		Name, No           string
		Since              time.Time
		Due                time.Time
		State              campaign.Debt
		Marked             bool
		How                How
		By                 string
		Helper             campaign.PersonID
		DecidedAt          sql.NullTime `db:"decided_at"`
		Note               string
		HandedAt           sql.NullTime `db:"handed_at"`
		HandedHow          How          `db:"handed_how"`
		Body, Photos       string
		Other              string
		OtherDay           sql.NullTime `db:"other_day"`
	}
	err := tx.Select(ctx, &rows, `
		SELECT k.activity_id AS activity, k.person_id AS person, k.branch_id AS branch, b.unit_id AS unit, u.name AS unitname, b.name AS inbranch,
		       p.name, p.member_no AS no, k.since, k.due, k.state, k.how, coalesce(w.name, '') AS by, k.decided_at, k.note,
		       coalesce((SELECT x.helper_id FROM helping x WHERE x.person_id = k.person_id LIMIT 1), 0) AS helper,
		       (SELECT true FROM marks m WHERE m.activity_id = k.activity_id AND m.person_id = k.person_id LIMIT 1) IS NOT NULL AS marked,
		       h.at AS handed_at, coalesce(h.how, '') AS handed_how, coalesce(h.body, '') AS body, coalesce(h.photos, '') AS photos,
		       coalesce(h.title, '') AS other, h.starts AS other_day
		FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS t (activity_id, person_id, n)
		JOIN makeups k ON k.activity_id = t.activity_id AND k.person_id = t.person_id
		JOIN branches b ON b.id = k.branch_id JOIN units u ON u.id = b.unit_id JOIN people p ON p.id = k.person_id
		LEFT JOIN people w ON w.id = k.decided_by
		LEFT JOIN LATERAL (
			SELECT s.at, s.how, s.body, array_to_string(s.photos, ' ') AS photos, o.title, o.starts
			FROM makeup_steps s LEFT JOIN activities o ON o.id = s.other_id
			WHERE s.activity_id = k.activity_id AND s.person_id = k.person_id AND s.step = 'handed' ORDER BY s.id DESC LIMIT 1) h ON true
		ORDER BY t.n`, storage.Array(activities), storage.Array(people))
	if err != nil {
		return nil, fmt.Errorf("read debts: %w", err)
	}
	held, err := byID(ctx, tx, activities)
	if err != nil {
		return nil, err
	}
	zone := tx.Zone()
	ds := make([]Debt, len(rows))
	for i, r := range rows {
		ds[i] = Debt{Key: Key{r.Activity, r.Person}, Activity: held[r.Activity], Name: r.Name, No: r.No, Branch: campaign.BranchScope(r.Unit, r.Branch),
			Unit: r.UnitName, In: r.InBranch, Since: r.Since.In(zone), Due: campaign.DayOf(r.Due), State: r.State, Marked: r.Marked, How: r.How, By: r.By, Note: r.Note, Helper: r.Helper}
		if r.DecidedAt.Valid {
			ds[i].At = r.DecidedAt.Time.In(zone)
		}
		if r.HandedAt.Valid {
			ds[i].Handed = Handing{At: r.HandedAt.Time.In(zone), How: r.HandedHow, Text: r.Body, Photos: strings.Fields(r.Photos), Other: r.Other}
		}
		if r.OtherDay.Valid {
			ds[i].Handed.Day = campaign.DayOf(r.OtherDay.Time.In(zone))
		}
	}
	return ds, nil
}

func columns(ks []Key) ([]campaign.ActivityID, []campaign.PersonID) {
	activities, people := make([]campaign.ActivityID, len(ks)), make([]campaign.PersonID, len(ks))
	for i, k := range ks {
		activities[i], people[i] = k.Activity, k.Person
	}
	return activities, people
}

// byID finds activities by their ids.
func byID(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID) (map[campaign.ActivityID]campaign.Activity, error) {
	found := map[campaign.ActivityID]campaign.Activity{}
	var distinct []campaign.ActivityID
	for _, id := range ids {
		if _, there := found[id]; !there {
			found[id], distinct = campaign.Activity{}, append(distinct, id)
		}
	}
	as, err := tx.Activities(ctx, distinct)
	for _, a := range as {
		found[a.ID] = a
	}
	return found, err
}

// deciders finds whom the card of a debt is for: the secretaries of the branch but
// the member themself; without any the desks of the unit, then whoever else runs
// it. Seen is everybody who may have the card.
func deciders(ctx context.Context, tx *storage.Tx, d Debt) (asked, seen []campaign.PersonID, err error) {
	var rows []struct {
		Person campaign.PersonID
		Role   campaign.Role
	}
	err = tx.Select(ctx, &rows, `
		SELECT r.person_id AS person, r.role
		FROM roles r JOIN people p ON p.id = r.person_id AND p.active JOIN accounts a ON a.person_id = p.id AND a.reach = 'open'
		WHERE (r.role = 'secretary' AND r.branch_id = $1 OR r.role IN ('desk', 'direct', 'first') AND r.unit_id = $2 OR r.role = 'office') AND p.id <> $3
		ORDER BY r.id`, d.Branch.Branch, d.Branch.Unit, d.Key.Person)
	if err != nil {
		return nil, nil, fmt.Errorf("find who decides: %w", err)
	}
	for _, role := range []campaign.Role{campaign.Secretary, campaign.Desk, campaign.Direct, campaign.First, campaign.Office} {
		nearest := len(asked) == 0
		for _, r := range rows {
			if r.Role != role {
				continue
			}
			seen = append(seen, r.Person)
			if nearest {
				asked = append(asked, r.Person)
			}
		}
	}
	return asked, distinct(seen), nil
}

func distinct(ids []campaign.PersonID) (once []campaign.PersonID) {
	had := map[campaign.PersonID]bool{}
	for _, id := range ids {
		if !had[id] {
			had[id], once = true, append(once, id)
		}
	}
	return once
}

// attended finds the activities of the same kind that the person has been at since
// and that no other debt was made up by.
func attended(ctx context.Context, tx *storage.Tx, d Debt) ([]campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM marks m JOIN activities a ON a.id = m.activity_id
		WHERE m.person_id = $1 AND a.kind = $2 AND NOT a.cancelled AND a.starts > $3
		  AND NOT EXISTS (SELECT FROM makeups k JOIN LATERAL (
			SELECT s.other_id FROM makeup_steps s WHERE s.activity_id = k.activity_id AND s.person_id = k.person_id AND s.step = 'handed' ORDER BY s.id DESC LIMIT 1) s ON s.other_id = a.id
			WHERE k.person_id = $1 AND k.activity_id <> $4 AND k.state IN ('handed', 'made') AND k.how = 'other')
		ORDER BY a.starts DESC, a.id`, d.Key.Person, d.Activity.Kind, d.Activity.Starts, d.Key.Activity)
	if err != nil {
		return nil, fmt.Errorf("find what was attended since: %w", err)
	}
	return tx.Activities(ctx, ids)
}

// steps reads what became of a debt.
func steps(ctx context.Context, tx *storage.Tx, k Key) ([]Step, error) {
	var rows []struct {
		At       time.Time
		By, What string
		How      How
		Note     string
	}
	err := tx.Select(ctx, &rows, `
		SELECT s.at, coalesce(p.name, '') AS by, s.step AS what, s.how, s.note FROM makeup_steps s LEFT JOIN people p ON p.id = s.by_id
		WHERE s.activity_id = $1 AND s.person_id = $2 ORDER BY s.id`, k.Activity, k.Person)
	if err != nil {
		return nil, fmt.Errorf("read the steps of a debt: %w", err)
	}
	ss := make([]Step, len(rows))
	for i, r := range rows {
		ss[i] = Step{r.At.In(tx.Zone()), r.By, r.What, r.How, r.Note}
	}
	return ss, nil
}

func terms(ctx context.Context, tx *storage.Tx) (map[campaign.Kind]Terms, error) {
	var rows []struct {
		Kind campaign.Kind
		Terms
	}
	if err := tx.Select(ctx, &rows, `SELECT kind, days, least FROM makeup_terms`); err != nil {
		return nil, fmt.Errorf("read the terms: %w", err)
	}
	all := map[campaign.Kind]Terms{}
	for _, r := range rows {
		all[r.Kind] = r.Terms
	}
	return all, nil
}

// apply writes one effect.
func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Missed:
		return missed(ctx, tx, e)
	case Freed:
		return freed(ctx, tx, h, e)
	case HandedIn:
		return handedIn(ctx, tx, h, e)
	case Decided:
		return decided(ctx, tx, h, e)
	case Told:
		return told(ctx, tx, e)
	case Ruled:
		return tx.Exec(ctx, `UPDATE makeup_terms SET days = $2, least = $3 WHERE kind = $1`, e.Kind, e.Terms.Days, e.Terms.Least)
	}
	return fmt.Errorf("makeup: cannot apply %s", e.Effect())
}

func handedIn(ctx context.Context, tx *storage.Tx, h flow.Here, e HandedIn) error {
	err := tx.Exec(ctx, `UPDATE makeups SET state = 'handed', how = $3 WHERE activity_id = $1 AND person_id = $2`, e.Key.Activity, e.Key.Person, e.How)
	if err != nil {
		return fmt.Errorf("hand in: %w", err)
	}
	photos := e.Photos
	if photos == nil {
		photos = []string{}
	}
	err = tx.Exec(ctx, `
		INSERT INTO makeup_steps (activity_id, person_id, at, by_id, step, how, body, photos, other_id) VALUES ($1, $2, $3, $4, 'handed', $5, $6, $7, nullif($8, 0))`,
		e.Key.Activity, e.Key.Person, tx.Now, h.Who.ID, e.How, e.Text, storage.Array(photos), int64(e.Other))
	if err != nil {
		return fmt.Errorf("keep what is handed in: %w", err)
	}
	return nil
}

func decided(ctx context.Context, tx *storage.Tx, h flow.Here, e Decided) error {
	step := string(e.State)
	if e.State == campaign.DebtOpen {
		step = "returned"
	}
	err := tx.Exec(ctx, `
		UPDATE makeups SET state = $3, how = $4, decided_by = $5, decided_at = $6, note = $7 WHERE activity_id = $1 AND person_id = $2`,
		e.Key.Activity, e.Key.Person, e.State, e.How, h.Who.ID, tx.Now, e.Note)
	if err != nil {
		return fmt.Errorf("decide: %w", err)
	}
	err = tx.Exec(ctx, `INSERT INTO makeup_steps (activity_id, person_id, at, by_id, step, how, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		e.Key.Activity, e.Key.Person, tx.Now, h.Who.ID, step, e.How, e.Note)
	if err != nil {
		return fmt.Errorf("keep a decision: %w", err)
	}
	return nil
}

// over finds the cards of debts that were decided, or fell away, before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byKey := map[Key]string{}
	var ks []Key
	for _, n := range names {
		var k Key
		if _, err := fmt.Sscanf(n, cardName, &k.Activity, &k.Person); err == nil {
			byKey[k], ks = n, append(ks, k)
		}
	}
	if len(ks) == 0 {
		return nil, nil
	}
	activities, people := columns(ks)
	var rows []struct {
		Activity campaign.ActivityID
		Person   campaign.PersonID
	}
	err = tx.Select(ctx, &rows, `
		SELECT k.activity_id AS activity, k.person_id AS person
		FROM unnest($1::bigint[], $2::bigint[]) AS t (activity_id, person_id) JOIN makeups k ON k.activity_id = t.activity_id AND k.person_id = t.person_id
		WHERE k.state IN ('made', 'waived', 'void') AND coalesce(k.decided_at, k.since) < $3`, storage.Array(activities), storage.Array(people), before)
	for _, r := range rows {
		found = append(found, byKey[Key{r.Activity, r.Person}])
	}
	return found, err
}
