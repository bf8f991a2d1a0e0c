package bind

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"campaign"

	"pgregory.net/rapid"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := draw(bytes.NewReader(rapid.SliceOfN(rapid.ByteRange(0, 247), 24, 24).Draw(t, "random")))
		if err != nil {
			t.Fatal(err)
		}
		if len(s.code) != codeLength || strings.ContainsAny(s.code, "01ILO") {
			t.Fatalf("the code is %q", s.code)
		}
		want, ok := codeKey(s.code)
		if !ok {
			t.Fatalf("%q is no code", s.code)
		}
		wide := strings.Map(func(r rune) rune { return r - '!' + '！' }, s.code)
		for _, typed := range []string{s.spoken(), strings.ToLower(s.code), " " + s.code[:2] + " " + s.code[2:] + " ", wide, strings.Replace(s.spoken(), "-", "—", 1)} {
			if got, ok := codeKey(typed); !ok || got != want {
				t.Errorf("%q is read as %q, %v; want the key of %q", typed, got, ok, s.code)
			}
		}
	})
}

func TestALinkOpensNothingButItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := draw(bytes.NewReader(rapid.SliceOfN(rapid.ByteRange(0, 247), 24, 24).Draw(t, "random")))
		if err != nil {
			t.Fatal(err)
		}
		arg, found := strings.CutPrefix(a.payload(), "inv_")
		if !found || len(a.payload()) > 64 {
			t.Fatalf("a messenger cannot carry %q", a.payload())
		}
		key, ok := linkKey(arg)
		if !ok {
			t.Fatalf("%q is no link", arg)
		}
		other := rapid.StringMatching(`[A-Za-z0-9_-]{20,24}`).Draw(t, "other")
		if k, ok := linkKey(other); ok && k == key && other != arg {
			t.Errorf("%q opens what %q opens", other, arg)
		}
	})
}

func TestWhatIsNoCodeIsNone(t *testing.T) {
	for _, s := range []string{"", "Share phone", "分享手机号", "ABCD-EFG", "ABCDEFGHJ", "ABCD-EFG0", "ABCD-EFGI", "12345678", strings.Repeat(" ", 200) + "ABCDEFGH", "\x00BCDEFGH"} {
		if _, ok := codeKey(s); ok {
			t.Errorf("%q is taken for a code", s)
		}
	}
}

// Every letter is as likely as any other, whatever the random bytes are.
func TestEachLetterOfACodeIsAsLikely(t *testing.T) {
	seen := map[byte]int{}
	for b := range 256 {
		random := append(make([]byte, 16), bytes.Repeat([]byte{byte(b)}, codeLength)...)
		s, err := draw(bytes.NewReader(random))
		if err != nil {
			continue // a byte that is passed over
		}
		seen[s.code[0]]++
	}
	for i := range len(letters) {
		if seen[letters[i]] != 8 {
			t.Errorf("%c stands for %d bytes, want 8", letters[i], seen[letters[i]])
		}
	}
}

// However an account hurries, no hour holds more than five of its codes, and
// whoever waits until the time that is named may write one.
func TestNoHourHoldsMoreThanFiveTries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Date(2026, 12, 1, 13, 20, 0, 0, time.UTC)
		var taken []time.Time
		for _, s := range rapid.SliceOfN(rapid.IntRange(0, 1800), 0, 40).Draw(t, "seconds between") {
			now = now.Add(time.Duration(s) * time.Second)
			var recent []time.Time
			for _, at := range taken {
				if at.After(now.Add(-triesIn)) {
					recent = append(recent, at)
				}
			}
			free, ok := mayTry(recent, now)
			if !ok {
				if again, ok := mayTry(recent, free); !ok {
					t.Fatalf("told to wait until %v, then until %v", free, again)
				}
				continue
			}
			taken = append(taken, now)
			if n := len(recent) + 1; n > mostTries {
				t.Fatalf("%d tries in the hour before %v", n, now)
			}
		}
	})
}

func TestAClaimIsDecidedOnceByTheUnitAndNotByItself(t *testing.T) {
	duty := func(id campaign.PersonID, r campaign.Role, s campaign.Scope) campaign.Person {
		return campaign.Person{ID: id, Duties: []campaign.Duty{{Role: r, Over: s}}}
	}
	unit := campaign.UnitScope(1)
	of := campaign.Person{ID: 7, Home: campaign.BranchScope(1, 2)}
	for _, c := range []struct {
		name  string
		who   campaign.Person
		state State
		of    campaign.Person
		may   bool
	}{
		{"the desk of the unit", duty(1, campaign.Desk, unit), Waiting, of, true},
		{"the office", duty(1, campaign.Office, campaign.Everyone()), Waiting, of, true},
		{"the desk of another unit", duty(1, campaign.Desk, campaign.UnitScope(2)), Waiting, of, false},
		{"the secretary of the branch", duty(1, campaign.Secretary, campaign.BranchScope(1, 2)), Waiting, of, false},
		{"a supervision group", duty(1, campaign.Supervisor, unit), Waiting, of, false},
		{"the leading group", duty(1, campaign.Leading, campaign.Everyone()), Waiting, of, false},
		{"a member", campaign.Person{ID: 1}, Waiting, of, false},
		{"the desk about itself", duty(7, campaign.Desk, unit), Waiting, of, false},
		{"once it was moved", duty(1, campaign.Desk, unit), Moved, of, false},
		{"once it was kept", duty(1, campaign.Desk, unit), Kept, of, false},
		{"once it was void", duty(1, campaign.Desk, unit), Void, of, false},
	} {
		err := Claim{ID: 1, Person: c.of, State: c.state}.decidedBy(c.who)
		if may := err == nil; may != c.may {
			t.Errorf("%s: may decide is %v, want %v (%v)", c.name, may, c.may, err)
		}
	}
}
