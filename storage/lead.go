package storage

import (
	"context"
	"fmt"
	"hash/fnv"
	"time"
)

// Lead runs f while this program holds the lock of the name, and no other of
// the same database does: one sends, one polls. It waits for the lock, tries
// anew after a loss, and returns when ctx ends. The context of f ends when the
// lock is lost with its connection, which is looked at every second.
func (db *DB) Lead(ctx context.Context, name string, f func(context.Context) error) error {
	h := fnv.New64a()
	h.Write([]byte("muster." + name))
	key := int64(h.Sum64())
	for {
		led, err := db.lead(ctx, key, f)
		if ctx.Err() != nil {
			return nil
		}
		if led && err != nil {
			return fmt.Errorf("storage: lead %s: %w", name, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func (db *DB) lead(ctx context.Context, key int64, f func(context.Context) error) (led bool, err error) {
	conn, err := db.pool.Connx(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if err := conn.GetContext(ctx, &led, `SELECT pg_try_advisory_lock($1)`, key); err != nil || !led {
		return false, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
	held, lost := context.WithCancel(ctx)
	defer lost()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-held.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			if _, err := conn.ExecContext(held, `SELECT 1`); err != nil {
				lost()
			}
		}
	}()
	err = f(held)
	lost()
	<-done
	return true, err
}
