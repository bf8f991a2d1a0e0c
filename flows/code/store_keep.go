package code

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"campaign"
	"campaign/storage"
)

const day = 24 * time.Hour

// keeps are what is held for a while: tries count for ten minutes, a scan waits
// for as long as a unit may take to decide whose an account is, a link is dead an
// hour after its activity.
var keeps = []storage.Keep{
	{Name: "tries", For: day, Forget: forgetTries},
	{Name: "scans", For: 14 * day, Forget: forgetScans},
	{Name: "links", For: 30 * day, Forget: forgetLinks},
}

func forgetTries(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM code_tries WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM code_tries WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

func forgetScans(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM code_scans WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM code_scans WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

// forgetLinks forgets links of activities that were over long ago.
func forgetLinks(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (
			SELECT l.id, greatest(a.ends, a.closes) AS at FROM code_links l JOIN activities a ON a.id = l.activity_id WHERE l.id > $2 ORDER BY l.id LIMIT $3),
		gone AS (DELETE FROM code_links WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AS more FROM seen`)
}

// over finds the messages with a link, or about guesses, whose activity was over
// before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	of := map[campaign.ActivityID][]string{}
	for _, n := range names {
		for _, name := range []string{cardName, warningName} {
			var id campaign.ActivityID
			if _, err := fmt.Sscanf(n, name, &id); err == nil {
				of[id] = append(of[id], n)
			}
		}
	}
	if len(of) == 0 {
		return nil, nil
	}
	var ended []campaign.ActivityID
	err = tx.Select(ctx, &ended, `SELECT id FROM activities WHERE id = ANY($1) AND greatest(ends, closes) < $2`, storage.Array(slices.Collect(maps.Keys(of))), before)
	for _, id := range ended {
		found = append(found, of[id]...)
	}
	return found, err
}
