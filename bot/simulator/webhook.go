package simulator

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	defaultConnections = 40
	longestRetry       = time.Minute
	firstRetry         = 2 * time.Second
	longestRetryAfter  = time.Hour
	webhookPatience    = 60 * time.Second
)

// A webhook brings updates to the bot's own address. Each lane is served in
// order, one update at a time; lanes are served side by side.
type webhook struct {
	server *Server
	client *http.Client
	work   sync.WaitGroup

	mu      sync.Mutex
	set     hookSettings
	ctx     context.Context // of the present address
	cancel  context.CancelFunc
	lanes   map[lane]*hookLane
	ready   []*hookLane
	workers int

	lastError     string
	lastErrorDate int64
}

// hookSettings are what setWebhook sets.
type hookSettings struct {
	URL, Secret string
	Most        int
}

// A hookLane is what waits in one lane.
type hookLane struct {
	name   lane
	items  []*update
	failed int
	timer  *time.Timer
}

func newWebhook(s *Server) *webhook {
	return &webhook{
		server: s,
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: 30 * time.Second},
			Timeout:       webhookPatience,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (h *webhook) active() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.set.URL != ""
}

func (s *Server) setWebhook(c *call) ([]byte, error) {
	address := c.values["url"]
	if address == "" {
		return s.deleteWebhook(c)
	}
	if err := checkHookURL(address); err != nil {
		return nil, err
	}
	secret := c.values["secret_token"]
	if len(secret) > 256 || strings.Trim(secret, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return nil, badRequest("secret token contains unallowed characters")
	}
	most, err := c.integer("max_connections", defaultConnections)
	if err != nil {
		return nil, err
	}
	if err := s.queue.setAllowed(c); err != nil {
		return nil, err
	}
	s.hook.begin(hookSettings{URL: address, Secret: secret, Most: int(min(max(most, 1), 100))}, c.is("drop_pending_updates"))
	s.changed()
	return yes, nil
}

// checkHookURL wants HTTPS, as Telegram does, but on this machine.
func checkHookURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return badRequest("bad webhook: Invalid webhook URL specified")
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && here) {
		return badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if port := u.Port(); !here && port != "" && port != "443" && port != "80" && port != "88" && port != "8443" {
		return badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return nil
}

func (s *Server) deleteWebhook(c *call) ([]byte, error) {
	s.hook.begin(hookSettings{}, c.is("drop_pending_updates"))
	s.changed()
	return yes, nil
}

// begin ends the deliveries to the old address and starts those to the new one.
func (h *webhook) begin(set hookSettings, drop bool) {
	h.stop()
	q := h.server.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if drop {
		for _, u := range q.items {
			q.finish(u)
		}
		q.settle()
		h.server.idle.fire()
	}
	h.mu.Lock()
	h.set = set
	if set.URL == "" {
		h.mu.Unlock()
		return
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.lanes = map[lane]*hookLane{}
	h.mu.Unlock()
	if q.turn != nil {
		close(q.turn.ended)
		q.turn = nil
	}
	q.deliver = h.accept
	for _, u := range q.items {
		if !u.done {
			h.accept(u)
		}
	}
}

// stop ends all deliveries and waits for those under way.
func (h *webhook) stop() {
	q := h.server.queue
	q.mu.Lock()
	q.deliver = nil
	q.mu.Unlock()
	h.mu.Lock()
	if h.cancel != nil {
		h.cancel()
	}
	for _, l := range h.lanes {
		if l.timer != nil {
			l.timer.Stop()
		}
	}
	h.lanes, h.ready = nil, nil
	h.mu.Unlock()
	h.work.Wait()
	h.client.CloseIdleConnections()
}

// accept puts an update into its lane. The queue's lock is held.
func (h *webhook) accept(u *update) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lanes == nil {
		return
	}
	l := h.lanes[u.lane]
	if l != nil {
		l.items = append(l.items, u)
		return
	}
	l = &hookLane{name: u.lane, items: []*update{u}}
	h.lanes[u.lane] = l
	h.enlist(l)
}

// enlist makes a lane ready, and a worker if there may be one more.
func (h *webhook) enlist(l *hookLane) {
	h.ready = append(h.ready, l)
	if h.workers < h.set.Most {
		h.workers++
		ctx, set := h.ctx, h.set
		h.work.Go(func() { h.serve(ctx, set) })
	}
}

// serve delivers the first update of one ready lane after another.
func (h *webhook) serve(ctx context.Context, set hookSettings) {
	for {
		h.mu.Lock()
		if ctx.Err() != nil || len(h.ready) == 0 {
			h.workers--
			h.mu.Unlock()
			return
		}
		l := h.ready[0]
		h.ready = h.ready[1:]
		u := l.items[0]
		h.mu.Unlock()
		again, ok := time.Duration(0), true
		if u.expires > h.server.Now().UnixNano() {
			again, ok = h.deliver(ctx, set, u)
		}
		if ctx.Err() != nil && !ok {
			continue
		}
		if ok {
			h.confirm(u)
		}
		h.after(ctx, l, ok, again)
	}
}

func (h *webhook) confirm(u *update) {
	q := h.server.queue
	q.mu.Lock()
	q.finish(u)
	q.settle()
	quiet := q.waiting == 0
	q.mu.Unlock()
	h.server.changed()
	if quiet {
		h.server.idle.fire()
	}
}

// after goes on with a lane: its next update, or the same one later.
func (h *webhook) after(ctx context.Context, l *hookLane, ok bool, again time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if ok {
		l.failed = 0
		if l.items = l.items[1:]; len(l.items) == 0 {
			delete(h.lanes, l.name)
			return
		}
		h.ready = append(h.ready, l)
		return
	}
	l.failed++
	wait := max(again, retryWait(l.failed))
	if wait == 0 {
		h.ready = append(h.ready, l)
		return
	}
	l.timer = time.AfterFunc(wait, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if ctx.Err() == nil {
			h.enlist(l)
		}
	})
}

// retryWait is how long a lane rests after so many failures: first not at all.
func retryWait(failed int) time.Duration {
	if failed <= 1 {
		return 0
	}
	return min(firstRetry<<min(failed-2, 10), longestRetry)
}

// deliver sends one update; it tells when to come again if that was refused.
func (h *webhook) deliver(ctx context.Context, set hookSettings, u *update) (time.Duration, bool) {
	body := u.appendTo(make([]byte, 0, len(u.body)+40))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, set.URL, bytes.NewReader(body))
	if err != nil {
		h.note("Wrong webhook URL")
		return 0, false
	}
	r.Header.Set("Content-Type", "application/json")
	if set.Secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", set.Secret)
	}
	w, err := h.client.Do(r)
	if err != nil {
		if ctx.Err() == nil {
			h.note("Connection failed")
		}
		return 0, false
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(w.Body, 1<<20))
	if w.StatusCode < 200 || w.StatusCode > 299 {
		h.note("Wrong response from the webhook: " + w.Status)
		seconds, _ := strconv.Atoi(w.Header.Get("Retry-After"))
		return min(time.Duration(max(seconds, 0))*time.Second, longestRetryAfter), false
	}
	if err != nil {
		h.note("Wrong response from the webhook: body is cut short")
		return 0, true
	}
	h.obey(ctx, w.Header.Get("Content-Type"), answer)
	return 0, true
}

// obey carries out the call that the answer to an update may hold. Nobody hears
// its result.
func (h *webhook) obey(ctx context.Context, kind string, body []byte) {
	c := &call{ctx: ctx, values: map[string]string{}}
	kind, _, _ = strings.Cut(kind, ";")
	if err := c.readBody(kind, "", bytes.NewReader(body)); err != nil {
		return
	}
	c.name = c.values["method"]
	c.method = lower(c.name)
	delete(c.values, "method")
	switch {
	case c.method == "", strings.HasPrefix(c.method, "get"):
	case c.method == "setwebhook", c.method == "deletewebhook", c.method == "close", c.method == "logout":
	default:
		// Telegram, too, throws the result away.
		_, _ = h.server.carryOut(c)
	}
}

func (h *webhook) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastError, h.lastErrorDate = what, h.server.Now().Unix()
}

func (s *Server) getWebhookInfo(*call) ([]byte, error) {
	pending := s.queue.pending()
	s.queue.mu.Lock()
	var kinds []string
	for kind := range s.queue.allowed {
		kinds = append(kinds, kind)
	}
	s.queue.mu.Unlock()
	s.hook.mu.Lock()
	defer s.hook.mu.Unlock()
	return encode(struct {
		URL       string   `json:"url"`
		Custom    bool     `json:"has_custom_certificate"`
		Pending   int      `json:"pending_update_count"`
		Address   string   `json:"ip_address,omitempty"`
		ErrorDate int64    `json:"last_error_date,omitempty"`
		Error     string   `json:"last_error_message,omitempty"`
		Most      int      `json:"max_connections,omitempty"`
		Allowed   []string `json:"allowed_updates,omitempty"`
	}{
		URL: s.hook.set.URL, Pending: pending, ErrorDate: s.hook.lastErrorDate, Error: s.hook.lastError,
		Most: s.hook.set.Most, Allowed: kinds,
	}), nil
}
