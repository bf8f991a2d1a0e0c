package record_test

import (
	"campaign/bot/bottest"
	"context"
	"fmt"
	"testing"

	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/record"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) {
	flowtest.Run(t, home.With(record.Flow, checkin, makeup), year)
}

// checkin stands for the flow that the button opens.
var checkin = flow.Spec[struct{}, struct{}]{
	Name: "checkin", Opens: "checkin",
	Asks: []flow.Ask[struct{}, struct{}]{flow.Then("open", func(*flow.Turn[struct{}, struct{}]) flow.Outcome { return flow.Do().Reply("Confirm") })},
}

// makeup stands for the flow that the buttons of what is owed open.
var makeup = flow.Spec[struct{}, struct{}]{
	Name: "makeup",
	Asks: []flow.Ask[struct{}, struct{}]{flow.Then("open", func(t *flow.Turn[struct{}, struct{}]) flow.Outcome { return flow.Do().Reply("%s", t.Arg) })},
}

// year is ten study sessions of branch 1 in November, one of which branch 1 has
// sent nothing about and of some of which 王芳 has debts, a lecture for everybody that runs, and a meeting of unit 1
// that is to come; a cancelled one; one of another unit.
func year(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method)
		 SELECT 'A-2026-' || lpad(n::text, 4, '0'), '集中学习 ' || n, 'study', 'branch', 1, 1, s, s + '2 h', s - interval '30 min', s + '10 min', s + '2 h', n <> 3, 'button'
		 FROM generate_series(1, 10) n, LATERAL (SELECT timestamptz '2026-11-01 09:00+8' + 2 * n * interval '1 d' AS s) AS day`,
		`INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, place, required, method, cancelled) VALUES
		 ('A-2026-0011', '专题党课', 'lecture', 'all', NULL, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', '区礼堂', true, 'button', false),
		 ('A-2026-0012', '学习动员会', 'mobilisation', 'unit', 1, '2026-12-02 14:00+8', '2026-12-02 16:00+8', '2026-12-02 13:30+8', '2026-12-02 14:10+8', '2026-12-02 16:00+8', '', true, 'button', false),
		 ('A-2026-0013', '取消的会', 'other', 'all', NULL, '2026-12-01 16:00+8', '2026-12-01 17:00+8', '2026-12-01 15:30+8', '2026-12-01 16:10+8', '2026-12-01 17:00+8', '', true, 'button', true),
		 ('A-2026-0014', '别的单位', 'other', 'unit', 2, '2026-12-01 16:00+8', '2026-12-01 17:00+8', '2026-12-01 15:30+8', '2026-12-01 16:10+8', '2026-12-01 17:00+8', '', true, 'button', false)`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT a, id, 1 FROM people, generate_series(1, 10) a WHERE branch_id = 1`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT a, id, branch_id FROM people, unnest(ARRAY[11, 13]) a WHERE branch_id <> 3`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
		 SELECT n, 7, 1, starts - interval '5 min', false, 'button' FROM activities, generate_series(1, 10) n WHERE no = 'A-2026-' || lpad(n::text, 4, '0') AND n <> 5`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES
		 (1, 1, 1, '2026-11-03 08:50+8', false, 'button', NULL, ''), (2, 1, 1, '2026-11-05 09:20+8', true, 'button', NULL, ''),
		 (3, 1, 1, '2026-11-08 10:00+8', false, 'marked', 2, 'phone broken'), (11, 7, 1, '2026-12-01 12:50+8', false, 'button', NULL, '')`,
		`INSERT INTO makeups (activity_id, person_id, branch_id, since, due, state, how, decided_by, decided_at) VALUES
		 (4, 1, 1, '2026-11-09 11:00+8', '2026-11-23', 'made', 'summary', 2, '2026-11-20 11:00+8'), (6, 1, 1, '2026-11-13 11:00+8', '2026-11-27', 'open', '', NULL, NULL),
		 (7, 1, 1, '2026-11-15 11:00+8', '2026-11-29', 'waived', '', 3, '2026-11-20 11:00+8'), (8, 1, 1, '2026-11-17 11:00+8', '2026-12-01', 'handed', 'photo', NULL, NULL),
		 (9, 1, 1, '2026-11-19 11:00+8', '2026-12-03', 'open', '', NULL, NULL), (2, 1, 1, '2026-11-05 11:00+8', '2026-11-19', 'void', '', NULL, NULL),
		 (6, 14, 1, '2026-11-13 11:00+8', '2026-11-27', 'open', '', NULL, NULL), (9, 14, 1, '2026-11-19 11:00+8', '2026-12-03', 'handed', 'summary', NULL, NULL)`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the year: %w", err)
		}
	}
	return nil
}

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(record.Flow, checkin, makeup) }, year)
}
