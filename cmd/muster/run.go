package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"campaign/bot"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/storage"
)

// runCommand runs the bot against Telegram.
type runCommand struct {
	general
	telegram
	retention
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
	keep, err := r.retention.check()
	if err != nil {
		return err
	}
	c.log.Info("settings", "api", r.API, "listen", r.Listen, "webhook", r.WebhookURL != "", "own_postgres", r.DatabaseURL == "", "timezone", r.Timezone, "language", r.Language, "token", "***")
	f, err := listen(r.Listen, ctx.Done())
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { giveUp(c.log) })()
	return f.serve(ctx, func(ctx context.Context) error { return r.work(ctx, c, token, keep, f) })
}

// work runs the bot until ctx ends.
func (r runCommand) work(ctx context.Context, c checked, token string, keep storage.Retention, f *front) error {
	db, stop, err := r.await(ctx, c)
	if err != nil {
		return err
	}
	defer stop()
	house := flow.New(flows.All)
	house.Public = r.public()
	b, err := bot.New(bot.Config{DB: db, House: house, Token: token, API: r.API, Zone: c.zone, Lang: c.lang, Now: time.Now,
		Rates: bot.TelegramRates(), Paces: bot.HumanPaces(), Keep: keep, Log: c.log, Hook: r.WebhookURL, Secret: r.WebhookSecret})
	if err != nil {
		return err
	}
	if err := b.Recognise(ctx); err != nil {
		return err
	}
	if err := f.show(b); err != nil {
		return err
	}
	return b.Run(ctx)
}

// atMost is how long a program that was told to stop may take: what it has not
// finished by then is not confirmed, and comes again.
const atMost = 9500 * time.Millisecond

// giveUp ends the program where it has not ended by itself in time.
func giveUp(log *slog.Logger) {
	time.Sleep(atMost)
	log.Error("the program did not stop in time; what was not confirmed comes again")
	os.Exit(1)
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
