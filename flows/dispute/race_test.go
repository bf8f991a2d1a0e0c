package dispute_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
)

// The accounts of the two secretaries, and of the member who objects.
const member, one, other campaign.AccountID = 1001, 1002, 1014

// Two who may decide press Confirm at once, one to accept and one to refuse: one
// decision stands, the member hears of one, and who comes second is told who was
// first.
func TestTwoDecideAtOnceAndOneDecisionStands(t *testing.T) {
	r := room{flowtest.New(t, flows(), meetings, rounds), t}
	for round := 1; round <= 10; round++ {
		r.Clock = r.Clock.Add(time.Minute)
		decideTwice(r, round)
	}
}

// rounds are ten sessions to which the member came late, and a second secretary.
func rounds(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO roles (person_id, role, branch_id) VALUES (14, 'secretary', 1)`,
		`INSERT INTO activities (id, no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method) OVERRIDING SYSTEM VALUE
		 SELECT 100 + n, 'A-2026-1' || lpad(n::text, 3, '0'), 'round ' || lpad(n::text, 2, '0'), 'study', 'branch', 1, 1, s, s + '2 h', s, s, s + '2 h', true, 'button'
		 FROM generate_series(1, 10) AS n CROSS JOIN (SELECT '2026-11-20 10:00+8'::timestamptz AS s) AS at`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT 100 + n, 1, 1 FROM generate_series(1, 10) AS n`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) SELECT 100 + n, 1, 1, '2026-11-20 10:20+8', true, 'button' FROM generate_series(1, 10) AS n`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func decideTwice(r room, round int) {
	r.does(member, flow.Event{Command: "me"})
	r.does(member, r.Button(r.t, member, "Object"))
	r.does(member, flow.Event{In: flow.Said(fmt.Sprintf("round %02d", round))})
	r.does(member, r.Button(r.t, member, "%s %s"))
	r.does(member, r.Button(r.t, member, "I was there, in time"))
	r.does(member, flow.Event{In: flow.Said("I sat in the first row.")})
	r.does(member, r.Button(r.t, member, "Submit"))
	r.does(one, r.Button(r.t, one, "Approve"))
	r.does(one, r.Button(r.t, one, "Skip"))
	r.does(other, r.Button(r.t, other, "Decline"))
	r.does(other, flow.Event{In: flow.Said("He was late.")})

	var both sync.WaitGroup
	toasts := make(chan string, 2)
	for _, a := range []campaign.AccountID{one, other} {
		e := r.Button(r.t, a, "Confirm")
		both.Go(func() { toasts <- r.does(a, e) })
	}
	both.Wait()
	close(toasts)
	said := map[string]int{}
	for s := range toasts {
		said[s]++
	}
	if said["Decided. The member hears of it."] != 1 || said["%s has decided on it already."] != 1 {
		r.t.Errorf("round %d: they are told %v", round, said)
	}
	for _, query := range []string{
		`SELECT count(*) FROM changes WHERE person_id = 1 AND cause IN ('accepted', 'refused')`,
		`SELECT count(*) FROM dispute_objections WHERE state <> 'open'`,
		`SELECT count(*) FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.chat_id = 1001 AND c.message LIKE '%Your objection to%'`,
	} {
		if got := r.count(query); got != round {
			r.t.Errorf("round %d: %s is %d, want %[1]d", round, query, got)
		}
	}
	accepted := r.count(`SELECT count(*) FROM dispute_objections WHERE state = 'accepted'`)
	if late := r.count(`SELECT count(*) FROM marks WHERE activity_id > 100 AND late`); late != 10-accepted {
		r.t.Errorf("round %d: %d are accepted, and %d of 10 marks say late", round, accepted, late)
	}
}

// A room is a world in which accounts act at once.
type room struct {
	*flowtest.World
	t *testing.T
}

// does plays one event of an account, and returns what its toast says.
func (r room) does(a campaign.AccountID, e flow.Event) string {
	r.t.Helper()
	var result flow.Result
	err := r.DB.InTx(r.t.Context(), func(tx *storage.Tx) error {
		ctx := r.t.Context()
		key := fmt.Sprintf("race:%s:%d:%s:%v", r.Clock, a, e.Command, e.In)
		if e.Press != nil {
			key = fmt.Sprintf("race:%d:%d:%d", a, e.Press.Content.ID, e.Press.Key)
		}
		fresh, err := tx.Receive(ctx, []string{key})
		if err != nil {
			return err
		}
		e.Cause, e.At, e.Chat = fresh[key], tx.Now, campaign.Chat{ID: int64(a)}
		if e.Account, err = tx.Account(ctx, a, "", campaign.English); err != nil {
			return err
		}
		if e.Press != nil {
			seen, err := tx.See(ctx, []storage.Sight{{Chat: int64(a), Content: e.Press.Content.ID, Name: e.Press.Content.Name}})
			if err != nil {
				return err
			}
			e.Press.Seen = seen[0]
		}
		result, err = r.House.Turn(ctx, tx, e)
		return err
	})
	if err != nil {
		r.t.Errorf("%d: %v", a, err)
	}
	return string(result.Toast.Say)
}

// count reads one number.
func (r room) count(query string) (n int) {
	r.t.Helper()
	r.In(r.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query) })
	return n
}
