package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"campaign"
	"campaign/storage"
)

// mostOwn bounds the list of one's own records; it can be searched.
const mostOwn = 300

func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	d := t.Draft
	if d == (Draft{}) {
		d = asked(t.Arg)
	}
	switch {
	case d.Activity == 0:
		f.Own, err = ownOf(ctx, tx, t.Who.ID)
	case d.Person == 0:
		if f.Scope, err = scopeOf(ctx, tx, d.Branch); err != nil || !t.Who.Runs(f.Scope) {
			return f, err
		}
		f.Members, err = membersOf(ctx, tx, d)
	default:
		f.Record, f.Scope, err = recordOf(ctx, tx, d)
	}
	return f, err
}

func ownOf(ctx context.Context, tx *storage.Tx, id campaign.PersonID) ([]campaign.Activity, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM expected e JOIN activities a ON a.id = e.activity_id
		WHERE e.person_id = $1 AND NOT a.cancelled ORDER BY a.starts DESC, a.id DESC LIMIT $2`, id, mostOwn)
	if err != nil {
		return nil, fmt.Errorf("history: find a person's activities: %w", err)
	}
	return tx.Activities(ctx, ids)
}

func scopeOf(ctx context.Context, tx *storage.Tx, id campaign.BranchID) (campaign.Scope, error) {
	var unit campaign.UnitID
	err := tx.Get(ctx, &unit, `SELECT unit_id FROM branches WHERE id = $1`, id)
	if errors.Is(err, storage.ErrNotFound) {
		return campaign.Scope{}, nil // nobody runs it
	}
	return campaign.BranchScope(unit, id), err
}

func membersOf(ctx context.Context, tx *storage.Tx, d Draft) (ms []member, err error) {
	err = tx.Select(ctx, &ms, `
		SELECT p.id, p.member_no AS no, p.name FROM expected e JOIN people p ON p.id = e.person_id
		WHERE e.activity_id = $1 AND e.branch_id = $2 ORDER BY p.id`, d.Activity, d.Branch)
	if err != nil {
		return nil, fmt.Errorf("history: find the people of a list: %w", err)
	}
	return ms, nil
}

// recordOf reads one record, and the branch that counts it.
func recordOf(ctx context.Context, tx *storage.Tx, d Draft) (r record, of campaign.Scope, err error) {
	found, err := tx.Activities(ctx, []campaign.ActivityID{d.Activity})
	if err != nil || len(found) == 0 {
		return r, of, err
	}
	r.Activity = found[0]
	var row struct {
		No, Name, Unit, In      string
		UnitID                  campaign.UnitID   `db:"unit_id"`
		BranchID                campaign.BranchID `db:"branch_id"`
		Method, Doubt, By, Note string
		At                      sql.NullTime
		Late, Reported          bool
		Debt                    campaign.Debt
	}
	err = tx.Get(ctx, &row, `
		SELECT p.member_no AS no, p.name, u.name AS unit, b.name AS in, b.unit_id, b.id AS branch_id, coalesce(m.method, '') AS method, m.at,
		       coalesce(m.late, false) AS late, coalesce(m.doubt, '') AS doubt, coalesce(w.name, '') AS by, coalesce(m.note, '') AS note, coalesce(k.state, '') AS debt,
		       (SELECT true FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) IS NOT NULL AS reported
		FROM expected e JOIN people p ON p.id = e.person_id JOIN branches b ON b.id = e.branch_id JOIN units u ON u.id = b.unit_id
		LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id LEFT JOIN people w ON w.id = m.by_id
		LEFT JOIN makeups k ON k.activity_id = e.activity_id AND k.person_id = e.person_id
		WHERE e.activity_id = $1 AND e.person_id = $2`, d.Activity, d.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return r, of, nil
	}
	if err != nil {
		return r, of, fmt.Errorf("history: read the record: %w", err)
	}
	r.Expected, r.Person, r.Unit, r.In, r.Reported = true, member{d.Person, row.No, row.Name}, row.Unit, row.In, row.Reported
	r.Debt = row.Debt
	r.Mark = entry{row.Method, inZone(row.At, tx.Zone()), row.Late, row.Doubt, row.By, row.Note}
	of = campaign.BranchScope(row.UnitID, row.BranchID)
	if r.Closing, err = tx.Closing(ctx, d.Activity, row.BranchID); err != nil {
		return r, of, err
	}
	r.Changes, err = changesOf(ctx, tx, d)
	return r, of, err
}

func changesOf(ctx context.Context, tx *storage.Tx, d Draft) ([]change, error) {
	var rows []struct {
		At                                  time.Time
		Cause                               campaign.Cause
		By, For, Stated, Note               string
		Unlocker, Reason                    string
		After                               bool
		Hat                                 campaign.Role
		EnteredLate                         bool `db:"entered_late"`
		OldMethod, OldDoubt, OldBy, OldNote string
		NewMethod, NewDoubt                 string
		OldAt, NewAt                        sql.NullTime
		OldLate, NewLate                    bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT c.at, c.cause, w.name AS by, coalesce(f.name, '') AS for, c.stated, c.note, c.hat, c.entered_late,
		       c.old_method AS oldmethod, c.old_at AS oldat, c.old_late AS oldlate, c.old_doubt AS olddoubt, coalesce(o.name, '') AS oldby, c.old_note AS oldnote,
		       c.new_method AS newmethod, c.new_at AS newat, c.new_late AS newlate, c.new_doubt AS newdoubt,
		       c.closed_at IS NOT NULL AS after, coalesce(k.name, '') AS unlocker, c.unlock_reason AS reason
		FROM amendments c JOIN people w ON w.id = c.by_id LEFT JOIN people f ON f.id = c.for_id LEFT JOIN people o ON o.id = c.old_by LEFT JOIN people k ON k.id = c.unlocked_by
		WHERE c.activity_id = $1 AND c.person_id = $2 AND c.id > 0 ORDER BY c.id`, d.Activity, d.Person)
	if err != nil {
		return nil, fmt.Errorf("history: read the changes: %w", err)
	}
	cs := make([]change, len(rows))
	for i, r := range rows {
		cs[i] = change{At: r.At.In(tx.Zone()), Cause: r.Cause, By: r.By, Hat: r.Hat, For: r.For, Stated: r.Stated, EnteredLate: r.EnteredLate, Note: r.Note, After: r.After, Unlocker: r.Unlocker, Reason: r.Reason,
			Old: entry{r.OldMethod, inZone(r.OldAt, tx.Zone()), r.OldLate, r.OldDoubt, r.OldBy, r.OldNote},
			New: entry{Method: r.NewMethod, At: inZone(r.NewAt, tx.Zone()), Late: r.NewLate, Doubt: r.NewDoubt}}
	}
	return cs, nil
}

// inZone is an instant of the campaign's zone, zero where there is none.
func inZone(t sql.NullTime, zone *time.Location) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time.In(zone)
}
