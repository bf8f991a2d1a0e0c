package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// The header of a roster, and two of its members.
var roster = [][]string{
	{"编号", "姓名", "手机号", "单位", "支部", "批次", "职务类别", "职责"},
	{"D00001", "王芳", "15400000001", "区教育局", "机关第一支部", "1", "主要同志", "第一责任人"},
	{"D00002", "李强", "15400000002", "区教育局", "机关第一支部", "1", "党员", "支部书记"},
}

// inGB18030 writes a table as spreadsheets on Chinese Windows do.
func inGB18030(t *testing.T, name string, rows ...[]string) (path string) {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	data, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// inXLSX writes a table as a workbook.
func inXLSX(t *testing.T, name string, rows ...[]string) (path string) {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Sheet1", cell, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(t.TempDir(), name)
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestARosterComesFromCSVAndXLSX(t *testing.T) {
	t.Parallel()
	env := []string{"MUSTER_DATA=" + place(t)}
	old := inGB18030(t, "名册.csv", roster...)
	for _, c := range []struct {
		claim string
		args  []string
		code  int
		out   []string // what it prints
		err   []string // what it complains of
	}{
		{"a dry run writes nothing", []string{"import", "roster", old, "--dry-run"}, 0, []string{"新增 2 人", "王芳（D00001）", "A dry run: nothing was written."}, nil},
		{"so that all is still new", []string{"import", "roster", old}, 0, []string{"新增 2 人"}, nil},
		{"a workbook does as well, in English", []string{"import", "roster", "--lang", "en", inXLSX(t, "roster.xlsx", append(roster[:3:3],
			[]string{"D00003", "张伟", "15400000003", "区教育局", "机关第一支部", "1", "党员", ""})...)}, 0, []string{"D00003"}, nil},
		{"every faulty row is told, and none taken", []string{"import", "roster", inGB18030(t, "有误.csv", append(roster[:3:3],
			[]string{"D00004", "赵敏", "12", "区教育局", "机关第一支部", "1", "党员", ""},
			[]string{"D00005", "周杰", "15400000005", "区教育局", "机关第一支部", "7", "党员", ""},
			[]string{"D00006", "吴霞", "15400000006", "区教育局", "机关第一支部", "1", "党员", ""})...)}, 1, nil,
			[]string{"有误.csv:4: 手机号", "有误.csv:5: 批次", "muster: 2 rows cannot be taken; nothing was imported"}},
		{"so that its good row is unknown", []string{"invite", "D00006"}, 1, nil, []string{"muster: 名册中没有编号 D00006"}},
	} {
		got := muster(t, env, c.args...)
		if got.code != c.code {
			t.Fatalf("%s: got %+v, want %d", c.claim, got, c.code)
		}
		for _, want := range c.out {
			if !strings.Contains(got.out, want) {
				t.Errorf("%s: got %q, want it to hold %q", c.claim, got.out, want)
			}
		}
		for _, want := range c.err {
			if !strings.Contains(got.err, want) {
				t.Errorf("%s: got %q, want it to hold %q", c.claim, got.err, want)
			}
		}
	}

	invitation := regexp.MustCompile(`王芳[\s\S]*\n[2-9A-Z]{4}-[2-9A-Z]{4}\n[\s\S]*\nhttps://t\.me/YOUR_BOT\?start=inv_[A-Za-z0-9_-]{16,}\n$`)
	first, second := muster(t, env, "invite", "D00001"), muster(t, env, "invite", "D00001")
	if first.code != 0 || !invitation.MatchString(first.out) {
		t.Errorf("invite: got %+v, want a code and a link", first)
	}
	if second.out == first.out {
		t.Errorf("a second invitation is the first: %s", second.out)
	}
}
