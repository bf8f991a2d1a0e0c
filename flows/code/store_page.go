package code

import (
	"context"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// latest is how many of those who came last a screen shows, of units that want it.
const latest = 5

// visit reads the meeting that a link leads to.
func visit(ctx context.Context, tx *storage.Tx, v flow.Visit) (m Meeting, err error) {
	var link struct {
		ID     campaign.ActivityID
		Lang   campaign.Lang
		Secret []byte
	}
	err = tx.Get(ctx, &link, `
		SELECT l.activity_id AS id, l.lang, s.secret
		FROM code_links l JOIN code_secrets s ON s.activity_id = l.activity_id WHERE l.token_hash = $1 AND l.revoked_at IS NULL`, hash(v.Token))
	if err != nil {
		return m, err
	}
	as, err := tx.Activities(ctx, []campaign.ActivityID{link.ID})
	if err != nil {
		return m, err
	}
	if len(as) != 1 || as[0].Method != campaign.ByCode || !v.Now.Before(until(as[0])) {
		return m, storage.ErrNotFound
	}
	m = Meeting{Door: Door{Activity: as[0], Secret: link.Secret}, Lang: link.Lang}
	var n struct{ Expected, Arrived int }
	err = tx.Get(ctx, &n, `
		SELECT (SELECT count(*) FROM expected WHERE activity_id = $1) AS expected, (SELECT count(*) FROM marks WHERE activity_id = $1) AS arrived`, link.ID)
	if err != nil {
		return m, fmt.Errorf("count a meeting: %w", err)
	}
	m.Expected, m.Arrived = n.Expected, n.Arrived
	err = tx.Select(ctx, &m.Latest, `
		SELECT p.name FROM marks m JOIN people p ON p.id = m.person_id JOIN branches b ON b.id = m.branch_id JOIN code_names n ON n.unit_id = b.unit_id
		WHERE m.activity_id = $1 ORDER BY m.at DESC, m.person_id DESC LIMIT $2`, link.ID, latest)
	if err != nil {
		return m, fmt.Errorf("find who came last: %w", err)
	}
	return m, nil
}
