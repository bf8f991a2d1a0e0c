package bot_test

import (
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
)

// A hall is a stage with the group of branch 1, whose secretary administers it.
type hall struct {
	*stage
	group int64
}

const secretary = 1002

func assemble(t *testing.T, g simulator.Group) *hall {
	t.Helper()
	s := show(t, bottest.Plan{})
	g.ID, g.Title, g.Creator, g.Members = flowtest.GroupID(1), flowtest.GroupTitle(1), secretary, []int64{1001, 1007}
	return &hall{s, s.Phones.AddGroup(g)}
}

// announces says something in the group of branch 1, as a turn does.
func (h *hall) announces(text string) {
	h.t.Helper()
	m := messages.Say("a %s", text).In(messages.Reminders)
	m.To = messages.To{Group: 1}
	h.tell(m)
}

func (h *hall) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// goesOn lets the clock go on once all is at rest.
func (h *hall) goesOn(d time.Duration) {
	h.t.Helper()
	h.Settle(h.t)
	h.do(h.Phones.Advance(d))
}

// hears waits until somebody is shown a message that begins so, in private.
func (h *hall) hears(user int64, beginning string) simulator.Message {
	h.t.Helper()
	return h.shown(user, user, beginning)
}

func (h *hall) shown(user, chat int64, beginning string) simulator.Message {
	h.t.Helper()
	h.Settle(h.t)
	all, err := h.Phones.Messages(user, chat)
	h.do(err)
	for _, m := range all {
		if strings.HasPrefix(m.Text, beginning) {
			return m
		}
	}
	h.t.Fatalf("%d was never told %q in %d; they read %q", user, beginning, chat, h.read(user, chat))
	return simulator.Message{}
}

// read is all that somebody reads in a chat.
func (h *hall) read(user, chat int64) (texts []string) {
	h.t.Helper()
	all, err := h.Phones.Messages(user, chat)
	h.do(err)
	for _, m := range all {
		texts = append(texts, m.Text)
	}
	return texts
}

// count is how many messages in a chat hold a text.
func (h *hall) count(user, chat int64, text string) (n int) {
	h.t.Helper()
	for _, s := range h.read(user, chat) {
		n += strings.Count(s, text)
	}
	return n
}

const ( // how the notices begin
	removed = "I have been removed from the group “group 1”."
	muted   = "I may not write in the group “group 1” any more."
	ended   = "The group “group 1” is no more, or I cannot find it."
	well    = "All is well with the group “group 1” again."
	copied  = "For the group “group 1”, where I cannot write now; please pass it on:"
)

func TestARightThatIsTakenFromTheWholeGroupIsFoundAtTheNextMessage(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.do(h.Phones.SetSilent(secretary, h.group, true)) // of which Telegram tells us nothing
	h.announces("notice")
	h.goesOn(30 * time.Second)
	h.hears(secretary, muted)
	h.hears(secretary, copied+"\n\na notice")
	h.do(h.Phones.SetSilent(secretary, h.group, false))
	h.goesOn(30 * time.Second) // asked about once a minute
	h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND reach = 'open'`, h.group)
	h.goesOn(30 * time.Second)
	h.hears(secretary, well)
	h.announces("second notice")
	h.shown(1001, h.group, "a second notice")
	if n := h.count(secretary, secretary, muted); n != 1 {
		t.Errorf("the secretary was told %d times, want once", n)
	}
}

func TestABotThatLeadsNoMoreInASilentGroupIsMissedAtOnce(t *testing.T) {
	h := assemble(t, simulator.Group{Bot: "administrator"})
	h.do(h.Phones.SetSilent(secretary, h.group, true))
	h.announces("notice")
	h.shown(1001, h.group, "a notice")
	h.do(h.Phones.SetMember(secretary, h.group, h.Phones.Bot().ID, "member"))
	h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND reach = 'muted'`, h.group)
	h.goesOn(30 * time.Second)
	h.hears(secretary, muted)
	h.do(h.Phones.SetMember(secretary, h.group, h.Phones.Bot().ID, "administrator"))
	h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND reach = 'open' AND ask_at IS NULL`, h.group)
	h.goesOn(30 * time.Second)
	h.hears(secretary, well)
}

func TestAGroupThatIsDeletedIsToldOf(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.do(h.Phones.DeleteGroup(secretary, h.group))
	h.announces("notice")
	h.goesOn(30 * time.Second)
	h.hears(secretary, ended)
	h.hears(secretary, copied+"\n\na notice")
	fresh, err := h.Phones.CreateGroup(secretary, "another")
	h.do(err)
	if _, err := h.Phones.Say(secretary, fresh, "/bind"); err != nil {
		t.Fatal(err)
	}
	h.Settle(t)
	h.presses(secretary, "Move it")
	h.hears(secretary, "All is well with the group “another” again.")
	h.announces("second notice")
	h.shown(secretary, fresh, "a second notice")
}

func TestWithoutASecretaryTheDeskIsTold(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.do(h.Phones.SetDeleted(secretary, true)) // of which Telegram tells us nothing
	h.tell(to(secretary, messages.Say("a %s", "word")))
	h.holds(1, `SELECT count(*) FROM accounts WHERE id = $1 AND reach = 'deleted'`, secretary)
	h.holds(1, `SELECT count(*) FROM posts WHERE state = 'refused' AND cause LIKE '%deactivated%'`)
	h.do(h.Phones.SetMember(secretary, h.group, h.Phones.Bot().ID, "kicked"))
	h.goesOn(30 * time.Second)
	h.hears(1004, removed)
}

// A group moves in the middle of everything; whichever signal comes first, what
// was to be said is said once, in the new group, with no step by anybody.
func TestAGroupThatMovesLosesAndDoublesNothing(t *testing.T) {
	for _, c := range []struct {
		name      string
		unhearing bool // the refusal of a message is the first signal
	}{{"told by messages", false}, {"told by a refusal", true}} {
		t.Run(c.name, func(t *testing.T) {
			h := assemble(t, simulator.Group{})
			h.announces("first")
			h.shown(1001, h.group, "a first")
			deaf := &simulator.Failure{}
			if c.unhearing {
				f := simulator.BadGateway()
				f.Method, f.Times = "getUpdates", -1
				deaf = h.Phones.Fail(f)
				h.says(1001, "/language") // for which the bot was waiting
				h.holds(1, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
			}
			next, err := h.Phones.Migrate(secretary, h.group)
			h.do(err)
			for _, text := range []string{"second", "third", "fourth"} {
				h.announces(text)
			}
			h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND branch_id = 1`, next)
			if c.unhearing {
				deaf.Lift()
			}
			h.Settle(t)
			for _, text := range []string{"a second", "a third", "a fourth"} {
				if n := h.count(1001, next, text); n != 1 {
					t.Errorf("%q stands %d times in the new group, want once", text, n)
				}
			}
			h.holds(0, `SELECT count(*) FROM posts WHERE state NOT IN ('sent')`)
			h.goesOn(time.Minute)
			h.Settle(t)
			if n := len(h.texts(secretary)); n != 0 {
				t.Errorf("the secretary was troubled: %q", h.texts(secretary))
			}
		})
	}
}

// Telegram may say that we left the old group before it says where it went.
func TestAGroupThatIsLeftForItsNewNumberTroublesNobody(t *testing.T) {
	h := assemble(t, simulator.Group{})
	left := `{"my_chat_member":{"chat":{"id":-2001,"type":"group","title":"group 1"},"from":{"id":1002},"date":1764566400,
		"old_chat_member":{"status":"member","user":{"id":1000001}},"new_chat_member":{"status":"left","user":{"id":1000001}}}}`
	if _, err := h.Phones.RawUpdate([]byte(left)); err != nil {
		t.Fatal(err)
	}
	h.holds(1, `SELECT count(*) FROM chats WHERE id = -2001 AND reach = 'kicked'`)
	h.announces("notice")
	next, err := h.Phones.Migrate(secretary, h.group)
	h.do(err)
	h.shown(1001, next, "a notice")
	h.goesOn(time.Minute)
	h.Settle(t)
	if n := len(h.texts(secretary)); n != 0 {
		t.Errorf("the secretary was troubled: %q", h.texts(secretary))
	}
}

func TestTheCardOfAGroupThatMovesAppearsOnceAndGoesOn(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.says(secretary, "/activity")
	h.open(t)
	card := h.shown(1001, h.group, "学习")
	if !strings.Contains(card.Text, "已到 0 / 应到 8") {
		t.Fatalf("the card says %q", card.Text)
	}
	next, err := h.Phones.Migrate(secretary, h.group)
	h.do(err)
	h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND branch_id = 1`, next)
	h.goesOn(30 * time.Second)
	h.shown(1001, next, "学习")
	h.says(1001, "/checkin")
	h.says(1007, "/checkin")
	h.goesOn(10 * time.Second)
	card = h.shown(1001, next, "学习")
	if !strings.Contains(card.Text, "已到 2 / 应到 8") {
		t.Errorf("the card says %q", card.Text)
	}
	if n := h.count(1001, next, "应到 8"); n != 1 {
		t.Errorf("%d cards stand in the new group, want one", n)
	}
	if _, err := h.Phones.PressByLabel(t.Context(), secretary, next, "签到"); err != nil {
		t.Error(err)
	}
	h.holds(3, `SELECT count(*) FROM marks`)
}

// open plans an activity of unit 1 whose window is open from now on.
func (h *hall) open(t *testing.T) {
	h.exec(`INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method)
		VALUES ('A-2026-0009', '学习', 'study', 'unit', 1, $1::timestamptz + interval '20 minutes', $1::timestamptz + interval '2 hours', $1,
		        $1::timestamptz + interval '30 minutes', $1::timestamptz + interval '2 hours', true, 'button')`, h.Phones.Now())
	h.goesOn(time.Minute)
}

func TestABranchIsSpokenToInTheTopicWhereBindWasSent(t *testing.T) {
	for _, c := range []struct {
		name string
		lose func(h *hall) error
	}{
		{"closed", func(h *hall) error { return h.Phones.CloseTopic(secretary, h.group, 7, true) }},
		{"deleted", func(h *hall) error { return h.Phones.DeleteTopic(secretary, h.group, 7) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := assemble(t, simulator.Group{Forum: true, Topics: []int64{7, 8}})
			h.bind(7)
			h.announces("notice")
			if m := h.shown(1001, h.group, "a notice"); m.MessageThreadID != 7 {
				t.Errorf("the notice stands in topic %d, want 7", m.MessageThreadID)
			}
			h.do(c.lose(h))
			h.announces("second notice")
			h.announces("third notice")
			for _, text := range []string{"a second notice", "a third notice"} {
				if m := h.shown(1001, h.group, text); m.MessageThreadID != 0 {
					t.Errorf("%q stands in topic %d, want the general one", text, m.MessageThreadID)
				}
			}
			const lost = "The topic in the group “group 1” where I wrote is closed or deleted."
			h.hears(secretary, lost)
			if n := h.count(secretary, secretary, lost); n != 1 {
				t.Errorf("the secretary was told %d times, want once", n)
			}
			h.bind(8)
			h.announces("fourth notice")
			if m := h.shown(1001, h.group, "a fourth notice"); m.MessageThreadID != 8 {
				t.Errorf("the notice stands in topic %d, want 8", m.MessageThreadID)
			}
		})
	}
}

// bind sends /bind in a topic, and waits for the answer there.
func (h *hall) bind(topic int64) {
	h.t.Helper()
	if _, err := h.Phones.SayWith(secretary, h.group, simulator.Said{Text: "/bind", Thread: topic}); err != nil {
		h.t.Fatal(err)
	}
	h.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND topic = $2`, h.group, topic)
	h.Settle(h.t)
	all, err := h.Phones.Messages(secretary, h.group)
	h.do(err)
	if m := all[len(all)-1]; m.MessageThreadID != topic || !m.From.IsBot {
		h.t.Errorf("the answer is %q in topic %d, want %d", m.Text, m.MessageThreadID, topic)
	}
}

func TestAForumWhoseGeneralTopicIsClosedIsMute(t *testing.T) {
	h := assemble(t, simulator.Group{Forum: true})
	h.do(h.Phones.CloseTopic(secretary, h.group, 1, true))
	h.announces("notice")
	h.goesOn(30 * time.Second)
	h.hears(secretary, muted)
	h.hears(secretary, copied+"\n\na notice")
}

func TestWhoBlocksTheBotAndSpeaksInAGroupIsStillBlocked(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.do(h.Phones.Block(1001, true))
	h.holds(1, `SELECT count(*) FROM accounts WHERE id = 1001 AND reach = 'blocked'`)
	if _, err := h.Phones.Say(1001, h.group, "/bind"); err != nil { // which is answered there
		t.Fatal(err)
	}
	h.shown(secretary, h.group, "仅支部书记")
	h.holds(1, `SELECT count(*) FROM accounts WHERE id = 1001 AND reach = $1`, campaign.Blocked)
}
