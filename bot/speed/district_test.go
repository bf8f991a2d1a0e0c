package speed

import (
	"database/sql"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
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
	must(tb, d.db, `INSERT INTO units (name, batch) SELECT 'unit ' || n, 1 FROM generate_series(1, 50) n ORDER BY n`)
	must(tb, d.db, `INSERT INTO branches (unit_id, name) SELECT 1 + n % 50, 'branch ' || n FROM generate_series(0, $1::int - 1) n ORDER BY n`, branches)
	must(tb, d.db, `INSERT INTO people (member_no, name, branch_id) SELECT 'D' || n, '党员' || n, 1 + n % $2::int FROM generate_series(0, $1::int - 1) n ORDER BY n`, *members, branches)
	must(tb, d.db, `INSERT INTO accounts (id, person_id, lang, menu_at, seen_at) SELECT $1::bigint + substr(member_no, 2)::bigint, id, 'zh', $2, $2 FROM people`, firstMember, time.Now())
	must(tb, d.db, `INSERT INTO chats (id, branch_id, seen_at) SELECT -1000000000 - id, id, $1 FROM branches`, time.Now())
	must(tb, d.db, `VACUUM ANALYZE`)
	return d
}

func (d *district) env(api string) []string {
	return []string{"MUSTER_DATABASE_URL=" + d.pg.DSN("muster"), "MUSTER_TELEGRAM_TOKEN=1000001:simulated", "MUSTER_TELEGRAM_API=" + api, "MUSTER_LISTEN=127.0.0.1:0", "MUSTER_LOG=json"}
}

// open makes an activity for everybody that is open for check-in, and returns
// its number.
func (d *district) activity(tb testing.TB) (id int64) {
	tb.Helper()
	err := d.db.QueryRow(`
		INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
		SELECT 'A-2026-' || coalesce(max(id), 0) + 1, '全区集中学习', 'study', 'all', $1::timestamptz + interval '1 hour', $1::timestamptz + interval '3 hours', $1::timestamptz - interval '2 minutes',
		       $1::timestamptz + interval '70 minutes', $1::timestamptz + interval '3 hours', true, 'button'
		FROM activities RETURNING id`, time.Now()).Scan(&id)
	if err != nil {
		tb.Fatal(err)
	}
	return id
}

// ready has the program open an activity, tells it that all cards have arrived,
// and loads the press of every member on theirs. It returns the program, which has
// ended.
func (d *district) ready(tb testing.TB, t *telegram) *process {
	tb.Helper()
	must(tb, d.db, `UPDATE activities SET cancelled = true`)
	must(tb, d.db, `DELETE FROM timers`)
	id := d.activity(tb)
	must(tb, d.db, `DELETE FROM ticks`)
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
	p.high = p.peak()
	p.stop()
	must(tb, d.db, `UPDATE posts SET state = 'sent', message_id = id`)
	must(tb, d.db, `VACUUM ANALYZE`)
	var content int64
	var text string
	err := d.db.QueryRow(`SELECT p.content_id, c.message FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.name = $1 AND p.chat_id > 0 LIMIT 1`, card).Scan(&content, &text)
	if err != nil {
		tb.Fatal(err)
	}
	t.load(presses(content, d.updates))
	t.offset = firstUpdate + int64(d.updates)
	d.updates += *members
	return p
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

// run starts Muster for a benchmark.
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
