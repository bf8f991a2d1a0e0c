package storagetest

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/lib/pq"
)

func TestMain(m *testing.M) { Main(m) }

func migrate(ctx context.Context, dsn string) error {
	db, err := open(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `CREATE TABLE mark (n bigint NOT NULL)`)
	return err
}

func open(dsn string) (*sql.DB, error) {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(c), nil
}

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			db, err := open(New(t, "mark 1", migrate))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			var marks int
			err = db.QueryRow(`WITH made AS (INSERT INTO mark (n) VALUES (1) RETURNING n) SELECT count(*) FROM made`).Scan(&marks)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.QueryRow(`SELECT count(*) FROM mark`).Scan(&marks); err != nil {
				t.Fatal(err)
			}
			if marks != 1 {
				t.Errorf("marks: got %d, want 1", marks)
			}
		})
	}
}
