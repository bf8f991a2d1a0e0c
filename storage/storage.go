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
	"reflect"
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
	pool  *sqlx.DB
	leads *sql.DB // the sessions that hold the locks of leads: never short of connections
	Config
}

// Open connects. It fails where the server cannot be reached: where that is Lost
// and not Unwelcome, another try may help. Rows are looked up rather than whole
// tables read: they lie in memory or on a disk without a head, and grow with every
// activity. Statements are planned as the tables are: a plan that is kept was made
// when they were small.
func Open(ctx context.Context, c Config) (*DB, error) {
	turns, err := c.connector(silence, map[string]string{"random_page_cost": "1.1", "jit": "off", "plan_cache_mode": "force_custom_plan"})
	if err != nil {
		return nil, fmt.Errorf("storage: read the address of the database: %w", err)
	}
	leads, err := c.connector(prompt, nil)
	if err != nil {
		return nil, fmt.Errorf("storage: read the address of the database: %w", err)
	}
	db := &DB{pool: sqlx.NewDb(sql.OpenDB(preparer{turns}), "postgres"), leads: sql.OpenDB(leads), Config: c}
	db.pool.SetMaxOpenConns(c.Conns)
	db.pool.SetMaxIdleConns(c.Conns)
	db.leads.SetMaxIdleConns(0)
	if err := db.pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("storage: open: %w", err), db.Close())
	}
	return db, nil
}

// Close closes the pool.
func (db *DB) Close() error { return errors.Join(db.leads.Close(), db.pool.Close()) }

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
// The end of ctx cuts off a statement and what follows, but never a commit.
func (db *DB) InTx(ctx context.Context, f func(*Tx) error) error { return db.run(ctx, nil, f) }

// Look runs f in a transaction that can write nothing.
func (db *DB) Look(ctx context.Context, f func(*Tx) error) error {
	return db.run(ctx, &sql.TxOptions{ReadOnly: true}, f)
}

func (db *DB) run(ctx context.Context, o *sql.TxOptions, f func(*Tx) error) error {
	for try := 1; ; try++ {
		err := db.once(ctx, o, f)
		if e, ok := errors.AsType[*pq.Error](err); ok && (e.Code == "40001" || e.Code == "40P01") && try < 3 {
			continue
		}
		if Lost(err) {
			db.forget()
		}
		return err
	}
}

func (db *DB) once(ctx context.Context, o *sql.TxOptions, f func(*Tx) error) error {
	conn, tx, err := db.begin(ctx, o)
	if err != nil {
		return fmt.Errorf("storage: begin: %w", err)
	}
	defer conn.Close()
	defer tx.Rollback() // of what was not committed; where that fails, the server does it
	if err := f(&Tx{Now: db.Now().In(db.Zone), db: db, tx: tx}); err != nil {
		if ended := ctx.Err(); ended != nil && errors.Is(err, driver.ErrBadConn) {
			return ended // it was we who broke the connection
		}
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("storage: commit: %w", err)
	}
	return nil
}

// begin begins a transaction, on a new connection where the one at hand has died
// since it was used. The transaction outlives ctx: a commit that waits for its
// synchronous standby must not be cut off, which Postgres would call a success.
func (db *DB) begin(ctx context.Context, o *sql.TxOptions) (*sqlx.Conn, *sqlx.Tx, error) {
	for try := 1; ; try++ {
		conn, err := db.pool.Connx(ctx)
		if err != nil {
			return nil, nil, err
		}
		tx, err := conn.BeginTxx(context.WithoutCancel(ctx), o)
		if err == nil {
			return conn, tx, nil
		}
		conn.Close()
		if !Lost(err) || try == 2 || ctx.Err() != nil {
			return nil, nil, err
		}
		db.forget()
	}
}

// forget closes the connections that lie idle: where one has died, those beside
// it have, too, or lead to a server that can no longer be written to.
func (db *DB) forget() {
	db.pool.SetMaxIdleConns(0)
	db.pool.SetMaxIdleConns(db.Conns)
}

// Array passes a slice as one argument, or reads one. Numbers of any kind of thing
// are passed as numbers: the driver would ask each how it is written.
func Array(a any) any {
	v := reflect.ValueOf(a)
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Int64 || v.IsNil() {
		return pq.Array(a)
	}
	ns := make(pq.Int64Array, v.Len())
	for i := range ns {
		ns[i] = v.Index(i).Int()
	}
	return ns
}

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
	if _, ok := errors.AsType[away](err); ok {
		return true
	}
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return busy(e)
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
