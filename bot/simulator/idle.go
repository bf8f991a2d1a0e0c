package simulator

import (
	"context"
	"sync"
)

// A signal wakes everyone who waits for a change.
type signal struct {
	mu     sync.Mutex
	change chan struct{}
}

// next returns a channel that is closed at the next fire.
func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.change == nil {
		s.change = make(chan struct{})
	}
	return s.change
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.change != nil {
		close(s.change)
		s.change = nil
	}
}

// Idle waits until the bot has confirmed every update and answered every press
// that can still be answered.
func (s *Server) Idle(ctx context.Context) error {
	for {
		change := s.idle.next()
		if s.queue.pending() == 0 && s.presses.waiting.Load() == 0 {
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.life.Done():
			return errClosed
		}
	}
}

// Pending counts the updates that the bot has not confirmed.
func (s *Server) Pending() int { return s.queue.pending() }

// Calls counts what the bot has asked for: calls of one method, refused ones
// too, or of all methods when the name is empty.
func (s *Server) Calls(method string) int64 {
	if method != "" {
		if n := s.calls[lower(method)]; n != nil {
			return n.Load()
		}
		return 0
	}
	var total int64
	for _, n := range s.calls {
		total += n.Load()
	}
	return total
}
