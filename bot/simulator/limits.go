package simulator

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits are how fast the bot may send and edit, in real time. A zero field
// limits nothing.
type Limits struct {
	Global   int // messages in any second, all chats together
	PerChat  int // messages a second in one private chat
	Burst    int // messages that a private chat takes at once before PerChat bites; at least PerChat
	PerGroup int // messages in any minute in one group
}

// Strict are the limits that Telegram publishes.
func Strict() Limits { return Limits{Global: 30, PerChat: 1, Burst: 3, PerGroup: 20} }

// A window remembers when the last few things happened.
type window struct {
	times []time.Time // a ring
	at    int
}

// wait tells how long it is until one more may happen within span; it happens
// now when the wait is zero.
func (w *window) wait(now time.Time, most int, span time.Duration) time.Duration {
	if len(w.times) < most {
		w.times = append(w.times, now)
		return 0
	}
	if d := span - now.Sub(w.times[w.at]); d > 0 {
		return d
	}
	w.times[w.at] = now
	w.at = (w.at + 1) % most
	return 0
}

// pace holds the bot to the limits.
type pace struct {
	limits Limits
	mu     sync.Mutex
	all    window
}

// chatPace holds the bot to the limits of one chat.
type chatPace struct {
	window window
	saved  float64 // messages that may be sent at once
	last   time.Time
}

// paced tells whether a method counts against the limits.
func paced(method string) bool {
	return strings.HasPrefix(method, "send") && method != "sendchataction" || strings.HasPrefix(method, "editmessage")
}

// limited carries out a call unless the bot is too fast.
func (s *Server) limited(c *call, do method) ([]byte, error) {
	if s.pace.limits != (Limits{}) && paced(c.method) {
		if d := s.tooFast(c, time.Now()); d > 0 {
			return nil, tooManyRequests(int((d + time.Second - 1) / time.Second))
		}
	}
	return do(s, c)
}

func (s *Server) tooFast(c *call, now time.Time) time.Duration {
	p := &s.pace
	if p.limits.Global > 0 {
		p.mu.Lock()
		d := p.all.wait(now, p.limits.Global, time.Second)
		p.mu.Unlock()
		if d > 0 {
			return d
		}
	}
	id, err := strconv.ParseInt(c.values["chat_id"], 10, 64)
	if err != nil {
		return 0
	}
	to := s.people.chat(id)
	if to == nil {
		return 0
	}
	to.mu.Lock()
	defer to.mu.Unlock()
	if to.pace == nil {
		to.pace = &chatPace{}
	}
	if to.kind != private {
		if p.limits.PerGroup == 0 {
			return 0
		}
		return to.pace.window.wait(now, p.limits.PerGroup, time.Minute)
	}
	return to.pace.bucket(now, p.limits)
}

// bucket lets a private chat take a burst, then so many a second.
func (p *chatPace) bucket(now time.Time, l Limits) time.Duration {
	if l.PerChat == 0 {
		return 0
	}
	most := float64(max(l.Burst, l.PerChat))
	if p.last.IsZero() {
		p.saved = most
	} else {
		p.saved = min(most, p.saved+now.Sub(p.last).Seconds()*float64(l.PerChat))
	}
	p.last = now
	if p.saved >= 1 {
		p.saved--
		return 0
	}
	return time.Duration((1 - p.saved) / float64(l.PerChat) * float64(time.Second))
}
