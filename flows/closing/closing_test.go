package closing_test

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
	return home.With(closing.Flow, correct.Flow, history.Flow, dispute.Flow, attendance.Flow, roll.Flow, record.Flow, checkin.Flow)
}

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, meetings) }

// meetings are a study session of branch 3 three days ago, to which 朱琳 came; and
// one of branch 2 yesterday, of which nothing was sent.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method) VALUES
		 ('A-2026-0001', '支部学习', 'study', 'branch', 2, 3, '2026-11-28 14:00+8', '2026-11-28 16:00+8', '2026-11-28 13:30+8', '2026-11-28 14:10+8', '2026-11-28 16:00+8', true, 'button'),
		 ('A-2026-0002', '民主评议', 'appraisal', 'branch', 1, 2, '2026-11-30 10:00+8', '2026-11-30 12:00+8', '2026-11-30 09:30+8', '2026-11-30 10:10+8', '2026-11-30 12:00+8', true, 'button')`,
		`INSERT INTO checkin_windows (activity_id, opened_at, closed_at) VALUES
		 (1, '2026-11-28 13:30+8', '2026-11-28 16:00+8'), (2, '2026-11-30 09:30+8', '2026-11-30 12:00+8')`,
		`INSERT INTO expected (activity_id, person_id, branch_id)
		 SELECT 1, id, branch_id FROM people WHERE branch_id = 3 UNION ALL SELECT 2, id, branch_id FROM people WHERE branch_id = 2`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (1, 12, 3, '2026-11-28 13:50+8', false, 'button')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}
