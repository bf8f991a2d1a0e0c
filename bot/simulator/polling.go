package simulator

import (
	"time"
)

const longestPoll = 50 // seconds

// getUpdates answers a poll: it confirms, then waits for something to return.
func (s *Server) getUpdates(c *call) ([]byte, error) {
	offset, err := c.integer("offset", 0)
	if err != nil {
		return nil, err
	}
	limit, err := c.integer("limit", 100)
	if err != nil {
		return nil, err
	}
	if limit < 1 || limit > 100 {
		limit = 100
	}
	timeout, err := c.integer("timeout", 0)
	if err != nil {
		return nil, err
	}
	if s.hook.active() {
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	if err := s.queue.setAllowed(c); err != nil {
		return nil, err
	}
	timer := time.NewTimer(time.Duration(min(max(timeout, 0), longestPoll)) * time.Second)
	defer timer.Stop()
	return s.poll(c, offset, int(limit), timer.C)
}

func (s *Server) poll(c *call, offset int64, limit int, timeout <-chan time.Time) ([]byte, error) {
	q := s.queue
	mine := &turn{ended: make(chan struct{})}
	q.mu.Lock()
	if q.turn != nil {
		close(q.turn.ended)
	}
	q.turn = mine
	q.confirm(offset)
	quiet := q.waiting == 0
	q.mu.Unlock()
	s.changed()
	if quiet {
		s.idle.fire()
	}
	defer func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.turn == mine {
			q.turn = nil
		}
	}()
	if offset < 0 {
		offset = 0
	}
	over := false
	for {
		q.mu.Lock()
		if q.turn != mine {
			q.mu.Unlock()
			return nil, conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
		}
		batch := q.read(offset, limit, s.Now().UnixNano())
		if len(batch) > 0 || over {
			q.mu.Unlock()
			return renderUpdates(batch), nil
		}
		q.asleep = true
		wake := q.wake
		q.mu.Unlock()
		select {
		case <-wake:
		case <-mine.ended:
		case <-timeout:
			over = true
		case <-c.ctx.Done():
			return nil, c.ctx.Err()
		case <-s.life.Done():
			return nil, errClosed
		}
	}
}

func renderUpdates(batch []*update) []byte {
	size := 2
	for _, u := range batch {
		size += len(u.body) + 40
	}
	b := append(make([]byte, 0, size), '[')
	for i, u := range batch {
		if i > 0 {
			b = append(b, ',')
		}
		b = u.appendTo(b)
	}
	return append(b, ']')
}
