package bot_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
)

// A lone bot has a Telegram with which calls of a method go wrong.
type lone struct {
	*bot.Bot
	failure *simulator.Failure
	stop    func()
}

func begin(t *testing.T, hook string, fault simulator.Fault) lone {
	t.Helper()
	phones, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(phones.Handler())
	fault.Times = -1
	failure := phones.Fail(fault)
	w := flowtest.New(t, flows.All)
	w.Now = phones.Now
	b, err := bot.New(bot.Config{DB: another(t, w), House: w.House, Token: "1000001:simulated", API: server.URL, Zone: time.UTC, Lang: campaign.Chinese,
		Now: phones.Now, Rates: bot.TelegramRates(), Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Hook: hook, Secret: "open-sesame"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the bot ended with %v", err)
		}
	})
	t.Cleanup(func() {
		stop()
		phones.Close()
		server.Close()
	})
	return lone{b, failure, stop}
}

// becomes waits until a bot is ready, or is not for a reason.
func becomes(t *testing.T, b *bot.Bot, why string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		ready, said := b.Ready(ctx)
		if said == why && ready == (why == "") {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the bot says %q, want %q", said, why)
		case <-tick.C:
		}
	}
}

func TestABotIsReadyOnceUpdatesCanCome(t *testing.T) {
	conflict := simulator.Fault{Status: http.StatusConflict, Body: `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}`}
	for _, c := range []struct {
		method, hook, why string
		fault             simulator.Fault
	}{
		{"getMe", "", "Telegram has not said yet who the bot is", simulator.BadGateway()},
		{"getUpdates", "", "Telegram gives no updates yet", conflict},
		{"setWebhook", "http://127.0.0.1:1/hook", "Telegram does not know the address of the webhook yet", simulator.BadGateway()},
	} {
		t.Run(c.method, func(t *testing.T) {
			c.fault.Method = c.method
			l := begin(t, c.hook, c.fault)
			becomes(t, l.Bot, c.why)
			l.failure.Lift()
			becomes(t, l.Bot, "")
		})
	}
}

func TestABotThatStandsByIsReady(t *testing.T) {
	s := show(t, bottest.Plan{Bots: 2})
	for _, b := range s.Bots {
		becomes(t, b, "")
	}
}

func TestABotWithoutItsDatabaseIsNotReady(t *testing.T) {
	l := begin(t, "", simulator.Fault{Method: "none"})
	becomes(t, l.Bot, "")
	l.stop()
	becomes(t, l.Bot, "")
	if err := l.DB.Close(); err != nil {
		t.Fatal(err)
	}
	becomes(t, l.Bot, "the database does not answer")
}
