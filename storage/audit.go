package storage

import (
	"context"
	"fmt"
	"time"

	"campaign"
)

// An Entry is a line of the audit: what a turn wrote, and on whose act.
type Entry struct {
	Flow, Effect string
	Person       campaign.PersonID // 0 is the machine
	About        string            // JSON, without what is private
	At           time.Time
	Cause        int64
}

// Audit adds lines to the audit. Nothing ever changes or removes one.
func (tx *Tx) Audit(ctx context.Context, es []Entry) error {
	if len(es) == 0 {
		return nil
	}
	n := len(es)
	at, causes, flows, effects, people, abouts := make([]time.Time, n), make([]int64, n), make([]string, n), make([]string, n), make([]int64, n), make([]string, n)
	for i, e := range es {
		at[i], causes[i], flows[i], effects[i], people[i], abouts[i] = e.At, e.Cause, e.Flow, e.Effect, int64(e.Person), e.About
	}
	err := tx.Exec(ctx, `
		INSERT INTO audit (at, cause, flow, effect, person_id, about)
		SELECT at, cause, flow, effect, person_id, about
		FROM unnest($1::timestamptz[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[]) AS t (at, cause, flow, effect, person_id, about)`,
		Array(at), Array(causes), Array(flows), Array(effects), Array(people), Array(abouts))
	if err != nil {
		return fmt.Errorf("storage: audit: %w", err)
	}
	return nil
}
