// Package embedded keeps a private Postgres in a folder: the district's data
// without a database server to set up first. It runs the binaries of this
// machine as an unprivileged user, listens on a socket in its own folder and on
// no port, and ends with the program that started it, however that ends.
//
// It must never start empty beside data it cannot read, never leave a half-made
// cluster behind, and never weaken durability unless told that the data are
// worthless.
package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/lib/pq"
)

// owner is the superuser of every cluster, and the user of every DSN.
const owner = "muster"

// patience bounds the wait for another process that is starting or stopping
// the cluster, and for our own server to become ready (crash recovery included).
const patience = 2 * time.Minute

// Options says where a cluster lives and how it runs. Only Dir is required.
type Options struct {
	Dir        string            // the cluster's own folder, made when absent; nothing else may live there
	Say        func(string)      // hears a line for people at each step worth telling
	Anew       bool              // removes the data of earlier runs first, unless another process runs them
	Unsafe     bool              // trades durability for speed: data that may be lost, such as a test's
	Settings   map[string]string // server settings beyond the usual ones
	Offline    bool              // fails where there are no binaries, instead of obtaining them
	Cache      string            // keeps obtained binaries; empty is CacheFolder("muster")
	Repository string            // Maven repository that binaries are obtained from; empty is Maven Central

	places []string // where binaries are looked for; nil is the usual places
}

// A Server is a running Postgres. Its methods may be called from any goroutine.
type Server struct {
	socket string
	fresh  bool
	owned  bool
	ended  chan struct{} // closed when the server has ended
	stop   func() error
}

// Start runs the cluster in o.Dir, making it first where there is none, and
// returns when it takes connections. Where another process runs that cluster
// already, Start joins it. The context bounds the start alone: the server runs
// until Stop, or until this process ends.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		lock, err := f.lock()
		if err == nil {
			return f.start(ctx, lock, o)
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		if s, ok := f.join(); ok {
			o.Say(fmt.Sprintf("Joined the Postgres that runs in %s", f.dir))
			return s, nil
		}
		select {
		case <-again.C:
		case <-waiting.Done():
			return nil, fmt.Errorf("embedded: wait for the process that holds %s: %w", f.dir, waiting.Err())
		}
	}
}

// ErrNotRunning is returned by Join where no server runs in the folder.
var ErrNotRunning = errors.New("embedded: no Postgres runs there")

// Join returns the server that another process runs in dir, or ErrNotRunning.
// It starts nothing and does not wait.
func Join(dir string) (*Server, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("embedded: %w", err)
	}
	f := folder{dir: dir}
	if !f.locked() {
		return nil, ErrNotRunning
	}
	s, ok := f.join()
	if !ok {
		return nil, ErrNotRunning
	}
	return s, nil
}

// Owned reports whether this process started the server, so that its Stop ends
// the server and not merely our part in it.
func (s *Server) Owned() bool { return s.owned }

// Fresh reports whether the cluster was made by this very Start.
func (s *Server) Fresh() bool { return s.fresh }

// Done is closed when the server has ended, wanted or not; for a joined server
// also by Stop.
func (s *Server) Done() <-chan struct{} { return s.ended }

// Stop ends an owned server in order: clients are cut off, everything committed
// is on disk. A joined server runs on. Stop may be called again.
func (s *Server) Stop() error { return s.stop() }

// DSN is the lib/pq connection string of a database of this server.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("host=%s port=5432 user=%s dbname=%s sslmode=disable binary_parameters=yes",
		quoteDSN(s.socket), owner, quoteDSN(database))
}

func quoteDSN(v string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v) + "'"
}

// CreateDatabase makes the database where it is absent; that another process
// makes it at the same moment is no error.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	connector, err := pq.NewConnector(s.DSN("postgres"))
	if err != nil {
		return fmt.Errorf("embedded: create database %q: %w", name, err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var there bool
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there)
	if err != nil {
		return fmt.Errorf("embedded: look for database %q: %w", name, err)
	}
	if there {
		return nil
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`CREATE DATABASE %s`, pq.QuoteIdentifier(name)))
	if err != nil && !madeMeanwhile(err) {
		return fmt.Errorf("embedded: create database %q: %w", name, err)
	}
	return nil
}

// madeMeanwhile knows the two ways in which Postgres refuses the loser of two
// CREATE DATABASE: duplicate_database, and unique_violation of the catalogue.
func madeMeanwhile(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "42P04" || e.Code == "23505")
}

// ours makes the Server of a process that we started; wait tells how it ended.
func ours(p *os.Process, wait <-chan error, cleanUp func()) *Server {
	s := &Server{owned: true, ended: make(chan struct{})}
	var end error
	go func() {
		end = <-wait
		cleanUp()
		close(s.ended)
	}()
	s.stop = sync.OnceValue(func() error {
		select {
		case <-s.ended: // it ended by itself, and that is not our Stop's to report
			return nil
		default:
		}
		_ = p.Signal(syscall.SIGINT)
		hurry := time.NewTimer(20 * time.Second)
		defer hurry.Stop()
		select {
		case <-s.ended:
		case <-hurry.C:
			_ = p.Signal(syscall.SIGQUIT)
			<-s.ended
		}
		if end != nil {
			return fmt.Errorf("embedded: stop: %w", end)
		}
		return nil
	})
	return s
}

// theirs makes the Server of another process's server; running is asked now and
// then, since nobody tells us when it ends.
func theirs(running func() bool) *Server {
	s := &Server{ended: make(chan struct{})}
	left := make(chan struct{})
	go func() {
		defer close(s.ended)
		look := time.NewTicker(500 * time.Millisecond)
		defer look.Stop()
		for {
			select {
			case <-left:
				return
			case <-look.C:
				if !running() {
					return
				}
			}
		}
	}()
	s.stop = sync.OnceValue(func() error {
		close(left)
		<-s.ended
		return nil
	})
	return s
}
