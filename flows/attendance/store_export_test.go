package attendance_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"campaign"
	"campaign/flows/attendance"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
)

// exported is the file of a query, its cells parted by |.
func exported(t *testing.T, w *flowtest.World, lang campaign.Lang, q flow.Query) (lines []string) {
	t.Helper()
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		lines = nil
		for row, err := range attendance.Flow.Offers[0].Export(ctx, tx, q) {
			if err != nil {
				return err
			}
			cells := make([]string, len(row))
			for i, c := range row {
				cells[i] = w.House.Words.Plain(lang, c)
			}
			lines = append(lines, strings.Join(cells, "|"))
		}
		return nil
	})
	return lines
}

func TestTheExportHasTheColumnsOfTheContract(t *testing.T) {
	var zh, en []string
	for _, c := range attendance.Flow.Offers[0].Columns {
		zh, en = append(zh, c.Alias), append(en, c.Key)
	}
	if got, want := strings.Join(zh, " "), "活动编号 名称 开始 单位 支部 编号 姓名 状态 签到时间 方式 记录人 说明"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := strings.Join(en, " "), "activity_no title starts unit branch member_no name status at method recorded_by note"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTheExportTellsHowFarItIs(t *testing.T) {
	w := flowtest.New(t, home.With(attendance.Flow), meetings)
	var told []flow.Stage
	n := len(exported(t, w, campaign.Chinese, flow.Query{Zone: flowtest.Zone, Far: func(s flow.Stage) { told = append(told, s) }}))
	if want := []flow.Stage{{Doing: flow.Writing, Done: n, Of: n}}; n == 0 || !slices.Equal(told, want) {
		t.Errorf("told %+v, want %+v", told, want)
	}
}

func TestTheExportHasARowForEachExpectedPerson(t *testing.T) {
	w := flowtest.New(t, home.With(attendance.Flow), meetings)
	for _, c := range []struct {
		name string
		lang campaign.Lang
		q    flow.Query
		want string
	}{
		{"a unit whose branch sent nothing", campaign.Chinese, flow.Query{Unit: "区卫生局", To: campaign.Date(2026, 11, 30), Zone: flowtest.Zone}, `
A-2026-0004|民主评议|2026-11-24 09:00|区卫生局|综合科支部|D00012|朱琳|未上报||||
A-2026-0004|民主评议|2026-11-24 09:00|区卫生局|综合科支部|D00013|何平|未上报||||
A-2026-0004|民主评议|2026-11-24 09:00|区卫生局|综合科支部|D00017|唐欣|未上报||||
A-2026-0004|民主评议|2026-11-24 09:00|区卫生局|综合科支部|D00018|唐悦|未上报||||`},
		{"a day, in the order of the starts", campaign.English, flow.Query{Unit: "区教育局", From: campaign.Date(2026, 12, 1), To: campaign.Date(2026, 12, 1)}, `
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00001|王芳|present|2026-12-01 08:50|code||
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00002|李强|late|2026-12-01 09:20|button||
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00003|张伟|owed||||due 2026-12-15; handed in, to be decided
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00004|刘洋|made up|2026-12-01 12:30|a visit at home|李强|2026-12-01 李强 · 读了原文
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00007|周杰|waived|2026-12-01 12:40||高峰|长期卧床
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00008|吴霞|owed||||due 2026-12-15
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00009|郑爽|present|2026-12-01 09:01|marked by hand|李强|=手机没电
A-2026-0003|集中学习|2026-12-01 09:00|区教育局|机关第一支部|D00014|高峰|owed||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00001|王芳|present|2026-12-01 12:58|button||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00002|李强|present|2026-12-01 12:55|message||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00003|张伟|late|2026-12-01 13:12|button||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00004|刘洋|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00007|周杰|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00008|吴霞|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00009|郑爽|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第一支部|D00014|高峰|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00010|孙涛|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00011|马超|not reported||||
A-2026-0001|专题党课|2026-12-01 13:00|区教育局|机关第二支部|D00016|谢宁|not reported||||`},
		{"days without an activity", campaign.English, flow.Query{From: campaign.Date(2026, 12, 2)}, ""},
	} {
		got, want := exported(t, w, c.lang, c.q), strings.Split(strings.TrimPrefix(c.want, "\n"), "\n")
		if c.want == "" {
			want = nil
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// A mark that a helper made names both in every place.
func TestTheExportSaysWhoSpokeForWhom(t *testing.T) {
	helped := func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE marks SET method = 'helper', doubt = 'helper', note = '' WHERE activity_id = 3 AND person_id = 9`)
	}
	w := flowtest.New(t, home.With(attendance.Flow), meetings, helped, leaving)
	q := flow.Query{Unit: "区教育局", From: campaign.Date(2026, 12, 1), Zone: flowtest.Zone}
	if got := exported(t, w, campaign.English, q)[6]; !strings.HasSuffix(got, "|郑爽|present|2026-12-01 09:01|by a helper|李强|by 李强 for 郑爽 · sign-out missing") {
		t.Errorf("got %s", got)
	}
	if got := exported(t, w, campaign.Chinese, q)[6]; !strings.HasSuffix(got, "|协助人代签|李强|由李强代郑爽签到 · 未签退") {
		t.Errorf("got %s", got)
	}
}

// Who was at another branch is present once, and says nothing of their own branch.
func TestTheExportSaysWhoWasAtAnotherBranch(t *testing.T) {
	w := flowtest.New(t, home.With(attendance.Flow), meetings, leaving, func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Exec(ctx, `DELETE FROM marks WHERE activity_id = 3`); err != nil {
			return err
		}
		return tx.Exec(ctx, `
			INSERT INTO marks (activity_id, person_id, branch_id, at, late, method, by_id, note)
			VALUES (3, 7, 1, '2026-11-30 09:05+8', true, 'guest', 13, '区卫生局 · 综合科支部')`)
	})
	q := flow.Query{Unit: "区教育局", From: campaign.Date(2026, 12, 1), Zone: flowtest.Zone}
	for lang, want := range map[campaign.Lang][2]string{
		campaign.English: {"|王芳|not reported||||", "|周杰|late|2026-11-30 09:05|at another branch|何平|at 区卫生局 · 综合科支部"},
		campaign.Chinese: {"|王芳|未上报||||", "|周杰|迟到|2026-11-30 09:05|外支部参加|何平|在区卫生局 · 综合科支部参加"},
	} {
		got := exported(t, w, lang, q)
		if !strings.HasSuffix(got[0], want[0]) || !strings.HasSuffix(got[4], want[1]) {
			t.Errorf("got\n%s\n%s", got[0], got[4])
		}
	}
}

// leaving is that the study session of branch 1 asked to sign out, and that 王芳 did.
func leaving(ctx context.Context, tx *storage.Tx) error {
	if err := tx.Exec(ctx, `UPDATE activities SET sign_out = '2026-12-01 10:50+8' WHERE id = 3`); err != nil {
		return err
	}
	return tx.Exec(ctx, `UPDATE marks SET left_at = '2026-12-01 10:55+8' WHERE activity_id = 3 AND person_id = 1`)
}

func TestTheExportSaysWhoSignedOut(t *testing.T) {
	w := flowtest.New(t, home.With(attendance.Flow), meetings, leaving)
	got := exported(t, w, campaign.English, flow.Query{Unit: "区教育局", From: campaign.Date(2026, 12, 1), Zone: flowtest.Zone})
	for i, want := range map[int]string{
		0: "|王芳|present|2026-12-01 08:50|code||signed out 2026-12-01 10:55",
		1: "|李强|late|2026-12-01 09:20|button||sign-out missing",
		2: "|张伟|owed||||due 2026-12-15; handed in, to be decided",
		6: "|郑爽|present|2026-12-01 09:01|marked by hand|李强|sign-out missing · =手机没电",
	} {
		if !strings.HasSuffix(got[i], want) {
			t.Errorf("got %s, want …%s", got[i], want)
		}
	}
	if got = exported(t, w, campaign.Chinese, flow.Query{Unit: "区教育局", From: campaign.Date(2026, 12, 1)}); !strings.HasSuffix(got[1], "||未签退") {
		t.Errorf("in Chinese: got %s", got[1])
	}
}

func TestAnExportOfAnUnknownUnitIsRefused(t *testing.T) {
	w := flowtest.New(t, home.With(attendance.Flow))
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		for _, err := range attendance.Flow.Offers[0].Export(ctx, tx, flow.Query{Unit: "区教育"}) {
			if _, kind := flow.Apology(err); !kind {
				t.Errorf("got %v, want a kind refusal", err)
			}
		}
		return nil
	})
}

// There are more rows than the cursor gives at once.
func TestAnExportGivesEveryRowOnce(t *testing.T) {
	const members, meetings = 1500, 3
	w := flowtest.New(t, home.With(attendance.Flow), func(ctx context.Context, tx *storage.Tx) error {
		err := tx.Exec(ctx, `INSERT INTO people (member_no, name, branch_id) SELECT 'X' || n, '人' || n, 1 + n % 4 FROM generate_series(1, $1::int) n`, members)
		if err != nil {
			return err
		}
		err = tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			SELECT 'A-' || n, '学习', 'study', 'all', s, s + '2 h', s - '30 min'::interval, s + '10 min', s + '2 h', true, 'button'
			FROM generate_series(1, $1::int) n, LATERAL (SELECT timestamptz '2026-11-01 09:00+8' + n * interval '1 d' AS s) AS day`, meetings)
		if err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO expected (activity_id, person_id, branch_id) SELECT a.id, p.id, p.branch_id FROM activities a CROSS JOIN people p WHERE p.member_no LIKE 'X%'`)
	})
	got := exported(t, w, campaign.English, flow.Query{})
	if len(got) != members*meetings {
		t.Errorf("got %d rows, want %d", len(got), members*meetings)
	}
	slices.Sort(got)
	if n := len(slices.Compact(got)); n != members*meetings {
		t.Errorf("got %d different rows, want %d", n, members*meetings)
	}
}
