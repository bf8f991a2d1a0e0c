package flow

import (
	"context"

	"campaign/storage"
)

// A Store reads facts before a step and writes effects after it, both in the
// transaction of the turn. Nothing else in a flow touches the database.
type Store[D, F any] struct {
	// Load reads, and locks, what a step must know. About is what a button, a
	// clock or news carries; nil in a conversation, whose draft already holds
	// the answer that was given. Load may be nil.
	Load func(ctx context.Context, tx *storage.Tx, t Turn[D, F], about any) (F, error)
	// Apply writes one effect. By is who acts, At when.
	Apply func(ctx context.Context, tx *storage.Tx, h Here, e Effect) error
	// Audience finds whom a TellAll is for.
	Audience func(ctx context.Context, tx *storage.Tx, of any) (storage.Audience, error)
	// Keeps is what the flow holds for a limited time: the machine forgets it
	// at night. Each has a name of its own within the flow.
	Keeps []storage.Keep
	// Over finds, among the names of messages, those of this flow whose matter
	// was over before then: at night they are forgotten with all that is old. A
	// named message of which no flow says so is never forgotten.
	Over storage.Over
}
