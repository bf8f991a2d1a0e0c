// Package speed measures Muster as a whole program, beside what the same machine
// could do at best in the same minute: a lean Bot API over HTTP on one side, a
// Postgres with fsync on the other. It holds no code of Muster. The figures, and
// the commands that give them, are in docs/performance.md.
package speed

import (
	"database/sql"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	members = flag.Int("members", 18_400, "how many members the district of the benchmarks has")
	seconds = flag.Int("limit-seconds", 3, "how long pgbench runs for each number of clients")
	dearest = flag.Int("statements", 0, "how many of the dearest statements of Postgres are told; 0 does not count them")
	profile = flag.String("profile", "", "a folder into which profiles of Muster's processor time are written")
)

const (
	firstUpdate = 700_000_000
	firstMember = 100_000_000 // the account of the first
	branches    = 1_000
)

// A district is a database with members, their accounts and groups, and an
// activity that is open, and the program beside it.
type district struct {
	*machine
	db      *sql.DB
	program string
	updates int // that Telegram has had for the bot
}

func newDistrict(tb testing.TB, m *machine) *district {
	tb.Helper()
	d := &district{machine: m, db: m.open(tb, "muster"), program: m.build(tb, "campaign/cmd/muster")}
	p := m.start(tb, d.program, d.env(""), "migrate")
	if err := p.Wait(); err != nil {
		tb.Fatalf("migrate: %v\n%s", err, p.log())
	}
	exec1(tb, d.db, `INSERT INTO units (name, batch) SELECT 'unit ' || n, 1 FROM generate_series(1, 50) n ORDER BY n`)
	exec1(tb, d.db, `INSERT INTO branches (unit_id, name) SELECT 1 + n % 50, 'branch ' || n FROM generate_series(0, $1::int - 1) n ORDER BY n`, branches)
	exec1(tb, d.db, `INSERT INTO people (member_no, name, branch_id) SELECT 'D' || n, '党员' || n, 1 + n % $2::int FROM generate_series(0, $1::int - 1) n ORDER BY n`, *members, branches)
	exec1(tb, d.db, `INSERT INTO accounts (id, person_id, lang, menu_at, seen_at) SELECT $1::bigint + substr(member_no, 2)::bigint, id, 'zh', clock_timestamp(), clock_timestamp() FROM people`, firstMember)
	exec1(tb, d.db, `INSERT INTO chats (id, branch_id, seen_at) SELECT -1000000000 - id, id, clock_timestamp() FROM branches`)
	exec1(tb, d.db, `VACUUM ANALYZE`)
	return d
}

func (d *district) env(api string) []string {
	return []string{"MUSTER_DATABASE_URL=" + d.pg.DSN("muster"), "MUSTER_TELEGRAM_TOKEN=1000001:simulated", "MUSTER_TELEGRAM_API=" + api, "MUSTER_LISTEN=127.0.0.1:0"}
}

// open makes an activity for everybody that is open for check-in, and returns
// its number.
func (d *district) activity(tb testing.TB) (id int64) {
	tb.Helper()
	err := d.db.QueryRow(`
		INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
		SELECT 'A-2026-' || coalesce(max(id), 0) + 1, '全区集中学习', 'study', 'all', now.t + interval '1 hour', now.t + interval '3 hours', now.t - interval '2 minutes', now.t + interval '70 minutes', now.t + interval '3 hours', true, 'button'
		FROM clock_timestamp() AS now (t) LEFT JOIN activities ON true GROUP BY now.t RETURNING id`).Scan(&id)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// ready has the program open an activity, tells it that all cards have arrived,
// and loads the press of every member on theirs.
func (d *district) ready(tb testing.TB, t *telegram) {
	tb.Helper()
	exec1(tb, d.db, `UPDATE activities SET cancelled = true`)
	exec1(tb, d.db, `DELETE FROM timers`)
	id := d.activity(tb)
	exec1(tb, d.db, `DELETE FROM ticks`)
	p := d.start(tb, d.program, d.env(newTelegram(tb, 0).address), "run")
	card := fmt.Sprintf("checkin/%d", id)
	for deadline := time.Now().Add(time.Minute); ; {
		var n int
		if err := d.db.QueryRow(`SELECT count(*) FROM posts WHERE name = $1`, card).Scan(&n); err != nil {
			tb.Fatal(err)
		}
		if n == *members+branches {
			break
		}
		if time.Now().After(deadline) {
			tb.Fatalf("%d cards were posted, want %d\n%s", n, *members+branches, p.log())
		}
		<-time.After(20 * time.Millisecond)
	}
	p.stop()
	exec1(tb, d.db, `UPDATE posts SET state = 'sent', message_id = id`)
	exec1(tb, d.db, `VACUUM ANALYZE`)
	var content int64
	var text string
	err := d.db.QueryRow(`SELECT p.content_id, c.message FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.name = $1 AND p.chat_id > 0 LIMIT 1`, card).Scan(&content, &text)
	if err != nil {
		tb.Fatal(err)
	}
	t.load(presses(content, d.updates))
	t.offset = firstUpdate + int64(d.updates)
	d.updates += *members
}

// presses are every member's press on a card, as Telegram tells of them.
func presses(content int64, before int) (bodies [][]byte, queries []string) {
	data := strings.ToLower(fmt.Sprintf("%s.0", base36(content)))
	for n := range *members {
		user, query := firstMember+n, fmt.Sprintf("%d", 4_000_000_000_000_000_000+int64(before+n)*7919)
		queries = append(queries, query)
		bodies = append(bodies, fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%s","from":{"id":%d,"is_bot":false,"first_name":"党员%d","username":"member_%d","language_code":"zh-hans"},`+
			`"message":{"message_id":%d,"from":{"id":1000001,"is_bot":true,"first_name":"Muster","username":"muster_bot"},"chat":{"id":%d,"first_name":"党员%d","username":"member_%d","type":"private"},"date":1796000000,`+
			`"text":"全区集中学习\n集中学习 · 12月1日 周二 14:00–16:00\n签到时间：13:30–16:00，14:10 起为迟到\n\n发送 /checkin 或“签到”效果相同","entities":[{"offset":0,"length":6,"type":"bold"},{"offset":60,"length":8,"type":"bot_command"}],`+
			`"reply_markup":{"inline_keyboard":[[{"text":"签到","callback_data":"%s"}]]}},"chat_instance":"-%d","data":"%s"}}`,
			firstUpdate+before+n, query, user, n, n, 5_000+n, user, n, n, data, 1_000_000_000_000+n, data))
	}
	return bodies, queries
}

func base36(n int64) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
	var b []byte
	for ; n > 0; n /= 36 {
		b = append(b, digits[n%36])
	}
	slices.Reverse(b)
	return string(b)
}

// A rush is how a program is driven: how many presses a second, or all at once.
type rush struct {
	telegram *telegram
	rate     int // offered a second; 0 is all at once
	hook     bool
}

// A result is what became of a rush.
type result struct {
	rate     float64 // answered a second
	p50, p99 time.Duration
	program  time.Duration // of processor, for each press
	postgres time.Duration
	peak     float64 // MB
	conns    float64 // new connections for 1,000 answers
}

// drive lets the presses loose on a program and waits until all are answered.
func (m *machine) drive(tb testing.TB, p *process, r rush) result {
	tb.Helper()
	t := r.telegram
	n := len(t.byQuery)
	conns, own, pg := t.conns.Load(), spent(p.Process.Pid), m.spent()
	defer p.look(tb, 3)()
	begun := time.Now()
	if r.hook {
		t.push(tb)
	}
	go func() {
		if r.rate == 0 {
			t.release(n)
			return
		}
		for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
			want := min(n, int(time.Since(begun).Seconds()*float64(r.rate)))
			if want > t.released {
				t.release(want - t.released)
			}
			if want == n {
				return
			}
		}
	}()
	select {
	case <-t.done:
	case <-time.After(5 * time.Minute):
		tb.Fatalf("%d of %d presses were answered\n%s", t.given.Load(), n, p.log())
	}
	res := result{program: (spent(p.Process.Pid) - own) / time.Duration(n), postgres: (m.spent() - pg) / time.Duration(n), peak: p.peak(),
		conns: float64(t.conns.Load()-conns) / float64(n) * 1000}
	t.mu.Lock()
	defer t.mu.Unlock()
	var waits []time.Duration
	var last time.Time
	for _, u := range t.updates {
		if u.again > 0 {
			tb.Errorf("a press was answered %d times", u.again+1)
		}
		waits = append(waits, u.answered.Sub(u.there))
		if u.answered.After(last) {
			last = u.answered
		}
	}
	slices.Sort(waits)
	res.rate = float64(n) / last.Sub(t.updates[0].there).Seconds()
	res.p50, res.p99 = waits[n/2], waits[n*99/100]
	return res
}

func (r result) report(b *testing.B, limit float64) {
	b.ReportMetric(r.rate, "presses/s")
	b.ReportMetric(limit, "limit/s")
	b.ReportMetric(r.rate/limit, "ratio")
	b.ReportMetric(float64(r.p50.Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(r.p99.Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(r.program.Microseconds()), "µs-program")
	b.ReportMetric(float64(r.postgres.Microseconds()), "µs-postgres")
	b.ReportMetric(r.peak, "MB-peak")
	b.ReportMetric(r.conns, "conns/1000")
	b.ReportMetric(0, "ns/op")
}

// run starts Muster for a rush.
func (d *district) run(tb testing.TB, r rush) *process {
	tb.Helper()
	listen := free(tb)
	args := []string{"run", "--listen", listen}
	if r.hook {
		args = append(args, "--webhook-url", "http://"+listen+"/hook", "--webhook-secret", "speed")
	}
	p := d.start(tb, d.program, d.env(r.telegram.address), args...)
	p.listen = listen
	if r.hook {
		<-r.telegram.hooked
	}
	<-time.After(1500 * time.Millisecond) // it has begun to poll, and has opened what it opens
	return p
}

// free is an address of this machine on which nobody listens.
func free(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// look writes a profile of a program while it is driven, if that was asked for.
func (p *process) look(tb testing.TB, seconds int) (done func()) {
	if *profile == "" || p.listen == "" {
		return func() {}
	}
	ended := make(chan error, 1)
	go func() {
		res, err := http.Get(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.listen, seconds))
		if err == nil {
			defer res.Body.Close()
			var b []byte
			if b, err = io.ReadAll(res.Body); err == nil {
				err = os.WriteFile(filepath.Join(*profile, strings.ReplaceAll(tb.Name(), "/", "-")+".pprof"), b, 0o644)
			}
		}
		ended <- err
	}()
	return func() {
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	}
}

// checked sees that every member is marked once, in the database.
func (d *district) checked(tb testing.TB) {
	tb.Helper()
	var n int
	if err := d.db.QueryRow(`SELECT count(*) FROM marks m JOIN activities a ON a.id = m.activity_id AND NOT a.cancelled`).Scan(&n); err != nil {
		tb.Fatal(err)
	}
	if n != *members {
		tb.Errorf("%d members are marked, want %d", n, *members)
	}
}

// BenchmarkRush is everybody's press at once.
func BenchmarkRush(b *testing.B) {
	m := newMachine(b)
	d := newDistrict(b, m)
	limit := m.limit(b, *seconds)
	for _, way := range []struct {
		name string
		rush rush
		trip time.Duration
	}{
		{"polling", rush{}, 0},
		{"webhook", rush{hook: true}, 0},
		{"polling-613", rush{rate: 613}, 0},
		{"webhook-613", rush{rate: 613, hook: true}, 0},
		{"polling-50ms", rush{}, 50 * time.Millisecond},
		{"webhook-50ms", rush{hook: true}, 50 * time.Millisecond},
		{"polling-613-50ms", rush{rate: 613}, 50 * time.Millisecond},
		{"webhook-613-50ms", rush{rate: 613, hook: true}, 50 * time.Millisecond},
	} {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				t := newTelegram(b, way.trip)
				d.ready(b, t)
				way.rush.telegram = t
				p := d.run(b, way.rush)
				if *dearest > 0 {
					exec1(b, d.db, `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`)
					exec1(b, d.db, `SELECT pg_stat_statements_reset()`)
				}
				res := m.drive(b, p, way.rush)
				p.stop()
				d.checked(b)
				d.statements(b)
				res.report(b, limit)
			}
		})
	}
	b.Run("plain", func(b *testing.B) {
		db := m.open(b, "plain")
		program := m.build(b, "campaign/bot/speed/plain")
		for b.Loop() {
			exec1(b, db, `DROP TABLE IF EXISTS updates, attendance`)
			exec1(b, db, `CREATE TABLE updates (id bigint PRIMARY KEY)`)
			exec1(b, db, `CREATE TABLE attendance (activity_id bigint, person_id bigint, at timestamptz NOT NULL, PRIMARY KEY (activity_id, person_id))`)
			t := newTelegram(b, 0)
			t.load(presses(1, 0))
			t.offset = firstUpdate
			p := m.start(b, program, nil, t.address, m.pg.DSN("plain"))
			<-time.After(time.Second)
			res := m.drive(b, p, rush{telegram: t})
			p.stop()
			res.report(b, limit)
		}
	})
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(m.Run())
}
