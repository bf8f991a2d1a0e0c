package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Write writes a table to w, as the ending of name asks: .csv or .xlsx. Rows come
// one by one, and the first error among them ends the writing and is returned.
// Every cell is written as text. CSV begins with a byte order mark, by which
// Excel knows UTF-8, and a cell that would be run as a formula gets an apostrophe
// in front; XLSX marks cells as text and needs none. Cells are cleaned as Read
// cleans them, and XLSX cuts one at 32,767 letters.
func Write(w io.Writer, name string, header []string, rows iter.Seq2[[]string, error]) error {
	var err error
	switch extension(name) {
	case ".csv":
		err = writeCSV(w, header, rows)
	case ".xlsx":
		err = writeXLSX(w, header, rows)
	default:
		err = &Refusal{Why: NotSheet}
	}
	if err != nil {
		return fmt.Errorf("sheet: write %q: %w", name, err)
	}
	return nil
}

func writeCSV(w io.Writer, header []string, rows iter.Seq2[[]string, error]) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(inertRow(header)); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := c.Write(inertRow(row)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func inertRow(row []string) []string {
	cells := make([]string, len(row))
	for i, cell := range row {
		cells[i] = inert(clean(cell))
	}
	return cells
}

const (
	measuredRows = 500 // rows at the top by which columns get their width
	narrowest    = 6
	widest       = 60
)

// writeXLSX holds back the first rows, because a stream wants the widths of its
// columns before any row.
func writeXLSX(w io.Writer, header []string, rows iter.Seq2[[]string, error]) error {
	out, err := newXLSX()
	if err != nil {
		return err
	}
	defer out.file.Close()
	first := [][]string{header}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if out.line == 0 && len(first) <= measuredRows {
			first = append(first, row)
			continue
		}
		if err := out.begin(first); err != nil {
			return err
		}
		if err := out.row(row, out.text); err != nil {
			return err
		}
	}
	if err := out.begin(first); err != nil {
		return err
	}
	if err := out.stream.Flush(); err != nil {
		return err
	}
	return out.file.Write(w)
}

// An xlsx is a workbook of one sheet being written.
type xlsx struct {
	file       *excelize.File
	stream     *excelize.StreamWriter
	bold, text int // styles
	line       int // the last one written
}

func newXLSX() (*xlsx, error) {
	const asText = 49 // Excel's number for the format "@"
	file := excelize.NewFile()
	stream, err := file.NewStreamWriter(file.GetSheetName(0))
	if err != nil {
		return nil, err
	}
	text, err := file.NewStyle(&excelize.Style{NumFmt: asText})
	if err != nil {
		return nil, err
	}
	bold, err := file.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	return &xlsx{file: file, stream: stream, bold: bold, text: text}, nil
}

// begin sets the sheet up and writes the header and the first rows, once.
func (x *xlsx) begin(first [][]string) error {
	if x.line > 0 {
		return nil
	}
	for i, width := range widths(first) {
		if err := x.stream.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return err
		}
	}
	err := x.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	for i, row := range first {
		style := x.text
		if i == 0 {
			style = x.bold
		}
		if err := x.row(row, style); err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsx) row(cells []string, style int) error {
	if x.line == excelize.TotalRows {
		return &Refusal{Why: TooManyRows, Limit: excelize.TotalRows}
	}
	x.line++
	values := make([]any, len(cells))
	for i, cell := range cells {
		values[i] = excelize.Cell{StyleID: style, Value: clean(cell)}
	}
	at, err := excelize.CoordinatesToCellName(1, x.line)
	if err != nil {
		return err
	}
	return x.stream.SetRow(at, values)
}

// widths measures columns in the widths of a digit; a Chinese character is two.
func widths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, narrowest)
			}
			widths[i] = min(max(widths[i], lineWidth(cell)+2), widest)
		}
	}
	return widths
}

func lineWidth(s string) (width int) {
	for _, r := range s {
		if utf8.RuneLen(r) >= 3 {
			width++
		}
		width++
		if width > widest {
			return width
		}
	}
	return width
}
