package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"path"
	"strconv"
	"strings"
)

// The bounds of what an XLSX file unfolds to. They leave room for MaxRows of a
// roster and none for a zip bomb.
const (
	maxUnzipped = 128 << 20
	maxShared   = 2_000_000 // shared strings
	maxStyles   = 65_536    // cell styles: Excel's own bound
)

// A workbook is an XLSX file being read. We read it ourselves, as a stream of XML
// tokens: a roster of ten districts must not cost a gigabyte, and a streaming
// reader that hands out text alone cannot tell a date from a number.
type workbook struct {
	parts     map[string]*zip.File // by lower-case path without a leading slash
	left      int64                // bytes that may still be unfolded
	shared    []string
	formats   []format // by cell style
	since1904 bool
}

// readXLSX gathers the rows of the first visible sheet that has any, unfolding no
// more than so many bytes.
func readXLSX(data []byte, unzipped int64, g *gathering) error {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return &Refusal{Why: Damaged}
	}
	w := workbook{parts: map[string]*zip.File{}, left: unzipped}
	for _, f := range archive.File {
		w.parts[partName("", f.Name)] = f
	}
	sheets, err := w.open()
	if err != nil {
		return err
	}
	for _, part := range sheets {
		if err := w.readSheet(part, g); err != nil {
			return err
		}
		if len(g.rows) > 0 {
			return nil
		}
	}
	return nil
}

// open reads what all sheets share and returns the parts of the visible sheets in
// their order.
func (w *workbook) open() ([]string, error) {
	_, document, err := w.relations("")
	if err != nil {
		return nil, err
	}
	targets, _, err := w.relations(document)
	if err != nil {
		return nil, err
	}
	sheets, err := w.readBook(document, targets)
	if err != nil {
		return nil, err
	}
	folder := path.Dir(document)
	if err := w.readShared(partName(folder, "sharedStrings.xml")); err != nil {
		return nil, err
	}
	return sheets, w.readStyles(partName(folder, "styles.xml"))
}

// relations reads where the relations of a part lead, by id, and which of them is
// the workbook itself.
func (w *workbook) relations(part string) (targets map[string]string, document string, err error) {
	targets = map[string]string{}
	folder, file := path.Split(part)
	err = w.each(partName(folder, "_rels/"+file+".rels"), func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" {
			return nil
		}
		target := partName(folder, attribute(e, "Target"))
		targets[attribute(e, "Id")] = target
		if strings.HasSuffix(attribute(e, "Type"), "/officeDocument") {
			document = target
		}
		return nil
	})
	return targets, document, err
}

// readBook refuses a document of another kind: text, slides, a binary workbook.
func (w *workbook) readBook(part string, targets map[string]string) (sheets []string, err error) {
	if !strings.HasSuffix(part, ".xml") {
		return nil, &Refusal{Why: NotSheet}
	}
	isBook := false
	err = w.each(part, func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbook":
			isBook = true
		case "workbookPr":
			on := attribute(e, "date1904")
			w.since1904 = on == "1" || on == "true"
		case "sheet":
			state := attribute(e, "state")
			if target, ok := targets[attribute(e, "id")]; ok && (state == "" || state == "visible") {
				sheets = append(sheets, target)
			}
		}
		return nil
	})
	if err == nil && !isBook {
		return nil, &Refusal{Why: NotSheet}
	}
	return sheets, err
}

func (w *workbook) readShared(part string) error {
	var t text
	return w.each(part, func(token xml.Token) error {
		if err := t.take(token); err != nil {
			return err
		}
		if e, ok := token.(xml.EndElement); ok && e.Name.Local == "si" {
			if len(w.shared) == maxShared {
				return &Refusal{Why: TooBig}
			}
			w.shared = append(w.shared, unescape(t.flush()))
		}
		return nil
	})
}

func (w *workbook) readStyles(part string) error {
	codes := map[int]string{}
	inCells := false
	return w.each(part, func(token xml.Token) error {
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inCells = false
			}
		case xml.StartElement:
			id, _ := strconv.Atoi(attribute(e, "numFmtId"))
			switch {
			case e.Name.Local == "cellXfs":
				inCells = true
			case len(w.formats) == maxStyles || len(codes) == maxStyles:
				return &Refusal{Why: TooBig}
			case e.Name.Local == "numFmt":
				codes[id] = attribute(e, "formatCode")
			case e.Name.Local == "xf" && inCells:
				w.formats = append(w.formats, formatOf(id, codes[id]))
			}
		}
		return nil
	})
}

// readSheet gathers the rows of one sheet.
func (w *workbook) readSheet(part string, g *gathering) error {
	var t text
	var kind, style string
	var cells []string
	line, column := 0, 0
	return w.each(part, func(token xml.Token) error {
		if err := t.take(token); err != nil {
			return &Refusal{Why: CellTooLong, Line: line, Limit: MaxCell}
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "dimension":
				g.of = rowsOf(attribute(e, "ref"))
			case "sheetData":
				if g.of == 0 && g.far != nil {
					g.of = w.rowsIn(part) - 1
				}
			case "row":
				cells, column = nil, 0
				line = rowNumber(attribute(e, "r"), line+1)
			case "c":
				t.flush()
				column = columnOf(attribute(e, "r"), column+1)
				kind, style = attribute(e, "t"), attribute(e, "s")
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "row":
				return g.add(line, cells)
			case "c":
				value := w.value(kind, style, t.flush())
				if value == "" {
					return nil
				}
				if column > MaxColumns {
					return &Refusal{Why: TooManyColumns, Line: line, Limit: MaxColumns}
				}
				for len(cells) < column {
					cells = append(cells, "")
				}
				cells[column-1] = value
			}
		}
		return nil
	})
}

// value is the text of a cell of a kind and style. A formula counts for the
// result that was saved with it.
func (w *workbook) value(kind, style, raw string) string {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || i < 0 || i >= len(w.shared) {
			return ""
		}
		return w.shared[i]
	case "inlineStr", "str":
		return unescape(raw)
	case "b":
		return map[string]string{"0": "FALSE", "1": "TRUE"}[strings.TrimSpace(raw)]
	case "e":
		return raw
	case "d": // 2026-12-01T14:00:00
		if day, clock, ok := strings.Cut(raw, "T"); ok && len(clock) >= len("15:04") {
			return day + " " + clock[:len("15:04")]
		}
		return raw
	}
	var f format
	if i, err := strconv.Atoi(style); err == nil && i >= 0 && i < len(w.formats) {
		f = w.formats[i]
	}
	return f.number(strings.TrimSpace(raw), w.since1904)
}
