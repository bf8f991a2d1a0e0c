package storage_test

import (
	"context"
	"testing"
	"time"

	"campaign/messages"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

func TestTheBacklogTellsWhatWaitsAndSinceWhen(t *testing.T) {
	d := open(t)
	begun := d.now
	say := func(chat int64, l messages.Lane) messages.Message {
		m := messages.Say("a %s", "card").In(l)
		m.To = messages.To{Chat: chat}
		return m
	}
	look := func(want storage.Backlog) {
		t.Helper()
		var got storage.Backlog
		d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
			got, err = tx.Backlog(ctx)
			return err
		})
		if diff := cmp.Diff(want, got, cmp.Comparer(time.Time.Equal)); diff != "" {
			t.Errorf("the backlog is not what it should be (-want +got):\n%s", diff)
		}
	}
	none := map[messages.Lane]storage.Pile{messages.Answers: {}, messages.Approvals: {}, messages.Reminders: {}, messages.Broadcasts: {}, messages.Redraws: {}}
	look(storage.Backlog{Lanes: none})

	d.in(func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Post(ctx, 0, 0, []messages.Message{say(7, messages.Answers), say(8, messages.Broadcasts), say(9, messages.Broadcasts)}); err != nil {
			return err
		}
		return tx.Promise(ctx, []storage.Timer{{Due: begun.Add(time.Minute)}, {Due: begun.Add(time.Hour)}})
	})
	d.now = begun.Add(2 * time.Minute)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Wait(ctx, storage.Arrival{Key: "tg:1", At: begun, Lane: 7, Raw: "{}"}); err != nil {
			return err
		}
		return tx.Park(ctx, storage.Arrival{Key: "tg:2", At: begun.Add(time.Second), Raw: "{}"}, "a bug")
	})
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		ds, err := tx.Claim(ctx, 2, []int64{9}) // of the answer nobody knows, of one card not yet
		if err != nil || len(ds) != 2 {
			t.Fatalf("claimed %v, %v", ds, err)
		}
		return tx.Settle(ctx, []storage.Result{{Delivery: ds[0], State: storage.Unsure, Cause: "a reset"}})
	})
	look(storage.Backlog{
		Lanes: map[messages.Lane]storage.Pile{messages.Answers: {}, messages.Approvals: {}, messages.Reminders: {},
			messages.Broadcasts: {N: 1, Since: begun}, messages.Redraws: {}},
		Sending: storage.Pile{N: 1, Since: d.now},
		Unsure:  storage.Pile{N: 1, Since: d.now},
		Waiting: storage.Pile{N: 1, Since: begun},
		Parked:  storage.Pile{N: 1, Since: begun.Add(time.Second)},
		Timers:  storage.Pile{N: 1, Since: begun.Add(time.Minute)},
	})
}
