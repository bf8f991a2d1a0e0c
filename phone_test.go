package campaign_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"campaign"

	"pgregory.net/rapid"
)

// mobiles draws the eleven digits of a mainland mobile.
var mobiles = rapid.StringMatching(`1[3-9][0-9]{9}`)

func TestAMainlandMobileIsReadAsPeopleTypeIt(t *testing.T) {
	const want = campaign.Phone("+8613800138000")
	for _, typed := range []string{
		"13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", " 13800138000\n",
		"+8613800138000", "+86 138 0013 8000", "(+86) 138-0013-8000", "（＋８６）１３８００１３８０００",
		"008613800138000", "0086-13800138000", "8613800138000", "86 138—0013—8000", "\u202d13800138000\u202c",
	} {
		if got, err := campaign.ReadPhone(typed); err != nil || got != want {
			t.Errorf("%q: got %s, %v, want %s", typed, got, err, want)
		}
	}
	for _, typed := range []string{
		"", "1380013800", "138001380000", "12800138000", "23800138000", "+13800138000", "0013800138000",
		"+85291234567", "+008613800138000", "+86+13800138000", "138+00138000", "138００13800O", "13800138000x", "13800138000,13800138001",
		"tel:13800138000", "1.38E+10", "868613800138000", "010-88886666", "13800138000" + strings.Repeat(" ", 100),
		"١٣٨٠٠١٣٨٠٠٠",
	} {
		if got, err := campaign.ReadPhone(typed); !errors.Is(err, campaign.ErrPhone) {
			t.Errorf("%q: got %s, %v, want it refused", typed, got, err)
		}
	}
}

func TestANumberAbroadIsNeverTakenForAMainlandOne(t *testing.T) {
	for _, c := range []struct {
		given string
		want  campaign.Phone
	}{
		{"+8613800138000", "+8613800138000"},
		{"8613800138000", "+8613800138000"},
		{"008613800138000", "+8613800138000"},
		{"+852 9123 4567", "+85291234567"},
		{"85291234567", "+85291234567"},
		{"0085291234567", "+85291234567"},
		{"14155552671", "+14155552671"}, // eleven digits from 1, in San Francisco
		{"+1 (415) 555-2671", "+14155552671"},
		{"+0013800138000", ""},
		{"1234567", ""},
		{"1234567890123456", ""},
		{"0", ""},
		{"", ""},
		{"+852 9123 4567 ext 3", ""},
	} {
		got, err := campaign.E164(c.given)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%q: got %s, %v, want %s", c.given, got, err, c.want)
		}
	}
}

func TestATypedMobileEqualsTheOneThatTelegramGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := mobiles.Draw(t, "mobile")
		typed := rapid.SampledFrom([]string{"", "86", "+86", "0086", "+86 ", "(86) "}).Draw(t, "prefix")
		for i, r := range m {
			typed += string(r)
			if i%3 == 2 {
				typed += rapid.SampledFrom([]string{"", " ", "-", "—"}).Draw(t, "between")
			}
		}
		read, err := campaign.ReadPhone(wide(typed, rapid.Bool().Draw(t, "wide")))
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		given, err := campaign.E164("86" + m)
		if err != nil || read != given || read.Digits() != "86"+m {
			t.Fatalf("%q: got %s and %s, %v", typed, read, given, err)
		}
	})
}

func TestAMaskedPhoneHidesItsMiddle(t *testing.T) {
	for _, c := range []struct {
		phone campaign.Phone
		want  string
	}{
		{"+8613800138000", "138****8000"},
		{"+85291234567", "+85*******67"},
		{"+14155552671", "+14*******71"},
		{"+8675588886666", "+86*********66"},
		{"", "****"},
		{"+1234", "****"},
	} {
		if got := c.phone.Masked(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.phone, got, c.want)
		}
	}
}

func TestALogShowsNoWholePhone(t *testing.T) {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("bound", "phone", campaign.Phone("+8613800138000"))
	if got := b.String(); strings.Contains(got, "13800138000") || !strings.Contains(got, "138****8000") {
		t.Errorf("got %s", got)
	}
}

func TestAMaskedNameIsKnownToItsBearerOnly(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"张明", "张*"},
		{"张晓明", "张*明"},
		{"张王晓明", "张**明"},
		{"欧阳明", "欧阳*"},
		{"欧阳晓明", "欧阳*明"},
		{"欧阳", "欧*"},
		{"张", "张*"},
		{" 张　明 ", "张*"},
		{"买买提·吐尔逊", "买*提 吐*逊"},
		{"John Smith", "J*** S****"},
		{"張曉明", "張*明"},
		{"<b>张明</b>", "b* 张* b*"},
		{"张明 (Tom)", "张* T**"},
		{"", ""},
		{"123", ""},
		{strings.Repeat("明", 500), "明" + strings.Repeat("*", 23)},
	} {
		if got := campaign.MaskedName(c.name); got != c.want {
			t.Errorf("%q: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestAMaskedNameNeverShowsAWholeGivenName(t *testing.T) {
	han := rapid.StringOfN(rapid.RuneFrom([]rune("张王李赵欧阳司马诸葛晓明建国丽华")), 2, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		name := han.Draw(t, "name")
		masked := []rune(campaign.MaskedName(name))
		given := []rune(name)[1:]
		if string(masked) == name || !bytes.ContainsRune([]byte(string(masked)), '*') || len(masked) != len(given)+1 {
			t.Fatalf("%s is shown as %s", name, string(masked))
		}
	})
}

func FuzzReadPhone(f *testing.F) {
	for _, s := range []string{"+86 138 0013 8000", "008613800138000", "（＋８６）１３８", "+852 9123 4567", "00", "+", "\xff1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := campaign.ReadPhone(s); err == nil {
			if q, err := campaign.E164(string(p)); err != nil || q != p || len(p) != len("+8613800138000") {
				t.Errorf("%q: got %s, which reads as %s, %v", s, p, q, err)
			}
		}
		p, err := campaign.E164(s)
		if err != nil {
			return
		}
		if q, err := campaign.E164(p.Digits()); err != nil || q != p || strings.Contains(p.Masked(), p.Digits()) {
			t.Errorf("%q: got %s, which reads as %s, %v", s, p, q, err)
		}
	})
}

func FuzzMaskedName(f *testing.F) {
	for _, s := range []string{"张晓明", "欧阳明", "John Smith", "买买提·吐尔逊", "\xff", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := campaign.MaskedName(s); len([]rune(got)) > 24 || strings.ContainsAny(got, "<>&\n\"") {
			t.Errorf("%q: got %q", s, got)
		}
	})
}
