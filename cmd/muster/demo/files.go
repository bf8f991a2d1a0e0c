package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaign/flows/flow/sheet"
)

func roster(people []Member) sheet.Table {
	t := sheet.Table{
		Header: []string{"编号", "姓名", "手机号", "单位", "支部", "批次", "职务类别", "职责"},
		Rows:   make([]sheet.Row, len(people)),
	}
	for i, p := range people {
		t.Rows[i] = sheet.Row{Line: i + 2, Cells: []string{
			p.No, p.Name, p.Phone, p.Unit, p.Branch, strconv.Itoa(p.Batch), string(p.Position), strings.Join(p.Roles, ";"),
		}}
	}
	return t
}

// An event is one activity of the plan, placed relative to the start of the demo.
type event struct {
	day      int // from the start's; 0 begins a quarter of an hour after it
	hour     int // of the day, or of day 0 so many later
	minutes  int // it lasts
	title    string
	kind     string
	scope    string
	place    string
	required string
	method   string
}

// plan is the campaign's plan around start: half of it behind, one activity to
// check in to at once, whoever one is, and one by the code on a screen, the rest ahead.
func plan(start time.Time, unit, branch string) sheet.Table {
	oneUnit, oneBranch := "unit:"+unit, "branch:"+unit+"/"+branch
	events := []event{
		{-21, 9, 120, "云河区教育活动动员大会", "动员会", "all", "区会议中心一楼大厅", "是", "按钮"},
		{-18, 14, 90, "专题党课：党员的责任", "党课", "batch:1", "区委党校报告厅", "是", "签到码"},
		{-14, 14, 120, "第一次集中学习", "集中学习", "all", "各支部活动室", "是", "按钮"},
		{-10, 10, 60, "班子成员谈心谈话", "谈心", oneUnit, "三楼小会议室", "否", "按钮"},
		{-7, 9, 180, "主题实践：志愿服务进社区", "主题实践", oneUnit, "云桥社区广场", "否", "定位"},
		{-3, 14, 120, "第二次集中学习", "集中学习", "all", "各支部活动室", "是", "按钮"},
		{0, 2, 60, "青年党员微党课", "党课", oneUnit, "五楼会议室", "否", "签到码"},
		{0, 0, 120, "第三次集中学习", "集中学习", "all", "各支部活动室", "是", "按钮"},
		{2, 14, 90, "单位负责同志讲党课", "党课", oneUnit, "五楼会议室", "是", "签到码"},
		{4, 15, 120, "支部组织生活会", "组织生活会", oneBranch, "支部活动室", "是", "按钮"},
		{8, 9, 150, "民主评议", "民主评议", "batch:1", "各单位会议室", "是", "按钮"},
		{11, 14, 120, "整改工作推进会", "整改会", oneUnit, "五楼会议室", "是", "按钮"},
		{15, 14, 120, "先行试点经验交流会", "其他", "all", "区会议中心一楼大厅", "否", "定位"},
	}
	t := sheet.Table{Header: []string{
		"活动编号", "名称", "类型", "范围", "开始", "结束", "地点", "必到", "签到方式", "place_lat", "place_lon", "radius_m", "opens_before",
	}}
	for i, e := range events {
		begins := e.begins(start)
		ends := begins.Add(time.Duration(e.minutes) * time.Minute)
		lat, lon, radius := "", "", ""
		if e.method == "定位" {
			lat, lon, radius = "31.0000", "120.0000", "300" // round figures, no particular place
		}
		opens := ""
		if e.day == 0 && e.hour > 0 {
			opens = "240" // at once, for whoever tries it
		}
		t.Rows = append(t.Rows, sheet.Row{Line: i + 2, Cells: []string{
			fmt.Sprintf("A-%d-%04d", begins.Year(), i+1), e.title, e.kind, e.scope,
			begins.Format("2006-01-02 15:04"), ends.Format("2006-01-02 15:04"),
			e.place, e.required, e.method, lat, lon, radius, opens,
		}})
	}
	return t
}

// begins is when the event starts: on a working day, unless it is the one that is
// about to.
func (e event) begins(start time.Time) time.Time {
	if e.day == 0 {
		return start.Truncate(5 * time.Minute).Add(15*time.Minute + time.Duration(e.hour)*time.Hour)
	}
	day := start.AddDate(0, 0, e.day)
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, e.day/max(e.day, -e.day)) // away from the start
	}
	return time.Date(day.Year(), day.Month(), day.Day(), e.hour, 0, 0, 0, start.Location())
}
