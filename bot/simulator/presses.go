package simulator

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// An Answer is what a person sees after pressing a button.
type Answer struct {
	Text      string `json:"text,omitempty"`
	ShowAlert bool   `json:"show_alert,omitempty"`
	URL       string `json:"url,omitempty"`
}

// A press waits for the bot to answer it.
type press struct {
	deadline int64 // Unix nanoseconds of the simulator's clock
	answer   chan *Answer
	timer    *time.Timer
}

const pressShards = 64

// presses are those that the bot can still answer.
type presses struct {
	next    atomic.Uint64
	waiting atomic.Int64
	shards  [pressShards]struct {
		mu sync.Mutex
		m  map[uint64]*press
	}
}

func newPresses() *presses {
	p := &presses{}
	// Ids must not repeat after a restart.
	p.next.Store(rand.Uint64() >> 2)
	for i := range p.shards {
		p.shards[i].m = map[uint64]*press{}
	}
	return p
}

// open begins to wait for the answer to a press.
func (s *Server) openPress() (uint64, *press) {
	id := s.presses.next.Add(1)
	p := &press{answer: make(chan *Answer, 1), deadline: s.Now().Add(s.options.AnswerWithin).UnixNano()}
	shard := &s.presses.shards[id%pressShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	shard.m[id] = p
	s.presses.waiting.Add(1)
	if !s.options.Frozen {
		p.timer = time.AfterFunc(s.options.AnswerWithin, func() { s.closePress(id, nil) })
	}
	return id, p
}

// closePress gives a press its answer, nil for none, and tells whether it could.
func (s *Server) closePress(id uint64, answer *Answer) bool {
	shard := &s.presses.shards[id%pressShards]
	shard.mu.Lock()
	p := shard.m[id]
	delete(shard.m, id)
	shard.mu.Unlock()
	if p == nil {
		return false
	}
	if p.timer != nil {
		p.timer.Stop()
	}
	p.answer <- answer
	if s.presses.waiting.Add(-1) == 0 {
		s.idle.fire()
	}
	return true
}

// expirePresses gives up those that a move of the clock has made too old.
func (s *Server) expirePresses(now time.Time) {
	for i := range s.presses.shards {
		var late []uint64
		shard := &s.presses.shards[i]
		shard.mu.Lock()
		for id, p := range shard.m {
			if p.deadline <= now.UnixNano() {
				late = append(late, id)
			}
		}
		shard.mu.Unlock()
		for _, id := range late {
			s.closePress(id, nil)
		}
	}
}

// answerCallbackQuery shows a toast, an alert or nothing to who pressed.
func (s *Server) answerCallbackQuery(c *call) ([]byte, error) {
	id, err := strconv.ParseUint(c.values["callback_query_id"], 10, 64)
	text := c.values["text"]
	if utf16Len(text) > 200 {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	answer := &Answer{Text: text, ShowAlert: c.is("show_alert"), URL: c.values["url"]}
	if err != nil || !s.closePress(id, answer) {
		return nil, badRequest("query is too old and response timeout expired or query ID is invalid")
	}
	return yes, nil
}
