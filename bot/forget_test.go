package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
	"campaign/storage"
)

const day = 24 * time.Hour

// usual is what is kept where nobody says otherwise.
var usual = storage.Retention{Inbox: 8 * day, Parked: 30 * day, Messages: 180 * day, Files: 2 * day}

// night lets the clock go on to the morning so many days after the start, and
// waits until what was to be forgotten in that night is.
func (s *stage) night(days int) {
	s.t.Helper()
	dusk := flowtest.Start.Add(time.Duration(days) * day)
	due := time.Date(dusk.Year(), dusk.Month(), dusk.Day(), 3, 17, 0, 0, flowtest.Zone)
	s.holds(1, `SELECT count(*) FROM ticks WHERE rule = 'machine.forget'`)
	if err := s.Phones.AdvanceTo(due.Add(40 * time.Minute)); err != nil {
		s.t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM ticks WHERE rule = 'machine.forget' AND at = $1`, due)
	s.Settle(s.t)
	for looks := 0; s.holding(`SELECT count(*) FROM timers WHERE flow = 'machine'`) > 0; looks++ {
		if looks == 100 {
			s.t.Fatal("the night does not end")
		}
		s.look()
	}
}

func (s *stage) holding(query string, args ...any) (n int) {
	s.t.Helper()
	s.In(s.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	return n
}

// have checks how many rows there are of each kind.
func (s *stage) have(when string, counts map[string]int) {
	s.t.Helper()
	for what, want := range counts {
		if got := s.holding("SELECT count(*) FROM " + what); got != want {
			s.t.Errorf("%s: %d of %s, want %d", when, got, what, want)
		}
	}
}

// plan writes down an activity of unit 1 that is on now, for so long.
func (s *stage) plan(no string, length time.Duration) {
	s.t.Helper()
	at := s.Phones.Now()
	s.exec(`
		INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method)
		VALUES ($1, $1, 'study', 'unit', 1, $2, $3, $2, $3, $3, true, 'button')`, no, at, at.Add(length))
}

func TestWhatIsOldIsForgottenAtNightAndWhatLivesStays(t *testing.T) {
	s := show(t, bottest.Plan{Keep: usual})
	s.Phones.AddGroup(simulator.Group{ID: flowtest.GroupID(1), Title: flowtest.GroupTitle(1), Members: []int64{1001, 1002}})
	s.plan("A-SHORT", 2*time.Hour)
	s.plan("A-LONG", 300*day)
	if err := s.Phones.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	old, living := s.readsLike(1001, 1001, "A-SHORT"), s.readsLike(1001, 1001, "A-LONG")
	others := s.readsLike(1002, flowtest.GroupID(1), "A-SHORT")
	s.pressed(1001, old.MessageID, old.ReplyMarkup.Rows[0][0].CallbackData, 1001, "Checked in")
	s.says(1003, "/language")
	s.reads(1003, 1003, "Which language shall I speak?")
	s.tell(to(1002, messages.Say("a %s", "notice")))
	s.reads(1002, 1002, "a notice")
	if _, err := s.Phones.RawUpdate([]byte(`{"message":{"message_id":1,"date":1,"chat":{"id":1001,"type":"private"},"from":{"id":1001},"forward_origin":{"type":"from_the_future"}}}`)); err != nil {
		t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM inbox WHERE state = 'parked'`)
	at := s.Phones.Now()
	s.exec(`INSERT INTO files (account_id, name, body, at) VALUES (1005, 'x.csv', 'x', $1)`, at)
	s.exec(`INSERT INTO bind_tries (account_id, at) VALUES (1001, $1)`, at)
	s.exec(`INSERT INTO bind_invitations (person_id, link_hash, code_hash, made_at, expires_at) VALUES (8, 'a', 'b', $1, $2), (9, 'c', 'd', $1, $3)`, at, at.Add(3*day), at.Add(400*day))
	s.exec(`INSERT INTO posts (chat_id, content_id, lane, state, due, changed_at) SELECT 1002, min(id), 1, 'queued', $2, $1 FROM contents`, at, at.Add(1000*day))
	s.Settle(t)
	kept := map[string]int{"files": 1, "bind_tries": 1, "bind_invitations": 2, "inbox WHERE state = 'parked'": 1,
		"posts WHERE name = 'checkin/1'": 9, "posts WHERE name = 'checkin/2'": 9, "posts WHERE name = ''": 2}

	s.night(1)
	s.have("after a night", kept)
	if n := s.holding(`SELECT count(*) FROM inbox WHERE key LIKE 'tg:%' AND state = 'done'`); n == 0 {
		t.Error("the inbox forgets an update that may come again")
	}
	audited := s.holding(`SELECT count(*) FROM audit`)
	s.night(3)
	kept["files"], kept["bind_tries"], kept["posts WHERE name = ''"] = 0, 0, 3 // one says that a form is closed
	s.have("after three nights", kept)
	s.night(10)
	kept["inbox WHERE key LIKE 'tg:%' AND state = 'done'"] = 0
	s.have("after ten nights", kept)
	s.night(40)
	kept["bind_invitations"], kept["inbox WHERE state = 'parked'"] = 1, 0
	s.have("after forty nights", kept)
	contents := s.holding(`SELECT count(*) FROM contents`)
	s.night(186)
	kept["posts WHERE name = 'checkin/1'"], kept["posts WHERE name = ''"] = 0, 1 // which is still to be sent
	s.have("after half a year", kept)
	s.have("after half a year", map[string]int{"audit": audited, "posts WHERE state = 'queued'": 1, "posts WHERE name = 'menu'": 0, "milestones WHERE passed": 1,
		"contents WHERE name = 'checkin/2'": 2, "contents WHERE NOT EXISTS (SELECT FROM posts p WHERE p.content_id = contents.id)": 0})
	if n := s.holding(`SELECT count(*) FROM contents`); n == 0 || n >= contents {
		t.Errorf("%d contents are left of %d", n, contents)
	}

	kind := "This message is from long ago, and its buttons no longer work. /menu shows how things stand now."
	s.pressed(1002, others.MessageID, others.ReplyMarkup.Rows[0][0].CallbackData, flowtest.GroupID(1), kind)
	s.pressed(1001, old.MessageID, old.ReplyMarkup.Rows[0][0].CallbackData, 1001, kind) // the program remembers this version
	s.pressed(1001, living.MessageID, "zzzzzz.0", 1001, "This button does not belong here.")
	s.pressed(1001, living.MessageID, living.ReplyMarkup.Rows[0][0].CallbackData, 1001, "Checked in")
	s.holds(2, `SELECT count(*) FROM marks WHERE person_id = 1`)
}

// A night is one timer after the other: whoever takes the next goes on where the
// last ended.
func TestANightOfForgettingOutlivesTheProgram(t *testing.T) {
	const rows, left = 3_500, `SELECT count(*) FROM inbox WHERE key LIKE 'old:%'`
	w := flowtest.New(t, flows.All)
	due := time.Date(2026, 12, 20, 3, 17, 0, 0, flowtest.Zone)
	t.Run("a program dies on the way", func(t *testing.T) {
		s := &stage{bottest.Show(t, w, bottest.Plan{Keep: usual}), t}
		s.exec(`INSERT INTO inbox (key, received_at) SELECT 'old:' || n, $2 FROM generate_series(1, $1::int) n`, rows, s.Phones.Now())
		s.holds(1, `SELECT count(*) FROM ticks WHERE rule = 'machine.forget'`)
		if err := s.Phones.AdvanceTo(due); err != nil {
			t.Fatal(err)
		}
		s.holds(1, `SELECT count(*) FROM ticks WHERE rule = 'machine.forget' AND at = $1`, due)
		for looks := 0; s.holding(left) == rows && looks < 100; looks++ {
			s.look()
		}
	})
	t.Run("two others go on", func(t *testing.T) {
		s := &stage{bottest.Show(t, w, bottest.Plan{Keep: usual, Bots: 2}), t}
		if n := s.holding(left); n == 0 || n == rows {
			t.Fatalf("%d rows are left of %d: there is nothing to go on with", n, rows)
		}
		if err := s.Phones.AdvanceTo(due.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for looks := 0; s.holding(`SELECT count(*) FROM timers WHERE flow = 'machine'`) > 0 && looks < 100; looks++ {
			s.look()
		}
		s.holds(0, left)
	})
}

// look lets the clock go on to the next look of a night, and waits until it is over.
func (s *stage) look() {
	s.t.Helper()
	if err := s.Phones.Advance(300 * time.Millisecond); err != nil {
		s.t.Fatal(err)
	}
	s.Settle(s.t)
}

// A flow that cannot forget what is its own keeps no other from it.
func TestAKeepThatFailsIsLeftToAnotherNight(t *testing.T) {
	s := show(t, bottest.Plan{Keep: usual})
	s.exec(`DROP TABLE files CASCADE`)
	s.exec(`INSERT INTO bind_tries (account_id, at) VALUES (1001, $1)`, s.Phones.Now())
	s.night(9)
	s.have("although there are no files", map[string]int{"bind_tries": 0, "inbox WHERE state = 'parked'": 0})
}

// readsLike is the message with a text in it that a chat was shown.
func (s *stage) readsLike(user, chat int64, has string) simulator.Message {
	s.t.Helper()
	s.Settle(s.t)
	all, err := s.Phones.Messages(user, chat)
	if err != nil {
		s.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(m simulator.Message) bool { return strings.Contains(m.Text, has) })
	if i < 0 {
		s.t.Fatalf("%d never read of %q; they read %+v", user, has, all)
	}
	return all[i]
}

// pressed presses what a button of a message carried, and wants an answer that
// begins so.
func (s *stage) pressed(user, message int64, data string, chat int64, want string) {
	s.t.Helper()
	answers, err := s.Phones.PressData(user, chat, message, data)
	if err != nil {
		s.t.Fatal(err)
	}
	if a := <-answers; a == nil || !strings.HasPrefix(a.Text, want) {
		s.t.Errorf("%s of message %d was answered with %v, want %q", data, message, fmt.Sprint(a), want)
	}
}
