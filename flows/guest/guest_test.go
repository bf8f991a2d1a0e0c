package guest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/guest"
	"campaign/flows/home"
	"campaign/flows/record"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is every flow in which guests are met.
func house() []flow.Flow {
	return home.With(checkin.Flow, record.Flow, guest.Flow, attendance.Flow, planner)
}

func TestConversations(t *testing.T) { flowtest.Run(t, house(), sessions) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, house, sessions) }

// sessions are study sessions this afternoon: 1 of 综合科支部, 2 of unit 1 later on,
// 3 of 机关第二支部, and 4, a lecture there.
func sessions(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method)
		SELECT no, title, kind, part, unit, branch, s, s + '1 h', s - interval '10 min', s + '10 min', s + '1 h', true, 'button'
		FROM (VALUES ('A-2026-0001', '综合科学习', 'study', 'branch', 2, 3, timestamptz '2026-12-01 13:30+8'),
		             ('A-2026-0002', '教育局学习', 'study', 'unit', 1, NULL, '2026-12-01 15:00+8'),
		             ('A-2026-0003', '二支部学习', 'study', 'branch', 1, 2, '2026-12-01 13:40+8'),
		             ('A-2026-0004', '二支部党课', 'lecture', 'branch', 1, 2, '2026-12-01 13:40+8')) AS t (no, title, kind, part, unit, branch, s)`)
}

type planning = flow.Turn[struct{}, campaign.Activity]

// planner stands for the flow that plans: /plan 60m study plans one for unit 1 in an
// hour, /plan off 5 calls it off.
var planner = flow.Spec[struct{}, campaign.Activity]{
	Name: "planner", Opens: "plan",
	Asks: []flow.Ask[struct{}, campaign.Activity]{flow.Then("plan", func(t *planning) flow.Outcome {
		a := t.Facts
		if a.Cancelled {
			return flow.Do(written{a}).Shout(campaign.ActivityCancelled{Activity: a})
		}
		return flow.Do(written{a}).Shout(campaign.ActivityPlanned{Activity: a})
	})},
	Store: flow.Store[struct{}, campaign.Activity]{
		Load: func(ctx context.Context, tx *storage.Tx, t planning, _ any) (a campaign.Activity, err error) {
			var what, of string
			fmt.Sscan(t.Arg, &what, &of)
			if what == "off" {
				var id campaign.ActivityID
				fmt.Sscan(of, &id)
				a, err = tx.Activity(ctx, id)
				a.Cancelled = true
				return a, err
			}
			in, _ := time.ParseDuration(what)
			starts := t.Now.Add(in)
			a = campaign.Activity{Title: "补学", Kind: campaign.Kind(of), Scope: campaign.UnitScope(1), Required: true, Method: campaign.ByButton,
				Starts: starts, Ends: starts.Add(time.Hour), Opens: starts.Add(-10 * time.Minute), LateFrom: starts.Add(10 * time.Minute), Closes: starts.Add(time.Hour)}
			err = tx.Get(ctx, &a.ID, `SELECT nextval(pg_get_serial_sequence('activities', 'id'))`)
			return a, err
		},
		Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
			a := e.(written).Activity
			if a.Cancelled {
				return tx.Exec(ctx, `UPDATE activities SET cancelled = true WHERE id = $1`, a.ID)
			}
			return tx.Exec(ctx, `
				INSERT INTO activities (id, no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method)
				OVERRIDING SYSTEM VALUE VALUES ($1, 'A-2026-' || lpad(($1::bigint)::text, 4, '0'), $2, $3, 'unit', 1, $4, $5, $6, $7, $8, true, 'button')`,
				a.ID, a.Title, a.Kind, a.Starts, a.Ends, a.Opens, a.LateFrom, a.Closes)
		},
	},
}

type written struct {
	Activity campaign.Activity `audit:"-"`
}

func (written) Effect() string { return "written" }
