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

// delay stores the contents of changes that can wait, and notes the changes. To
// everybody who checks in within a minute this is one insert each, where changing
// the post itself, in all its indexes, would be the dearest part of a press.
func (tx *Tx) delay(ctx context.Context, cause int64, posts []post) error {
	vs, of, err := versions(posts)
	if err != nil {
		return err
	}
	chats := make([]int64, len(posts))
	for i, p := range posts {
		chats[i] = p.chat
	}
	err = tx.Exec(ctx, `
		WITH c AS MATERIALIZED (
			SELECT nextval('contents_id_seq') AS id, name, keyed, message, n
			FROM unnest($2::text[], $3::boolean[], $4::text[]) WITH ORDINALITY AS t (name, keyed, message, n)),
		stored AS (
			INSERT INTO contents (id, cause, name, keyed, message) OVERRIDING SYSTEM VALUE
			SELECT id, $1, name, keyed, message FROM c)
		INSERT INTO redraws (chat_id, name, content_id)
		SELECT t.chat_id, c.name, c.id FROM unnest($5::bigint[], $6::bigint[]) AS t (chat_id, n) JOIN c ON c.n = t.n`,
		cause, Array(vs.names), Array(vs.keyed), Array(vs.bodies), Array(chats), Array(of))
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
