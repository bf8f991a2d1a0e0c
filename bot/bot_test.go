package bot_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// A stage is a bot between a settled district and a simulated Telegram.
type stage struct {
	*flowtest.World
	phones *simulator.Server
	t      *testing.T
}

// show starts a bot with every flow; it stops, in order, when the test ends.
func show(t *testing.T, o simulator.Options) *stage {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	w := flowtest.New(t, flows.All)
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
	b, err := bot.New(bot.Config{DB: w.DB, House: w.House, Token: "1000001:simulated", API: server.URL, Zone: zone, Lang: campaign.Chinese,
		Now: phones.Now, Moved: moved, Rates: bot.TelegramRates(), Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the bot ended with %v", err)
		}
		phones.Close()
		server.Close()
		for _, v := range phones.Violations() {
			t.Errorf("the Bot API would not take this: %v", v)
		}
	})
	return &stage{w, phones, t}
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
	s := show(t, simulator.Options{})
	if _, err := s.phones.Say(1001, 1001, "/language"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "Which language shall I speak?")
	if _, err := s.phones.PressByLabel(t.Context(), 1001, 1001, "中文"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "How shall I show buttons?")
	if _, err := s.phones.PressByLabel(t.Context(), 1001, 1001, "Side by side"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "好的。发送 /menu 查看菜单。")
}
