package code

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// A hostStore reads what a host's step must know, with what chance gives.
type hostStore struct{ random io.Reader }

func (s hostStore) load(ctx context.Context, tx *storage.Tx, t hosting, about any) (f Hosted, err error) {
	var id campaign.ActivityID
	switch about := about.(type) {
	case nil:
		n, err := strconv.ParseInt(t.Arg, 10, 64)
		if err != nil {
			return f, nil
		}
		id = campaign.ActivityID(n)
	case Again:
		id = about.Activity
	case Names:
		id = about.Activity
	case Revoke:
		id = about.Activity
	}
	f.Activity, err = tx.Activity(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	err = tx.Get(ctx, &f.Names, `SELECT EXISTS (SELECT FROM code_names WHERE unit_id = $1)`, f.Activity.Scope.Unit)
	if err != nil {
		return f, fmt.Errorf("read whether a unit wants names: %w", err)
	}
	f.Fresh, err = draw(s.random)
	return f, err
}

// mostLinks is how many links of one activity are good at a time: the oldest gives way.
const mostLinks = 20

func applyHosted(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Linked:
		err := tx.Exec(ctx, `
			INSERT INTO code_secrets (activity_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`, e.Activity, []byte(e.Secret))
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `
			INSERT INTO code_links (activity_id, token_hash, lang, made_by, made_at) VALUES ($1, $2, $3, $4, $5)`, e.Activity, e.Hash, e.Lang, h.Who.ID, h.Now)
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `
			UPDATE code_links SET revoked_at = $2 WHERE id IN (
				SELECT id FROM code_links WHERE activity_id = $1 AND revoked_at IS NULL ORDER BY id DESC OFFSET $3)`, e.Activity, h.Now, mostLinks)
	case Named:
		if !e.Show {
			return tx.Exec(ctx, `DELETE FROM code_names WHERE unit_id = $1`, e.Unit)
		}
		return tx.Exec(ctx, `INSERT INTO code_names (unit_id) VALUES ($1) ON CONFLICT DO NOTHING`, e.Unit)
	case Revoked:
		return tx.Exec(ctx, `UPDATE code_links SET revoked_at = $2 WHERE activity_id = $1 AND revoked_at IS NULL`, e.Activity, h.Now)
	}
	return fmt.Errorf("screen: cannot apply %s", e.Effect())
}
