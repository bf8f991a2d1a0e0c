package speed

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkDelivery sends to 900 people and 100 groups under Telegram's limits,
// each call up to 50 ms on its way in, while every second somebody asks something
// and one group has far more to hear than it may. The limit is what a window of 30
// sends lets through in which each is answered after the mean trip.
func BenchmarkDelivery(b *testing.B) {
	const (
		people, groups = 900, 100
		flood          = 60 // messages to one group
		jitter         = 50 * time.Millisecond
	)
	m := newMachine(b)
	d := newDistrict(b, m)
	d.ready(b, newTelegram(b, 0))
	for b.Loop() {
		t := newTelegram(b, 0)
		t.limits, t.jitter = newStrict(), jitter
		must(b, d.db, `UPDATE posts SET state = 'sent', message_id = id WHERE state <> 'sent'`)
		must(b, d.db, `DELETE FROM redraws`)
		must(b, d.db, `
			INSERT INTO posts (chat_id, content_id, lane, due, changed_at)
			SELECT chat, (SELECT min(id) FROM contents), lane, $5, $5 FROM (
				SELECT $1::bigint + n AS chat, 4 AS lane FROM generate_series(1000, 999 + $2::int) n
				UNION ALL SELECT -1000000000 - n, 4 FROM generate_series(1, $3::int) n
				UNION ALL SELECT -1000000500, 3 FROM generate_series(1, $4::int)) q`, firstMember, people, groups, flood, time.Now())
		t.offset = firstUpdate + int64(d.updates)
		var bodies [][]byte
		for n := range 20 {
			bodies = append(bodies, d.says(n, "/language"))
		}
		d.updates += len(bodies)
		t.load(bodies, nil)
		p := d.run(b, rush{telegram: t})
		begun := time.Now()
		var waits []time.Duration
		for n := range bodies {
			asked := time.Now()
			t.release(1)
			waits = append(waits, t.hears(b, firstMember+int64(n), p).Sub(asked))
		}
		for left := -1; left != 0; <-time.After(20 * time.Millisecond) {
			if err := d.db.QueryRow(`SELECT count(*) FROM posts WHERE state IN ('queued', 'sending') AND chat_id <> -1000000500`).Scan(&left); err != nil {
				b.Fatal(err)
			}
			if time.Since(begun) > 5*time.Minute {
				b.Fatalf("%d are still to be sent\n%s", left, p.log())
			}
		}
		p.stop()
		slices.Sort(waits)
		bound := 30 / (1 + (jitter / 2).Seconds())
		rate := t.limits.steady()
		b.ReportMetric(rate, "sends/s")
		b.ReportMetric(bound, "limit/s")
		b.ReportMetric(rate/bound, "ratio")
		b.ReportMetric(float64(t.limits.refused.Load()), "refused")
		b.ReportMetric(float64(waits[len(waits)-1].Milliseconds()), "ms-slowest-answer")
		b.ReportMetric(0, "ns/op")
	}
}

// steady is the rate of sends from the second second to the last but one: without
// the burst of the beginning and the thin end.
func (s *strict) steady() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := s.took[0].Add(2*time.Second), s.took[len(s.took)-1].Add(-2*time.Second)
	n := 0
	for _, at := range s.took {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return float64(n) / to.Sub(from).Seconds()
}

// hears waits until a chat is sent something, and returns when that was.
func (t *telegram) hears(tb testing.TB, chat int64, p *process) time.Time {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); <-time.After(2 * time.Millisecond) {
		t.limits.mu.Lock()
		sends := t.limits.chats[chat]
		t.limits.mu.Unlock()
		if len(sends) > 0 {
			return sends[len(sends)-1]
		}
	}
	tb.Fatalf("chat %d hears nothing\n%s", chat, p.log())
	return time.Time{}
}
