// Package sheet is the paper that offices pass around: tables in and out, as CSV
// and as XLSX. It reads whatever a person's spreadsheet program saved (GB18030 or
// UTF-8, commas or tabs, dates as numbers) into plain text with the line numbers
// that the person sees, and writes tables that open well in that same program.
//
// A file is hostile until read: every bound is checked before memory is spent on
// it, formulas are never evaluated, and no content makes this package panic. It
// knows nothing of what the columns mean.
package sheet

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"
)

// The bounds of a file that Read takes.
const (
	MaxBytes   = 32 << 20 // of the file as sent
	MaxRows    = 200_000  // with something in them
	MaxColumns = 100
	MaxCell    = 4_000 // letters in one cell
)

// A Table is a header and the rows below it. Cells are trimmed, valid UTF-8 and
// free of control characters other than line breaks and tabs.
type Table struct {
	Header []string
	Rows   []Row
}

// A Row is one line that has something in it. It is at least as wide as the
// header; cells beyond the header are kept if they hold anything.
type Row struct {
	Line  int // as the spreadsheet numbers it: a header in line 1 makes the first row 2
	Cells []string
}

// All gives the cells of each row, as Write takes them.
func (t Table) All() iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, row := range t.Rows {
			if !yield(row.Cells, nil) {
				return
			}
		}
	}
}

// Read takes a table out of a file named name. The content decides whether it is
// XLSX or text; the name only tells text from everything else. An error that the
// sender can mend is a *Refusal.
func Read(name string, r io.Reader) (Table, error) {
	return Follow(name, r, nil)
}

// Follow is Read, and tells far on the way how many rows have been read, and of
// how many: about, since nobody knows before the end, and 0 where the file does
// not say.
func Follow(name string, r io.Reader, far func(rows, of int)) (Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Table{}, fmt.Errorf("sheet: read %q: %w", name, err)
	}
	table, err := parse(name, data, far)
	if err != nil {
		return Table{}, fmt.Errorf("sheet: read %q: %w", name, err)
	}
	return table, nil
}

func parse(name string, data []byte, far func(rows, of int)) (Table, error) {
	g := gathering{far: far}
	var err error
	switch ending := extension(name); {
	case len(data) > MaxBytes:
		err = &Refusal{Why: TooBig, Limit: MaxBytes}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		err = readXLSX(data, maxUnzipped, &g)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		err = refuseCompound(data)
	case ending == ".csv" || ending == ".txt" || ending == ".tsv":
		err = readCSV(data, &g)
	default:
		err = &Refusal{Why: NotSheet}
	}
	if err != nil {
		return Table{}, err
	}
	return g.table()
}

func extension(name string) string { return strings.ToLower(path.Ext(strings.TrimSpace(name))) }

// refuseCompound tells apart the two things that come in Microsoft's older
// container: a workbook of before 2007, and a newer one under a password.
func refuseCompound(data []byte) error {
	if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e")) {
		return &Refusal{Why: Locked}
	}
	return &Refusal{Why: OldFormat}
}

// A gathering collects the rows of one sheet and keeps them within bounds.
type gathering struct {
	rows []Row
	of   int                // the rows that the file is said to have; 0 is not said
	far  func(rows, of int) // nil where nobody follows
}

// stride is how many rows are read before whoever follows is told.
const stride = 500

// add takes the cells of a line, which it may keep. A line without content adds
// nothing.
func (g *gathering) add(line int, cells []string) error {
	width := 0
	for i, cell := range cells {
		if len(cell) > MaxCell && utf8.RuneCountInString(cell) > MaxCell {
			return &Refusal{Why: CellTooLong, Line: line, Limit: MaxCell}
		}
		if cells[i] = clean(cell); cells[i] != "" {
			width = i + 1
		}
	}
	if width == 0 {
		return nil
	}
	if width > MaxColumns {
		return &Refusal{Why: TooManyColumns, Line: line, Limit: MaxColumns}
	}
	if len(g.rows) == MaxRows+1 { // the header's row is not counted
		return &Refusal{Why: TooManyRows, Line: line, Limit: MaxRows}
	}
	g.rows = append(g.rows, Row{Line: line, Cells: cells[:width:width]})
	if n := len(g.rows) - 1; g.far != nil && n%stride == 0 {
		g.far(n, g.of)
	}
	return nil
}

// table parts header from rows. Offices like a title above the table, in a line
// of its own: leading lines with a single cell are passed over when the line
// below them is wider.
func (g *gathering) table() (Table, error) {
	if len(g.rows) == 0 {
		return Table{}, &Refusal{Why: NoHeader}
	}
	head := 0
	for i := range min(titleLines+1, len(g.rows)) {
		if filled(g.rows[i].Cells) > 1 {
			head = i
			break
		}
	}
	t := Table{Header: g.rows[head].Cells, Rows: g.rows[head+1:]}
	for i, row := range t.Rows {
		for len(row.Cells) < len(t.Header) {
			row.Cells = append(row.Cells, "")
		}
		t.Rows[i] = row
	}
	return t, nil
}

// titleLines is how many lines may stand above a header.
const titleLines = 3

func filled(cells []string) (n int) {
	for _, cell := range cells {
		if cell != "" {
			n++
		}
	}
	return n
}
