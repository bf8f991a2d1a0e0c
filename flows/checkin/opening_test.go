package checkin_test

import (
	"context"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// Somebody says the word while the window opens in another transaction: they are
// not invited to what they have checked in to, and keep their receipt.
func TestWhoChecksInWhileTheWindowOpensKeepsTheReceipt(t *testing.T) {
	s := newStage(t, seed(clock(14, 0)))
	s.Clock = clock(13, 31)
	opened := make(chan struct{})
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		e := flow.Event{At: s.Clock, Command: "checkin", Chat: campaign.Chat{ID: 1003}}
		var err error
		if e.Account, err = tx.Account(ctx, 1003, "", campaign.Chinese); err != nil {
			return err
		}
		if e.Cause, err = s.cause(ctx, tx); err != nil {
			return err
		}
		if _, err := s.House.Turn(ctx, tx, e); err != nil {
			return err
		}
		go func() {
			defer close(opened)
			s.tick(t)
		}()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		for waits := false; !waits && err == nil; { // until the opening stands in line behind this turn
			err = tx.Get(ctx, &waits, `
				SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND pg_backend_pid() = ANY(pg_blocking_pids(l.pid)))
				FROM pg_sleep(0.01)`)
		}
		return err
	})
	<-opened
	if n := s.count(t, `SELECT count(*) FROM posts WHERE chat_id > 0 AND name = 'checkin/1'`); n < 2 {
		t.Fatalf("%d members have a message of the activity: it did not open", n)
	}
	if n := s.count(t, `SELECT count(*) FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.chat_id = 1003 AND p.name = 'checkin/1' AND c.keyed`); n != 0 {
		t.Error("who has checked in is asked to")
	}
}
