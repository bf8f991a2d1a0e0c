package flowtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
)

// A World is a settled district in a database of its own, and its clock.
type World struct {
	DB    *storage.DB
	House *flow.House
	Clock time.Time
	Now   func() time.Time // another clock than Clock, where one is set
	rules []rule
}

// A rule is a rule of the calendar with its times.
type rule struct {
	flow.Rule
	times cron.Schedule
}

// New makes a world for one test, in which seeds have run. Its house proves that
// every step is pure.
func New(t testing.TB, flows []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) *World {
	t.Helper()
	w := &World{House: flow.New(flows), Clock: Start}
	w.House.Public = "https://muster.example"
	w.House.Prove(same)
	for _, r := range w.House.Rules() {
		times, err := cron.ParseStandard(r.Spec)
		if err != nil {
			t.Fatalf("the rule %s: %v", r.Key(), err)
		}
		w.rules = append(w.rules, rule{r, times})
	}
	open := func(dsn string) (*storage.DB, error) {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, err
		}
		return storage.Open(t.Context(), storage.Config{DSN: dsn, Conns: 8, Now: w.now, Zone: zone, Lang: campaign.Chinese})
	}
	dsn := storagetest.New(t, fingerprint(t, w.House), func(ctx context.Context, dsn string) error {
		db, err := open(dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		if _, err = db.Migrate(ctx, w.House.Rooms()...); err != nil {
			return err
		}
		return db.InTx(ctx, func(tx *storage.Tx) error { return settle(ctx, tx) })
	})
	db, err := open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	w.DB = db
	t.Cleanup(func() {
		w.orphans(t)
		db.Close()
	})
	for _, seed := range append(seeds, w.begin) {
		w.In(t, seed)
	}
	return w
}

// orphans looks for what the two tables that check no foreign keys may not hold.
func (w *World) orphans(t testing.TB) {
	err := w.DB.InTx(context.Background(), func(tx *storage.Tx) error {
		n := 0
		err := tx.Get(context.Background(), &n, `
			SELECT count(*) FROM (SELECT activity_id, person_id, branch_id FROM marks UNION ALL SELECT activity_id, person_id, branch_id FROM expected) r
			WHERE NOT EXISTS (SELECT FROM activities a WHERE a.id = r.activity_id) OR NOT EXISTS (SELECT FROM people p WHERE p.id = r.person_id)
			   OR NOT EXISTS (SELECT FROM branches b WHERE b.id = r.branch_id)`)
		if n > 0 {
			t.Errorf("%d marks or expectations are of an activity, a person or a branch that is not there", n)
		}
		return err
	})
	if err != nil {
		t.Errorf("look for orphans: %v", err)
	}
}

// same compares what a step decided once and again.
func same(once, again any) error {
	moment := cmp.Comparer(func(a, b messages.Moment) bool { return time.Time(a).Equal(time.Time(b)) })
	if diff := cmp.Diff(once, again, moment, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		return fmt.Errorf("%T (-once +again):\n%s", once, diff)
	}
	return nil
}

// begin notes that the calendar has been looked at up to the start.
func (w *World) begin(ctx context.Context, tx *storage.Tx) error {
	for _, r := range w.rules {
		if _, err := tx.Ticked(ctx, r.Key()); err != nil {
			return err
		}
		if err := tx.Tick(ctx, r.Key(), tx.Now); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return w.Clock
}

// fingerprint stands for the schema and the district.
func fingerprint(t testing.TB, h *flow.House) string {
	var b bytes.Buffer
	fmt.Fprint(&b, people)
	for _, r := range append([]storage.Room{storage.Machine()}, h.Rooms()...) {
		err := fs.WalkDir(r.Files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(r.Files, path)
			b.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// In runs f in a transaction.
func (w *World) In(t testing.TB, f func(context.Context, *storage.Tx) error) {
	t.Helper()
	if err := w.DB.InTx(t.Context(), func(tx *storage.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// Next is the first instant at which something comes due by itself: a rule of
// the calendar, a timer, or a form that was left open for too long.
func (w *World) Next(ctx context.Context, tx *storage.Tx) (at time.Time, err error) {
	earlier := func(due time.Time) {
		if at.IsZero() || due.Before(at) {
			at = due
		}
	}
	ticked, err := ticks(ctx, tx)
	if err != nil {
		return at, err
	}
	for _, r := range w.rules {
		earlier(r.times.Next(ticked[r.Key()]))
	}
	due, err := tx.NextTimer(ctx)
	switch {
	case err == nil:
		earlier(due)
	case !errors.Is(err, storage.ErrNotFound):
		return at, err
	}
	var left []time.Time
	err = tx.Select(ctx, &left, `SELECT max(touched_at) FROM sessions GROUP BY account_id`)
	for _, touched := range left {
		earlier(touched.Add(flow.Forsaken + time.Microsecond)) // the clock of Postgres knows no less
	}
	return at, err
}

// ticks are the instants up to which the calendar has been looked at.
func ticks(ctx context.Context, tx *storage.Tx) (map[string]time.Time, error) {
	var rows []struct {
		Rule string
		At   time.Time
	}
	err := tx.Select(ctx, &rows, `SELECT rule, at FROM ticks`)
	at := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		at[r.Rule] = r.At.In(tx.Zone())
	}
	return at, err
}

// Audit returns what entered the audit after the line since, and the newest line.
func (w *World) Audit(ctx context.Context, tx *storage.Tx, since int64) (lines []Audited, last int64, err error) {
	var rows []struct {
		ID                  int64
		Flow, Effect, About string
	}
	err = tx.Select(ctx, &rows, `SELECT id, flow, effect, about FROM audit WHERE id > $1 ORDER BY id`, since)
	last = since
	for _, r := range rows {
		last = r.ID
		lines = append(lines, Audited(r.Flow+"."+r.Effect+" "+r.About))
	}
	return lines, last, err
}

// Button is a press on the newest button of a label in an account's chat.
func (w *World) Button(t testing.TB, a campaign.AccountID, label string) (e flow.Event) {
	t.Helper()
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var ids []int64
		if err := tx.Select(ctx, &ids, `SELECT content_id FROM posts WHERE chat_id = $1 ORDER BY content_id DESC`, a); err != nil {
			return err
		}
		for _, id := range ids {
			content, err := tx.Content(ctx, id)
			if err != nil {
				return err
			}
			n := 0
			for _, row := range content.Message.Keys {
				for _, k := range row {
					if string(k.Label.Say) == label && e.Press == nil {
						e.Press = &flow.Press{Content: content, Key: n}
					}
					n++
				}
			}
		}
		return nil
	})
	if e.Press == nil {
		t.Fatalf("nobody showed %q to %d", label, a)
	}
	return e
}
