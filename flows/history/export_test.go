package history_test

import (
	"context"
	"strings"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/history"
	"campaign/storage"
)

// said is a roll of branch 3, a decision, an objection and its refusal; the figures
// closed, an unlock, and marks that somebody vouched for, that a helper made, and that
// a host accepted.
func said(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO closings (unit_id, through, at, by_id, hat) VALUES (2, '2026-11-30', '2026-12-01 09:00+8', 5, 'office')`,
		`INSERT INTO unlocks (activity_id, branch_id, at, until, by_id, hat, reason) VALUES (3, 3, '2026-12-01 10:00+8', '2026-12-01 12:00+8', 5, 'office', '补录名单')`,
		`INSERT INTO changes (activity_id, person_id, branch_id, at, cause, by_id, hat, for_id, stated, entered_late, note, old_method, old_at, old_late, new_method, new_at) VALUES
		 (3, 12, 3, '2026-11-30 08:00+8', 'roll', 13, 'secretary', NULL, 'absent', true, '', 'button', '2026-11-28 10:20+8', true, 'button', '2026-11-28 10:20+8'),
		 (3, 12, 3, '2026-11-30 09:00+8', 'objected', 12, '', NULL, 'absent', false, '我在场', 'button', '2026-11-28 10:20+8', true, 'button', '2026-11-28 10:20+8'),
		 (3, 12, 3, '2026-12-01 10:30+8', 'accepted', 13, 'secretary', 12, 'present', false, '=会议记录', 'button', '2026-11-28 10:20+8', true, 'button', '2026-11-28 10:20+8')`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note) VALUES (2, 10, 2, '2026-12-01 13:05+8', false, 'marked', 4, '手机没电')`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note, doubt) VALUES
		 (2, 16, 2, '2026-12-01 13:06+8', false, 'helper', 11, '', 'helper'), (2, 11, 2, '2026-12-01 13:20+8', true, 'guest', 13, '区卫生局 · 综合科支部', '')`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func TestTheFileSaysWhoSaidWhatOfWhomAndWhy(t *testing.T) {
	w := flowtest.New(t, flows(), meetings, said)
	for _, c := range []struct {
		name string
		lang campaign.Lang
		q    flow.Query
		want string
	}{
		{"a unit", campaign.English, flow.Query{Unit: "区卫生局"}, `
2026-11-30 08:00|A-2026-0003|集中学习|2026-11-28 10:00|区卫生局|综合科支部|D00012|朱琳|roll|late|present|何平|Branch secretary|||yes|||
2026-11-30 09:00|A-2026-0003|集中学习|2026-11-28 10:00|区卫生局|综合科支部|D00012|朱琳|objection|late|present|朱琳|||我在场||||
2026-12-01 10:30|A-2026-0003|集中学习|2026-11-28 10:00|区卫生局|综合科支部|D00012|朱琳|objection accepted|late|present|何平|Branch secretary|朱琳|=会议记录||yes|陈静|补录名单`},
		{"a day", campaign.Chinese, flow.Query{From: campaign.Date(2026, 12, 1), To: campaign.Date(2026, 12, 1), Zone: flowtest.Zone}, `
2026-12-01 13:05|A-2026-0002|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00010|孙涛|代签||已签到|刘洋|||手机没电||||
2026-12-01 13:06|A-2026-0002|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00016|谢宁|协助人代签||已签到|马超||谢宁|||||
2026-12-01 13:20|A-2026-0002|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00011|马超|外支部参加||迟到|何平|||区卫生局 · 综合科支部||||`},
		{"a day before", campaign.Chinese, flow.Query{To: campaign.Date(2026, 11, 27)}, ""},
	} {
		var lines []string
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			lines = nil
			for row, err := range history.Flow.Offers[0].Export(ctx, tx, c.q) {
				if err != nil {
					return err
				}
				cells := make([]string, len(row))
				for i, text := range row {
					cells[i] = w.House.Words.Plain(c.lang, text)
				}
				lines = append(lines, strings.Join(cells, "|"))
			}
			return nil
		})
		if got, want := strings.Join(lines, "\n"), strings.TrimPrefix(c.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

func TestTheFileOfAUnitThatIsNotThereIsRefusedKindly(t *testing.T) {
	w := flowtest.New(t, flows(), meetings)
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		for _, err := range history.Flow.Offers[0].Export(ctx, tx, flow.Query{Unit: "无"}) {
			if _, kind := flow.Apology(err); !kind {
				t.Errorf("%v, want a kind word", err)
			}
		}
		return nil
	})
}
