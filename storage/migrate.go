package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed schema/*.sql
var schema embed.FS

// A Room is the schema of one room: its files are named yyyymmddhhmm_what.sql
// and are never edited once released.
type Room struct {
	Name  string // of the table that remembers which files have run
	Files fs.FS
}

// RoomOf is the room whose files are in the folder schema of an embedded tree, as
// every room has them.
func RoomOf(name string, embedded fs.FS) Room {
	files, err := fs.Sub(embedded, "schema")
	if err != nil {
		panic(err) // schema is a valid name
	}
	return Room{name, files}
}

// Machine is the schema of this room, on which those of the flows stand.
func Machine() Room { return RoomOf("machine", schema) }

// How a migration waits for a lock: whoever comes after it waits behind it, so it
// gives up soon and tries again.
const (
	lockPatience = 300 * time.Millisecond
	lockRest     = 2 * time.Second
	lockTries    = 50
)

// Migrate brings the schema up to date, room after room, forward only. Several
// programs may do so at once: one works, the others wait for it. Programs of
// before go on meanwhile: none waits behind a migration for longer than an
// instant. It returns how many files have run.
func (db *DB) Migrate(ctx context.Context, rooms ...Room) (int, error) {
	to, err := db.connector(patient, map[string]string{"lock_timeout": fmt.Sprint(lockPatience.Milliseconds())})
	if err != nil {
		return 0, fmt.Errorf("storage: migrate: %w", err)
	}
	pool := sql.OpenDB(to)
	defer pool.Close()
	all := 0
	for _, r := range append([]Room{Machine()}, rooms...) {
		n, err := r.migrate(ctx, pool)
		all += n
		if err != nil {
			return all, fmt.Errorf("storage: migrate %s: %w", r.Name, err)
		}
	}
	return all, nil
}

// migrate runs the files of a room that have not run. One that does not get a
// lock is tried again.
func (r Room) migrate(ctx context.Context, pool *sql.DB) (n int, err error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	if err != nil {
		return 0, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, pool, r.Files,
		goose.WithSessionLocker(locker), goose.WithTableName("schema_"+r.Name), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return 0, err
	}
	for try := 1; ; try++ {
		done, err := p.Up(ctx)
		n += len(done)
		if part, ok := errors.AsType[*goose.PartialError](err); ok {
			n += len(part.Applied)
		}
		switch e, ok := errors.AsType[*pq.Error](err); {
		case !ok || e.Code != "55P03":
			return n, err
		case try == lockTries:
			return n, fmt.Errorf("a transaction (a backup, a forgotten session) holds what is to be changed: %w", err)
		}
		select {
		case <-ctx.Done():
			return n, ctx.Err()
		case <-time.After(lockRest):
		}
	}
}
