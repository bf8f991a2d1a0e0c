package roster

import (
	"slices"
	"testing"

	"campaign"
	"campaign/messages"
)

func reported(t *testing.T, c changes) (ls []string) {
	t.Helper()
	for _, l := range append(c.report(onPaper), c.warned()...) {
		ls = append(ls, said(t, campaign.English, l))
	}
	return ls
}

// complete has every role that a unit needs, so that nothing is warned of.
var complete = []string{header,
	"D1,王芳,15400000001,区教育局(本级),机关第一支部,1,cadre,office;secretary;first",
	"D2,李强,15400000002,区教育局(本级),机关第二支部,1,member,secretary;direct;desk",
}

func TestAReportTellsWhatChangesAndWhatIsOdd(t *testing.T) {
	for name, c := range map[string]struct {
		file       []string
		deactivate bool
		want       []string
	}{
		"roles": {complete, true, []string{
			"Changed (2):",
			"· 王芳 (D1): roles Campaign office, Branch secretary → Campaign office, First responsible, Branch secretary",
			"· 李强 (D2): roles none → Direct responsible, Desk responsible, Branch secretary",
		}},
		"another batch, another way to write a place, somebody back": {append(slices.Clone(complete),
			"D3,张伟,,区教育局（本级）,机关 第二支部,1,,",
		), true, []string{
			"Changed (2):",
			"· 王芳 (D1): roles Campaign office, Branch secretary → Campaign office, First responsible, Branch secretary",
			"· 李强 (D2): roles none → Direct responsible, Desk responsible, Branch secretary",
			"Back on the roster (1):",
			"· 张伟 (D3): active again",
			"⚠ Other ways to write a name, taken for the same: “区教育局（本级）” for “区教育局(本级)”",
		}},
		"a new number, a phone that is taken away, and one who is missing": {[]string{header,
			"D1,王芳,,区教育局(本级),机关第一支部,第二批,cadre,office;secretary;first;desk;direct",
			"D9,李强,15400000002,区教育局(本级),机关第一支部,2,,督导组:区教育局(本级)；联系点：区教育局（本级）",
		}, true, []string{
			"Added (1): 李强 (D9)",
			"Units in another batch (1): 区教育局(本级): 1 → 2",
			"Changed (1):",
			"· 王芳 (D1): phone 154****0001 → none, roles Campaign office, Branch secretary → Campaign office, First responsible, Direct responsible, Desk responsible, Branch secretary",
			"Deactivated (1): 李强 (D2)",
			"⚠ New numbers for people who seem to be on the roster already (1): 李强 (D9, was D2). A member keeps the number for ever.",
		}},
		"a number that became somebody else's": {append(slices.Clone(complete)[:2:2],
			"D2,赵敏,15400000022,区教育局(本级),机关第二支部,1,member,secretary;direct;desk",
		), true, []string{
			"Changed (2):",
			"· 王芳 (D1): roles Campaign office, Branch secretary → Campaign office, First responsible, Branch secretary",
			"· 赵敏 (D2): name 李强 → 赵敏, phone 154****0002 → 154****0022, roles none → Direct responsible, Desk responsible, Branch secretary",
			"⚠ Another name and another phone under a known number (1): 赵敏 (D2, was 李强). A number stays with one person, and so does the account that is bound to it.",
		}},
		"an office that nobody is of": {[]string{header,
			"D1,王芳,15400000001,区教育局(本级),机关第二支部,1,cadre,secretary;first;direct;desk",
			"D2,李强,15400000002,区教育局(本级),机关第二支部,1,,secretary;first",
		}, false, []string{
			"Moved (1):",
			"· 王芳 (D1): 区教育局(本级) · 机关第一支部 → 区教育局(本级) · 机关第二支部, roles Campaign office, Branch secretary → First responsible, Direct responsible, Desk responsible, Branch secretary",
			"Changed (1):",
			"· 李强 (D2): roles none → First responsible, Branch secretary",
			"⚠ Units with several first responsible (1): 区教育局(本级)",
			"⚠ Branches with several secretaries (1): 区教育局(本级) · 机关第二支部",
			"⚠ With this file nobody is of the campaign office.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := reported(t, plan(read(table(t, c.file...)), known, c.deactivate))
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestWhoLosesTheOfficeIsNoticed(t *testing.T) {
	without := []string{header, "D2,李强,15400000002,区教育局(本级),机关第二支部,1,,"}
	for _, c := range []struct {
		file       []string
		deactivate bool
		want       bool
	}{{complete, true, false}, {without, false, false}, {without, true, true}} {
		if got := plan(read(table(t, c.file...)), known, c.deactivate).losesOffice(1); got != c.want {
			t.Errorf("with %q, deactivating %t: loses the office %t, want %t", c.file[1:], c.deactivate, got, c.want)
		}
	}
}

func TestAListTellsNoMoreThanFits(t *testing.T) {
	ts := messages.List{}
	for range 100 {
		ts = append(ts, messages.Verbatim("区教育局机关第一支部"))
	}
	if got := said(t, campaign.English, inBrief.some(ts)); len([]rune(got)) > 250 {
		t.Errorf("a brief list takes %d characters: %s", len([]rune(got)), got)
	}
	if n := len(inChat.cut(ts)); n != inChat.items+1 {
		t.Errorf("%d lines, want %d and one for the rest", n, inChat.items)
	}
}

func TestNoPhoneIsWholeInTheAudit(t *testing.T) {
	c := plan(read(table(t, header, "D1,王芳,13812345678,区教育局(本级),机关第一支部,1,,")), known, false)
	a := c.changed[0].altered()
	if want := (Difference{"phone", "154****0001", "138****5678"}); !slices.Contains(a.What, want) {
		t.Errorf("got %v, want %v among them", a.What, want)
	}
}
