package activity

import (
	"context"
	"fmt"
	"unicode/utf8"

	"campaign"
	"campaign/storage"
)

// recent finds the newest activity of what somebody runs, and the titles there
// lately, the last first. It looks at the parts of the district that their duties
// name, not at what lies within them, and at whatever they planned themselves.
func recent(ctx context.Context, tx *storage.Tx, who campaign.PersonID, r campaign.Reach) (newest campaign.Activity, titles []string, err error) {
	var found []struct {
		ID    campaign.ActivityID
		Title string
	}
	err = tx.Select(ctx, &found, `
		SELECT id, title FROM (
			SELECT DISTINCT ON (title) id, title, starts FROM activities
			WHERE NOT cancelled AND
			      (made_by = $1 AND ($2 OR unit_id = ANY ($3) OR branch_id = ANY ($4))
			       OR $2 AND part IN ('all', 'batch') OR part = 'unit' AND unit_id = ANY ($3) OR part = 'branch' AND branch_id = ANY ($4))
			ORDER BY title, starts DESC, id DESC) t
		ORDER BY starts DESC, id DESC LIMIT $5`, who, r.All, storage.Array(r.Units), storage.Array(r.Branches), mostTitles)
	if err != nil {
		return newest, nil, fmt.Errorf("activity: lately: %w", err)
	}
	if len(found) == 0 {
		return newest, nil, nil
	}
	for _, f := range found {
		if utf8.RuneCountInString(f.Title) <= longestTitle {
			titles = append(titles, f.Title)
		}
	}
	as, err := tx.Activities(ctx, []campaign.ActivityID{found[0].ID})
	if len(as) > 0 {
		newest = as[0]
	}
	return newest, titles, err
}
