package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign/bot/simulator"
)

// The long forms are in docs/tests.md.
var (
	kills = flag.Int("kills", 8, "how often TestCrashAnywhere kills the program")
	seed  = flag.Uint64("seed", 0, "what decides when TestCrashAnywhere does so; 0 is chosen anew")
)

// A crash is a program that is killed again and again, the Telegram and the
// database that outlive it, and the people who go on regardless.
type crash struct {
	*ledger
	phones  *simulator.Server
	api     string // its address
	witness *witness
	victim  *victim

	mu     sync.Mutex
	random *rand.Rand
}

// TestCrashAnywhere kills the very program, without warning: at any instant, and
// in the middle of its calls to Telegram; while members check in, while people
// are in conversations, and while cards go out to everybody. What people were
// told is true, nothing is done twice, nothing is told twice, and what nobody
// can know is listed.
func TestCrashAnywhere(t *testing.T) {
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	for n, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			c := newCrash(t, mode, from)
			share := (*kills + n) / 2
			size, groups, span := 120, 6, 1200*time.Millisecond
			if share >= 20 {
				size, groups, span = 1000, 50, 3*time.Second
			}
			c.run(share, span, func(no int) *meeting {
				return newMeeting(no, size, groups)
			})
		})
	}
}

func newCrash(t *testing.T, mode string, seed uint64) *crash {
	t.Logf("to have this again: -seed %d", seed)
	c := newScene(t, seed)
	c.victim.env = c.env()
	if mode == "webhook" {
		c.victim.args = append(c.victim.args, "--webhook-url", "http://"+c.victim.listen+"/telegram", "--webhook-secret", "open-sesame")
	}
	return c
}

// newScene is a database and a Telegram, with a program that has not started.
func newScene(t *testing.T, seed uint64) *crash {
	c := &crash{ledger: newLedger(t), witness: newWitness(), victim: newVictim(t), random: rand.New(rand.NewPCG(seed, 99))}
	var err error
	c.phones, err = simulator.New(simulator.Options{Token: "123456:simulated", AnswerWithin: 40 * time.Second, OnCall: func(call simulator.Call) {
		c.witness.hear(call)
		c.victim.burn(call.Method)
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c.phones.Handler())
	t.Cleanup(func() {
		c.phones.Close()
		server.Close()
	})
	c.api = server.URL
	return c
}

// env is what a program needs to find the database and Telegram.
func (c *crash) env() []string {
	return append(c.ledger.env(), "MUSTER_TELEGRAM_TOKEN=123456:simulated", "MUSTER_TELEGRAM_API="+c.api, "MUSTER_LOG=json")
}

// run kills the program so often, each time within span, with a meeting going
// on all the while; and then looks at what came of it.
func (c *crash) run(kills int, span time.Duration, next func(no int) *meeting) {
	var held []*meeting
	convene := func() {
		m := next(len(held) + 1)
		c.settle(m)
		c.open(m)
		held = append(held, m)
	}
	convene()
	for range kills {
		if c.rests() {
			convene()
		}
		c.victim.start()
		c.strike(span)
	}
	c.victim.start()
	c.victim.up(c.t.Context())
	c.drain()
	for _, m := range held {
		close(m.over)
	}
	for _, m := range held {
		m.people.Wait()
	}
	c.drain()
	listed := c.listed()
	for _, m := range held {
		c.judge(m, listed)
	}
	c.decide(listed)
	if code := c.victim.stop(); code != 0 {
		c.t.Errorf("stopped in order, the program ends with %d:\n%s", code, c.victim.said.String())
	}
}

// strike kills the program once: at its start, at some instant, or in the middle
// of some call.
func (c *crash) strike(span time.Duration) {
	switch dice := c.roll(8); {
	case dice == 0:
		c.victim.after(c.dice(time.Second))
	case dice < 4:
		c.victim.up(c.t.Context())
		c.victim.after(100*time.Millisecond + c.dice(span))
	default:
		methods := []string{"sendMessage", "sendMessage", "answerCallbackQuery", "editMessageText", "getUpdates"}
		c.victim.up(c.t.Context())
		c.victim.light(fuse{methods[c.roll(5)], 1 + c.roll(24)})
		c.victim.after(100*time.Millisecond + 2*span)
	}
	c.victim.kill()
}

// rests reports whether nothing is to be sent: a good moment for the next meeting.
func (c *crash) rests() bool {
	return c.count(`SELECT (SELECT count(*) FROM posts WHERE state IN ('queued', 'sending')) + (SELECT count(*) FROM redraws)`) == 0 && c.count(`SELECT count(*) FROM posts WHERE state = 'sent'`) > 0
}

// drain waits until all that came in is taken, and all that is to go out is out.
func (c *crash) drain() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 5*time.Minute)
	defer cancel()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		if err := c.phones.Idle(ctx); err != nil {
			c.t.Fatalf("%d updates are not taken: %v\n%s", c.phones.Pending(), err, c.victim.said.String())
		}
		n := c.count(`
			SELECT (SELECT count(*) FROM posts WHERE state IN ('queued', 'sending')) + (SELECT count(*) FROM redraws) + (SELECT count(*) FROM inbox WHERE state = 'waiting')
			     + (SELECT count(*) FROM timers WHERE due < $1)`, time.Now().Add(time.Minute))
		if n == 0 && c.phones.Pending() == 0 {
			return
		}
		select {
		case <-look.C:
		case <-c.victim.dead:
			c.t.Fatalf("the program ended by itself:\n%s", c.victim.said.String())
		case <-ctx.Done():
			c.t.Fatalf("%d things are left to be done:\n%s", n, c.victim.said.String())
		}
	}
}

// A line of unsure says: this post, to whom.
var unsureLine = regexp.MustCompile(`(?m)^(message \d+(?: \(\S+\))?: (.*)|  post (\d+) to (?:(S\d+-\d+) .*|the group of 第(\d+)单位 · b(\d+))(?: \(a newer.*)?)$`)

// listed reads what the operator is told to be unsure: the number of the post,
// by what was to be shown where.
func (c *crash) listed() map[showing]string {
	c.t.Helper()
	got := muster(c.t, c.env(), "unsure", "--all")
	if got.code != 0 {
		c.t.Fatalf("unsure: %+v", got)
	}
	listed := map[showing]string{}
	line := ""
	for _, m := range unsureLine.FindAllStringSubmatch(got.out, -1) {
		var unit, n int
		switch {
		case m[3] == "":
			line = m[2]
			continue
		case m[4] != "":
			fmt.Sscanf(m[4], "S%d-%d", &unit, &n)
			listed[showing{int64(unit)*1_000_000 + int64(n), line}] = m[3]
		default:
			fmt.Sscanf(m[5]+" "+m[6], "%d %d", &unit, &n)
			listed[showing{-int64(unit)*1_000_000 - int64(n), line}] = m[3]
		}
	}
	if n := c.count(`SELECT count(*) FROM posts WHERE state = 'unsure'`); n != len(listed) {
		c.t.Errorf("%d posts are unsure, %d are listed:\n%s", n, len(listed), got.out)
	}
	return listed
}

// judge looks at what came of a meeting.
func (c *crash) judge(m *meeting, unsure map[showing]string) {
	c.t.Helper()
	id := c.count(`SELECT id FROM activities WHERE no = 'A-' || $1`, fmt.Sprint(m.no))
	for what, got := range map[string]int{
		"marks":                   c.count(`SELECT count(*) FROM marks WHERE activity_id = $1`, id),
		"arrivals in the audit":   c.count(`SELECT count(*) FROM audit WHERE effect = 'arrived' AND (about::json->>'Activity')::bigint = $1`, id),
		"arrivals of each person": c.count(`SELECT count(DISTINCT person_id) FROM audit WHERE effect = 'arrived' AND (about::json->>'Activity')::bigint = $1`, id),
	} {
		if got != m.members {
			c.t.Errorf("%s: %d %s, want one for each of %d", m.title(), got, what, m.members)
		}
	}
	missing := 0
	told := func(chat int64, lines ...string) {
		n, listed := 0, false
		for _, line := range lines {
			n += c.witness.times(showing{chat, line})
			listed = listed || unsure[showing{chat, line}] != ""
		}
		switch {
		case n > 1:
			c.t.Errorf("%q was told to %d %d times", lines, chat, n)
		case n == 0 && !listed:
			c.t.Errorf("%q was never told to %d, and is not listed as unsure", lines, chat)
		case n == 0:
			missing++
		}
	}
	for n := range m.groups {
		told(m.group(n), m.title())
		told(m.group(n), m.notice())
	}
	for n := range m.members {
		switch who := m.account(n); {
		case m.said[who] != "the word":
			told(who, m.title(), m.receipt()) // whoever was quicker than the card has a receipt in its place
		case c.witness.times(showing{who, m.title()}) > 1:
			c.t.Errorf("%q was told to %d twice", m.title(), who)
		}
		if noticed(n) {
			told(m.account(n), m.notice())
		}
	}
	c.answered(m, unsure)
	c.conversed(m)
	c.t.Logf("%s: %d messages were never told, all listed; presses were answered %v", m.title(), missing, m.answers)
}

// answered looks at what people read when they had checked in: whoever wrote the
// word, a receipt; whoever pressed, a line at once or, at the least, a receipt in
// place of the card.
func (c *crash) answered(m *meeting, unsure map[showing]string) {
	c.t.Helper()
	for said, n := range m.answers {
		if said != "nothing" && said != "unanswered" && !strings.HasPrefix(said, "签到成功 ") && !strings.HasPrefix(said, "您已于 ") {
			c.t.Errorf("%d presses were answered %q", n, said)
		}
	}
	for who, said := range m.said {
		if said == "the word" && c.witness.times(showing{who, m.receipt()}) == 0 {
			c.t.Errorf("%d wrote the word and has no receipt", who)
		}
		if said == "the word" || said == "answered" || unsure[showing{who, m.title()}] != "" || unsure[showing{who, m.receipt()}] != "" {
			continue
		}
		all, err := c.phones.Messages(who, who)
		if err != nil || !slices.ContainsFunc(all, func(x simulator.Message) bool { return strings.HasPrefix(x.Text, m.receipt()) }) {
			c.t.Errorf("%d pressed, was not answered, and has no receipt: %v, %v", who, all, err)
		}
	}
}

// conversed looks at what came of the conversations: what was entered is there,
// once.
func (c *crash) conversed(m *meeting) {
	c.t.Helper()
	tomorrow := time.Now().In(c.Zone).AddDate(0, 0, 1).Format("2006-01-02") + " 14:00"
	for n := range talkers {
		no, account := fmt.Sprintf("T%d-%d", m.no, n), m.talker(n)
		for what, got := range map[string]int{
			"form open": 1 + c.count(`SELECT count(*) FROM sessions WHERE account_id = $1`, account),
			"plan": c.count(`SELECT count(*) + CASE WHEN $3 THEN 0 ELSE 1 END FROM activities WHERE title = $1 AND place = 'Meeting room ' || title AND to_char(starts, 'YYYY-MM-DD HH24:MI') = $2`,
				m.plan(n), tomorrow, n < readers),
			"effect": c.count(`
				SELECT count(*) FROM audit a WHERE a.effect IN ('planned', 'spoken') AND a.person_id = (SELECT id FROM people WHERE member_no = $1)
				OR a.effect = 'bound' AND (a.about::json->>'Account')::bigint = $2`, no, account),
			"account": c.count(`SELECT count(*) FROM accounts a JOIN people p ON p.id = a.person_id WHERE p.member_no = $1 AND a.id = $2 AND (a.lang = 'en') = $3`,
				no, account, n < readers || n >= newcomers),
		} {
			if got != 1 {
				c.t.Errorf("talker %s: %s: counted %d, want 1", no, what, got)
			}
		}
	}
}

// decide leaves one of the messages that are unsure, and sends the others again.
func (c *crash) decide(unsure map[showing]string) {
	c.t.Helper()
	before := map[showing]int{}
	var posts []string
	for _, s := range slices.SortedFunc(maps.Keys(unsure), func(a, b showing) int { return cmp.Or(cmp.Compare(a.chat, b.chat), cmp.Compare(a.line, b.line)) }) {
		if n := c.count(`SELECT count(*) FROM posts p JOIN contents k ON k.id = p.content_id WHERE p.id = $1 AND (p.name <> '' OR k.name = '')`, unsure[s]); n == 1 {
			before[s], posts = c.witness.times(s), append(posts, unsure[s])
		}
	}
	if len(posts) > 0 {
		if got := muster(c.t, c.env(), "unsure", "leave", posts[0]); got.code != 0 {
			c.t.Errorf("unsure leave: %+v", got)
		}
	}
	if got := muster(c.t, c.env(), "unsure", "resend"); got.code != 0 {
		c.t.Errorf("unsure resend: %+v", got)
	}
	c.drain()
	for s, n := range before {
		want := n + 1
		if unsure[s] == posts[0] {
			want = n
		}
		if got := c.witness.times(s); got != want {
			c.t.Errorf("%q was told to %d %d times after the operator's decision, want %d", s.line, s.chat, got, want)
		}
	}
	if got := muster(c.t, c.env(), "unsure", "leave"); got.code != 0 {
		c.t.Errorf("unsure leave: %+v", got)
	}
	if n := c.count(`SELECT count(*) FROM posts WHERE state NOT IN ('sent', 'left')`); n != 0 {
		c.t.Errorf("%d posts are neither there nor left", n)
	}
}
