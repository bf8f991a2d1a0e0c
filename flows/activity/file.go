package activity

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
)

// fileColumns are the columns of the activities file (contract.md §3).
var fileColumns = []sheet.Column{
	{Key: "activity_no", Alias: "活动编号"}, {Key: "title", Alias: "名称"}, {Key: "kind", Alias: "类型"}, {Key: "scope", Alias: "范围"},
	{Key: "starts", Alias: "开始"}, {Key: "ends", Alias: "结束"}, {Key: "place", Alias: "地点"}, {Key: "required", Alias: "必到"},
	{Key: "method", Alias: "签到方式"}, {Key: "opens_before", Alias: "提前签到分钟"}, {Key: "late_after", Alias: "迟到分钟"},
	{Key: "sign_out", Alias: "签退"}, {Key: "place_lat", Alias: "纬度"}, {Key: "place_lon", Alias: "经度"}, {Key: "radius_m", Alias: "签到半径"},
}

// needed are the columns that a file must have.
var needed = []string{"activity_no", "title", "kind", "scope", "starts", "ends", "required", "method"}

// The bounds of what a file may say.
const (
	longestNo       = 40
	longestFileText = 100     // of a title or a place, in characters
	mostMinutes     = 24 * 60 // of opens_before and late_after
	widest          = 10_000  // of radius_m
)

// A row is an activity as a line of a file describes it.
type row struct {
	line         int
	activity     campaign.Activity // without its ID
	site         *Site
	before, late time.Duration
}

// A district is the names that a file may use.
type district struct {
	units    map[string]campaign.UnitID
	branches map[campaign.UnitID]map[string]campaign.BranchID
}

// A reading reads one line, and gathers what is wrong with it.
type reading struct {
	row
	header   []string
	at       map[string]int
	cells    []string
	district district
	zone     *time.Location
	faults   []flow.Fault
}

// rows reads every line of a file. Each fault of each line is listed.
func rows(t sheet.Table, d district, zone *time.Location) (rs []row, unknown []string, faults []flow.Fault) {
	at, missing, unknown := sheet.Columns(t.Header, fileColumns)
	for _, c := range missing {
		for _, n := range needed {
			if n == c.Key {
				faults = append(faults, flow.Fault{Line: 1, Why: messages.T("There is no column %s (%s).", c.Key, c.Alias)})
			}
		}
	}
	if len(faults) > 0 {
		return nil, unknown, faults
	}
	lines := map[string]int{}
	for _, r := range t.Rows {
		x := reading{row: row{line: r.Line}, header: t.Header, at: at, cells: r.Cells, district: d, zone: zone}
		x.read()
		if first, twice := lines[x.activity.No]; twice && x.activity.No != "" {
			x.fault("The number %s stands in line %d already.", x.activity.No, first)
		}
		lines[x.activity.No] = r.Line
		rs, faults = append(rs, x.row), append(faults, x.faults...)
	}
	return rs, unknown, faults
}

func (x *reading) fault(s messages.Sentence, args ...any) {
	x.faults = append(x.faults, flow.Fault{Line: x.line, Why: messages.T(s, args...)})
}

// cell is what the line holds in a column; a column that is not there is empty.
func (x *reading) cell(column string) string {
	i, ok := x.at[column]
	if !ok {
		return ""
	}
	return strings.Join(strings.Fields(x.cells[i]), " ")
}

// name is what the file calls a column.
func (x *reading) name(column string) string {
	if i, ok := x.at[column]; ok {
		return x.header[i]
	}
	return column
}

func (x *reading) read() {
	a := &x.activity
	a.No = x.text("activity_no", longestNo, true)
	a.Title = x.text("title", longestFileText, true)
	a.Place = x.text("place", longestFileText, false)
	a.Kind, _ = x.word("kind", kindNames).(campaign.Kind)
	a.Method, _ = x.word("method", methodNames).(campaign.Method)
	a.Required, _ = x.word("required", answers).(bool)
	x.scope()
	x.where()
	x.when()
}

// text reads a column of at most most characters.
func (x *reading) text(column string, most int, must bool) string {
	s := x.cell(column)
	switch n := utf8.RuneCountInString(s); {
	case n == 0 && must:
		x.fault("%s is empty.", x.name(column))
	case n > most:
		x.fault("%s has %d characters; at most %d are taken.", x.name(column), n, most)
	}
	return s
}

// word reads a column that holds one of a few words.
func (x *reading) word(column string, words map[string]any) any {
	s := x.cell(column)
	v, ok := words[strings.ToLower(s)]
	switch {
	case ok:
	case s == "":
		x.fault("%s is empty.", x.name(column))
	default:
		x.fault("%s cannot be “%s”.", x.name(column), short(s))
	}
	return v
}

// kindNames are the words for each kind: its key, and its word in either language.
var kindNames = map[string]any{
	"study": campaign.Study, "study session": campaign.Study, "集中学习": campaign.Study,
	"lecture": campaign.Lecture, "party lecture": campaign.Lecture, "党课": campaign.Lecture,
	"mobilisation": campaign.Mobilisation, "mobilization": campaign.Mobilisation, "动员会": campaign.Mobilisation,
	"talk": campaign.Talk, "heart-to-heart talk": campaign.Talk, "谈心": campaign.Talk, "谈心谈话": campaign.Talk,
	"life_meeting": campaign.LifeMeeting, "organisational-life meeting": campaign.LifeMeeting, "组织生活会": campaign.LifeMeeting,
	"appraisal": campaign.Appraisal, "民主评议": campaign.Appraisal,
	"rectification": campaign.Rectification, "rectification meeting": campaign.Rectification, "整改会": campaign.Rectification,
	"practice": campaign.Practice, "theme practice": campaign.Practice, "主题实践": campaign.Practice,
	"other": campaign.OtherKind, "其他": campaign.OtherKind, "其它": campaign.OtherKind,
}

var methodNames = map[string]any{
	"button": campaign.ByButton, "按钮": campaign.ByButton, "code": campaign.ByCode, "签到码": campaign.ByCode,
	"location": campaign.ByLocation, "定位": campaign.ByLocation,
}

var answers = map[string]any{
	"yes": true, "y": true, "true": true, "1": true, "是": true, "必到": true,
	"no": false, "n": false, "false": false, "0": false, "否": false, "自选": false,
}

// scopes are the words before the colon of a scope, and those that stand alone.
var scopes = map[string]campaign.Part{
	"all": campaign.All, "全体": campaign.All, "全区": campaign.All,
	"batch": campaign.OneBatch, "批次": campaign.OneBatch,
	"unit": campaign.OneUnit, "单位": campaign.OneUnit,
	"branch": campaign.Branch, "支部": campaign.Branch,
}

var batches = map[string]campaign.Batch{
	"0": 0, "pilot": 0, "试点": 0, "先行试点": 0, "1": 1, "第一批": 1, "2": 2, "第二批": 2,
}

// scope reads the part of the district: all, batch:1, unit:NAME, branch:UNIT/NAME.
func (x *reading) scope() {
	a, s := &x.activity, x.cell("scope")
	word, name, _ := strings.Cut(strings.NewReplacer("：", ":", "／", "/").Replace(s), ":")
	word, name = strings.ToLower(strings.TrimSpace(word)), strings.TrimSpace(name)
	if b, ok := batches[word]; ok && name == "" && word > "9" {
		word, name = "batch", strconv.Itoa(int(b))
	}
	part, ok := scopes[word]
	switch {
	case s == "":
		x.fault("%s is empty.", x.name("scope"))
	case !ok, part == campaign.All && name != "":
		x.fault("The scope “%s” is none of all, batch:1, unit:NAME, branch:UNIT/NAME.", short(s))
	case part == campaign.All:
		a.Scope = campaign.Everyone()
	case part == campaign.OneBatch:
		b, ok := batches[strings.ToLower(name)]
		if !ok {
			x.fault("There is no batch “%s”; there are 0 (pilot), 1 and 2.", short(name))
		}
		a.Scope = campaign.Scope{Part: campaign.OneBatch, Batch: b}
	case part == campaign.OneUnit:
		a.Of, a.Scope = name, campaign.UnitScope(x.unit(name))
	default:
		x.branch(name)
	}
}

func (x *reading) unit(name string) campaign.UnitID {
	u, ok := x.district.units[name]
	if !ok {
		x.fault("There is no unit “%s” on the roster.", short(name))
	}
	return u
}

// branch reads UNIT/NAME, where either name may hold a slash of its own.
func (x *reading) branch(name string) {
	for i := range name {
		if name[i] != '/' {
			continue
		}
		unit, branch := strings.TrimSpace(name[:i]), strings.TrimSpace(name[i+1:])
		u := x.district.units[unit]
		if b := x.district.branches[u][branch]; b != 0 {
			x.activity.Of, x.activity.Scope = Part{Unit: unit, Branch: branch}.of(), campaign.BranchScope(u, b)
			return
		}
	}
	unit, branch, ok := strings.Cut(name, "/")
	if !ok {
		x.fault("The scope “%s” is none of all, batch:1, unit:NAME, branch:UNIT/NAME.", short(x.cell("scope")))
		return
	}
	if x.unit(strings.TrimSpace(unit)) != 0 {
		x.fault("There is no branch “%s” in the unit %s.", short(strings.TrimSpace(branch)), short(unit))
	}
}

// when reads the times and makes the window of them.
func (x *reading) when() {
	starts, ok1 := x.instant("starts")
	ends, ok2 := x.instant("ends")
	x.before = x.minutes("opens_before", campaign.OpensBefore)
	x.late = x.minutes("late_after", campaign.LateAfter)
	if !ok1 || !ok2 {
		return
	}
	x.activity = window(x.activity, starts, ends, x.before, x.late)
	x.activity.SignOut = x.signOut(starts, ends)
	if no, is := flow.Apology(proper(x.activity)); is {
		x.faults = append(x.faults, flow.Fault{Line: x.line, Why: no})
	}
}

// usualSignOut is how long before the end people may sign out where a file says
// only that they do.
const usualSignOut = 10 * time.Minute

// signOut reads from when people sign out: yes, or how many minutes before the end.
// Nobody is asked to where the column is not there, is empty or says no.
func (x *reading) signOut(starts, ends time.Time) time.Time {
	s, long := x.cell("sign_out"), ends.Sub(starts)
	if s == "" {
		return time.Time{}
	}
	if _, err := strconv.Atoi(s); err == nil {
		before := x.minutes("sign_out", 0)
		if before > long {
			x.fault("%s begins before the activity does.", x.name("sign_out"))
		}
		return ends.Add(-before)
	}
	if yes, _ := x.word("sign_out", answers).(bool); !yes {
		return time.Time{}
	}
	return ends.Add(-min(usualSignOut, long))
}

// instant reads a day with its year and a time.
func (x *reading) instant(column string) (time.Time, bool) {
	s := x.cell(column)
	if s == "" {
		x.fault("%s is empty.", x.name(column))
		return time.Time{}, false
	}
	w, err := moment(s)
	if err != nil {
		x.fault("%s “%s” is not a day with its year and a clear time, like 2026-12-01 14:00.", x.name(column), short(s))
		return time.Time{}, false
	}
	return w.Day.At(w.Clock, x.zone), true
}

// moment reads a line that means the same on whichever day it is read: a date
// without its year, or tomorrow, does not.
func moment(s string) (campaign.When, error) {
	if t, rest, ok := cutLast(s, ":00"); ok && rest == "" && strings.Count(t, ":") == 1 {
		s = t // seconds, as some programs write them
	}
	one, err := campaign.ReadWhen(s, campaign.Date(2001, time.January, 1))
	if err != nil {
		return one, err
	}
	other, err := campaign.ReadWhen(s, campaign.Date(2005, time.July, 6))
	switch {
	case err != nil:
		return one, err
	case one.Day != other.Day:
		return one, campaign.ErrDay
	case !one.HasClock:
		return one, campaign.ErrClock
	}
	return one, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// minutes reads a column of whole minutes, or takes otherwise where it is empty.
func (x *reading) minutes(column string, otherwise time.Duration) time.Duration {
	s := x.cell(column)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > mostMinutes {
		x.fault("%s must be whole minutes from 0 to %d.", x.name(column), mostMinutes)
	}
	return time.Duration(n) * time.Minute
}

// where reads where it is on the map.
func (x *reading) where() {
	lat, lon, radius := x.cell("place_lat"), x.cell("place_lon"), x.cell("radius_m")
	at := Site{Radius: usualRadius}
	if radius != "" {
		n, err := strconv.Atoi(radius)
		if at.Radius = n; err != nil || n < 1 || n > widest {
			x.fault("%s must be whole metres from 1 to %d.", x.name("radius_m"), widest)
		}
	}
	switch {
	case lat == "" && lon == "":
		if x.activity.Method == campaign.ByLocation {
			x.fault("Check-in by location needs a latitude and a longitude.")
		}
		return
	case lat == "" || lon == "":
		x.fault("Latitude and longitude belong together; one of them is empty.")
		return
	}
	at.Lat, at.Lon = x.degrees("place_lat", lat, 90), x.degrees("place_lon", lon, 180)
	x.site = &at
}

func (x *reading) degrees(column, s string, most float64) float64 {
	d, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(d) || math.Abs(d) > most {
		x.fault("%s must be degrees from -%d to %d.", x.name(column), int(most), int(most))
	}
	return d
}
