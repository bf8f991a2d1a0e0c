package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/sheet"
	"campaign/messages"
)

// tables are written as CSV, which names lines as a spreadsheet does.
func table(t testing.TB, lines ...string) sheet.Table {
	t.Helper()
	tb, err := sheet.Read("roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return tb
}

const header = "member_no,name,phone,unit,branch,batch,position,roles"

// known is a district with one unit of two branches, and one member in each.
var known = district{
	units:    []unit{{1, "区教育局(本级)", 1}},
	branches: []branch{{1, "区教育局(本级)", "机关第一支部"}, {2, "区教育局(本级)", "机关第二支部"}},
	members: []member{
		{1, "D1", "王芳", "+8615400000001", "区教育局(本级)", "机关第一支部", campaign.Cadre,
			[]duty{{role: campaign.Office}, {campaign.Secretary, "区教育局(本级)", "机关第一支部"}}, true},
		{2, "D2", "李强", "+8615400000002", "区教育局(本级)", "机关第二支部", campaign.Member, nil, true},
		{3, "D3", "张伟", "", "区教育局(本级)", "机关第二支部", campaign.Member, nil, false},
	},
}

func said(t testing.TB, lang campaign.Lang, text messages.Text) string {
	t.Helper()
	w, err := messages.NewWords(chinese)
	if err != nil {
		t.Fatal(err)
	}
	return w.Plain(lang, text)
}

func lines(t testing.TB, lang campaign.Lang, fs []flow.Fault) (ls []string) {
	for _, f := range fs {
		ls = append(ls, fmt.Sprintf("%d %s", f.Line, said(t, lang, f.Why)))
	}
	return ls
}

func TestEveryFaultIsToldWithItsLineInBothLanguages(t *testing.T) {
	long := strings.Repeat("长", 90)
	for name, c := range map[string]struct {
		file        []string
		english, zh []string
	}{
		"a column is missing": {[]string{"member_no,name,batch", "D1,王芳,1"},
			[]string{"1 There is no column unit (单位).", "1 There is no column branch (支部)."},
			[]string{"1 缺少列 unit（单位）。", "1 缺少列 branch（支部）。"}},
		"nobody": {[]string{header},
			[]string{"1 There is nobody in the file."}, []string{"1 文件中没有人员。"}},
		"nothing is said": {[]string{header, ",,,,,,member,"},
			[]string{"2 The member number is missing.", "2 The name is missing.", "2 The unit is missing.", "2 The branch is missing.", "2 The batch is missing: 0 (pilot), 1 or 2."},
			[]string{"2 缺少编号。", "2 缺少姓名。", "2 缺少单位。", "2 缺少支部。", "2 缺少批次，请填写 0（先行试点）、1 或 2。"}},
		"a number twice, in another width": {[]string{header, "D9,甲,,局,支部,1,,", "Ｄ９,乙,,局,支部,1,,"},
			[]string{"3 The member number D9 stands in line 2 already."}, []string{"3 编号 D9 与第 2 行重复。"}},
		"a number of two words": {[]string{header, "D 9,甲,,局,支部,1,,"},
			[]string{"2 The member number “D 9” holds something else than letters, digits and - _ . /"},
			[]string{"2 编号“D 9”中有字母、数字和 - _ . / 以外的字符。"}},
		"too long": {[]string{header, strings.Repeat("9", 33) + "," + long + ",," + long + "," + long + ",1,,"},
			[]string{"2 The member number is longer than 32 characters.", "2 The name is longer than 60 characters.", "2 The unit's name is longer than 80 characters.", "2 The branch's name is longer than 80 characters."},
			[]string{"2 编号超过 32 个字符。", "2 姓名超过 60 个字。", "2 单位名称超过 80 个字。", "2 支部名称超过 80 个字。"}},
		"a phone of an office": {[]string{header, "D9,甲,0755-88880000,局,支部,1,,"},
			[]string{"2 The phone is not a mobile number of the mainland: 11 digits, with or without +86."},
			[]string{"2 手机号不是有效的大陆手机号，应为 11 位数字，可带 +86。"}},
		"an unknown batch": {[]string{header, "D9,甲,,局,支部,3,,"},
			[]string{"2 “3” is no batch: write 0 (pilot), 1 or 2."}, []string{"2 批次“3”无法识别，请填写 0（先行试点）、1 或 2。"}},
		"batches that disagree": {[]string{header, "D8,甲,,局,支部,1,,", "D9,乙,,局,支部,2,,"},
			[]string{"3 Batch 2, but by line 2 the unit “局” is in batch 1."}, []string{"3 批次为 2，但第 2 行中“局”的批次为 1。"}},
		"an unknown position": {[]string{header, "D9,甲,,局,支部,1,chief,"},
			[]string{"2 “chief” is no position: write principal, cadre or member."},
			[]string{"2 职务类别“chief”无法识别，请填写主要同志、其他干部或党员。"}},
		"an unknown role": {[]string{header, "D9,甲,,局,支部,1,,支部书记、办公室"},
			[]string{"2 “支部书记、办公室” is no role. Roles have ; between them: secretary, first, direct, desk, office, leading, supervisor:UNIT+UNIT, contact:UNIT."},
			[]string{"2 职责“支部书记、办公室”无法识别。可填写支部书记、第一责任人、直接责任人、具体责任人、办公室、领导小组、督导组:单位+单位、联系点:单位，多项之间用 ; 隔开。"}},
		"roles with and without units": {[]string{header, "D9,甲,,局,支部,1,,督导组：;contact:+;office:局"},
			[]string{"2 The role “督导组” must name its units: write a colon and the unit after it, + between several.", "2 The role “contact” must name its units: write a colon and the unit after it, + between several.", "2 The role “office” names no unit: it is held for the member's own unit or branch, or for the district."},
			[]string{"2 职责“督导组”须注明单位：在冒号后填写单位名称，多个单位之间用 + 连接。", "2 职责“contact”须注明单位：在冒号后填写单位名称，多个单位之间用 + 连接。", "2 职责“office”不需注明单位，范围为本人所在单位、支部或全区。"}},
		"a role of a unit that is not there": {[]string{header, "D9,甲,,局,支部,1,,supervisor:局+所"},
			[]string{"2 The role “Supervision group” names the unit “所”, which is neither in the file nor on the roster."},
			[]string{"2 职责“督导组”注明的单位“所”在文件和名册中都没有。"}},
		"a unit that roles cannot name": {[]string{header, "D9,甲,,局＋所,支部,1,,"},
			[]string{"2 A unit's name may not hold + or ; since the column roles could not name it."},
			[]string{"2 单位名称中不能有“+”或“;”，否则无法在“职责”列中填写。"}},
		"cells beyond the header": {[]string{header, "D9,甲,,局,支部,1,,office,direct"},
			[]string{"2 Something stands to the right of the last column."}, []string{"2 最后一列右侧还有内容。"}},
		"a faulty row still names its unit": {[]string{header, ",甲,,局,支部,1,,", "D9,乙,,所,支部,1,,contact:局"},
			[]string{"2 The member number is missing."}, []string{"2 缺少编号。"}},
	} {
		t.Run(name, func(t *testing.T) {
			c2 := plan(read(table(t, c.file...)), known, true)
			if got := lines(t, campaign.English, c2.faults.list()); !slices.Equal(got, c.english) {
				t.Errorf("got  %q\nwant %q", got, c.english)
			}
			if got := lines(t, campaign.Chinese, c2.faults.list()); !slices.Equal(got, c.zh) {
				t.Errorf("got  %q\nwant %q", got, c.zh)
			}
			if c2.count() != 0 || len(c2.effects()) != 1 {
				t.Errorf("with a fault %d changes and %d effects are left", c2.count(), len(c2.effects()))
			}
		})
	}
}

func TestHundredsOfFaultsAreCutInTheOrderOfLines(t *testing.T) {
	file := []string{header}
	for i := range 1000 {
		file = append(file, fmt.Sprintf("D%d,甲,,局,支部,%d,,contact:所", i, 1+i%2))
	}
	c := plan(read(table(t, file...)), known, false)
	fs := c.faults.list()
	if want := 1000 + 500; c.faults.count() != want {
		t.Errorf("%d faults are counted, want %d", c.faults.count(), want)
	}
	if len(fs) != mostFaults+1 || !slices.IsSortedFunc(fs, func(a, b flow.Fault) int { return a.Line - b.Line }) {
		t.Errorf("%d faults are told, or not in order: want %d", len(fs), mostFaults+1)
	}
	if got, want := said(t, campaign.English, fs[mostFaults].Why), "… and 1,200 more faults in what follows."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNamesAreKeptAsOneWouldWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"张伟": "张伟", "张　伟": "张伟", " 张 伟\n": "张伟", "Anna  Maria": "Anna Maria", "阿依古丽 Aygul": "阿依古丽 Aygul", "　": "", "": "",
	} {
		if got := tidy(in); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}
