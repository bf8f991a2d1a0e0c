package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"campaign/messages"
)

// A Pile is what lies in the tables of the machine and waits: how many of it,
// and since when the oldest does. Its zero is nothing.
type Pile struct {
	N     int
	Since time.Time
}

// A Backlog is the piles that an operator watches.
type Backlog struct {
	Lanes   map[messages.Lane]Pile // posts that are due to be sent
	Sending Pile                   // posts on their way
	Unsure  Pile                   // posts of which nobody knows whether they arrived
	Waiting Pile                   // updates stored raw, to be taken
	Parked  Pile                   // updates and timers that could not be taken
	Timers  Pile                   // timers that are due
	Copied  Pile                   // one where the database is a copy, and an operator must speak before all is sent
}

// Backlog counts what waits. Each pile is read from an index that holds nothing
// else, so that the count costs what the pile is high, not what the tables hold.
func (tx *Tx) Backlog(ctx context.Context) (b Backlog, err error) {
	var rows []struct {
		Pile  string
		Lane  messages.Lane
		N     int
		Since sql.NullTime
	}
	err = tx.Select(ctx, &rows, `
		SELECT 'posts' AS pile, l AS lane, (SELECT count(*) FROM posts WHERE state = 'queued' AND lane = l AND due <= $1) AS n,
		       (SELECT due FROM posts WHERE state = 'queued' AND lane = l AND due <= $1 ORDER BY due LIMIT 1) AS since
		FROM generate_series($2::int, $3::int) AS l
		UNION ALL SELECT 'sending', 0, count(*), min(changed_at) FROM posts WHERE state = 'sending'
		UNION ALL SELECT 'unsure', 0, count(*), min(changed_at) FROM posts WHERE state = 'unsure'
		UNION ALL SELECT 'waiting', 0, count(*), min(received_at) FROM inbox WHERE state = 'waiting'
		UNION ALL SELECT 'parked', 0, count(*), min(received_at) FROM inbox WHERE state = 'parked'
		UNION ALL SELECT 'timers', 0, count(*), min(due) FROM timers WHERE due <= $1
		UNION ALL SELECT 'copied', 0, count(*), min(strange_at) FROM origin WHERE strange_at IS NOT NULL`, tx.Now, messages.Answers, messages.Redraws)
	if err != nil {
		return b, fmt.Errorf("storage: count what waits: %w", err)
	}
	b.Lanes = map[messages.Lane]Pile{}
	piles := map[string]*Pile{"sending": &b.Sending, "unsure": &b.Unsure, "waiting": &b.Waiting, "parked": &b.Parked, "timers": &b.Timers, "copied": &b.Copied}
	for _, r := range rows {
		p := Pile{N: r.N, Since: r.Since.Time}
		if of := piles[r.Pile]; of != nil {
			*of = p
		} else {
			b.Lanes[r.Lane] = p
		}
	}
	return b, nil
}

// Pool tells how the connections of the pool are used.
func (db *DB) Pool() sql.DBStats { return db.pool.Stats() }
