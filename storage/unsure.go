package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"campaign/messages"
)

// CauseStopped is why a message is unsure that was on its way when a sender died.
const CauseStopped = "the program stopped while it was being sent"

// Doubts says which messages of unknown fate are meant: those that fit all that
// is set. The zero Doubts is every one.
type Doubts struct {
	Posts   []int64 // by their own numbers; nil is any
	Content int64   // one version of a message, in whatever chats
	Prefix  string  // how the message's name begins: "announce/17/"
	Cause   string  // why nobody knows
}

// A Doubt is one version of a message of which nobody knows whether it arrived
// in some chats.
type Doubt struct {
	Content int64
	Name    string
	Message messages.Message
	Posts   int // how many chats
	Since   time.Time
	Causes  []string
}

// Doubts lists the messages of unknown fate, the longest unknown first.
func (tx *Tx) Doubts(ctx context.Context, of Doubts) ([]Doubt, error) {
	var rows []struct {
		ID            int64
		Name, Message string
		Posts         int
		Since         time.Time
		Causes        string
	}
	err := tx.Select(ctx, &rows, `
		SELECT c.id, c.name, c.message, u.posts, u.since, u.causes
		FROM (SELECT p.content_id, count(*) AS posts, min(p.changed_at) AS since, json_agg(DISTINCT p.cause ORDER BY p.cause)::text AS causes
		      FROM posts p JOIN contents k ON k.id = p.content_id
		      WHERE p.state = 'unsure' AND coalesce(p.id = ANY($1), true) AND (p.content_id = $2 OR $2 = 0)
		        AND starts_with(k.name, $3) AND (p.cause = $4 OR $4 = '')
		      GROUP BY p.content_id) u
		JOIN contents c ON c.id = u.content_id ORDER BY u.since, c.id`, of.args()...)
	if err != nil {
		return nil, fmt.Errorf("storage: messages of unknown fate: %w", err)
	}
	ds := make([]Doubt, len(rows))
	for i, r := range rows {
		ds[i] = Doubt{Content: r.ID, Name: r.Name, Posts: r.Posts, Since: r.Since}
		if err := json.Unmarshal([]byte(r.Message), &ds[i].Message); err != nil {
			return nil, fmt.Errorf("storage: read a content: %w", err)
		}
		if err := json.Unmarshal([]byte(r.Causes), &ds[i].Causes); err != nil {
			return nil, fmt.Errorf("storage: read causes: %w", err)
		}
	}
	return ds, nil
}

// args are the arguments of every query that Doubts narrows.
func (of Doubts) args() []any { return []any{Array(of.Posts), of.Content, of.Prefix, of.Cause} }

// A DoubtfulPost is a message in one chat of which nobody knows whether it is
// there, and whose chat that is.
type DoubtfulPost struct {
	Post     int64
	Content  int64
	Chat     int64
	Since    time.Time
	Cause    string
	MemberNo string `db:"member_no"` // of a private chat; "" where nobody is bound to it
	Name     string // of that member
	Unit     string
	Branch   string // whose group it is, or the member's; "" where there is none
	Title    string // of a group
	Replaced bool   // a newer message has its name: it is not sent again
}

// DoubtfulPosts lists where messages of unknown fate were to go: the messages
// in the order of Doubts, the chats in the order of their units and branches.
func (tx *Tx) DoubtfulPosts(ctx context.Context, of Doubts) (ps []DoubtfulPost, err error) {
	err = tx.Select(ctx, &ps, `
		SELECT p.id AS post, p.content_id AS content, p.chat_id AS chat, p.changed_at AS since, p.cause,
		       coalesce(m.member_no, '') AS member_no, coalesce(m.name, '') AS name, coalesce(u.name, '') AS unit, coalesce(b.name, '') AS branch,
		       coalesce(g.title, '') AS title, p.name = '' AND k.name <> '' AS replaced
		FROM posts p JOIN contents k ON k.id = p.content_id
		LEFT JOIN accounts a ON a.id = p.chat_id LEFT JOIN people m ON m.id = a.person_id LEFT JOIN chats g ON g.id = p.chat_id
		LEFT JOIN branches b ON b.id = coalesce(m.branch_id, g.branch_id) LEFT JOIN units u ON u.id = b.unit_id
		WHERE p.state = 'unsure' AND coalesce(p.id = ANY($1), true) AND (p.content_id = $2 OR $2 = 0)
		  AND starts_with(k.name, $3) AND (p.cause = $4 OR $4 = '')
		ORDER BY min(p.changed_at) OVER (PARTITION BY p.content_id), p.content_id, u.name, b.name, m.member_no NULLS FIRST, p.id`, of.args()...)
	if err != nil {
		return nil, fmt.Errorf("storage: posts of unknown fate: %w", err)
	}
	return ps, nil
}

// A Decided post is one whose fate somebody has decided.
type Decided struct{ Post, Content int64 }

// Resend queues messages of unknown fate once more, and returns which. One that
// a newer message has replaced stays as it is, and so does one whose fate has
// become known meanwhile, or that somebody else has decided.
func (tx *Tx) Resend(ctx context.Context, of Doubts) (ds []Decided, err error) {
	err = tx.Select(ctx, &ds, `
		WITH meant AS (
			SELECT p.id FROM posts p JOIN contents k ON k.id = p.content_id
			WHERE p.state = 'unsure' AND coalesce(p.id = ANY($1), true) AND (p.content_id = $2 OR $2 = 0)
			  AND starts_with(k.name, $3) AND (p.cause = $4 OR $4 = '') AND (p.name <> '' OR k.name = '')
			ORDER BY p.id FOR UPDATE OF p)
		UPDATE posts p SET state = 'queued', tries = 0, cause = '', due = $5, changed_at = $5 FROM meant WHERE p.id = meant.id
		RETURNING p.id AS post, p.content_id AS content`, append(of.args(), tx.Now)...)
	if err != nil {
		return nil, fmt.Errorf("storage: send again: %w", err)
	}
	return ds, nil
}

// Leave settles messages of unknown fate as they are: they are not sent again,
// and the cause stays with them. It returns which.
func (tx *Tx) Leave(ctx context.Context, of Doubts) (ds []Decided, err error) {
	err = tx.Select(ctx, &ds, `
		WITH meant AS (
			SELECT p.id FROM posts p JOIN contents k ON k.id = p.content_id
			WHERE p.state = 'unsure' AND coalesce(p.id = ANY($1), true) AND (p.content_id = $2 OR $2 = 0)
			  AND starts_with(k.name, $3) AND (p.cause = $4 OR $4 = '')
			ORDER BY p.id FOR UPDATE OF p)
		UPDATE posts p SET state = 'left', changed_at = $5 FROM meant WHERE p.id = meant.id
		RETURNING p.id AS post, p.content_id AS content`, append(of.args(), tx.Now)...)
	if err != nil {
		return nil, fmt.Errorf("storage: leave: %w", err)
	}
	return ds, nil
}
