package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"campaign"
	"campaign/messages"
)

// A State is where a post stands.
type State string

// The states of a post. They are stored by these names.
const (
	Queued  State = "queued"
	Sending State = "sending" // given to the messenger, unanswered
	Sent    State = "sent"
	Refused State = "refused" // for ever, with the cause
	Unsure  State = "unsure"  // it may have arrived or not: never repeated blindly
	Left    State = "left"    // as unsure, but somebody decided to leave it so
)

// A Delivery is a post that was claimed to be sent now.
type Delivery struct {
	ID        int64         `db:"id"`
	Chat      int64         `db:"chat_id"`
	Content   int64         `db:"content_id"`
	Bare      bool          `db:"bare"`
	MessageID int64         `db:"message_id"` // 0 where it has to be sent anew
	Lane      messages.Lane `db:"lane"`
	Tries     int           `db:"tries"`
	Lang      campaign.Lang `db:"lang"`  // of its reader; the campaign's for a group
	Plain     bool          `db:"plain"` // one large button to a line
	Topic     int64         `db:"topic"` // of a forum; 0 is its general topic
	Copy      bool          `db:"copy"`  // for the owner of a group that cannot be told
	Group     string        `db:"group_title"`
	Name      string        `db:"name"` // of the content
	Stored    string        `db:"message"`
}

// Message reads what is to be said. A copy says first for whom it is.
func (d Delivery) Message() (m messages.Message, err error) {
	if err = json.Unmarshal([]byte(d.Stored), &m); err != nil {
		return m, fmt.Errorf("storage: read a content: %w", err)
	}
	if d.Copy {
		head := messages.T("For the group “%s”, where I cannot write now; please pass it on:", d.Group)
		m.Lines = append([]messages.Text{head, {}}, m.Lines...)
	}
	return m, nil
}

// Claim takes at most n posts that are due, the most urgent first, one for each
// chat and none for the chats that must wait. What is for the group of a branch
// that cannot be written to is held until somebody has looked at it. Of a database
// that may be older than what was sent, only answers and approvals are sent anew,
// until an operator has spoken. What is claimed is sending, until Settle says what
// became of it. Changes that waited come last of all. Only the one sender claims.
func (tx *Tx) Claim(ctx context.Context, n int, waiting []int64) ([]Delivery, error) {
	ds, err := tx.claim(ctx, n, waiting)
	if err != nil || len(ds) >= n {
		return ds, err
	}
	some, err := tx.redraw(ctx, 4*n)
	if err != nil || !some || len(ds) > 0 {
		return ds, err
	}
	return tx.claim(ctx, n, waiting)
}

func (tx *Tx) claim(ctx context.Context, n int, waiting []int64) (ds []Delivery, err error) {
	err = tx.Select(ctx, &ds, `
		WITH first AS (
			SELECT id, chat_id, lane, due FROM posts
			WHERE state = 'queued' AND due <= $1 AND chat_id <> ALL($2)
			  AND (chat_id > 0 OR NOT EXISTS (SELECT FROM chats c WHERE c.id = posts.chat_id AND c.reach <> 'open' AND c.branch_id IS NOT NULL AND NOT c.aside))
			  AND (lane <= $5 OR message_id IS NOT NULL OR NOT EXISTS (SELECT FROM origin WHERE strange_at IS NOT NULL))
			ORDER BY lane, due, id LIMIT $3 * 4),
		one AS (
			SELECT DISTINCT ON (chat_id) id, lane, due FROM first ORDER BY chat_id, lane, due, id),
		chosen AS (
			SELECT id FROM one ORDER BY lane, due, id LIMIT $3),
		claimed AS (
			UPDATE posts p SET state = 'sending', tries = tries + 1, changed_at = $1 FROM chosen WHERE p.id = chosen.id
			RETURNING p.id, p.chat_id, p.content_id, p.bare, p.message_id, p.lane, p.tries, p.due, p.name, p.topic, p.for_chat)
		SELECT c.id, c.chat_id, c.content_id, c.bare, coalesce(c.message_id, 0) AS message_id, c.lane, c.tries,
		       coalesce(a.lang, $4) AS lang, coalesce(a.plain, false) AS plain, c.name, k.message,
		       c.topic, c.for_chat IS NOT NULL AS copy, coalesce(g.title, '') AS group_title
		FROM claimed c JOIN contents k ON k.id = c.content_id LEFT JOIN accounts a ON a.id = c.chat_id LEFT JOIN chats g ON g.id = c.for_chat
		ORDER BY c.lane, c.due, c.id`, tx.Now, Array(waiting), n, tx.db.Lang, messages.Approvals)
	if err != nil {
		return nil, fmt.Errorf("storage: claim: %w", err)
	}
	return ds, nil
}

// NextPost returns when the next post is due. It returns ErrNotFound where the
// queue is empty.
func (tx *Tx) NextPost(ctx context.Context) (at time.Time, err error) {
	err = tx.Get(ctx, &at, `SELECT min(due) FROM (SELECT due FROM posts WHERE state = 'queued' ORDER BY lane, due, id LIMIT 1000) q HAVING count(*) > 0`)
	return at, err
}

// A Result is what became of a delivery.
type Result struct {
	Delivery
	State State  // Sent, Refused, Unsure, or Queued to be tried again
	Cause string // of all but Sent
}

// Settle notes what became of deliveries. A message that was changed while it
// was on its way goes into the queue again, for its new version. One that arrived
// in a group which has another number since cannot be changed any more. Of a
// delivery that another sender has recovered meanwhile, that it did arrive is still
// news; once it was claimed again, nothing is.
func (tx *Tx) Settle(ctx context.Context, rs []Result) error {
	n := len(rs)
	if n == 0 {
		return nil
	}
	ids, chats, contents, numbers, tries := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	bare, states, causes := make([]bool, n), make([]string, n), make([]string, n)
	for i, r := range rs {
		ids[i], chats[i], contents[i], numbers[i], tries[i] = r.ID, r.Chat, r.Content, r.MessageID, int64(r.Tries)
		bare[i], states[i], causes[i] = r.Bare, string(r.State), r.Cause
	}
	err := tx.Exec(ctx, `
		UPDATE posts p SET message_id = CASE WHEN p.chat_id = t.chat_id THEN coalesce(nullif(t.number, 0), p.message_id) END, cause = t.cause, changed_at = $7,
		       name = CASE WHEN t.state = 'sent' AND p.chat_id <> t.chat_id THEN '' ELSE p.name END,
		       state = CASE WHEN t.state = 'sent' AND p.chat_id = t.chat_id AND (p.content_id <> t.content_id OR p.bare <> t.bare) THEN 'queued' ELSE t.state END
		FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::boolean[], $5::text[], $6::text[], $8::bigint[], $9::bigint[])
		     AS t (id, content_id, number, bare, state, cause, chat_id, tries)
		WHERE p.id = t.id AND p.tries = t.tries AND (p.state = 'sending' OR t.state = 'sent' AND p.chat_id = t.chat_id AND p.state IN ('queued', 'unsure'))`,
		Array(ids), Array(contents), Array(numbers), Array(bare), Array(states), Array(causes), tx.Now, Array(chats), Array(tries))
	if err != nil {
		return fmt.Errorf("storage: settle: %w", err)
	}
	return nil
}

// Anew forgets the messenger's number of a message that is no longer there, so
// that its post is sent as a new one.
func (tx *Tx) Anew(ctx context.Context, id int64) error {
	return tx.Exec(ctx, `UPDATE posts SET message_id = NULL, state = 'queued', bare = false WHERE id = $1 AND state = 'sending'`, id)
}

// Recover settles what a sender that is no more had claimed: changes are
// repeated, and so are answers and approvals, since a doubled one harms nobody
// and a missing one does. What a newer message has replaced meanwhile is left;
// anything else is unsure. Only the one sender recovers, before its first claim.
func (tx *Tx) Recover(ctx context.Context) (int, error) {
	n, err := tx.Count(ctx, `
		UPDATE posts p SET changed_at = $1,
		       state = CASE WHEN p.message_id IS NOT NULL THEN 'queued' WHEN p.name = '' AND k.name <> '' THEN 'left' WHEN p.lane <= $2 THEN 'queued' ELSE 'unsure' END,
		       cause = CASE WHEN p.message_id IS NOT NULL OR p.lane <= $2 AND (p.name <> '' OR k.name = '') THEN '' ELSE $3 END
		FROM contents k WHERE k.id = p.content_id AND p.state = 'sending'`, tx.Now, messages.Approvals, CauseStopped)
	if err != nil {
		return 0, fmt.Errorf("storage: recover: %w", err)
	}
	return n, nil
}
