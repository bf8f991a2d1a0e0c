package bot

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// An attempt is one act and what was made of it.
type attempt struct {
	at      time.Time
	verdict Verdict
}

func TestNobodyIsTakenFasterThanTheirPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Paces{Burst: rapid.IntRange(1, 8).Draw(t, "burst"), Every: 500 * ms, Most: 100}
		tell := time.Duration(rapid.IntRange(1, 20).Draw(t, "tell")) * time.Second
		f := NewFlood(p, tell)
		by, now := map[int64][]attempt{}, noon
		for range rapid.IntRange(1, 200).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "gap")) * ms)
			who := rapid.Int64Range(1, 3).Draw(t, "who")
			by[who] = append(by[who], attempt{now, f.Judge(who, now)})
		}
		for who, as := range by {
			checkPace(t, who, as, p, tell)
		}
	})
}

// checkPace holds that of any stretch of time no more is taken than the burst and
// one for each Every, that what keeps to the pace is taken, and that the first
// act left is told of, and then not again for a while.
func checkPace(t *rapid.T, who int64, as []attempt, p Paces, tell time.Duration) {
	var told time.Time
	for i, a := range as {
		taken := 0
		for j := i; j >= 0 && as[i].verdict == Take; j-- {
			if as[j].verdict == Take {
				taken++
			}
			if most := p.Burst + int(a.at.Sub(as[j].at)/p.Every); taken > most {
				t.Fatalf("%d: %d acts were taken within %v, want %d at most", who, taken, a.at.Sub(as[j].at), most)
			}
		}
		if n := i - p.Burst; a.verdict != Take && (n < 0 || a.at.Sub(as[n].at) >= time.Duration(p.Burst)*p.Every) {
			t.Fatalf("%d: act %d was left, though fewer than %d came before it of late", who, i, p.Burst)
		}
		if a.verdict == Take {
			continue
		}
		if due := told.IsZero() || a.at.Sub(told) >= tell; due != (a.verdict == Tell) {
			t.Fatalf("%d: the act at %v was told of: %v; the last time was %v", who, a.at, a.verdict == Tell, told)
		}
		if a.verdict == Tell {
			told = a.at
		}
	}
}

func TestOneWhoFloodsChangesNothingForAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Paces{Burst: 3, Every: 500 * ms, Most: 100}
		alone, beside := NewFlood(p, time.Second), NewFlood(p, time.Second)
		now := noon
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			now = now.Add(time.Duration(rapid.IntRange(0, 900).Draw(t, "gap")) * ms)
			for range rapid.IntRange(0, 50).Draw(t, "flood") {
				beside.Judge(2, now)
			}
			if want, got := alone.Judge(1, now), beside.Judge(1, now); got != want {
				t.Fatalf("at %v the verdict is %d beside a flood and %d alone", now, got, want)
			}
		}
	})
}

func TestWhatWasWrittenOverHoursAndComesAtOnceIsTaken(t *testing.T) {
	f := NewFlood(HumanPaces(), time.Minute)
	for n := range 500 { // Telegram kept it while we were away
		if v := f.Judge(1, noon.Add(time.Duration(n)*20*time.Second)); v != Take {
			t.Fatalf("line %d was left", n)
		}
	}
	if v := f.Judge(1, noon); v != Take {
		t.Error("one that came out of order was left")
	}
}

func TestWhatPeopleDoByHandIsTaken(t *testing.T) {
	for _, c := range []struct {
		what string
		acts int
		each time.Duration
	}{
		{"an album of ten photos", 10, 0},
		{"a calendar turned a year on", 12, 80 * ms},
		{"the same button pressed in impatience", 30, 150 * ms},
		{"short lines, one after the other, for ten minutes", 600, time.Second},
		{"a roll of forty names, marked without a pause", 40, 200 * ms},
	} {
		f := NewFlood(HumanPaces(), time.Minute)
		for n := range c.acts {
			if f.Judge(1, noon.Add(time.Duration(n)*c.each)) != Take {
				t.Errorf("%s: act %d was left", c.what, n+1)
				break
			}
		}
	}
}

func TestAFloodOfAccountsTakesNoMoreRoomThanItMay(t *testing.T) {
	f := NewFlood(Paces{Burst: 2, Every: time.Second, Most: 100}, time.Minute)
	for n := range int64(1000) {
		if f.Judge(n, noon) != Take {
			t.Fatalf("account %d was left at its first act", n)
		}
	}
	if len(f.by) != 100 {
		t.Errorf("%d accounts are remembered, want 100", len(f.by))
	}
	f.Judge(1000, noon.Add(2*time.Minute))
	if len(f.by) != 1 {
		t.Errorf("%d accounts are remembered after all were quiet, want 1", len(f.by))
	}
}
