package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

const token = "42:secret"

// The people of the tests.
const (
	ann = 1001
	bob = 1002
	eve = 1003 // has never talked to the bot
)

// A world is a simulator with a few people, behind a real HTTP server.
type world struct {
	*simulator.Server
	t   *testing.T
	url string
}

func newWorld(t *testing.T, o simulator.Options) *world {
	t.Helper()
	o.Token = token
	s, err := simulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	s.AddUsers([]simulator.User{
		{ID: ann, FirstName: "Ann", LastName: "Lee", LanguageCode: "en", Phone: "+8613800000001", Started: true},
		{ID: bob, FirstName: "Bob", LanguageCode: "zh-hans", Phone: "13800000002", Started: true},
		{ID: eve, FirstName: "Eve", Phone: "13800000003"},
	})
	return &world{Server: s, t: t, url: web.URL}
}

// frozen is a clock that moves only when it is told to.
func frozen() simulator.Options {
	return simulator.Options{Frozen: true, Start: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)}
}

// client is the library that the product uses.
func (w *world) client(options ...bot.Option) *bot.Bot {
	w.t.Helper()
	b, err := bot.New(token, append([]bot.Option{bot.WithServerURL(w.url)}, options...)...)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// reply is what the Bot API answers.
type reply struct {
	OK          bool            `json:"ok"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Result      json.RawMessage `json:"result"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

type args map[string]any

// call asks the Bot API with JSON.
func (w *world) call(method string, a args) reply {
	w.t.Helper()
	body, err := json.Marshal(a)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.post(method, "application/json", string(body))
}

func (w *world) post(method, kind, body string) reply {
	w.t.Helper()
	r, err := http.Post(w.url+"/bot"+token+"/"+method, kind, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	return readReply(w.t, r)
}

func readReply(t *testing.T, r *http.Response) reply {
	t.Helper()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out reply
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("got %d %s", r.StatusCode, raw)
	}
	if !out.OK && out.Code != r.StatusCode {
		t.Errorf("status %d, error_code %d", r.StatusCode, out.Code)
	}
	return out
}

// must is call for what has to succeed; the result is read into to.
func (w *world) must(method string, a args, to any) {
	w.t.Helper()
	r := w.call(method, a)
	if !r.OK {
		w.t.Fatalf("%s(%v): %s", method, a, r.Description)
	}
	if to != nil {
		if err := json.Unmarshal(r.Result, to); err != nil {
			w.t.Fatalf("%s: result %s: %v", method, r.Result, err)
		}
	}
}

// refused wants a refusal whose description begins so.
func (w *world) refused(method string, a args, code int, description string) reply {
	w.t.Helper()
	r := w.call(method, a)
	if r.OK || r.Code != code || !strings.HasPrefix(r.Description, description) {
		w.t.Errorf("%s(%v):\n got %d %q %s\nwant %d %q", method, a, r.Code, r.Description, r.Result, code, description)
	}
	return r
}

// updates takes what is there now, and confirms it.
func (w *world) updates() []models.Update {
	w.t.Helper()
	var out, rest []models.Update
	w.must("getUpdates", args{}, &out)
	if len(out) > 0 {
		w.must("getUpdates", args{"offset": out[len(out)-1].ID + 1}, &rest)
	}
	return append(out, rest...)
}

func (w *world) say(user, chat int64, text string) simulator.Message {
	w.t.Helper()
	m, err := w.Say(user, chat, text)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// patient ends a test that hangs.
func patient(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestABotOfTheLibraryTalksWithAPerson(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	ctx := patient(t)
	b := w.client(bot.WithNotAsyncHandlers(),
		bot.WithDefaultHandler(func(_ context.Context, b *bot.Bot, u *models.Update) {
			switch {
			case u.Message != nil:
				_, err := b.SendMessage(ctx, &bot.SendMessageParams{
					ChatID: u.Message.Chat.ID, Text: "<b>Hello</b> " + u.Message.From.FirstName, ParseMode: "HTML",
					ReplyMarkup: models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "✅ Yes", CallbackData: "y"}}}},
				})
				if err != nil {
					t.Error(err)
				}
			case u.CallbackQuery != nil:
				if _, err := b.EditMessageText(ctx, &bot.EditMessageTextParams{
					ChatID: u.CallbackQuery.From.ID, MessageID: u.CallbackQuery.Message.Message.ID, Text: "Done",
				}); err != nil {
					t.Error(err)
				}
				if _, err := b.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{
					CallbackQueryID: u.CallbackQuery.ID, Text: "Thanks", ShowAlert: true,
				}); err != nil {
					t.Error(err)
				}
			}
		}))
	polling, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() { defer close(stopped); b.Start(polling) }()
	defer func() { stop(); <-stopped }()

	if _, err := w.Start(eve, "a-payload"); err != nil {
		t.Fatal(err)
	}
	m, err := w.Await(ctx, eve, eve, func(m simulator.Message) bool { return m.ReplyMarkup != nil })
	if err != nil {
		t.Fatal(err)
	}
	if m.Text != "Hello Eve" || len(m.Entities) != 1 || m.Entities[0].Type != "bold" || m.Entities[0].Length != 5 {
		t.Errorf("got %q %+v", m.Text, m.Entities)
	}
	answer, err := w.PressByLabel(ctx, eve, eve, "Yes")
	if err != nil {
		t.Fatal(err)
	}
	if answer == nil || *answer != (simulator.Answer{Text: "Thanks", ShowAlert: true}) {
		t.Errorf("got answer %+v", answer)
	}
	if m, _ := w.LastMessage(eve, eve); m.Text != "Done" || m.EditDate == 0 || m.ReplyMarkup != nil {
		t.Errorf("got %+v", m)
	}
	if err := w.Idle(ctx); err != nil {
		t.Fatal(err)
	}
	if n := w.Calls("sendMessage"); n != 1 {
		t.Errorf("got %d messages sent, want 1", n)
	}
}

func TestAWrongTokenIsUnauthorized(t *testing.T) {
	w := newWorld(t, frozen())
	_, err := bot.New("42:guess", bot.WithServerURL(w.url))
	if !errors.Is(err, bot.ErrorUnauthorized) {
		t.Errorf("got %v", err)
	}
}

func TestAnUnknownMethodIsNotFound(t *testing.T) {
	w := newWorld(t, frozen())
	w.refused("sendTelepathy", nil, 404, "Not Found")
}
