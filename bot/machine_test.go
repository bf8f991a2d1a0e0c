package bot_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"
)

// says makes somebody write to the bot in private.
func (s *stage) says(user int64, text string) {
	s.t.Helper()
	if _, err := s.Phones.Say(user, user, text); err != nil {
		s.t.Fatal(err)
	}
}

// presses makes somebody press the newest button of a label in private.
func (s *stage) presses(user int64, label string) *simulator.Answer {
	s.t.Helper()
	a, err := s.Phones.PressByLabel(s.t.Context(), user, user, label)
	if err != nil {
		s.t.Fatalf("%d presses %s: %v", user, label, err)
	}
	if a == nil {
		s.t.Fatalf("%d pressed %s and was never answered", user, label)
	}
	return a
}

// holds waits until a count of the database is as it should be.
func (s *stage) holds(want int, query string, args ...any) {
	s.t.Helper()
	s.holdsIn(20*time.Second, want, query, args...)
}

// holdsIn is holds for what may take longer.
func (s *stage) holdsIn(d time.Duration, want int, query string, args ...any) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), d)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var got int
		s.In(s.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &got, query, args...) })
		if got == want {
			return
		}
		select {
		case <-ctx.Done():
			s.t.Fatalf("%s\ncounts %d, want %d", query, got, want)
		case <-tick.C:
		}
	}
}

// exec runs a statement.
func (s *stage) exec(query string, args ...any) {
	s.t.Helper()
	s.In(s.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Exec(ctx, query, args...) })
}

// tell posts a message as a turn does.
func (s *stage) tell(m messages.Message) {
	s.t.Helper()
	s.In(s.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 0, 0, []messages.Message{m}) })
}

func to(account int64, m messages.Message) messages.Message {
	m.To = messages.To{Friend: campaign.AccountID(account)}
	return m
}

func TestTheSameUpdateTwiceHasOneEffect(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	if err := s.Phones.Redeliver(s.Phones.LastUpdate()); err != nil {
		t.Fatal(err)
	}
	if err := s.Phones.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM contents WHERE name = 'talk'`)
	s.holds(1, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
}

func TestTwoProgramsHaveOneEffect(t *testing.T) {
	s := show(t, bottest.Plan{Bots: 2})
	for n := range 8 {
		s.says(1001, fmt.Sprintf("/start %d", n))
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	s.presses(1001, "English")
	s.reads(1001, 1001, "How shall I show buttons?")
	s.presses(1001, "Side by side")
	s.reads(1001, 1001, "Very well. /menu shows what I can do.")
	s.holds(1, `SELECT count(*) FROM audit WHERE effect = 'spoken'`)
}

func TestAnUpdateThatCannotBeDecodedIsParkedAndTheQueueGoesOn(t *testing.T) {
	s := show(t, bottest.Plan{})
	if _, err := s.Phones.RawUpdate([]byte(`{"message":{"message_id":1,"date":1,"chat":{"id":1001,"type":"private"},"from":{"id":1001},"forward_origin":{"type":"from_the_future","secret":"do not log"}}}`)); err != nil {
		t.Fatal(err)
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	s.holds(1, `SELECT count(*) FROM inbox WHERE state = 'parked' AND error NOT LIKE '%secret%' AND raw LIKE '%from_the_future%'`)
}

// broken is a flow whose steps panic.
var broken = flow.Spec[struct{}, struct{}]{
	Name: "broken", Opens: "broken", Help: "Nothing",
	Asks: []flow.Ask[struct{}, struct{}]{
		flow.Then("panic", func(*flow.Turn[struct{}, struct{}]) flow.Outcome { panic("a bug") }),
	},
	Chinese: "Nothing\t无",
}

func TestAPanicIsParkedAndThePersonHearsOfIt(t *testing.T) {
	s := &stage{bottest.Show(t, flowtest.New(t, append(home.With(), broken)), bottest.Plan{}), t}
	s.says(1001, "/broken")
	s.reads(1001, 1001, "Sorry, something went wrong here. It has been noted; please try again, or send /menu.")
	s.holds(1, `SELECT count(*) FROM inbox WHERE state = 'parked' AND error LIKE 'panic: a bug%'`)
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
}

func TestAWebhookIsTrustedOnlyWithItsSecret(t *testing.T) {
	s := show(t, bottest.Plan{Secret: "open-sesame"})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	for _, c := range []struct {
		name, method, secret, body string
		want                       int
	}{
		{"no secret", "POST", "", `{"update_id":7}`, 401},
		{"a wrong secret", "POST", "guess", `{"update_id":7}`, 401},
		{"another method", "GET", "open-sesame", "", 405},
		{"no update", "POST", "open-sesame", `hello`, 400},
		{"too much", "POST", "open-sesame", `{"update_id":7,"x":"` + strings.Repeat("x", 2<<20) + `"}`, 413},
		{"an update of no kind", "POST", "open-sesame", `{"update_id":7}`, 200},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.Hook, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.secret != "" {
			r.Header.Set("X-Telegram-Bot-Api-Secret-Token", c.secret)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", c.name, res.StatusCode, c.want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestAForgedPressIsRefused(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1001, "/language")
	mine := s.reads(1001, 1001, "Which language shall I speak?")
	s.says(1003, "/help")
	s.holds(2, `SELECT count(*) FROM posts WHERE state = 'sent'`)
	theirs, _ := s.Phones.LastMessage(1003, 1003)
	stolen := mine.ReplyMarkup.Rows[0][0].CallbackData
	for _, data := range []string{stolen, "zzzz.0", "1.999", "not ours", "1.0.0", "-1.0", strings.Repeat("9", 64)} {
		answers, err := s.Phones.PressData(1003, 1003, theirs.MessageID, data)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if a := <-answers; a == nil || a.Text != "This button does not belong here." && a.Text != "此按钮不属于本会话" {
			t.Errorf("%q was answered with %v", data, a)
		}
	}
	s.holds(0, `SELECT count(*) FROM audit`)
}

func TestAnOldButtonShowsHowThingsStand(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1001, "/language")
	old := s.reads(1001, 1001, "Which language shall I speak?")
	s.presses(1001, "English")
	s.reads(1001, 1001, "How shall I show buttons?")
	answers, err := s.Phones.PressData(1001, 1001, old.MessageID, old.ReplyMarkup.Rows[0][0].CallbackData)
	if err != nil {
		t.Fatal(err)
	}
	if a := <-answers; a == nil || a.Text != "This question is closed." {
		t.Errorf("answered with %v", a)
	}
	s.reads(1001, 1001, "How shall I show buttons?")
}

func TestTextThatIsTooLongIsSentAsAFile(t *testing.T) {
	s := show(t, bottest.Plan{})
	long := strings.Repeat("好", 5000)
	s.tell(to(1001, messages.Say("%s", long)))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'sent'`)
	m, _ := s.Phones.LastMessage(1001, 1001)
	if m.Document == nil || m.Document.FileSize != int64(len(long)) || !strings.HasPrefix(m.Caption, "好好") || !strings.HasSuffix(m.Caption, "…") {
		t.Errorf("they read %+v, want a file of %d bytes with the beginning above it", m, len(long))
	}
}

func TestOneChatThatIsRefusedForAWhileHoldsUpNobody(t *testing.T) {
	s := show(t, bottest.Plan{Rates: bot.TelegramRates()})
	slow := s.Phones.Fail(simulator.Fault{Method: "sendMessage", Chat: 1002, RetryAfter: 240, Until: time.Now().Add(time.Hour)})
	s.tell(to(1002, messages.Say("for %s", "two").In(messages.Answers)))
	s.tell(to(1001, messages.Say("for %s", "one").In(messages.Broadcasts)))
	s.reads(1001, 1001, "for one")
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'queued' AND chat_id = 1002`)
	if n := slow.Count(); n != 1 {
		t.Errorf("the chat was tried %d times, want once until it may be again", n)
	}
}

func TestASendOfUnknownFateIsNotRepeated(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.Phones.FailNext("sendMessage", simulator.Fault{ResetAfter: true})
	s.tell(to(1001, messages.Say("a %s", "reminder").In(messages.Reminders)))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'unsure' AND cause <> ''`)
	s.tell(to(1001, messages.Say("a %s", "second").In(messages.Reminders)))
	s.reads(1001, 1001, "a second")
	all, err := s.Phones.Messages(1001, 1001)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 { // the first did arrive: it is there once
		t.Errorf("they read %d messages, want 2", len(all))
	}
}

func TestAnAnswerOfUnknownFateIsSentAgain(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.Phones.FailNext("sendMessage", simulator.Fault{ResetBefore: true})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
}

func TestABadGatewayIsNoAnswer(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.Phones.FailNext("sendMessage", simulator.BadGateway())
	s.tell(to(1001, messages.Say("a %s", "reminder").In(messages.Reminders)))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'unsure'`)
}

func TestWhoBlocksTheBotIsNoted(t *testing.T) {
	s := show(t, bottest.Plan{})
	if err := s.Phones.Block(1001, true); err != nil {
		t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM accounts WHERE id = 1001 AND reach = 'blocked'`)
	if err := s.Phones.Block(1001, false); err != nil {
		t.Fatal(err)
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	s.holds(1, `SELECT count(*) FROM accounts WHERE id = 1001 AND reach = 'open'`)
}

func TestTheCommandMenuFollowsRoleAndLanguage(t *testing.T) {
	s := show(t, bottest.Plan{})
	has := func(user int64, command, description string) bool {
		for _, c := range s.Phones.CommandsFor(user, user) {
			if c.Command == command && (description == "" || c.Description == description) {
				return true
			}
		}
		return false
	}
	menu := func(user int64, command, description string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for !has(user, command, description) {
			select {
			case <-ctx.Done():
				t.Fatalf("the menu of %d is %v, want /%s – %s", user, s.Phones.CommandsFor(user, user), command, description)
			case <-tick.C:
			}
		}
	}
	menu(1001, "menu", "What I can do")
	if has(1001, "attendance", "") {
		t.Error("a member is offered the roll")
	}
	s.says(1002, "/menu")
	menu(1002, "attendance", "")
	settled := `SELECT count(*) FROM accounts WHERE person_id IS NOT NULL AND reach = 'open' AND (menu_at IS NULL OR menu_at < seen_at)`
	s.holds(0, settled)
	before := s.Phones.Calls("setMyCommands")
	s.says(1002, "/menu")
	s.holds(2, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
	s.holds(0, settled)
	if n := s.Phones.Calls("setMyCommands") - before; n != 0 {
		t.Errorf("a menu that has not changed was set %d times", n)
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	s.presses(1001, "中文")
	s.reads(1001, 1001, "按钮如何显示？")
	s.presses(1001, "并排显示")
	menu(1001, "menu", "功能菜单")
}

func TestWhatNoTableCanHoldStopsNothing(t *testing.T) {
	s := show(t, bottest.Plan{})
	for _, raw := range []string{
		`{"message":{"message_id":1,"date":1,"chat":{"id":1001,"type":"private"},"from":{"id":1001,"first_name":"a\u0000b"},"text":"/language\u0000"}}`,
		"{\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":1001,\"type\":\"private\"},\"from\":{\"id\":1001},\"poll\":\"\xff\"}}",
	} {
		if _, err := s.Phones.RawUpdate([]byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	s.reads(1001, 1001, "Which language shall I speak?")
	if err := s.Phones.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM inbox WHERE state = 'parked'`)
}

func TestWhoSpeaksAsTheGroupIsAskedInPrivate(t *testing.T) {
	s := show(t, bottest.Plan{})
	id := s.Phones.AddGroup(simulator.Group{Title: "综合科", Supergroup: true, Creator: 1010, Admins: []int64{1010}})
	if err := s.Phones.SetAnonymous(1010, id, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Phones.Say(1010, id, "/bind@muster_bot"); err != nil {
		t.Fatal(err)
	}
	m := s.reads(1010, id, "您以群身份发言，无法确认您是谁，请私聊继续。")
	link := m.ReplyMarkup.Rows[0][0].URL
	payload, ok := strings.CutPrefix(link, fmt.Sprintf("https://t.me/muster_bot?start=group_%d", id))
	if !ok || payload != "" {
		t.Fatalf("the button opens %q, want the private chat about this group", link)
	}
	s.holds(0, `SELECT count(*) FROM chats WHERE branch_id = 2`)
	if _, err := s.Phones.Start(1010, fmt.Sprintf("group_%d", id)); err != nil {
		t.Fatal(err)
	}
	s.holds(1, `SELECT count(*) FROM chats WHERE branch_id = 2`)
}
