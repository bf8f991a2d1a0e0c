package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/storage"
	"campaign/storage/embedded"

	"github.com/lib/pq"
)

// general is the settings of every command that uses the database.
type general struct {
	DatabaseURL string `name:"database-url" env:"MUSTER_DATABASE_URL" placeholder:"URL" help:"The Postgres database. Without it Muster runs a Postgres of its own in --data."`
	Data        string `env:"MUSTER_DATA" placeholder:"DIR" help:"The folder of Muster's own Postgres (default: /var/lib/muster for root, else the user's data folder)."`
	Timezone    string `env:"MUSTER_TIMEZONE" default:"Asia/Shanghai" help:"The campaign's time zone."`
	Language    string `env:"MUSTER_LANGUAGE" default:"zh" help:"The language of whoever has not chosen one: zh or en."`
	Log         string `env:"MUSTER_LOG" default:"text" help:"How logs are written: text or json."`
	LogLevel    string `env:"MUSTER_LOG_LEVEL" default:"info" help:"What is logged: debug, info, warn or error."`
	QuietHours  string `env:"MUSTER_QUIET_HOURS" default:"22:00-07:00" help:"When only urgent messages are sent."`
}

// checked is the settings once they are known to be right.
type checked struct {
	zone *time.Location
	lang campaign.Lang
	log  *slog.Logger
}

// check returns the settings, or the first thing that is wrong with them.
func (g general) check() (checked, error) {
	c, faults := g.examine()
	return c, first(faults)
}

// first is the first of what is wrong, if anything is.
func first(faults []error) error {
	if len(faults) == 0 {
		return nil
	}
	return faults[0]
}

// examine finds all that is wrong with the settings, by their names.
func (g general) examine() (c checked, faults []error) {
	is := func(format string, args ...any) { faults = append(faults, wrong{fmt.Errorf(format, args...)}) }
	var err error
	if c.zone, err = time.LoadLocation(g.Timezone); err != nil || g.Timezone == "" || g.Timezone == "Local" {
		is("MUSTER_TIMEZONE: %q is no time zone; write one like Asia/Shanghai", g.Timezone)
		c.zone = nil
	}
	c.lang = campaign.Lang(g.Language)
	if c.lang != campaign.Chinese && c.lang != campaign.English {
		is("MUSTER_LANGUAGE: %q is not zh or en", g.Language)
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(g.LogLevel)); err != nil {
		is("MUSTER_LOG_LEVEL: %q is not debug, info, warn or error", g.LogLevel)
	}
	switch g.Log {
	case "text":
		c.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	case "json":
		c.log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	default:
		is("MUSTER_LOG: %q is not text or json", g.Log)
	}
	if from, to, ok := strings.Cut(g.QuietHours, "-"); g.QuietHours != "" {
		_, err1 := campaign.ParseClock(from)
		_, err2 := campaign.ParseClock(to)
		if !ok || err1 != nil || err2 != nil {
			is("MUSTER_QUIET_HOURS: %q is not like 22:00-07:00", g.QuietHours)
		}
	}
	if g.DatabaseURL != "" {
		if _, err := pq.NewConfig(g.DatabaseURL); err != nil {
			is("MUSTER_DATABASE_URL: it is not the address of a Postgres database")
		}
	}
	return c, faults
}

// open opens the database, with a Postgres of its own where none is named. Say
// hears what a person should know. Close ends what was begun.
func (g general) open(ctx context.Context, c checked, now func() time.Time, say func(string)) (db *storage.DB, close func(), err error) {
	dsn, stop := g.DatabaseURL, func() {}
	if dsn == "" {
		server, err := g.postgres(ctx, say)
		if err != nil {
			return nil, nil, err
		}
		stop = func() { server.Stop() }
		dsn = server.DSN("muster")
	}
	db, err = storage.Open(ctx, storage.Config{DSN: dsn, Conns: 24, Now: now, Zone: c.zone, Lang: c.lang})
	if err != nil {
		stop()
		if g.DatabaseURL != "" {
			err = fmt.Errorf("MUSTER_DATABASE_URL: %w", err)
		}
		return nil, nil, err
	}
	return db, func() { db.Close(); stop() }, nil
}

// folder is where Muster's own Postgres is, or will be.
func (g general) folder() (dir string, err error) {
	dir = g.Data
	if dir == "" {
		if dir, err = embedded.Folder("muster"); err != nil {
			return "", err
		}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", wrong{fmt.Errorf("MUSTER_DATA: %w", err)}
	}
	if st, err := os.Stat(dir); err == nil && !st.IsDir() || err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", wrong{fmt.Errorf("MUSTER_DATA: %s cannot be a folder", dir)}
	}
	return dir, nil
}

// postgres starts or joins Muster's own Postgres.
func (g general) postgres(ctx context.Context, say func(string)) (*embedded.Server, error) {
	dir, err := g.folder()
	if err != nil {
		return nil, err
	}
	server, err := embedded.Start(ctx, embedded.Options{Dir: filepath.Join(dir, "postgres"), Say: say})
	if err != nil {
		return nil, err
	}
	if server.Owned() {
		say("No MUSTER_DATABASE_URL: Muster's own Postgres runs in " + dir)
	}
	if err := server.CreateDatabase(ctx, "muster"); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return server, nil
}

// speaks is the language in which a command answers: the one that was asked for,
// or the campaign's.
func (g general) speaks(asked string) (campaign.Lang, error) {
	c, err := g.check()
	if asked != "" {
		c.lang = campaign.Lang(asked)
	}
	return c.lang, err
}

// complain tells a person something beside what a command prints.
func complain(line string) { fmt.Fprintln(os.Stderr, line) }

// ready opens the database with its schema up to date, for a command that works
// on it and ends. Say hears what a person should know.
func (g general) ready(ctx context.Context, say func(string)) (*storage.DB, *flow.House, checked, func(), error) {
	c, err := g.check()
	if err != nil {
		return nil, nil, c, nil, err
	}
	db, stop, err := g.open(ctx, c, time.Now, say)
	if err != nil {
		return nil, nil, c, nil, err
	}
	house := flow.New(flows.All)
	if _, err := db.Migrate(ctx, house.Rooms()...); err != nil {
		stop()
		return nil, nil, c, nil, err
	}
	return db, house, c, stop, nil
}

// telegram is the settings of what talks to Telegram.
type telegram struct {
	Token         string `name:"telegram-token" env:"MUSTER_TELEGRAM_TOKEN" placeholder:"TOKEN" help:"The bot's token, from @BotFather."`
	TokenFile     string `name:"telegram-token-file" env:"MUSTER_TELEGRAM_TOKEN_FILE" placeholder:"FILE" help:"A file that holds the token."`
	API           string `name:"telegram-api" env:"MUSTER_TELEGRAM_API" default:"https://api.telegram.org" help:"The address of the Bot API."`
	WebhookURL    string `env:"MUSTER_WEBHOOK_URL" placeholder:"URL" help:"Where Telegram calls us; without it Muster polls."`
	WebhookSecret string `env:"MUSTER_WEBHOOK_SECRET" placeholder:"SECRET" help:"What Telegram says to prove itself; required with the address."`
	PublicURL     string `name:"public-url" env:"MUSTER_PUBLIC_URL" placeholder:"URL" help:"The address at which browsers reach /p/, where pages are: the code of a meeting on its screen (default: the host of the webhook)."`
	Listen        string `env:"MUSTER_LISTEN" default:"127.0.0.1:8080" help:"Where health, pages and the webhook are served."`
}

var (
	aToken  = regexp.MustCompile(`^\d{1,20}:[A-Za-z0-9_-]{8,100}$`)
	aSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// hearable reports whether an address can be listened at, as far as can be told
// without doing it.
func hearable(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	return err == nil
}

// check returns the token, or the first thing that is wrong with the settings.
func (t telegram) check() (string, error) {
	token, faults := t.examine()
	return token, first(faults)
}

// examine finds all that is wrong, and returns the token.
func (t telegram) examine() (token string, faults []error) {
	is := func(format string, args ...any) { faults = append(faults, wrong{fmt.Errorf(format, args...)}) }
	token, err := t.token()
	if err != nil {
		is("%w", err)
	}
	if u, err := url.Parse(t.API); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		is("MUSTER_TELEGRAM_API: it is not the address of a Bot API")
	}
	if !hearable(t.Listen) {
		is("MUSTER_LISTEN: %q is not like 127.0.0.1:8080", t.Listen)
	}
	if u, err := url.Parse(t.PublicURL); t.PublicURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "") {
		is("MUSTER_PUBLIC_URL: it is not an address that browsers can open")
	}
	if t.WebhookURL == "" {
		return token, faults
	}
	if u, err := url.Parse(t.WebhookURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		is("MUSTER_WEBHOOK_URL: it is not an address that Telegram can call")
	}
	if !aSecret.MatchString(t.WebhookSecret) {
		is("MUSTER_WEBHOOK_SECRET: required with MUSTER_WEBHOOK_URL: 1 to 256 letters, digits, _ or -")
	}
	return token, faults
}

// public is the address below which browsers find pages, without a slash at its
// end; "" is none.
func (t telegram) public() string {
	if t.PublicURL != "" {
		return strings.TrimRight(t.PublicURL, "/")
	}
	if u, err := url.Parse(t.WebhookURL); err == nil && u.Host != "" {
		return u.Scheme + "://" + u.Host
	}
	return ""
}

// token reads the token, wherever it is.
func (t telegram) token() (string, error) {
	name, token := "MUSTER_TELEGRAM_TOKEN", t.Token
	if token == "" && t.TokenFile != "" {
		name = "MUSTER_TELEGRAM_TOKEN_FILE"
		b, err := os.ReadFile(t.TokenFile)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		token = strings.TrimSpace(string(b))
	}
	if token == "" {
		return "", errors.New("MUSTER_TELEGRAM_TOKEN: no token; @BotFather gives one")
	}
	if !aToken.MatchString(token) {
		return "", fmt.Errorf("%s: it does not look like 123456:ABC-DEF", name)
	}
	return token, nil
}
