package roll_test

import (
	"context"
	"fmt"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/roll"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func flows() []flow.Flow { return home.With(roll.Flow, attendance.Flow, checkin.Flow) }

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, meetings) }

// meetings are a lecture of unit 1 with a code, that runs; a study session of
// branch 1 three days ago; one of branch 3 that has just ended, and a meeting of it
// that is cancelled; one of branch 2 that has not opened. Twelve more members came
// to branch 2, so that its roll has two pages; two of them bear one name.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO people (member_no, name, branch_id)
		 SELECT 'D001' || lpad(n::text, 2, '0'), CASE WHEN n > 10 THEN '同名' ELSE '成员' || n END, 2 FROM generate_series(1, 12) n`,
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method, cancelled, made_by) VALUES
		 ('A-2026-0001', '专题党课', 'lecture', 'unit', 1, NULL, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'code', false, 4),
		 ('A-2026-0002', '集中学习', 'study', 'branch', 1, 1, '2026-11-28 09:00+8', '2026-11-28 11:00+8', '2026-11-28 08:30+8', '2026-11-28 09:10+8', '2026-11-28 11:00+8', true, 'button', false, 2),
		 ('A-2026-0003', '民主评议', 'appraisal', 'branch', 2, 3, '2026-12-01 10:00+8', '2026-12-01 12:00+8', '2026-12-01 09:30+8', '2026-12-01 10:10+8', '2026-12-01 12:00+8', true, 'button', false, 13),
		 ('A-2026-0004', '取消的会', 'other', 'branch', 2, 3, '2026-12-01 08:00+8', '2026-12-01 09:00+8', '2026-12-01 07:30+8', '2026-12-01 08:10+8', '2026-12-01 09:00+8', true, 'button', true, 13)`,
		`INSERT INTO checkin_windows (activity_id, opened_at, closed_at) VALUES
		 (1, '2026-12-01 12:30+8', NULL), (2, '2026-11-28 08:30+8', '2026-11-28 11:00+8'), (3, '2026-12-01 09:30+8', '2026-12-01 12:00+8')`,
		`INSERT INTO expected (activity_id, person_id, branch_id)
		 SELECT 1, id, branch_id FROM people WHERE branch_id IN (1, 2) UNION ALL
		 SELECT 2, id, branch_id FROM people WHERE branch_id = 1 UNION ALL
		 SELECT 3, id, branch_id FROM people WHERE branch_id = 3`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note, doubt) VALUES
		 (1, 1, 1, '2026-12-01 12:58+8', false, 'code', NULL, '', 'code'), (1, 7, 1, '2026-12-01 13:12+8', true, 'location', NULL, '≈320 m; 会场临时调整', 'outside'),
		 (1, 11, 2, '2026-12-01 12:55+8', false, 'code', NULL, '', ''), (1, 10, 2, '2026-12-01 12:50+8', false, 'code', NULL, '', 'code'),
		 (1, 9, 1, '2026-12-01 12:59+8', false, 'marked', 3, '', 'helper'),
		 (3, 12, 3, '2026-12-01 09:58+8', false, 'button', NULL, '', '')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}
