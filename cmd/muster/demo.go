package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/pages"
	"campaign/bot/simulator"
	"campaign/cmd/muster/demo"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/embedded"

	"golang.org/x/sync/errgroup"
)

// demoCommand is the whole product on this machine.
type demoCommand struct {
	Members int    `default:"18400" help:"How many members the district has."`
	Listen  string `default:"127.0.0.1:8080" help:"Where the page with the phones is served."`
	Data    string `placeholder:"DIR" help:"Where the demo is kept between runs (default: a folder in the user's cache)."`
	Fresh   bool   `help:"Begins anew."`
	Log     string `env:"MUSTER_LOG_LEVEL" default:"error" help:"What is logged: debug, info, warn or error."`
}

// The demo's bot is known to nobody but the simulated Telegram.
const (
	demoToken = "1000001:simulated"
	demoZone  = "Asia/Shanghai"
	demoSeed  = 20261201
)

// demoRates are those of a Telegram that has no limits, so that the demo is
// ready soon; a group still hears no more than it could read.
func demoRates() bot.Rates {
	return bot.Rates{Second: time.Second, Minute: time.Minute, Patience: 2 * time.Second, Several: 1000}
}

// Run shows the demo until ctx ends.
func (d demoCommand) Run(ctx context.Context) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(d.Log)); err != nil {
		return wrong{fmt.Errorf("MUSTER_LOG_LEVEL: %q is not debug, info, warn or error", d.Log)}
	}
	if d.Members < demo.Smallest || d.Members > demo.Largest {
		return wrong{fmt.Errorf("--members: a district has %d to %d members", demo.Smallest, demo.Largest)}
	}
	if !hearable(d.Listen) {
		return wrong{fmt.Errorf("--listen: %q is not like 127.0.0.1:8080", d.Listen)}
	}
	zone, err := time.LoadLocation(demoZone)
	if err != nil {
		return err
	}
	dir, err := d.folder()
	if err != nil {
		return err
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	l, err := hear(d.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	house := flow.New(flows.All)
	house.Public = "http://" + l.Addr().String()
	bar := newBar(os.Stderr, func(t messages.Text) string { return house.Words.Plain(campaign.English, t) })
	defer bar.done()
	bar.say("Starting Postgres")
	if d.Fresh {
		if err := forget(dir); err != nil {
			return fmt.Errorf("begin anew: %w", err)
		}
	}
	postgres, err := embedded.Start(ctx, embedded.Options{Dir: filepath.Join(dir, "postgres"), Anew: d.Fresh, Say: func(line string) { bar.say("%s", line) }})
	if err != nil {
		return err
	}
	defer postgres.Stop()
	name := fmt.Sprintf("muster_%d", d.Members)
	if err := postgres.CreateDatabase(ctx, name); err != nil {
		return err
	}
	start := curtain(time.Now().In(zone))
	p := &production{dir: dir, zone: zone, start: start, bar: bar, log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
		district: demo.Make(demoSeed, d.Members, start), house: house}
	return p.play(ctx, postgres.DSN(name), filepath.Join(dir, fmt.Sprintf("telegram-%d", d.Members)), l)
}

// forget removes what the phones of districts of every size hold: their
// databases go too.
func forget(dir string) error {
	states, err := filepath.Glob(filepath.Join(dir, "telegram-*"))
	for _, state := range states {
		err = errors.Join(err, os.Remove(state))
	}
	return err
}

// folder is where the demo is kept.
func (d demoCommand) folder() (string, error) {
	if d.Data == "" {
		return embedded.CacheFolder("muster-demo")
	}
	dir, err := filepath.Abs(d.Data)
	if err != nil {
		return "", wrong{fmt.Errorf("--data: %w", err)}
	}
	return dir, nil
}

// curtain is when a new demo begins: the afternoon of this workday, or of the
// next, since nobody meets at night. The clock of the demo can be moved on.
func curtain(now time.Time) time.Time {
	day := campaign.DayOf(now)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.Add(1)
	}
	return day.At(campaign.ClockAt(14, 20), now.Location())
}

// A production is a demo that is being shown.
type production struct {
	dir      string
	zone     *time.Location
	start    time.Time // what the clock of a new demo shows
	bar      *bar
	log      *slog.Logger
	district demo.District
	house    *flow.House
	phones   *simulator.Server
	db       *storage.DB
}

// play shows the demo on the phones until ctx ends.
func (p *production) play(ctx context.Context, dsn, state string, l net.Listener) error {
	var err error
	p.phones, err = simulator.New(simulator.Options{Token: demoToken, BotUsername: "muster_bot", BotName: "集结 Muster", Zone: p.zone, Start: p.start, File: state, Rests: true,
		Shortcuts: p.district.Shortcuts(), Hints: demo.Hints(), Actions: p.district.Actions(func() *simulator.Server { return p.phones })})
	if err != nil {
		return err
	}
	defer p.phones.Close()
	p.db, err = storage.Open(ctx, storage.Config{DSN: dsn, Conns: 24, Now: p.phones.Now, Zone: p.zone, Lang: campaign.Chinese})
	if err != nil {
		return err
	}
	defer p.db.Close()
	if _, err := p.db.Migrate(ctx, p.house.Rooms()...); err != nil {
		return err
	}
	fresh, err := p.settle(ctx)
	if err != nil {
		return err
	}
	if _, peopled := p.phones.User(p.district.Cast.Member.TelegramID); !peopled {
		if err := p.district.Populate(p.phones); err != nil {
			return err
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/", p.phones.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	moved := make(chan struct{}, 1)
	p.phones.OnClock(func(time.Time) {
		select {
		case moved <- struct{}{}:
		default:
		}
	})
	b, err := bot.New(bot.Config{DB: p.db, House: p.house, Token: demoToken, API: "http://" + l.Addr().String(), Zone: p.zone, Lang: campaign.Chinese,
		Now: p.phones.Now, Moved: moved, Rates: demoRates(), Paces: bot.HumanPaces(), Log: p.log})
	if err != nil {
		return err
	}
	mux.Handle("GET /metrics", b.Metrics())
	web, err := pages.New(p.db, p.house, b.Username, p.log)
	if err != nil {
		return err
	}
	mux.Handle(pages.Root, web)
	stopped, stop := context.WithCancel(ctx)
	defer stop()
	var all errgroup.Group
	all.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	all.Go(func() error {
		defer server.Close()
		defer stop()
		return b.Run(stopped)
	})
	if fresh {
		p.open(stopped)
	}
	p.bar.done()
	if stopped.Err() == nil {
		fmt.Printf("Muster is at http://%s/\n", l.Addr())
	}
	return all.Wait()
}

// hear listens where it was asked to, or on another port where that is taken.
func hear(listen string) (net.Listener, error) {
	l, err := net.Listen("tcp", listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		fmt.Fprintf(os.Stderr, "%s is taken; another port is used.\n", listen)
		host, _, _ := net.SplitHostPort(listen) // it has been listened to
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, wrong{fmt.Errorf("--listen: %w", err)}
	}
	return l, nil
}

// settle makes the district where there is none yet, through the imports that
// anybody uses. It reports whether it did.
func (p *production) settle(ctx context.Context) (fresh bool, err error) {
	err = p.db.InTx(ctx, func(tx *storage.Tx) error {
		there, err := demo.Settled(ctx, tx)
		fresh = !there
		return err
	})
	if err != nil || !fresh {
		return false, err
	}
	p.bar.say("Making a district of %d members", len(p.district.Members))
	if err := p.take(ctx, "roster", p.district.Roster); err != nil {
		return false, err
	}
	if err := p.db.InTx(ctx, func(tx *storage.Tx) error { return p.district.Settle(ctx, tx) }); err != nil {
		return false, err
	}
	if err := p.take(ctx, "activities", p.district.Activities); err != nil {
		return false, err
	}
	return true, p.db.InTx(ctx, func(tx *storage.Tx) error { return p.district.Past(ctx, tx) })
}

func (p *production) take(ctx context.Context, what string, table sheet.Table) error {
	report, err := take(ctx, p.db, p.house, what, flow.Incoming{Table: table, Far: p.bar.at}, campaign.English, false)
	if err != nil {
		return err
	}
	for _, f := range report.Faults {
		err = errors.Join(err, fmt.Errorf("%s, line %d: %s", what, f.Line, p.house.Words.Plain(campaign.English, f.Why)))
	}
	return err
}

// open waits until the first cards have been delivered: what the page shows at
// once is then there.
func (p *production) open(ctx context.Context) {
	for begun := time.Now(); time.Since(begun) < time.Minute && ctx.Err() == nil; {
		var cards struct{ N, Queued int }
		err := p.db.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Get(ctx, &cards, `SELECT count(*) AS n, count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued FROM posts`)
		})
		if err == nil && cards.N > 0 && cards.Queued == 0 {
			return
		}
		p.bar.at(flow.Stage{Doing: "Delivering the first cards", Done: cards.N - cards.Queued, Of: cards.N})
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}
