package bot_test

import (
	"context"
	"fmt"
	"testing"

	"campaign/bot/bottest"
	"campaign/messages"
	"campaign/storage"
)

// hold keeps what a query locks from everybody else, until release.
func (s *stage) hold(query string, args ...any) (release func()) {
	s.t.Helper()
	held, over, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ctx := context.WithoutCancel(s.t.Context())
		done <- s.DB.InTx(ctx, func(tx *storage.Tx) error {
			if err := tx.Exec(ctx, query, args...); err != nil {
				return err
			}
			close(held)
			<-over
			return nil
		})
	}()
	select {
	case <-held:
	case err := <-done:
		s.t.Fatalf("%s: %v", query, err)
	}
	return func() {
		close(over)
		if err := <-done; err != nil {
			s.t.Error(err)
		}
	}
}

// What is stored on one program holds up what comes later to another.
func TestThePersonsOrderIsKeptAcrossPrograms(t *testing.T) {
	s := show(t, bottest.Plan{Secret: "open-sesame", Bots: 2})
	account := s.hold(`SELECT id FROM accounts WHERE id = 1001 FOR UPDATE`)
	s.says(1001, "/language")
	s.holds(1, `SELECT count(*) FROM inbox WHERE state = 'waiting'`) // its turn was slow
	stored := s.hold(`SELECT id FROM inbox WHERE state = 'waiting' FOR UPDATE`)
	account()
	s.says(1001, "/help")
	s.holds(2, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`)
	stored()
	s.reads(1001, 1001, "Which language shall I speak?")
	s.holds(0, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
	s.Settle(t)
	// Where help is given before the question has left, the question comes below it:
	// what was said first is told by the contents.
	s.holds(1, `
		SELECT count(*) FROM (
			SELECT min(id) FILTER (WHERE message LIKE '%Which language%') AS question, min(id) FILTER (WHERE message LIKE '%Press a button of the menu%') AS help
			FROM contents) c WHERE question < help`)
}

// The lock of the sender ends again and again, and it is the last to know: what is
// on its way is neither sent by another as well nor called unsure for good.
func TestNothingIsSaidTwiceWhileTheLeadChangesHands(t *testing.T) {
	const rounds, each = 6, 40
	s := show(t, bottest.Plan{Bots: 2})
	for round := range rounds {
		for n := range each {
			s.tell(to(1001+int64(n%6), messages.Say("%s", fmt.Sprintf("message %d of round %d", n, round)).In(messages.Broadcasts)))
			if n != each/2 {
				continue
			}
			s.In(t, func(ctx context.Context, tx *storage.Tx) error {
				return tx.Exec(ctx, `
					SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
					AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
			})
		}
		s.holds((round+1)*each, `SELECT count(*) FROM posts WHERE state = 'sent'`)
	}
	s.Settle(t)
	read := 0
	for user := int64(1001); user < 1007; user++ {
		all, err := s.Phones.Messages(user, user)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, m := range all {
			if seen[m.Text] {
				t.Errorf("%d reads %q twice", user, m.Text)
			}
			seen[m.Text] = true
		}
		read += len(all)
	}
	if read != rounds*each {
		t.Errorf("%d messages are read, want %d", read, rounds*each)
	}
}
