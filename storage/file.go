package storage

import (
	"context"
	"fmt"

	"campaign"
)

// A File is one that somebody sent where a question asked for it.
type File struct {
	ID   int64
	Name string
	Body []byte
}

// SaveFile keeps a file for the conversation that asked for it.
func (tx *Tx) SaveFile(ctx context.Context, by campaign.AccountID, name string, body []byte) (id int64, err error) {
	err = tx.Get(ctx, &id, `INSERT INTO files (account_id, name, body, at) VALUES ($1, $2, $3, $4) RETURNING id`, by, name, body, tx.Now)
	if err != nil {
		return 0, fmt.Errorf("storage: save a file: %w", err)
	}
	return id, nil
}

// File reads a file that an account sent. It returns ErrNotFound where there is none.
func (tx *Tx) File(ctx context.Context, by campaign.AccountID, id int64) (f File, err error) {
	err = tx.Get(ctx, &f, `SELECT id, name, body FROM files WHERE id = $1 AND account_id = $2`, id, by)
	return f, err
}
