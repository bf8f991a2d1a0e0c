package helper_test

import (
	"context"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/bind"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/helper"
	"campaign/flows/home"
	"campaign/flows/record"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is every flow in which helpers are met.
func house() []flow.Flow {
	return home.With(checkin.Flow, record.Flow, attendance.Flow, bind.Flow, helper.Flow)
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
