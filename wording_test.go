package campaign_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"campaign"

	"pgregory.net/rapid"
)

// tuesday is the day on which the tables below are typed.
var tuesday = campaign.Date(2026, 12, 1)

func TestADayIsReadAsPeopleTypeIt(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"2026-12-01", "2026-12-01"},
		{"2026/12/1", "2026-12-01"},
		{"2026.12.1", "2026-12-01"},
		{"20261201", "2026-12-01"},
		{"2026年12月1日", "2026-12-01"},
		{"2026 年 12 月 1 日", "2026-12-01"},
		{"26年12月1号", "2026-12-01"},
		{"二〇二六年十二月一日", "2026-12-01"},
		{"二零二六年十二月三十一日", "2026-12-31"},
		{"２０２６－１２－０１", "2026-12-01"},
		{"2026。12。1", "2026-12-01"},
		{"1921年7月1日", "1921-07-01"},
		{"12-02", "2026-12-02"},
		{"12/2", "2026-12-02"},
		{"12.2", "2026-12-02"},
		{"12月2日", "2026-12-02"},
		{"12月2", "2026-12-02"},
		{"十二月二十号", "2026-12-20"},
		{"1-15", "2027-01-15"},
		{"10-02", "2026-10-02"}, // 60 days ago
		{"10-01", "2027-10-01"},
		{"5号", "2026-12-05"},
		{"1号", "2026-12-01"},
		{"三十一日", "2026-12-31"},
		{"下个月1号", "2027-01-01"},
		{"上月30号", "2026-11-30"},
		{"本月1日", "2026-12-01"},
		{"今天", "2026-12-01"},
		{"明天", "2026-12-02"},
		{"明天。", "2026-12-02"},
		{"　明 天", ""},
		{"後天", "2026-12-03"},
		{"大后天", "2026-12-04"},
		{"昨天", "2026-11-30"},
		{"Today", "2026-12-01"},
		{" TOMORROW ", "2026-12-02"},
		{"the day after tomorrow", "2026-12-03"},
		{"周二", "2026-12-01"},
		{"周一", "2026-12-07"},
		{"星期天", "2026-12-06"},
		{"禮拜日", "2026-12-06"},
		{"周3", "2026-12-02"},
		{"本周一", "2026-11-30"},
		{"这周五", "2026-12-04"},
		{"下周三", "2026-12-09"},
		{"下个星期三", "2026-12-09"},
		{"下下周一", "2026-12-14"},
		{"上周五", "2026-11-27"},
		{"wed", "2026-12-02"},
		{"Wednesday", "2026-12-02"},
		{"next wednesday", "2026-12-09"},
		{"this mon", "2026-11-30"},
		{"last friday", "2026-11-27"},
		{"3天后", "2026-12-04"},
		{"三天后", "2026-12-04"},
		{"两天之后", "2026-12-03"},
		{"十天以后", "2026-12-11"},
		{"两周后", "2026-12-15"},
		{"两天前", "2026-11-29"},
		{"in 3 days", "2026-12-04"},
		{"in 1 week", "2026-12-08"},
		{"3 days ago", "2026-11-28"},
		{"Dec 2", "2026-12-02"},
		{"2 December", "2026-12-02"},
		{"December 2nd, 2026", "2026-12-02"},
		{"3rd of Sept.", "2027-09-03"},
		{"Wed 2 Dec 2026", "2026-12-02"},
		{"Wednesday, December 2", "2026-12-02"},
		{"12月2日（星期三）", "2026-12-02"},
		{"2026-12-02 周三", "2026-12-02"},
		{"\u200e12-02\u200f", "2026-12-02"},

		{"", ""},
		{"你好", ""},
		{"2026-13-01", ""},
		{"2026-02-29", ""},
		{"2027-2-30", ""},
		{"2月29日", ""}, // there is none in the twelve months
		{"20261301", ""},
		{"1899-12-31", ""},
		{"2026-12/01", ""},
		{"26-12-01", ""},
		{"01/12/2026", ""},
		{"12-01至12-03", ""},
		{"Tue 2 Dec 2026", ""},
		{"2026-12-02 周二", ""},
		{"12月2日（周三", ""},
		{"0号", ""},
		{"32号", ""},
		{"十十日", ""},
		{"零月一日", ""},
		{"初一", ""},
		{"周七", ""},
		{"周三十", ""},
		{"周末", ""},
		{"下周", ""},
		{"400天后", ""},
		{"99999999999999999999天后", ""},
		{"in 3 dayses", ""},
		{"weds", ""},
		{"tomorrowish", ""},
		{"今晚", ""},
		{"明天下午", ""},
		{"14:00", ""},
		{"9.30am", ""},
		{strings.Repeat(" ", 200) + "今天", ""},
	} {
		d, err := campaign.ReadDay(c.typed, tuesday)
		if c.want == "" {
			if !errors.Is(err, campaign.ErrDay) {
				t.Errorf("%q: got %s, %v, want it refused", c.typed, d, err)
			}
			continue
		}
		if err != nil || d.String() != c.want {
			t.Errorf("%q: got %s, %v, want %s", c.typed, d, err, c.want)
		}
	}
}

func TestADayOfTheMonthIsInThisMonthOrTheNext(t *testing.T) {
	for _, c := range []struct{ today, typed, want string }{
		{"2026-12-15", "14号", "2027-01-14"},
		{"2026-12-15", "15号", "2026-12-15"},
		{"2027-02-10", "31号", ""},
		{"2027-03-31", "1号", "2027-04-01"},
		{"2027-01-31", "30号", ""}, // February has none
		{"2028-02-10", "29号", "2028-02-29"},
	} {
		if got := read(t, c.today, c.typed); got != c.want {
			t.Errorf("%s on %s: got %s, want %s", c.typed, c.today, got, c.want)
		}
	}
}

func TestTheLastOfFebruaryIsReadInALeapYearOnly(t *testing.T) {
	for _, c := range []struct{ today, typed, want string }{
		{"2027-12-01", "2月29日", "2028-02-29"},
		{"2028-04-29", "2-29", "2028-02-29"}, // 60 days ago
		{"2028-04-30", "2-29", ""},
		{"2028-04-29", "2-28", "2029-02-28"},
		{"2028-02-29", "2-29", "2028-02-29"},
		{"2027-12-31", "2028-02-29", "2028-02-29"},
	} {
		if got := read(t, c.today, c.typed); got != c.want {
			t.Errorf("%s on %s: got %s, want %s", c.typed, c.today, got, c.want)
		}
	}
}

func read(t *testing.T, today, typed string) string {
	t.Helper()
	now, err := campaign.ParseDay(today)
	if err != nil {
		t.Fatal(err)
	}
	d, err := campaign.ReadDay(typed, now)
	if err != nil {
		return ""
	}
	return d.String()
}

func TestEveryWayToWriteADayReadsAsThatDay(t *testing.T) {
	layouts := []string{
		"2006-01-02", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "06年01月02号", "2006-1-2 Mon",
		"Mon 2 Jan 2006", "January 2, 2006", "Monday, 2 January 2006", "2 Jan 2006",
	}
	short := []string{"01-02", "1/2", "1.2", "1月2日", "Jan 2", "Mon 2 Jan", "2 January"}
	rapid.Check(t, func(t *rapid.T) {
		today, d := tenYears.Draw(t, "today"), tenYears.Draw(t, "d")
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		if n := int(d - today); n >= -60 && n < 300 {
			layout = rapid.SampledFrom(append(layouts, short...)).Draw(t, "any layout")
		}
		typed := wide(d.Format(layout), rapid.Bool().Draw(t, "wide"))
		if got, err := campaign.ReadDay(typed, today); err != nil || got != d {
			t.Fatalf("%s: got %s, %v, want %s", typed, got, err, d)
		}
	})
}

func TestADayWithoutAYearIsFoundInEveryMonthOfTheYearAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := tenYears.Draw(t, "today")
		d := today.Add(rapid.IntRange(-60, 304).Draw(t, "n"))
		if got, err := campaign.ReadDay(d.Format("1月2日"), today); err != nil || got != d {
			t.Fatalf("%s on %s: got %s, %v", d, today, got, err)
		}
	})
}

func TestAWeekdayIsTheNextAndNeverPast(t *testing.T) {
	names := []string{"日", "一", "二", "三", "四", "五", "六"}
	rapid.Check(t, func(t *rapid.T) {
		today := tenYears.Draw(t, "today")
		w := time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))
		bare, err1 := campaign.ReadDay("星期"+names[w], today)
		this, err2 := campaign.ReadDay("本周"+names[w], today)
		next, err3 := campaign.ReadDay("下周"+names[w], today)
		english, err4 := campaign.ReadDay("next "+w.String(), today)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		for _, d := range []campaign.Day{bare, this, next} {
			if d.Weekday() != w {
				t.Fatalf("got %s, want a %s", d.Format("Mon 2006-01-02"), w)
			}
		}
		if bare < today || bare > today.Add(6) || this.Monday() != today.Monday() || next != this.Add(7) || english != next {
			t.Fatalf("on %s: got %s, %s, %s, %s", today, bare, this, next, english)
		}
	})
}

// wide writes digits and signs as a Chinese keyboard may.
func wide(s string, on bool) string {
	if !on {
		return s
	}
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r - '!' + '！'
		}
		if r == ' ' {
			return '　'
		}
		return r
	}, s)
}

func TestATimeIsReadAsPeopleTypeIt(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"14:00", "14:00"},
		{"14：00", "14:00"},
		{"14.00", "14:00"},
		{"9.30", "09:30"},
		{"1400", "14:00"},
		{"0930", "09:30"},
		{"9:30", "09:30"},
		{"02:30", "02:30"},
		{"0:15", "00:15"},
		{"14点", "14:00"},
		{"14 点", "14:00"},
		{"14點半", "14:30"},
		{"14点05分", "14:05"},
		{"14点5分", "14:05"},
		{"14点05", "14:05"},
		{"14时30分", "14:30"},
		{"十四点零五分", "14:05"},
		{"二十点二十五", "20:25"},
		{"12点", "12:00"},
		{"零点", "00:00"},
		{"下午2点", "14:00"},
		{"下午两点半", "14:30"},
		{"下午 2 点 10 分", "14:10"},
		{"下午2:30", "14:30"},
		{"下午2.30", "14:30"},
		{"下午14:30", "14:30"},
		{"下午12点半", "12:30"},
		{"晚上7点", "19:00"},
		{"晚7点三刻", "19:45"},
		{"晚上20点", "20:00"},
		{"上午9:30", "09:30"},
		{"早上八点整", "08:00"},
		{"中午12点", "12:00"},
		{"中午1点", "13:00"},
		{"中午11点半", "11:30"},
		{"凌晨3点", "03:00"},
		{"凌晨12点", "00:00"},
		{"傍晚6点", "18:00"},
		{"正午", "12:00"},
		{"2pm", "14:00"},
		{"2 PM", "14:00"},
		{"at 2pm", "14:00"},
		{"2:30 pm", "14:30"},
		{"2.30 p.m.", "14:30"},
		{"9am", "09:00"},
		{"12am", "00:00"},
		{"12pm", "12:00"},
		{"12 noon", "12:00"},
		{"noon", "12:00"},
		{"9 in the morning", "09:00"},
		{"7:30 in the evening", "19:30"},
		{"2 o'clock pm", "14:00"},

		{"2点", "unclear"},
		{"9点", "unclear"},
		{"两点半", "unclear"},
		{"2:30", "unclear"},
		{"5.30", "unclear"},
		{"2 o'clock", "unclear"},
		{"晚上12点", "unclear"},
		{"晚上1点", "unclear"},
		{"上午12点", "unclear"},
		{"2:00 at night", "unclear"},

		{"", ""},
		{"9", ""},
		{"930", ""},
		{"24:00", ""},
		{"24点", ""},
		{"14:60", ""},
		{"1460", ""},
		{"14:5", ""},
		{"14:005", ""},
		{"14.3", ""},
		{"上午14点", ""},
		{"下午0点", ""},
		{"13am", ""},
		{"0pm", ""},
		{"下午", ""},
		{"下午2", ""},
		{"下午1400", ""},
		{"14点70分", ""},
		{"14:00 15:00", ""},
		{"14:00开始", ""},
		{"2pmx", ""},
		{"12-01", ""},
		{"midnight", ""},
	} {
		got, err := campaign.ReadClock(c.typed)
		switch {
		case c.want == "unclear":
			if !errors.Is(err, campaign.ErrUnclear) || !errors.Is(err, campaign.ErrClock) {
				t.Errorf("%q: got %s, %v, want it asked about", c.typed, got, err)
			}
		case c.want == "":
			if !errors.Is(err, campaign.ErrClock) || errors.Is(err, campaign.ErrUnclear) {
				t.Errorf("%q: got %s, %v, want it refused", c.typed, got, err)
			}
		case err != nil || got.String() != c.want:
			t.Errorf("%q: got %s, %v, want %s", c.typed, got, err, c.want)
		}
	}
}

func TestEveryWayToWriteATimeReadsAsThatTime(t *testing.T) {
	layouts := []string{"15:04", "1504", "15点04分", "15时04分", "03:04 pm", "3:04pm", "3.04 PM"}
	rapid.Check(t, func(t *rapid.T) {
		c := clocks.Draw(t, "c")
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		typed := wide(tuesday.At(c, time.UTC).Format(layout), rapid.Bool().Draw(t, "wide"))
		got, err := campaign.ReadClock(typed)
		if strings.Contains(layout, "时") || strings.Contains(layout, "点") {
			if h := c.Hour(); 1 <= h && h <= 11 {
				if !errors.Is(err, campaign.ErrUnclear) {
					t.Fatalf("%s: got %s, %v, want it asked about", typed, got, err)
				}
				return
			}
		}
		if err != nil || got != c {
			t.Fatalf("%s: got %s, %v, want %s", typed, got, err, c)
		}
	})
}

func TestAPartOfTheDayStandsAlone(t *testing.T) {
	for typed, want := range map[string]string{
		"上午": "morning", " 早上 ": "morning", "下午": "afternoon", "晚上": "evening", "晚": "evening", "全天": "all_day",
		"Morning": "morning", "in the afternoon": "afternoon", "ｐｍ": "afternoon", "at night": "evening", "all day": "all_day",
		"": "", "中午": "", "凌晨": "", "上午9点": "", "上午下午": "", "明天上午": "", "今晚": "", "mornings": "", "noon": "",
	} {
		h, err := campaign.ReadHalf(typed)
		if got := h.String(); want == "" && !errors.Is(err, campaign.ErrClock) || want != "" && (err != nil || got != want) {
			t.Errorf("%q: got %s, %v, want %q", typed, got, err, want)
		}
	}
}

func TestALineHoldsADayAndATime(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"2026-12-02", "2026-12-02"},
		{"下周三上午", "2026-12-09 morning"},
		{"下周三 上午", "2026-12-09 morning"},
		{"明天下午2点", "2026-12-02 14:00"},
		{"明天下午两点半", "2026-12-02 14:30"},
		{"明天的下午2点", "2026-12-02 14:00"},
		{"12-01 14:00", "2026-12-01 14:00"},
		{"2026-12-01 14:00", "2026-12-01 14:00"},
		{"2026年12月1日14点", "2026-12-01 14:00"},
		{"12.1 14:30", "2026-12-01 14:30"},
		{"12月2日（周三）下午", "2026-12-02 afternoon"},
		{"12月2日周三晚上七点", "2026-12-02 19:00"},
		{"周二二十点", "2026-12-01 20:00"},
		{"周三全天", "2026-12-02 all_day"},
		{"今晚", "2026-12-01 evening"},
		{"今晚7点", "2026-12-01 19:00"},
		{"明早8点", "2026-12-02 08:00"},
		{"三天后下午", "2026-12-04 afternoon"},
		{"5号上午9:30", "2026-12-05 09:30"},
		{"tomorrow 2pm", "2026-12-02 14:00"},
		{"tomorrow, at 2:30 PM", "2026-12-02 14:30"},
		{"tomorrow noon", "2026-12-02 12:00"},
		{"tomorrow am", "2026-12-02 morning"},
		{"wed morning", "2026-12-02 morning"},
		{"wed morning 9:30", "2026-12-02 09:30"},
		{"Wed in the morning", "2026-12-02 morning"},
		{"tonight", "2026-12-01 evening"},
		{"this afternoon", "2026-12-01 afternoon"},
		{"Dec 2 all day", "2026-12-02 all_day"},
		{"Dec 2, 14:00", "2026-12-02 14:00"},
		{"2pm tomorrow", "2026-12-02 14:00"},
		{"9.30am tomorrow", "2026-12-02 09:30"},
		{"14:00, 12-02", "2026-12-02 14:00"},
		{"14点 5月3日", "2027-05-03 14:00"},

		{"明天2点", "unclear"},
		{"2点 明天", "unclear"},
		{"tomorrow 2:30", "unclear"},
		{"明晚12点", "unclear"},

		{"", ""},
		{"下午2点", ""},
		{"morning", ""},
		{"明天见", ""},
		{"明天中午", ""},
		{"明天下午25点", ""},
		{"tomorrow 1400", ""},
		{"dec 1 1400", ""},
		{"12.1 14.30", ""},
		{"9.30am", ""},
		{"明天下午2点到4点", ""},
		{"明天 后天", ""},
		{"12月14点", ""},
	} {
		w, err := campaign.ReadWhen(c.typed, tuesday)
		switch {
		case c.want == "unclear":
			if !errors.Is(err, campaign.ErrUnclear) {
				t.Errorf("%q: got %s, %v, want it asked about", c.typed, said(w), err)
			}
		case c.want == "":
			if !errors.Is(err, campaign.ErrDay) && !errors.Is(err, campaign.ErrClock) {
				t.Errorf("%q: got %s, %v, want it refused", c.typed, said(w), err)
			}
		case err != nil || said(w) != c.want:
			t.Errorf("%q: got %s, %v, want %s", c.typed, said(w), err, c.want)
		}
	}
}

// said writes what was found.
func said(w campaign.When) string {
	switch {
	case w.HasClock:
		return w.Day.String() + " " + w.Clock.String()
	case w.HasHalf:
		return w.Day.String() + " " + w.Half.String()
	}
	return w.Day.String()
}

func TestADayAndATimeReadAsTheTwoAlone(t *testing.T) {
	days := []string{"2006-01-02", "2006年1月2日", "Mon 2 Jan 2006", "20060102"}
	times := []string{"15:04", "3:04 pm"}
	rapid.Check(t, func(t *rapid.T) {
		d, c := tenYears.Draw(t, "d"), clocks.Draw(t, "c")
		parts := []string{
			d.Format(rapid.SampledFrom(days).Draw(t, "day layout")),
			tuesday.At(c, time.UTC).Format(rapid.SampledFrom(times).Draw(t, "time layout")),
		}
		if rapid.Bool().Draw(t, "time first") {
			parts[0], parts[1] = parts[1], parts[0]
		}
		typed := strings.Join(parts, rapid.SampledFrom([]string{" ", ", ", "，"}).Draw(t, "between"))
		want := campaign.When{Day: d, Clock: c, HasClock: true, Half: c.Half(), HasHalf: true}
		if got, err := campaign.ReadWhen(typed, tuesday); err != nil || got != want {
			t.Fatalf("%s: got %+v, %v, want %+v", typed, got, err, want)
		}
	})
}

func TestAnErrorDoesNotRepeatWhatWasTyped(t *testing.T) {
	const secret = "13800138000"
	_, err1 := campaign.ReadDay(secret, tuesday)
	_, err2 := campaign.ReadClock(secret)
	_, err3 := campaign.ReadWhen(secret, tuesday)
	_, err4 := campaign.ParseDay(secret)
	_, err5 := campaign.ParseClock(secret)
	_, err6 := campaign.ReadHalf(secret)
	for _, err := range []error{err1, err2, err3, err4, err5, err6} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("got %v", err)
		}
	}
}

func FuzzReadWhen(f *testing.F) {
	for _, s := range []string{"下周三上午", "2026-12-01 14:00", "二零二六年十二月三十一日", "tomorrow at 2:30 p.m.", "十", "周", "3天后", "12.1(周二)", "\xff十\xfe", "14点半"} {
		f.Add(s, int32(tuesday))
	}
	f.Fuzz(func(t *testing.T, s string, today int32) {
		now := campaign.Day(today % 100000)
		w, err := campaign.ReadWhen(s, now)
		if err != nil {
			if !errors.Is(err, campaign.ErrDay) && !errors.Is(err, campaign.ErrClock) {
				t.Errorf("%q: got %v", s, err)
			}
			return
		}
		if w.HasClock && (w.Clock < 0 || w.Clock >= 24*60 || !w.HasHalf || w.Half != w.Clock.Half()) {
			t.Errorf("%q: got %+v", s, w)
		}
		if d, err := campaign.ReadDay(s, now); err == nil && (d != w.Day || w.HasClock || w.HasHalf) {
			t.Errorf("%q: got %s alone, %+v together", s, d, w)
		}
	})
}

func FuzzReadDay(f *testing.F) {
	for _, s := range []string{"2026-12-01", "二零二六年十二月三十一日", "下下周一", "in 3 days", "十", "2-29", "Dec 1st, 2026"} {
		f.Add(s, int32(tuesday))
	}
	f.Fuzz(func(t *testing.T, s string, today int32) {
		now := campaign.Day(today % 100000)
		d, err := campaign.ReadDay(s, now)
		if err != nil {
			return
		}
		w, err := campaign.ReadWhen(s, now)
		if err != nil || w != (campaign.When{Day: d}) {
			t.Errorf("%q: got %s alone, %+v, %v in a line", s, d, w, err)
		}
		if y := d.Year(); (y < 1900 || y >= 2200) && (d < now.Add(-7*farthest) || d > now.Add(7*farthest)) {
			t.Errorf("%q on %s: got %s", s, now, d)
		}
	})
}

// farthest is how many days or weeks from today a day may be counted.
const farthest = 366

func FuzzReadClock(f *testing.F) {
	for _, s := range []string{"14:00", "下午两点半", "2:30 p.m.", "十四点零五分", "noon", "24:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := campaign.ReadClock(s)
		if err != nil {
			if !errors.Is(err, campaign.ErrClock) {
				t.Errorf("%q: got %v", s, err)
			}
			return
		}
		if again, err := campaign.ParseClock(c.String()); err != nil || again != c {
			t.Errorf("%q: got %d, which reads as %d, %v", s, c, again, err)
		}
	})
}
