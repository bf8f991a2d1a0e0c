package speed

import (
	"sync"
	"sync/atomic"
	"time"
)

// strict holds the bot to what Telegram allows: 30 in any second, one a second to
// a chat, 20 in any minute to a group.
type strict struct {
	mu      sync.Mutex
	all     []time.Time
	chats   map[int64][]time.Time
	took    []time.Time // every send
	refused atomic.Int64
}

func newStrict() *strict { return &strict{chats: map[int64][]time.Time{}} }

// refuse tells for how many seconds a send is refused; 0 takes it.
func (s *strict) refuse(chat int64, now time.Time) int {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = since(s.all, now.Add(-time.Second))
	most, span := 1, time.Second
	if chat < 0 {
		most, span = 20, time.Minute
	}
	mine := since(s.chats[chat], now.Add(-span))
	if len(s.all) >= 30 || len(mine) >= most {
		s.refused.Add(1)
		return 1
	}
	s.all, s.chats[chat], s.took = append(s.all, now), append(mine, now), append(s.took, now)
	return 0
}

// since leaves out what happened up to from.
func since(ts []time.Time, from time.Time) []time.Time {
	n := 0
	for n < len(ts) && !ts[n].After(from) {
		n++
	}
	return ts[n:]
}
