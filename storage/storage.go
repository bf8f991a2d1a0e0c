// Package storage is the Postgres room: one transaction for each turn, the
// tables of the machine (inbox, sessions, timers, outbox, audit) and the facts
// that flows share. It must never know what a flow is about, nor Telegram.
package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"campaign"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// ErrNotFound is returned by Get where there is no such row.
var ErrNotFound = errors.New("not found")

// A Config says which database to open, and as what.
type Config struct {
	DSN   string           // of lib/pq, key-value or URL
	Conns int              // at most so many connections
	Now   func() time.Time // the clock
	Zone  *time.Location   // the campaign's: instants come back in it
	Lang  campaign.Lang    // of whoever has not chosen one

	Remark func(*pq.Error) // hears what the server remarks beside its answers; may be nil
}

// A DB is the pool, the clock and the zone.
type DB struct {
	pool *sqlx.DB
	Config
}

// Open connects. It fails where the server cannot be reached. Every connection
// speaks the campaign's zone, takes each query in one round trip, and is to a
// server that can be written to. It looks rows up rather than read whole tables:
// they lie in memory or on a disk without a head, and grow with every activity.
// Statements are planned as the tables are: a plan that is kept was made when they
// were small.
func Open(ctx context.Context, c Config) (*DB, error) {
	pool, err := c.connect(map[string]string{"timezone": c.Zone.String(), "random_page_cost": "1.1", "jit": "off", "plan_cache_mode": "force_custom_plan"}, c.Conns)
	if err != nil {
		return nil, err
	}
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("storage: open: %w", err), pool.Close())
	}
	return &DB{pool, c}, nil
}

// connect makes a pool of connections with settings of the server.
func (c Config) connect(settings map[string]string, conns int) (*sqlx.DB, error) {
	to, err := pq.NewConfig(c.DSN)
	if err != nil {
		return nil, fmt.Errorf("storage: read the address of the database: %w", err)
	}
	to.BinaryParameters = true
	to.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite
	to.Runtime = settings
	connector, err := pq.NewConnectorConfig(to)
	if err != nil {
		return nil, fmt.Errorf("storage: read the address of the database: %w", err)
	}
	pool := sqlx.NewDb(sql.OpenDB(preparer{pq.ConnectorWithNoticeHandler(connector, c.Remark)}), "postgres")
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}

// Close closes the pool.
func (db *DB) Close() error { return db.pool.Close() }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.PingContext(ctx); err != nil {
		return fmt.Errorf("storage: ping: %w", err)
	}
	return nil
}

// A Tx is the one transaction in which a turn happens. Now is fixed at its start.
type Tx struct {
	Now time.Time
	db  *DB
	tx  *sqlx.Tx
}

// InTx runs f in a transaction, again where Postgres asks for it (a deadlock or
// a failed serialisation, three times at most). An error or a panic of f rolls back.
func (db *DB) InTx(ctx context.Context, f func(*Tx) error) error {
	for try := 1; ; try++ {
		err := db.once(ctx, f)
		if e, ok := errors.AsType[*pq.Error](err); ok && (e.Code == "40001" || e.Code == "40P01") && try < 3 {
			continue
		}
		return err
	}
}

func (db *DB) once(ctx context.Context, f func(*Tx) error) error {
	tx, err := db.pool.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("storage: begin: %w", err)
	}
	defer tx.Rollback() // after a panic; otherwise it has ended already
	if err := f(&Tx{Now: db.Now().In(db.Zone), db: db, tx: tx}); err != nil {
		if back := tx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("storage: roll back: %w", back))
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("storage: commit: %w", err)
	}
	return nil
}

// Array passes a slice as one argument, or reads one.
func Array(a any) any { return pq.Array(a) }

// Get reads one row. It returns ErrNotFound where there is none.
func (tx *Tx) Get(ctx context.Context, into any, query string, args ...any) error {
	err := tx.tx.GetContext(ctx, into, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// Select reads all rows.
func (tx *Tx) Select(ctx context.Context, into any, query string, args ...any) error {
	return tx.tx.SelectContext(ctx, into, query, args...)
}

// Exec runs one statement.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := tx.tx.ExecContext(ctx, query, args...)
	return err
}

// Count runs one statement and returns how many rows it changed.
func (tx *Tx) Count(ctx context.Context, query string, args ...any) (int, error) {
	r, err := tx.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// Zone is the campaign's.
func (tx *Tx) Zone() *time.Location { return tx.db.Zone }

// Broken reports whether err says that a unique constraint stands in the way:
// the last judge of two who act at once.
func Broken(err error, constraint string) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "23505" && e.Constraint == constraint
}

// Lost reports whether err says that the database cannot be reached or does not
// take work now: it is waited out, never the fault of a turn.
func Lost(err error) bool {
	if err == nil {
		return false
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		switch e.Code.Class() {
		case "08", "53", "57", "25": // connection, resources, shutdown, read-only
			return e.Code != "57014" && e.Code != "25P02"
		}
		return false
	}
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	_, network := errors.AsType[net.Error](err)
	return network && !errors.Is(err, context.DeadlineExceeded)
}

// Cancelled reports whether err says that a statement was cut off at its deadline.
func Cancelled(err error) bool {
	e, ok := errors.AsType[*pq.Error](err)
	return ok && e.Code == "57014"
}
