package simulator_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"
)

// get fetches a page as text.
func (w *world) get(path string) string {
	w.t.Helper()
	r, err := http.Get(w.url + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// phone asks the phones' API; the answer is read into to.
func (w *world) phone(path string, body any, to any) int {
	w.t.Helper()
	var r *http.Response
	var err error
	if body == nil {
		r, err = http.Get(w.url + "/phone/" + path)
	} else {
		raw, _ := json.Marshal(body)
		r, err = http.Post(w.url+"/phone/"+path, "application/json", strings.NewReader(string(raw)))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if to != nil && r.StatusCode == http.StatusOK {
		if err := json.Unmarshal(raw, to); err != nil {
			w.t.Fatalf("%s: %s: %v", path, raw, err)
		}
	}
	if r.StatusCode != http.StatusOK && !strings.Contains(string(raw), `"error":"`) {
		w.t.Errorf("%s: got %d %s", path, r.StatusCode, raw)
	}
	return r.StatusCode
}

// shown is a message as a phone gets it.
type shown struct {
	simulator.Message
	Out    bool   `json:"out"`
	Sender string `json:"sender_name"`
}

type messagesView struct {
	Messages []shown `json:"messages"`
	More     bool    `json:"more"`
	Keyboard *struct {
		Rows [][]struct {
			Text           string `json:"text"`
			RequestContact bool   `json:"request_contact"`
		} `json:"keyboard"`
	} `json:"reply_keyboard"`
	Commands []simulator.Command `json:"commands"`
	Started  bool                `json:"bot_started"`
	Blocked  bool                `json:"blocked"`
	CanWrite bool                `json:"can_write"`
}

type chatsView struct {
	Chats []struct {
		ID      int64  `json:"id"`
		Type    string `json:"type"`
		Title   string `json:"title"`
		Members int    `json:"members"`
		Unread  int    `json:"unread"`
		Last    *struct {
			Text string `json:"text"`
			Out  bool   `json:"out"`
		} `json:"last"`
	} `json:"chats"`
	Blocked bool `json:"blocked"`
}

func TestThePhonesShowTheStateOfThings(t *testing.T) {
	o := frozen()
	o.Zone = time.FixedZone("Asia/Shanghai", 8*3600)
	o.Hints = []simulator.Text{{ZH: "试试", EN: "Try"}}
	o.Shortcuts = []simulator.Shortcut{{Key: "member", Label: simulator.Text{ZH: "党员", EN: "Member"}, User: ann}}
	w := newWorld(t, o)
	w.AddGroup(simulator.Group{Title: "G", Creator: ann})
	var state struct {
		Bot   simulator.Account `json:"bot"`
		Clock struct {
			Now  string `json:"now"`
			Zone string `json:"zone"`
		} `json:"clock"`
		Shortcuts []simulator.Shortcut `json:"shortcuts"`
		Hints     []simulator.Text     `json:"hints"`
		Actions   []simulator.Action   `json:"actions"`
		Counts    map[string]int       `json:"counts"`
	}
	w.phone("state", nil, &state)
	if state.Bot.Username != "muster_bot" || state.Clock.Now != "2026-12-01T17:00:00+08:00" || state.Clock.Zone != "Asia/Shanghai" ||
		len(state.Shortcuts) != 1 || len(state.Hints) != 1 || state.Actions == nil || state.Counts["users"] != 3 || state.Counts["groups"] != 1 {
		t.Errorf("got %+v", state)
	}
	if got := w.get("/"); !strings.Contains(got, "<title>") {
		t.Errorf("got page %q", got)
	}
	if got := w.get("/page/"); !strings.Contains(got, "<title>") {
		t.Errorf("got page %q", got)
	}
}

func TestPeopleAreFoundByNamePhoneAndNote(t *testing.T) {
	w := newWorld(t, frozen())
	w.AddUsers([]simulator.User{{ID: 2000, FirstName: "王芳", Phone: "+86 139 1234 5678", Note: simulator.Text{ZH: "第一支部 书记", EN: "Branch 1 secretary"}, Tags: []string{"secretary"}}})
	for _, c := range []struct {
		q    string
		want int
	}{{"", 4}, {"王芳", 1}, {"13912345678", 1}, {"SECRETARY branch", 1}, {"书记 ann", 0}, {"ann", 1}, {"1380000000", 3}} {
		var got struct {
			Total  int `json:"total"`
			People []struct {
				ID   int64    `json:"id"`
				Name string   `json:"name"`
				Tags []string `json:"tags"`
			} `json:"people"`
		}
		w.phone("people?limit=2&q="+strings.ReplaceAll(c.q, " ", "+"), nil, &got)
		if got.Total != c.want || len(got.People) != min(c.want, 2) {
			t.Errorf("%q: got %d, %+v, want %d", c.q, got.Total, got.People, c.want)
		}
	}
}

func TestAPersonTalksThroughTheirPhone(t *testing.T) {
	w := newWorld(t, frozen())
	w.must("setMyCommands", args{"commands": []args{{"command": "menu", "description": "d"}}}, nil)
	var view messagesView
	w.phone(fmt.Sprintf("messages?user=%d&chat=%d", eve, eve), nil, &view)
	if view.Started || view.CanWrite || len(view.Messages) != 0 || len(view.Commands) != 1 || view.Keyboard != nil {
		t.Errorf("before the start: got %+v", view)
	}
	var sent struct{ Message shown }
	w.phone("start", args{"user": eve, "payload": "p"}, &sent)
	if sent.Message.Text != "/start p" || !sent.Message.Out || sent.Message.Sender != "Eve" {
		t.Errorf("got %+v", sent)
	}
	keyboard := args{"keyboard": [][]any{{args{"text": "Share", "request_contact": true}}}}
	w.must("sendMessage", args{"chat_id": eve, "text": "<i>hi</i>", "parse_mode": "HTML", "reply_markup": keyboard}, nil)
	w.phone("contact", args{"user": eve, "chat": eve, "own": true}, nil)
	w.phone("location", args{"user": eve, "chat": eve, "latitude": 30.1, "longitude": 104.2, "horizontal_accuracy": 20}, nil)
	w.phone("send", args{"user": eve, "chat": eve, "text": "a reply", "reply_to": sent.Message.MessageID}, nil)
	view = messagesView{}
	w.phone(fmt.Sprintf("messages?user=%d&chat=%d", eve, eve), nil, &view)
	if !view.Started || !view.CanWrite || len(view.Messages) != 5 || view.Keyboard == nil || !view.Keyboard.Rows[0][0].RequestContact {
		t.Fatalf("got %+v", view)
	}
	if m := view.Messages[1]; m.Out || m.Sender != "Muster" || m.Text != "hi" || m.Entities[0].Type != "italic" {
		t.Errorf("got %+v", m)
	}
	if view.Messages[2].Contact == nil || view.Messages[3].Location == nil || view.Messages[4].ReplyToMessage == nil {
		t.Errorf("got %+v", view.Messages)
	}
	view = messagesView{}
	w.phone(fmt.Sprintf("messages?user=%d&chat=%d&limit=2&before=%d", eve, eve, sent.Message.MessageID+2), nil, &view)
	if len(view.Messages) != 2 || view.More || view.Messages[1].Text != "hi" {
		t.Errorf("got %+v", view)
	}
	r, err := http.NewRequest(http.MethodPost, w.url+"/phone/send", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://elsewhere.example")
	if got, err := http.DefaultClient.Do(r); err != nil || got.StatusCode != http.StatusForbidden {
		t.Errorf("another site: got %+v, %v", got, err)
	} else {
		got.Body.Close()
	}
	w.phone("block", args{"user": eve, "on": true}, nil)
	view = messagesView{}
	w.phone(fmt.Sprintf("messages?user=%d&chat=%d", eve, eve), nil, &view)
	if !view.Blocked || view.CanWrite {
		t.Errorf("got %+v", view)
	}
	for path, body := range map[string]args{
		"send":     {"user": eve, "chat": eve, "text": "x"},
		"press":    {"user": eve, "chat": eve, "message_id": 1},
		"location": {"user": eve, "chat": eve, "latitude": 300},
		"clock":    {"by": "-1h"},
		"member":   {"user": eve, "chat": 5, "member": eve, "status": "member"},
		"action":   {"key": "none"},
		"start":    {"user": 5},
	} {
		if code := w.phone(path, body, nil); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d", path, code)
		}
	}
}

func TestThePhoneListsChatsNewestFirst(t *testing.T) {
	w := newWorld(t, frozen())
	var made struct{ Chat int64 }
	w.phone("group", args{"user": ann, "title": "Branch"}, &made)
	w.phone("member", args{"user": ann, "chat": made.Chat, "member": bob, "status": "member"}, nil)
	if err := w.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	w.must("sendMessage", args{"chat_id": ann, "text": "line one\nline two"}, nil)
	w.must("sendMessage", args{"chat_id": ann, "text": "third"}, nil)
	var got chatsView
	w.phone(fmt.Sprint("chats?user=", ann), nil, &got)
	if len(got.Chats) != 2 || got.Chats[0].ID != ann || got.Chats[0].Unread != 2 || got.Chats[0].Last.Text != "third" || got.Chats[0].Title != "Muster" {
		t.Fatalf("got %+v", got)
	}
	if c := got.Chats[1]; c.Type != "group" || c.Title != "Branch" || c.Members != 3 || c.Unread != 0 {
		t.Errorf("got %+v", c)
	}
	w.phone("read", args{"user": ann, "chat": ann}, nil)
	w.phone(fmt.Sprint("chats?user=", ann), nil, &got)
	if got.Chats[0].Unread != 0 {
		t.Errorf("got %d unread after reading", got.Chats[0].Unread)
	}
	got = chatsView{}
	w.phone(fmt.Sprint("chats?user=", eve), nil, &got)
	if len(got.Chats) != 1 || got.Chats[0].ID != eve || got.Chats[0].Last != nil {
		t.Errorf("got %+v, want the chat with the bot before any message", got)
	}
}

func TestAPressOnThePhoneWaitsForTheAnswer(t *testing.T) {
	w := newWorld(t, frozen())
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	for _, c := range []struct {
		answer args
		want   string
	}{
		{args{"text": "done", "show_alert": true}, `{"answer":{"text":"done","show_alert":true}}`},
		{args{}, `{"answer":null}`},
	} {
		got := make(chan json.RawMessage)
		go func() {
			var out json.RawMessage
			w.phone("press", args{"user": ann, "chat": ann, "message_id": m.MessageID}, &out)
			got <- out
		}()
		var updates []struct {
			ID    int64 `json:"update_id"`
			Query struct {
				ID string `json:"id"`
			} `json:"callback_query"`
		}
		for offset := w.LastUpdate() - 1; len(updates) == 0; {
			w.must("getUpdates", args{"timeout": 10, "offset": max(offset, 0)}, &updates)
		}
		w.ids(args{"offset": updates[0].ID + 1})
		c.answer["callback_query_id"] = updates[0].Query.ID
		w.must("answerCallbackQuery", c.answer, nil)
		if out := <-got; string(out) != c.want {
			t.Errorf("got %s, want %s", out, c.want)
		}
	}
}

func TestFilesOfThePhoneCannotRunInThePage(t *testing.T) {
	w := newWorld(t, frozen())
	up := func(kind, name string, data []byte) shown {
		t.Helper()
		r, err := http.Post(fmt.Sprintf("%s/phone/file?user=%d&chat=%d&kind=%s&name=%s&caption=c", w.url, ann, ann, kind, name), "", strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		var out struct{ Message shown }
		if err := json.NewDecoder(r.Body).Decode(&out); err != nil || r.StatusCode != 200 {
			t.Fatalf("got %d, %v", r.StatusCode, err)
		}
		return out.Message
	}
	for _, c := range []struct{ id, kind, disposition string }{
		{up("document", "..%2Fevil.html", []byte("<script>")).Document.FileID, "application/octet-stream", "attachment; filename=evil.html"},
		{up("photo", "p.png", picture(t, 3, 3)).Photo[0].FileID, "image/png", "inline"},
	} {
		r, err := http.Get(w.url + "/phone/file/" + c.id)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		h := r.Header
		if h.Get("Content-Type") != c.kind || h.Get("Content-Disposition") != c.disposition || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("got %v", h)
		}
	}
}

func TestTheClockAndActionsAreThereOnThePage(t *testing.T) {
	o := frozen()
	o.Actions = []simulator.Action{{Key: "go", Run: func(_ context.Context, user int64, progress func(int, int, simulator.Text)) (simulator.Text, error) {
		progress(1, 2, simulator.Text{EN: "half"})
		return simulator.Text{EN: fmt.Sprint("done for ", user)}, nil
	}}, {Key: "fail", Run: func(context.Context, int64, func(int, int, simulator.Text)) (simulator.Text, error) {
		return simulator.Text{}, errors.New("it broke")
	}}}
	w := newWorld(t, o)
	events := w.listen(ann)
	var out struct{ Text simulator.Text }
	w.phone("action", args{"key": "go", "user": ann}, &out)
	if out.Text.EN != fmt.Sprint("done for ", ann) {
		t.Errorf("got %+v", out)
	}
	if got, want := events(), `progress {"done":1,"key":"go","text":{"zh":"","en":"half"},"total":2}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if code := w.phone("action", args{"key": "fail"}, nil); code != http.StatusUnprocessableEntity {
		t.Errorf("got %d", code)
	}
	var now struct{ Now string }
	w.phone("clock", args{"to": "2026-12-02T08:00"}, &now)
	if now.Now != "2026-12-02T08:00:00Z" {
		t.Errorf("got %q", now.Now)
	}
	if got, want := events(), `clock {"now":"2026-12-02T08:00:00Z"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// listen opens the stream of events of some users and returns what reads the
// next event of it.
func (w *world) listen(users ...int64) func() string {
	w.t.Helper()
	r, err := http.Get(w.url + "/phone/events?users=" + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(users)), ","), "[]"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { r.Body.Close() })
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	next := func() string {
		w.t.Helper()
		name := ""
		for lines.Scan() {
			line := lines.Text()
			if of, ok := strings.CutPrefix(line, "event: "); ok {
				name = of
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				return name + " " + data
			}
		}
		w.t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	if got := next(); got != "hello {}" {
		w.t.Fatalf("got %s", got)
	}
	return next
}

func TestThePageHearsWhatHappensOnItsPhones(t *testing.T) {
	w := newWorld(t, frozen())
	events := w.listen(ann, bob)
	begins := func(want string) {
		t.Helper()
		if got := events(); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if _, err := w.Start(eve, ""); err != nil { // whose phone is not on the page
		t.Fatal(err)
	}
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "one"}, &m)
	begins(fmt.Sprintf(`message {"user":%d,"chat":%d,"message":{"sender_name":"Muster","from":`, ann, ann))
	begins(fmt.Sprintf(`chats {"user":%d}`, ann))
	w.must("editMessageText", args{"chat_id": ann, "message_id": m.MessageID, "text": "two"}, nil)
	begins(fmt.Sprintf(`edit {"user":%d,"chat":%d,"message":{`, ann, ann))
	begins("chats ")
	w.must("deleteMessage", args{"chat_id": ann, "message_id": m.MessageID}, nil)
	begins(fmt.Sprintf(`delete {"user":%d,"chat":%d,"message_id":%d}`, ann, ann, m.MessageID))
	begins("chats ")
	w.say(bob, bob, "mine")
	begins(fmt.Sprintf(`message {"user":%d,"chat":%d,"message":{"out":true,`, bob, bob))
	begins("chats ")
	w.phone("language", args{"user": bob, "language_code": "en"}, nil)
	begins(fmt.Sprintf(`keyboard {"user":%d,"chat":%d}`, bob, bob))
}

// A page that does not read is told to fetch everything, and holds nobody up.
func TestASlowPageIsToldToFetchAnew(t *testing.T) {
	w := newWorld(t, frozen())
	events := w.listen(ann)
	long := strings.Repeat("x", 4000)
	for range 5000 {
		w.say(ann, ann, long)
	}
	for range 20_000 {
		if events() == "resync {}" {
			return
		}
	}
	t.Error("the page was not told")
}
