package closing

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads the units of the scope with what was changed after the closing; or,
// while none is chosen, all for which the person closes. One alone is chosen.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	f.Scope = t.Draft.Scope
	number := 0
	switch p := about.(type) {
	case Page:
		f.Scope, number = p.Scope, p.Number
	case Close:
		f.Scope = p.Scope
	}
	if f.Units, err = unitsOf(ctx, tx, t.Who, f.Scope); err != nil {
		return f, err
	}
	if f.Scope == (campaign.Scope{}) && len(f.Units) == 1 && !t.Who.Running().All {
		f.Scope = campaign.UnitScope(f.Units[0].ID)
	}
	if runs(turn{Here: t.Here, Facts: f}) != nil {
		return f, nil
	}
	ids := make([]campaign.UnitID, len(f.Units))
	for i, u := range f.Units {
		ids[i] = u.ID
	}
	err = tx.Get(ctx, &f.Count, `
		SELECT count(*) FROM amendments c JOIN branches b ON b.id = c.branch_id
		WHERE b.unit_id = ANY($1) AND c.closed_at IS NOT NULL AND ((c.old_method = '') <> (c.new_method = '') OR c.old_late <> c.new_late)`, storage.Array(ids))
	if err != nil {
		return f, fmt.Errorf("count the amendments: %w", err)
	}
	if f.Page, err = amendments(ctx, tx, ids, turned(number, pagesOf(f.Count))); err != nil || t.Draft.Through == 0 {
		return f, err
	}
	f.Open, err = mattersOf(ctx, tx, ids, t.Draft.Through)
	return f, err
}

func unitsOf(ctx context.Context, tx *storage.Tx, who campaign.Person, s campaign.Scope) ([]unit, error) {
	var rows []struct {
		ID      campaign.UnitID
		Name    string
		Batch   campaign.Batch
		Through sql.Null[campaign.Day]
		At      sql.NullTime
		By      string
	}
	r := who.Running()
	err := tx.Select(ctx, &rows, `
		SELECT u.id, u.name, u.batch, c.through, c.at, coalesce(w.name, '') AS by
		FROM units u LEFT JOIN LATERAL (SELECT through, at, by_id FROM closings WHERE unit_id = u.id ORDER BY through DESC, id LIMIT 1) c ON true
		LEFT JOIN people w ON w.id = c.by_id
		WHERE ($1 OR u.id = ANY($2)) AND CASE $3 WHEN 'batch' THEN u.batch = $4 WHEN 'unit' THEN u.id = $5 ELSE true END
		ORDER BY u.id`, r.All, storage.Array(r.Units), string(s.Part), int(s.Batch), s.Unit)
	if err != nil {
		return nil, fmt.Errorf("find the units: %w", err)
	}
	us := make([]unit, len(rows))
	for i, r := range rows {
		us[i] = unit{ID: r.ID, Name: r.Name, Batch: r.Batch, Through: r.Through.V, By: r.By}
		if r.At.Valid {
			us[i].At = r.At.Time.In(tx.Zone())
		}
	}
	return us, nil
}

// amendments reads a page of what was changed after the closing, as far as it
// moved a figure.
func amendments(ctx context.Context, tx *storage.Tx, ids []campaign.UnitID, page int) ([]amendment, error) {
	var rows []struct {
		At, Starts                                  time.Time
		Title, Name, In, By, Note, Unlocker, Reason string
		WasMarked, IsMarked, WasLate, IsLate        bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT c.at, a.title, a.starts, p.name, b.name AS in, w.name AS by, c.note, coalesce(k.name, '') AS unlocker, c.unlock_reason AS reason,
		       c.old_method <> '' AS wasmarked, c.new_method <> '' AS ismarked, c.old_late AS waslate, c.new_late AS islate
		FROM amendments c JOIN activities a ON a.id = c.activity_id JOIN people p ON p.id = c.person_id JOIN branches b ON b.id = c.branch_id
		JOIN people w ON w.id = c.by_id LEFT JOIN people k ON k.id = c.unlocked_by
		WHERE b.unit_id = ANY($1) AND c.closed_at IS NOT NULL AND ((c.old_method = '') <> (c.new_method = '') OR c.old_late <> c.new_late)
		ORDER BY c.at DESC, c.id DESC, p.id LIMIT $2 OFFSET $3`, storage.Array(ids), ofPage, page*ofPage)
	if err != nil {
		return nil, fmt.Errorf("read the amendments: %w", err)
	}
	as := make([]amendment, len(rows))
	for i, r := range rows {
		as[i] = amendment{At: r.At.In(tx.Zone()), Title: r.Title, Starts: r.Starts.In(tx.Zone()), Name: r.Name, In: r.In, By: r.By, Note: r.Note,
			Old: word(r.WasMarked, r.WasLate), New: word(r.IsMarked, r.IsLate), Unlocker: r.Unlocker, Reason: r.Reason}
	}
	return as, nil
}

// word is how a record counted: closed figures are those of an activity that is
// over.
func word(marked, late bool) campaign.Status {
	return campaign.Presence{Marked: marked, Late: late, Over: true, Reported: true}.Status()
}

// mattersOf counts what is still open in the days that a closing would add.
func mattersOf(ctx context.Context, tx *storage.Tx, ids []campaign.UnitID, through campaign.Day) (m matters, err error) {
	err = tx.Get(ctx, &m, `
		WITH held AS (
			SELECT DISTINCT e.activity_id, e.branch_id FROM expected e JOIN branches b ON b.id = e.branch_id JOIN activities a ON a.id = e.activity_id
			WHERE b.unit_id = ANY($1) AND NOT a.cancelled AND a.ends::date <= $2
			  AND NOT EXISTS (SELECT FROM closings c WHERE c.unit_id = b.unit_id AND c.through >= a.ends::date))
		SELECT count(DISTINCT h.activity_id) AS activities,
		       count(*) FILTER (WHERE (SELECT true FROM heard o WHERE o.activity_id = h.activity_id AND o.branch_id = h.branch_id LIMIT 1) IS NULL) AS silent,
		       coalesce(sum((SELECT count(*) FROM marks m WHERE m.activity_id = h.activity_id AND m.branch_id = h.branch_id AND m.doubt <> '')), 0)::bigint AS doubtful
		FROM held h`, storage.Array(ids), through)
	if err != nil {
		return m, fmt.Errorf("count what is open: %w", err)
	}
	return m, nil
}

func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	closed, ok := e.(Closed)
	if !ok {
		return fmt.Errorf("closing: cannot apply %s", e.Effect())
	}
	return tx.Exec(ctx, `INSERT INTO closings (unit_id, through, at, by_id, hat) SELECT id, $2, $3, $4, $5 FROM unnest($1::bigint[]) AS id`,
		storage.Array(closed.Units), closed.Through, tx.Now, h.Who.ID, closed.Hat)
}

// audience finds who runs units and their branches.
func audience(ctx context.Context, tx *storage.Tx, of any) (a storage.Audience, err error) {
	c, ok := of.(Concerned)
	if !ok {
		return a, fmt.Errorf("closing: there is no audience %T", of)
	}
	err = tx.Select(ctx, &a.People, `
		SELECT DISTINCT r.person_id FROM roles r LEFT JOIN branches b ON b.id = r.branch_id
		WHERE r.person_id <> $2 AND (r.role = 'secretary' AND b.unit_id = ANY($1) OR r.role IN ('first', 'direct', 'desk') AND r.unit_id = ANY($1))
		ORDER BY r.person_id`, storage.Array(c.Units), c.But)
	return a, err
}
