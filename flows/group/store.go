package group

import (
	"context"
	"errors"
	"fmt"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// load reads the group that the turn speaks of, the branches that the person
// runs, and the group that the branch to be has already.
func load(ctx context.Context, tx *storage.Tx, t turn, about any) (f Facts, err error) {
	switch about := about.(type) {
	case Look:
		f.State, err = state(ctx, tx, about.Branch)
		return f, err
	case campaign.TopicLost:
		f.State, err = state(ctx, tx, about.Branch)
		return f, err
	case campaign.GroupChanged:
		return f, nil
	}
	chat, _ := named(t)
	if chat == 0 {
		return f, nil
	}
	if f.Group, err = present(ctx, tx, chat); err != nil {
		return f, err
	}
	if f.Mine, err = mine(ctx, tx, t.Who); err != nil {
		return f, err
	}
	others := f.others()
	for _, b := range others {
		if b.ID() == t.Draft.Branch || len(others) == 1 {
			f.Chosen = b
		}
	}
	if f.Chosen.ID() == 0 {
		return f, nil
	}
	if err := tx.Exec(ctx, `SELECT id FROM branches WHERE id = $1 FOR NO KEY UPDATE`, f.Chosen.ID()); err != nil {
		return f, fmt.Errorf("lock a branch: %w", err)
	}
	err = tx.Get(ctx, &f.Other, `SELECT id, title, topic, reach AS stands FROM chats WHERE branch_id = $1 AND id <> $2`, f.Chosen.ID(), chat)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return f, fmt.Errorf("the group of a branch: %w", err)
	}
	return f, nil
}

// present finds and locks a group that we are in; the zero Group is none.
func present(ctx context.Context, tx *storage.Tx, id int64) (Group, error) {
	err := tx.Get(ctx, &id, `SELECT id FROM chats WHERE id = $1 AND reach IN ('open', 'muted') FOR UPDATE`, id)
	if errors.Is(err, storage.ErrNotFound) {
		return Group{}, nil
	}
	if err != nil {
		return Group{}, fmt.Errorf("lock a group: %w", err)
	}
	return group(ctx, tx, id)
}

// group reads a group.
func group(ctx context.Context, tx *storage.Tx, id int64) (Group, error) {
	var r struct {
		ID           int64
		Title        string
		Topic        int64
		Stands       campaign.Standing
		Unit, Branch int64
		InUnit       string `db:"in_unit"`
		Name         string
	}
	err := tx.Get(ctx, &r, `
		SELECT c.id, c.title, c.topic, c.reach AS stands, coalesce(u.id, 0) AS unit, coalesce(b.id, 0) AS branch, coalesce(u.name, '') AS in_unit, coalesce(b.name, '') AS name
		FROM chats c LEFT JOIN branches b ON b.id = c.branch_id LEFT JOIN units u ON u.id = b.unit_id
		WHERE c.id = $1`, id)
	if err != nil {
		return Group{}, fmt.Errorf("group: %w", err)
	}
	g := Group{ID: r.ID, Title: r.Title, Topic: r.Topic, Stands: r.Stands}
	if r.Branch != 0 {
		g.Branch = Branch{campaign.BranchScope(campaign.UnitID(r.Unit), campaign.BranchID(r.Branch)), r.InUnit, r.Name}
	}
	return g, nil
}

// mine finds the branches that a person runs.
func mine(ctx context.Context, tx *storage.Tx, who campaign.Person) (bs []Branch, err error) {
	var all bool
	var units, branches []int64
	for _, d := range who.Duties {
		switch {
		case !who.Runs(d.Over):
		case d.Over.Part == campaign.All:
			all = true
		case d.Over.Part == campaign.OneUnit:
			units = append(units, int64(d.Over.Unit))
		default:
			branches = append(branches, int64(d.Over.Branch))
		}
	}
	var rows []struct {
		Unit         campaign.UnitID
		ID           campaign.BranchID
		InUnit, Name string
	}
	err = tx.Select(ctx, &rows, `
		SELECT b.unit_id AS unit, b.id, u.name AS inunit, b.name
		FROM branches b JOIN units u ON u.id = b.unit_id
		WHERE $1 OR b.unit_id = ANY($2) OR b.id = ANY($3) ORDER BY u.id, b.id`, all, storage.Array(units), storage.Array(branches))
	if err != nil {
		return nil, fmt.Errorf("branches of a person: %w", err)
	}
	for _, r := range rows {
		bs = append(bs, Branch{campaign.BranchScope(r.Unit, r.ID), r.InUnit, r.Name})
	}
	return bs, nil
}

func apply(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
	switch e := e.(type) {
	case Linked:
		if e.Old != 0 {
			if err := unlinkChat(ctx, tx, e.Old); err != nil {
				return err
			}
		}
		if e.From != 0 {
			if err := tx.Back(ctx, e.Chat); err != nil {
				return err
			}
		}
		return tx.Exec(ctx, `UPDATE chats SET branch_id = $2, topic = $3 WHERE id = $1`, e.Chat, e.Branch, e.Topic)
	case Unlinked:
		return unlinkChat(ctx, tx, e.Chat)
	case Placed:
		return tx.Exec(ctx, `UPDATE chats SET topic = $2 WHERE id = $1`, e.Chat, e.Topic)
	}
	return applyTrouble(ctx, tx, e)
}

// unlinkChat has a group be no branch's. What was set aside for it ends.
func unlinkChat(ctx context.Context, tx *storage.Tx, chat int64) error {
	if err := tx.Back(ctx, chat); err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE chats SET branch_id = NULL WHERE id = $1`, chat)
}
