package bot_test

import (
	"context"
	"testing"
	"time"

	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// A stage is bots between a settled district and a simulated Telegram.
type stage struct {
	*bottest.Stage
	t testing.TB
}

// show starts what a plan says with every flow.
func show(t *testing.T, p bottest.Plan) *stage {
	t.Helper()
	return &stage{bottest.Show(t, flowtest.New(t, flows.All), p), t}
}

// reads waits until somebody is shown a message with a text.
func (s *stage) reads(user, chat int64, text string) simulator.Message {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	m, err := s.Phones.Await(ctx, user, chat, func(m simulator.Message) bool { return m.Text == text })
	if err != nil {
		all, _ := s.Phones.Messages(user, chat)
		s.t.Fatalf("%d never read %q; they read %+v", user, text, all)
	}
	return m
}

func TestACommandIsAnswered(t *testing.T) {
	s := show(t, bottest.Plan{})
	if _, err := s.Phones.Say(1001, 1001, "/language"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "Which language shall I speak?")
	if _, err := s.Phones.PressByLabel(t.Context(), 1001, 1001, "中文"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "按钮如何显示？")
	if _, err := s.Phones.PressByLabel(t.Context(), 1001, 1001, "并排显示"); err != nil {
		t.Fatal(err)
	}
	s.reads(1001, 1001, "好的。发送 /menu 查看菜单。")
}
