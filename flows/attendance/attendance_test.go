package attendance_test

import (
	"campaign/bot/bottest"
	"context"
	"fmt"
	"testing"

	"campaign"
	"campaign/flows/attendance"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) {
	flowtest.Run(t, home.With(attendance.Flow, roll, demoted), meetings)
}

// meetings are what the transcripts are about: a lecture for everybody that runs,
// a meeting of unit 1 that has not opened, a study session of branch 1 that is
// over, a meeting of unit 2 a week ago of which nothing was heard; one that is too old, one that is cancelled. Of those who
// missed the study session one has handed in something, one has made up, one need not.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method, cancelled) VALUES
		 ('A-2026-0001', '专题党课', 'lecture', 'all', NULL, NULL, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'button', false),
		 ('A-2026-0002', '学习动员会', 'mobilisation', 'unit', 1, NULL, '2026-12-01 14:00+8', '2026-12-01 16:00+8', '2026-12-01 13:30+8', '2026-12-01 14:10+8', '2026-12-01 16:00+8', true, 'button', false),
		 ('A-2026-0003', '集中学习', 'study', 'branch', 1, 1, '2026-12-01 09:00+8', '2026-12-01 11:00+8', '2026-12-01 08:30+8', '2026-12-01 09:10+8', '2026-12-01 11:00+8', true, 'button', false),
		 ('A-2026-0004', '民主评议', 'appraisal', 'unit', 2, NULL, '2026-11-24 09:00+8', '2026-11-24 11:00+8', '2026-11-24 08:30+8', '2026-11-24 09:10+8', '2026-11-24 11:00+8', true, 'button', false),
		 ('A-2026-0005', '旧党课', 'lecture', 'all', NULL, NULL, '2026-11-02 09:00+8', '2026-11-02 11:00+8', '2026-11-02 08:30+8', '2026-11-02 09:10+8', '2026-11-02 11:00+8', true, 'button', false),
		 ('A-2026-0006', '取消的会', 'other', 'all', NULL, NULL, '2026-12-01 15:00+8', '2026-12-01 16:00+8', '2026-12-01 14:30+8', '2026-12-01 15:10+8', '2026-12-01 16:00+8', true, 'button', true),
		 ('A-2026-0007', '支部座谈', 'talk', 'branch', 1, 1, '2026-11-20 09:00+8', '2026-11-20 10:00+8', '2026-11-20 08:30+8', '2026-11-20 09:10+8', '2026-11-20 10:00+8', false, 'button', false)`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT 1, id, branch_id FROM people`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT 3, id, branch_id FROM people WHERE branch_id = 1`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT 4, id, branch_id FROM people WHERE branch_id = 3`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES
		 (1, 1, 1, '2026-12-01 12:58+8', false, 'button', NULL, ''), (1, 2, 1, '2026-12-01 12:55+8', false, 'message', NULL, ''),
		 (1, 3, 1, '2026-12-01 13:12+8', true, 'button', NULL, ''), (1, 5, 4, '2026-12-01 12:40+8', false, 'button', NULL, ''),
		 (1, 6, 4, '2026-12-01 12:41+8', false, 'button', NULL, ''), (1, 15, 4, '2026-12-01 12:42+8', false, 'button', NULL, ''),
		 (3, 1, 1, '2026-12-01 08:50+8', false, 'code', NULL, ''), (3, 2, 1, '2026-12-01 09:20+8', true, 'button', NULL, ''),
		 (3, 9, 1, '2026-12-01 09:01+8', false, 'marked', 2, '=手机没电')`,
		`INSERT INTO makeups (activity_id, person_id, branch_id, since, due, state, how, decided_by, decided_at, note) VALUES
		 (3, 3, 1, '2026-12-01 11:00+8', '2026-12-15', 'handed', 'summary', NULL, NULL, ''), (3, 4, 1, '2026-12-01 11:00+8', '2026-12-15', 'made', 'visit', 2, '2026-12-01 12:30+8', '2026-12-01 李强 · 读了原文'),
		 (3, 7, 1, '2026-12-01 11:00+8', '2026-12-15', 'waived', '', 14, '2026-12-01 12:40+8', '长期卧床'), (3, 8, 1, '2026-12-01 11:00+8', '2026-12-15', 'open', '', NULL, NULL, '')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}

type nothing struct{}

type turn = flow.Turn[nothing, nothing]

// roll stands for whoever writes the marks and moves the windows.
var roll = flow.Spec[nothing, nothing]{
	Name: "roll",
	Handlers: []flow.Handler[nothing, nothing]{
		flow.Heard("vouched", func(t turn, v campaign.Vouched) flow.Outcome { return flow.Do(vouched{v}) }),
		flow.Heard("moved", func(t turn, w campaign.WindowMoved) flow.Outcome { return flow.Do(moved{w}) }),
	},
	Store: flow.Store[nothing, nothing]{Apply: func(ctx context.Context, tx *storage.Tx, h flow.Here, e flow.Effect) error {
		switch e := e.(type) {
		case vouched:
			return tx.Exec(ctx, `
				INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note)
				SELECT activity_id, person_id, branch_id, $3, false, 'marked', $4, $5 FROM expected WHERE activity_id = $1 AND person_id = $2`,
				e.Activity, e.Person, h.Now, h.Who.ID, e.Note)
		case moved:
			if err := tx.Exec(ctx, `UPDATE activities SET opens = $2, closes = $3 WHERE id = $1`, e.Activity, e.Opens, e.Closes); err != nil {
				return err
			}
			return tx.Exec(ctx, `
				INSERT INTO expected (activity_id, person_id, branch_id)
				SELECT a.id, p.id, p.branch_id FROM activities a JOIN branches b ON a.unit_id = b.unit_id JOIN people p ON p.branch_id = b.id
				WHERE a.id = $1 ON CONFLICT DO NOTHING`, e.Activity)
		}
		return fmt.Errorf("roll: cannot apply %s", e.Effect())
	}},
}

type vouched struct{ campaign.Vouched }

func (vouched) Effect() string { return "vouched" }

type moved struct{ campaign.WindowMoved }

func (moved) Effect() string { return "moved" }

// demoted takes its speaker's duties away, or makes a reader of them.
var demoted = flow.Spec[nothing, nothing]{
	Name: "demoted", Opens: "demoted",
	Asks: []flow.Ask[nothing, nothing]{flow.Then("do", func(t *turn) flow.Outcome { return flow.Do(demotion{t.Who.ID, t.Arg}) })},
	Store: flow.Store[nothing, nothing]{Apply: func(ctx context.Context, tx *storage.Tx, _ flow.Here, e flow.Effect) error {
		d := e.(demotion)
		if err := tx.Exec(ctx, `DELETE FROM roles WHERE person_id = $1`, d.Person); err != nil || d.To == "" {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO roles (person_id, role, unit_id) VALUES ($1, $2, 1)`, d.Person, d.To)
	}},
}

type demotion struct {
	Person campaign.PersonID
	To     string
}

func (demotion) Effect() string { return "demotion" }

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(attendance.Flow, roll, demoted) }, meetings)
}
