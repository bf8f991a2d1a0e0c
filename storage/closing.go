package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"campaign"
)

// Closing finds how the figures of a branch at an activity were closed first, and
// until when they are unlocked. It is the zero Closing while they are open.
func (tx *Tx) Closing(ctx context.Context, a campaign.ActivityID, b campaign.BranchID) (campaign.Closing, error) {
	var row struct {
		Through campaign.Day
		At      time.Time
		By      string
		Until   sql.NullTime
	}
	err := tx.Get(ctx, &row, `
		SELECT c.through, c.at, w.name AS by, (SELECT max(u.until) FROM unlocks u WHERE u.activity_id = a.id AND u.branch_id = b.id) AS until
		FROM activities a CROSS JOIN branches b JOIN closings c ON c.unit_id = b.unit_id AND c.through >= a.ends::date JOIN people w ON w.id = c.by_id
		WHERE a.id = $1 AND b.id = $2 ORDER BY c.id LIMIT 1`, a, b)
	if errors.Is(err, ErrNotFound) {
		return campaign.Closing{}, nil
	}
	if err != nil {
		return campaign.Closing{}, fmt.Errorf("storage: find a closing: %w", err)
	}
	c := campaign.Closing{Through: row.Through, At: row.At.In(tx.Zone()), By: row.By}
	if row.Until.Valid {
		c.Unlocked = row.Until.Time.In(tx.Zone())
	}
	return c, nil
}
