// Package bot is Telegram in and Telegram out. It receives updates, gives each
// to a turn in one transaction, and sends what is committed. It knows no flow,
// and no other room knows Telegram. All concurrency of the program is in this
// package: what it calls is sequential.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"campaign"
	"campaign/bot/drawing"
	"campaign/flows/flow"
	"campaign/storage"

	"golang.org/x/sync/errgroup"
)

// A Config is what a Bot is made of. Everything but Secret and Path is required.
type Config struct {
	DB     *storage.DB
	House  *flow.House
	Token  string
	API    string           // the address of the Bot API
	Zone   *time.Location   // the campaign's
	Lang   campaign.Lang    // of whoever's messenger speaks neither language
	Now    func() time.Time // the campaign's clock; pacing and timeouts use real time
	Moved  <-chan struct{}  // says that the clock was moved by hand; may be nil
	Rates  Rates
	Paces  Paces
	Keep   storage.Retention // for how long the machine holds what is its own; zero is for ever
	Log    *slog.Logger
	Hook   string // the address that Telegram calls; "" is long polling
	Secret string // what Telegram says to prove itself at Hook

	Patience time.Duration // with a turn, before it is stored and others go on; 0 is two seconds
}

// A Bot is the machine between Telegram and the flows.
type Bot struct {
	Config
	api     *api
	me      me
	taps    tapQueues
	turns   chan struct{} // a slot for each turn that may run at once
	outbox  chan struct{} // something may be due to be sent
	answers chan answer
	cache   *contents
	floods  floods
	open    sync.RWMutex // held while updates are taken in; Run locks it for good at its end
	hearing hearing
	metrics *metrics
	pen     *drawing.Pen
	gallery gallery
	keeps   []storage.Keep
	over    chan struct{} // closed when a program that was told to stop gives up what it could not finish
}

// The bounds of what runs at once: each is a connection or a request in flight.
const (
	turnsAtOnce   = 12
	tapCommitters = 2 // the fewer, the more share a commit; while one waits for the disk, the other works
	commitPace    = 4 * time.Millisecond
	waitingAtOnce = 4 // of stored turns: one that is slow again holds up few
	answersAtOnce = 128
	tapsAtOnce    = 500
)

// grace is how long a program that was told to stop goes on with what it has
// begun: longer only where the database is away.
const grace = 8 * time.Second

// hurry is how long such a program goes on calling Telegram, and with turns that
// can be taken later: what a call that is cut off did is then unsure, or is done
// again, as after any broken call.
const hurry = 4 * time.Second

// New makes a bot. It talks to nobody yet.
func New(c Config) (*Bot, error) {
	if c.Hook != "" && c.Secret == "" {
		return nil, errors.New("bot: a webhook without a secret would believe anybody")
	}
	a, err := newAPI(c.API, c.Token)
	if err != nil {
		return nil, err
	}
	pen, err := drawing.New()
	if err != nil {
		return nil, err
	}
	m := newMetrics(c.House.Every())
	m.registry.MustRegister(newFigures(c.DB))
	c.Patience = cmp.Or(c.Patience, patience)
	return &Bot{Config: c, api: a, taps: newTapQueues(tapCommitters), turns: make(chan struct{}, turnsAtOnce),
		outbox: make(chan struct{}, 1), answers: make(chan answer, 8*tapsAtOnce), cache: newContents(),
		floods:  floods{presses: NewFlood(c.Paces, c.Paces.Toast), messages: NewFlood(c.Paces, c.Paces.Line)},
		metrics: m, pen: pen, keeps: c.House.Keeps(c.Keep), over: make(chan struct{})}, nil
}

// Run receives and sends until ctx ends, then lets go in order: nothing new is
// taken, what was begun is finished and answered; what the database does not
// take in time is given up unconfirmed, so that Telegram brings it again. It
// fails only where Telegram says that the token is wrong. It runs once.
func (b *Bot) Run(ctx context.Context) error {
	if err := b.introduce(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	// Work outlives the order to stop: what was taken in is finished.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		if pause(work, grace) {
			close(b.over)
		}
	})()
	calls, hangUp := outlive(ctx, hurry)
	defer hangUp()
	var committing sync.WaitGroup
	for _, q := range b.taps {
		committing.Go(func() { b.commitTaps(work, q) })
	}
	var answering sync.WaitGroup
	for range answersAtOnce {
		answering.Go(func() { b.giveAnswers(calls) })
	}
	sources, ctx := errgroup.WithContext(ctx)
	sources.Go(func() error { return b.receive(ctx) })
	sources.Go(func() error { return b.keepTime(ctx) })
	for range waitingAtOnce {
		sources.Go(func() error { return b.takeWaiting(ctx) })
	}
	sources.Go(func() error { return b.DB.Lead(ctx, "sender", b.send) })
	sources.Go(func() error { return b.keepMenus(ctx) })
	sources.Go(func() error { return b.keepGroups(ctx) })
	err := sources.Wait()
	b.open.Lock() // what still comes in at the webhook is not taken: Telegram brings it again
	b.taps.close()
	committing.Wait()
	close(b.answers)
	answering.Wait()
	if err != nil {
		return fmt.Errorf("bot: %w", err)
	}
	return nil
}

// Username is the bot's name at Telegram, once Run has introduced it.
func (b *Bot) Username() string { return b.me.username() }

// nudge says that something may be due to be sent.
func (b *Bot) nudge() {
	select {
	case b.outbox <- struct{}{}:
	default:
	}
}

// outlive returns a context that ends d after ctx does.
func outlive(ctx context.Context, d time.Duration) (late context.Context, end context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() {
		pause(late, d)
		cancel()
	})
	return late, func() {
		forget()
		cancel()
	}
}

// pause waits for d of real time, or until ctx ends, which it reports.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// retry waits before the next try of what the database did not take. It is
// false when there is to be none.
func (b *Bot) retry(failures int) bool {
	t := time.NewTimer(backoff(failures))
	defer t.Stop()
	select {
	case <-b.over:
		return false
	case <-t.C:
		return true
	}
}

// backoff is how long to wait after so many failures in a row.
func backoff(failures int) time.Duration {
	return min(100*time.Millisecond<<min(failures, 10), 5*time.Second)
}
