package main

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"campaign"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"
)

// The long forms are in docs/tests.md.
var (
	outage = flag.Duration("outage", 3*time.Second, "for how long the database is away in the tests of outages")
	crowd  = flag.Int("crowd", 60, "how many members check in, in the tests of outages and replicas")
)

// A throng is an activity to which everybody checks in with the button of their
// card, on programs that something happens to meanwhile.
type throng struct {
	t      *testing.T
	dsn    string // for programs
	db     *storage.DB
	phones *simulator.Server
	api    string
	people int
}

// earliest is the account of the first member of a throng.
const earliest = 1_000_000

// newThrong brings the members into the database and to their phones.
func newThrong(t *testing.T, dsn string) *throng {
	t.Helper()
	r := &throng{t: t, dsn: dsn, people: *crowd}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	if r.db, err = storage.Open(t.Context(), storage.Config{DSN: dsn, Conns: 8, Now: time.Now, Zone: zone, Lang: campaign.Chinese}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.db.Close() })
	if _, err := r.db.Migrate(t.Context(), flow.New(flows.All).Rooms()...); err != nil {
		t.Fatal(err)
	}
	if r.phones, err = simulator.New(simulator.Options{Token: "123456:simulated", AnswerWithin: 2 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r.phones.Handler())
	t.Cleanup(func() {
		r.phones.Close()
		server.Close()
	})
	r.api = server.URL
	var users []simulator.User
	for n := range r.people {
		users = append(users, simulator.User{ID: int64(earliest + n), FirstName: "U", LanguageCode: "zh-hans", Started: true})
	}
	r.phones.AddUsers(users)
	r.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []string{
			`INSERT INTO units (name, batch) VALUES ('单位', 1)`,
			`INSERT INTO branches (unit_id, name) VALUES (1, '支部')`,
			fmt.Sprintf(`INSERT INTO people (member_no, name, branch_id) SELECT 'S' || n, '成员', 1 FROM generate_series(0, %d) n ORDER BY n`, r.people-1),
			fmt.Sprintf(`INSERT INTO accounts (id, person_id, lang, seen_at, menu_at) SELECT %d + substr(member_no, 2)::bigint, id, 'zh', '2026-11-01', '2026-11-01' FROM people`, earliest),
		} {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		now := tx.Now
		err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			VALUES ('A-1', '全体会', 'mobilisation', 'all', $1, $2, $3, $2, $2, true, 'button')`, now, now.Add(6*time.Hour), now.Add(-time.Minute))
		if err != nil {
			return err
		}
		tick := fmt.Sprintf(`{"Rule":"minute","Due":%q}`, now.Format(time.RFC3339))
		return tx.Promise(ctx, []storage.Timer{{Due: now, Address: messages.Address{Flow: "checkin", Handler: "minute", About: tick}}})
	})
	return r
}

// in runs f in a transaction, however long the database is away.
func (r *throng) in(f func(context.Context, *storage.Tx) error) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.t.Context()), 2*time.Minute)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err := r.db.InTx(ctx, func(tx *storage.Tx) error { return f(ctx, tx) })
		if err == nil {
			return
		}
		if !storage.Lost(err) || ctx.Err() != nil {
			r.t.Fatal(err)
		}
		<-again.C
	}
}

func (r *throng) count(query string, args ...any) (n int) {
	r.t.Helper()
	r.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	return n
}

// reaches waits until a count is as it should be.
func (r *throng) reaches(want int, query string, args ...any) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 4*time.Minute)
	defer cancel()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		got := r.count(query, args...)
		if got == want {
			return
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			r.t.Fatalf("%s\ncounts %d, want %d", query, got, want)
		}
	}
}

// A replica is one "muster run" of several.
type replica struct {
	name string
	cmd  *exec.Cmd
	said *log
	dead chan struct{}
}

// replica starts a program on the database of a connection string.
func (r *throng) replica(name, dsn string, args ...string) *replica {
	r.t.Helper()
	env := []string{"MUSTER_DATABASE_URL=" + dsn + " connect_timeout=2 application_name=" + name, "MUSTER_TELEGRAM_TOKEN=123456:simulated", "MUSTER_TELEGRAM_API=" + r.api, "MUSTER_LOG=json"}
	if !strings.Contains(strings.Join(args, " "), "--listen") {
		args = append(args, "--listen", free(r.t))
	}
	cmd, err := program(context.Background(), env, append([]string{"run"}, args...)...)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &replica{name: name, cmd: cmd, said: &log{}, dead: make(chan struct{})}
	cmd.Stderr = p.said
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // how it ended is read from its state
		close(p.dead)
	}()
	r.t.Cleanup(func() {
		p.kill()
		if r.t.Failed() {
			r.t.Logf("%s said:\n%s", name, tail(p.said.String()))
		}
	})
	return p
}

// tail is the end of what a program said.
func tail(s string) string { return s[max(0, len(s)-4000):] }

func (p *replica) kill() {
	_ = p.cmd.Process.Kill() // it may be dead already
	<-p.dead
}

// stop stops a program in order.
func (r *throng) stop(ps ...*replica) {
	r.t.Helper()
	for _, p := range ps {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		<-p.dead
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			r.t.Errorf("%s ends with %d:\n%s", p.name, code, tail(p.said.String()))
		}
	}
}

// press has a member press the button of their card until they are answered; it
// reports what the answer was.
func (r *throng) press(n int) (said string) {
	who := int64(earliest + n)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.t.Context()), 4*time.Minute)
	defer cancel()
	soon, cancelSoon := context.WithTimeout(ctx, 45*time.Second)
	defer cancelSoon()
	card, err := r.phones.Await(soon, who, who, func(m simulator.Message) bool { _, _, ok := m.Button("签到"); return ok })
	if err != nil { // it is unsure whether they have one: they say the word
		if _, err := r.phones.Say(who, who, "签到"); err != nil {
			r.t.Error(err)
		}
		return ""
	}
	for ctx.Err() == nil {
		row, col, ok := card.Button("签到")
		if !ok {
			return "" // it is a receipt
		}
		a, err := r.phones.Press(ctx, who, who, card.MessageID, row, col)
		if err != nil {
			return "" // the card has become a receipt
		}
		if a != nil && a.Text != "" && !strings.HasPrefix(a.Text, "请稍候") {
			return a.Text
		}
	}
	return ""
}

// runs has everybody press while something happens, and looks at what came of it:
// whoever was told that they are in is in, everybody is in once, everybody has one
// card.
func (r *throng) runs(happens func()) {
	r.t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	told := map[int]string{}
	some := make(chan struct{})
	for n := range r.people {
		all.Go(func() {
			said := r.press(n)
			mu.Lock()
			defer mu.Unlock()
			told[n] = said
			if len(told) == r.people/6 {
				close(some)
			}
		})
	}
	<-some
	happens()
	all.Wait()
	if err := r.phones.Idle(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.reaches(r.people, `SELECT count(*) FROM marks`)
	r.reaches(0, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
	r.reaches(0, `SELECT count(*) FROM posts WHERE state IN ('queued', 'sending')`)
	answered := 0
	for n, said := range told {
		switch {
		case strings.HasPrefix(said, "签到成功"), strings.HasPrefix(said, "您已于"):
			answered++
			if r.count(`SELECT count(*) FROM marks m JOIN people p ON p.id = m.person_id WHERE p.member_no = 'S' || $1`, fmt.Sprint(n)) != 1 {
				r.t.Errorf("S%d was told %q and is not in", n, said)
			}
		case said != "":
			r.t.Errorf("S%d was told %q", n, said)
		}
		who := int64(earliest + n)
		messages, err := r.phones.Messages(who, who)
		if err != nil {
			r.t.Fatal(err)
		}
		cards := 0
		for _, m := range messages {
			if strings.Contains(m.Text, "全体会") {
				cards++
			}
		}
		if cards != 1 && r.count(`SELECT count(*) FROM posts WHERE chat_id = $1 AND state = 'unsure'`, who) == 0 {
			r.t.Errorf("S%d has %d cards, and none is unsure", n, cards)
		}
	}
	for what, got := range map[string]int{
		"arrivals": r.count(`SELECT count(*) FROM audit WHERE effect = 'arrived'`),
		"parked":   r.people + r.count(`SELECT count(*) FROM inbox WHERE state = 'parked'`),
	} {
		if got != r.people {
			r.t.Errorf("%s: %d, want one for each of %d", what, got, r.people)
		}
	}
	r.t.Logf("%d of %d were answered by their press; %d messages are unsure", answered, r.people, r.count(`SELECT count(*) FROM posts WHERE state = 'unsure'`))
}

// goneFor is how long an outage lasts.
func goneFor() {
	t := time.NewTimer(*outage)
	defer t.Stop()
	<-t.C
}

func TestTheDatabaseGoesAwayInARush(t *testing.T) {
	for name, goes := range map[string]func(*cluster){
		"it restarts at once": func(c *cluster) {
			c.signal(syscall.SIGQUIT)
			c.start()
		},
		"it is killed, and away for a while": func(c *cluster) {
			c.signal(syscall.SIGKILL)
			goneFor()
			c.start()
		},
		"it ends all connections": func(c *cluster) {
			for range 5 {
				c.do(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alone'`)
			}
		},
		"it takes nobody in for a while": func(c *cluster) {
			c.do(`ALTER DATABASE muster ALLOW_CONNECTIONS false`)
			c.do(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alone'`)
			goneFor()
			c.do(`ALTER DATABASE muster ALLOW_CONNECTIONS true`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, nil)
			r := newThrong(t, c.dsn())
			p := r.replica("alone", c.dsn())
			r.runs(func() { goes(c) })
			r.stop(p)
		})
	}
}

// A program wants more connections than this server has: it makes do.
func TestADatabaseWithoutAConnectionToSpareIsWaitedFor(t *testing.T) {
	t.Parallel()
	c := newCluster(t, map[string]string{"max_connections": "12"})
	r := newThrong(t, c.dsn())
	p := r.replica("alone", c.dsn())
	taken := make(chan struct{})
	var others sync.WaitGroup
	r.runs(func() {
		c.do(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alone'`)
		for range 24 { // those that find a place keep it
			others.Go(func() {
				_ = storagetest.Do(t.Context(), c.server.DSN("postgres"), fmt.Sprintf(`SELECT pg_sleep(%f)`, outage.Seconds()))
			})
		}
		go func() {
			others.Wait()
			close(taken)
		}()
	})
	<-taken
	if !strings.Contains(p.said.String(), "too many") && !strings.Contains(p.said.String(), "53300") {
		t.Errorf("it was never short of connections:\n%s", tail(p.said.String()))
	}
	r.stop(p)
}

func TestAPromotedStandbyGoesOnWithEverythingThatWasAnswered(t *testing.T) {
	t.Parallel()
	primary := newCluster(t, nil)
	standby := primary.standby()
	r := newThrong(t, either(primary, standby))
	p := r.replica("alone", r.dsn)
	r.runs(func() {
		primary.signal(syscall.SIGKILL)
		goneFor()
		standby.do(`SELECT pg_promote()`)
	})
	r.stop(p)
}

func TestAProgramThatStartsBeforeItsDatabaseWaitsForIt(t *testing.T) {
	t.Parallel()
	c := newCluster(t, nil)
	r := newThrong(t, c.dsn())
	c.signal(syscall.SIGQUIT)
	p := r.replica("early", c.dsn())
	waits := time.NewTicker(20 * time.Millisecond)
	defer waits.Stop()
	for !strings.Contains(p.said.String(), "the database is not there; it is waited for") {
		select {
		case <-waits.C:
		case <-p.dead:
			t.Fatalf("it ended:\n%s", p.said.String())
		}
	}
	c.start()
	r.runs(func() {})
	r.stop(p)
}

func TestADatabaseThatWillNotHaveUsEndsTheProgramWithOneLine(t *testing.T) {
	t.Parallel()
	c := newCluster(t, nil)
	env := []string{"MUSTER_TELEGRAM_TOKEN=123456:AAAAAAAAAAAA", "MUSTER_LOG_LEVEL=error", "MUSTER_LISTEN=" + free(t)}
	for what, dsn := range map[string]string{"no such database": c.server.DSN("nowhere"), "no such user": c.dsn() + " user=nobody"} {
		got := muster(t, append(env, "MUSTER_DATABASE_URL="+dsn), "run")
		if got.code == 0 || strings.Count(got.err, "\n") != 1 || !strings.HasPrefix(got.err, "muster: MUSTER_DATABASE_URL: ") {
			t.Errorf("%s: got %+v, want one line that names the setting", what, got)
		}
	}
}
