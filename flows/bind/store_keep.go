package bind

import (
	"context"
	"fmt"
	"time"

	"campaign/storage"
)

const day = 24 * time.Hour

// keeps are what binding holds for a while: tries count within the hour, and an
// invitation that can no longer be used says so for a month.
var keeps = []storage.Keep{
	{Name: "tries", For: day, Forget: forgetTries},
	{Name: "invitations", For: 30 * day, Forget: forgetInvitations},
}

func forgetTries(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM bind_tries WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM bind_tries WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

func forgetInvitations(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, coalesce(used_at, expires_at) AS at FROM bind_invitations WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM bind_invitations WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

// over finds the messages about claims that had been decided before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	byID := map[int64]string{}
	var ids []int64
	for _, n := range names {
		var id int64
		if _, err := fmt.Sscanf(n, claimName, &id); err == nil {
			byID[id], ids = n, append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var decided []int64
	err = tx.Select(ctx, &decided, `SELECT id FROM bind_claims WHERE id = ANY($1) AND decided_at < $2`, storage.Array(ids), before)
	for _, id := range decided {
		found = append(found, byID[id])
	}
	return found, err
}
