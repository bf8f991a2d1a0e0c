package checkin

import (
	"slices"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"pgregory.net/rapid"
)

var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 12, day, hour, minute, 0, 0, zone)
}

func TestAPressIsAnsweredByWhenItWasMade(t *testing.T) {
	study := campaign.Activity{ID: 7, Title: "Study", Starts: at(1, 14, 0), Ends: at(1, 16, 0), Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	off := study
	off.Cancelled = true
	words, err := messages.NewWords(chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		seat Seat
		at   time.Time
		want string
	}{
		{"in time", Seat{Activity: study, Branch: 1}, at(1, 14, 2), "签到成功 14:02"},
		{"the first instant", Seat{Activity: study, Branch: 1}, at(1, 13, 30), "签到成功 13:30"},
		{"the last instant in time", Seat{Activity: study, Branch: 1}, at(1, 14, 10).Add(-time.Nanosecond), "签到成功 14:09"},
		{"late", Seat{Activity: study, Branch: 1}, at(1, 14, 15), "签到成功(迟到)14:15"},
		{"the first instant late", Seat{Activity: study, Branch: 1}, at(1, 14, 10), "签到成功(迟到)14:10"},
		{"twice", Seat{Activity: study, Branch: 1, Since: at(1, 14, 2)}, at(1, 14, 15), "您已于 14:02 签到"},
		{"twice, after the close", Seat{Activity: study, Branch: 1, Since: at(1, 14, 2)}, at(1, 17, 0), "您已于 14:02 签到"},
		{"twice, on another day", Seat{Activity: study, Branch: 1, Since: at(1, 14, 2)}, at(2, 9, 0), "您已于 12月1日 14:02 签到"},
		{"before", Seat{Activity: study, Branch: 1}, at(1, 13, 29), "签到 13:30 开始"},
		{"days before", Seat{Activity: study, Branch: 1}, time.Date(2026, 11, 30, 14, 2, 0, 0, zone), "签到 12月1日 13:30 开始"},
		{"the first instant after", Seat{Activity: study, Branch: 1}, at(1, 16, 0), "签到已结束"},
		{"not on the list", Seat{Activity: study}, at(1, 14, 2), "您不在本次活动名单中"},
		{"cancelled", Seat{Activity: off, Branch: 1}, at(1, 14, 2), "该活动已取消，无需签到"},
	} {
		turn := turn{Here: flow.Here{Who: campaign.Person{ID: 1}, At: c.at.UTC(), Now: at(3, 8, 0)}, Facts: Facts{Seats: []Seat{c.seat}}}
		if got := words.Plain(campaign.Chinese, tap(turn, Here{Activity: 7}).Answer); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A window may lie around midnight: a day has no part in the judgement.
func TestACheckInCountsFromOpeningToCloseAndIsLateFromLateFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(most int, name string) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(t, name)) * time.Minute
		}
		a := campaign.Activity{Opens: at(1, 22, 0).Add(minutes(180, "opens"))}
		a.LateFrom = a.Opens.Add(minutes(60, "late"))
		a.Closes = a.Opens.Add(time.Minute + minutes(120, "closes"))
		s := Seat{Activity: a, Branch: 1}
		instants := rapid.SliceOfN(rapid.Int64Range(-1<<34, 1<<44), 2, 20).Draw(t, "nanoseconds since opening")
		slices.Sort(instants)
		last := campaign.Before
		for _, n := range instants {
			at := a.Opens.Add(time.Duration(n))
			if phase := a.Phase(at); phase < last {
				t.Fatalf("at %s: phase %d after %d", at, phase, last)
			} else {
				last = phase
			}
			counts := s.refusal(at) == nil
			if want := !at.Before(a.Opens) && at.Before(a.Closes); counts != want {
				t.Fatalf("at %s in %s–%s: counts %t, want %t", at, a.Opens, a.Closes, counts, want)
			}
			if late := s.taken(at).Late; counts && late != !at.Before(a.LateFrom) {
				t.Fatalf("at %s: late %t, but late from %s", at, late, a.LateFrom)
			}
		}
	})
}

// The timer of a group's figures is promised once at a time: what comes while it
// is pending shares it.
func TestFiguresChangeSoonAndAtMostOncePerPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace, branch := pace(rapid.IntRange(0, 1500).Draw(t, "groups")), campaign.BranchID(rapid.IntRange(1, 10_000).Draw(t, "branch"))
		if pace < 5*time.Second {
			t.Fatalf("the pace is %s", pace)
		}
		gaps := rapid.SliceOfN(rapid.IntRange(0, 2*int(pace.Milliseconds())), 1, 200).Draw(t, "milliseconds between check-ins")
		now := at(1, 14, 0).Add(time.Duration(rapid.IntRange(0, 10_000).Draw(t, "start")) * time.Millisecond)
		var pending, last time.Time
		fire := func() {
			if !last.IsZero() && pending.Sub(last) < pace {
				t.Fatalf("figures change at %s and at %s", last, pending)
			}
			last, pending = pending, time.Time{}
		}
		for _, g := range gaps {
			now = now.Add(time.Duration(g) * time.Millisecond)
			if !pending.IsZero() && !pending.After(now) {
				fire()
			}
			due := slot(now, pace, branch)
			if !due.After(now) || due.Sub(now) > pace {
				t.Fatalf("a check-in at %s is shown at %s", now, due)
			}
			if pending.IsZero() {
				pending = due
			}
			if !pending.Equal(due) {
				t.Fatalf("a check-in at %s waits for %s, promised is %s", now, due, pending)
			}
		}
	})
}

// A button of a card from when the activity asked for no more says how it goes now;
// somebody who is in, or too late, hears that.
func TestAButtonDoesNotDoWhereMoreIsAskedFor(t *testing.T) {
	noon := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for _, m := range []campaign.Method{campaign.ByButton, campaign.ByCode, campaign.ByLocation} {
		s := Seat{Activity: campaign.Activity{ID: 1, Method: m, Opens: noon, LateFrom: noon.Add(time.Hour), Closes: noon.Add(2 * time.Hour)}, Branch: 1}
		var now turn
		now.At, now.Now, now.Facts.Seats = noon, noon, []Seat{s}
		o := tap(now, Here{Activity: 1})
		if did := len(o.Effects) > 0; did != (m == campaign.ByButton) || o.Answer.Say == "" || o.Err != nil {
			t.Errorf("%s: %d effects, answered %q, %v", m, len(o.Effects), o.Answer.Say, o.Err)
		}
		now.At, now.Now = noon.Add(3*time.Hour), noon.Add(3*time.Hour)
		if o := tap(now, Here{Activity: 1}); o.Answer.Say != "Check-in has closed." {
			t.Errorf("%s, too late: answered %q", m, o.Answer.Say)
		}
	}
}

func TestABranchWithoutAMarkIsNotReported(t *testing.T) {
	words, err := messages.NewWords(chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		count Count
		want  string
	}{
		{Count{Expected: 30}, "未上报 · 应到 30"},
		{Count{Expected: 30, Present: 30}, "已到 30 / 应到 30"},
		{Count{Expected: 30, Present: 12}, "已到 12 / 应到 30 · 未签到 18"},
		{Count{Expected: 30, Present: 12, Late: 3}, "已到 12 / 应到 30 · 迟到 3 · 未签到 18"},
	} {
		if got := words.Plain(campaign.Chinese, c.count.final()); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.count, got, c.want)
		}
	}
}
