package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

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

// Machine is the schema of this room, on which those of the flows stand.
func Machine() Room {
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return Room{"machine", files}
}

// Migrate brings the schema up to date, room after room, forward only. Several
// programs may do so at once: one works, the others wait for it. It returns how
// many files have run.
func (db *DB) Migrate(ctx context.Context, rooms ...Room) (int, error) {
	to, err := db.connector(patient)
	if err != nil {
		return 0, fmt.Errorf("storage: migrate: %w", err)
	}
	pool := sql.OpenDB(to)
	defer pool.Close()
	n := 0
	for _, r := range append([]Room{Machine()}, rooms...) {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return n, fmt.Errorf("storage: migrate %s: %w", r.Name, err)
		}
		p, err := goose.NewProvider(goose.DialectPostgres, pool, r.Files,
			goose.WithSessionLocker(locker), goose.WithTableName("schema_"+r.Name), goose.WithDisableGlobalRegistry(true))
		if err != nil {
			return n, fmt.Errorf("storage: migrate %s: %w", r.Name, err)
		}
		done, err := p.Up(ctx)
		n += len(done)
		if err != nil {
			return n, fmt.Errorf("storage: migrate %s: %w", r.Name, err)
		}
	}
	return n, nil
}
