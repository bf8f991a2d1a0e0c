package place_test

import (
	"context"
	"testing"

	"campaign/bot/bottest"
	"campaign/flows/attendance"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/flows/place"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// meetings: a practice of unit 1 and one of branch 3, both to be shown by location;
// the second is 10 km east of the first. Another of unit 1 is by button, in the evening.
func meetings(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, place, place_lat, place_lon, radius_m, required, method) VALUES
		('A-2026-0001', '志愿服务', 'practice', 'unit', 1, NULL, '2026-12-01 14:00+08', '2026-12-01 15:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 15:00+08', '社区广场', 31, 120, 200, true, 'location'),
		('A-2026-0002', '义务植树', 'practice', 'branch', 1, 2, '2026-12-01 14:00+08', '2026-12-01 15:00+08', '2026-12-01 13:30+08', '2026-12-01 14:10+08', '2026-12-01 15:00+08', '', 31, 120.105, 200, false, 'location'),
		('A-2026-0003', '集中学习', 'study', 'unit', 1, NULL, '2026-12-01 19:00+08', '2026-12-01 20:00+08', '2026-12-01 18:30+08', '2026-12-01 19:10+08', '2026-12-01 20:00+08', '', NULL, NULL, 200, true, 'button')`)
}

func all() []flow.Flow { return home.With(checkin.Flow, place.Flow, attendance.Flow) }

func TestConversations(t *testing.T) { flowtest.Run(t, all(), meetings) }

func TestConversationsOverTelegram(t *testing.T) { bottest.Run(t, all, meetings) }
