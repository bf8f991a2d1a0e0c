package proxy_test

import (
	"context"
	"fmt"
	"testing"

	"campaign"
	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/proxy"
	"campaign/flows/record"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is every flow in which helpers are met.
func house() []flow.Flow {
	return home.With(checkin.Flow, record.Flow, attendance.Flow, bind.Flow, proxy.Flow, opener, mover, crowd)
}

type act = flow.Turn[struct{}, struct{}]

// opener stands for the buttons of others: /open p8 opens the flow as they do.
var opener = flow.Spec[struct{}, struct{}]{
	Name: "opener", Opens: "open",
	Asks: []flow.Ask[struct{}, struct{}]{flow.Then("open", func(t *act) flow.Outcome {
		return flow.Do().Say(messages.Say("Here").Row(messages.Button(flow.Open{Flow: "proxy", Arg: t.Arg}, "Open")))
	})},
}

func TestConversations(t *testing.T) { flowtest.Run(t, house(), study) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, house, study) }

// study is a study session of unit 1 this afternoon, after which people sign out,
// and one tomorrow.
func study(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method, sign_out)
		SELECT 'A-2026-000' || n, '集中学习' || n, 'study', 'unit', 1, s, s + '2 h', s - interval '30 min', s + '10 min', s + '2 h', true, 'button',
		       CASE n WHEN 1 THEN s + interval '110 min' END
		FROM generate_series(1, 2) n, LATERAL (SELECT timestamptz '2026-11-30 14:00+8' + n * interval '1 d' AS s) AS day`)
}

// mover stands for the roster: /move 11 1 has a person in another branch.
var mover = flow.Spec[struct{}, struct{}]{
	Name: "mover", Opens: "move",
	Asks: []flow.Ask[struct{}, struct{}]{flow.Then("move", func(t *act) flow.Outcome {
		var m moved
		fmt.Sscan(t.Arg, &m.Person, &m.Branch)
		return flow.Do(m).Shout(campaign.RosterChanged{})
	})},
	Store: flow.Store[struct{}, struct{}]{Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
		m := e.(moved)
		return tx.Exec(ctx, `UPDATE people SET branch_id = $2 WHERE id = $1`, m.Person, m.Branch)
	}},
}

type moved struct{ Person, Branch int64 }

func (moved) Effect() string { return "moved" }

// crowd gives 王芳 members to record for, who have no account: /crowd 9.
var crowd = flow.Spec[struct{}, struct{}]{
	Name: "crowd", Opens: "crowd",
	Asks: []flow.Ask[struct{}, struct{}]{flow.Then("crowd", func(t *act) flow.Outcome {
		var c crowded
		fmt.Sscan(t.Arg, &c.Members)
		return flow.Do(c)
	})},
	Store: flow.Store[struct{}, struct{}]{Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
		return tx.Exec(ctx, `
			WITH p AS (
				INSERT INTO people (member_no, name, branch_id) SELECT 'X' || n, '老人' || n, 1 FROM generate_series(1, $1::int) n RETURNING id)
			INSERT INTO helpers (id, person_id, helper_id, asked_by, asked_at, agreed_at) SELECT -id, id, 1, 2, $2, $2 FROM p`, e.(crowded).Members, tx.Now)
	}},
}

type crowded struct{ Members int }

func (crowded) Effect() string { return "crowded" }
