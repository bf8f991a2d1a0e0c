package checkin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) { flowtest.Run(t, home.With(checkin.Flow, planner), plan) }

// plan is the activities of every transcript, and a group for branch 2: 1 of
// unit 1, 2 of branch 1 and beside it in the afternoon, 3 of the pilot on the
// day after, 4 of branch 3 around midnight, 5 of branch 2 and 6 of branch 3 on
// days of their own.
func plan(ctx context.Context, tx *storage.Tx) error {
	if err := tx.Exec(ctx, `INSERT INTO chats (id, title, branch_id, seen_at) VALUES (-2002, 'group 2', 2, $1)`, tx.Now); err != nil {
		return err
	}
	return tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, batch, unit_id, branch_id, starts, ends, opens, late_from, closes, place, required, method) VALUES
		('A-2026-0001', '学习讲话精神', 'study', 'unit', 0, 1, NULL, '2026-12-01 14:00+08', '2026-12-01 16:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 16:00+08', '三楼会议室', true, 'button'),
		('A-2026-0002', '支部党课', 'lecture', 'branch', 0, 1, 1, '2026-12-01 15:00+08', '2026-12-01 16:30+08', '2026-12-01 14:30+08', '2026-12-01 15:10+08', '2026-12-01 16:30+08', '', true, 'button'),
		('A-2026-0003', '试点动员会', 'mobilisation', 'batch', 0, NULL, NULL, '2026-12-02 09:00+08', '2026-12-02 11:00+08', '2026-12-02 08:30+08', '2026-12-02 09:10+08', '2026-12-02 11:00+08', '礼堂', true, 'button'),
		('A-2026-0004', '值守实践', 'practice', 'branch', 0, 2, 3, '2026-12-02 23:45+08', '2026-12-03 00:45+08', '2026-12-02 23:30+08', '2026-12-03 00:05+08', '2026-12-03 00:45+08', '', false, 'button'),
		('A-2026-0005', '专题党课', 'lecture', 'branch', 0, 1, 2, '2026-12-04 14:00+08', '2026-12-04 15:00+08', '2026-12-04 13:30+08', '2026-12-04 14:10+08', '2026-12-04 15:00+08', '二楼会议室', true, 'button'),
		('A-2026-0006', '组织生活会', 'life_meeting', 'branch', 0, 2, 3, '2026-12-05 10:00+08', '2026-12-05 11:00+08', '2026-12-05 09:30+08', '2026-12-05 10:10+08', '2026-12-05 11:00+08', '小会议室', true, 'button')`)
}

// planner stands for the flows that plan, and that open and close by hand:
// /plan move 1 60m, /plan place 1 礼堂, /plan cancel 1, /plan window 1 -10m 60m,
// /plan vouch 1 7 reason.
var planner = flow.Spec[struct{}, campaign.Activity]{
	Name: "planner", Opens: "plan",
	Asks: []flow.Ask[struct{}, campaign.Activity]{
		flow.Then("do", func(t *flow.Turn[struct{}, campaign.Activity]) flow.Outcome {
			a, words := t.Facts, strings.Fields(t.Arg)
			switch words[0] {
			case "move":
				d, _ := time.ParseDuration(words[2])
				n := a
				for _, at := range []*time.Time{&n.Starts, &n.Ends, &n.Opens, &n.LateFrom, &n.Closes} {
					*at = at.Add(d)
				}
				return flow.Do(planned{n}).Shout(campaign.ActivityMoved{Old: a, New: n})
			case "place":
				n := a
				n.Place = words[2]
				return flow.Do(planned{n}).Shout(campaign.ActivityMoved{Old: a, New: n})
			case "cancel":
				a.Cancelled = true
				return flow.Do(planned{a}).Shout(campaign.ActivityCancelled{Activity: a})
			case "window":
				opens, _ := time.ParseDuration(words[2])
				closes, _ := time.ParseDuration(words[3])
				return flow.Do().Shout(campaign.WindowMoved{Activity: a.ID, Opens: t.Now.Add(opens), Closes: t.Now.Add(closes)})
			}
			var who campaign.PersonID
			fmt.Sscan(words[2], &who)
			return flow.Do().Shout(campaign.Vouched{Activity: a.ID, Person: who, Note: words[3]})
		}),
	},
	Store: flow.Store[struct{}, campaign.Activity]{
		Load: func(ctx context.Context, tx *storage.Tx, t flow.Turn[struct{}, campaign.Activity], _ any) (campaign.Activity, error) {
			var id campaign.ActivityID
			fmt.Sscan(strings.Fields(t.Arg)[1], &id)
			return tx.Activity(ctx, id)
		},
		Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
			a := e.(planned).Activity
			return tx.Exec(ctx, `UPDATE activities SET starts = $2, ends = $3, opens = $4, late_from = $5, closes = $6, place = $7, cancelled = $8 WHERE id = $1`,
				a.ID, a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes, a.Place, a.Cancelled)
		},
	},
}

type planned struct {
	Activity campaign.Activity `audit:"-"`
}

func (planned) Effect() string { return "planned" }
