package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/storage"
	"campaign/storage/embedded"
)

// A rush is a district of one branch whose members are about to be sent the
// card of an activity, and a Telegram for their phones.
type rush struct {
	t       *testing.T
	data    string // the folder of the program's own Postgres
	phones  *simulator.Server
	api     string
	members int64 // whose accounts are 1, 2, 3, …
}

func gather(t *testing.T, members int) *rush {
	t.Helper()
	phones, err := simulator.New(simulator.Options{Token: "123456:simulated", BotUsername: "district_bot", RoundTrip: 20 * time.Millisecond, AnswerWithin: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(phones.Handler())
	t.Cleanup(func() {
		phones.Close()
		server.Close()
	})
	r := &rush{t: t, data: place(t), phones: phones, api: server.URL, members: int64(members)}
	people := sheet.Table{Header: []string{"member_no", "name", "unit", "branch", "batch"}}
	for n := range members {
		phones.AddUsers([]simulator.User{{ID: int64(n) + 1, FirstName: "somebody", LanguageCode: "zh", Started: true}})
		people.Rows = append(people.Rows, sheet.Row{Line: n + 2, Cells: []string{fmt.Sprintf("D%05d", n+1), "王芳", "区教育局", "第一支部", "1"}})
	}
	at := func(d time.Duration) string { return time.Now().In(beijing(t)).Add(d).Format("2006-01-02 15:04") }
	meetings := sheet.Table{Header: []string{"activity_no", "title", "kind", "scope", "starts", "ends", "required", "method"},
		Rows: []sheet.Row{{Line: 2, Cells: []string{"A-1", "集中学习", "study", "all", at(10 * time.Minute), at(3 * time.Hour), "yes", "button"}}}}
	r.in(func(ctx context.Context, db *storage.DB, house *flow.House) error {
		if _, err := db.Migrate(ctx, house.Rooms()...); err != nil {
			return err
		}
		for _, file := range []struct {
			what  string
			table sheet.Table
		}{{"roster", people}, {"activities", meetings}} {
			report, err := take(ctx, db, house, file.what, flow.Incoming{Table: file.table}, campaign.English, false)
			if err != nil || len(report.Faults) > 0 {
				return fmt.Errorf("import %s: %v, %v", file.what, report.Faults, err)
			}
		}
		return db.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Exec(ctx, `INSERT INTO accounts (id, person_id, lang, seen_at) SELECT substr(member_no, 2)::bigint, id, 'zh', $1 FROM people`, tx.Now)
		})
	})
	return r
}

func beijing(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// in works on the database, which is started where the program does not run.
func (r *rush) in(f func(context.Context, *storage.DB, *flow.House) error) {
	r.t.Helper()
	server, err := embedded.Start(r.t.Context(), embedded.Options{Dir: filepath.Join(r.data, "postgres"), Offline: true})
	if err != nil {
		r.t.Fatal(err)
	}
	defer server.Stop()
	if err := server.CreateDatabase(r.t.Context(), "muster"); err != nil {
		r.t.Fatal(err)
	}
	db, err := storage.Open(r.t.Context(), storage.Config{DSN: server.DSN("muster"), Conns: 2, Now: time.Now, Zone: beijing(r.t), Lang: campaign.Chinese})
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	house := flow.New(flows.All)
	if err := f(r.t.Context(), db, house); err != nil {
		r.t.Fatal(err)
	}
}

// count asks the database of a program that does not run.
func (r *rush) count(query string, args ...any) (n int) {
	r.t.Helper()
	r.in(func(ctx context.Context, db *storage.DB, _ *flow.House) error {
		return db.InTx(ctx, func(tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	})
	return n
}

// begins starts the program, and returns where it is served and what stops it.
func (r *rush) begins() (url string, stop func() result) {
	r.t.Helper()
	listen := free(r.t)
	return "http://" + listen, serve(r.t, []string{"MUSTER_DATA=" + r.data}, r.api, "--listen", listen)
}

// until waits for something that takes its time.
func (r *rush) until(what string, is func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			r.t.Fatalf("it never came about that %s", what)
		}
	}
}

// cards lists those who have been sent the card, and fails where somebody has
// been sent two.
func (r *rush) cards() (ids []int64) {
	r.t.Helper()
	for id := range r.members {
		all, err := r.phones.Messages(id+1, id+1)
		if err != nil {
			r.t.Fatal(err)
		}
		has := 0
		for _, m := range all {
			if strings.Contains(m.Text, "集中学习") {
				has++
			}
		}
		if has > 1 {
			r.t.Errorf("%d has %d cards", id+1, has)
		}
		if has > 0 {
			ids = append(ids, id+1)
		}
	}
	return ids
}

// Told to stop while cards go out and members press, the program ends in time
// and in order; the next one does the rest, and nothing twice.
func TestAProgramStoppedInARushLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	r := gather(t, 150)
	_, stop := r.begins()
	r.until("some have the card", func() bool { return len(r.cards()) >= 40 })

	var presses sync.WaitGroup
	var mu sync.Mutex
	answers := map[int64]string{}
	press := func(id int64) {
		presses.Go(func() {
			a, err := r.phones.PressByLabel(t.Context(), id, id, "签到")
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%d cannot press: %v", id, err)
			} else if a != nil {
				answers[id] = a.Text
			}
		})
	}
	answered := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(answers)
	}
	pressing := r.cards()
	for _, id := range pressing {
		press(id)
	}
	r.until("somebody is answered", func() bool { return answered() > 0 })
	slow := r.phones.Fail(simulator.Fault{Method: "sendMessage", Delay: time.Second, Times: 20})
	r.until("sends are on their way", func() bool { return slow.Count() >= 5 })
	if end := stop(); end.code != 0 || strings.Contains(end.err, "did not stop in time") {
		t.Errorf("it ended with %d:\n%s", end.code, end.err)
	}
	mu.Lock()
	confirmed := len(answers)
	mu.Unlock()
	if n := r.count(`SELECT count(*) FROM marks`); n < confirmed {
		t.Errorf("%d were answered and only %d are marked", confirmed, n)
	}
	if n := r.count(`SELECT count(*) FROM posts WHERE state IN ('sending', 'unsure', 'refused')`); n != 0 {
		t.Errorf("%d messages were left on their way or unsure", n)
	}
	if n := r.count(`SELECT count(*) FROM posts WHERE state = 'queued' AND message_id IS NULL`); n == 0 {
		t.Fatal("all had been sent before it stopped: nothing is proven")
	}

	_, stop = r.begins()
	r.until("all have the card", func() bool { return len(r.cards()) == int(r.members) })
	presses.Wait()
	if err := r.phones.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if end := stop(); end.code != 0 {
		t.Errorf("it ended with %d:\n%s", end.code, end.err)
	}
	if n := r.count(`SELECT count(*) FROM marks`); n != len(pressing) {
		t.Errorf("%d are marked, want the %d who pressed", n, len(pressing))
	}
	for id, said := range answers {
		if !strings.HasPrefix(said, "签到成功") && !strings.HasPrefix(said, "您已于") {
			t.Errorf("%d was answered %q", id, said)
		}
	}
}

// While Telegram hangs a program that is told to stop says so at /readyz, hangs
// up in time, and notes what may have arrived.
func TestAProgramStopsInTimeWhileTelegramHangs(t *testing.T) {
	t.Parallel()
	r := gather(t, 90)
	url, stop := r.begins()
	r.until("it is ready", func() bool { code, _ := get(t, url+"/readyz"); return code == 200 })
	r.until("some have the card", func() bool { return len(r.cards()) >= 10 })
	sends := r.phones.Fail(simulator.Fault{Method: "sendMessage", Delay: time.Hour, Times: -1})
	answers := r.phones.Fail(simulator.Fault{Method: "answerCallbackQuery", Delay: time.Hour, Times: -1})
	pressing := r.cards()[:10]
	for range 20 { // more presses than are answered at once; each member is among the first
		for _, id := range pressing {
			m, _ := r.phones.LastMessage(id, id)
			if _, err := r.phones.PressData(id, id, m.MessageID, m.ReplyMarkup.Rows[0][0].CallbackData); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.until("sends and answers are on their way", func() bool { return sends.Count() >= 10 && answers.Count() > 100 })
	ended := make(chan result, 1)
	go func() { ended <- stop() }()
	r.until("it is not ready", func() bool {
		code, said := get(t, url+"/readyz")
		return code == 503 && strings.HasPrefix(said, "stopping")
	})
	if code, _ := get(t, url+"/healthz"); code != 200 {
		t.Errorf("/healthz: %d while it finishes", code)
	}
	if end := <-ended; end.code != 0 {
		t.Errorf("it ended with %d:\n%s", end.code, end.err)
	}
	if n := r.count(`SELECT count(*) FROM marks`); n != len(pressing) {
		t.Errorf("%d are marked, want the %d who pressed", n, len(pressing))
	}
	if n := r.count(`SELECT count(*) FROM posts WHERE state = 'sending'`); n != 0 {
		t.Errorf("%d messages are left on their way", n)
	}
	cards := len(r.cards())
	unsure := r.count(`SELECT count(*) FROM posts WHERE message_id IS NULL AND state = 'unsure' AND cause <> ''`)
	queued := r.count(`SELECT count(*) FROM posts WHERE message_id IS NULL AND state = 'queued'`)
	if unsure < 10 || cards+unsure+queued != int(r.members) {
		t.Errorf("%d have the card, %d cards are unsure and %d are to be sent, want %d in all", cards, unsure, queued, r.members)
	}
}
