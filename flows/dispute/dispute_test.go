package dispute_test

import (
	"context"
	"fmt"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
	"campaign/flows/closing"
	"campaign/flows/correct"
	"campaign/flows/dispute"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/history"
	"campaign/flows/home"
	"campaign/flows/record"
	"campaign/flows/roll"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func flows() []flow.Flow {
	return home.With(dispute.Flow, history.Flow, correct.Flow, closing.Flow, attendance.Flow, roll.Flow, record.Flow, checkin.Flow)
}

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, meetings) }

// meetings are a study session of unit 1 three days ago, to which 李强 and 王芳 came,
// she late, and of which 周杰 was marked by 李强, his secretary; one of branch 2
// yesterday, to which 孙涛 came; and a lecture for everybody that runs. The figures
// of unit 2, whose branch 3 had a session as well, were closed by the office.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method) VALUES
		 ('A-2026-0001', '集中学习', 'study', 'unit', 1, NULL, '2026-11-28 10:00+8', '2026-11-28 12:00+8', '2026-11-28 09:30+8', '2026-11-28 10:10+8', '2026-11-28 12:00+8', true, 'button'),
		 ('A-2026-0002', '民主评议', 'appraisal', 'branch', 1, 2, '2026-11-30 10:00+8', '2026-11-30 12:00+8', '2026-11-30 09:30+8', '2026-11-30 10:10+8', '2026-11-30 12:00+8', true, 'button'),
		 ('A-2026-0003', '专题党课', 'lecture', 'all', NULL, NULL, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'button'),
		 ('A-2026-0004', '支部学习', 'study', 'branch', 2, 3, '2026-11-28 14:00+8', '2026-11-28 16:00+8', '2026-11-28 13:30+8', '2026-11-28 14:10+8', '2026-11-28 16:00+8', true, 'button')`,
		`INSERT INTO checkin_windows (activity_id, opened_at, closed_at) VALUES
		 (1, '2026-11-28 09:30+8', '2026-11-28 12:00+8'), (2, '2026-11-30 09:30+8', '2026-11-30 12:00+8'), (3, '2026-12-01 12:30+8', NULL), (4, '2026-11-28 13:30+8', '2026-11-28 16:00+8')`,
		`INSERT INTO expected (activity_id, person_id, branch_id)
		 SELECT 1, id, branch_id FROM people WHERE branch_id IN (1, 2) UNION ALL SELECT 2, id, branch_id FROM people WHERE branch_id = 2 UNION ALL
		 SELECT 3, id, branch_id FROM people UNION ALL SELECT 4, id, branch_id FROM people WHERE branch_id = 3`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES
		 (1, 2, 1, '2026-11-28 09:40+8', false, 'button', NULL, ''), (1, 1, 1, '2026-11-28 10:20+8', true, 'button', NULL, ''), (1, 7, 1, '2026-11-28 11:00+8', false, 'marked', 2, '手机故障'),
		 (2, 10, 2, '2026-11-30 09:50+8', false, 'button', NULL, ''), (4, 13, 3, '2026-11-28 13:50+8', false, 'button', NULL, '')`,
		`INSERT INTO closings (unit_id, through, at, by_id, hat) VALUES (2, '2026-11-30', '2026-12-01 09:00+8', 5, 'office')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}
