package storagetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
)

func TestMain(m *testing.M) { Main(m) }

func open(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	c, err := pq.NewConnector(dsn)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	t.Cleanup(func() { db.Close() })
	return db
}

func ask(t testing.TB, db *sql.DB, query string) (v string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// schema is a migration that makes a table of that name.
func schema(table string) func(context.Context, string) error {
	return func(ctx context.Context, dsn string) error {
		c, err := pq.NewConnector(dsn)
		if err != nil {
			return err
		}
		db := sql.OpenDB(c)
		defer db.Close()
		_, err = db.ExecContext(ctx, fmt.Sprintf(`CREATE TABLE %s (n bigint NOT NULL)`, pq.QuoteIdentifier(table)))
		return err
	}
}

// The fingerprint is new in every run, since the server may outlive one.
func TestEveryTestHasItsOwnCopyOfWhatWasMigratedOnce(t *testing.T) {
	fingerprint := fmt.Sprintf("mark %d %d", os.Getpid(), time.Now().UnixNano())
	var migrations atomic.Int64
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			dsn := New(t, fingerprint, func(ctx context.Context, dsn string) error {
				migrations.Add(1)
				return schema("mark")(ctx, dsn)
			})
			db := open(t, dsn)
			if _, err := db.Exec(`INSERT INTO mark (n) VALUES (1)`); err != nil {
				t.Fatal(err)
			}
			if got := ask(t, db, `SELECT count(*)::text FROM mark`); got != "1" {
				t.Errorf("marks: got %s, want 1: another test's are seen", got)
			}
			if n := migrations.Load(); n != 1 {
				t.Errorf("migrations: got %d, want 1", n)
			}
		})
	}
}

func TestAnotherSchemaIsAnotherTemplate(t *testing.T) {
	for _, table := range []string{"apples", "pears"} {
		db := open(t, New(t, "one table: "+table, schema(table)))
		if got := ask(t, db, `SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'`); got != table {
			t.Errorf("tables: got %s, want %s", got, table)
		}
	}
}

func TestADatabaseGoesWithItsTestEvenWhileConnected(t *testing.T) {
	var name string
	t.Run("the test", func(inner *testing.T) {
		db := open(t, New(inner, "one table: apples", schema("apples"))) // closed by the outer test, too late
		name = ask(inner, db, `SELECT current_database()`)
	})
	run.shared.drops.Wait()
	if got := ask(t, run.shared.admin, fmt.Sprintf(`SELECT count(*)::text FROM pg_database WHERE datname = %s`, pq.QuoteLiteral(name))); got != "0" {
		t.Errorf("%s is still there", name)
	}
}

func TestAFailedMigrationIsToldAndTriedAgain(t *testing.T) {
	s, err := enter()
	if err != nil {
		t.Fatal(err)
	}
	const name, key = "template_of_a_failed_migration", 1
	t.Cleanup(func() {
		for _, statement := range []string{`ALTER DATABASE %s IS_TEMPLATE false`, `DROP DATABASE %s`} {
			if _, err := s.admin.Exec(fmt.Sprintf(statement, name)); err != nil {
				t.Error(err)
			}
		}
	})
	broken := errors.New("syntax error")
	err = s.makeTemplate(t.Context(), name, key, func(context.Context, string) error { return broken })
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	if err := s.makeTemplate(t.Context(), name, key, schema("apples")); err != nil {
		t.Errorf("after the mend: %v", err)
	}
	again := func(context.Context, string) error { return errors.New("migrated twice") }
	if err := s.makeTemplate(t.Context(), name, key, again); err != nil {
		t.Errorf("of a complete template: %v", err)
	}
}

func TestAServerOfItsOwnIsDurableAndGoesWithItsTest(t *testing.T) {
	var dsn string
	t.Run("the test", func(t *testing.T) {
		s := Server(t, map[string]string{"max_connections": "17"})
		dsn = s.DSN("postgres")
		db := open(t, dsn)
		for query, want := range map[string]string{`SHOW fsync`: "on", `SHOW synchronous_commit`: "on", `SHOW max_connections`: "17"} {
			if got := ask(t, db, query); got != want {
				t.Errorf("%s: got %s, want %s", query, got, want)
			}
		}
	})
	if err := open(t, dsn).Ping(); err == nil {
		t.Error("the server outlived its test")
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), fmt.Sprintf("%s%d-*", ownFolders, os.Getpid())))
	if err != nil || len(left) != 0 {
		t.Errorf("folders left: %v, %v", left, err)
	}
}

func TestTheSharedServerEndsWhenNobodyUsesItAndBeginsAgain(t *testing.T) {
	dir, err := ownFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 2 {
		first, inUse, err := joinShared(ctx, dir, time.Second/2)
		if err != nil {
			t.Fatal(err)
		}
		second, inUseToo, err := joinShared(ctx, dir, time.Second/2)
		if err != nil {
			t.Fatal(err)
		}
		if first.DSN("") != second.DSN("") {
			t.Errorf("two servers: %s and %s", first.DSN(""), second.DSN(""))
		}
		inUse.Close()
		inUseToo.Close()
		<-first.Done()
		<-second.Done()
	}
	over, err := lock(ctx, filepath.Join(dir, "start"), syscall.LOCK_EX)
	if err != nil {
		t.Fatal(err)
	}
	defer over.Close()
	if _, err := os.Stat(clusterFolder(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the server's folder is left: %v", err)
	}
}

func TestFoldersOfKilledTestsAreSwept(t *testing.T) {
	const nobodys = 1 << 30 // beyond the largest number of a process
	stale := filepath.Join(os.TempDir(), fmt.Sprintf("%s%d-x", ownFolders, nobodys))
	if err := os.MkdirAll(filepath.Join(stale, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := ownFolder()
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", stale, err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
