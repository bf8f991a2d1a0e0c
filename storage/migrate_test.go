package storage_test

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"campaign/storage"
)

// room is a room of some files.
func room(files ...string) storage.Room {
	fs := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fs[files[i]] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + files[i+1])}
	}
	return storage.Room{Name: "attic", Files: fs}
}

func TestAMigrationThatMustWaitHoldsUpNobody(t *testing.T) {
	d := open(t)
	holds, letGo, held := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		held <- d.InTx(context.Background(), func(tx *storage.Tx) error {
			err := tx.Exec(context.Background(), `SELECT id FROM posts LIMIT 1`)
			close(holds)
			<-letGo
			return err
		})
	}()
	<-holds
	migrated := make(chan error, 1)
	go func() {
		n, err := d.Migrate(context.Background(), room("202601010000_more.sql", "ALTER TABLE posts ADD COLUMN more text;"))
		if err == nil && n != 1 {
			err = errors.New("it did not run once")
		}
		migrated <- err
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for waits := 0; waits == 0; <-tick.C {
		d.in(func(ctx context.Context, tx *storage.Tx) error {
			return tx.Get(ctx, &waits, `SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'posts'::regclass`)
		})
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error { // who comes behind it waits for an instant
		if err := tx.Exec(ctx, `SET LOCAL lock_timeout = '5s'`); err != nil {
			return err
		}
		return tx.Exec(ctx, `SELECT id FROM posts LIMIT 1`)
	})
	select {
	case err := <-migrated:
		t.Fatalf("it ended with %v while somebody held the table", err)
	default:
	}
	close(letGo)
	if err := errors.Join(<-held, <-migrated); err != nil {
		t.Fatal(err)
	}
}

func TestAProgramOlderThanTheSchemaRuns(t *testing.T) {
	d := open(t)
	first := []string{"202601010000_one.sql", "CREATE TABLE attic_one (id bigint);"}
	for _, c := range []struct {
		files []string
		want  int
	}{
		{append(first, "202601020000_two.sql", "CREATE TABLE attic_two (id bigint);"), 2},
		{first, 0},
	} {
		n, err := d.Migrate(t.Context(), room(c.files...))
		if err != nil || n != c.want {
			t.Errorf("%d files: %d have run (%v), want %d", len(c.files)/2, n, err, c.want)
		}
	}
}
