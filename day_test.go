package campaign_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"campaign"

	"pgregory.net/rapid"
)

// tenYears draws a day of the years around the campaign.
var tenYears = rapid.Custom(func(t *rapid.T) campaign.Day {
	return campaign.Day(rapid.Int32Range(int32(campaign.Date(2022, 1, 1)), int32(campaign.Date(2032, 12, 31))).Draw(t, "day"))
})

var clocks = rapid.Custom(func(t *rapid.T) campaign.Clock {
	return campaign.Clock(rapid.IntRange(0, 24*60-1).Draw(t, "clock"))
})

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestADayIsTheDateInTheZoneOfTheInstant(t *testing.T) {
	at := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	for _, c := range []struct{ zone, want string }{
		{"UTC", "2026-11-30"},
		{"Asia/Shanghai", "2026-12-01"},
		{"America/New_York", "2026-11-30"},
	} {
		if got := campaign.DayOf(at.In(zone(t, c.zone))).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.zone, got, c.want)
		}
	}
}

func TestDaysCountOnFromTheFirstOfJanuary1970(t *testing.T) {
	for _, c := range []struct {
		day  campaign.Day
		want string
	}{
		{0, "1970-01-01 Thu"},
		{-1, "1969-12-31 Wed"},
		{campaign.Date(2026, 12, 32), "2027-01-01 Fri"},
		{campaign.Date(2028, 2, 29), "2028-02-29 Tue"},
	} {
		if got := c.day.Format("2006-01-02 Mon"); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestADayIsTheDayOfEveryOneOfItsMinutes(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	rapid.Check(t, func(t *rapid.T) {
		d, c := tenYears.Draw(t, "d"), clocks.Draw(t, "c")
		at := d.At(c, shanghai)
		if campaign.DayOf(at) != d || campaign.ClockOf(at) != c {
			t.Fatalf("got %s, want %s %s", at, d, c)
		}
		if y, m, n := d.Date(); campaign.Date(y, m, n) != d || d.Year() != y || d.Month() != m {
			t.Fatalf("%s falls apart into %d-%d-%d", d, y, m, n)
		}
		if start := d.Start(shanghai); at.Sub(start) != time.Duration(c)*time.Minute {
			t.Fatalf("%s is %s after the start of the day", at, at.Sub(start))
		}
	})
}

func TestALocalTimeSurvivesTheChangeOfClocks(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		clock     campaign.Clock
		want      string
	}{
		{"America/New_York", "2026-03-07", campaign.ClockAt(9, 0), "2026-03-07T09:00:00-05:00"},
		{"America/New_York", "2026-03-08", campaign.ClockAt(9, 0), "2026-03-08T09:00:00-04:00"},
		{"America/New_York", "2026-03-08", campaign.ClockAt(2, 30), "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-11-01", campaign.ClockAt(1, 30), "2026-11-01T01:30:00-04:00"},
		{"America/New_York", "2026-11-01", campaign.ClockAt(2, 0), "2026-11-01T02:00:00-05:00"},
		{"America/Sao_Paulo", "2018-11-04", 0, "2018-11-04T01:00:00-02:00"},
		{"Europe/London", "2026-10-25", campaign.ClockAt(1, 0), "2026-10-25T01:00:00+01:00"},
		{"Asia/Shanghai", "1988-04-17", campaign.ClockAt(9, 0), "1988-04-17T09:00:00+09:00"},
	} {
		d, err := campaign.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.At(c.clock, zone(t, c.zone)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s in %s: got %s, want %s", c.day, c.clock, c.zone, got, c.want)
		}
	}
}

func TestTimeOfOneDayNeverGoesBackInAnyZone(t *testing.T) {
	zones := []*time.Location{zone(t, "America/New_York"), zone(t, "Africa/Cairo"), zone(t, "Australia/Lord_Howe"), zone(t, "America/Havana")}
	rapid.Check(t, func(t *rapid.T) {
		loc, d := rapid.SampledFrom(zones).Draw(t, "zone"), tenYears.Draw(t, "d")
		for _, c := range []campaign.Clock{0, clocks.Draw(t, "c"), campaign.ClockAt(23, 59)} {
			if at := d.At(c, loc); campaign.DayOf(at) != d {
				t.Fatalf("%s %s is %s", d, c, at)
			}
		}
		start := d.Start(loc)
		if before := start.Add(-time.Nanosecond); campaign.DayOf(before) >= d {
			t.Fatalf("%s starts at %s, but %s was before", d, start, before)
		}
	})
}

func TestAMonthGridHoldsTheMonthInWholeWeeks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, m, _ := tenYears.Draw(t, "d").Date()
		grid := campaign.MonthGrid(y, m)
		next, inside := grid[0][0], 0
		for _, week := range grid {
			if week[0].Weekday() != time.Monday || week[0].Monday() != week[0] || week[6].Monday() != week[0] {
				t.Fatalf("a week begins on %s", week[0].Format("Mon 2006-01-02"))
			}
			for _, d := range week {
				if d != next {
					t.Fatalf("got %s, want %s", d, next)
				}
				next = d.Add(1)
				if d.Month() == m {
					inside++
				}
			}
		}
		if want := int(campaign.Date(y, m+1, 1) - campaign.Date(y, m, 1)); inside != want {
			t.Fatalf("%d-%d: got %d days, want %d", y, m, inside, want)
		}
		if grid[0][6].Month() != m || grid[len(grid)-1][0].Month() != m {
			t.Fatalf("%d-%d: a week with no day of the month", y, m)
		}
	})
}

func TestAMonthOutOfRangeIsCarriedIntoTheYear(t *testing.T) {
	for _, c := range []struct {
		year  int
		month time.Month
		want  string
	}{
		{2026, 13, "2026-12-28"}, // January 2027
		{2026, 0, "2025-12-01"},  // December 2025
		{2027, 2, "2027-02-01"},
	} {
		if got := campaign.MonthGrid(c.year, c.month)[0][0].String(); got != c.want {
			t.Errorf("%d-%d: got %s, want %s", c.year, c.month, got, c.want)
		}
	}
	if got := len(campaign.MonthGrid(2027, 2)); got != 4 {
		t.Errorf("February 2027: got %d weeks, want 4", got)
	}
}

func TestADayAClockAndAHalfAreWrittenAsTextEverywhere(t *testing.T) {
	type all struct {
		D campaign.Day
		C campaign.Clock
		H campaign.Half
	}
	v := all{campaign.Date(2026, 12, 1), campaign.ClockAt(14, 5), campaign.Evening}
	b, err := json.Marshal(v)
	if want := `{"D":"2026-12-01","C":"14:05","H":"evening"}`; err != nil || string(b) != want {
		t.Fatalf("got %s, %v, want %s", b, err, want)
	}
	var back all
	if err := json.Unmarshal(b, &back); err != nil || back != v {
		t.Errorf("got %+v, %v, want %+v", back, err, v)
	}
	rapid.Check(t, func(t *rapid.T) {
		d, c := tenYears.Draw(t, "d"), clocks.Draw(t, "c")
		h := campaign.Half(rapid.Uint8Range(0, 3).Draw(t, "h"))
		dv, derr := d.Value()
		cv, cerr := c.Value()
		hv, herr := h.Value()
		if derr != nil || cerr != nil || herr != nil {
			t.Fatal(derr, cerr, herr)
		}
		var got all
		if err := got.D.Scan(dv); err != nil || got.D != d {
			t.Fatalf("got %s, %v, want %s", got.D, err, d)
		}
		if err := got.C.Scan([]byte(cv.(string))); err != nil || got.C != c {
			t.Fatalf("got %s, %v, want %s", got.C, err, c)
		}
		if err := got.H.Scan(hv); err != nil || got.H != h {
			t.Fatalf("got %s, %v, want %s", got.H, err, h)
		}
		if err := got.D.Scan(d.Start(time.UTC)); err != nil || got.D != d {
			t.Fatalf("got %s, %v, want %s", got.D, err, d)
		}
	})
}

func TestAColumnOfAnotherKindIsAnError(t *testing.T) {
	var d campaign.Day
	var c campaign.Clock
	var h campaign.Half
	for _, src := range []any{nil, int64(3), "", "tomorrow", "2026-13-01", "24:00", "9:05", "noon"} {
		if d.Scan(src) == nil || c.Scan(src) == nil || h.Scan(src) == nil {
			t.Errorf("%v was taken: %s %s %s", src, d, c, h)
		}
	}
	for _, v := range []interface{ MarshalText() ([]byte, error) }{campaign.Clock(-1), campaign.Clock(1440), campaign.Half(4), campaign.Date(0, 1, 1)} {
		if b, err := v.MarshalText(); err == nil {
			t.Errorf("%#v was written as %s", v, b)
		}
	}
}

func TestTheThreePartsCoverTheDay(t *testing.T) {
	for _, c := range []struct {
		clock campaign.Clock
		want  campaign.Half
	}{
		{0, campaign.Morning},
		{campaign.ClockAt(11, 59), campaign.Morning},
		{campaign.ClockAt(12, 0), campaign.Afternoon},
		{campaign.ClockAt(17, 59), campaign.Afternoon},
		{campaign.ClockAt(18, 0), campaign.Evening},
		{campaign.ClockAt(23, 59), campaign.Evening},
	} {
		if got := c.clock.Half(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.clock, got, c.want)
		}
		for h := campaign.AllDay; h <= campaign.Evening; h++ {
			if got, want := h.Covers(c.clock), h == campaign.AllDay || h == c.want; got != want {
				t.Errorf("%s covers %s: got %t, want %t", h, c.clock, got, want)
			}
		}
	}
}
