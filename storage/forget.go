package storage

import (
	"context"
	"fmt"
	"time"
)

// A Keep is something that is held for a limited time, and how it is forgotten.
type Keep struct {
	Name   string        // what is forgotten, as the log says it
	For    time.Duration // how long it is held; 0 is for ever
	Forget func(ctx context.Context, tx *Tx, s Sweep) (Swept, error)
}

// A Sweep is one look for what is to be forgotten: so little that its
// transaction is over in milliseconds.
type Sweep struct {
	Before time.Time // what is older goes
	After  int64     // the row at which the last look ended; 0 begins
	Most   int       // rows to look at
}

// A Swept is what a look came to.
type Swept struct {
	Gone  int
	After int64 // where the next look goes on
	More  bool  // there is to be a next look
}

// Sweep looks once. The query takes the Before, After and Most of s as $1, $2
// and $3, and returns gone, after and more.
func (tx *Tx) Sweep(ctx context.Context, s Sweep, query string) (swept Swept, err error) {
	err = tx.Get(ctx, &swept, query, s.Before, s.After, s.Most)
	return swept, err
}

// A Retention is how long the machine holds what is its own; 0 is for ever.
type Retention struct {
	Inbox    time.Duration // keys of what had its effect: for so long the same update never counts twice
	Parked   time.Duration // updates that could not be taken, as they came
	Messages time.Duration // what was said, and which buttons it had
	Files    time.Duration // that people sent into a conversation
	Audit    time.Duration
	Flows    map[string]time.Duration // what flows hold, by flow.keep, where it is for another time than they say
}

// Over finds, among named messages, those whose matter was over before then.
type Over func(ctx context.Context, tx *Tx, before time.Time, names []string) ([]string, error)

// Keeps are those of the machine, in the order in which they are forgotten: what
// refers to something goes before it. A message with a name goes only where over
// says that its matter was over, for otherwise somebody may still change it.
func (r Retention) Keeps(over Over) []Keep {
	return []Keep{
		{"files", r.Files, forgetFiles},
		{"inbox", r.Inbox, forgetDone},
		{"parked", r.Parked, forgetParked},
		{"posts", r.Messages, func(ctx context.Context, tx *Tx, s Sweep) (Swept, error) { return forgetPosts(ctx, tx, s, over) }},
		{"contents", r.Messages, forgetContents},
		{"audit", r.Audit, forgetAudit},
	}
}

func forgetFiles(ctx context.Context, tx *Tx, s Sweep) (Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM files WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM files WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

func forgetDone(ctx context.Context, tx *Tx, s Sweep) (Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, received_at AS at FROM inbox WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM inbox WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) AND state = 'done' RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

func forgetParked(ctx context.Context, tx *Tx, s Sweep) (Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, received_at AS at FROM inbox WHERE state = 'parked' AND id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM inbox WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) AND state = 'parked' RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

func forgetAudit(ctx context.Context, tx *Tx, s Sweep) (Swept, error) {
	return tx.Sweep(ctx, s, `
		WITH seen AS (SELECT id, at FROM audit WHERE id > $2 ORDER BY id LIMIT $3),
		gone AS (DELETE FROM audit WHERE id = ANY (ARRAY(SELECT id FROM seen WHERE at < $1)) RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $3 AND bool_or(at < $1) AS more FROM seen`)
}

// A milestone tells the age of posts and contents by their numbers: how far
// they went on some night. They need no column for it, and no index.
type milestone struct {
	Post    int64
	Content int64
}

// passed lays the milestone of this night where a sweep begins, and returns the
// newest one that lies before it.
func passed(ctx context.Context, tx *Tx, s Sweep) (m milestone, err error) {
	if s.After == 0 {
		err := tx.Exec(ctx, `
			INSERT INTO milestones (at, post_id, content_id)
			SELECT $1, coalesce((SELECT max(id) FROM posts), 0), coalesce((SELECT max(id) FROM contents), 0)
			ON CONFLICT DO NOTHING`, tx.Now)
		if err != nil {
			return m, fmt.Errorf("storage: lay a milestone: %w", err)
		}
		err = tx.Exec(ctx, `
			UPDATE milestones SET passed = true WHERE at = (SELECT max(at) FROM milestones WHERE at < $1) AND NOT passed`, s.Before)
		if err != nil {
			return m, fmt.Errorf("storage: pass a milestone: %w", err)
		}
		err = tx.Exec(ctx, `DELETE FROM milestones WHERE at < (SELECT max(at) FROM milestones WHERE passed)`)
		if err != nil {
			return m, fmt.Errorf("storage: leave milestones behind: %w", err)
		}
	}
	err = tx.Get(ctx, &m, `SELECT coalesce(max(post_id), 0) AS post, coalesce(max(content_id), 0) AS content FROM milestones WHERE passed`)
	return m, err
}

// forgetPosts forgets messages that were posted, and last changed, long ago. One
// that somebody is just changing is left to another night.
func forgetPosts(ctx context.Context, tx *Tx, s Sweep, over Over) (swept Swept, err error) {
	m, err := passed(ctx, tx, s)
	if err != nil {
		return swept, err
	}
	var rows []struct {
		ID   int64
		Name string
		Old  bool
	}
	err = tx.Select(ctx, &rows, `
		SELECT id, name, state NOT IN ('queued', 'sending') AND changed_at < $1 AS old
		FROM posts WHERE id > $2 AND id <= $4 ORDER BY id LIMIT $3`, s.Before, s.After, s.Most, m.Post)
	if err != nil || len(rows) == 0 {
		return swept, err
	}
	var names []string
	seen := map[string]bool{"": true}
	for _, r := range rows {
		if r.Old && !seen[r.Name] {
			seen[r.Name] = true
			names = append(names, r.Name)
		}
	}
	gone := map[string]bool{"": true}
	if len(names) > 0 {
		if names, err = over(ctx, tx, s.Before, names); err != nil {
			return swept, err
		}
		for _, n := range names {
			gone[n] = true
		}
	}
	var ids []int64
	for _, r := range rows {
		if r.Old && gone[r.Name] {
			ids = append(ids, r.ID)
		}
	}
	n, err := tx.Count(ctx, `
		DELETE FROM posts WHERE id = ANY (ARRAY(
			SELECT id FROM posts WHERE id = ANY($1) AND state NOT IN ('queued', 'sending') AND changed_at < $2 FOR UPDATE SKIP LOCKED))`, Array(ids), s.Before)
	return Swept{n, rows[len(rows)-1].ID, len(rows) == s.Most}, err
}

// forgetContents forgets old versions that no message has any more. Nothing
// refers anew to an old one.
func forgetContents(ctx context.Context, tx *Tx, s Sweep) (swept Swept, err error) {
	var m milestone
	if m, err = passed(ctx, tx, s); err != nil {
		return swept, err
	}
	err = tx.Get(ctx, &swept, `
		WITH seen AS (SELECT id FROM contents WHERE id > $1 AND id <= $3 ORDER BY id LIMIT $2),
		gone AS (
			DELETE FROM contents WHERE id = ANY (ARRAY(
				SELECT s.id FROM seen s LEFT JOIN LATERAL (SELECT true AS used FROM posts p WHERE p.content_id = s.id LIMIT 1) p ON true WHERE p.used IS NULL))
			RETURNING id)
		SELECT (SELECT count(*) FROM gone) AS gone, coalesce(max(id), 0) AS after, count(*) = $2 AS more FROM seen`, s.After, s.Most, m.Content)
	return swept, err
}

// Forgotten reports whether a version is so old that it, or the message that had
// it, may have been forgotten: a press on it is no forgery.
func (tx *Tx) Forgotten(ctx context.Context, content int64) (yes bool, err error) {
	if content <= 0 {
		return false, nil
	}
	err = tx.Get(ctx, &yes, `SELECT EXISTS (SELECT FROM milestones WHERE passed AND content_id >= $1)`, content)
	return yes, err
}
