package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// ids takes updates without confirming them.
func (w *world) ids(a args) []int64 {
	w.t.Helper()
	var out []models.Update
	w.must("getUpdates", a, &out)
	ids := []int64{}
	for _, u := range out {
		ids = append(ids, u.ID)
	}
	return ids
}

func TestAnUpdateComesUntilItIsConfirmed(t *testing.T) {
	w := newWorld(t, frozen())
	for i := range 5 {
		w.say(ann, ann, fmt.Sprint(i))
	}
	all := w.ids(args{})
	if len(all) != 5 {
		t.Fatalf("got %v, want 5 updates", all)
	}
	for i, id := range all {
		if id != all[0]+int64(i) {
			t.Fatalf("got %v, want ids that increase by one", all)
		}
	}
	for _, c := range []struct {
		a    args
		want []int64
	}{
		{args{}, all},
		{args{"limit": 2}, all[:2]},
		{args{"limit": 1000}, all},
		{args{"offset": all[1], "limit": 2}, all[1:3]},
		{args{}, all[1:]},
		{args{"offset": -2}, all[3:]},
		{args{}, all[3:]},
		{args{"offset": all[4] + 1}, all[5:]},
		{args{}, all[5:]},
	} {
		if got := w.ids(c.a); fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("getUpdates(%v): got %v, want %v", c.a, got, c.want)
		}
	}
}

func TestALongPollReturnsAsSoonAsThereIsSomething(t *testing.T) {
	w := newWorld(t, frozen())
	got := make(chan []int64)
	go func() { got <- w.ids(args{"timeout": 50}) }()
	w.say(ann, ann, "hello")
	select {
	case ids := <-got:
		if len(ids) != 1 {
			t.Errorf("got %v, want one update", ids)
		}
	case <-patient(t).Done():
		t.Fatal("the poll did not return")
	}
}

func TestASecondPollEndsTheFirst(t *testing.T) {
	w := newWorld(t, frozen())
	got := make(chan reply, 2)
	poll := func() {
		r, err := http.Post(w.url+"/bot"+token+"/getUpdates", "application/json", strings.NewReader(`{"timeout":50}`))
		if err != nil {
			t.Error(err)
			return
		}
		defer r.Body.Close()
		got <- readReply(t, r)
	}
	go poll()
	go poll()
	first := <-got
	if first.Code != 409 || !strings.HasPrefix(first.Description, "Conflict: terminated by other getUpdates request") {
		t.Errorf("got %+v", first)
	}
	w.say(ann, ann, "x")
	if second := <-got; !second.OK {
		t.Errorf("got %+v", second)
	}
}

func TestThePollOfAClientThatWentAwayTakesNothing(t *testing.T) {
	w := newWorld(t, frozen())
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/bot"+token+"/getUpdates?timeout=50", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, err := http.DefaultClient.Do(r); gone <- err }()
	cancel()
	if err := <-gone; err == nil {
		t.Error("the poll succeeded")
	}
	w.say(ann, ann, "x")
	if got := w.ids(args{}); len(got) != 1 {
		t.Errorf("got %v, want one update", got)
	}
}

func TestTheWantedKindsOfUpdatesAreRemembered(t *testing.T) {
	w := newWorld(t, frozen())
	w.ids(args{"allowed_updates": []string{"my_chat_member"}})
	w.say(ann, ann, "not wanted")
	if err := w.Block(ann, true); err != nil {
		t.Fatal(err)
	}
	got := w.updates()
	if len(got) != 1 || got[0].MyChatMember == nil {
		t.Fatalf("got %+v, want the block alone", got)
	}
	if s := got[0].MyChatMember.NewChatMember; s.Type != models.ChatMemberTypeBanned {
		t.Errorf("got %+v", s)
	}
	w.ids(args{"allowed_updates": []string{}})
	w.say(bob, bob, "wanted again")
	if got := w.updates(); len(got) != 1 || got[0].Message == nil {
		t.Errorf("got %+v, want the message", got)
	}
}

func TestAMessageWaitsADayAndAPressOnlyMinutes(t *testing.T) {
	w := newWorld(t, frozen())
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	w.say(ann, ann, "said")
	answer, err := w.PressAsync(ann, ann, m.MessageID, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		by   time.Duration
		want int
	}{{149 * time.Second, 2}, {time.Second, 1}, {24*time.Hour - 151*time.Second, 1}, {time.Second, 0}} {
		if err := w.Advance(step.by); err != nil {
			t.Fatal(err)
		}
		if got := w.ids(args{}); len(got) != step.want {
			t.Errorf("after %v more: got %d updates, want %d", step.by, len(got), step.want)
		}
	}
	if a := <-answer; a != nil {
		t.Errorf("got an answer %+v", a)
	}
	if err := w.Idle(patient(t)); err != nil {
		t.Error(err)
	}
}

func TestALateAnswerIsRefused(t *testing.T) {
	w := newWorld(t, frozen())
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	for _, c := range []struct {
		wait time.Duration
		ok   bool
	}{{14 * time.Second, true}, {15 * time.Second, false}} {
		if _, err := w.PressAsync(ann, ann, m.MessageID, 0, 0); err != nil {
			t.Fatal(err)
		}
		id := w.updates()[0].CallbackQuery.ID
		if err := w.Advance(c.wait); err != nil {
			t.Fatal(err)
		}
		if got := w.call("answerCallbackQuery", args{"callback_query_id": id}); got.OK != c.ok {
			t.Errorf("after %v: got %+v", c.wait, got)
		}
		w.refused("answerCallbackQuery", args{"callback_query_id": id}, 400, "Bad Request: query is too old")
	}
}

func TestAPressTellsWhoPressedWhatAndWhere(t *testing.T) {
	w := newWorld(t, frozen())
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"), button("✅ B", "b\"1"))}, &m)
	if _, err := w.PressAsync(ann, ann, m.MessageID, 0, 1); err != nil {
		t.Fatal(err)
	}
	q := w.updates()[0].CallbackQuery
	if q.From.ID != ann || q.Data != `b"1` || q.Message.Message.ID != int(m.MessageID) || q.Message.Message.Chat.ID != ann || q.ChatInstance == "" {
		t.Errorf("got %+v", q)
	}
	if _, err := w.PressData(ann, ann, m.MessageID, "forged"); err != nil {
		t.Fatal(err)
	}
	if got := w.updates()[0].CallbackQuery.Data; got != "forged" {
		t.Errorf("got %q", got)
	}
	for _, at := range [][2]int{{0, 2}, {1, 0}, {-1, 0}} {
		if _, err := w.PressAsync(ann, ann, m.MessageID, at[0], at[1]); err == nil {
			t.Errorf("pressed a button that is not there: %v", at)
		}
	}
	if _, err := w.PressAsync(bob, ann, m.MessageID, 0, 0); err == nil {
		t.Error("Bob pressed a button on Ann's phone")
	}
}

func TestRawUpdatesReachTheBotAsTheyAre(t *testing.T) {
	w := newWorld(t, frozen())
	id, err := w.RawUpdate(json.RawMessage(`{"update_id":1,"message":{"paid_media":{"type":"live_photo"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := w.call("getUpdates", args{})
	if want := fmt.Sprintf(`[{"update_id":%d,"message":{"paid_media":{"type":"live_photo"}}}]`, id); string(r.Result) != want {
		t.Errorf("got %s, want %s", r.Result, want)
	}
	if _, err := w.RawUpdate(json.RawMessage(`[]`)); err == nil {
		t.Error("an update that is no object was taken")
	}
	if _, err := w.RawUpdate(json.RawMessage(`{}`)); err == nil {
		t.Error("an update with nothing in it was taken")
	}
}

func TestAConfirmedUpdateCanComeAgain(t *testing.T) {
	w := newWorld(t, frozen())
	w.say(ann, ann, "once")
	w.say(ann, ann, "twice")
	last := w.updates()[0].ID
	if err := w.Redeliver(last); err != nil {
		t.Fatal(err)
	}
	got := w.ids(args{"offset": last + 2})
	if len(got) != 1 || got[0] != last {
		t.Errorf("got %v, want %d", got, last)
	}
	if got := w.ids(args{"offset": last + 2}); len(got) != 0 {
		t.Errorf("got %v, want it once", got)
	}
	if err := w.Redeliver(last + 100); err == nil {
		t.Error("an update that never was came again")
	}
}

func TestIdleWaitsForConfirmationAndAnswer(t *testing.T) {
	w := newWorld(t, frozen())
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	if err := w.Idle(patient(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.PressAsync(ann, ann, m.MessageID, 0, 0); err != nil {
		t.Fatal(err)
	}
	idle := make(chan error, 1)
	go func() { idle <- w.Idle(patient(t)) }()
	id := w.updates()[0].CallbackQuery.ID
	select {
	case err := <-idle:
		t.Fatalf("idle before the answer: %v", err)
	default:
	}
	w.must("answerCallbackQuery", args{"callback_query_id": id}, nil)
	if err := <-idle; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	w.say(ann, ann, "y")
	cancel()
	if err := w.Idle(ctx); err == nil {
		t.Error("idle while an update waits")
	}
}

// Many people press at once and the bot answers every one.
func TestEveryOneOfManyPressesIsAnswered(t *testing.T) {
	const people = 2000
	w := newWorld(t, simulator.Options{AnswerWithin: time.Minute})
	users := make([]simulator.User, people)
	messages := make([]int64, people)
	for i := range users {
		users[i] = simulator.User{ID: int64(10_000 + i), FirstName: fmt.Sprint("P", i), Started: true}
	}
	w.AddUsers(users)
	for i, u := range users {
		var m simulator.Message
		w.must("sendMessage", args{"chat_id": u.ID, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
		messages[i] = m.MessageID
	}
	answers := make([]<-chan *simulator.Answer, people)
	for i, u := range users {
		var err error
		if answers[i], err = w.PressAsync(u.ID, u.ID, messages[i], 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	for offset, n := int64(0), 0; n < people; {
		var batch []models.Update
		w.must("getUpdates", args{"offset": offset, "limit": 100, "timeout": 5}, &batch)
		for _, u := range batch {
			w.must("answerCallbackQuery", args{"callback_query_id": u.CallbackQuery.ID, "text": fmt.Sprint(u.CallbackQuery.From.ID)}, nil)
			offset = u.ID + 1
			n++
		}
	}
	for i, u := range users {
		if a := <-answers[i]; a == nil || a.Text != fmt.Sprint(u.ID) {
			t.Fatalf("user %d: got %+v", u.ID, a)
		}
	}
}

// The library sends its polls as multipart bodies.
func TestThePollOfALibraryThatStoppedEnds(t *testing.T) {
	w := newWorld(t, frozen())
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan string, 10)
	b := w.client(bot.WithNotAsyncHandlers(), bot.WithDefaultHandler(func(_ context.Context, _ *bot.Bot, u *models.Update) {
		heard <- u.Message.Text
		cancel()
	}))
	w.say(ann, ann, "stop")
	b.Start(ctx)
	if got := <-heard; got != "stop" {
		t.Errorf("got %q", got)
	}
	w.say(ann, ann, "next")
	if got := w.updates(); got[len(got)-1].Message.Text != "next" {
		t.Errorf("got %+v", got)
	}
}
