package storage_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/storage"
	"campaign/storage/storagetest"
)

// settled makes a database with the machine's schema alone.
func settled(t *testing.T) (dsn string) {
	t.Helper()
	return storagetest.New(t, machine(t), func(ctx context.Context, dsn string) error {
		db, err := storage.Open(ctx, config(dsn))
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Migrate(ctx)
		return err
	})
}

func config(dsn string) storage.Config {
	return storage.Config{DSN: dsn, Conns: 8, Now: func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) }, Zone: time.UTC, Lang: campaign.Chinese}
}

func opened(t *testing.T, dsn string) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), config(dsn))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// answers asks the database something, once.
func answers(ctx context.Context, db *storage.DB) error {
	return db.InTx(ctx, func(tx *storage.Tx) error {
		var n int
		return tx.Get(ctx, &n, `SELECT count(*) FROM inbox`)
	})
}

// fill has every connection of the pool be made.
func fill(t *testing.T, db *storage.DB) {
	t.Helper()
	var met, all sync.WaitGroup
	met.Add(8)
	for range 8 {
		all.Go(func() {
			err := db.InTx(t.Context(), func(*storage.Tx) error {
				met.Done()
				met.Wait()
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestADatabaseThatIsNotThereYetIsWaitedForAndOneThatRefusesUsIsNot(t *testing.T) {
	dsn := settled(t)
	silent := storagetest.NewWire(t, dsn)
	silent.Swallow()
	broken := storagetest.NewWire(t, dsn)
	broken.Break()
	for _, c := range []struct {
		name, dsn       string
		lost, unwelcome bool
	}{
		{"nobody listens", "host=127.0.0.1 port=1 dbname=x sslmode=disable", true, false},
		{"packets are swallowed", silent.DSN + " connect_timeout=1", true, false},
		{"connections are broken", broken.DSN, true, false},
		{"no such database", dsn + " dbname=nowhere", true, true},
		{"no such user", dsn + " user=nobody", true, true},
		{"no encryption", storagetest.NewWire(t, dsn).DSN + " sslmode=require", true, true},
		{"a setting that it does not know", dsn + " colour=red", true, true},
		{"no address", "a b c", false, false},
	} {
		_, err := storage.Open(t.Context(), config(c.dsn))
		if err == nil || storage.Lost(err) != c.lost || storage.Unwelcome(err) != c.unwelcome || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v; lost %v, unwelcome %v; want %v, %v on one line", c.name, err, storage.Lost(err), storage.Unwelcome(err), c.lost, c.unwelcome)
		}
	}
}

func TestAPoolOfDeadConnectionsIsNobodysFault(t *testing.T) {
	dsn := settled(t)
	wire := storagetest.NewWire(t, dsn)
	db, other := opened(t, wire.DSN), opened(t, dsn)
	for name, kill := range map[string]func(){
		"broken on the way": func() { wire.Break(); wire.Mend() },
		"ended by the server": func() {
			err := other.InTx(t.Context(), func(tx *storage.Tx) error {
				return tx.Exec(t.Context(), `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			})
			if err != nil {
				t.Error(err)
			}
		},
	} {
		fill(t, db)
		kill()
		if err := answers(t.Context(), db); err != nil {
			t.Errorf("%s: got %v, want a new connection", name, err)
		}
	}
}

// A host that swallows packets in the middle of a turn must not be taken for a
// turn that is slow, nor for one that fails.
func TestADatabaseThatFallsSilentIsLost(t *testing.T) {
	wire := storagetest.NewWire(t, settled(t))
	db := opened(t, wire.DSN+" connect_timeout=1")
	wire.Break()
	wire.Swallow()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := answers(ctx, db); !storage.Lost(err) {
		t.Errorf("got %v, want the database to be lost", err)
	}
	wire.Mend()
	if err := answers(ctx, db); err != nil {
		t.Errorf("mended: %v", err)
	}
}

func TestAStatementIsCutOffAtItsDeadline(t *testing.T) {
	db := opened(t, settled(t))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := db.InTx(ctx, func(tx *storage.Tx) error { return tx.Exec(ctx, `SELECT pg_sleep(60)`) })
	if storage.Lost(err) || !storage.Cancelled(err) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a statement that was cut off, of a database that is there", err)
	}
	if err := answers(t.Context(), db); err != nil {
		t.Error(err)
	}
}

// Postgres calls a commit a success whose wait for the synchronous standby was cut
// off, though a failover would lose it.
func TestACommitThatWaitsForItsStandbyIsNotCutOff(t *testing.T) {
	server := storagetest.Server(t, nil)
	db := opened(t, server.DSN("postgres"))
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	set := func(statement string) {
		t.Helper()
		for _, s := range []string{statement, `SELECT pg_reload_conf()`} {
			if err := storagetest.Do(t.Context(), server.DSN("postgres"), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	set(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`)
	turn, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- db.InTx(turn, func(tx *storage.Tx) error {
			return tx.Wait(turn, storage.Arrival{Key: "k", At: tx.Now})
		})
	}()
	watch := opened(t, server.DSN("postgres"))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for waits := 0; waits < 50; {
		select {
		case err := <-done:
			t.Fatalf("the commit ended with %v without its standby", err)
		case <-tick.C:
		}
		err := watch.InTx(t.Context(), func(tx *storage.Tx) error {
			var n int
			if err := tx.Get(t.Context(), &n, `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`); err != nil {
				return err
			}
			if waits += n; waits == 1 {
				cancel()
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set(`ALTER SYSTEM RESET synchronous_standby_names`)
	if err := <-done; err != nil {
		t.Errorf("the commit ended with %v", err)
	}
}
