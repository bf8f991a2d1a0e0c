package history_test

import (
	"context"
	"fmt"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
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
	return home.With(history.Flow, attendance.Flow, roll.Flow, record.Flow, checkin.Flow)
}

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, meetings) }

// meetings are an appraisal of branch 3 that has just ended, to which 朱琳 came, as
// she did to a study session three days ago; and a lecture for everybody that runs, to which 王芳 came late with a code.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method) VALUES
		 ('A-2026-0001', '民主评议', 'appraisal', 'branch', 2, 3, '2026-12-01 10:00+8', '2026-12-01 12:00+8', '2026-12-01 09:30+8', '2026-12-01 10:10+8', '2026-12-01 12:00+8', true, 'button'),
		 ('A-2026-0002', '专题党课', 'lecture', 'all', NULL, NULL, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'code'),
		 ('A-2026-0003', '集中学习', 'study', 'branch', 2, 3, '2026-11-28 10:00+8', '2026-11-28 12:00+8', '2026-11-28 09:30+8', '2026-11-28 10:10+8', '2026-11-28 12:00+8', true, 'button')`,
		`INSERT INTO checkin_windows (activity_id, opened_at, closed_at) VALUES (1, '2026-12-01 09:30+8', '2026-12-01 12:00+8'), (2, '2026-12-01 12:30+8', NULL), (3, '2026-11-28 09:30+8', '2026-11-28 12:00+8')`,
		`INSERT INTO expected (activity_id, person_id, branch_id)
		 SELECT 1, id, branch_id FROM people WHERE branch_id = 3 UNION ALL SELECT 3, id, branch_id FROM people WHERE branch_id = 3 UNION ALL
		 SELECT 2, id, branch_id FROM people`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, doubt) VALUES
		 (1, 12, 3, '2026-12-01 10:20+8', true, 'button', ''), (2, 1, 1, '2026-12-01 13:12+8', true, 'code', 'code'), (3, 12, 3, '2026-11-28 10:20+8', true, 'button', '')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}
