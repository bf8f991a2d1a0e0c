package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"campaign/messages"
)

// A Content is one version of a message, as it was posted. It never changes.
type Content struct {
	ID      int64
	Name    string
	Message messages.Message
}

// Content finds a version by its number. It returns ErrNotFound where there is none.
func (tx *Tx) Content(ctx context.Context, id int64) (Content, error) {
	var r struct{ Name, Message string }
	if err := tx.Get(ctx, &r, `SELECT name, message FROM contents WHERE id = $1`, id); err != nil {
		if errors.Is(err, ErrNotFound) {
			return Content{}, err
		}
		return Content{}, fmt.Errorf("storage: content: %w", err)
	}
	c := Content{ID: id, Name: r.Name}
	if err := json.Unmarshal([]byte(r.Message), &c.Message); err != nil {
		return c, fmt.Errorf("storage: read a content: %w", err)
	}
	return c, nil
}

// A Sight is what a press shows of a message: which version was pressed, in
// which chat, and the messenger's number of the message.
type Sight struct {
	Chat    int64
	Content int64
	Name    string // of the content
	Message int64
}

// A Seen is what the outbox knows of a Sight: whether that version went to that
// chat at all, whether it is the one that is wanted now, and the post.
type Seen struct {
	Here    bool
	Current bool
	Post    int64
}

// seen finds for each row of t, a version in a chat, the post p that has its name
// there or else that version: by key, and by the second only where the first is not
// there.
const seen = `
		LEFT JOIN LATERAL (
			SELECT id, content_id, bare, message_id FROM posts WHERE chat_id = t.chat_id AND name = t.name AND name <> '' LIMIT 1) pn ON true
		LEFT JOIN LATERAL (
			SELECT id, content_id, bare, message_id FROM posts WHERE pn.id IS NULL AND content_id = t.content_id AND chat_id = t.chat_id LIMIT 1) pc ON true
		CROSS JOIN LATERAL (
			SELECT coalesce(pn.id, pc.id, 0) AS id, coalesce(coalesce(pn.content_id, pc.content_id) = t.content_id AND NOT coalesce(pn.bare, pc.bare), false) AS current,
			       coalesce(pn.id, pc.id) IS NOT NULL AND coalesce(pn.message_id, pc.message_id) IS NULL AS learn) p`

// See looks up where pressed versions went, and learns from the press that a
// message whose fate was unsure did arrive.
func (tx *Tx) See(ctx context.Context, sights []Sight) ([]Seen, error) {
	chats, contents, names := make([]int64, len(sights)), make([]int64, len(sights)), make([]string, len(sights))
	for i, s := range sights {
		chats[i], contents[i], names[i] = s.Chat, s.Content, s.Name
	}
	var rows []sightRow
	err := tx.Select(ctx, &rows, `
		SELECT p.id AS post, p.current, p.learn
		FROM unnest($1::bigint[], $2::bigint[], $3::text[]) WITH ORDINALITY AS t (chat_id, content_id, name, n)
		`+seen+`
		ORDER BY t.n`, Array(chats), Array(contents), Array(names))
	if err != nil {
		return nil, fmt.Errorf("storage: see: %w", err)
	}
	seen := make([]Seen, len(rows))
	for i, r := range rows {
		seen[i] = r.seen()
		if err := tx.learn(ctx, r, sights[i]); err != nil {
			return nil, err
		}
	}
	return seen, nil
}

// sightRow is what is found of a Sight; post 0 is nothing.
type sightRow struct {
	Post    int64 `db:"post"`
	Current bool  `db:"current"`
	Learn   bool  `db:"learn"` // the messenger's number is not known yet
}

func (r sightRow) seen() Seen { return Seen{r.Post != 0, r.Current, r.Post} }

// Retire takes the buttons and the name of a message, if it is there.
func (tx *Tx) Retire(ctx context.Context, chat int64, name string) error {
	return tx.retire(ctx, []post{place{chat: chat}.in(messages.Message{Name: name})})
}

// learn notes that a message arrived, where a press is the first to tell. One
// that was to be changed while its fate was unknown is changed now. A version
// that an older message of the chat has tells of that message alone.
func (tx *Tx) learn(ctx context.Context, r sightRow, s Sight) error {
	if !r.Learn || s.Message == 0 {
		return nil
	}
	err := tx.Exec(ctx, `
		UPDATE posts p SET message_id = $2, cause = '',
		       state = CASE WHEN p.state NOT IN ('unsure', 'left', 'sending') THEN p.state WHEN p.content_id = $3 AND NOT p.bare THEN 'sent' ELSE 'queued' END
		WHERE p.id = $1 AND p.message_id IS NULL
		  AND (p.content_id = $3 OR p.state IN ('unsure', 'left') AND NOT EXISTS (SELECT FROM posts o WHERE o.content_id = $3 AND o.chat_id = p.chat_id))`,
		r.Post, s.Message, s.Content)
	if err != nil {
		return fmt.Errorf("storage: learn that a message arrived: %w", err)
	}
	return nil
}

// Redraw puts the wanted version of a post on its way again, to show somebody
// who pressed an older one how things stand.
func (tx *Tx) Redraw(ctx context.Context, id int64) error {
	return tx.Exec(ctx, `
		UPDATE posts SET state = 'queued', lane = $2, due = $3 WHERE id = $1 AND state = 'sent'`, id, messages.Answers, tx.Now)
}

// Fresh sends the wanted version of a post as a new message, for somebody who
// pressed a copy far up in the chat.
func (tx *Tx) Fresh(ctx context.Context, id int64) error {
	return tx.Exec(ctx, `
		UPDATE posts SET state = 'queued', message_id = NULL, lane = $2, due = $3 WHERE id = $1 AND state = 'sent'`, id, messages.Answers, tx.Now)
}
