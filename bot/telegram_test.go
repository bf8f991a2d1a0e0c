package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/messages"
)

// nonsense is what stands where an answer of Telegram's should, or in its place.
var nonsense = map[string]simulator.Fault{
	"a bad gateway":                simulator.BadGateway(),
	"a page that says all is well": {Status: 200, Body: "<html><body>Welcome to the network. Please log in.</body></html>"},
	"nothing":                      {Status: 200},
	"half an answer":               {Status: 200, Body: `{"ok":true,"result":[{"update_id":`},
	"a server error":               {Status: 500, Body: `{"ok":false,"error_code":500,"description":"Internal Server Error"}`},
	"an answer without a result":   {Status: 200, Body: `{"ok":true}`},
	"an answer of another kind":    {Status: 200, Body: `{"ok":true,"result":{"update_id":"soon"}}`},
	"a list of no updates":         {Status: 200, Body: `{"ok":true,"result":[null,7,"x",{},[]]}`},
	"too many requests":            {RetryAfter: 1},
	"a reset, unheard":             {ResetBefore: true},
	"a reset, heard":               {ResetAfter: true},
	"a slow answer":                {Delay: 300 * time.Millisecond},
}

func TestUpdatesAreFetchedAgainWhateverTelegramAnswers(t *testing.T) {
	s := show(t, bottest.Plan{})
	for name, fault := range nonsense {
		fails := s.Phones.FailNext("getUpdates", fault) // the poll that waits is not the next
		s.says(1001, "/language")
		s.says(1002, "/language")
		if err := s.Phones.Idle(s.patient()); err != nil {
			t.Fatalf("%s: the bot fetches no more: %v", name, err)
		}
		if fails.Count() != 1 {
			t.Errorf("%s: met %d times, want once", name, fails.Count())
		}
	}
	s.Settle(t)
	s.holds(2*len(nonsense), `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%' AND state = 'done'`)
	s.holds(2*len(nonsense), `SELECT count(*) FROM contents WHERE message LIKE '%Which language%'`)
}

func (s *stage) patient() context.Context {
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	s.t.Cleanup(cancel)
	return ctx
}

// What may have arrived is never said twice, but for answers to a person: one that
// comes twice harms nobody, one that is missing does.
func TestWhateverTelegramAnswersToASend(t *testing.T) {
	s := show(t, bottest.Plan{})
	for name, fault := range nonsense {
		for _, lane := range []messages.Lane{messages.Answers, messages.Broadcasts} {
			text := fmt.Sprintf("%s in lane %d", name, lane)
			s.Phones.FailNext("sendMessage", fault)
			s.tell(to(1001, messages.Say("%s", text).In(lane)))
			s.Settle(t)
			all, err := s.Phones.Messages(1001, 1001)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, m := range all {
				if m.Text == text {
					n++
				}
			}
			known := fault.RetryAfter > 0 || fault.Delay > 0 // that it was not done, or was
			least, most := 1, 1
			switch {
			case known:
			case lane == messages.Answers:
				most = 2
			case !fault.ResetAfter:
				least, most = 0, 0
			}
			if n < least || n > most {
				t.Errorf("%s: it is read %d times, want %d to %d", text, n, least, most)
			}
			if lane == messages.Broadcasts && !known {
				s.holds(1, `SELECT count(*) FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.state = 'unsure' AND c.message LIKE '%' || $1 || '%'`, text)
			}
		}
	}
}

func TestTooManyRequestsEverywhereHoldEverybodyAndNothingIsLost(t *testing.T) {
	s := show(t, bottest.Plan{Rates: bot.TelegramRates()})
	flood := s.Phones.Fail(simulator.Fault{Method: "sendMessage", Times: 4, RetryAfter: 1})
	for user := range int64(6) {
		s.tell(to(1001+user, messages.Say("to %s", fmt.Sprint(user)).In(messages.Broadcasts)))
	}
	for user := range int64(6) {
		s.reads(1001+user, 1001+user, fmt.Sprint("to ", user))
	}
	s.holds(6, `SELECT count(*) FROM posts WHERE state = 'sent' AND message_id IS NOT NULL`)
	if flood.Count() != 4 {
		t.Errorf("refused %d times, want 4", flood.Count())
	}
}

// A logbook keeps what a program logs.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logbook) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

// ask calls the Bot API as another program that has our token.
func (s *stage) ask(method, params string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.API+"/bot1000001:simulated/"+method, strings.NewReader(params))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	res.Body.Close()
	s.t.Cleanup(http.DefaultClient.CloseIdleConnections)
}

func TestAnotherProgramWithOurTokenIsToldOfOnceAndOutlived(t *testing.T) {
	var log logbook
	s := show(t, bottest.Plan{Log: &log})
	for n := range 5 {
		s.says(1001, fmt.Sprintf("/start %d", n))
		if err := s.Phones.Idle(s.patient()); err != nil {
			t.Fatal(err)
		}
		s.ask("getUpdates", `{"timeout":0}`) // it ends the poll of ours that waits
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	if n := log.count("another program fetches updates with our token"); n != 1 {
		t.Errorf("it is told of %d times, want once", n)
	}
}

func TestAWebhookThatWasLeftDoesNotKeepUsFromPolling(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.ask("setWebhook", `{"url":"https://muster.example/old"}`)
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
}

func TestATokenThatIsRevokedIsWaitedForAndNothingIsLost(t *testing.T) {
	var log logbook
	s := show(t, bottest.Plan{Log: &log})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	revoked := s.Phones.Fail(simulator.Fault{Times: -1, Status: 401, Body: `{"ok":false,"error_code":401,"description":"Unauthorized"}`})
	s.says(1002, "/language") // the poll that waits still brings it
	s.tell(to(1003, messages.Say("a %s", "card").In(messages.Broadcasts)))
	s.holds(2, `SELECT count(*) FROM posts WHERE state = 'queued' AND tries > 1`)
	s.holds(0, `SELECT count(*) FROM posts WHERE state NOT IN ('sent', 'queued', 'sending')`)
	if n := log.count("Telegram does not know our token any more"); n != 1 {
		t.Errorf("it is told of %d times, want once", n)
	}
	revoked.Lift()
	s.reads(1002, 1002, "Which language shall I speak?")
	s.reads(1003, 1003, "a card")
}

func TestNumbersOfUpdatesMayBeginAnewAnywhere(t *testing.T) {
	s := show(t, bottest.Plan{})
	for n, next := range []int64{900_000_000, 12, 500_000, 7} {
		s.says(1001, fmt.Sprintf("/start %d", n))
		s.Settle(t)
		if err := s.Phones.Renumber(next); err != nil {
			t.Fatal(err)
		}
		s.says(1001, fmt.Sprintf("/start again %d", n))
		if err := s.Phones.Idle(s.patient()); err != nil {
			t.Fatalf("from %d on nothing is confirmed: %v", next, err)
		}
	}
	s.holds(8, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%' AND state = 'done'`)
}

// brings has Telegram bring updates as they are written, once.
func (s *stage) brings(updates ...string) {
	s.t.Helper()
	s.Phones.FailNext("getUpdates", simulator.Fault{Status: 200, Body: `{"ok":true,"result":[` + strings.Join(updates, ",") + `]}`})
}

// written is an update in which somebody writes to us in private.
func written(id, from int64, text string) string {
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"first_name":"x"},"text":%q}}`, id, id, from, from, text)
}

func TestOnePoisonOfAHundredHoldsUpNobody(t *testing.T) {
	s := show(t, bottest.Plan{})
	var batch []string
	for n := range int64(100) {
		batch = append(batch, written(1+n, 5001+n, "/language"))
	}
	batch[50] = `{"update_id":51,"message":{"message_id":1,"date":"yesterday","chat":{"id":1001,"type":"private"},"from":{"id":1001},"text":"/language"}}`
	s.brings(batch...)
	s.says(1001, "/help")
	s.holds(99, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:__' AND state = 'done' OR key = 'tg:100' OR key LIKE 'tg:_'`)
	s.holds(1, `SELECT count(*) FROM inbox WHERE key = 'tg:51' AND state = 'parked'`)
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
}

func TestUpdatesThatComeTwiceAndOutOfOrderHaveOneEffectEach(t *testing.T) {
	s := show(t, bottest.Plan{})
	one, two, three := written(31, 1001, "/language"), written(32, 1002, "/language"), written(33, 1003, "/language")
	s.brings(three, one, three, `{"update_id":34,"a_kind_from_the_future":{"secret":1}}`, one)
	s.brings(two, one, two)
	s.says(1004, "/help")
	for _, user := range []int64{1001, 1002, 1003} {
		s.reads(user, user, "Which language shall I speak?")
	}
	s.Settle(t)
	s.holds(3, `SELECT count(*) FROM contents WHERE message LIKE '%Which language%'`)
	s.holds(4, `SELECT count(*) FROM inbox WHERE key IN ('tg:31', 'tg:32', 'tg:33', 'tg:34') AND state = 'done'`)
}

// A send on its way for long holds up its own chat alone.
func TestASlowSendHoldsUpNobodyElse(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.Phones.Fail(simulator.Fault{Method: "sendMessage", Chat: 1002, Delay: 5 * time.Second})
	s.tell(to(1002, messages.Say("for %s", "two").In(messages.Answers)))
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'sending' AND chat_id = 1002`)
	s.tell(to(1001, messages.Say("for %s", "one").In(messages.Broadcasts)))
	s.reads(1001, 1001, "for one")
	s.holds(1, `SELECT count(*) FROM posts WHERE state = 'sending' AND chat_id = 1002`)
	s.reads(1002, 1002, "for two")
}
