package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"
)

// A Lead is the right to be the only one of several programs on one database
// that does something: one sends, one polls. It is held with a lock of a session,
// which ends with the session, and has a number that grows with each change of
// hands: what an earlier lead still tries to write is refused by Holds.
type Lead struct {
	name  string
	epoch int64
}

// ErrDeposed says that another program leads now.
var ErrDeposed = errors.New("storage: another program leads now")

// Holds makes sure that l still leads, until the transaction ends: whoever takes
// over waits for that.
func (tx *Tx) Holds(ctx context.Context, l Lead) error {
	var epoch int64
	if err := tx.Get(ctx, &epoch, `SELECT epoch FROM leads WHERE name = $1 FOR SHARE`, l.name); err != nil {
		return fmt.Errorf("storage: look who leads: %w", err)
	}
	if epoch != l.epoch {
		return ErrDeposed
	}
	return nil
}

// How often a lead looks whether it still leads, and whoever waits for the lock
// whether it is free. With what connect.go says of connections: another program
// leads within five seconds of a death, or of the loss of the network.
const (
	lookAfter = time.Second
	tryAgain  = 500 * time.Millisecond
)

// Lead runs f while this program leads in what the name says. It waits for its
// turn, tries anew after a loss, and returns when ctx ends. The context of f ends
// when the lock is lost with its connection; f is let come to its end.
func (db *DB) Lead(ctx context.Context, name string, f func(context.Context, Lead) error) error {
	for {
		led, err := db.lead(ctx, name, f)
		if ctx.Err() != nil {
			return nil
		}
		if led && err != nil {
			return fmt.Errorf("storage: lead %s: %w", name, err)
		}
		if !rest(ctx, tryAgain) {
			return nil
		}
	}
}

// lead waits for the lock on a session of its own, and runs f while it holds it.
// An error before it led is that of the session: it is given up.
func (db *DB) lead(ctx context.Context, name string, f func(context.Context, Lead) error) (led bool, err error) {
	conn, err := db.leads.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	key := leadKey(name)
	for {
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, key).Scan(&led); err != nil {
			return false, err
		}
		if led {
			break
		}
		if !rest(ctx, tryAgain) {
			return false, nil
		}
	}
	l := Lead{name: name}
	err = conn.QueryRowContext(ctx, `
		INSERT INTO leads (name, epoch) VALUES ($1, 1)
		ON CONFLICT (name) DO UPDATE SET epoch = leads.epoch + 1 RETURNING epoch`, name).Scan(&l.epoch)
	if err != nil {
		return false, err
	}
	held, lost := context.WithCancel(ctx)
	defer lost()
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		watch(held, conn)
		lost()
	}()
	err = f(held, l)
	lost()
	<-watching
	// Where the session is broken, its lock has ended or ends with it.
	_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
	return true, err
}

// leadKey is the lock of whoever leads in what the name says.
func leadKey(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte("muster." + name))
	return int64(h.Sum64())
}

// watch returns when the session does not answer, or ctx ends. The session is not
// asked on ctx: to break it is not for whoever ends it.
func watch(ctx context.Context, conn *sql.Conn) {
	for rest(ctx, lookAfter) {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), `SELECT 1`); err != nil {
			return
		}
	}
}

// rest waits for d, or until ctx ends, which it reports as false.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
