package bot_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// A stage is a bot between a settled district and a simulated Telegram.
type stage struct {
	*flowtest.World
	phones *simulator.Server
	api    string
	hook   string // where the webhook is served
	t      *testing.T
}

// A plan is what a stage is to be beside the usual.
type plan struct {
	telegram simulator.Options
	flows    []flow.Flow // nil is every flow
	rates    bot.Rates   // zero is without limits
	hook     string      // the secret of a webhook; "" is long polling
	bots     int         // 0 is one
}

// show starts bots over a settled district; they stop, in order, when the test
// ends.
func show(t *testing.T, p plan) *stage {
	t.Helper()
	o := p.telegram
	if p.flows == nil {
		p.flows = flows.All
	}
	if p.rates == (bot.Rates{}) {
		p.rates = bot.Rates{Second: time.Second, Minute: time.Minute, Patience: 2 * time.Second, Several: 1000}
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w := flowtest.New(t, p.flows)
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
	moved := make(chan struct{}, 1)
	phones.OnClock(func(time.Time) {
		select {
		case moved <- struct{}{}:
		default:
		}
	})
	st := &stage{World: w, phones: phones, api: server.URL, t: t}
	var stops []func()
	for range max(1, p.bots) {
		stops = append(stops, st.run(p, zone, moved))
	}
	t.Cleanup(func() {
		for _, stop := range stops {
			stop()
		}
		phones.Close()
		server.Close()
		for _, v := range phones.Violations() {
			t.Errorf("the Bot API would not take this: %v", v)
		}
	})
	return st
}

// run starts one bot, and returns what stops it.
func (s *stage) run(p plan, zone *time.Location, moved <-chan struct{}) (stop func()) {
	s.t.Helper()
	c := bot.Config{DB: s.DB, House: s.House, Token: "1000001:simulated", API: s.api, Zone: zone, Lang: campaign.Chinese,
		Now: s.phones.Now, Moved: moved, Rates: p.rates, Log: slog.New(slog.NewTextHandler(s.t.Output(), nil))}
	var hook *httptest.Server
	var handler http.Handler
	if p.hook != "" {
		hook = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
		c.Hook, c.Secret = hook.URL+"/hook", p.hook
		s.hook = c.Hook
	}
	b, err := bot.New(c)
	if err != nil {
		s.t.Fatal(err)
	}
	handler = b.Webhook()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("the bot ended with %v", err)
		}
		if hook != nil {
			hook.Close()
		}
	}
}

// reads waits until somebody is shown a message with a text.
func (s *stage) reads(user, chat int64, text string) simulator.Message {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	m, err := s.phones.Await(ctx, user, chat, func(m simulator.Message) bool { return m.Text == text })
	if err != nil {
		all, _ := s.phones.Messages(user, chat)
		s.t.Fatalf("%d never read %q; they read %+v", user, text, all)
	}
	return m
}

func TestACommandIsAnswered(t *testing.T) {
	s := show(t, plan{})
	if _, err := s.phones.Say(1001, 1001, "/language"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "Which language shall I speak?")
	if _, err := s.phones.PressByLabel(t.Context(), 1001, 1001, "中文"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "按钮如何显示？")
	if _, err := s.phones.PressByLabel(t.Context(), 1001, 1001, "并排显示"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "好的。发送 /menu 查看菜单。")
}
