package place

import (
	"context"
	"fmt"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads the activities that ask somebody where they are, as check-in was open
// when the location was shared.
func load(ctx context.Context, tx *storage.Tx, t turn, _ any) (f Facts, err error) {
	at := t.Draft.At
	if at.IsZero() {
		at = t.At
	}
	var rows []struct {
		ID       campaign.ActivityID
		Lat, Lon float64
		Wide     float64
		In       bool
		Doubt    campaign.Doubt
	}
	err = tx.Select(ctx, &rows, `
		SELECT a.id, a.place_lat AS lat, a.place_lon AS lon, a.radius_m AS wide, m.doubt IS NOT NULL AS in, coalesce(m.doubt, '') AS doubt
		FROM activities a LEFT JOIN LATERAL (SELECT doubt FROM marks WHERE activity_id = a.id AND person_id = $1 LIMIT 1) m ON true
		WHERE a.method = 'location' AND a.place_lat IS NOT NULL AND NOT a.cancelled AND a.opens <= $2 AND a.closes > $2
		  AND (EXISTS (SELECT FROM expected e WHERE e.activity_id = a.id AND e.person_id = $1)
		       OR EXISTS (SELECT FROM people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id WHERE p.id = $1 AND p.active
		                  AND (a.part = 'all' OR a.part = 'batch' AND a.batch = u.batch OR a.part = 'unit' AND a.unit_id = u.id OR a.branch_id = b.id)))
		ORDER BY a.starts, a.id LIMIT 20`, t.Who.ID, at)
	if err != nil {
		return f, fmt.Errorf("find the activities that ask for a place: %w", err)
	}
	ids := make([]campaign.ActivityID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	as, err := tx.Activities(ctx, ids)
	if err != nil {
		return f, err
	}
	for i, a := range as {
		r := rows[i]
		f.Sites = append(f.Sites, Site{a, Point{r.Lat, r.Lon}, r.Wide, r.In, r.Doubt})
	}
	return f, nil
}

// apply writes one effect. A reason is written by whoever writes the marks.
func apply(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Seen:
		return tx.Exec(ctx, `
			INSERT INTO place_shares (activity_id, person_id, lat, lon, accuracy_m, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			e.Activity, e.Person, e.Fix.Lat, e.Fix.Lon, e.Fix.Accuracy, e.At)
	case Explained:
		return nil
	}
	return fmt.Errorf("place: cannot apply %s", e.Effect())
}

// keeps is where people were: for thirty days, or as long as the operator says.
var keeps = []storage.Keep{{Name: "coordinates", For: 30 * 24 * time.Hour, Forget: forget}}

func forget(ctx context.Context, tx *storage.Tx, s storage.Sweep) (storage.Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM place_shares WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM place_shares WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}
