package code

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// chance is what links and secrets are drawn from.
var chance io.Reader = rand.Reader

// load reads the activities that what was scanned or written may be of.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case flow.Knock:
		f.Doors, err = named(ctx, tx, about.Arg, 0)
		return f, err
	case Guessed:
		f.Doors, err = doors(ctx, tx, []campaign.ActivityID{about.Activity}, 0, tx.Now)
		return f, err
	case campaign.Joined:
		err = tx.Select(ctx, &f.Scans, `SELECT activity_id AS activity, at FROM code_scans WHERE account_id = $1 ORDER BY at, id`, about.Account)
		return f, err
	}
	if t.Draft.Digits == "" {
		f.Doors, err = named(ctx, tx, t.Arg, t.Who.ID)
		return f, err
	}
	if f.Doors, err = expecting(ctx, tx, t.Who.ID, t.At); err != nil || len(f.Doors) == 0 {
		return f, err
	}
	err = tx.Select(ctx, &f.Tries, `
		SELECT min(at) AS at FROM code_tries WHERE person_id = $1 AND at > $2 GROUP BY cause ORDER BY at, cause`, t.Who.ID, t.At.Add(-triesIn))
	for i := range f.Tries {
		f.Tries[i] = f.Tries[i].In(tx.Zone())
	}
	return f, err
}

// named finds the activity that a link speaks of, if it has a screen.
func named(ctx context.Context, tx *storage.Tx, arg string, who campaign.PersonID) ([]Door, error) {
	id, _, ok := readArg(arg)
	if !ok {
		return nil, nil
	}
	return doors(ctx, tx, []campaign.ActivityID{id}, who, time.Time{})
}

// expecting finds the activities with a screen that are open at an instant and
// expect somebody.
func expecting(ctx context.Context, tx *storage.Tx, who campaign.PersonID, at time.Time) ([]Door, error) {
	var ids []campaign.ActivityID
	err := tx.Select(ctx, &ids, `
		SELECT a.id FROM activities a JOIN code_secrets s ON s.activity_id = a.id
		WHERE a.method = 'code' AND NOT a.cancelled AND a.opens <= $2 AND a.closes > $2
		  AND (EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.person_id = $1)
		       OR EXISTS (SELECT FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id WHERE p.id = $1 AND p.active
		                  AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id OR a.branch_id = b.id)))
		ORDER BY a.id LIMIT 20`, who, at)
	if err != nil {
		return nil, fmt.Errorf("find the activities that take a code: %w", err)
	}
	return doors(ctx, tx, ids, who, at)
}

// doors reads activities that have a screen, whether somebody is marked there, and
// what was guessed at them up to an instant, if one is given.
func doors(ctx context.Context, tx *storage.Tx, ids []campaign.ActivityID, who campaign.PersonID, at time.Time) ([]Door, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID              campaign.ActivityID
		Secret          []byte
		In              bool
		Expected, Wrong int
		Warned          sql.NullTime
	}
	err := tx.Select(ctx, &rows, `
		SELECT s.activity_id AS id, s.secret, s.warned_at AS warned,
		       EXISTS (SELECT FROM marks m WHERE m.activity_id = s.activity_id AND m.person_id = $3) AS in,
		       CASE WHEN $2::timestamptz > 'epoch' THEN (SELECT count(*) FROM expected e WHERE e.activity_id = s.activity_id) ELSE 0 END AS expected,
		       CASE WHEN $2::timestamptz > 'epoch' THEN (SELECT count(*) FROM code_tries t WHERE t.activity_id = s.activity_id AND t.at > $2::timestamptz - interval '10 minutes') ELSE 0 END AS wrong
		FROM code_secrets s WHERE s.activity_id = ANY($1) ORDER BY s.activity_id`, storage.Array(ids), at, who)
	if err != nil {
		return nil, fmt.Errorf("read the codes of activities: %w", err)
	}
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return nil, err
	}
	var ds []Door
	for _, r := range rows {
		for _, a := range as {
			if a.ID == r.ID && a.Method == campaign.ByCode {
				ds = append(ds, Door{a, r.Secret, r.In, r.Expected, r.Wrong, r.Warned.Time.In(tx.Zone())})
			}
		}
	}
	return ds, nil
}

// apply writes one effect.
func apply(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Missed:
		return tx.Exec(ctx, `
			INSERT INTO code_tries (cause, person_id, activity_id, at) SELECT $1, $2, id, $4 FROM unnest($3::bigint[]) AS t (id)`,
			h.ID, h.Who.ID, storage.Array(e.Activities), h.At)
	case Kept:
		return tx.Exec(ctx, `
			INSERT INTO code_scans (account_id, activity_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, e.Account, e.Activity, e.At)
	case Served:
		return tx.Exec(ctx, `DELETE FROM code_scans WHERE account_id = $1`, e.Account)
	case Warned:
		return tx.Exec(ctx, `UPDATE code_secrets SET warned_at = $2 WHERE activity_id = $1`, e.Activity, tx.Now)
	}
	return fmt.Errorf("code: cannot apply %s", e.Effect())
}

// audience finds who holds a link to a screen.
func audience(ctx context.Context, tx *storage.Tx, of any) (a storage.Audience, err error) {
	hosts, ok := of.(Hosts)
	if !ok {
		return a, fmt.Errorf("code: there is no audience %T", of)
	}
	err = tx.Select(ctx, &a.People, `
		SELECT DISTINCT made_by FROM code_links WHERE activity_id = $1 AND revoked_at IS NULL ORDER BY made_by`, hosts.Activity)
	return a, err
}
