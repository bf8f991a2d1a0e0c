package activity

import (
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"

	"pgregory.net/rapid"
)

var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

func at(day, hour, minute int) time.Time { return time.Date(2026, 12, day, hour, minute, 0, 0, zone) }

// instants are minutes of three days, so that windows reach over midnight.
var instants = rapid.Custom(func(t *rapid.T) time.Time {
	return at(1, 0, 0).Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "minute")) * time.Minute)
})

var minutes = rapid.Custom(func(t *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, 24*60).Draw(t, "minutes")) * time.Minute
})

var windows = rapid.Custom(func(t *rapid.T) campaign.Activity {
	starts := instants.Draw(t, "starts")
	ends := starts.Add(time.Minute + minutes.Draw(t, "long"))
	return window(campaign.Activity{}, starts, ends, minutes.Draw(t, "before"), minutes.Draw(t, "late"))
})

func TestPhasesOfAWindowFollowEachOther(t *testing.T) {
	for _, c := range []struct {
		name         string
		starts, ends time.Time
		now          time.Time
		want         campaign.Phase
	}{
		{"a minute before it opens", at(2, 14, 0), at(2, 15, 0), at(2, 13, 29), campaign.Before},
		{"as it opens", at(2, 14, 0), at(2, 15, 0), at(2, 13, 30), campaign.OnTime},
		{"nine minutes after the start", at(2, 14, 0), at(2, 15, 0), at(2, 14, 9), campaign.OnTime},
		{"ten minutes after the start", at(2, 14, 0), at(2, 15, 0), at(2, 14, 10), campaign.Late},
		{"the last minute", at(2, 14, 0), at(2, 15, 0), at(2, 14, 59), campaign.Late},
		{"as it closes", at(2, 14, 0), at(2, 15, 0), at(2, 15, 0), campaign.Over},
		{"the evening before, where it starts after midnight", at(2, 0, 10), at(2, 1, 0), at(1, 23, 40), campaign.OnTime},
		{"the morning after, where it ends then", at(2, 22, 0), at(3, 6, 0), at(3, 5, 59), campaign.Late},
		{"nobody is late where it is over before", at(2, 14, 0), at(2, 14, 5), at(2, 14, 4), campaign.OnTime},
	} {
		a := window(campaign.Activity{}, c.starts, c.ends, campaign.OpensBefore, campaign.LateAfter)
		if got := a.Phase(c.now); got != c.want {
			t.Errorf("%s: got phase %d, want %d", c.name, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := windows.Draw(t, "window")
		one, other := instants.Draw(t, "one"), instants.Draw(t, "other")
		if one.After(other) {
			one, other = other, one
		}
		if a.Phase(one) > a.Phase(other) {
			t.Fatalf("phase %d at %s, but %d at %s", a.Phase(one), one, a.Phase(other), other)
		}
	})
}

func TestAShiftedWindowKeepsItsDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := windows.Draw(t, "old")
		now := old.Opens.Add(-time.Minute)
		starts := instants.Draw(t, "starts")
		ends := starts.Add(time.Minute + minutes.Draw(t, "long"))
		a := shifted(old, starts, ends, now)
		if a.Starts.Sub(a.Opens) != old.Starts.Sub(old.Opens) || a.LateFrom.Sub(a.Starts) != old.LateFrom.Sub(old.Starts) || !a.Closes.Equal(ends) {
			t.Fatalf("got %+v from %+v", a, old)
		}
		if back := shifted(a, old.Starts, old.Ends, a.Opens.Add(-time.Minute)); back != old {
			t.Fatalf("there and back: got %+v, want %+v", back, old)
		}
	})
}

// Whatever a hand has done to a window, a change that changes no times leaves it
// alone; and one that opens too early is back at the usual distance once it moves.
func TestWhatAHandOpenedOrClosedStays(t *testing.T) {
	planned := window(campaign.Activity{}, at(2, 14, 0), at(2, 15, 0), campaign.OpensBefore, campaign.LateAfter)
	opened, closed := planned, planned
	opened.Opens = at(2, 9, 0)
	closed.Closes = at(2, 14, 20)
	if got := shifted(opened, planned.Starts, planned.Ends, at(2, 9, 30)); got != opened {
		t.Errorf("opened by hand: got %+v, want %+v", got, opened)
	}
	if got := shifted(opened, planned.Starts, at(2, 16, 0), at(2, 9, 30)); !got.Opens.Equal(opened.Opens) || !got.Closes.Equal(at(2, 16, 0)) {
		t.Errorf("opened by hand, with a later end: got %+v", got)
	}
	if got := shifted(opened, at(3, 14, 0), at(3, 15, 0), at(2, 9, 30)); !got.Opens.Equal(at(3, 13, 30)) {
		t.Errorf("opened by hand, then moved: opens %s, want %s", got.Opens, at(3, 13, 30))
	}
	if got := shifted(closed, planned.Starts, at(2, 16, 0), at(2, 14, 30)); !got.Closes.Equal(closed.Closes) {
		t.Errorf("closed by hand, with a later end: closes %s, want %s", got.Closes, closed.Closes)
	}
}

func TestNobodysLatenessIsJudgedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, now := windows.Draw(t, "old"), instants.Draw(t, "now")
		starts := instants.Draw(t, "starts")
		a := shifted(old, starts, starts.Add(time.Minute+minutes.Draw(t, "long")), now)
		arrived := rapid.IntRange(1, 3).Draw(t, "arrived")
		err := movable(old, a, arrived, now)
		if _, kind := flow.Apology(err); err != nil && !kind {
			t.Fatalf("refused with %v, which tells a person nothing", err)
		}
		if err == nil && begun(old, now) && !a.LateFrom.Equal(old.LateFrom) {
			t.Fatalf("late from %s became %s", old.LateFrom, a.LateFrom)
		}
		if err == nil && (ended(old, now) || ended(a, now)) {
			t.Fatalf("%+v became %+v at %s", old, a, now)
		}
	})
}

func TestANumberIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year, n := rapid.IntRange(2000, 2199).Draw(t, "year"), rapid.IntRange(0, 99_999_999).Draw(t, "n")
		if y, m, ok := serial(number(year, n)); !ok || y != year || m != n {
			t.Fatalf("%s: got %d, %d, %t", number(year, n), y, m, ok)
		}
	})
	for _, no := range []string{"", "A-2026", "A-2026-1", "A-2026-00001", "2026-0001", "L-2026-0001", "A-26-0001", "A-2026-0001 ", "A--1-0001", "A-2026-+001"} {
		if y, n, ok := serial(no); ok {
			t.Errorf("%q: got %d, %d, want it left alone", no, y, n)
		}
	}
	if a, b := number(2026, 9999), number(2026, 10_000); a != "A-2026-9999" || b != "A-2026-10000" {
		t.Errorf("got %s and %s", a, b)
	}
}

func TestATitleMaySayTheKind(t *testing.T) {
	for title, want := range map[string]campaign.Kind{
		"第三季度党课": campaign.Lecture, "Party Lecture by the secretary": campaign.Lecture, "专题学习会": campaign.Study,
		"学习教育动员大会": campaign.Mobilisation, "年度民主评议": campaign.Appraisal,
		"动员讲话精神学习": "", "集中学习暨党课": "", "总结会": "", "Study": "",
	} {
		if got, ok := guess(title); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, want %q", title, got, want)
		}
	}
}

func TestTheEndsOfferedComeAfterTheStartOnTheSameDay(t *testing.T) {
	for c := range campaign.Clock(24 * 60) {
		for _, e := range ends(c) {
			if e < c || e > 1439 {
				t.Errorf("%s ends at %d", c, int(e))
			}
		}
	}
}

func TestATimeOfAFileIsCompleteAndClear(t *testing.T) {
	for s, want := range map[string]string{
		"2026-12-01 14:00": "2026-12-01 14:00", "2026/12/1 9:05": "2026-12-01 09:05", "2026/12/1 9:05:00": "2026-12-01 09:05",
		"2026年12月1日下午2点": "2026-12-01 14:00", "1 Dec 2026 2pm": "2026-12-01 14:00", "2026-12-01 02:00": "2026-12-01 02:00",
		"12-01 14:00": "", "明天下午2点": "", "周三 14:00": "", "2026-12-01": "", "2026-12-01 上午": "", "2026-12-01 2:00": "",
		"2026-02-30 14:00": "", "02-29 14:00": "", "": "", "14:00": "",
	} {
		w, err := moment(s)
		if got := w.Day.String() + " " + w.Clock.String(); want == "" && err == nil || want != "" && (err != nil || got != want) {
			t.Errorf("%q: got %s, %v, want %q", s, got, err, want)
		}
	}
}
