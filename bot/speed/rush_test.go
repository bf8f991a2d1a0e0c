package speed

import (
	"slices"
	"testing"
	"time"
)

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
				d.count(b)
				res := m.drive(b, p, way.rush)
				p.metrics(b)
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
			must(b, db, `DROP TABLE IF EXISTS updates, attendance`)
			must(b, db, `CREATE TABLE updates (id bigint PRIMARY KEY)`)
			must(b, db, `CREATE TABLE attendance (activity_id bigint, person_id bigint, at timestamptz NOT NULL, PRIMARY KEY (activity_id, person_id))`)
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
