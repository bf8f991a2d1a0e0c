package makeup_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"campaign"
	"campaign/bot/bottest"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/makeup"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), afternoon) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, afternoon) }

func flows() []flow.Flow { return home.With(makeup.Flow, clerk) }

type clerking = flow.Turn[struct{}, campaign.Activity]

// clerk stands for the flows that close check-in, mark people, call activities off
// and have somebody record for another: /clerk close 1 · /clerk reopen 1 ·
// /clerk mark 1 7 · /clerk unmark 1 7 · /clerk cancel 1 · /clerk helper 1 9.
var clerk = flow.Spec[struct{}, campaign.Activity]{
	Name: "clerk", Opens: "clerk",
	Asks: []flow.Ask[struct{}, campaign.Activity]{
		flow.Then("do", func(t *clerking) flow.Outcome { return clerked(t.Facts, strings.Fields(t.Arg)) }),
	},
	Store: flow.Store[struct{}, campaign.Activity]{
		Load: func(ctx context.Context, tx *storage.Tx, t clerking, _ any) (campaign.Activity, error) {
			id, err := strconv.ParseInt(strings.Fields(t.Arg)[1], 10, 64)
			if err != nil {
				return campaign.Activity{}, err
			}
			return tx.Activity(ctx, campaign.ActivityID(id))
		},
		Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
			c := e.(Clerked)
			return tx.Exec(ctx, c.SQL, c.Activity, c.Person, tx.Now)
		},
	},
}

// Clerked is what the clerk writes.
type Clerked struct {
	SQL      string `audit:"-"`
	Activity campaign.ActivityID
	Person   campaign.PersonID
}

func (Clerked) Effect() string { return "clerked" }

func clerked(a campaign.Activity, words []string) flow.Outcome {
	c := Clerked{Activity: a.ID}
	if len(words) > 2 {
		fmt.Sscan(words[2], &c.Person)
	}
	var news any = campaign.MarksChanged{Activity: a.ID}
	switch words[0] {
	case "close":
		c.SQL, news = `UPDATE activities SET closes = $3 WHERE id = $1 AND $2::bigint = 0`, campaign.WindowClosed{Activity: a.ID}
	case "reopen":
		c.SQL, news = `UPDATE activities SET closes = $3::timestamptz + interval '1 hour' WHERE id = $1 AND $2::bigint = 0`, campaign.WindowReopened{Activity: a.ID}
	case "cancel":
		c.SQL, news = `UPDATE activities SET cancelled = true WHERE id = $1 AND $2::bigint = 0 AND starts < $3`, campaign.ActivityCancelled{Activity: a}
	case "mark":
		c.SQL = `INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
		         SELECT activity_id, person_id, branch_id, $3, false, 'marked' FROM expected WHERE activity_id = $1 AND person_id = $2`
	case "helper": // of the number of the activity records for the person
		c.SQL, news = `INSERT INTO helpers (id, person_id, helper_id, asked_by, asked_at, agreed_at) VALUES ($2, $2, $1, 2, $3, $3)`, campaign.MarksChanged{Activity: a.ID}
	case "unmark":
		c.SQL = `DELETE FROM marks WHERE activity_id = $1 AND person_id = $2 AND at <= $3`
	}
	return flow.Do(c).Shout(news)
}

// afternoon is a study session of unit 1 that is open still, for which 高峰 of
// branch 1 alone has checked in; another that most of branch 1 will have been at;
// and a talk that nobody must attend.
func afternoon(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, place, required, method) VALUES
		 ('A-2026-0001', '第一次集中学习', 'study', 'unit', 1, '2026-12-01 11:30+8', '2026-12-01 14:30+8', '2026-12-01 11:00+8', '2026-12-01 11:40+8', '2026-12-01 14:30+8', '', true, 'button'),
		 ('A-2026-0002', '第二次集中学习', 'study', 'unit', 1, '2026-12-04 14:00+8', '2026-12-04 16:00+8', '2026-12-04 13:30+8', '2026-12-04 14:10+8', '2026-12-04 16:00+8', '', true, 'button'),
		 ('A-2026-0003', '谈心谈话', 'talk', 'unit', 1, '2026-12-01 11:30+8', '2026-12-01 14:30+8', '2026-12-01 11:00+8', '2026-12-01 11:40+8', '2026-12-01 14:30+8', '', false, 'button')`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT a, p.id, p.branch_id FROM people p, unnest(ARRAY[1, 2, 3]) a WHERE p.branch_id IN (1, 2)`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (1, 14, 1, '2026-12-01 11:20+8', false, 'button'), (3, 14, 1, '2026-12-01 11:20+8', false, 'button')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the afternoon: %w", err)
		}
	}
	return nil
}
