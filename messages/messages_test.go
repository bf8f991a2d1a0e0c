package messages

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"campaign"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func words(t testing.TB) *Words {
	t.Helper()
	w, err := NewWords("%s at %s, %s.\t%[2]s,%[1]s,%[3]s。\nOne line\\nand another\t一行\\n又一行\n")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestATextReadsTheSameAfterItWasStored(t *testing.T) {
	zone := time.FixedZone("", 8*60*60)
	at := time.Date(2026, 12, 1, 14, 2, 0, 0, zone)
	w := words(t)
	for _, x := range []Text{
		T("%s at %s, %s.", "王芳", at, campaign.DayOf(at)),
		T("%s", List{T(Word(campaign.Study)), Verbatim("<b>")}),
		T("%s", campaign.Secretary),
		T("%s", Moment(at)),
		T("%s", campaign.ClockAt(9, 5)),
		T("Page %d of %d.", 3, int64(1200)),
		T("%s", T("%s", "inner")),
		{},
	} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		var kept Text
		if err := json.Unmarshal(b, &kept); err != nil {
			t.Fatal(err)
		}
		for _, lang := range []campaign.Lang{campaign.Chinese, campaign.English} {
			if diff := cmp.Diff(w.HTML(lang, x), w.HTML(lang, kept)); diff != "" {
				t.Errorf("%q in %s (-said +stored):\n%s", x.Say, lang, diff)
			}
		}
	}
}

func TestWhatATextCannotCarryIsABug(t *testing.T) {
	for _, arg := range []any{1.5, struct{}{}, []string{"a"}, nil} {
		if _, err := json.Marshal(T("%s", arg)); err == nil {
			t.Errorf("a %T was stored", arg)
		}
	}
}

func TestTextsAreWrittenInBothLanguages(t *testing.T) {
	at := time.Date(2026, 12, 1, 14, 2, 0, 0, time.UTC)
	w := words(t)
	for _, c := range []struct {
		text   Text
		zh, en string
	}{
		{T("%s at %s, %s.", "An", at, campaign.DayOf(at)), "14:02,An,12月1日 周二。", "An at 14:02, Tue 1 Dec."},
		{T("One line\nand another"), "一行\n又一行", "One line\nand another"},
		{T("%s", Moment(at)), "12月1日 14:02", "1 Dec 14:02"},
		{T("%s", List{T(Word(campaign.Study)), T(Word(campaign.Lecture))}), "集中学习、党课", "Study session, Party lecture"},
	} {
		if got := w.Plain(campaign.Chinese, c.text); got != c.zh {
			t.Errorf("%q in Chinese is %q, want %q", c.text.Say, got, c.zh)
		}
		if got := w.Plain(campaign.English, c.text); got != c.en {
			t.Errorf("%q in English is %q, want %q", c.text.Say, got, c.en)
		}
	}
}

// Nothing that a person wrote can open or close a tag, or turn the direction of
// what follows it.
func TestWhatPeopleWriteStaysText(t *testing.T) {
	w := words(t)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune{'<', '>', '&', '"', '\'', 'b', '/', '\u202e', '\u2066', '\x00', '好', '\n'})).Draw(t, "name")
		got := w.HTML(campaign.English, Verbatim(s))
		if strings.ContainsAny(got, "<>\u202e\u2066\x00") {
			t.Fatalf("%q is written as %q", s, got)
		}
	})
}

func TestOfWhatPeopleWriteOnlyWhatCanBeSeenIsShown(t *testing.T) {
	w := words(t)
	for name, want := range map[string]string{
		"王芳":                                      "王芳",
		"Ngọc Ánh":                                "Ngọc Ánh",
		"e\u0301\u0323":                           "e\u0301\u0323", // two accents are writing
		"👩‍👩‍👧 1️⃣":                               "👩‍👩‍👧 1️⃣",
		"admin\u202egpj.exe":                      "admingpj.exe",
		"\u2067Ann\u2069\u061c":                   "Ann",
		"An\u200bn\u2060":                         "Ann",
		"\u3164\u2800\u115f":                      "",
		"a\x00b\x1b[31m\u0085":                    "ab[31m",
		"Ann\U000e0041\U000e0042":                 "Ann",
		"z" + strings.Repeat("\u0336", 500) + "o": "z\u0336\u0336\u0336o",
		"two\nlines":                              "two\nlines",
		"a\u2028b":                                "ab",
	} {
		for _, got := range []string{w.Plain(campaign.Chinese, Verbatim(name)), w.HTML(campaign.English, Verbatim(name))} {
			if got != want {
				t.Errorf("%q is shown as %q, want %q", name, got, want)
			}
		}
	}
}

func TestALineWithoutBothHalvesIsRefused(t *testing.T) {
	for _, file := range []string{"Alone", "Alone\t", "\t孤", "Yes\t是\nYes\t好"} {
		if _, err := NewWords(file); err == nil {
			t.Errorf("%q was taken", file)
		}
	}
}

func TestAMessageIsAValue(t *testing.T) {
	base := Say("Page %d of %d.", 1, 2)
	first, second := base.Line("%s", "a"), base.Line("%s", "b")
	if cmp.Equal(first, second) || len(base.Lines) != 1 {
		t.Errorf("lines of one message reached another: %v and %v", first, second)
	}
}
