package bot_test

import (
	"testing"

	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/storage/storagetest"
)

// outages are the ways in which a database goes away.
var outages = map[string]func(*storagetest.Wire){
	"connections break":     (*storagetest.Wire).Break,
	"packets are swallowed": (*storagetest.Wire).Swallow,
}

func TestADatabaseThatGoesAwayIsWaitedOutAndNothingIsLost(t *testing.T) {
	for name, goes := range outages {
		for _, secret := range []string{"", "open-sesame"} {
			t.Run(name+" "+secret, func(t *testing.T) {
				t.Parallel()
				s := show(t, bottest.Plan{Wired: true, Secret: secret})
				for user := int64(1001); user < 1004; user++ {
					s.says(user, "/language")
					s.reads(user, user, "Which language shall I speak?")
				}
				s.Settle(t)
				goes(s.Wires[0])
				answered := s.pressing(1001, "English")
				s.says(1002, "/help")
				s.says(1003, "/me")
				if secret == "" { // by webhook the confirmation would be the answer
					if a := <-answered; a == nil || a.Text != "One moment, please. Press again shortly to see how things stand." {
						t.Errorf("who pressed was told %+v, want to wait", a)
					}
				}
				s.Wires[0].Mend()
				s.reads(1001, 1001, "How shall I show buttons?")
				if err := s.Phones.Idle(s.patient()); err != nil {
					t.Fatal(err)
				}
				s.Settle(t)
				s.holds(0, `SELECT count(*) FROM inbox WHERE state <> 'done'`)
				s.holds(6, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
				s.holds(1, `SELECT count(*) FROM contents WHERE message LIKE '%How shall I show buttons%'`)
				s.holds(0, `SELECT count(*) FROM posts WHERE state IN ('unsure', 'refused')`)
			})
		}
	}
}

// pressing presses the newest button of a label in private, and does not wait for
// the answer.
func (s *stage) pressing(user int64, label string) <-chan *simulator.Answer {
	s.t.Helper()
	m, ok := s.Phones.LastMessage(user, user)
	if !ok || m.ReplyMarkup == nil {
		s.t.Fatalf("%d has no button to press: %+v", user, m)
	}
	for _, row := range m.ReplyMarkup.Rows {
		for _, b := range row {
			if b.Text == label {
				answers, err := s.Phones.PressData(user, user, m.MessageID, b.CallbackData)
				if err != nil {
					s.t.Fatal(err)
				}
				return answers
			}
		}
	}
	s.t.Fatalf("%d has no button %s: %+v", user, label, m)
	return nil
}

// A program that cannot reach the database stops sending and polling; another does
// both, and what both were told is said once.
func TestAProgramWithoutItsDatabaseIsReplaced(t *testing.T) {
	for name, goes := range outages {
		for _, secret := range []string{"", "open-sesame"} {
			t.Run(name+" "+secret, func(t *testing.T) {
				t.Parallel()
				s := show(t, bottest.Plan{Wired: true, Secret: secret, Bots: 2})
				s.says(1001, "/language")
				s.reads(1001, 1001, "Which language shall I speak?")
				s.Settle(t) // what is not known to have arrived would be said again
				goes(s.Wires[0])
				goes(s.Wires[1])
				s.Wires[1].Mend() // whoever led before, the second is the one that is left
				for user := int64(1002); user < 1005; user++ {
					s.says(user, "/language")
				}
				for user := int64(1002); user < 1005; user++ {
					s.reads(user, user, "Which language shall I speak?")
				}
				s.Wires[0].Mend()
				s.says(1005, "/language")
				s.reads(1005, 1005, "Which language shall I speak?")
				if err := s.Phones.Idle(s.patient()); err != nil {
					t.Fatal(err)
				}
				s.Settle(t)
				s.holds(5, `SELECT count(*) FROM contents WHERE message LIKE '%Which language%'`)
				for user := int64(1001); user < 1006; user++ {
					all, err := s.Phones.Messages(user, user)
					if err != nil {
						t.Fatal(err)
					}
					if len(all) != 2 {
						t.Errorf("%d: they read %+v, want one question", user, all)
					}
				}
			})
		}
	}
}
