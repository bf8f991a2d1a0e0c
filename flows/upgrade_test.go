package flows_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
	"campaign/storage/storagetest"

	"github.com/lib/pq"
)

// release is the release before this one: its database, and what its program
// says to it. Both are replaced with each release.
const release = "../storage/testdata/release-20261125"

// patience is how long a statement of a program may wait for a lock while the
// schema is brought up to date.
const patience = time.Second

// traffic is the program of before at work: so many at once, until stopped.
type traffic struct {
	db       *sql.DB
	turns    [][]string // the statements of each transaction
	ctx      context.Context
	stop     context.CancelFunc
	all      sync.WaitGroup
	mu       sync.Mutex
	progress *sync.Cond
	rounds   int
	err      error
}

func start(t *testing.T, dsn string, programs int) *traffic {
	t.Helper()
	db, err := sql.Open("postgres", fmt.Sprintf("%s lock_timeout=%d", dsn, patience.Milliseconds()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	f := &traffic{db: db, turns: spoken(t), ctx: ctx, stop: stop}
	f.progress = sync.NewCond(&f.mu)
	for n := range programs {
		f.all.Go(func() { f.work(n) })
	}
	t.Cleanup(func() { f.end() })
	return f
}

// spoken reads the transactions of a release.
func spoken(t *testing.T) (turns [][]string) {
	t.Helper()
	text, err := os.ReadFile(release + "-statements.sql")
	if err != nil {
		t.Fatal(err)
	}
	for paragraph := range strings.SplitSeq(string(text), "\n\n") {
		code := regexp.MustCompile(`(?m)^--.*\n?`).ReplaceAllString(paragraph, "")
		var turn []string
		for s := range strings.SplitSeq(code, ";\n") {
			if s = strings.TrimSuffix(strings.TrimSpace(s), ";"); s != "" {
				turn = append(turn, s)
			}
		}
		if len(turn) > 0 {
			turns = append(turns, turn)
		}
	}
	return turns
}

// work says every transaction again and again.
func (f *traffic) work(program int) {
	for round := program; f.ctx.Err() == nil; round += 100 {
		for _, turn := range f.turns {
			if err := f.say(turn, round); err != nil {
				f.mu.Lock()
				f.err = errors.Join(f.err, err)
				f.mu.Unlock()
			}
		}
		f.mu.Lock()
		f.rounds++
		f.progress.Broadcast()
		f.mu.Unlock()
	}
}

// say is one transaction, again where Postgres asks for it, as the program does.
func (f *traffic) say(turn []string, n int) error {
	values := strings.NewReplacer(":n", strconv.Itoa(n), ":who", strconv.Itoa(1001+n%30), ":at", "timestamptz '2026-11-20 09:30+08'")
	for try := 1; ; try++ {
		err := f.once(turn, values)
		if e, ok := errors.AsType[*pq.Error](err); ok && (e.Code == "40001" || e.Code == "40P01") && try < 3 {
			continue
		}
		return err
	}
}

func (f *traffic) once(turn []string, values *strings.Replacer) error {
	tx, err := f.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, s := range turn {
		if _, err := tx.Exec(values.Replace(s)); err != nil {
			return fmt.Errorf("%.60s…: %w", s, err)
		}
	}
	return tx.Commit()
}

// goOn waits until so many more rounds are done.
func (f *traffic) goOn(rounds int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for to := f.rounds + rounds; f.rounds < to; {
		f.progress.Wait()
	}
}

// end stops, and returns what went wrong.
func (f *traffic) end() error {
	f.stop()
	f.all.Wait()
	f.db.Close()
	return f.err
}

// waits waits until somebody waits for a lock, or done is closed.
func waits(t *testing.T, db *sql.DB, done <-chan error) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		n := 0
		if err := db.QueryRow(`SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
		select {
		case err := <-done:
			t.Fatalf("the migration ended (%v) and waited for nobody", err)
		case <-tick.C:
		}
	}
}

func TestTheProgramOfBeforeGoesOnDuringAnUpgrade(t *testing.T) {
	dump, err := os.ReadFile(release + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	dsn := storagetest.New(t, string(dump), func(ctx context.Context, dsn string) error {
		db, err := sql.Open("postgres", dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.ExecContext(ctx, string(dump))
		return err
	})
	now := time.Date(2026, 11, 25, 20, 0, 0, 0, flowtest.Zone)
	db, err := storage.Open(t.Context(), storage.Config{DSN: dsn, Conns: 4, Now: func() time.Time { return now }, Zone: flowtest.Zone, Lang: campaign.Chinese})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	house := flow.New(flows.All)
	before := rowsOf(t, db)

	for table, n := range before {
		if n == 0 {
			t.Errorf("the release has nothing in %s: nobody would see it lost", table)
		}
	}
	old := start(t, dsn, 3)
	old.goOn(6)
	long, err := old.db.Begin() // somebody makes a backup, or has forgotten a session
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"posts", "accounts", "marks", "people", "checkin_scope", "sessions"} {
		if _, err := long.Exec("SELECT 1 FROM " + table + " LIMIT 1"); err != nil {
			t.Fatal(err)
		}
	}
	migrated := make(chan error, 1)
	go func() {
		n, err := db.Migrate(context.Background(), house.Rooms()...)
		if err == nil && n == 0 {
			err = errors.New("there was nothing to bring up to date")
		}
		migrated <- err
	}()
	waits(t, old.db, migrated)
	old.goOn(30)
	if err := long.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-migrated; err != nil {
		t.Fatalf("migrate: %v", err)
	}
	old.goOn(6) // a program older than the schema runs
	if err := old.end(); err != nil {
		t.Errorf("the program of before: %v", err)
	}

	after := rowsOf(t, db)
	for table, n := range before {
		grows := strings.Contains(" inbox contents posts audit marks expected timers sessions ", " "+table+" ")
		if after[table] < n || after[table] != n && !grows {
			t.Errorf("%d of %s came through, want %d", after[table], table, n)
		}
	}
	err = db.InTx(t.Context(), func(tx *storage.Tx) error {
		ctx := t.Context()
		rows, err := tx.Receive(ctx, []string{"tg:new"})
		if err != nil {
			return err
		}
		a, err := tx.Account(ctx, 1001, "x", campaign.Chinese)
		if err != nil {
			return err
		}
		_, err = house.Turn(ctx, tx, flow.Event{Cause: rows["tg:new"], At: now, Account: a, Chat: campaign.Chat{ID: 1001}, Command: "me"})
		return err
	})
	if err != nil {
		t.Errorf("the new program: %v", err)
	}
}

// rowsOf counts the rows of every table that was there before.
func rowsOf(t *testing.T, db *storage.DB) map[string]int {
	t.Helper()
	rows := map[string]int{}
	err := db.InTx(t.Context(), func(tx *storage.Tx) error {
		var tables []string
		if err := tx.Select(t.Context(), &tables, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'schema\_%'`); err != nil {
			return err
		}
		for _, table := range tables {
			n := 0
			if err := tx.Get(t.Context(), &n, "SELECT count(*) FROM "+pq.QuoteIdentifier(table)); err != nil {
				return err
			}
			rows[table] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
