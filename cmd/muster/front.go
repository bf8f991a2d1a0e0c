package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync/atomic"
	"time"

	"campaign/bot"
	"campaign/bot/pages"
)

// A front is what is served at MUSTER_LISTEN, from the program's first moment
// to its last: a program that is starting or stopping says so.
type front struct {
	listener net.Listener
	server   *http.Server
	stopping <-chan struct{}
	shown    atomic.Pointer[shown] // nil until the schema is up to date
}

// What is shown of a bot.
type shown struct {
	*bot.Bot
	metrics http.Handler
	pages   http.Handler
	path    string // where Telegram calls, if it does
	hook    http.Handler
}

// listen opens the front. Once stopping is closed it is no longer ready.
func listen(address string, stopping <-chan struct{}) (*front, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on MUSTER_LISTEN: %w", err)
	}
	f := &front{listener: l, stopping: stopping}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", f.readyz)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/", f.bots)
	f.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	return f, nil
}

// serve answers while work goes on, which ends early where the listener breaks.
func (f *front) serve(ctx context.Context, work func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	broken := make(chan error, 1)
	go func() {
		err := f.server.Serve(f.listener)
		stop()
		broken <- err
	}()
	err := work(ctx)
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
	defer cancel()
	if f.server.Shutdown(closing) != nil {
		f.server.Close() // who still reads has had all that was to be said
	}
	if end := <-broken; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(fmt.Errorf("listen on MUSTER_LISTEN: %w", end), err)
	}
	return err
}

// show serves a bot from now on.
func (f *front) show(b *bot.Bot) error {
	web, err := pages.New(b.DB, b.House, b.Username, b.Log)
	if err != nil {
		return err
	}
	s := &shown{Bot: b, metrics: b.Metrics(), pages: web}
	if b.Hook != "" {
		path, err := b.HookPath()
		if err != nil {
			return err
		}
		s.path, s.hook = path, b.Webhook()
	}
	f.shown.Store(s)
	return nil
}

// ready tells whether the program can do its work, or why not.
func (f *front) ready(ctx context.Context) (ready bool, why string) {
	select {
	case <-f.stopping:
		return false, "stopping: what was begun is being finished"
	default:
	}
	s := f.shown.Load()
	if s == nil {
		return false, "starting: the database is being opened and its schema brought up to date"
	}
	return s.Ready(ctx)
}

func (f *front) readyz(w http.ResponseWriter, r *http.Request) {
	ready, why := f.ready(r.Context())
	if !ready {
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// bots answers for the bot. Before there is one, whoever calls is to come again.
func (f *front) bots(w http.ResponseWriter, r *http.Request) {
	switch s := f.shown.Load(); {
	case s == nil:
		http.Error(w, "starting", http.StatusServiceUnavailable)
	case s.hook != nil && r.URL.Path == s.path:
		s.hook.ServeHTTP(w, r)
	case strings.HasPrefix(r.URL.Path, pages.Root):
		s.pages.ServeHTTP(w, r)
	case r.URL.Path == "/metrics":
		s.metrics.ServeHTTP(w, r)
	default:
		http.NotFound(w, r)
	}
}
