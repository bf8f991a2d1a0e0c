package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"sync"
	"time"
)

var errClosed = errors.New("simulator: closed")

// How long an update waits for the bot, on the simulator's clock.
const (
	messageLife = 24 * time.Hour
	pressLife   = 150 * time.Second
)

// remembered is how many confirmed updates can still be delivered again.
const remembered = 1024

// A lane is what is delivered in order: the messages of a chat, the presses of
// a user, the changes of the bot's membership in a chat.
type lane struct {
	kind string
	id   int64
}

// An update waits for the bot until it is confirmed or too old.
type update struct {
	id      int64
	lane    lane
	expires int64 // Unix nanoseconds of the simulator's clock
	body    []byte
	done    bool
}

// appendTo adds the update as JSON; the body begins after its id.
func (u *update) appendTo(b []byte) []byte {
	b = append(b, `{"update_id":`...)
	b = strconv.AppendInt(b, u.id, 10)
	b = append(b, ',')
	return append(b, u.body...)
}

// A queue holds what the bot has not yet confirmed, in the order of ids.
type queue struct {
	mu      sync.Mutex
	lastID  int64
	items   []*update // those done are at the front only, or awaiting the front
	waiting int       // items that are not done
	again   []*update // to be delivered once more, whatever the offset
	past    []*update // the last confirmed ones, a ring
	pastAt  int

	allowed map[string]bool // nil: the default

	wake    chan struct{}
	asleep  bool
	turn    *turn
	deliver func(*update) // set while a webhook is
}

// A turn is one long poll; another poll ends it.
type turn struct{ ended chan struct{} }

func newQueue() *queue {
	return &queue{lastID: 100_000_000, wake: make(chan struct{})}
}

// hiddenByDefault are the kinds that a bot gets only when it names them.
func hiddenByDefault(kind string) bool {
	return kind == "chat_member" || kind == "message_reaction" || kind == "message_reaction_count"
}

// add puts an update in the queue, unless the bot does not want its kind, and
// returns its id or 0. The body is the update's JSON without its id.
func (q *queue) add(kind string, id int64, expires time.Time, body []byte) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.allowed == nil && hiddenByDefault(kind) || q.allowed != nil && !q.allowed[kind] {
		return 0
	}
	q.lastID++
	u := &update{id: q.lastID, lane: lane{laneOf(kind), id}, expires: expires.UnixNano(), body: body}
	q.items = append(q.items, u)
	q.waiting++
	q.rouse()
	if q.deliver != nil {
		q.deliver(u)
	}
	return u.id
}

func laneOf(kind string) string {
	if kind == "edited_message" {
		return "message"
	}
	return kind
}

// rouse wakes the poll that waits, if one does.
func (q *queue) rouse() {
	if q.asleep {
		q.asleep = false
		close(q.wake)
		q.wake = make(chan struct{})
	}
}

// finish marks an update as confirmed; settle must follow.
func (q *queue) finish(u *update) {
	if u.done {
		return
	}
	u.done = true
	q.waiting--
	if len(q.past) < remembered {
		q.past = append(q.past, u)
		return
	}
	q.past[q.pastAt] = u
	q.pastAt = (q.pastAt + 1) % remembered
}

// settle drops what is done from the front.
func (q *queue) settle() {
	for len(q.items) > 0 && q.items[0].done {
		q.items[0] = nil
		q.items = q.items[1:]
	}
}

// old tells whether an offset is from before the numbers began anew: it counts
// for nothing.
func (q *queue) old(offset int64) bool { return offset > q.lastID+10 }

// confirm applies the offset of a getUpdates call.
func (q *queue) confirm(offset int64) {
	if q.old(offset) {
		return
	}
	until := offset
	if offset < 0 {
		until = 0
		if keep := len(q.items) + int(max(offset, -1<<30)); keep > 0 {
			until = q.items[keep].id
		}
	}
	for _, u := range q.items {
		if u.id >= until {
			break
		}
		q.finish(u)
	}
	q.settle()
}

// expire drops what has waited too long.
func (q *queue) expire(now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.expireLocked(now.UnixNano())
}

func (q *queue) expireLocked(now int64) {
	for _, u := range q.items {
		if u.expires <= now {
			q.finish(u)
		}
	}
	q.settle()
}

// read returns what a poll gets now.
func (q *queue) read(offset int64, limit int, now int64) []*update {
	batch := q.again[:min(limit, len(q.again))]
	q.again = slices.Clone(q.again[len(batch):])
	at := 0
	if offset > 0 && !q.old(offset) {
		at = sort.Search(len(q.items), func(i int) bool { return q.items[i].id >= offset })
	}
	size := 0
	for ; at < len(q.items) && len(batch) < limit && size < 4<<20; at++ {
		u := q.items[at]
		if u.done {
			continue
		}
		if u.expires <= now {
			q.finish(u)
			continue
		}
		size += len(u.body)
		batch = append(batch, u)
	}
	q.settle()
	return batch
}

// pending counts what the bot has not confirmed.
func (q *queue) pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting + len(q.again)
}

// setAllowed keeps the kinds of updates that the bot wants from now on.
func (q *queue) setAllowed(c *call) error {
	raw, ok := c.values["allowed_updates"]
	if !ok || raw == "" || raw == "null" {
		return nil
	}
	var kinds []string
	if err := json.Unmarshal([]byte(raw), &kinds); err != nil {
		return badRequest("can't parse allowed_updates: expected an Array of String")
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(kinds) == 0 {
		q.allowed = nil
		return nil
	}
	q.allowed = make(map[string]bool, len(kinds))
	for _, kind := range kinds {
		q.allowed[kind] = true
	}
	return nil
}

// Redeliver gives an update to the bot once more, under its own id, although it
// was confirmed: what a crash between the work and its confirmation leads to.
func (s *Server) Redeliver(updateID int64) error {
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	is := func(u *update) bool { return u.id == updateID }
	if slices.ContainsFunc(q.items, func(u *update) bool { return is(u) && !u.done }) {
		return nil
	}
	at := slices.IndexFunc(q.past, is)
	if at < 0 {
		return fmt.Errorf("simulator: update %d is not remembered", updateID)
	}
	u := *q.past[at]
	if q.deliver != nil {
		u.done = false
		q.items = slices.Insert(q.items, 0, &u)
		q.waiting++
		q.deliver(&u)
		return nil
	}
	q.again = append(q.again, &u)
	q.rouse()
	return nil
}

// Renumber has the next update bear that number, as after a week without any: it
// may be lower than the last. It fails while updates wait for the bot.
func (s *Server) Renumber(next int64) error {
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) > 0 || next <= 0 {
		return fmt.Errorf("simulator: %d updates wait, and the next was to be %d", len(q.items), next)
	}
	q.lastID = next - 1
	return nil
}

// LastUpdate is the id of the newest update, or 0 before the first.
func (s *Server) LastUpdate() int64 {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.lastID
}

// RawUpdate gives the bot an update that no phone could have made. The JSON is
// an Update object without its update_id; its id is returned.
func (s *Server) RawUpdate(body json.RawMessage) (int64, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return 0, fmt.Errorf("simulator: read raw update: %w", err)
	}
	delete(fields, "update_id")
	if len(fields) == 0 {
		return 0, fmt.Errorf("simulator: the raw update is empty")
	}
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lastID++
	u := &update{id: q.lastID, lane: lane{kind: "raw"}, expires: s.Now().Add(messageLife).UnixNano(), body: encode(fields)[1:]}
	q.items = append(q.items, u)
	q.waiting++
	q.rouse()
	if q.deliver != nil {
		q.deliver(u)
	}
	return u.id, nil
}
