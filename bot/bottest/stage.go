package bottest

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/simulator"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
	"campaign/storage/storagetest"
)

// A Plan is what a stage is to be beside the usual: one bot, long polling, no
// limits.
type Plan struct {
	Telegram simulator.Options
	Rates    bot.Rates // zero holds nothing back but what keeps a chat in order
	Paces    bot.Paces // zero holds nobody back
	Secret   string    // of a webhook; "" is long polling
	Log      io.Writer // beside the output of the test; may be nil
	Wired    bool      // each bot has a database of its own, behind a wire
	Bots     int       // 0 is one; with a webhook, what Telegram brings goes to each in turn
	Keep     storage.Retention
	Patience time.Duration // with a turn; 0 is that of the machine
}

// A Stage is bots between the district of a world and a simulated Telegram,
// whose clock is the world's and stands still.
type Stage struct {
	*flowtest.World
	Phones *simulator.Server
	Bots   []*bot.Bot
	Hook   string              // where Telegram calls, if it does
	Wires  []*storagetest.Wire // of each bot, where they are wired
	hooks  []http.Handler
	called atomic.Int64
	API    string // of the simulated Telegram
	zone   *time.Location
	moved  chan struct{}
}

// Show starts bots in a world. They stop, in order, when the test ends.
func Show(t testing.TB, w *flowtest.World, p Plan) *Stage {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	o := p.Telegram
	o.Zone, o.Start, o.Frozen, o.SpecFile = zone, flowtest.Start, true, os.Getenv("MUSTER_BOTAPI_SPEC")
	phones, err := simulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(phones.Handler())
	flowtest.People(func(n int, account int64, name, phone string, bound bool) {
		phones.AddUsers([]simulator.User{{ID: account, FirstName: name, Phone: phone, LanguageCode: "en", Started: bound}})
	})
	w.Now = phones.Now
	s := &Stage{World: w, Phones: phones, API: server.URL, zone: zone, moved: make(chan struct{}, 1)}
	phones.OnClock(func(time.Time) { s.stir() })
	balancer := httptest.NewUnstartedServer(http.HandlerFunc(s.balance))
	if p.Secret != "" {
		s.Hook = "http://" + balancer.Listener.Addr().String() + "/hook"
	}
	var starts []func() (stop func())
	for range max(1, p.Bots) {
		starts = append(starts, s.prepare(t, p))
	}
	balancer.Start()
	var stops []func()
	for _, start := range starts {
		stops = append(stops, start())
	}
	t.Cleanup(func() {
		for _, stop := range stops {
			stop()
		}
		balancer.Close()
		phones.Close()
		server.Close()
		for _, v := range phones.Violations() {
			t.Errorf("the Bot API would not take this: %v", v)
		}
	})
	return s
}

// balance gives a call of Telegram's to the next bot, or to the one after where
// that one cannot take it now.
func (s *Stage) balance(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // Telegram has gone
	}
	next := int(s.called.Add(1) - 1)
	for n := range s.hooks {
		answer := httptest.NewRecorder()
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		s.hooks[(next+n)%len(s.hooks)].ServeHTTP(answer, again)
		if answer.Code != http.StatusServiceUnavailable || n == len(s.hooks)-1 {
			maps.Copy(w.Header(), answer.Header())
			w.WriteHeader(answer.Code)
			w.Write(answer.Body.Bytes())
			return
		}
	}
}

// prepare makes one bot, and returns what starts it.
func (s *Stage) prepare(t testing.TB, p Plan) (start func() (stop func())) {
	t.Helper()
	if p.Rates == (bot.Rates{}) {
		p.Rates = quick()
	}
	log := t.Output()
	if p.Log != nil {
		log = io.MultiWriter(log, p.Log)
	}
	b, err := bot.New(bot.Config{DB: s.connect(t, p.Wired), House: s.House, Token: "1000001:simulated", API: s.API, Zone: s.zone, Lang: campaign.Chinese,
		Now: s.Phones.Now, Moved: s.moved, Rates: p.Rates, Paces: p.Paces, Keep: p.Keep, Log: slog.New(slog.NewTextHandler(log, nil)), Hook: s.Hook, Secret: p.Secret, Patience: p.Patience})
	if err != nil {
		t.Fatal(err)
	}
	s.Bots, s.hooks = append(s.Bots, b), append(s.hooks, b.Webhook())
	return func() func() {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		return func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("the bot ended with %v", err)
			}
		}
	}
}

// connect gives a bot the world's database, or the way there by a wire.
func (s *Stage) connect(t testing.TB, wired bool) *storage.DB {
	t.Helper()
	if !wired {
		return s.DB
	}
	wire := storagetest.NewWire(t, s.DB.DSN)
	c := s.DB.Config
	c.DSN = wire.DSN + " connect_timeout=1"
	db, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s.Wires = append(s.Wires, wire)
	return db
}

// stir has the bot look at the clock.
func (s *Stage) stir() {
	select {
	case s.moved <- struct{}{}:
	default:
	}
}

// Settle waits until the bot rests: Telegram has nothing for it, nothing is due,
// and all that was to be said by now is said.
func (s *Stage) Settle(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.Phones.Idle(ctx); err != nil {
		t.Fatalf("the bot does not come to rest: %v", err)
	}
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	// One look is not enough: what is on its way may pass from what is looked at
	// last to what was looked at first.
	for rests := 0; ; {
		busy := ""
		err := s.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
			busy, err = s.busy(ctx, tx)
			return err
		})
		if err != nil {
			t.Fatalf("the bot does not come to rest: %v", err)
		}
		if rests++; busy != "" {
			rests = 0
		}
		if rests == 2 {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("the bot does not come to rest: %s", busy)
		}
	}
}

// busy tells what is still to be done now; "" is nothing.
func (s *Stage) busy(ctx context.Context, tx *storage.Tx) (string, error) {
	due, err := s.Next(ctx, tx)
	if err != nil {
		return "", err
	}
	if !due.IsZero() && !due.After(tx.Now) {
		s.stir() // it would look by itself, a little later
		return "something is due since " + due.String(), nil
	}
	var left string
	err = tx.Get(ctx, &left, `
		SELECT coalesce((SELECT 'a message is ' || state FROM posts p WHERE state = 'sending' OR state = 'queued' AND due <= $1 AND NOT EXISTS (
		                   SELECT FROM chats c WHERE c.id = p.chat_id AND c.branch_id IS NOT NULL AND c.reach <> 'open' AND NOT c.aside) LIMIT 1),
		                (SELECT 'a change waits' FROM redraws LIMIT 1),
		                (SELECT 'an update is waiting' FROM inbox WHERE state = 'waiting' LIMIT 1), '')`, tx.Now)
	return left, err
}
