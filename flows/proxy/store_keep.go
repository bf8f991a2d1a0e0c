package proxy

import (
	"context"
	"fmt"
	"time"

	"campaign/storage"
)

// over finds the cards of deals that stand no more: what is over has no row.
func over(ctx context.Context, tx *storage.Tx, _ time.Time, names []string) (found []string, err error) {
	of := map[int64]string{}
	var ids []int64
	for _, n := range names {
		var id int64
		if _, err := fmt.Sscanf(n, cardName, &id); err == nil {
			of[id], ids = n, append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var ended []int64
	err = tx.Select(ctx, &ended, `
		SELECT t.id FROM unnest($1::bigint[]) AS t (id) WHERE NOT EXISTS (SELECT FROM helpers h WHERE h.id = t.id)`, storage.Array(ids))
	for _, id := range ended {
		found = append(found, of[id])
	}
	return found, err
}
