package storage

import (
	"context"
	"fmt"
	"time"

	"campaign"
)

// A Session is where an account is in one conversation.
type Session struct {
	Flow  string
	At    string // the question that waits for an answer
	Back  string // the question to return to after this one, when one answer is being changed
	View  string // the page or month shown
	Draft string // what was gathered so far, as JSON
}

// Sessions returns the conversations of an account, the newest on top: last.
func (tx *Tx) Sessions(ctx context.Context, a campaign.AccountID) ([]Session, error) {
	var ss []Session
	err := tx.Select(ctx, &ss, `
		SELECT flow, at, back, view, draft FROM sessions WHERE account_id = $1 ORDER BY depth`, a)
	if err != nil {
		return nil, fmt.Errorf("storage: sessions: %w", err)
	}
	return ss, nil
}

// SaveSessions writes the conversations of an account, the newest last, where
// they differ from those that there were.
func (tx *Tx) SaveSessions(ctx context.Context, a campaign.AccountID, before, now []Session) error {
	if len(now) < len(before) {
		if err := tx.Exec(ctx, `DELETE FROM sessions WHERE account_id = $1 AND depth >= $2`, a, len(now)); err != nil {
			return fmt.Errorf("storage: end sessions: %w", err)
		}
	}
	for depth, s := range now {
		if depth < len(before) && s == before[depth] {
			continue
		}
		err := tx.Exec(ctx, `
			INSERT INTO sessions (account_id, depth, flow, at, back, view, draft, touched_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (account_id, depth) DO UPDATE SET flow = $3, at = $4, back = $5, view = $6, draft = $7, touched_at = $8`,
			a, depth, s.Flow, s.At, s.Back, s.View, s.Draft, tx.Now)
		if err != nil {
			return fmt.Errorf("storage: save a session: %w", err)
		}
	}
	return nil
}

// Forsaken returns accounts whose conversations have all been left alone since
// before, those first that were left first.
func (tx *Tx) Forsaken(ctx context.Context, before time.Time, most int) (as []campaign.AccountID, err error) {
	err = tx.Select(ctx, &as, `
		SELECT account_id FROM sessions s WHERE touched_at < $1
		AND NOT EXISTS (SELECT FROM sessions o WHERE o.account_id = s.account_id AND (o.touched_at >= $1 OR o.depth > s.depth))
		ORDER BY touched_at, account_id LIMIT $2`, before, most)
	return as, err
}
