// Package bottest plays the transcripts of the flows through the whole machine:
// people act on the phones of a simulated Telegram, the bot hears of it over
// HTTP, takes its turns over a real Postgres and answers; what the phones show
// must be what the transcript says. It must never call the house past the bot.
package bottest

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/simulator"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

// Run plays every transcript of testdata, each with a bot and a Telegram of its
// own. What is seen must be what the transcript says: after each line, in each
// chat, in order; the audit of a line is compared without its order. It writes
// nothing: the transcripts are those of flowtest.Run.
//
// Flows makes the flows anew for each house, since a flow may hold what the test
// gave it to draw from.
//
// Where MUSTER_BOTAPI_SPEC names the Bot API as data, each call of the bot is
// held against it.
func Run(t *testing.T, flows func() []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) {
	flowtest.Each(t, func(t *testing.T, file, text string) {
		understudy := flowtest.Rehearse(flowtest.New(t, flows(), seeds...))
		p := open(t, flowtest.New(t, flows(), seeds...), understudy)
		for written, played := range flowtest.Play(t, p, filepath.Dir(file), flowtest.Script(text)) {
			if diff := cmp.Diff(written.Parts(), played.Parts()); diff != "" {
				t.Errorf("%s, after %q (-written +played):\n%s\nplayed:\n%s", file, written.Line, diff, played.Seen)
				return // what follows stands on it
			}
		}
	})
}

// quick are rates that hold nothing back but what keeps a chat in order.
func quick() bot.Rates {
	return bot.Rates{Second: time.Second, Minute: time.Minute, Chat: 2 * time.Millisecond, Burst: 1, Patience: 2 * time.Second, Several: 3}
}

// A Stage is a bot between the district of a world and a simulated Telegram,
// whose clock is the world's and stands still.
type Stage struct {
	*flowtest.World
	Phones *simulator.Server
	moved  chan struct{}
}

// Show starts a bot in a world. It stops, in order, when the test ends.
func Show(t testing.TB, w *flowtest.World, rates bot.Rates, o simulator.Options) *Stage {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
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
	s := &Stage{w, phones, make(chan struct{}, 1)}
	phones.OnClock(func(time.Time) { s.stir() })
	b, err := bot.New(bot.Config{DB: w.DB, House: w.House, Token: "1000001:simulated", API: server.URL, Zone: zone, Lang: campaign.Chinese,
		Now: phones.Now, Moved: s.moved, Rates: rates, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
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
	return s
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
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Phones.Idle(ctx); err != nil {
		t.Fatalf("the bot does not come to rest: %v", err)
	}
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		busy := ""
		err := s.DB.InTx(ctx, func(tx *storage.Tx) (err error) {
			busy, err = s.busy(ctx, tx)
			return err
		})
		if err != nil {
			t.Fatalf("the bot does not come to rest: %v", err)
		}
		if busy == "" {
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
		SELECT coalesce((SELECT 'a message is ' || state FROM posts WHERE state = 'sending' OR state = 'queued' AND due <= $1 LIMIT 1),
		                (SELECT 'an update is waiting' FROM inbox WHERE state = 'waiting' LIMIT 1), '')`, tx.Now)
	return left, err
}
