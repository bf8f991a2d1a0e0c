package simulator_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"campaign/bot/simulator"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, o simulator.Options) *simulator.Server {
	t.Helper()
	s, err := simulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shut(t *testing.T, s *simulator.Server) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheStateOutlivesARestart(t *testing.T) {
	o := frozen()
	o.File = t.TempDir() + "/deep/state"
	first := newWorld(t, o)
	g := first.AddGroup(simulator.Group{Title: "G", Creator: ann, Members: []int64{bob}})
	var m simulator.Message
	first.must("sendMessage", args{"chat_id": ann, "text": "<b>kept</b>", "parse_mode": "HTML", "reply_markup": buttons(button("A", "a"))}, &m)
	first.must("setMyCommands", args{"commands": []args{{"command": "menu", "description": "d"}}}, nil)
	first.must("setMyDescription", args{"description": "what I am"}, nil)
	first.say(ann, ann, "unheard")
	if _, err := first.SendFile(bob, bob, "a.txt", []byte("bytes"), ""); err != nil {
		t.Fatal(err)
	}
	if err := first.Block(bob, true); err != nil {
		t.Fatal(err)
	}
	if err := first.Advance(5 * time.Hour); err != nil {
		t.Fatal(err)
	}
	now, last := first.Now(), first.LastUpdate()
	before, err := first.Messages(ann, ann)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, first.Server)

	again := newWorld(t, o)
	if !again.Now().Equal(now) {
		t.Errorf("got the clock at %v, want %v", again.Now(), now)
	}
	after, err := again.Messages(ann, ann)
	if diff := cmp.Diff(before, after); err != nil || diff != "" {
		t.Errorf("messages: %v\n%s", err, diff)
	}
	if got := again.updates(); len(got) != 3 || got[0].Message.Text != "unheard" || got[2].MyChatMember == nil {
		t.Errorf("got %+v, want what was not heard", got)
	}
	again.say(ann, ann, "next")
	if got := again.LastUpdate(); got != last+1 {
		t.Errorf("got update %d, want %d", got, last+1)
	}
	if next, _ := again.LastMessage(ann, ann); next.MessageID <= m.MessageID {
		t.Errorf("got message %d after %d", next.MessageID, m.MessageID)
	}
	again.refused("sendMessage", args{"chat_id": bob, "text": "x"}, 403, "Forbidden: bot was blocked by the user")
	again.must("sendMessage", args{"chat_id": g, "text": "x"}, nil)
	if got := again.CommandsFor(ann, ann); len(got) != 1 {
		t.Errorf("got commands %v", got)
	}
	files, err := again.Messages(bob, bob)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Path string `json:"file_path"`
	}
	again.must("getFile", args{"file_id": files[0].Document.FileID}, &f)
	if got := again.get("/file/bot" + token + "/" + f.Path); got != "bytes" {
		t.Errorf("got file %q", got)
	}
}

func TestAChatKeepsItsLastMessages(t *testing.T) {
	o := frozen()
	o.Keep, o.File = 5, t.TempDir()+"/state"
	w := newWorld(t, o)
	for i := range 100 {
		w.say(ann, ann, fmt.Sprint(i))
	}
	if got, _ := w.Messages(ann, ann); len(got) < 5 || len(got) > 10 || got[len(got)-1].Text != "99" {
		t.Errorf("got %d messages", len(got))
	}
	shut(t, w.Server)
	w = newWorld(t, o)
	if got, _ := w.Messages(ann, ann); len(got) != 5 || got[0].Text != "95" {
		t.Errorf("got %d messages after a restart", len(got))
	}
}

func TestTheFileIsWrittenOnlyWhenSomethingChanged(t *testing.T) {
	o := frozen()
	o.File = t.TempDir() + "/state"
	s := open(t, o)
	s.AddUsers([]simulator.User{{ID: 1, FirstName: "A"}})
	shut(t, s)
	before, err := os.Stat(o.File)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, open(t, o))
	after, err := os.Stat(o.File)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was written again: %v", err)
	}
}

func TestABrokenFileIsNotOverwritten(t *testing.T) {
	file := t.TempDir() + "/state"
	if err := os.WriteFile(file, []byte("not a state"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := simulator.New(simulator.Options{File: file}); err == nil {
		t.Error("a broken file was taken")
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "not a state" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A whole district is saved and read in well under a second.
func BenchmarkSaveAndLoadADistrict(b *testing.B) {
	users := make([]simulator.User, 18_400)
	for i := range users {
		users[i] = simulator.User{ID: int64(1000 + i), FirstName: "Somebody", Phone: "13800000000", Tags: []string{"member"}, Started: true}
	}
	o := simulator.Options{File: b.TempDir() + "/state"}
	for b.Loop() {
		s, err := simulator.New(o)
		if err != nil {
			b.Fatal(err)
		}
		s.AddUsers(users)
		for range 3 {
			for _, u := range users {
				if _, err := s.Say(u.ID, u.ID, "something that a member says"); err != nil {
					b.Fatal(err)
				}
			}
		}
		began := time.Now()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/save")
		began = time.Now()
		again, err := simulator.New(o)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Milliseconds()), "ms/load")
		if err := again.Close(); err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(o.File); err != nil {
			b.Fatal(err)
		}
	}
}
