package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"campaign/bot/simulator"
	"campaign/messages"
	"campaign/storage"
)

// A showing is the first line of a message in a chat.
type showing struct {
	chat int64
	line string
}

// A witness counts what the bot had Telegram show as new: the judge of what was
// told twice, and of what was never told.
type witness struct {
	mu    sync.Mutex
	shown map[showing]int
	waits map[showing]chan struct{}
}

func newWitness() *witness {
	return &witness{shown: map[showing]int{}, waits: map[showing]chan struct{}{}}
}

var untagged = strings.NewReplacer("<b>", "", "</b>", "", "&lt;", "<", "&gt;", ">", "&amp;", "&")

// hear is told of each call of the bot.
func (w *witness) hear(c simulator.Call) {
	if c.Method != "sendMessage" || c.Code != http.StatusOK {
		return
	}
	chat, _ := strconv.ParseInt(c.Values["chat_id"], 10, 64)
	first, _, _ := strings.Cut(c.Values["text"], "\n")
	s := showing{chat, untagged.Replace(first)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown[s]++
	if wait := w.waits[s]; wait != nil && w.shown[s] == 1 {
		close(wait)
	}
}

// times is how often something was shown.
func (w *witness) times(s showing) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown[s]
}

// once is closed when something has been shown.
func (w *witness) once(s showing) <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := w.waits[s]
	if wait == nil {
		wait = make(chan struct{})
		w.waits[s] = wait
		if w.shown[s] > 0 {
			close(wait)
		}
	}
	return wait
}

// A meeting is one activity, and the unit that is expected at it: it has the
// unit for itself, so that the word for check-in means this activity.
type meeting struct {
	no      int // of the unit: 1, 2, …
	members int
	groups  int
	people  sync.WaitGroup
	over    chan struct{} // closed when no card is on its way any more

	mu      sync.Mutex
	answers map[string]int   // to presses, by what they said: "nothing" where that was empty
	said    map[int64]string // how each account checked in: by "the word", by a press that was "answered" or not
}

func newMeeting(no, members, groups int) *meeting {
	return &meeting{no: no, members: members, groups: groups, over: make(chan struct{}), answers: map[string]int{}, said: map[int64]string{}}
}

func (m *meeting) title() string   { return fmt.Sprintf("第%d次全体会", m.no) }
func (m *meeting) receipt() string { return "✓ " + m.title() }
func (m *meeting) notice() string  { return fmt.Sprintf("关于第%d次全体会的通知", m.no) }

func (m *meeting) account(n int) int64 { return int64(m.no)*1_000_000 + int64(n) }
func (m *meeting) group(n int) int64   { return -int64(m.no)*1_000_000 - int64(n%m.groups) }

// settle brings a unit into the database and its people to their phones. Beside
// those who are expected there are some who hold conversations meanwhile, in a
// unit of their own: three secretaries, three readers, three newcomers.
func (c *crash) settle(m *meeting) {
	c.t.Helper()
	var users []simulator.User
	of := make([][]int64, m.groups)
	for n := range m.members {
		users = append(users, simulator.User{ID: m.account(n), FirstName: "U", LanguageCode: "zh-hans", Started: true})
		of[n%m.groups] = append(of[n%m.groups], m.account(n))
	}
	for n := range talkers {
		u := simulator.User{ID: m.talker(n), FirstName: "T", LanguageCode: "en", Started: true, Phone: m.phone(n)}
		if n >= newcomers {
			u.Started = false
		}
		users = append(users, u)
	}
	c.phones.AddUsers(users)
	for n := range m.groups {
		c.phones.AddGroup(simulator.Group{ID: m.group(n), Title: "G", Members: of[n]})
	}
	at := m.account(0)
	c.exec(
		fmt.Sprintf(`INSERT INTO units (name, batch) VALUES ('第%d单位', 1), ('第%[1]d机关', 2)`, m.no),
		fmt.Sprintf(`INSERT INTO branches (unit_id, name) SELECT u.id, 'b' || n FROM units u, generate_series(0, %d) n WHERE u.name = '第%d单位' ORDER BY n`, m.groups-1, m.no),
		fmt.Sprintf(`INSERT INTO branches (unit_id, name) SELECT u.id, 'b' || n FROM units u, generate_series(0, %d) n WHERE u.name = '第%d机关' ORDER BY n`, talkers-1, m.no),
		fmt.Sprintf(`INSERT INTO chats (id, title, branch_id, seen_at) SELECT %d - substr(b.name, 2)::bigint, 'G', b.id, '2026-11-01' FROM branches b JOIN units u ON u.id = b.unit_id WHERE u.name = '第%d单位'`, -at, m.no),
		fmt.Sprintf(`INSERT INTO people (member_no, name, branch_id) SELECT 'S%d-' || n, '成员', b.id FROM generate_series(0, %d) n JOIN branches b ON b.name = 'b' || n %% %d JOIN units u ON u.id = b.unit_id AND u.name = '第%[1]d单位'`, m.no, m.members-1, m.groups),
		fmt.Sprintf(`INSERT INTO accounts (id, person_id, lang, seen_at, menu_at) SELECT %d + split_part(member_no, '-', 2)::bigint, id, 'zh', '2026-11-01', '2026-11-01' FROM people WHERE member_no LIKE 'S%d-%%'`, at, m.no),
		fmt.Sprintf(`INSERT INTO people (member_no, name, phone, branch_id) SELECT 'T%d-' || n, 'Talker', '+86154' || lpad((%[1]d * 1000 + n)::text, 8, '0'), b.id FROM generate_series(0, %d) n JOIN branches b ON b.name = 'b' || n JOIN units u ON u.id = b.unit_id AND u.name = '第%[1]d机关'`, m.no, talkers-1),
		fmt.Sprintf(`INSERT INTO roles (person_id, role, branch_id) SELECT id, 'secretary', branch_id FROM people WHERE member_no LIKE 'T%d-%%' AND split_part(member_no, '-', 2)::int < %d`, m.no, readers),
		fmt.Sprintf(`INSERT INTO accounts (id, person_id, lang, seen_at, menu_at) SELECT %d + split_part(member_no, '-', 2)::bigint, id, 'en', '2026-11-01', '2026-11-01' FROM people WHERE member_no LIKE 'T%d-%%' AND split_part(member_no, '-', 2)::int < %d`, m.talker(0), m.no, newcomers),
	)
}

// open has the window of the meeting open at once, with all its people waiting
// for it.
func (c *crash) open(m *meeting) {
	c.t.Helper()
	c.invite(m, 0)
	for n := range m.members {
		m.people.Go(func() { c.arrive(m, n) })
	}
	for n := range talkers {
		m.people.Go(func() { c.talk(m, n) })
	}
}

// invite has the window of the meeting open after a while, and posts a notice
// that has neither name nor button.
func (c *crash) invite(m *meeting, after time.Duration) {
	c.t.Helper()
	c.in(func(ctx context.Context, tx *storage.Tx) error {
		now := tx.Now.Add(after)
		err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method)
			SELECT 'A-' || $1, $2, 'mobilisation', 'unit', id, $3, $4, $5, $4, $4, true, 'button' FROM units WHERE name = '第' || $1 || '单位'`,
			strconv.Itoa(m.no), m.title(), now, now.Add(6*time.Hour), now.Add(-time.Minute))
		if err != nil {
			return err
		}
		tick := fmt.Sprintf(`{"Rule":"minute","Due":%q}`, now.Format(time.RFC3339))
		if err := tx.Promise(ctx, []storage.Timer{{Due: now, Address: messages.Address{Flow: "checkin", Handler: "minute", About: tick}}}); err != nil {
			return err
		}
		var a storage.Audience
		err = tx.Select(ctx, &a.People, `SELECT id FROM people WHERE member_no LIKE 'S' || $1 || '-%' AND split_part(member_no, '-', 2)::int % 4 = 0`, strconv.Itoa(m.no))
		if err != nil {
			return err
		}
		err = tx.Select(ctx, &a.Groups, `SELECT b.id FROM branches b JOIN units u ON u.id = b.unit_id WHERE u.name = '第' || $1 || '单位'`, strconv.Itoa(m.no))
		if err != nil {
			return err
		}
		return tx.PostAll(ctx, 0, a, messages.Say("%s", m.notice()).In(messages.Reminders))
	})
}

// noticed reports whether the notice goes to a member, beside all groups.
func noticed(n int) bool { return n%4 == 0 }

// arrive is what a member does at a meeting.
func (c *crash) arrive(m *meeting, n int) {
	who, private, group := m.account(n), m.account(n), m.group(n)
	switch n % 10 {
	case 7: // says it unasked
		c.wait(c.dice(5 * time.Second))
		c.says(m, n, private, "签到")
	case 8:
		c.wait(c.dice(5 * time.Second))
		c.says(m, n, group, "/checkin")
	case 4, 5, 6: // in the group, as soon as it has its card
		if c.awaits(m, showing{group, m.title()}) {
			c.wait(c.dice(time.Second))
			c.presses(m, who, group)
			return
		}
		c.says(m, n, private, "签到")
	default:
		if !c.awaits(m, showing{private, m.title()}) {
			c.says(m, n, private, "签到")
			return
		}
		c.wait(c.dice(time.Second))
		if n%10 == 9 { // and once more, out of impatience
			m.people.Go(func() { c.presses(m, who, private) })
		}
		c.presses(m, who, private)
	}
}

// awaits waits for a card, and reports whether it came.
func (c *crash) awaits(m *meeting, s showing) bool {
	select {
	case <-c.witness.once(s):
		return true
	case <-m.over:
		return c.witness.times(s) > 0
	}
}

func (c *crash) says(m *meeting, n int, chat int64, text string) {
	m.mu.Lock()
	m.said[m.account(n)] = "the word"
	m.mu.Unlock()
	if _, err := c.phones.Say(m.account(n), chat, text); err != nil {
		c.t.Error(err)
	}
}

// presses presses the button of the newest card of the meeting, and notes what
// it is answered.
func (c *crash) presses(m *meeting, who, chat int64) {
	answered, err := c.press(who, chat, "签到", func(x simulator.Message) bool { return strings.HasPrefix(x.Text, m.title()+"\n") })
	if err != nil {
		c.t.Error(err)
		return
	}
	if answered == nil {
		return // somebody was quicker: the card is a receipt already
	}
	a := <-answered
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case a == nil:
		m.answers["unanswered"]++
		m.said[who] = cmp.Or(m.said[who], "unanswered")
	case a.Text == "":
		m.answers["nothing"]++
		m.said[who] = cmp.Or(m.said[who], "nothing")
	default:
		m.answers[a.Text]++
		m.said[who] = "answered"
	}
}

// press presses a button of the newest message that has it; nil is none.
func (c *crash) press(who, chat int64, label string, is func(simulator.Message) bool) (<-chan *simulator.Answer, error) {
	all, err := c.phones.Messages(who, chat)
	if err != nil {
		return nil, err
	}
	for _, x := range slices.Backward(all) {
		if row, col, ok := x.Button(label); ok && is(x) {
			return c.phones.PressAsync(who, chat, x.MessageID, row, col)
		}
	}
	return nil, nil
}

// roll is a number below n.
func (c *crash) roll(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.IntN(n)
}

// dice is a part of most.
func (c *crash) dice(most time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Duration(c.random.Int64N(int64(most)))
}

// wait lets some time go by.
func (c *crash) wait(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}

// Those who hold conversations: the first are secretaries, then come readers,
// then newcomers.
const (
	readers   = 3
	newcomers = 6
	talkers   = 9
)

func (m *meeting) talker(n int) int64 { return int64(m.no)*1_000_000 + 900_000 + int64(n) }
func (m *meeting) phone(n int) string { return fmt.Sprintf("+86154%08d", m.no*1000+n) }
func (m *meeting) plan(n int) string  { return fmt.Sprintf("Study session %d-%d", m.no, n) }

// talk holds one conversation to its end, at the pace of a person.
func (c *crash) talk(m *meeting, n int) {
	t := talk{crash: c, who: m.talker(n)}
	switch {
	case n < readers:
		t.says("/activity", "What is it called?")
		t.says(m.plan(n), "On which day?")
		t.says("tomorrow 2pm", "When does it end?")
		t.presses("16:00", "Where?")
		t.says("Meeting room "+m.plan(n), "Shall I plan it so?")
		t.presses("Submit", "is planned.")
	case n < newcomers:
		t.says("/language", "Which language shall I speak?")
		t.presses("中文", "按钮如何显示？")
		t.presses("大按钮", "发送 /menu 查看菜单")
	default:
		t.does("/start", "Share phone", func() error { _, err := c.phones.Start(t.who, ""); return err })
		t.does("share the phone", "Is this you?", func() error { _, err := c.phones.ShareContact(t.who, t.who); return err })
		t.presses("Yes, that is me", "This account is bound to")
	}
}

// A talk is a conversation with the bot, each question of which is said once.
type talk struct {
	*crash
	who  int64
	lost bool
}

func (t *talk) says(text, next string) {
	t.does(text, next, func() error { _, err := t.phones.Say(t.who, t.who, text); return err })
}

func (t *talk) presses(label, next string) {
	t.does("press "+label, next, func() error {
		_, err := t.press(t.who, t.who, label, func(simulator.Message) bool { return true })
		return err
	})
}

// does one thing and waits for what comes of it.
func (t *talk) does(what, next string, do func() error) {
	if t.lost {
		return
	}
	t.wait(t.dice(time.Second))
	if err := do(); err != nil {
		t.t.Errorf("%d, %s: %v", t.who, what, err)
		t.lost = true
		return
	}
	ctx, cancel := context.WithTimeout(t.t.Context(), 3*time.Minute)
	defer cancel()
	var all []simulator.Message
	_, err := t.phones.Await(ctx, t.who, t.who, func(simulator.Message) bool {
		all, _ = t.phones.Messages(t.who, t.who)
		return slices.ContainsFunc(all, func(m simulator.Message) bool { return strings.Contains(m.Text, next) })
	})
	if err != nil {
		var read []string
		for _, m := range all {
			read = append(read, m.Text)
		}
		t.t.Errorf("%d, after %q, never read %q: %v\n%s", t.who, what, next, err, strings.Join(read, "\n---\n"))
		t.lost = true
	}
}
