package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"campaign/messages"
)

// CauseRestored is why a message is unsure that was to be sent when the database
// was restored from a backup.
const CauseRestored = "the database was restored; it may have been sent before"

// leap is by how much the numbers of contents jump when a database was restored:
// by more than can have been given since the backup. Buttons on people's phones
// carry such numbers, and must not come to mean something else.
const leap = 1 << 30

// Recognise looks whether this is the database that was sent from so far. The
// row of origin says where it was written and by which transaction: a copy of the
// database, made by a restore or from a template, holds a row that is not true of
// it. A database that was never sent from becomes the one. Where it is a copy,
// since is when that was first noticed; otherwise it is zero.
func (tx *Tx) Recognise(ctx context.Context) (since time.Time, err error) {
	if err := tx.Exec(ctx, `
		INSERT INTO origin (mark) SELECT concat_ws('/', oid, 'origin'::regclass::oid, pg_current_xact_id()::xid)
		FROM pg_database WHERE datname = current_database() ON CONFLICT DO NOTHING`); err != nil {
		return since, fmt.Errorf("storage: mark the database: %w", err)
	}
	var found struct {
		Same    bool
		Noticed *time.Time
	}
	err = tx.Get(ctx, &found, `
		SELECT o.strange_at IS NULL AND o.mark = concat_ws('/', d.oid, o.tableoid, o.xmin) AS same, o.strange_at AS noticed
		FROM origin o JOIN pg_database d ON d.datname = current_database() FOR UPDATE OF o`)
	switch {
	case err != nil:
		return since, fmt.Errorf("storage: look whether the database is a copy: %w", err)
	case found.Noticed != nil:
		return *found.Noticed, nil
	case found.Same:
		return since, nil
	}
	return tx.Now, tx.suspect(ctx)
}

// Held returns since when reminders and broadcasts wait for an operator to say
// what the database was restored from. It returns ErrNotFound where nothing does.
func (tx *Tx) Held(ctx context.Context) (since time.Time, err error) {
	err = tx.Get(ctx, &since, `SELECT strange_at FROM origin WHERE strange_at IS NOT NULL`)
	return since, err
}

// ErrSending says that a program sends from this database.
var ErrSending = errors.New("a program sends from this database; stop it first")

// Suspect takes the database for a copy that may be older than what was sent,
// because somebody says so: a database that was put back as it stood on disk
// cannot know it. It returns since when it is. Where no program has noticed, none
// may be sending.
func (tx *Tx) Suspect(ctx context.Context) (since time.Time, err error) {
	since, err = tx.Recognise(ctx)
	if err != nil || !since.IsZero() {
		return since, err
	}
	var free bool
	if err := tx.Get(ctx, &free, `SELECT pg_try_advisory_xact_lock($1)`, leadKey("sender")); err != nil {
		return since, fmt.Errorf("storage: look who sends: %w", err)
	}
	if !free {
		return since, ErrSending
	}
	return tx.Now, tx.suspect(ctx)
}

// suspect notes that this is a copy, and leaves out the numbers of contents that
// may have been given since it was made.
func (tx *Tx) suspect(ctx context.Context) error {
	err := tx.Exec(ctx, `
		UPDATE origin SET strange_at = $1, informed_at = (SELECT max(changed_at) FROM posts WHERE message_id IS NOT NULL)`, tx.Now)
	if err != nil {
		return fmt.Errorf("storage: note that the database is a copy: %w", err)
	}
	err = tx.Exec(ctx, `SELECT setval(pg_get_serial_sequence('contents', 'id'), last_value + $1) FROM contents_id_seq`, leap)
	if err != nil {
		return fmt.Errorf("storage: leave out numbers of contents: %w", err)
	}
	return nil
}

// Trust makes this database the one that is sent from: nothing waits any more.
func (tx *Tx) Trust(ctx context.Context) error {
	err := tx.Exec(ctx, `
		UPDATE origin SET strange_at = NULL, informed_at = NULL, mark = concat_ws('/', d.oid, 'origin'::regclass::oid, pg_current_xact_id()::xid)
		FROM pg_database d WHERE d.datname = current_database()`)
	if err != nil {
		return fmt.Errorf("storage: mark the database: %w", err)
	}
	return nil
}

// Informed is the last moment of which a copy knew, when it was noticed, that
// something was sent; zero where it knew of nothing.
func (tx *Tx) Informed(ctx context.Context) (until time.Time, err error) {
	err = tx.Get(ctx, &until, `SELECT informed_at FROM origin WHERE informed_at IS NOT NULL`)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return until, fmt.Errorf("storage: look until when it is known what was sent: %w", err)
	}
	return until, nil
}

// Unproven returns the reminders and broadcasts of which this database does not
// know that they are there, in whatever state they are: after a restore some may
// have been sent. It locks them.
func (tx *Tx) Unproven(ctx context.Context) (ds []Delivery, err error) {
	err = tx.Select(ctx, &ds, `
		SELECT p.id, p.chat_id, p.content_id, p.bare, 0 AS message_id, p.lane, p.tries, coalesce(a.lang, $2) AS lang, coalesce(a.plain, false) AS plain, p.name, k.message,
		       p.topic, p.for_chat IS NOT NULL AS copy, coalesce(g.title, '') AS group_title
		FROM posts p JOIN contents k ON k.id = p.content_id LEFT JOIN accounts a ON a.id = p.chat_id LEFT JOIN chats g ON g.id = p.for_chat
		WHERE p.message_id IS NULL AND p.lane > $1 AND p.state IN ('queued', 'sending', 'unsure') ORDER BY p.id FOR UPDATE OF p`,
		messages.Approvals, tx.db.Lang)
	if err != nil {
		return nil, fmt.Errorf("storage: what may have been sent: %w", err)
	}
	return ds, nil
}

// Proven notes that posts are there, by the messenger's number of each. They are
// brought up to date: their buttons carry numbers that this database never gave.
func (tx *Tx) Proven(ctx context.Context, numbers map[int64]int64) error {
	posts, there := make([]int64, 0, len(numbers)), make([]int64, 0, len(numbers))
	for post, number := range numbers {
		posts, there = append(posts, post), append(there, number)
	}
	err := tx.Exec(ctx, `
		UPDATE posts p SET message_id = t.number, state = 'queued', tries = 0, cause = '', due = $3, changed_at = $3
		FROM unnest($1::bigint[], $2::bigint[]) AS t (post, number) WHERE p.id = t.post`, Array(posts), Array(there), tx.Now)
	if err != nil {
		return fmt.Errorf("storage: note what was sent: %w", err)
	}
	return nil
}

// Doubt makes posts unsure that may have been sent before the database was
// restored. What is unsure already stays so, with its own cause.
func (tx *Tx) Doubt(ctx context.Context, posts []int64) error {
	err := tx.Exec(ctx, `
		UPDATE posts SET state = 'unsure', cause = $2, changed_at = $3 WHERE id = ANY($1) AND state IN ('queued', 'sending')`,
		Array(posts), CauseRestored, tx.Now)
	if err != nil {
		return fmt.Errorf("storage: note what may have been sent: %w", err)
	}
	return nil
}
