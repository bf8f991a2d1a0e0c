package simulator_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot"
)

func TestCallsGoWrongAsAskedFor(t *testing.T) {
	w := newWorld(t, frozen())
	b := w.client()
	send := func(ctx context.Context, chat int64) error {
		_, err := b.SendMessage(ctx, &bot.SendMessageParams{ChatID: chat, Text: "x"})
		return err
	}
	said := func() int {
		t.Helper()
		all, err := w.Messages(ann, ann)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	ctx := patient(t)

	bad := w.FailNext("sendMessage", simulator.BadGateway())
	if err := send(ctx, ann); err == nil || !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Errorf("got %v, want the page of a broken gateway", err)
	}
	if bad.Count() != 1 || said() != 0 {
		t.Errorf("got %d faults, %d messages", bad.Count(), said())
	}
	w.FailNext("sendMessage", simulator.Fault{Status: 500, Body: `{"ok":false,"error_code":500,"description":"Internal Server Error"}`})
	if err := send(ctx, ann); err == nil {
		t.Error("the fault did not come")
	}
	w.FailNext("sendMessage", simulator.Fault{ResetBefore: true})
	if err := send(ctx, ann); err == nil || said() != 0 {
		t.Errorf("reset before: got %v and %d messages, want none", err, said())
	}
	w.FailNext("sendMessage", simulator.Fault{ResetAfter: true})
	if err := send(ctx, ann); err == nil || said() != 1 {
		t.Errorf("reset after: got %v and %d messages, want one", err, said())
	}
	late := w.FailNext("sendMessage", simulator.Fault{Delay: time.Hour})
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	if err := send(short, ann); !errors.Is(err, context.DeadlineExceeded) || said() != 1 {
		t.Errorf("delay: got %v and %d messages", err, said())
	}
	late.Lift() // the call may have been given up before it came to the server
	slow := w.Fail(simulator.Fault{Method: "sendMessage", Chat: bob, RetryAfter: 7, Until: time.Now().Add(time.Hour)})
	for range 2 {
		var flood *bot.TooManyRequestsError
		if err := send(ctx, bob); !errors.As(err, &flood) || flood.RetryAfter != 7 {
			t.Errorf("got %v, want to retry after 7", err)
		}
	}
	if err := send(ctx, ann); err != nil {
		t.Errorf("another chat: %v", err)
	}
	slow.Lift()
	if err := send(ctx, bob); err != nil || slow.Count() != 2 {
		t.Errorf("got %v, %d faults", err, slow.Count())
	}
}

func TestTheOwnerSeesEveryCall(t *testing.T) {
	o := frozen()
	var seen []string
	o.OnCall = func(c simulator.Call) { seen = append(seen, c.Method+" "+c.Values["text"]+" "+http.StatusText(c.Code)) }
	w := newWorld(t, o)
	w.must("sendMessage", args{"chat_id": ann, "text": "a"}, nil)
	w.call("sendMessage", args{"chat_id": 5, "text": "b"})
	w.call("fly", args{})
	if got, want := strings.Join(seen, "; "), "sendMessage a OK; sendMessage b Bad Request; fly  Not Found"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := w.Calls("sendMessage"); n != 2 {
		t.Errorf("got %d calls, want 2", n)
	}
	if n := w.Calls(""); n != 2 {
		t.Errorf("got %d calls in all, want 2", n)
	}
}

func TestARoundTripTakesItsTime(t *testing.T) {
	o := frozen()
	o.RoundTrip = 30 * time.Millisecond
	w := newWorld(t, o)
	began := time.Now()
	w.must("getMe", args{}, nil)
	if d := time.Since(began); d < o.RoundTrip {
		t.Errorf("got %v, want at least %v", d, o.RoundTrip)
	}
}

func TestTooManyMessagesAreHeldBack(t *testing.T) {
	o := frozen()
	o.Limits = simulator.Strict()
	w := newWorld(t, o)
	send := func(chat int64) reply { return w.call("sendMessage", args{"chat_id": chat, "text": "x"}) }
	for i := range 3 {
		if r := send(ann); !r.OK {
			t.Fatalf("message %d of a burst: got %q", i+1, r.Description)
		}
	}
	if r := send(ann); r.Code != 429 || r.Parameters.RetryAfter != 1 || r.Description != "Too Many Requests: retry after 1" {
		t.Errorf("after a burst: got %+v", r)
	}
	if r := w.call("answerCallbackQuery", args{"callback_query_id": "1"}); r.Code == 429 {
		t.Error("an answer to a press was held back")
	}
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann})
	for i := range 20 {
		if r := send(g); !r.OK {
			t.Fatalf("message %d in a group: got %q", i+1, r.Description)
		}
	}
	if r := send(g); r.Code != 429 || r.Parameters.RetryAfter < 50 {
		t.Errorf("the 21st message in a group: got %+v", r)
	}
}

func TestTheWholeBotIsHeldBack(t *testing.T) {
	o := frozen()
	o.Limits = simulator.Limits{Global: 2}
	w := newWorld(t, o)
	refused := 0
	for range 6 {
		if r := w.call("sendMessage", args{"chat_id": ann, "text": "x"}); r.Code == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("six messages at once were let through two a second")
	}
}
