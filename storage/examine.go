package storage

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
)

// A Server is what a database server says of itself, and of our part in it.
type Server struct {
	Version  string
	Number   int    // of the version: 150018
	Role     string // ours
	Creates  bool   // the role may make tables
	Fsync    bool
	Pages    bool   // full_page_writes
	Commit   string // synchronous_commit
	ReadOnly bool
	Clock    time.Time
}

// Server asks the server about itself.
func (tx *Tx) Server(ctx context.Context) (s Server, err error) {
	err = tx.Get(ctx, &s, `
		SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
		       current_user::text AS role, coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS creates,
		       current_setting('fsync')::boolean AS fsync, current_setting('full_page_writes')::boolean AS pages,
		       current_setting('synchronous_commit') AS commit, current_setting('transaction_read_only')::boolean AS readonly,
		       statement_timestamp() AS clock`)
	if err != nil {
		return s, fmt.Errorf("storage: ask the server about itself: %w", err)
	}
	return s, nil
}

// Behind counts the files of the rooms that have not run, and those that have
// run and are not known here: a newer program has been at work.
func (tx *Tx) Behind(ctx context.Context, rooms ...Room) (pending, unknown int, err error) {
	for _, r := range append([]Room{Machine()}, rooms...) {
		known, err := r.versions()
		if err != nil {
			return 0, 0, err
		}
		ran, err := tx.ran(ctx, "schema_"+r.Name)
		if err != nil {
			return 0, 0, fmt.Errorf("storage: look at the schema of %s: %w", r.Name, err)
		}
		for _, v := range known {
			if !slices.Contains(ran, v) {
				pending++
			}
		}
		for _, v := range ran {
			if !slices.Contains(known, v) {
				unknown++
			}
		}
	}
	return pending, unknown, nil
}

// ran lists the files that a table of versions knows to have run.
func (tx *Tx) ran(ctx context.Context, table string) (versions []int64, err error) {
	there := false
	if err := tx.Get(ctx, &there, `SELECT to_regclass($1) IS NOT NULL`, table); err != nil || !there {
		return nil, err
	}
	err = tx.Select(ctx, &versions, fmt.Sprintf(`SELECT version_id FROM %s WHERE is_applied AND version_id > 0`, pq.QuoteIdentifier(table)))
	return versions, err
}

// versions are the numbers that the files of a room begin with.
func (r Room) versions() (versions []int64, err error) {
	files, err := fs.Glob(r.Files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("storage: list the schema of %s: %w", r.Name, err)
	}
	for _, name := range files {
		number, _, _ := strings.Cut(name, "_")
		v, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("storage: list the schema of %s: %w", r.Name, err)
		}
		versions = append(versions, v)
	}
	return versions, nil
}

// An Office is how many of those who coordinate the campaign can be reached.
type Office struct {
	Members int    // of the whole roster
	Bound   int    // of the office, with an account
	Unbound string // the number of one without, or ""
}

// Office counts them.
func (tx *Tx) Office(ctx context.Context) (o Office, err error) {
	err = tx.Get(ctx, &o, `
		SELECT (SELECT count(*) FROM people WHERE active) AS members,
		       count(DISTINCT a.id) AS bound, coalesce(min(p.member_no) FILTER (WHERE a.id IS NULL), '') AS unbound
		FROM roles r JOIN people p ON p.id = r.person_id AND p.active LEFT JOIN accounts a ON a.person_id = p.id
		WHERE r.role = 'office'`)
	if err != nil {
		return o, fmt.Errorf("storage: count the office: %w", err)
	}
	return o, nil
}
