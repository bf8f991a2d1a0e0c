package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot/models"
)

// A hook is a bot that listens.
type hook struct {
	*httptest.Server
	mu   sync.Mutex
	got  []models.Update
	head []http.Header
	// answer decides what to answer to an update; nil answers 200.
	answer func(w http.ResponseWriter, u models.Update)
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		var u models.Update
		if err == nil {
			err = json.Unmarshal(raw, &u)
		}
		if err != nil {
			t.Errorf("got %s: %v", raw, err)
		}
		h.mu.Lock()
		h.got = append(h.got, u)
		h.head = append(h.head, r.Header)
		answer := h.answer
		h.mu.Unlock()
		if answer != nil {
			answer(w, u)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) texts() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, u := range h.got {
		if u.Message != nil {
			out = append(out, u.Message.Text)
		}
	}
	return out
}

func TestAWebhookGetsWhatIsSaidWithTheSecret(t *testing.T) {
	w := newWorld(t, frozen())
	h := newHook(t)
	w.say(ann, ann, "before")
	w.must("setWebhook", args{"url": h.URL, "secret_token": "s3cret"}, nil)
	w.say(ann, ann, "after")
	if err := w.Idle(patient(t)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.texts()); got != "[before after]" {
		t.Errorf("got %s", got)
	}
	if got := h.head[0].Get("X-Telegram-Bot-Api-Secret-Token"); got != "s3cret" {
		t.Errorf("got secret %q", got)
	}
	w.refused("getUpdates", args{}, 409, "Conflict: can't use getUpdates method while webhook is active")
	var info struct {
		URL     string `json:"url"`
		Pending int    `json:"pending_update_count"`
		Most    int    `json:"max_connections"`
	}
	w.must("getWebhookInfo", args{}, &info)
	if info.URL != h.URL || info.Pending != 0 || info.Most != 40 {
		t.Errorf("got %+v", info)
	}
	w.must("deleteWebhook", args{}, nil)
	w.say(ann, ann, "polled")
	if got := w.updates(); len(got) != 1 || got[0].Message.Text != "polled" {
		t.Errorf("got %+v", got)
	}
}

func TestWhatTheWebhookRefusesComesAgainInOrder(t *testing.T) {
	w := newWorld(t, frozen())
	h := newHook(t)
	failed := false
	h.answer = func(w http.ResponseWriter, u models.Update) {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !failed {
			failed = true
			w.WriteHeader(http.StatusInternalServerError)
		}
	}
	w.must("setWebhook", args{"url": h.URL}, nil)
	for _, text := range []string{"1", "2", "3"} {
		w.say(ann, ann, text)
	}
	if err := w.Idle(patient(t)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h.texts()); got != "[1 1 2 3]" {
		t.Errorf("got %s", got)
	}
	var info struct {
		Error string `json:"last_error_message"`
	}
	w.must("getWebhookInfo", args{}, &info)
	if info.Error != "Wrong response from the webhook: 500 Internal Server Error" {
		t.Errorf("got %q", info.Error)
	}
}

// One chat whose updates are slow does not hold up another, nor a press.
func TestAWebhookServesEachLaneByItself(t *testing.T) {
	w := newWorld(t, frozen())
	h := newHook(t)
	release, reached := make(chan struct{}), make(chan string, 10)
	h.answer = func(_ http.ResponseWriter, u models.Update) {
		if u.CallbackQuery != nil {
			reached <- "press"
			return
		}
		reached <- u.Message.Text
		if u.Message.Text == "slow" {
			<-release
		}
	}
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	w.must("setWebhook", args{"url": h.URL}, nil)
	w.say(ann, ann, "slow")
	if got := <-reached; got != "slow" {
		t.Fatalf("got %q", got)
	}
	w.say(ann, ann, "behind")
	w.say(bob, bob, "another")
	if got := <-reached; got != "another" {
		t.Errorf("got %q", got)
	}
	if _, err := w.PressAsync(ann, ann, m.MessageID, 0, 0); err != nil {
		t.Fatal(err)
	}
	if got := <-reached; got != "press" {
		t.Errorf("got %q", got)
	}
	close(release)
	if got := <-reached; got != "behind" {
		t.Errorf("got %q", got)
	}
}

func TestAWebhookMayAnswerWithACall(t *testing.T) {
	w := newWorld(t, frozen())
	h := newHook(t)
	h.answer = func(w http.ResponseWriter, u models.Update) {
		method := "sendMessage"
		if u.Message.Text == "close" {
			method = "deleteWebhook"
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"method":%q,"chat_id":%d,"text":"heard %s"}`, method, u.Message.Chat.ID, u.Message.Text)
	}
	w.must("setWebhook", args{"url": h.URL}, nil)
	w.say(ann, ann, "close")
	w.say(ann, ann, "you")
	if err := w.Idle(patient(t)); err != nil {
		t.Fatal(err)
	}
	if m, _ := w.LastMessage(ann, ann); m.Text != "heard you" || !m.From.IsBot {
		t.Errorf("got %+v", m)
	}
	if n := w.Calls("deleteWebhook"); n != 0 {
		t.Errorf("got %d calls of deleteWebhook, want 0", n)
	}
}

func TestAWebhookIsWhereTelegramAllowsIt(t *testing.T) {
	w := newWorld(t, frozen())
	for url, want := range map[string]string{
		"http://example.org/hook":       "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
		"https://example.org:9000/hook": "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
		"not a url":                     "Bad Request: bad webhook: Invalid webhook URL specified",
	} {
		w.refused("setWebhook", args{"url": url}, 400, want)
	}
	w.refused("setWebhook", args{"url": "https://127.0.0.1:9/", "secret_token": "a b"}, 400, "Bad Request: secret token contains unallowed characters")
}

func TestPendingUpdatesCanBeDropped(t *testing.T) {
	w := newWorld(t, frozen())
	w.say(ann, ann, "x")
	w.must("deleteWebhook", args{"drop_pending_updates": true}, nil)
	if got := w.updates(); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}
