// Package storagetest gives every test a database of its own, cloned in
// milliseconds from a migrated template, on one Postgres that all test binaries
// of a `go test ./...` share. The server lies in memory where there is room, is
// started by the first test that asks and ends some ten seconds after the last.
//
// A package that uses it hands its run over:
//
//	func TestMain(m *testing.M) { storagetest.Main(m) }
//
// It must never let a test pass for want of a database, and never outlive the
// run for long: no server, folder or goroutine may be left behind.
package storagetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"campaign/storage/embedded"

	"github.com/lib/pq"
	"go.uber.org/goleak"
)

// run is what the tests of this process share. It is the package's only state,
// since a testing.TB has no place to carry it.
var run struct {
	entered   atomic.Bool
	connect   sync.Mutex
	shared    *shared
	templates sync.Map // by the hash of the fingerprint, *template
}

// shared is this process's part in the shared server.
type shared struct {
	server *embedded.Server
	admin  *sql.DB
	users  *os.File       // locked for as long as this process uses the server
	drops  sync.WaitGroup // databases being dropped behind the tests' backs
	failed atomic.Int64   // of these, how many could not be
	copies string         // how a clone is made
}

// Main runs the tests of a package and exits; it is called from TestMain. After
// the run it reports goroutines that the tests left behind as a failure.
func Main(m *testing.M) {
	if dir := os.Getenv(babysitterVariable); dir != "" {
		os.Exit(babysit(dir, os.Args[1:]))
	}
	run.entered.Store(true)
	code := m.Run()
	if err := leave(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintf(os.Stderr, "storagetest: the tests left goroutines behind: %v\n", err)
			code = 1
		}
	}
	os.Exit(code)
}

// New makes a database for this test alone and returns its connection string;
// the database is dropped when the test ends, connections and all. The fingerprint
// stands for all that migrate does: the template is migrated once for each
// fingerprint, whichever process comes first. The dsn sets no time zone: the
// caller adds its own.
func New(t testing.TB, fingerprint string, migrate func(ctx context.Context, dsn string) error) (dsn string) {
	t.Helper()
	s, err := enter()
	if err != nil {
		t.Fatal(err)
	}
	from, err := s.template(t.Context(), fingerprint, migrate)
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text()[:16])
	_, err = s.admin.ExecContext(t.Context(), fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s %s`, name, from, s.copies))
	if err != nil {
		t.Fatalf("storagetest: clone the template: %v", err)
	}
	t.Cleanup(func() { s.drop(name) })
	return s.server.DSN(name)
}

// drop drops a database while the tests go on: where a connection has only just
// been closed Postgres waits 100 ms for its process, which no test should do.
func (s *shared) drop(name string) {
	s.drops.Go(func() {
		if _, err := s.admin.Exec(fmt.Sprintf(`DROP DATABASE %s WITH (FORCE)`, name)); err != nil {
			s.failed.Add(1)
			fmt.Fprintf(os.Stderr, "storagetest: drop %s: %v\n", name, err)
		}
	})
}

// template is the name of a migrated database that clones are made from.
type template struct {
	once sync.Once
	name string
	err  error
}

func (s *shared) template(ctx context.Context, fingerprint string, migrate func(context.Context, string) error) (string, error) {
	sum := sha256.Sum256([]byte(fingerprint))
	v, _ := run.templates.LoadOrStore(sum, &template{name: "template_" + hex.EncodeToString(sum[:8])})
	t := v.(*template)
	t.once.Do(func() { t.err = s.makeTemplate(ctx, t.name, int64(binary.BigEndian.Uint64(sum[:8])), migrate) })
	return t.name, t.err
}

// makeTemplate migrates the template unless another process has: the advisory
// lock lets one in at a time, and only a complete template is marked as one.
func (s *shared) makeTemplate(ctx context.Context, name string, key int64, migrate func(context.Context, string) error) error {
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return fmt.Errorf("storagetest: template: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, key); err != nil {
		return fmt.Errorf("storagetest: wait for the template: %w", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
	var there bool
	err = conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&there)
	if err != nil {
		return fmt.Errorf("storagetest: look for the template: %w", err)
	}
	if there {
		return nil
	}
	for _, statement := range []string{`DROP DATABASE IF EXISTS %s WITH (FORCE)`, `CREATE DATABASE %s`} {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf(statement, name)); err != nil {
			return fmt.Errorf("storagetest: template: %w", err)
		}
	}
	if err := migrate(ctx, s.server.DSN(name)); err != nil {
		return fmt.Errorf("storagetest: migrate the template: %w", err)
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`ALTER DATABASE %s IS_TEMPLATE true ALLOW_CONNECTIONS false`, name))
	if err != nil {
		return fmt.Errorf("storagetest: template: %w", err)
	}
	return nil
}

// Server starts a server of the test's own, on disk and with full durability,
// for benchmarks and for tests that kill it. It is stopped and its folder removed
// when the test ends.
func Server(t testing.TB, settings map[string]string) *embedded.Server {
	t.Helper()
	dir, err := ownFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("storagetest: %v", err)
		}
	})
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, Settings: settings, Offline: true, Say: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// enter takes this process's part in the shared server, once.
func enter() (*shared, error) {
	run.connect.Lock()
	defer run.connect.Unlock()
	if run.shared != nil {
		return run.shared, nil
	}
	if !run.entered.Load() {
		return nil, fmt.Errorf("storagetest: this package needs func TestMain(m *testing.M) { storagetest.Main(m) }")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	dir, err := sharedFolder()
	if err != nil {
		return nil, err
	}
	server, users, err := joinShared(ctx, dir, linger)
	if err != nil {
		return nil, err
	}
	connector, err := pq.NewConnector(server.DSN("postgres"))
	if err != nil {
		return nil, fmt.Errorf("storagetest: %w", err)
	}
	s := &shared{server: server, users: users, admin: sql.OpenDB(connector)}
	s.admin.SetMaxOpenConns(8)
	var version int
	if err := s.admin.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int`).Scan(&version); err != nil {
		return nil, fmt.Errorf("storagetest: ask the server's version: %w", err)
	}
	if version >= 15_00_00 {
		s.copies = `STRATEGY FILE_COPY` // twice as quick in memory as the default, which writes the clone to the log
	}
	run.shared = s
	return s, nil
}

// leave gives up this process's part and tells what went wrong on the way.
func leave() error {
	run.connect.Lock()
	defer run.connect.Unlock()
	s := run.shared
	if s == nil {
		return nil
	}
	run.shared = nil
	s.drops.Wait()
	s.admin.Close()
	if err := s.server.Stop(); err != nil {
		return err
	}
	s.users.Close()
	if n := s.failed.Load(); n > 0 {
		return fmt.Errorf("storagetest: %d databases could not be dropped", n)
	}
	return nil
}

// Do runs a statement that no transaction may hold, on a connection of its own.
func Do(ctx context.Context, dsn, statement string) error {
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		return fmt.Errorf("storagetest: %w", err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("storagetest: %s: %w", statement, err)
	}
	return nil
}
