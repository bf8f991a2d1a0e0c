package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"iter"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, name := range []string{"a.csv", "a.xlsx"} {
		rapid.Check(t, func(t *rapid.T) {
			header, rows := drawTable(t)
			var b bytes.Buffer
			if err := Write(&b, name, header, each(rows)); err != nil {
				t.Fatal(err)
			}
			got, err := Read(name, &b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asRead(header, rows), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestNoCellOfACSVRunsAsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		header, rows := drawTable(t)
		var b bytes.Buffer
		if err := Write(&b, "a.csv", header, each(rows)); err != nil {
			t.Fatal(err)
		}
		text, marked := strings.CutPrefix(b.String(), "\ufeff")
		if !marked {
			t.Errorf("no byte order mark before %q", text)
		}
		c := csv.NewReader(strings.NewReader(text))
		c.FieldsPerRecord = -1
		records, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range slicesOf(records) {
			if strings.ContainsAny(firstLetter(cell), "=+-@\t\r＝＋－＠") {
				t.Errorf("%q would run", cell)
			}
		}
	})
}

func TestAWorkbookIsTextUnderABoldFrozenHeader(t *testing.T) {
	var b bytes.Buffer
	rows := [][]string{{"D00001", "=HYPERLINK(1)"}, {"13800000000", strings.Repeat("字", 20)}}
	if err := Write(&b, "名册.XLSX", []string{"编号", "说明"}, each(rows)); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for _, cell := range []string{"A1", "A2", "B2", "A3", "B3"} {
		kind, err := f.GetCellType(sheet, cell)
		if err != nil || kind != excelize.CellTypeInlineString {
			t.Errorf("%s is of kind %v (%v), want text", cell, kind, err)
		}
		id, err := f.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if bold := style.Font != nil && style.Font.Bold; bold != strings.HasSuffix(cell, "1") || style.NumFmt != 49 {
			t.Errorf("%s: bold %v, format %d; want bold in line 1 alone, and 49", cell, bold, style.NumFmt)
		}
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes are %+v (%v), want the first line frozen", panes, err)
	}
	for column, want := range map[string]float64{"A": 13, "B": 42} {
		if got, err := f.GetColWidth(sheet, column); err != nil || got != want {
			t.Errorf("column %s is %v wide (%v), want %v", column, got, err, want)
		}
	}
}

func TestALongWorkbookKeepsEveryRow(t *testing.T) {
	const n = 3 * measuredRows
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = []string{strings.Repeat("x", i%50+1)}
	}
	var b bytes.Buffer
	if err := Write(&b, "a.xlsx", []string{"h"}, each(rows)); err != nil {
		t.Fatal(err)
	}
	got, err := Read("a.xlsx", &b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asRead([]string{"h"}, rows), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnErrorAmongTheRowsEndsTheWriting(t *testing.T) {
	broken := errors.New("the query broke")
	for _, name := range []string{"a.csv", "a.xlsx"} {
		err := Write(&bytes.Buffer{}, name, []string{"h"}, func(yield func([]string, error) bool) {
			_ = yield([]string{"1"}, nil) && yield(nil, broken)
		})
		if !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want %v", name, err, broken)
		}
	}
}

func TestOnlyTheTwoKindsAreWritten(t *testing.T) {
	err := Write(&bytes.Buffer{}, "a.pdf", []string{"h"}, each(nil))
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Why != NotSheet {
		t.Errorf("got %v, want %s", err, NotSheet)
	}
}

// drawTable draws a header of at least two names and rows of nasty cells, all of
// one width.
func drawTable(t *rapid.T) (header []string, rows [][]string) {
	width := rapid.IntRange(2, 6).Draw(t, "width")
	cell := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"", " ", "=1+1", "'=1", "''+", "'", "-5", "+86 138", "@x", "＝1", "\t=1", "a\tb", "一\r\n二", "\r", "a,b;c",
			`"`, `""`, `"a"b`, "_x000D_", "__x0041_", "_x_x0041_", "\ufeff", "\ufffe", "\x00", "\xff", "喆堃玥镕", "1e5", "<&>", "𠮷", "end \n",
		}),
	)
	name := rapid.StringMatching(`[a-z=]{1,5}`)
	header = rapid.SliceOfN(name, width, width).Draw(t, "header")
	rows = rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 0, 8).Draw(t, "rows")
	return header, rows
}

// asRead is what a table becomes on the way through a file: clean cells, no empty
// lines.
func asRead(header []string, rows [][]string) Table {
	want := Table{Header: header, Rows: []Row{}}
	for i, row := range rows {
		cells := make([]string, len(row))
		for j, cell := range row {
			cells[j] = clean(cell)
		}
		if strings.Join(cells, "") != "" {
			want.Rows = append(want.Rows, Row{Line: i + 2, Cells: cells})
		}
	}
	return want
}

func each(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func slicesOf(records [][]string) (cells []string) {
	for _, record := range records {
		cells = append(cells, record...)
	}
	return cells
}

func firstLetter(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
