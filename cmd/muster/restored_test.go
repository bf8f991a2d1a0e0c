package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"

	"github.com/lib/pq"
)

// copies makes a database from another to which nobody is connected: a backup,
// or what is restored from one.
func (l *ledger) copies(t *testing.T, from, to string) {
	t.Helper()
	connector, err := pq.NewConnector(l.server.DSN("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	admin := sql.OpenDB(connector)
	defer admin.Close()
	if _, err := admin.ExecContext(t.Context(), fmt.Sprintf(`CREATE DATABASE %s TEMPLATE %s`, to, from)); err != nil {
		t.Fatal(err)
	}
}

// shown is how often each of a meeting's cards and notices was shown.
func (c *crash) shown(m *meeting) map[showing]int {
	shown := map[showing]int{}
	add := func(s showing) { shown[s] = c.witness.times(s) }
	for n := range m.groups {
		add(showing{m.group(n), m.title()})
		add(showing{m.group(n), m.notice()})
	}
	for n := range m.members {
		add(showing{m.account(n), m.title()})
		if noticed(n) {
			add(showing{m.account(n), m.notice()})
		}
	}
	return shown
}

// settles waits until a count is as it should be.
func (c *crash) settles(want int, query string, args ...any) {
	c.t.Helper()
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		got := c.count(query, args...)
		if got == want {
			return
		}
		select {
		case <-look.C:
		case <-late.C:
			c.t.Fatalf("%s\ncounts %d, want %d\n%s", query, got, want, c.victim.said.String())
		}
	}
}

// move goes on in another database.
func (c *crash) move(t *testing.T, name string) {
	c.ledger = openLedger(t, c.server, name)
	c.ledger.t = t
	c.victim.env = c.env()
}

// TestARestoredBackupRepeatsNothing lets a program send, takes its database away
// and gives it one of an hour ago: with the journal, without, and with nobody
// having said a word.
func TestARestoredBackupRepeatsNothing(t *testing.T) {
	t.Parallel()
	c := newScene(t, 1)
	c.victim.env = c.env()
	m := newMeeting(1, 60, 3)
	c.settle(m)
	c.victim.start()
	c.victim.up(t.Context())
	greeted(t, c, m)
	c.victim.stop()
	logs := t.TempDir()
	older, journal := filepath.Join(logs, "muster.log.1"), filepath.Join(logs, "muster.log")
	if err := os.WriteFile(older, []byte(c.victim.said.String()), 0o600); err != nil {
		t.Fatal(err)
	}

	// The backup holds a notice that is queued, and a window that is to open.
	c.invite(m, 3*time.Second)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c.copies(t, "muster", "backup")
	c.move(t, "muster")
	c.victim.said.reset()
	all := c.shown(m)                       // of each, none
	c.victim.light(fuse{"sendMessage", 45}) // in the middle of the cards, and of a call
	c.victim.start()
	if c.victim.after(time.Minute) {
		t.Fatalf("the cards are not sent:\n%s", c.victim.said.String())
	}
	before := c.shown(m)
	sent := 0
	for _, n := range before {
		sent += n
	}
	if sent < 10 || sent >= len(all) {
		t.Fatalf("%d of %d messages were sent before the loss, want some", sent, len(all))
	}
	if err := os.WriteFile(journal, []byte(c.victim.said.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	t.Run("the program notices, and is told by the journal", func(t *testing.T) {
		c.copies(t, "backup", "told")
		c.move(t, "told")
		c.victim.said.reset()
		c.victim.start()
		c.victim.up(t.Context())
		greeted(t, c, m) // answers do not wait
		c.settles(len(all), `SELECT count(*) FROM posts WHERE state = 'queued' AND message_id IS NULL AND lane > 2`)
		c.same(before)
		if !strings.Contains(c.victim.said.String(), "the database is a copy") {
			t.Error("the log does not say that the database is a copy")
		}
		got := muster(t, c.env(), "restored", "--journal", journal, "--journal", older)
		arrived := strings.Count(readAll(t, journal), `"msg":"sent"`)
		for _, want := range []string{fmt.Sprintf("The journal tells of %d messages, from 20", arrived+strings.Count(readAll(t, older), `"msg":"sent"`)), fmt.Sprintf("\n%d reminders sent before: known again", arrived),
			" not sent before: to be sent now.\n", " that may have been sent before: “muster unsure” lists them.\n"} {
			if got.code != 0 || !strings.Contains(got.out, want) {
				t.Errorf("restored: %+v, want %q", got, want)
			}
		}
		c.drain()
		unsure := c.listed()
		once := 0
		for s, n := range c.shown(m) {
			switch {
			case n > 1:
				t.Errorf("%q was told to %d %d times", s.line, s.chat, n)
			case n == 0 && unsure[s] == "":
				t.Errorf("%q was never told to %d, and is not listed as unsure", s.line, s.chat)
			case n == 1:
				once++
			}
		}
		if len(unsure) == 0 || len(unsure) > 30 || once <= sent {
			t.Errorf("%d messages are unsure and %d were told, want those on their way at the loss, and more than the %d of before", len(unsure), once, sent)
		}
		c.pressable(t, m)
		if code := c.victim.stop(); code != 0 {
			t.Errorf("the program ended with %d", code)
		}
		if got := muster(t, c.env(), "restored"); got.code != 0 || strings.Contains(got.out, "not sent before") {
			t.Errorf("restored, with nothing to settle: %+v", got)
		}
		c.Close()
	})
	before = c.shown(m)

	t.Run("nobody notices, and there is no journal", func(t *testing.T) {
		c.copies(t, "backup", "silent")
		c.move(t, "silent")
		c.exec(`UPDATE origin SET mark = concat_ws('/', d.oid, 'origin'::regclass::oid, pg_current_xact_id()::xid) FROM pg_database d WHERE d.datname = current_database()`)
		if got := muster(t, c.env(), "restored", "--journal", journal); got.code != 1 || !strings.Contains(got.err, "the journal begins after the last message that the database knows of: it begins at 20") || strings.Contains(got.err, "nothing at all") {
			t.Errorf("restored with a journal that begins too late: %+v", got)
		}
		got := muster(t, c.env(), "restored")
		if want := fmt.Sprintf("%d reminders that may have been sent before", len(all)); got.code != 0 || !strings.Contains(got.out, want) {
			t.Errorf("restored: %+v, want %q", got, want)
		}
		c.victim.start()
		c.victim.up(t.Context())
		greeted(t, c, m)
		if got := muster(t, c.env(), "restored"); got.code != 1 || !strings.Contains(got.err, "a program sends from this database; stop it first") {
			t.Errorf("restored beside a program that sends: %+v", got)
		}
		c.drain()
		c.same(before)
		if unsure := c.listed(); len(unsure) != len(all) {
			t.Errorf("%d messages are unsure, want %d", len(unsure), len(all))
		}
		if n := c.count(`SELECT count(*) FROM posts WHERE cause = 'the database was restored; it may have been sent before'`); n != len(all) {
			t.Errorf("%d messages say why, want %d", n, len(all))
		}
		if code := c.victim.stop(); code != 0 {
			t.Errorf("the program ended with %d", code)
		}
		c.Close()
	})
}

// greeted has somebody ask for the menu, and be answered.
func greeted(t *testing.T, c *crash, m *meeting) {
	t.Helper()
	talk := talk{crash: c, who: m.talker(readers)}
	before, _ := c.phones.LastMessage(talk.who, talk.who)
	talk.does("/menu", "", func() error { _, err := c.phones.Say(talk.who, talk.who, "/menu"); return err })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := c.phones.Await(ctx, talk.who, talk.who, func(x simulator.Message) bool {
		return x.MessageID > before.MessageID && strings.Contains(x.Text, "what would you like to do?")
	}); err != nil {
		all, _ := c.phones.Messages(talk.who, talk.who)
		t.Fatalf("nobody answers: %v; they read %+v\n%s", err, all, c.victim.said.String())
	}
}

// same finds nothing shown beside what was shown before.
func (c *crash) same(before map[showing]int) {
	c.t.Helper()
	for s, n := range before {
		if got := c.witness.times(s); got != n {
			c.t.Errorf("%q was told to %d %d times, want %d as before", s.line, s.chat, got, n)
		}
	}
}

// pressable presses the buttons of cards of before the restore.
func (c *crash) pressable(t *testing.T, m *meeting) {
	t.Helper()
	pressed := 0
	for n := range m.members {
		if c.witness.times(showing{m.account(n), m.title()}) > 0 && c.count(`SELECT count(*) FROM posts WHERE chat_id = $1 AND name = 'checkin/1' AND state = 'sent'`, m.account(n)) > 0 {
			c.presses(m, m.account(n), m.account(n))
			pressed++
		}
	}
	for said, n := range m.answers {
		if !strings.HasPrefix(said, "签到成功 ") {
			t.Errorf("%d presses were answered %q", n, said)
		}
	}
	if pressed == 0 {
		t.Error("nobody has a card to press")
	}
}

func readAll(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
