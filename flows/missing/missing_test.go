package missing_test

import (
	"context"
	"fmt"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/missing"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func flows() []flow.Flow { return home.With(missing.Flow, checkin.Flow) }

func TestConversations(t *testing.T) { flowtest.Run(t, flows(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, flows, meetings) }

// meetings are a lecture of units 1 and 2 each that opens in ten minutes. Branch 3
// has some 25 members more.
func meetings(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO people (member_no, name, branch_id) SELECT 'D001' || lpad(n::text, 2, '0'), '成员' || n, 3 FROM generate_series(1, 25) n`,
		`INSERT INTO activities (no, title, kind, part, unit_id, starts, ends, opens, late_from, closes, required, method) VALUES
		 ('A-2026-0001', '专题党课', 'lecture', 'unit', 1, '2026-12-01 14:00+8', '2026-12-01 15:00+8', '2026-12-01 13:30+8', '2026-12-01 14:10+8', '2026-12-01 15:00+8', true, 'button'),
		 ('A-2026-0002', '民主评议', 'appraisal', 'unit', 2, '2026-12-01 14:00+8', '2026-12-01 15:00+8', '2026-12-01 13:30+8', '2026-12-01 14:10+8', '2026-12-01 15:00+8', true, 'button')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the meetings: %w", err)
		}
	}
	return nil
}
