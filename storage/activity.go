package storage

import (
	"context"
	"fmt"
	"time"

	"campaign"
)

// Activity finds an activity, and locks it against changes. It returns
// ErrNotFound where there is none.
func (tx *Tx) Activity(ctx context.Context, id campaign.ActivityID) (campaign.Activity, error) {
	as, err := tx.Activities(ctx, []campaign.ActivityID{id})
	if err == nil && len(as) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return campaign.Activity{}, err
	}
	return as[0], tx.Exec(ctx, `SELECT id FROM activities WHERE id = $1 FOR SHARE`, id)
}

// Activities finds activities, in the order of ids. It locks nothing.
func (tx *Tx) Activities(ctx context.Context, ids []campaign.ActivityID) ([]campaign.Activity, error) {
	var rows []struct {
		ID                                campaign.ActivityID
		No, Title, Of, Place              string
		Kind                              campaign.Kind
		Part                              campaign.Part
		Batch                             campaign.Batch
		Unit                              campaign.UnitID
		Branch                            campaign.BranchID
		Starts, Ends, Opens, Late, Closes time.Time
		SignOut                           *time.Time `db:"sign_out"`
		Required, Cancelled               bool
		Method                            campaign.Method
	}
	err := tx.Select(ctx, &rows, `
		SELECT a.id, a.no, a.title, a.kind, a.part, a.batch, coalesce(a.unit_id, 0) AS unit, coalesce(a.branch_id, 0) AS branch,
		       concat_ws(' · ', u.name, b.name) AS of, a.starts, a.ends, a.opens, a.late_from AS late, a.closes, a.sign_out,
		       a.place, a.required, a.method, a.cancelled
		FROM unnest($1::bigint[]) WITH ORDINALITY AS t (id, n) JOIN activities a ON a.id = t.id
		LEFT JOIN units u ON u.id = a.unit_id LEFT JOIN branches b ON b.id = a.branch_id
		ORDER BY t.n`, Array(ids))
	if err != nil {
		return nil, fmt.Errorf("storage: activities: %w", err)
	}
	as := make([]campaign.Activity, len(rows))
	for i, r := range rows {
		as[i] = campaign.Activity{ID: r.ID, No: r.No, Title: r.Title, Kind: r.Kind, Of: r.Of,
			Scope:  campaign.Scope{Part: r.Part, Batch: r.Batch, Unit: r.Unit, Branch: r.Branch},
			Starts: r.Starts, Ends: r.Ends, Opens: r.Opens, LateFrom: r.Late, Closes: r.Closes,
			Place: r.Place, Required: r.Required, Method: r.Method, Cancelled: r.Cancelled}
		if r.SignOut != nil {
			as[i].SignOut = *r.SignOut
		}
	}
	return as, nil
}
