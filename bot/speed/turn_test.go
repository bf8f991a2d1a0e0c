package speed

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkTurn is a turn of a conversation for each of many people at once: they
// send a command that asks something. Each is a transaction of its own. It ends
// when all are committed and confirmed; the questions are sent within the limits.
func BenchmarkTurn(b *testing.B) {
	const most = 6_000
	m := newMachine(b)
	d := newDistrict(b, m)
	d.ready(b, newTelegram(b, 0))
	must(b, d.db, `
		INSERT INTO sessions (account_id, depth, flow, at, draft, touched_at)
		SELECT id, 0, 'language', 'lang', '{}', seen_at FROM accounts ORDER BY id DESC LIMIT 500`) // those of the day
	must(b, d.db, `VACUUM ANALYZE`)
	limit := m.limit(b, *seconds)
	for b.Loop() {
		t := newTelegram(b, 0)
		bodies := make([][]byte, min(most, *members))
		for n := range bodies {
			bodies[n] = d.says(n, "/language")
		}
		t.load(bodies, nil)
		t.offset = firstUpdate + int64(d.updates)
		d.updates += len(bodies)
		p := d.run(b, rush{telegram: t})
		d.count(b)
		look := p.look(b, 3)
		own, pg, begun := spent(p.Process.Pid), m.spent(), time.Now()
		t.release(len(bodies))
		select {
		case <-t.confirmed:
		case <-time.After(5 * time.Minute):
			b.Fatalf("the turns do not end\n%s", p.log())
		}
		rate := float64(len(bodies)) / time.Since(begun).Seconds()
		look()
		b.ReportMetric(rate, "turns/s")
		b.ReportMetric(limit, "limit/s")
		b.ReportMetric(rate/limit, "ratio")
		b.ReportMetric(float64(((spent(p.Process.Pid) - own) / time.Duration(len(bodies))).Microseconds()), "µs-program")
		b.ReportMetric(float64(((m.spent() - pg) / time.Duration(len(bodies))).Microseconds()), "µs-postgres")
		b.ReportMetric(p.peak(), "MB-peak")
		b.ReportMetric(0, "ns/op")
		p.stop()
		d.statements(b)
		var n int
		if err := d.db.QueryRow(`SELECT count(*) FROM sessions WHERE account_id < $1`, firstMember+most).Scan(&n); err != nil {
			b.Fatal(err)
		}
		if n != len(bodies) {
			b.Errorf("%d people are asked something, want %d", n, len(bodies))
		}
		must(b, d.db, `DELETE FROM sessions WHERE account_id < $1`, firstMember+most)
	}
}

// says is what a member writes to the bot, as Telegram tells of it; it counts as
// one more update than there were.
func (d *district) says(member int, text string) []byte {
	user := firstMember + member
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"党员%d","language_code":"zh-hans"},`+
		`"chat":{"id":%d,"first_name":"党员%d","type":"private"},"date":%d,"text":"%s"}}`, firstUpdate+d.updates+member, 9_000+member, user, member, user, member, time.Now().Unix(), text)
}
