package bot_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/storage"
)

// few are paces that a test can pass.
var few = bot.Paces{Burst: 5, Every: 500 * time.Millisecond, Toast: time.Second, Line: time.Minute, Most: 100}

const slow = "That was a lot at once. I have left out the last of it; please wait a moment, then send it again."

// rest waits until the bot has taken all that Telegram has for it.
func (s *stage) rest() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if err := s.Phones.Idle(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// texts are what the bot said to somebody in private.
func (s *stage) texts(user int64) (texts []string) {
	s.t.Helper()
	all, err := s.Phones.Messages(user, user)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range all {
		if m.From.IsBot {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func TestWhoFloodsWithMessagesIsToldOnceAndLeavesNoTrace(t *testing.T) {
	s := show(t, bottest.Plan{Paces: few})
	for n := range 200 {
		s.says(1001, fmt.Sprintf("flood %d", n))
	}
	s.says(1002, "/language")
	s.reads(1002, 1002, "Which language shall I speak?")
	s.rest()
	s.Settle(t)
	s.holds(few.Burst+1, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
	s.holds(1, `SELECT count(*) FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.chat_id = 1001 AND c.message LIKE '%a lot at once%'`)
	told := 0
	for _, text := range s.texts(1001) {
		if text == slow {
			told++
		}
	}
	if told != 1 {
		t.Errorf("they were told %d times, want once", told)
	}
	if err := s.Phones.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	s.says(1001, "/language")
	s.reads(1001, 1001, "Which language shall I speak?")
}

func TestWhoFloodsWithPressesIsToldInPassing(t *testing.T) {
	s := show(t, bottest.Plan{Paces: few})
	s.says(1001, "/language")
	m := s.reads(1001, 1001, "Which language shall I speak?")
	data := m.ReplyMarkup.Rows[0][0].CallbackData
	var answers []<-chan *simulator.Answer
	for range 100 {
		a, err := s.Phones.PressData(1001, 1001, m.MessageID, data)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	// What is left in silence is never answered: the last word is the toast of the
	// first that was too many.
	for n, a := range answers[:few.Burst+1] {
		select {
		case got := <-a:
			if slow := got != nil && got.Text == "Not so fast, please wait a moment."; slow != (n == few.Burst) {
				t.Errorf("press %d was answered with %+v", n+1, got)
			}
		case <-time.After(30 * time.Second):
			t.Fatalf("press %d was never answered", n+1)
		}
	}
	s.says(1002, "/language")
	s.reads(1002, 1002, "Which language shall I speak?")
	s.holds(few.Burst+2, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
}

func TestAFloodInAGroupIsLeftInSilence(t *testing.T) {
	s := show(t, bottest.Plan{Paces: few})
	g := s.Phones.AddGroup(simulator.Group{Title: "综合科", Creator: 1010, Members: []int64{1001, 1010}})
	for range 50 {
		if _, err := s.Phones.Say(1001, g, "/checkin"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Phones.Say(1010, g, "/bind"); err != nil {
		t.Fatal(err)
	}
	s.rest()
	s.holds(1, `SELECT count(*) FROM chats WHERE id = $1 AND branch_id = 2`, g)
	s.holds(few.Burst+1, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var n int
		err := tx.Get(ctx, &n, `SELECT count(*) FROM contents WHERE message LIKE '%a lot at once%'`)
		if n != 0 {
			t.Errorf("the flood was answered %d times, want never", n)
		}
		return err
	})
}
