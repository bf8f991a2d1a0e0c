package storage

import (
	"context"
	"fmt"

	"campaign/messages"
)

// waits reports whether a change can wait until nothing better is to be sent:
// its reader knows the news.
func (p post) waits() bool {
	return p.m.Manner == messages.InPlace && p.m.Lane == messages.Redraws && p.m.Over == ""
}

// delay notes changes that can wait. To everybody who checks in within a minute
// this is one insert each, where changing the post itself, in all its indexes,
// would be the dearest part of a press.
func (tx *Tx) delay(ctx context.Context, posts []post) error {
	if len(posts) == 0 {
		return nil
	}
	chats, names, contents, _ := columns(posts)
	err := tx.Exec(ctx, `
		INSERT INTO redraws (chat_id, name, content_id)
		SELECT chat_id, name, content_id FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS t (chat_id, name, content_id)`,
		Array(chats), Array(names), Array(contents))
	if err != nil {
		return fmt.Errorf("storage: delay changes: %w", err)
	}
	return nil
}

// redraw makes at most n changes that waited the wanted versions of their posts,
// and reports whether there were any. Contents are numbered in the order in which
// they were said, so what was said of the same message meanwhile is not undone.
func (tx *Tx) redraw(ctx context.Context, n int) (bool, error) {
	var rows []struct {
		Chat    int64 `db:"chat_id"`
		Name    string
		Content int64 `db:"content_id"`
	}
	err := tx.Select(ctx, &rows, `
		WITH gone AS (
			DELETE FROM redraws r USING (SELECT id FROM redraws ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) t
			WHERE r.id = t.id RETURNING r.chat_id, r.name, r.content_id)
		SELECT chat_id, name, max(content_id) AS content_id FROM gone GROUP BY chat_id, name ORDER BY chat_id, name`, n)
	if err != nil {
		return false, fmt.Errorf("storage: take changes that waited: %w", err)
	}
	posts := make([]post, len(rows))
	for i, r := range rows {
		posts[i] = post{place: place{chat: r.Chat}, content: r.Content, m: messages.Message{Name: r.Name, Lane: messages.Redraws}}
	}
	_, err = tx.change(ctx, posts, true)
	return len(rows) > 0, err
}
