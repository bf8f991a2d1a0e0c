package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"campaign/storage"
	"campaign/storage/storagetest"
)

// A leader is a program that wants to lead.
type leader struct {
	began chan storage.Lead
	ended chan struct{} // its lead
	stop  func()
}

// stands has a program stand for the lead, until stop or the end of the test.
func stands(t *testing.T, db *storage.DB) leader {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := leader{began: make(chan storage.Lead, 8), ended: make(chan struct{}, 8)}
	over := make(chan struct{})
	go func() {
		defer close(over)
		err := db.Lead(ctx, "sender", func(held context.Context, lead storage.Lead) error {
			l.began <- lead
			<-held.Done()
			l.ended <- struct{}{}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}()
	l.stop = func() { cancel(); <-over }
	t.Cleanup(l.stop)
	return l
}

// within waits for what must come.
func within[T any](t *testing.T, what string, from <-chan T) (v T) {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	select {
	case v = <-from:
	case <-late.C:
		t.Fatalf("%s: never", what)
	}
	return v
}

func holds(t *testing.T, db *storage.DB, l storage.Lead) error {
	t.Helper()
	return db.InTx(t.Context(), func(tx *storage.Tx) error { return tx.Holds(t.Context(), l) })
}

func TestALeadThatIsCutOffEndsAndAnotherTakesOver(t *testing.T) {
	dsn := settled(t)
	for name, cut := range map[string]func(*storagetest.Wire){
		"the connection breaks":   (*storagetest.Wire).Break,
		"the network is silent":   (*storagetest.Wire).Freeze,
		"the lock alone is ended": func(*storagetest.Wire) {},
	} {
		t.Run(name, func(t *testing.T) {
			wire := storagetest.NewWire(t, dsn)
			near, far := opened(t, dsn), opened(t, wire.DSN+" connect_timeout=1")
			first := stands(t, far)
			old := within(t, "the first leads", first.began)
			if err := holds(t, near, old); err != nil {
				t.Errorf("the first leads: %v", err)
			}
			second := stands(t, near)
			cut(wire)
			if name == "the lock alone is ended" {
				err := near.InTx(t.Context(), func(tx *storage.Tx) error {
					return tx.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
						AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			within(t, "the first learns of it", first.ended)
			if name == "the lock alone is ended" {
				first.stop() // it would stand again, as good as any
			}
			now := within(t, "the second leads", second.began)
			if err := holds(t, near, old); !errors.Is(err, storage.ErrDeposed) {
				t.Errorf("the first may still write as a lead: %v", err)
			}
			if err := holds(t, near, now); err != nil {
				t.Errorf("the second leads: %v", err)
			}
			select {
			case <-second.ended:
				t.Error("the second has lost its lead")
			default:
			}
		})
	}
}

// Whoever takes over waits for what the earlier lead is writing.
func TestWhatALeadWritesIsDoneBeforeAnotherLeads(t *testing.T) {
	dsn := settled(t)
	one, two := opened(t, dsn), opened(t, dsn)
	first := stands(t, one)
	old := within(t, "the first leads", first.began)
	var second leader
	err := two.InTx(t.Context(), func(tx *storage.Tx) error {
		if err := tx.Holds(t.Context(), old); err != nil {
			return err
		}
		first.stop()
		second = stands(t, two)
		look := time.NewTicker(5 * time.Millisecond)
		defer look.Stop()
		for waiting := 0; waiting == 0; <-look.C {
			err := one.InTx(t.Context(), func(tx *storage.Tx) error {
				return tx.Get(t.Context(), &waiting, `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`)
			})
			if err != nil {
				return err
			}
		}
		select {
		case <-second.began:
			t.Error("the second leads while the first writes")
		default:
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "the second leads", second.began)
}
