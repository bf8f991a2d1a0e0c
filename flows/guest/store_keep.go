package guest

import (
	"context"
	"fmt"
	"time"

	"campaign"
	"campaign/storage"
)

// over finds the cards and lists of guests at activities whose check-in had closed
// before then.
func over(ctx context.Context, tx *storage.Tx, before time.Time, names []string) (found []string, err error) {
	of := map[campaign.ActivityID][]string{}
	var ids []campaign.ActivityID
	for _, n := range names {
		for _, pattern := range []string{mineName, listName} {
			var id campaign.ActivityID
			if _, err := fmt.Sscanf(n, pattern, &id); err == nil {
				of[id], ids = append(of[id], n), append(ids, id)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var closed []campaign.ActivityID
	err = tx.Select(ctx, &closed, `SELECT id FROM activities WHERE id = ANY($1) AND closes < $2`, storage.Array(ids), before)
	for _, id := range closed {
		found = append(found, of[id]...)
		delete(of, id)
	}
	return found, err
}
