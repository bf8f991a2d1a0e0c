package simulator

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// A clock shows the real time and an offset, or, frozen, one moment. It only
// goes forward.
type clock struct {
	zone   *time.Location
	frozen bool
	offset atomic.Int64 // from the real time; nanoseconds; frozen: since the epoch

	moving    sync.Mutex
	listeners []func(time.Time)
}

func newClock(zone *time.Location, start time.Time, frozen bool) *clock {
	c := &clock{zone: zone, frozen: frozen}
	if start.IsZero() {
		start = time.Now()
	}
	c.set(start)
	return c
}

func (c *clock) set(to time.Time) {
	if c.frozen {
		c.offset.Store(to.UnixNano())
		return
	}
	c.offset.Store(int64(time.Until(to)))
}

func (c *clock) now() time.Time {
	if c.frozen {
		return time.Unix(0, c.offset.Load()).In(c.zone)
	}
	return time.Now().Add(time.Duration(c.offset.Load())).In(c.zone)
}

func (c *clock) listen(f func(time.Time)) {
	c.moving.Lock()
	defer c.moving.Unlock()
	c.listeners = append(c.listeners, f)
}

func (c *clock) advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("simulator: the clock only goes forward, not %v", d)
	}
	c.moving.Lock()
	c.offset.Add(int64(d))
	listeners := c.listeners
	c.moving.Unlock()
	for _, f := range listeners {
		f(c.now())
	}
	return nil
}

// Now is the simulator's time, in its zone. It carries no monotonic reading
// worth relying on: the clock may have been moved between two calls.
func (s *Server) Now() time.Time { return s.clock.now() }

// Advance moves the clock on by d.
func (s *Server) Advance(d time.Duration) error { return s.clock.advance(d) }

// AdvanceTo moves the clock on to a moment that is not yet past.
func (s *Server) AdvanceTo(to time.Time) error { return s.clock.advance(to.Sub(s.Now())) }

// OnClock has f called after each move of the clock, before Advance returns.
func (s *Server) OnClock(f func(now time.Time)) { s.clock.listen(f) }

// clockMoved drops what the move has made too old and tells the phones.
func (s *Server) clockMoved(now time.Time) {
	s.changed()
	s.expirePresses(now)
	s.queue.expire(now)
	s.idle.fire()
	s.events.clock(now)
}
