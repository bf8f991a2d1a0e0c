package activity_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/activity"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/flow/sheet"
	"campaign/flows/home"
	"campaign/storage"
)

// ears is a flow that notes the news that it hears, in the audit.
var ears = flow.Spec[struct{}, struct{}]{
	Name: "ears",
	Handlers: []flow.Handler[struct{}, struct{}]{
		flow.Heard("planned", func(_ flow.Turn[struct{}, struct{}], n campaign.ActivityPlanned) flow.Outcome {
			return flow.Do(heard{"planned " + n.Activity.No})
		}),
		flow.Heard("moved", func(_ flow.Turn[struct{}, struct{}], n campaign.ActivityMoved) flow.Outcome {
			return flow.Do(heard{"moved " + n.New.No + n.Old.Starts.Format(" 02 15:04") + n.New.Starts.Format(" 02 15:04")})
		}),
	},
	Store: flow.Store[struct{}, struct{}]{Apply: func(context.Context, *storage.Tx, flow.Here, flow.Effect) error { return nil }},
}

type heard struct{ What string }

func (heard) Effect() string { return "heard" }

// paper is a world into which files are brought.
type paper struct {
	*flowtest.World
	t     *testing.T
	files int
}

func newPaper(t *testing.T) *paper {
	return &paper{World: flowtest.New(t, home.With(activity.Flow, ears)), t: t}
}

// bring imports a file as the program does, and returns what came of it.
func (p *paper) bring(csv string) flow.Report {
	p.t.Helper()
	table, err := sheet.Read("activities.csv", strings.NewReader(csv))
	if err != nil {
		p.t.Fatal(err)
	}
	var r flow.Report
	refused := errors.New("refused")
	p.files++
	err = p.DB.InTx(p.t.Context(), func(tx *storage.Tx) error {
		key := fmt.Sprintf("file:%d", p.files)
		fresh, err := tx.Receive(p.t.Context(), []string{key})
		if err != nil {
			return err
		}
		h := flow.Here{ID: fresh[key], At: tx.Now, Now: tx.Now}
		if r, err = p.House.Import(p.t.Context(), tx, h, "activities", flow.Incoming{Table: table}); err == nil && len(r.Faults) > 0 {
			return refused
		}
		return err
	})
	if err != nil && !errors.Is(err, refused) {
		p.t.Fatal(err)
	}
	return r
}

// say writes texts in Chinese or English.
func (p *paper) say(lang campaign.Lang, t ...flow.Fault) string {
	var b strings.Builder
	for _, f := range t {
		fmt.Fprintf(&b, "%d %s\n", f.Line, p.House.Words.Plain(lang, f.Why))
	}
	return b.String()
}

func (p *paper) read(query string, args ...any) (lines []string) {
	p.t.Helper()
	p.In(p.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Select(ctx, &lines, query, args...) })
	return lines
}

const stored = `SELECT concat_ws('|', no, title, kind, part, batch, unit_id, branch_id, to_char(starts, 'MM-DD HH24:MI'), to_char(ends, 'MM-DD HH24:MI'),
	to_char(opens, 'MM-DD HH24:MI'), to_char(late_from, 'HH24:MI'), to_char(closes, 'HH24:MI'), place, place_lat, place_lon, radius_m, required, method) FROM activities ORDER BY id`

const news = `SELECT about::json->>'What' FROM audit WHERE flow = 'ears' ORDER BY id`

func check(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s: got\n%s\nwant\n%s", what, g, w)
	}
}

func TestAFileBecomesActivitiesAndNewsOfThoseAhead(t *testing.T) {
	p := newPaper(t)
	csv, err := os.ReadFile("testdata/activities.csv")
	if err != nil {
		t.Fatal(err)
	}
	r := p.bring(string(csv))
	if len(r.Faults) > 0 || r.Changes != 4 {
		t.Fatalf("got %d changes and the faults\n%s", r.Changes, p.say(campaign.English, r.Faults...))
	}
	check(t, "stored", p.read(stored), []string{
		"A-2026-0101|全区动员大会|mobilisation|all|0|12-04 09:00|12-04 11:00|12-04 08:30|09:10|11:00|会议中心|200|t|button",
		"A-2026-0102|第一批党课|lecture|batch|1|12-08 14:00|12-08 16:00|12-08 13:30|14:10|16:00||200|t|code",
		"X-7|值班学习|study|branch|0|1|2|12-09 22:00|12-10 06:00|12-09 21:30|22:10|06:00|值班室|200|f|button",
		"OLD-1|启动会|other|unit|0|2|06-01 09:00|06-01 10:00|06-01 08:30|09:10|10:00||200|f|button",
	})
	check(t, "heard", p.read(news), []string{"planned A-2026-0101", "planned A-2026-0102", "planned X-7"})
	if r = p.bring(string(csv)); r.Changes != 0 || len(r.Faults) > 0 {
		t.Errorf("the same file again: got %d changes, %d faults, want none", r.Changes, len(r.Faults))
	}
	if got := p.read(`SELECT count(*)::text FROM audit WHERE flow = 'activity'`); got[0] != "4" {
		t.Errorf("got %s entries in the audit, want 4", got[0])
	}
}

func TestAChangedLineIsAMove(t *testing.T) {
	p := newPaper(t)
	const head = "activity_no,title,kind,scope,starts,ends,required,method,place,opens_before,late_after,place_lat,place_lon,radius_m\n"
	p.bring(head + "A-2026-0007,Study,study,branch:区教育局/机关第一支部,2026-12-03 14:00,2026-12-03 16:00,no,location,Room 1,60,0,28.1,112.9,300\n")
	r := p.bring(head + "A-2026-0007,Study,study,branch:区教育局/机关第一支部,2026-12-04 14:00,2026-12-04 16:00,no,location,Room 1,60,0,28.1,112.9,300\n")
	if r.Changes != 1 || len(r.Faults) > 0 {
		t.Fatalf("got %d changes and the faults\n%s", r.Changes, p.say(campaign.English, r.Faults...))
	}
	r = p.bring(head + "A-2026-0007,Study,lecture,branch:区教育局/机关第一支部,2026-12-04 14:00,2026-12-04 16:00,yes,location,Room 1,60,0,28.1,112.9,301\n")
	if r.Changes != 1 || len(r.Faults) > 0 {
		t.Fatalf("got %d changes and the faults\n%s", r.Changes, p.say(campaign.English, r.Faults...))
	}
	check(t, "stored", p.read(stored), []string{"A-2026-0007|Study|lecture|branch|0|1|1|12-04 14:00|12-04 16:00|12-04 13:00|14:00|16:00|Room 1|28.1|112.9|301|t|location"})
	check(t, "heard", p.read(news), []string{"planned A-2026-0007", "moved A-2026-0007 03 14:00 04 14:00"})
	check(t, "audited", p.read(`SELECT effect FROM audit WHERE flow = 'activity' ORDER BY id`), []string{"planned", "moved", "revised"})
}

// A file says whether people sign out, and from how many minutes before the end.
func TestAFileAsksToSignOut(t *testing.T) {
	p := newPaper(t)
	const head = "activity_no,title,kind,scope,starts,ends,required,method,签退\n"
	line := func(no, out string) string {
		return no + ",学习,study,all,2026-12-03 14:00,2026-12-03 16:00,yes,button," + out + "\n"
	}
	const outs = `SELECT no || ' ' || coalesce(to_char(sign_out, 'HH24:MI'), 'none') FROM activities ORDER BY no`
	r := p.bring(head + line("A", "") + line("B", "否") + line("C", "yes") + line("D", "30") + line("E", "0"))
	check(t, "faults", nil, []string{p.say(campaign.Chinese, r.Faults...)}[:len(r.Faults)])
	check(t, "sign-out", p.read(outs), []string{"A none", "B none", "C 15:50", "D 15:30", "E 16:00"})
	r = p.bring(head + line("A", "5"))
	check(t, "changed", p.read(outs), []string{"A 15:55", "B none", "C 15:50", "D 15:30", "E 16:00"})
	check(t, "heard", p.read(news)[5:], []string{"moved A 03 14:00 03 14:00"})
	if r = p.bring(head + line("A", "5")); r.Changes != 0 {
		t.Errorf("the same again: got %d changes, want none", r.Changes)
	}
	r = p.bring(head + line("A", "125") + line("B", "也许") + line("C", "-1"))
	if got, want := p.say(campaign.Chinese, r.Faults...), "2 签退早于活动开始时间。\n3 “签退”不能填“也许”。\n4 “签退”须为 0 至 1,440 的整数（分钟）。\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	// What is over is not asked for afterwards.
	p.bring(head + "OLD,学习,study,all,2026-11-03 14:00,2026-11-03 16:00,yes,button,\n")
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `INSERT INTO expected (activity_id, person_id, branch_id) SELECT id, 7, 1 FROM activities WHERE no = 'OLD'`)
	})
	if r = p.bring(head + "OLD,学习,study,all,2026-11-03 14:00,2026-11-03 16:00,yes,button,yes\n"); len(r.Faults) != 1 {
		t.Errorf("sign-out of what is over: got %d faults, want it refused", len(r.Faults))
	}
}

func TestEveryBadLineIsListedAndNothingIsWritten(t *testing.T) {
	p := newPaper(t)
	r := p.bring("编号x,活动编号,名称,类型,范围,开始,结束,必到,签到方式,opens_before,late_after,place_lat,place_lon,radius_m\n" +
		",A-1,好,党课,全体,2026-12-04 09:00,2026-12-04 10:00,是,按钮,,,,,\n" +
		",A-2,,党课会,单位:区公安局,2026-12-04 09:00,2026-12-04 08:00,也许,口令,-1,x,,,\n" +
		",A-3,好,党课,支部:区教育局/第九支部,2026-12-31 23:00,2027-01-01 00:30,是,按钮,,,28.1,,0\n" +
		",A-1,好,党课,batch:3,12-04 09:00,明天10:00,是,定位,,,,,\n" +
		",A-5,好,党课,班组:一,2026-12-04 2:00,2026-12-04,是,按钮,,,91,x,\n" +
		",,好,党课,支部:区教育局,2026-12-04 09:00,2026-12-06 09:00,是,按钮,1441,,,,\n")
	want := `3 “名称”未填写。
3 “类型”不能填“党课会”。
3 “签到方式”不能填“口令”。
3 “必到”不能填“也许”。
3 名册中没有单位“区公安局”。
3 “opens_before”须为 0 至 1,440 的整数（分钟）。
3 “late_after”须为 0 至 1,440 的整数（分钟）。
3 结束时间须晚于开始时间。
4 名册中没有支部“第九支部”（单位：区教育局）。
4 “radius_m”须为 1 至 10,000 的整数（米）。
4 纬度和经度须同时填写。
4 活动不能跨年，请选择更早的结束时间。
5 没有批次“3”，可填 0（先行试点）、1、2。
5 定位签到须填写纬度和经度。
5 开始“12-04 09:00”不是完整的日期和时间，请写成 2026-12-01 14:00。
5 结束“明天10:00”不是完整的日期和时间，请写成 2026-12-01 14:00。
5 活动编号 A-1 与第 2 行重复。
6 范围“班组:一”无法识别，请填 全体、批次:1、单位:名称 或 支部:单位/支部。
6 “place_lat”须为 -90 至 90 的度数。
6 “place_lon”须为 -180 至 180 的度数。
6 开始“2026-12-04 2:00”不是完整的日期和时间，请写成 2026-12-01 14:00。
6 结束“2026-12-04”不是完整的日期和时间，请写成 2026-12-01 14:00。
7 “活动编号”未填写。
7 范围“支部:区教育局”无法识别，请填 全体、批次:1、单位:名称 或 支部:单位/支部。
7 “opens_before”须为 0 至 1,440 的整数（分钟）。
7 活动超过 24 小时，请按天分开安排。
`
	if got := p.say(campaign.Chinese, r.Faults...); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	check(t, "stored", p.read(stored), nil)
	r = p.bring("title,scope\nx,all\n")
	if got := p.say(campaign.English, r.Faults...); !strings.Contains(got, "1 There is no column activity_no (活动编号).") || len(r.Faults) != 6 {
		t.Errorf("a file without columns: got\n%s", got)
	}
}

// What people rely on is not moved behind their backs.
func TestAFileDoesNotMoveWhatHasBegun(t *testing.T) {
	const head = "activity_no,title,kind,scope,starts,ends,required,method\n"
	line := func(starts, ends string) string {
		return head + "A-9,Study,study,branch:区教育局/机关第一支部,2026-12-01 " + starts + ",2026-12-01 " + ends + ",no,button\n"
	}
	for _, c := range []struct {
		name         string
		at           string // of that day
		arrived      bool
		starts, ends string
		want         string
	}{
		{"before it opens", "13:25", false, "15:00", "16:00", ""},
		{"before it opens, into the past", "13:25", false, "13:00", "16:00", "The new start has passed already. Please choose a later one."},
		{"open, into the past", "13:45", false, "13:40", "16:00", "The new start has passed already. Please choose a later one."},
		{"open, later", "13:45", false, "15:00", "16:00", ""},
		{"open, the start where somebody is there", "13:45", true, "15:00", "16:00", "Somebody has checked in already, on time or late by the start as it stands, so the start stays. The end and the place can still be moved."},
		{"open, the end where somebody is there", "13:45", true, "14:00", "17:00", ""},
		{"open, an end that has passed", "14:20", true, "14:00", "14:15", "The new end has passed already. Please choose a later one."},
		{"over, people were there", "15:30", true, "14:00", "16:00", "It is over and people were expected; its times can no longer change."},
		{"over, nobody was", "15:30", false, "14:00", "16:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPaper(t)
			p.bring(line("14:00", "15:00"))
			if c.arrived {
				p.In(t, func(ctx context.Context, tx *storage.Tx) error {
					return tx.Exec(ctx, `INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) SELECT id, 1, 1, $1, false, 'button' FROM activities`, tx.Now)
				})
			}
			at, err := time.ParseInLocation("15:04", c.at, flowtest.Zone)
			if err != nil {
				t.Fatal(err)
			}
			p.Clock = time.Date(2026, 12, 1, at.Hour(), at.Minute(), 0, 0, flowtest.Zone)
			r := p.bring(line(c.starts, c.ends))
			got := ""
			if len(r.Faults) > 0 {
				got = p.House.Words.Plain(campaign.English, r.Faults[0].Why)
			}
			if got != c.want || got == "" && r.Changes != 1 {
				t.Errorf("got %q and %d changes, want %q", got, r.Changes, c.want)
			}
		})
	}
}
