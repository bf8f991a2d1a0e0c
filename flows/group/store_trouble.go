package group

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

//go:embed schema/*.sql
var schema embed.FS

// state reads how the group of a branch stands, who answers for it, and what was
// told to whom. The branch is locked.
func state(ctx context.Context, tx *storage.Tx, b campaign.BranchID) (s State, err error) {
	if err := tx.Exec(ctx, `SELECT id FROM branches WHERE id = $1 FOR NO KEY UPDATE`, b); err != nil {
		return s, fmt.Errorf("lock a branch: %w", err)
	}
	var r struct {
		ID    int64
		Aside bool
	}
	err = tx.Get(ctx, &r, `SELECT id, aside FROM chats WHERE branch_id = $1 FOR UPDATE`, b)
	switch {
	case errors.Is(err, storage.ErrNotFound):
	case err != nil:
		return s, fmt.Errorf("the group of a branch: %w", err)
	default:
		s.Aside = r.Aside
		if s.Group, err = group(ctx, tx, r.ID); err != nil {
			return s, err
		}
	}
	s.Owners, err = owners(ctx, tx, b)
	return s, err
}

// owners finds those who answer for the group of a branch, and those who were
// told of a trouble that they may still believe in.
func owners(ctx context.Context, tx *storage.Tx, b campaign.BranchID) ([]Owner, error) {
	able, err := tx.Owners(ctx, []campaign.BranchID{b})
	if err != nil {
		return nil, err
	}
	var os []Owner
	at := map[campaign.PersonID]int{}
	for _, o := range able[b] {
		at[o.Person] = len(os)
		os = append(os, Owner{ID: o.Person, Role: o.Role, Answer: true})
	}
	var rows []struct {
		Person  campaign.PersonID
		Trouble campaign.Standing
		Loud    bool
		LoudAt  sql.NullTime `db:"loud_at"`
	}
	err = tx.Select(ctx, &rows, `
		SELECT person_id AS person, trouble, loud, loud_at FROM group_notices WHERE branch_id = $1 ORDER BY person_id`, b)
	if err != nil {
		return nil, fmt.Errorf("notices of a group: %w", err)
	}
	for _, r := range rows {
		i, answers := at[r.Person]
		if !answers {
			if r.Trouble == "" {
				continue
			}
			i, os = len(os), append(os, Owner{ID: r.Person})
		}
		os[i].Told = Notice{r.Trouble, r.Loud, r.LoudAt.Time.In(tx.Zone())}
	}
	return os, nil
}

// applyTrouble writes the effects of clocks and news.
func applyTrouble(ctx context.Context, tx *storage.Tx, e flow.Effect) error {
	switch e := e.(type) {
	case SetAside:
		return tx.Aside(ctx, e.Branch)
	case PutBack:
		return tx.Back(ctx, e.Chat)
	case Noticed:
		return tx.Exec(ctx, `
			INSERT INTO group_notices AS n (branch_id, person_id, trouble, loud, loud_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (branch_id, person_id) DO UPDATE SET trouble = $3, loud = $4, loud_at = $5`, e.Branch, e.Person, e.Trouble, e.Loud, e.LoudAt)
	}
	return fmt.Errorf("group: cannot apply %s", e.Effect())
}
