package checkin_test

import (
	"campaign/bot/bottest"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/group"
	"campaign/flows/home"
	"campaign/flows/roster"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) {
	flowtest.Run(t, home.With(checkin.Flow, planner, bind.Flow, roster.Flow, group.Flow), groupOfBranch2)
}

func groupOfBranch2(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `INSERT INTO chats (id, title, branch_id, seen_at) VALUES (-2002, 'group 2', 2, $1)`, tx.Now)
}

type planning = flow.Turn[struct{}, campaign.Activity]

// planner stands for the flows that plan, and that open, close and vouch by hand:
//
//	/plan add study unit:1 14:00 2h 学习讲话精神 三楼会议室
//	/plan move 1 60m · /plan place 1 礼堂 · /plan cancel 1
//	/plan window 1 -10m 60m · /plan vouch 1 7 reason
//	/plan roll 1 2 10,11 16 · /plan settle 1 7 present|late|absent why · /plan object 1 7 why
var planner = flow.Spec[struct{}, campaign.Activity]{
	Name: "planner", Opens: "plan",
	Asks: []flow.Ask[struct{}, campaign.Activity]{
		flow.Then("do", func(t *planning) flow.Outcome { return decide(*t, strings.Fields(t.Arg)) }),
	},
	Store: flow.Store[struct{}, campaign.Activity]{
		Load: func(ctx context.Context, tx *storage.Tx, t planning, _ any) (campaign.Activity, error) {
			var id campaign.ActivityID
			if n, _ := fmt.Sscan(strings.Fields(t.Arg)[1], &id); n == 0 {
				return campaign.Activity{}, nil
			}
			return tx.Activity(ctx, id)
		},
		Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
			return write(ctx, tx, e.(Planned).Activity)
		},
	},
}

func decide(t planning, words []string) flow.Outcome {
	old, a := t.Facts, t.Facts
	switch words[0] {
	case "add":
		return flow.Do(Planned{added(t, words)})
	case "move":
		for _, at := range []*time.Time{&a.Starts, &a.Ends, &a.Opens, &a.LateFrom, &a.Closes} {
			*at = at.Add(ago(words[2]))
		}
		return flow.Do(Planned{a}).Shout(campaign.ActivityMoved{Old: old, New: a})
	case "place":
		a.Place = words[2]
		return flow.Do(Planned{a}).Shout(campaign.ActivityMoved{Old: old, New: a})
	case "cancel":
		a.Cancelled = true
		return flow.Do(Planned{a}).Shout(campaign.ActivityCancelled{Activity: a})
	case "window":
		return flow.Do().Shout(campaign.WindowMoved{Activity: a.ID, Opens: t.Now.Add(ago(words[2])), Closes: t.Now.Add(ago(words[3]))})
	}
	var who campaign.PersonID
	fmt.Sscan(words[2], &who)
	switch words[0] {
	case "roll":
		n := campaign.RollTaken{Activity: a.ID, Branch: campaign.BranchID(who), Hat: campaign.Secretary, Present: people(words[3])}
		if len(words) > 4 {
			n.Absent = people(words[4])
		}
		return flow.Do().Shout(n)
	case "settle":
		return flow.Do().Shout(campaign.RecordSettled{Activity: a.ID, Person: who, Hat: campaign.Desk, Cause: campaign.ByDecision,
			Present: words[3] != "absent", Late: words[3] == "late", Note: words[4]})
	case "object":
		return flow.Do().Shout(campaign.RecordNoted{Activity: a.ID, Person: who, Cause: campaign.ByObjection, Note: words[3]})
	}
	return flow.Do().Shout(campaign.Vouched{Activity: a.ID, Person: who, Note: words[3]})
}

// people reads 10,11; - is nobody.
func people(s string) (ids []campaign.PersonID) {
	for n := range strings.SplitSeq(s, ",") {
		var id campaign.PersonID
		if k, _ := fmt.Sscan(n, &id); k == 1 {
			ids = append(ids, id)
		}
	}
	return ids
}

func added(t planning, words []string) campaign.Activity {
	clock, _ := campaign.ParseClock(words[3])
	starts := t.Today().At(clock, t.Now.Location())
	a := campaign.Activity{Kind: campaign.Kind(words[1]), Title: words[5], Starts: starts, Ends: starts.Add(ago(words[4])),
		Opens: starts.Add(-campaign.OpensBefore), LateFrom: starts.Add(campaign.LateAfter)}
	a.Closes = a.Ends
	if len(words) > 6 {
		a.Place = words[6]
	}
	part, of, _ := strings.Cut(words[2], ":")
	a.Scope.Part = campaign.Part(part)
	fmt.Sscanf(of, "%d/%d", &a.Scope.Unit, &a.Scope.Branch)
	if part == string(campaign.OneBatch) {
		a.Scope.Batch, a.Scope.Unit = campaign.Batch(a.Scope.Unit), 0
	}
	return a
}

func ago(s string) time.Duration {
	d, _ := time.ParseDuration(s)
	return d
}

// write stores an activity as the flow that plans does: a new one has no id.
func write(ctx context.Context, tx *storage.Tx, a campaign.Activity) error {
	if a.ID == 0 {
		return tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, batch, unit_id, branch_id, starts, ends, opens, late_from, closes, place, required, method)
			SELECT 'A-2026-' || lpad((count(*) + 1)::text, 4, '0'), $1, $2, $3, $4, nullif($5::bigint, 0), nullif($6::bigint, 0), $7, $8, $9, $10, $11, $12, true, 'button'
			FROM activities`, a.Title, a.Kind, a.Scope.Part, a.Scope.Batch, a.Scope.Unit, a.Scope.Branch, a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes, a.Place)
	}
	return tx.Exec(ctx, `UPDATE activities SET starts = $2, ends = $3, opens = $4, late_from = $5, closes = $6, place = $7, cancelled = $8 WHERE id = $1`,
		a.ID, a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes, a.Place, a.Cancelled)
}

// Planned is an activity that was planned or changed.
type Planned struct {
	Activity campaign.Activity `audit:"-"`
}

func (Planned) Effect() string { return "planned" }

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(checkin.Flow, planner, bind.Flow, roster.Flow, group.Flow) }, groupOfBranch2)
}
