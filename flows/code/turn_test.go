package code

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"

	"pgregory.net/rapid"
)

// door draws an activity with a screen.
func door(t *rapid.T, name string) Door {
	return Door{Activity: campaign.Activity{ID: campaign.ActivityID(rapid.Int64Range(1, 1<<40).Draw(t, name))},
		Secret: rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "secret of "+name)}
}

func instant(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_700_000_000, 2_500_000_000).Draw(t, "second"), 0)
}

// What a screen shows counts for whoever acts while it is shown, or within the
// margin after its turn, by scanning and by writing alike; earlier than clocks
// differ, and later than the margin, it does not.
func TestACodeIsGoodInItsTurnAndTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, shown := door(t, "activity"), instant(t)
		n := roundAt(shown)
		if n.begins().After(shown) || !(n + 1).begins().After(shown) {
			t.Fatalf("the turn of %v begins at %v", shown, n.begins())
		}
		at := shown.Add(time.Duration(rapid.Int64Range(-120, 240).Draw(t, "seconds later")) * time.Second)
		want := !at.Before(n.begins().Add(-skew)) && at.Before(n.begins().Add(turnLong+margin))
		if got := d.opens(d.arg(n), at); got != want {
			t.Errorf("a scan %v after the turn began: %v, want %v", at.Sub(n.begins()), got, want)
		}
		if got, was := d.reads(d.digits(n), at); got != want || !got && !was && at.After(shown) && at.Before(shown.Add(remembered)) {
			t.Errorf("digits written %v after the turn began: good %v, old %v; want good %v", at.Sub(n.begins()), got, was, want)
		}
	})
}

// Whoever opens the link at any instant of a turn has at least the margin for it.
func TestNobodyIsLockedOutWhoActsWithinTheMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, shown := door(t, "activity"), instant(t)
		slow := time.Duration(rapid.Int64Range(0, int64(margin/time.Second)-1).Draw(t, "seconds")) * time.Second
		if !d.opens(d.arg(roundAt(shown)), shown.Add(slow)) {
			t.Errorf("a code that was on the screen %v ago is refused", slow)
		}
	})
}

// A code says its activity, its turn and its secret: nothing of it can be another's.
func TestACodeIsOfOneActivityAndOneTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, at := door(t, "one"), door(t, "other"), instant(t)
		n := roundAt(at)
		if b.Activity.ID != a.Activity.ID && b.opens(a.arg(n), at) {
			t.Error("the code of one activity opens another")
		}
		b.Activity.ID = a.Activity.ID
		if !bytes.Equal(a.Secret, b.Secret) && b.opens(a.arg(n), at) {
			t.Error("a code of another secret opens")
		}
		arg := []byte(a.arg(n))
		i := rapid.IntRange(0, len(arg)-1).Draw(t, "place")
		c := rapid.SampledFrom([]byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-")).Draw(t, "letter")
		if arg[i] != c {
			if arg[i] = c; a.opens(string(arg), at) {
				t.Errorf("altered at %d the code still opens: %s", i, arg)
			}
		}
		if link := link + "_" + a.arg(n); len(link) > 64 || strings.Trim(link, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" {
			t.Errorf("Telegram takes no link like %q", link)
		}
	})
}

func TestADigitIsAsLikelyAsAnother(t *testing.T) {
	d := Door{Activity: campaign.Activity{ID: 1}, Secret: bytes.Repeat([]byte{7}, 32)}
	var count [10]int
	const turns = 20_000
	for n := range Round(turns) {
		digits := d.digits(n + 80_000_000)
		if len(digits) != digitsLong {
			t.Fatalf("%q is not of six digits", digits)
		}
		for _, c := range digits {
			count[c-'0']++
		}
	}
	for c, n := range count {
		if mean := turns * digitsLong / 10; n < mean*95/100 || n > mean*105/100 {
			t.Errorf("%d stands %d times, want about %d", c, n, mean)
		}
	}
}

// Whatever follows q_ in a link is taken or refused, never a failure, and nothing
// but what a screen shows opens.
func FuzzReadArg(f *testing.F) {
	d := Door{Activity: campaign.Activity{ID: 1}, Secret: bytes.Repeat([]byte{7}, 32)}
	at := time.Unix(1_796_102_400, 0)
	for _, s := range []string{"", "-", "--", "1-1", "1-1hgu3i-", d.arg(roundAt(at)), "-1-1-1", "zzzzzzzzzzzzzzzzzzzz-1-x", "1-" + strings.Repeat("z", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		a, n, ok := readArg(arg)
		if ok && (a <= 0 || n <= 0) {
			t.Errorf("%q is read as turn %d of activity %d", arg, n, a)
		}
		shown := false
		for _, n := range rounds(at) {
			shown = shown || arg == d.arg(n)
		}
		if d.opens(arg, at) != shown {
			t.Errorf("%q opens: %v", arg, !shown)
		}
	})
}

func TestDigitsAreReadHoweverTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"123456": "123456", " 123 456 ": "123456", "123-456": "123456", "１２３４５６": "123456", "１２３　４５６": "123456", "000000": "000000",
		"12345": "", "1234567": "", "12345a": "", "": "", "一二三四五六": "", "123.456": "", "+86 123456": "", strings.Repeat(" ", 60) + "123456": "",
	} {
		d, ok := written(flow.Said(text))
		if d.Digits != want || ok != (want != "") {
			t.Errorf("%q is read as %q, %v; want %q", text, d.Digits, ok, want)
		}
	}
	if _, ok := written(flow.Card{}); ok {
		t.Error("a contact is taken for digits")
	}
}

// However somebody spreads their tries, no ten minutes hold more than five.
func TestNoTenMinutesHoldMoreThanFiveTries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tries []time.Time
		at := time.Unix(1_800_000_000, 0)
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			at = at.Add(time.Duration(rapid.IntRange(0, 240).Draw(t, "seconds")) * time.Second)
			free, ok := mayTry(tries, at)
			if ok {
				tries = append(tries, at)
			} else if again, _ := mayTry(tries, free); !free.After(at) || !again.Equal(free) {
				t.Errorf("refused at %v until %v, when it is refused until %v", at, free, again)
			}
		}
		for i := mostTries; i < len(tries); i++ {
			if within := tries[i].Sub(tries[i-mostTries]); within < triesIn {
				t.Errorf("%d tries within %v", mostTries+1, within)
			}
		}
	})
}

func TestASecretIsNotPrinted(t *testing.T) {
	if s := Secret("open sesame").String(); strings.Contains(s, "sesame") {
		t.Errorf("it is printed as %q", s)
	}
}
