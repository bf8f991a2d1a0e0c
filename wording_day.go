package campaign

import (
	"strings"
	"time"
)

// ReadDay reads a day as people type it, in Chinese or English:
//
//	2026-12-01  2026/12/1  2026.12.1  20261201  2026年12月1日  1 Dec 2026  December 1, 2026
//	12-01  12/1  12.1  12月1日  十二月一日  Dec 1  1号  下月1日
//	今天  明天  后天  大后天  昨天  today  tomorrow  the day after tomorrow
//	周三  本周三  下周三  下下周三  wed  this wednesday  next wednesday
//	3天后  三天后  两周后  in 3 days  3 days ago
//
// A day without a year is the one in the twelve months that began 60 days ago,
// so the 29th of February may be refused. A day without a month is in this month,
// or in the next where it has passed in this. A bare weekday is the next such day,
// today included; 下 and "next" mean the week from next Monday on. A weekday
// written behind a date must agree with it. The error is ErrDay and never repeats
// the text.
func ReadDay(s string, today Day) (Day, error) {
	t, ok := plain(s)
	if !ok {
		return 0, ErrDay
	}
	d, rest, ok := t.day(today)
	if !ok || !rest.ended() {
		return 0, ErrDay
	}
	return d, nil
}

// A wording is a word and the number it stands for.
type wording struct {
	word string
	n    int
}

// first reads the first of the wordings that stands there.
func (t text) first(of []wording) (n int, rest text, ok bool) {
	for _, w := range of {
		if rest, ok := t.cut(w.word); ok {
			return w.n, rest, true
		}
	}
	return 0, t, false
}

// named are the days that have a name, in days from today.
var named = []wording{
	{"今天", 0}, {"今日", 0}, {"明天", 1}, {"明日", 1}, {"后天", 2}, {"大后天", 3},
	{"昨天", -1}, {"昨日", -1}, {"前天", -2}, {"大前天", -3},
	{"today", 0}, {"tomorrow", 1}, {"yesterday", -1},
	{"the day after tomorrow", 2}, {"day after tomorrow", 2},
	{"the day before yesterday", -2}, {"day before yesterday", -2},
}

// counted are the units in which days are counted from today, with their direction.
var counted = []wording{
	{"天后", 1}, {"天之后", 1}, {"天以后", 1}, {"日后", 1}, {"天前", -1}, {"天之前", -1}, {"天以前", -1},
	{"周后", 7}, {"周之后", 7}, {"周以后", 7}, {"个星期后", 7}, {"个礼拜后", 7}, {"周前", -7},
	{"days from now", 1}, {"day from now", 1}, {"days later", 1}, {"days ago", -1}, {"day ago", -1},
	{"weeks from now", 7}, {"week from now", 7}, {"weeks later", 7}, {"weeks ago", -7}, {"week ago", -7},
}

// ahead are the units that follow the number in "in 3 days".
var ahead = []wording{{"days", 1}, {"day", 1}, {"weeks", 7}, {"week", 7}}

// weeks are what may stand before a weekday, in days from this week's.
var weeks = []wording{
	{"下下个", 14}, {"下下", 14}, {"下个", 7}, {"下", 7}, {"本", 0}, {"这个", 0}, {"这", 0}, {"上个", -7}, {"上", -7},
	{"next", 7}, {"this", 0}, {"last", -7},
}

// months are what may stand before a day of the month, in months from this.
var months = []wording{
	{"本月", 0}, {"这个月", 0}, {"这月", 0}, {"下个月", 1}, {"下月", 1}, {"上个月", -1}, {"上月", -1},
}

// farthest bounds how far from today days are counted.
const farthest = 366

// day reads a day in any of the forms.
func (t text) day(today Day) (Day, text, bool) {
	if n, rest, ok := t.first(named); ok {
		return today.Add(n), rest, true
	}
	for _, read := range []func(text, Day) (Day, text, bool){
		text.distant, text.inNumbers, text.inEnglish, text.ofMonth, text.ofWeek,
	} {
		if d, rest, ok := read(t, today); ok {
			return d, rest, true
		}
	}
	return 0, t, false
}

// distant reads a day that is counted from today: 3天后, in 3 days.
func (t text) distant(today Day) (Day, text, bool) {
	rest, in := t.cut("in")
	n, width, rest := rest.number()
	units := counted
	if in {
		units = ahead
	}
	unit, rest, ok := rest.first(units)
	if !ok || width == 0 || n > farthest {
		return 0, t, false
	}
	return today.Add(n * unit), rest, true
}

// inNumbers reads a date: 2026-12-01, 2026年12月1日, 12-01, 12月1日.
func (t text) inNumbers(today Day) (Day, text, bool) {
	n, width, rest := t.number()
	if width == 8 {
		d, ok := inYear(n/10000, n/100%100, n%100)
		return d, rest, ok
	}
	year, monthFirst, signs := 0, t, []string{"月", "-", "/", "."}
	for _, sign := range []string{"年", "-", "/", "."} {
		after, ok := rest.cut(sign)
		switch {
		case ok && sign == "年" && width == 2:
			year, monthFirst, signs = 2000+n, after, []string{"月"}
		case ok && sign == "年" && width == 4:
			year, monthFirst, signs = n, after, []string{"月"}
		case ok && width == 4:
			year, monthFirst, signs = n, after, []string{sign}
		}
	}
	month, width, rest := monthFirst.number()
	if width == 0 || width > 2 {
		return 0, t, false
	}
	for _, sign := range signs {
		after, ok := rest.cut(sign)
		if !ok {
			continue
		}
		n, width, after := after.number()
		if sign == "月" {
			after, _ = after.cut("日", "号")
		}
		if _, clock := after.cut("am", "pm", "a.m", "p.m"); clock && sign == "." || width == 0 || width > 2 {
			return 0, t, false
		}
		return t.dated(year, month, n, after, today)
	}
	return 0, t, false
}

// inEnglish reads a date with the name of its month: 1 Dec, December 1st, 2026.
func (t text) inEnglish(today Day) (Day, text, bool) {
	rest := t
	week, after, weekday := rest.weekday()
	if weekday {
		rest, _ = after.cut(",")
	}
	month, after, monthFirst := rest.month()
	if monthFirst {
		rest = after
	}
	n, width, rest := rest.number()
	if rest2, ok := rest.cut("st", "nd", "rd", "th"); ok {
		rest = rest2
	}
	if !monthFirst {
		rest, _ = rest.cut("of")
		if month, rest, monthFirst = rest.month(); !monthFirst {
			return 0, t, false
		}
	}
	if width == 0 || width > 2 {
		return 0, t, false
	}
	year := 0
	comma, _ := rest.cut(",")
	if y, width, after := comma.number(); width == 4 {
		year, rest = y, after
	}
	d, rest, ok := t.dated(year, month, n, rest, today)
	return d, rest, ok && (!weekday || d.Weekday() == week)
}

// month reads the English name of a month.
func (t text) month() (int, text, bool) {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if rest, ok := t.cut(name, name[:3]+".", name[:3]); ok {
			return int(m), rest, true
		}
	}
	rest, ok := t.cut("sept")
	return int(time.September), rest, ok
}

// dated ends a date: it finds the year where none was written (year is 0 then)
// and reads the weekday that may follow, which must be that of the day.
func (t text) dated(year, month, day int, rest text, today Day) (Day, text, bool) {
	d, ok := inYear(year, month, day)
	if year == 0 {
		d, ok = nearest(month, day, today)
	}
	if !ok {
		return 0, t, false
	}
	open, bracket := rest.cut("(")
	week, after, said := open.weekday()
	if !said {
		return d, rest, true
	}
	if bracket {
		after, ok = after.cut(")")
	}
	return d, after, ok && week == d.Weekday()
}

// ofMonth reads a day of this month or the next: 1号, 下月1日.
func (t text) ofMonth(today Day) (Day, text, bool) {
	add, rest, said := t.first(months)
	n, width, rest := rest.number()
	rest, ok := rest.cut("日", "号")
	if !ok || width == 0 || width > 2 {
		return 0, t, false
	}
	y, m, passed := today.Date()
	if !said && n < passed {
		add = 1
	}
	first := Date(y, m+time.Month(add), 1)
	d, ok := inYear(first.Year(), int(first.Month()), n)
	return d, rest, ok
}

// ofWeek reads a day by its weekday: 周三, 下周三, next wednesday.
func (t text) ofWeek(today Day) (Day, text, bool) {
	add, rest, said := t.first(weeks)
	week, rest, ok := rest.weekday()
	if !ok {
		return 0, t, false
	}
	sinceMonday := (int(week) + 6) % 7
	if said {
		return today.Monday().Add(add + sinceMonday), rest, true
	}
	return today.Add((sinceMonday - int(today-today.Monday()) + 7) % 7), rest, true
}

// weekday reads the name of a weekday.
func (t text) weekday() (time.Weekday, text, bool) {
	if rest, ok := t.cut("周", "星期", "礼拜"); ok {
		if after, ok := rest.cut("日", "天"); ok {
			return time.Sunday, after, true
		}
		r := leading(string(rest))
		if n, ok := digit(r); ok && 1 <= n && n <= 6 {
			return time.Weekday(n), rest[len(r):], true
		}
		if n, width, after := rest.number(); width == 1 && 1 <= n && n <= 6 {
			return time.Weekday(n), after, true
		}
		return 0, t, false
	}
	for w := time.Sunday; w <= time.Saturday; w++ {
		name := strings.ToLower(w.String())
		if rest, ok := t.cut(name, name[:3]+".", name[:3]); ok {
			return w, rest, true
		}
	}
	rest, ok := t.cut("tues")
	if ok {
		return time.Tuesday, rest, true
	}
	rest, ok = t.cut("thurs", "thur")
	return time.Thursday, rest, ok
}

// inYear is the day of a date that there is, in a year that somebody may mean.
func inYear(year, month, day int) (Day, bool) {
	d := Date(year, time.Month(month), day)
	y, m, n := d.Date()
	return d, 1900 <= year && year < 2200 && y == year && int(m) == month && n == day
}

// nearest is the day of a date without a year, in the twelve months that began 60
// days ago.
func nearest(month, day int, today Day) (Day, bool) {
	from := today.Add(-60)
	year, m, n := from.Date()
	for _, y := range []int{year, year + 1} {
		if d, ok := inYear(y, month, day); ok && from <= d && d < Date(year+1, m, n) {
			return d, true
		}
	}
	return 0, false
}
