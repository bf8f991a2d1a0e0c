package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestTextIsReadHoweverExcelSavedIt(t *testing.T) {
	want := Table{
		Header: []string{"编号", "姓名", "手机号", "单位"},
		Rows: []Row{
			{Line: 2, Cells: []string{"D00001", "王小喆", "13800000000", "区发展和改革局"}},
			{Line: 4, Cells: []string{"D00002", "欧阳, 璟", "138 0000 0001", "区教育局"}},
		},
	}
	utf8 := "编号,姓名,手机号,单位\r\nD00001,王小喆,13800000000,区发展和改革局\r\n\r\nD00002,\"欧阳, 璟\",138 0000 0001,区教育局"
	for name, text := range map[string]string{
		"utf-8.csv":           utf8,
		"utf-8 with mark.CSV": "\ufeff" + utf8 + "\r\n",
		"line feeds.csv":      strings.ReplaceAll(utf8, "\r\n", "\n"),
		"returns.csv":         strings.ReplaceAll(utf8, "\r\n", "\r"),
		"semicolons.csv":      strings.NewReplacer(", ", ", ", ",", ";").Replace(utf8),
		"gb18030.csv":         file(t, "testdata/roster-gb18030.csv"),
		"utf-16.txt":          file(t, "testdata/roster-utf16.txt"),
	} {
		got, err := Read(name, strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLinesAreNumberedAsTheSpreadsheetNumbersThem(t *testing.T) {
	text := "云河区党员名册,,\n编号,姓名,备注\n\nD1,王,\"一\n二\r\n三\"\n,,\nD2,李\nD3,\"张\"\"三\"\"\"(副),x,,\nD4,5\" 管,,多\n"
	want := Table{
		Header: []string{"编号", "姓名", "备注"},
		Rows: []Row{
			{Line: 4, Cells: []string{"D1", "王", "一\n二\n三"}},
			{Line: 6, Cells: []string{"D2", "李", ""}},
			{Line: 7, Cells: []string{"D3", `张"三"(副)`, "x"}},
			{Line: 8, Cells: []string{"D4", `5" 管`, "", "多"}},
		},
	}
	got, err := Read("名册.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNumbersAndDatesAreReadAsTheyAreMeant(t *testing.T) {
	afternoon := time.Date(2026, 12, 1, 14, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		value  any
		format string
		want   string
	}{
		{13800000000, "", "13800000000"},
		{13800000000, "0.00E+00", "13800000000"},
		{13800000000.0, "#,##0.00", "13800000000"},
		{1.0, "0.0", "1"},
		{0.1 + 0.2, "", "0.3"},
		{-2.5, "", "-2.5"},
		{42, "00000", "00042"},
		{"00042", "", "00042"},
		{afternoon, "yyyy-mm-dd hh:mm", "2026-12-01 14:00"},
		{afternoon, `m"月"d"日" h:mm AM/PM`, "2026-12-01 14:00"},
		{afternoon, `[$-804]yyyy"年"m"月"d"日";@`, "2026-12-01 14:00"},
		{afternoon.Truncate(24 * time.Hour), "m/d/yy", "2026-12-01"},
		{afternoon.Truncate(24 * time.Hour), "yyyy-mm-dd hh:mm", "2026-12-01 00:00"},
		{14.5 / 24, "h:mm", "14:30"},
		{1, "yyyy-mm-dd", "1900-01-01"},
		{-1, "yyyy-mm-dd", "-1"},
		{true, "", "TRUE"},
		{"　=1+1 ", "", "=1+1"},
		{"一_x000D_\n二", "", "一\n二"},
	} {
		table, err := Read("a.xlsx", bytes.NewReader(book(t, test.value, test.format)))
		if err != nil {
			t.Errorf("%v as %q: %v", test.value, test.format, err)
			continue
		}
		if got := table.Rows[0].Cells[1]; got != test.want {
			t.Errorf("%v as %q: got %q, want %q", test.value, test.format, got, test.want)
		}
	}
}

func TestTheFirstVisibleSheetWithContentIsRead(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for _, name := range []string{"空", "藏", "名册"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	set := func(sheet, cell string, value any) {
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	set("藏", "A1", "no")
	set("名册", "B3", "编号")
	set("名册", "C3", "合计")
	set("名册", "B5", "D1")
	if err := f.SetCellFormula("名册", "C5", "=1+1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetVisible("藏", false); err != nil {
		t.Fatal(err)
	}
	got, err := Read("a.xlsx", bytes.NewReader(saved(t, f)))
	if err != nil {
		t.Fatal(err)
	}
	want := Table{Header: []string{"", "编号", "合计"}, Rows: []Row{{Line: 5, Cells: []string{"", "D1", ""}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatCannotBeReadIsRefusedWithTheReason(t *testing.T) {
	wide := strings.Repeat("列,", MaxColumns) + "列\n"
	locked := "\xd0\xcf\x11\xe0...E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	for _, test := range []struct {
		name, content string
		why           Why
		line          int
	}{
		{"a.pdf", "%PDF-1.7", NotSheet, 0},
		{"a.xlsx", "no zip at all", NotSheet, 0},
		{"a.csv", "a\x00b,c", NotSheet, 0},
		{"a.csv", "\xff\xd8\xff\xe0 a photo", Damaged, 0},
		{"a.xls", "\xd0\xcf\x11\xe0 old", OldFormat, 0},
		{"a.xlsx", locked, Locked, 0},
		{"a.xlsx", "PK\x03\x04 cut off", Damaged, 0},
		{"a.csv", "", NoHeader, 0},
		{"a.csv", "\ufeff , ,\r\n\r\n", NoHeader, 0},
		{"a.csv", file(t, "testdata/open-quote.csv"), OpenQuote, 2},
		{"a.csv", wide, TooManyColumns, 1},
		{"a.csv", "编号\nD1," + strings.Repeat("字", MaxCell+1), CellTooLong, 2},
		{"a.csv", "h\n" + strings.Repeat("x\n", MaxRows+1), TooManyRows, MaxRows + 2},
		{"a.csv", strings.Repeat("x", MaxBytes+1), TooBig, 0},
		{"a.xlsx", pack(t, map[string]string{"hello.txt": "hello"}), NotSheet, 0},
		{"a.xlsx", sheetOf(t, `<row r="7"><c r="XFD7"><v>1</v></c></row>`), TooManyColumns, 7},
		{"a.xlsx", sheetOf(t, `<row r="7"><c><v>`+strings.Repeat("1", 9*MaxCell)+`</v></c></row>`), CellTooLong, 7},
		{"a.xlsx", sheetOf(t, `<row><c t="inlineStr"><is><t>`+strings.Repeat("字", MaxCell+1)+`</t></is></c></row>`), CellTooLong, 1},
		{"a.xlsx", sheetOf(t, `<row><c><v>1</c></row`), Damaged, 0},
		{"a.xlsx", sheetOf(t, `<row><c><v>&lol;</v></c></row>`), Damaged, 0},
		{"a.xlsx", sheetOf(t, strings.Repeat("<row/>", MaxRows)), NoHeader, 0},
	} {
		_, err := Read(test.name, strings.NewReader(test.content))
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Why != test.why || refusal.Line != test.line {
			t.Errorf("%s %.40q: got %v, want line %d: %s", test.name, test.content, err, test.line, test.why)
		}
	}
}

func TestAZipBombIsRefused(t *testing.T) {
	const unzipped = 1 << 16
	bomb := []byte(sheetOf(t, strings.Repeat(" ", unzipped)))
	if len(bomb) > unzipped/10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	err := readXLSX(bomb, unzipped, &gathering{})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Why != TooBig {
		t.Errorf("got %v, want %s", err, TooBig)
	}
}

func TestWhoFollowsIsToldHowFarTheReadingIs(t *testing.T) {
	const rows = 1200
	csv, book := "编号,姓名\r\n", excelize.NewFile()
	for i := range rows + 1 {
		if err := book.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &[]string{"D" + strconv.Itoa(i), "王芳"}); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			csv += "D" + strconv.Itoa(i) + ",王芳\r\n"
		}
	}
	var silent, told bytes.Buffer
	if err := book.Write(&silent); err != nil { // which does not say how many rows there are
		t.Fatal(err)
	}
	if err := book.SetSheetDimension("Sheet1", "A1:B1201"); err != nil {
		t.Fatal(err)
	}
	if err := book.Write(&told); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		of         int
	}{{"roster.csv", csv, rows}, {"roster.xlsx", told.String(), rows}, {"silent.xlsx", silent.String(), rows}} {
		var got [][2]int
		if _, err := Follow(c.name, strings.NewReader(c.file), func(rows, of int) { got = append(got, [2]int{rows, of}) }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][2]int{{0, c.of}, {500, c.of}, {1000, c.of}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	for ref, want := range map[string]int{"A1:H18401": 18400, "B3:C4": 1, "A1": 0, "": 0, "A1:B": 0, "A9:B2": 0, "A1:B999999999999999999999": 0, "A1:XFD1048576": MaxRows} {
		if got := rowsOf(ref); got != want {
			t.Errorf("%s: got %d rows, want %d", ref, got, want)
		}
	}
}

func TestAFileThatBreaksOffInReadingIsNoRefusal(t *testing.T) {
	broken := errors.New("the line is cut")
	_, err := Read("a.csv", failing{broken})
	var refusal *Refusal
	if !errors.Is(err, broken) || errors.As(err, &refusal) {
		t.Errorf("got %v, want %v and no refusal", err, broken)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzRead(f *testing.F) {
	for _, name := range []string{"roster-gb18030.csv", "roster-utf16.txt", "open-quote.csv", "dates.xlsx"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, data)
	}
	f.Add("a.xlsx", []byte(sheetOf(f, `<row r="9"><c r="B9" s="-1" t="s"><v>0</v></c><c r="A9" t="d"><v>T</v></c></row>`)))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		table, err := Read(name, bytes.NewReader(data))
		if err != nil {
			return
		}
		if len(table.Header) == 0 || len(table.Header) > MaxColumns {
			t.Errorf("a header of %d columns", len(table.Header))
		}
		for _, row := range table.Rows {
			if len(row.Cells) < len(table.Header) || len(row.Cells) > MaxColumns {
				t.Errorf("line %d has %d cells under %d columns", row.Line, len(row.Cells), len(table.Header))
			}
			for _, cell := range row.Cells {
				if cell != clean(cell) || strings.Contains(cell, "\x00") {
					t.Errorf("line %d has the unclean cell %q", row.Line, cell)
				}
			}
		}
	})
}

// book is a workbook with value in B2, shown in a number format.
func book(t *testing.T, value any, format string) []byte {
	f := excelize.NewFile()
	defer f.Close()
	err := errors.Join(
		f.SetSheetRow("Sheet1", "A1", &[]string{"编号", "值"}),
		f.SetCellValue("Sheet1", "A2", "D1"),
		f.SetCellValue("Sheet1", "B2", value),
	)
	if err != nil {
		t.Fatal(err)
	}
	if format != "" {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("Sheet1", "B2", "B2", style); err != nil {
			t.Fatal(err)
		}
	}
	return saved(t, f)
}

func saved(t *testing.T, f *excelize.File) []byte {
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheetOf is the smallest workbook around rows.
func sheetOf(t testing.TB, rows string) string {
	return pack(t, map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook><sheets><sheet name="S" r:id="r2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r2" Target="/xl/sheet.xml"/></Relationships>`,
		"xl/sheet.xml":               `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	})
}

func pack(t testing.TB, parts map[string]string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func file(t *testing.T, name string) string {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
