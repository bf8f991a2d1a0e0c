package bot_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"
)

// scrape reads the metrics of a bot: each series, as it is written, and its value.
func scrape(t testing.TB, b *bot.Bot) map[string]float64 {
	t.Helper()
	page := httptest.NewRecorder()
	b.Metrics().ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if page.Code != http.StatusOK {
		t.Fatalf("/metrics: %d %s", page.Code, page.Body)
	}
	all := map[string]float64{}
	for line := range strings.Lines(page.Body.String()) {
		line = strings.TrimSpace(line)
		at := strings.LastIndexByte(line, ' ')
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		v, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		all[line[:at]] = v
	}
	return all
}

// shows waits until series have their values.
func (s *stage) shows(b *bot.Bot, want map[string]float64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got, wrong := scrape(s.t, b), ""
		for series, v := range want {
			if have, there := got[series]; !there || have != v {
				wrong += "\n" + series + " is " + strconv.FormatFloat(have, 'f', -1, 64) + ", want " + strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		if wrong == "" {
			return
		}
		select {
		case <-ctx.Done():
			s.t.Fatal("of the metrics" + wrong)
		case <-tick.C:
		}
	}
}

type (
	handDraft = struct{}
	handTurn  = flow.Turn[handDraft, struct{}]
)

// Raise is what the button of a show of hands carries.
type Raise struct{}

// Raised is a hand that was counted.
type Raised struct{}

// Effect is its name in the audit.
func (Raised) Effect() string { return "raised" }

// hands is a flow with a tap.
var hands = flow.Spec[handDraft, struct{}]{
	Name: "hands", Opens: "hands", Help: "Nothing",
	Asks: []flow.Ask[handDraft, struct{}]{
		flow.Then("ask", func(*handTurn) flow.Outcome {
			return flow.Do().Say(messages.Say("Who is for it?").Row(messages.Button(Raise{}, "I am")).As("hands"))
		}),
	},
	Handlers: []flow.Handler[handDraft, struct{}]{
		flow.Tapped("raise", func(handTurn, Raise) flow.Outcome { return flow.Do(Raised{}).Toast("Counted.") }, flow.Batch[struct{}, Raise, Raised]{
			LoadAll: func(_ context.Context, _ *storage.Tx, taps []flow.Tap[Raise]) ([]struct{}, error) {
				return make([]struct{}, len(taps)), nil
			},
			ApplyAll: func(context.Context, *storage.Tx, []Raised) error { return nil },
		}),
	},
	Chinese: "Nothing\t无\nWho is for it?\t谁同意？\nI am\t我\nCounted.\t已计。",
}

func TestOperatorsSeeWhatBecomesOfUpdatesTurnsAndSends(t *testing.T) {
	s := &stage{bottest.Show(t, flowtest.New(t, append(home.With(), broken, hands)), bottest.Plan{}), t}
	b := s.Bots[0]
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	if err := s.Phones.Redeliver(s.Phones.LastUpdate()); err != nil {
		t.Fatal(err)
	}
	s.says(1001, "/broken")
	s.says(1001, "/hands")
	card := s.reads(1001, 1001, "Who is for it?")
	s.presses(1001, "I am")
	s.says(1003, "/help")
	s.holds(5, `SELECT count(*) FROM posts WHERE state = 'sent'`) // the question twice, the apology, the card, the help
	theirs, _ := s.Phones.LastMessage(1003, 1003)
	forged, err := s.Phones.PressData(1003, 1003, theirs.MessageID, card.ReplyMarkup.Rows[0][0].CallbackData)
	if err != nil {
		t.Fatal(err)
	}
	<-forged
	s.Phones.FailNext("answerCallbackQuery", simulator.Fault{Status: http.StatusBadRequest, Body: `{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}`})
	if _, err := s.Phones.PressData(1001, 1001, card.MessageID, card.ReplyMarkup.Rows[0][0].CallbackData); err != nil {
		t.Fatal(err)
	}
	s.shows(b, map[string]float64{
		`muster_updates_total{kind="command",outcome="done"}`:     3,
		`muster_updates_total{kind="command",outcome="repeated"}`: 1,
		`muster_updates_total{kind="command",outcome="parked"}`:   1,
		`muster_updates_total{kind="command",outcome="stored"}`:   0,
		`muster_updates_total{kind="press",outcome="done"}`:       3,
		`muster_turn_seconds_count{flow="language"}`:              1,
		`muster_turn_seconds_count{flow="hands"}`:                 3,
		`muster_turn_seconds_count{flow="none"}`:                  1,
		`muster_presses_forged_total`:                             1,
		`muster_taps_per_commit_sum`:                              3,
		`muster_tap_commit_seconds_count`:                         3,
		`muster_answers_total{outcome="sent"}`:                    2,
		`muster_answers_total{outcome="late"}`:                    1,
		`muster_answer_seconds_count`:                             2,
		`muster_sends_total{lane="answers",outcome="sent"}`:       5,
		`muster_role{role="poller"}`:                              1,
		`muster_role{role="sender"}`:                              1,
		`muster_inbox_parked`:                                     1,
		`muster_database_up`:                                      1,
	})
	if got := scrape(t, b); got[`muster_heard_timestamp_seconds{by="poll"}`] == 0 || got[`muster_polls_total{outcome="done"}`] == 0 || got[`muster_send_seconds_count`] < 5 {
		t.Errorf("of polls and sends the metrics are %v, %v, %v", got[`muster_heard_timestamp_seconds{by="poll"}`], got[`muster_polls_total{outcome="done"}`], got[`muster_send_seconds_count`])
	}
}

func TestOperatorsSeeWhyMessagesDoNotArrive(t *testing.T) {
	s := show(t, bottest.Plan{})
	b := s.Bots[0]
	s.Phones.Fail(simulator.Fault{Method: "sendMessage", Chat: 1002, RetryAfter: 240, Until: time.Now().Add(time.Hour)})
	s.tell(to(1002, messages.Say("for %s", "two").In(messages.Answers)))
	s.Phones.Fail(simulator.Fault{Method: "sendMessage", Chat: 1001, ResetAfter: true})
	s.tell(to(1001, messages.Say("a %s", "reminder").In(messages.Reminders)))
	if err := s.Phones.Block(1003, true); err != nil {
		t.Fatal(err)
	}
	s.tell(to(1003, messages.Say("for %s", "three").In(messages.Broadcasts)))
	s.shows(b, map[string]float64{
		`muster_sends_total{lane="answers",outcome="queued"}`:     1,
		`muster_sends_total{lane="reminders",outcome="unsure"}`:   1,
		`muster_sends_total{lane="broadcasts",outcome="refused"}`: 1,
		`muster_sends_refused_total{cause="blocked"}`:             1,
		`muster_throttled_total{scope="chat"}`:                    1,
		`muster_throttled_total{scope="all"}`:                     0,
		`muster_outbox_due{lane="answers"}`:                       1,
		`muster_outbox_unsure`:                                    1,
	})
}

func TestOperatorsSeeWhoPollsAndWhoSends(t *testing.T) {
	s := show(t, bottest.Plan{Bots: 2})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	for _, role := range []string{`muster_role{role="poller"}`, `muster_role{role="sender"}`} {
		if n := scrape(t, s.Bots[0])[role] + scrape(t, s.Bots[1])[role]; n != 1 {
			t.Errorf("%s is held by %v of two bots, want one", role, n)
		}
	}
}

func TestOperatorsSeeCallsAtTheWebhook(t *testing.T) {
	s := show(t, bottest.Plan{Secret: "open-sesame"})
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
	res, err := http.Post(s.Hook, "application/json", strings.NewReader(`{"update_id":7}`))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	s.shows(s.Bots[0], map[string]float64{
		`muster_webhook_calls_total{outcome="done"}`:    1,
		`muster_webhook_calls_total{outcome="foreign"}`: 1,
	})
}

// another opens the database of a world once more, to be closed by the test.
func another(t *testing.T, w *flowtest.World) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), w.DB.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// While the database is away the metrics say so, and all else.
func TestMetricsAreReadWithoutADatabase(t *testing.T) {
	w := flowtest.New(t, flows.All)
	db := another(t, w)
	b, err := bot.New(bot.Config{DB: db, House: w.House, Token: "1000001:simulated", API: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := scrape(t, b)
	if up, there := got["muster_database_up"]; !there || up != 0 {
		t.Errorf("muster_database_up is %v, %v, want 0", up, there)
	}
	if _, there := got["muster_outbox_unsure"]; there {
		t.Error("figures are told that nobody can know")
	}
	for _, series := range []string{`muster_updates_total{kind="press",outcome="done"}`, `muster_turn_seconds_count{flow="checkin"}`, `muster_role{role="sender"}`, "go_goroutines", "process_start_time_seconds"} {
		if _, there := got[series]; !there {
			t.Errorf("%s is not told", series)
		}
	}
}

// However often somebody looks, the database is asked at most once in 5 s.
func TestTheDatabaseIsNotAskedAtEveryLook(t *testing.T) {
	s := show(t, bottest.Plan{})
	for unsure := 1; ; unsure++ {
		begun := time.Now()
		before := scrape(t, s.Bots[0])["muster_outbox_unsure"]
		s.Phones.FailNext("sendMessage", simulator.Fault{ResetAfter: true})
		s.tell(to(1001, messages.Say("a %s", "reminder").In(messages.Reminders)))
		s.holds(unsure, `SELECT count(*) FROM posts WHERE state = 'unsure'`)
		after := scrape(t, s.Bots[0])["muster_outbox_unsure"]
		if time.Since(begun) > 4*time.Second {
			continue // this machine was slow: it may have been asked again rightly
		}
		if after != before {
			t.Errorf("%v became %v within 4 s", before, after)
		}
		return
	}
}
