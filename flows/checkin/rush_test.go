package checkin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/storage"
)

// firstOne is the account of the first member of a crowd.
const firstOne = 100_000

// crowd adds members to the district, in branches with a group each.
func crowd(members, branches int) func(context.Context, *storage.Tx) error {
	return func(ctx context.Context, tx *storage.Tx) error {
		err := tx.Exec(ctx, `INSERT INTO branches (unit_id, name) SELECT 2, 'b' || n FROM generate_series(1, $1::int) n ORDER BY n`, branches)
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `
			INSERT INTO people (member_no, name, branch_id) SELECT 'R' || n, 'm' || n, 5 + n % $2::int FROM generate_series(0, $1::int - 1) n ORDER BY n`, members, branches)
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `
			INSERT INTO accounts (id, person_id, lang, seen_at)
			SELECT $1::bigint + substr(member_no, 2)::bigint, id, 'zh', $2 FROM people WHERE member_no LIKE 'R%'`, firstOne, tx.Now)
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO chats (id, branch_id, seen_at) SELECT -$1::bigint - id, id, $2 FROM branches WHERE name LIKE 'b%'`, firstOne, tx.Now)
	}
}

func everybody(ctx context.Context, tx *storage.Tx) error {
	return write(ctx, tx, campaign.Activity{Title: "全区大会", Kind: campaign.Mobilisation, Scope: campaign.Everyone(),
		Starts: clock(14, 0), Ends: clock(16, 0), Opens: clock(13, 30), LateFrom: clock(14, 10), Closes: clock(16, 0)})
}

// rush takes a press of every member on the card of an activity, most of them in
// one transaction, as the machine does: noted in the inbox, seen in the outbox,
// judged, marked, answered.
func (s *stage) rush(t testing.TB, activity campaign.ActivityID, members, most int) {
	t.Helper()
	content := s.card(t, activity)
	for from := 0; from < members; from += most {
		n := min(most, members-from)
		taps := make([]storage.Tap, n)
		for i := range taps {
			id := int64(firstOne + from + i)
			taps[i] = storage.Tap{Key: fmt.Sprintf("rush:%d:%d", activity, from+i), Account: campaign.AccountID(id),
				Sight: storage.Sight{Chat: id, Content: content.ID, Name: content.Name}}
		}
		s.In(t, func(ctx context.Context, tx *storage.Tx) error {
			known, err := tx.Taps(ctx, taps)
			if err != nil {
				return err
			}
			es := make([]flow.Event, n)
			for i, k := range known {
				es[i] = flow.Event{Cause: k.Cause, At: s.Clock, Account: k.Account, Chat: campaign.Chat{ID: taps[i].Chat},
					Press: &flow.Press{Content: content, Seen: k.Seen}}
			}
			_, err = s.House.Taps(ctx, tx, es)
			return err
		})
	}
}

// card is the private card of an activity, as the first member was sent it.
func (s *stage) card(t testing.TB, activity campaign.ActivityID) (c storage.Content) {
	t.Helper()
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var id int64
		err := tx.Get(ctx, &id, `SELECT content_id FROM posts WHERE chat_id = $1 AND name = $2`, firstOne, fmt.Sprintf("checkin/%d", activity))
		if err != nil {
			return err
		}
		c, err = tx.Content(ctx, id)
		return err
	})
	return c
}

// BenchmarkRush is everybody's press in batches of 500, beside the bare insert
// of one mark in a transaction of its own.
func BenchmarkRush(b *testing.B) {
	const members = 18_400
	s := newStage(b, crowd(members, 1_000))
	s.Clock = clock(13, 50)
	var opening, batched, bare time.Duration
	activity := campaign.ActivityID(0)
	for b.Loop() {
		activity++
		s.In(b, everybody)
		start := time.Now()
		s.tick(b)
		opening += time.Since(start)
		start = time.Now()
		s.rush(b, activity, members, 500)
		batched += time.Since(start)
		if n := s.count(b, `SELECT count(*) FROM marks WHERE activity_id = $1`, activity); n != members {
			b.Fatalf("%d marks, want %d", n, members)
		}
		activity++
		s.In(b, everybody)
		start = time.Now()
		for n := range members / 10 {
			s.In(b, func(ctx context.Context, tx *storage.Tx) error {
				return tx.Exec(ctx, `INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES ($1, $2, 5, $3, false, 'button')`, activity, 19+n, tx.Now)
			})
		}
		bare += time.Since(start) * 10
	}
	presses := float64(b.N * members)
	b.ReportMetric(presses/batched.Seconds(), "presses/s")
	b.ReportMetric(presses/bare.Seconds(), "bare/s")
	b.ReportMetric(bare.Seconds()/batched.Seconds(), "ratio")
	b.ReportMetric(opening.Seconds()/float64(b.N), "s/opening")
}

// One timer for each group is all that a rush promises, however many press.
func TestARushChangesTheFiguresOfEachGroupOnce(t *testing.T) {
	const members, branches, batch = 2_000, 100, 500
	s := newStage(t, crowd(members, branches), everybody)
	s.Clock = clock(13, 50)
	s.tick(t)
	if n := s.count(t, `SELECT count(*) FROM posts WHERE chat_id < 0 AND name = 'checkin/1'`); n != branches+2 {
		t.Errorf("%d groups have a card, want %d", n, branches+2)
	}
	s.rush(t, 1, members, batch)
	if n := s.count(t, `SELECT count(*) FROM marks`); n != members {
		t.Errorf("got %d marks, want %d", n, members)
	}
	if n := s.count(t, `SELECT count(*) FROM timers`); n != branches {
		t.Errorf("%d timers are promised, want %d", n, branches)
	}
	if n := s.count(t, `SELECT count(DISTINCT due) FROM timers`); n < 5 {
		t.Errorf("the timers are due at %d instants, want them spread", n)
	}
	if n := s.count(t, `SELECT count(DISTINCT content_id) FROM posts WHERE chat_id >= $1`, firstOne); n > members/batch+1 {
		t.Errorf("receipts of one minute have %d contents, want one a batch at most", n)
	}
}
