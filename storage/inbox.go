package storage

import (
	"context"
	"time"
)

// An Arrival is something that came in: an update, a timer that is due, a tick
// of the calendar. Its key is unique: the same one never counts twice.
type Arrival struct {
	Key  string
	At   time.Time // when it was received
	Lane int64     // the account or chat that it keeps order with
	Raw  string    // the update as it came, while it waits
}

// Receive notes arrivals by their keys and returns the inbox row of each that is
// new: the others have had their effect already.
func (tx *Tx) Receive(ctx context.Context, keys []string) (map[string]int64, error) {
	var rows []struct {
		ID  int64
		Key string
	}
	err := tx.Select(ctx, &rows, `
		INSERT INTO inbox (key, received_at) SELECT k, $2 FROM unnest($1::text[]) k ORDER BY k
		ON CONFLICT DO NOTHING RETURNING id, key`, Array(keys), tx.Now)
	fresh := make(map[string]int64, len(rows))
	for _, r := range rows {
		fresh[r.Key] = r.ID
	}
	return fresh, err
}

// Enter notes one arrival that keeps order with its lane, and returns its inbox
// row: 0 where it is not new, or where something of the lane is stored and waits,
// on whatever program: then it must wait behind.
func (tx *Tx) Enter(ctx context.Context, key string, lane int64) (row int64, behind bool, err error) {
	var r struct {
		Row    int64
		Behind bool
	}
	err = tx.Get(ctx, &r, `
		WITH lane AS (
			SELECT EXISTS (SELECT FROM inbox WHERE state = 'waiting' AND lane = $2) AS waits),
		entered AS (
			INSERT INTO inbox (key, received_at) SELECT $1, $3 FROM lane WHERE NOT waits
			ON CONFLICT DO NOTHING RETURNING id)
		SELECT coalesce((SELECT id FROM entered), 0) AS row, waits AS behind FROM lane`, key, lane, tx.Now)
	return r.Row, r.Behind, err
}

// Wait stores an arrival raw, to be taken later in the order of its lane.
func (tx *Tx) Wait(ctx context.Context, a Arrival) error {
	return tx.Exec(ctx, `
		INSERT INTO inbox (key, received_at, state, lane, raw) VALUES ($1, $2, 'waiting', $3, $4)
		ON CONFLICT DO NOTHING`, a.Key, a.At, a.Lane, a.Raw)
}

// Park stores an arrival that cannot be taken, with the reason, for a person to
// look at. The reason must hold nothing that people wrote.
func (tx *Tx) Park(ctx context.Context, a Arrival, reason string) error {
	return tx.Exec(ctx, `
		INSERT INTO inbox (key, received_at, state, lane, raw, error) VALUES ($1, $2, 'parked', $3, $4, $5)
		ON CONFLICT (key) DO UPDATE SET state = 'parked', error = $5 WHERE inbox.state = 'waiting'`,
		a.Key, a.At, a.Lane, a.Raw, reason)
}

// A Waiting arrival is one that was stored raw.
type Waiting struct {
	ID    int64
	Key   string
	At    time.Time `db:"received_at"`
	Lane  int64
	Tries int
	Raw   string
}

// NextWaiting locks the oldest waiting arrival of a lane that nobody else is
// taking. It returns ErrNotFound where nothing waits.
func (tx *Tx) NextWaiting(ctx context.Context) (w Waiting, err error) {
	err = tx.Get(ctx, &w, `
		SELECT id, key, received_at, lane, tries, raw FROM inbox i
		WHERE state = 'waiting' AND NOT EXISTS (SELECT FROM inbox o WHERE o.state = 'waiting' AND o.lane = i.lane AND o.id < i.id)
		ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`)
	return w, err
}

// Took marks a waiting arrival as done: its raw update is kept no longer.
func (tx *Tx) Took(ctx context.Context, id int64) error {
	return tx.Exec(ctx, `UPDATE inbox SET state = 'done', raw = NULL, error = NULL WHERE id = $1`, id)
}

// Failed counts a try of a waiting arrival.
func (tx *Tx) Failed(ctx context.Context, id int64, reason string) error {
	return tx.Exec(ctx, `UPDATE inbox SET tries = tries + 1, error = $2 WHERE id = $1`, id, reason)
}
