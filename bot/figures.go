package bot

import (
	"context"
	"sync"
	"time"

	"campaign/storage"

	"github.com/prometheus/client_golang/prometheus"
)

// The database is asked for its figures at most once in a while, however often
// they are read, and is not waited for.
const (
	figuresEvery  = 5 * time.Second
	figuresWithin = 2 * time.Second
)

// figures are the metrics that are read from the database when somebody looks.
// While the database is away there are none but that it is.
type figures struct {
	db *storage.DB

	up, lane, laneAge          *prometheus.Desc
	pile, age                  map[string]*prometheus.Desc
	conns, most, waits, waited *prometheus.Desc

	mu      sync.Mutex
	looked  time.Time
	now     time.Time // on the campaign's clock, when the backlog was read
	backlog storage.Backlog
	there   bool
}

// newFigures describes the figures of a database.
func newFigures(db *storage.DB) *figures {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &figures{
		db:      db,
		up:      desc("muster_database_up", "1 where the database answered within 2 s when it was last asked."),
		lane:    desc("muster_outbox_due", "Messages that are due and not yet sent, by lane.", "lane"),
		laneAge: desc("muster_outbox_oldest_due_seconds", "Seconds since the oldest of them is due, by lane.", "lane"),
		pile: map[string]*prometheus.Desc{
			"sending": desc("muster_outbox_sending", "Messages on their way to Telegram."),
			"unsure":  desc("muster_outbox_unsure", "Messages of which nobody knows whether they arrived."),
			"waiting": desc("muster_inbox_waiting", "Updates that are stored and wait for their turn."),
			"parked":  desc("muster_inbox_parked", "Updates and timers that could not be taken and wait for a person."),
			"timers":  desc("muster_timers_overdue", "Timers that are due and have not been taken."),
			"copied":  desc("muster_database_copy", "1 where the database is a copy, so that reminders wait for an operator."),
		},
		age: map[string]*prometheus.Desc{
			"waiting": desc("muster_inbox_oldest_waiting_seconds", "Seconds that the oldest stored update has waited."),
			"timers":  desc("muster_timers_oldest_overdue_seconds", "Seconds since the oldest of these timers is due."),
		},
		conns:  desc("muster_database_connections", "Connections to the database, by what they do.", "state"),
		most:   desc("muster_database_connections_max", "Connections that this program may have."),
		waits:  desc("muster_database_waits_total", "Times that work waited for a free connection."),
		waited: desc("muster_database_wait_seconds_total", "Seconds that work waited for free connections."),
	}
}

// Describe tells the registry what there can be.
func (f *figures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{f.up, f.lane, f.laneAge, f.conns, f.most, f.waits, f.waited} {
		to <- d
	}
	for _, d := range f.pile {
		to <- d
	}
	for _, d := range f.age {
		to <- d
	}
}

// Collect tells the figures as they are, or were a moment ago.
func (f *figures) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	count := func(d *prometheus.Desc, v float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
	}
	pool := f.db.Pool()
	gauge(f.conns, float64(pool.InUse), "used")
	gauge(f.conns, float64(pool.Idle), "idle")
	gauge(f.most, float64(pool.MaxOpenConnections))
	count(f.waits, float64(pool.WaitCount))
	count(f.waited, pool.WaitDuration.Seconds())
	backlog, now, up := f.look()
	if !up {
		gauge(f.up, 0)
		return
	}
	gauge(f.up, 1)
	since := func(p storage.Pile) float64 {
		if p.N == 0 {
			return 0
		}
		return max(0, now.Sub(p.Since).Seconds())
	}
	for lane, name := range laneNames {
		gauge(f.lane, float64(backlog.Lanes[lane].N), name)
		gauge(f.laneAge, since(backlog.Lanes[lane]), name)
	}
	for name, p := range map[string]storage.Pile{"sending": backlog.Sending, "unsure": backlog.Unsure, "waiting": backlog.Waiting, "parked": backlog.Parked, "timers": backlog.Timers, "copied": backlog.Copied} {
		gauge(f.pile[name], float64(p.N))
		if f.age[name] != nil {
			gauge(f.age[name], since(p))
		}
	}
}

// look asks the database, where it was not asked just now.
func (f *figures) look() (b storage.Backlog, now time.Time, up bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.looked.IsZero() && time.Since(f.looked) < figuresEvery {
		return f.backlog, f.now, f.there
	}
	ctx, cancel := context.WithTimeout(context.Background(), figuresWithin)
	defer cancel()
	err := f.db.InTx(ctx, func(tx *storage.Tx) (err error) {
		f.now = tx.Now
		f.backlog, err = tx.Backlog(ctx)
		return err
	})
	f.looked, f.there = time.Now(), err == nil
	return f.backlog, f.now, f.there
}
