package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/pprof"
	"os"
	"runtime/debug"
	"time"

	"campaign/bot"
	"campaign/flows"
	"campaign/flows/flow"

	"golang.org/x/sync/errgroup"
)

// runCommand runs the bot against Telegram.
type runCommand struct {
	general
	telegram
}

// roomy has the collector run less often than usual, as long as there is room: a
// rush then leaves more of the processor to its presses. What operators set in
// the environment stands.
func roomy() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(100 << 20)
	}
}

// Run runs until ctx ends.
func (r runCommand) Run(ctx context.Context) error {
	roomy()
	c, err := r.general.check()
	if err != nil {
		return err
	}
	token, err := r.telegram.check()
	if err != nil {
		return err
	}
	c.log.Info("settings", "api", r.API, "listen", r.Listen, "webhook", r.WebhookURL != "", "own_postgres", r.DatabaseURL == "", "timezone", r.Timezone, "language", r.Language, "token", "***")
	db, stop, err := r.await(ctx, c)
	if err != nil {
		return err
	}
	defer stop()
	b, err := bot.New(bot.Config{DB: db, House: flow.New(flows.All), Token: token, API: r.API, Zone: c.zone, Lang: c.lang, Now: time.Now,
		Rates: bot.TelegramRates(), Log: c.log, Hook: r.WebhookURL, Secret: r.WebhookSecret})
	if err != nil {
		return err
	}
	return r.serve(ctx, b)
}

// serve runs the bot and what is served beside it; the one that ends takes the
// other along.
func (r runCommand) serve(ctx context.Context, b *bot.Bot) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	if r.WebhookURL != "" {
		path, err := b.HookPath()
		if err != nil {
			return err
		}
		mux.Handle(path, b.Webhook())
	}
	server := &http.Server{Addr: r.Listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error {
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("listen on MUSTER_LISTEN: %w", err)
		}
		return nil
	})
	all.Go(func() error {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return server.Shutdown(grace)
	})
	all.Go(func() error {
		if err := b.Run(ctx); err != nil {
			return err
		}
		return context.Canceled
	})
	return all.Wait()
}

// migrateCommand brings the schema up to date.
type migrateCommand struct{ general }

// Run migrates and stops.
func (m migrateCommand) Run(ctx context.Context) error {
	c, err := m.check()
	if err != nil {
		return err
	}
	db, stop, err := m.open(ctx, c, time.Now, func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return err
	}
	defer stop()
	n, err := db.Migrate(ctx, flow.New(flows.All).Rooms()...)
	if err != nil {
		return err
	}
	fmt.Printf("The schema is up to date; %d files were new.\n", n)
	return nil
}
