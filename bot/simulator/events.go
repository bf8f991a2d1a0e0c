package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// backlog is how many events a slow page may be behind before it must fetch
// everything anew.
const backlog = 512

// An event is one thing that happened, for one page.
type event struct {
	name string
	data []byte
}

// A watcher is a page that shows the phones of some users.
type watcher struct {
	users map[int64]bool
	out   chan event
	lost  atomic.Bool // events were dropped
}

// A hub tells pages what happens. Nothing that it does waits for a page.
type hub struct {
	count    atomic.Int32
	mu       sync.RWMutex
	watchers map[*watcher]bool
	closed   chan struct{}
}

func newHub() *hub {
	return &hub{watchers: map[*watcher]bool{}, closed: make(chan struct{})}
}

func (h *hub) close() { close(h.closed) }

func (h *hub) add(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers[w] = true
	h.count.Add(1)
}

func (h *hub) drop(w *watcher) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watchers, w)
	h.count.Add(-1)
}

func (w *watcher) send(name string, data []byte) {
	if w.lost.Load() {
		return
	}
	select {
	case w.out <- event{name, data}:
	default:
		w.lost.Store(true)
	}
}

// each calls f for each page and each user shown on it that the chat is for.
func (h *hub) each(c *chat, f func(w *watcher, user int64)) {
	if h.count.Load() == 0 {
		return
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	for w := range h.watchers {
		for user := range w.users {
			if c == nil || c.holds(user) {
				f(w, user)
			}
		}
	}
}

// message tells of a message that is new or, by name, edited. The chat is locked.
func (h *hub) message(s *Server, c *chat, m *stored, name string) {
	h.each(c, func(w *watcher, user int64) {
		b := fmt.Appendf(nil, `{"user":%d,"chat":%d,"message":`, user, c.id)
		b = append(b, s.renderFor(user, c, m)...)
		w.send(name, append(b, '}'))
		w.send("chats", fmt.Appendf(nil, `{"user":%d}`, user))
	})
}

func (h *hub) deleted(c *chat, id int64) {
	h.each(c, func(w *watcher, user int64) {
		w.send("delete", fmt.Appendf(nil, `{"user":%d,"chat":%d,"message_id":%d}`, user, c.id, id))
		w.send("chats", fmt.Appendf(nil, `{"user":%d}`, user))
	})
}

// keyboardOf tells everyone in a chat that its reply keyboard has changed.
func (h *hub) keyboardOf(c *chat) {
	h.each(c, func(w *watcher, user int64) { w.keyboard(user, c.id) })
}

func (w *watcher) keyboard(user, chat int64) {
	w.send("keyboard", fmt.Appendf(nil, `{"user":%d,"chat":%d}`, user, chat))
}

// keyboard tells one user that the keyboard or commands of a chat have changed.
func (h *hub) keyboard(user, chat int64) {
	h.each(nil, func(w *watcher, shown int64) {
		if shown == user {
			w.keyboard(user, chat)
		}
	})
}

// commands tells those whom a scope may reach.
func (h *hub) commands(scope commandScope) {
	h.each(nil, func(w *watcher, user int64) {
		at := scope.Chat
		if at == 0 {
			at = user
		}
		if (at > 0 && at != user) || (scope.User != 0 && scope.User != user) {
			return
		}
		w.keyboard(user, at)
	})
}

// chats tells that the list of chats has changed: for the members, and for one
// who may just have left.
func (h *hub) chats(c *chat, also int64) {
	h.each(nil, func(w *watcher, user int64) {
		if user == also || c.holds(user) {
			w.send("chats", fmt.Appendf(nil, `{"user":%d}`, user))
		}
	})
}

// all tells every page.
func (h *hub) all(name string, data []byte) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for w := range h.watchers {
		w.send(name, data)
	}
}

func (h *hub) clock(now time.Time) {
	h.all("clock", encode(map[string]string{"now": now.Format(time.RFC3339)}))
}

// streamEvents answers GET /phone/events.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) {
	watch := &watcher{users: map[int64]bool{}, out: make(chan event, backlog)}
	for _, text := range strings.Split(r.URL.Query().Get("users"), ",") {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && len(watch.users) < 100 {
			watch.users[id] = true
		}
	}
	s.events.add(watch)
	defer s.events.drop(watch)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	flusher := http.NewResponseController(w)
	fmt.Fprint(w, "event: hello\ndata: {}\n\n")
	beat := time.NewTicker(15 * time.Second)
	defer beat.Stop()
	for {
		if err := flusher.Flush(); err != nil {
			return
		}
		select {
		case e := <-watch.out:
			watch.write(w, e)
		case <-beat.C:
			fmt.Fprint(w, ": still here\n\n")
		case <-r.Context().Done():
			return
		case <-s.events.closed:
			return
		}
	}
}

// write sends an event and those that wait behind it. Once some were lost, the
// page is told to fetch everything instead.
func (w *watcher) write(to http.ResponseWriter, e event) {
	for {
		if !w.lost.Load() {
			fmt.Fprintf(to, "event: %s\ndata: %s\n\n", e.name, e.data)
		}
		select {
		case e = <-w.out:
			continue
		default:
		}
		if w.lost.CompareAndSwap(true, false) {
			fmt.Fprint(to, "event: resync\ndata: {}\n\n")
		}
		return
	}
}
