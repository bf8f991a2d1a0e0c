package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"campaign/bot"
	"campaign/storage"
)

// doctorCommand looks at all that Muster needs.
type doctorCommand struct {
	general
	telegram
	retention
}

// A patient is what has been found out so far.
type patient struct {
	doctorCommand
	checked
	faults []error // of the settings
	token  string  // "" where there is none to ask with
	made   bool    // Muster's own Postgres has its cluster
	db     *storage.DB
	close  func()
	server storage.Server
	asked  time.Time // on our clock, when the server told its own
	bot    bot.Identity
	known  bool // Telegram has said who the bot is
}

// A finding is what a check has found: that all is well, or what is not, with
// its mend. The zero finding is that there is nothing to look at.
type finding struct {
	ill  bool
	text string
}

func well(format string, args ...any) finding { return finding{false, fmt.Sprintf(format, args...)} }
func ill(format string, args ...any) finding  { return finding{true, fmt.Sprintf(format, args...)} }

// lookFor is how long one check may take: to start Muster's own Postgres is
// part of one.
const lookFor = 30 * time.Second

// apart is how far clocks may be from each other.
const apart = 2 * time.Second

// Run prints a line for each check, all of them.
func (d doctorCommand) Run(ctx context.Context) error {
	p := &patient{doctorCommand: d, close: func() {}}
	defer func() { p.close() }()
	bad := p.settings()
	for _, check := range []struct {
		of   string
		look func(context.Context) finding
	}{
		{"data folder", p.folder}, {"database", p.database}, {"schema", p.schema}, {"writing", p.writing}, {"durability", p.durability},
		{"time zone", p.zoned}, {"clock of the database", p.databaseClock},
		{"token", p.identity}, {"groups", p.groups}, {"clock of Telegram", p.telegramClock}, {"updates", p.updates},
		{"office", p.office}, {"program", p.program},
	} {
		within, cancel := context.WithTimeout(ctx, lookFor)
		bad += check.look(within).print(check.of)
		cancel()
	}
	if bad > 0 {
		return fmt.Errorf("%d lines begin with ✗", bad)
	}
	return nil
}

// print writes a finding on its line, and counts it where it is a bad one.
func (f finding) print(of string) int {
	text := strings.Join(strings.Fields(f.text), " ")
	switch {
	case text == "":
		return 0
	case f.ill:
		fmt.Printf("✗ %s: %s\n", of, text)
		return 1
	}
	fmt.Printf("✓ %s: %s\n", of, text)
	return 0
}

// settings prints every wrong one.
func (p *patient) settings() (bad int) {
	var more []error
	p.checked, p.faults = p.general.examine()
	p.token, more = p.telegram.examine()
	p.faults = append(p.faults, more...)
	_, more = p.retention.examine()
	p.faults = append(p.faults, more...)
	for _, fault := range p.faults {
		name, what, _ := strings.Cut(fault.Error(), ": ")
		bad += ill("%s", what).print(name)
	}
	if bad == 0 {
		well("none is missing or wrong; muster run --help lists them").print("settings")
	}
	return bad
}

// faulty reports whether a setting is among the wrong ones.
func (p *patient) faulty(name string) bool {
	for _, fault := range p.faults {
		if strings.HasPrefix(fault.Error(), name+":") {
			return true
		}
	}
	return false
}

// leastRoom is how much must be free on the disk of Muster's own Postgres.
const leastRoom = 1 << 30

func (p *patient) folder(context.Context) finding {
	if p.DatabaseURL != "" {
		return finding{}
	}
	dir, err := p.general.folder()
	if err != nil {
		return ill("%v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres", "data", "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		return ill("there is no database in %s yet; muster migrate makes one, or set MUSTER_DATABASE_URL", dir)
	}
	p.made = true
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return ill("%s cannot be looked at (%v); run this as the user that Muster runs as", dir, err)
	}
	free := uint64(disk.Bavail) * uint64(disk.Bsize)
	if free < leastRoom {
		return ill("%d MB are free around %s; make room, or move it and set MUSTER_DATA", free>>20, dir)
	}
	return well("%s, with %d GB free", dir, free>>30)
}

// program asks the one that listens where MUSTER_LISTEN says, if one does.
func (p *patient) program(ctx context.Context) finding {
	if p.faulty("MUSTER_LISTEN") {
		return ill("not looked at: set MUSTER_LISTEN right first")
	}
	at := p.Listen
	if on, port, err := net.SplitHostPort(at); err == nil && (on == "" || net.ParseIP(on).IsUnspecified()) {
		at = net.JoinHostPort("127.0.0.1", port)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at+"/readyz", nil)
	if err != nil {
		return ill("%v", err)
	}
	res, err := (&http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return well("none listens at %s; muster run is not running here", at)
	}
	if err != nil {
		return ill("what listens at %s does not answer (%v); restart it", at, err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 500))
	switch {
	case err != nil:
		return ill("what listens at %s breaks off (%v); restart it", at, err)
	case res.StatusCode == http.StatusServiceUnavailable:
		return ill("it runs at %s and is not ready: %s; docs/operate.md says what to do", at, said)
	case res.StatusCode != http.StatusOK:
		return ill("another program listens at %s; choose another MUSTER_LISTEN", at)
	}
	return well("it runs at %s and is ready", at)
}
