package storage_test

import (
	"context"
	"testing"
	"time"

	"campaign/messages"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

// doubt puts messages in the outbox, each in a chat of its own, and loses sight
// of them on their way.
func (d *desk) doubt(ms ...messages.Message) (posts []int64) {
	d.t.Helper()
	for chat, m := range ms {
		m.To = messages.To{Chat: int64(chat + 1)}
		d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 1, 0, []messages.Message{m}) })
	}
	ds, _ := d.claim()
	d.settle(storage.Unsure, ds...)
	for _, x := range ds {
		posts = append(posts, x.ID)
	}
	return posts
}

func (d *desk) doubtful(of storage.Doubts) (posts []int64) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		ds, err := tx.Doubts(ctx, of)
		if err != nil {
			return err
		}
		ps, err := tx.DoubtfulPosts(ctx, of)
		for _, p := range ps {
			posts = append(posts, p.Post)
		}
		n := 0
		for _, x := range ds {
			n += x.Posts
		}
		if n != len(ps) {
			d.t.Errorf("%+v: the messages have %d readers, the posts are %d", of, n, len(ps))
		}
		return err
	})
	return posts
}

type decide = func(*storage.Tx, context.Context, storage.Doubts) ([]storage.Decided, error)

func (d *desk) decides(how decide, of storage.Doubts) (posts []int64) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		ds, err := how(tx, ctx, of)
		for _, x := range ds {
			posts = append(posts, x.Post)
		}
		return err
	})
	return posts
}

func TestDoubtsAreNarrowedByPostMessageNameAndCause(t *testing.T) {
	d := open(t)
	all := d.doubt(messages.Say("one").As("announce/1/a"), messages.Say("two").As("announce/12"), messages.Say("three"))
	var content int64
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &content, `SELECT content_id FROM posts WHERE id = $1`, all[1])
	})
	for _, c := range []struct {
		of   storage.Doubts
		want []int64
	}{
		{storage.Doubts{}, all},
		{storage.Doubts{Prefix: "announce/1/"}, all[:1]},
		{storage.Doubts{Prefix: "announce/"}, all[:2]},
		{storage.Doubts{Posts: []int64{all[2], all[0], 99}}, []int64{all[0], all[2]}},
		{storage.Doubts{Posts: []int64{}}, nil},
		{storage.Doubts{Content: content}, all[1:2]},
		{storage.Doubts{Cause: "a cause"}, all},
		{storage.Doubts{Cause: "another"}, nil},
	} {
		if diff := cmp.Diff(c.want, d.doubtful(c.of)); diff != "" {
			t.Errorf("%+v lists (-want +got):\n%s", c.of, diff)
		}
	}
	if diff := cmp.Diff(all[:1], d.decides((*storage.Tx).Leave, storage.Doubts{Prefix: "announce/1/"})); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all[1:], d.decides((*storage.Tx).Resend, storage.Doubts{})); diff != "" {
		t.Errorf("sent again (-want +got):\n%s", diff)
	}
	d.tells("two", "three")
	if left := d.doubtful(storage.Doubts{}); left != nil {
		t.Errorf("%v are still unsure", left)
	}
}

func TestOfWhatANewerMessageHasReplacedNobodyNeedsToKnow(t *testing.T) {
	d := open(t)
	d.doubt(keyed("one").As("card"))
	later := func(m messages.Message) {
		m.To = messages.To{Chat: 1}
		d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 1, 0, []messages.Message{m}) })
	}
	later(keyed("two").As("card").In(messages.Answers))
	if ds, told := d.claim(); len(ds) != 1 {
		t.Fatalf("claimed %q, want the second", told)
	}
	later(keyed("three").As("card")) // the second is replaced on its way, and its sender dies
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Recover(ctx)
		return err
	})
	if unsure := d.doubtful(storage.Doubts{}); unsure != nil {
		t.Errorf("%v are unsure, want none", unsure)
	}
	if again := d.decides((*storage.Tx).Resend, storage.Doubts{}); again != nil {
		t.Errorf("%v are sent again, want none", again)
	}
	d.tells("three")
}

// Two operators decide at once, one this and one that: each post is decided by
// one of them.
func TestTwoWhoDecideAtOnceDecideEachPostOnce(t *testing.T) {
	d := open(t)
	all := d.doubt(messages.Say("one"), messages.Say("two"), messages.Say("three"))
	entered, second := make(chan struct{}), make(chan []storage.Decided, 1)
	go func() {
		<-entered
		var ds []storage.Decided
		err := d.InTx(t.Context(), func(tx *storage.Tx) (err error) {
			ds, err = tx.Leave(t.Context(), storage.Doubts{})
			return err
		})
		if err != nil {
			t.Error(err)
		}
		second <- ds
	}()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		ds, err := tx.Resend(ctx, storage.Doubts{Posts: all[1:]})
		if err != nil || len(ds) != 2 {
			t.Errorf("the first decided %v, %v", ds, err)
		}
		close(entered)
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		for waits := false; !waits && err == nil; { // until the other stands in line behind this transaction
			err = tx.Get(ctx, &waits, `
				SELECT EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND pg_backend_pid() = ANY(pg_blocking_pids(l.pid)))
				FROM pg_sleep(0.01)`)
		}
		return err
	})
	if ds := <-second; len(ds) != 1 || ds[0].Post != all[0] {
		t.Errorf("the second decided %v, want what was left to it: %d", ds, all[0])
	}
	d.tells("two", "three")
}

func TestALeftMessageIsChangedNoMoreButMayBeSentAnew(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").AsOne("figures"))
	ds, _ := d.claim()
	d.settle(storage.Unsure, ds...)
	d.decides((*storage.Tx).Leave, storage.Doubts{})
	d.post(messages.Say("two").InPlaceOf("figures"))
	d.tells()
	d.post(messages.Say("three").AsOne("figures"))
	d.tells("three")
}

// A card that was to change while nobody knew whether it was there: the press
// on the version that did arrive shows where, and it is changed.
func TestAPressOnAnOlderVersionTellsThatAnUnsureMessageArrived(t *testing.T) {
	d := open(t)
	d.post(keyed("one").As("card"))
	ds, _ := d.claim()
	d.settle(storage.Unsure, ds...)
	d.post(keyed("two").InPlaceOf("card"))
	d.tells()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.See(ctx, []storage.Sight{{Chat: 7, Content: ds[0].Content, Name: "card", Message: 41}})
		return err
	})
	d.tells("edit 41: two")
	if left := d.doubtful(storage.Doubts{}); left != nil {
		t.Errorf("%v are still unsure", left)
	}
}

// The press may as well be on the message that the doubtful one replaced.
func TestAPressOnAnOlderMessageTellsNothingOfTheNewOne(t *testing.T) {
	d := open(t)
	d.post(keyed("one").As("card"))
	first, _ := d.claim()
	d.settle(storage.Sent, first...)
	d.post(keyed("two").As("card"))
	second, _ := d.claim()
	d.settle(storage.Unsure, second...)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.See(ctx, []storage.Sight{{Chat: 7, Content: first[0].Content, Name: "card", Message: 41}})
		return err
	})
	if left := d.doubtful(storage.Doubts{}); len(left) != 1 || left[0] != second[0].ID {
		t.Errorf("%v are unsure, want the new message", left)
	}
}
