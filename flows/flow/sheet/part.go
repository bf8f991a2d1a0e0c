package sheet

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// each visits the tokens of a part. A part that is not there has none.
func (w *workbook) each(part string, visit func(xml.Token) error) error {
	file, ok := w.parts[part]
	if !ok {
		return nil
	}
	r, err := file.Open()
	if err != nil {
		return &Refusal{Why: Damaged}
	}
	defer r.Close()
	decoder := xml.NewDecoder(&allowance{r: r, left: &w.left})
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			return refusal
		}
		if err != nil {
			return fmt.Errorf("%w (%w)", &Refusal{Why: Damaged}, err)
		}
		if err := visit(token); err != nil {
			return err
		}
	}
}

// rowsIn counts the rows of a sheet that does not say how many it has, without
// reading them.
func (w *workbook) rowsIn(part string) (n int) {
	r, err := w.parts[part].Open()
	if err != nil {
		return 0
	}
	defer r.Close()
	left := w.left
	for in := bufio.NewReader(&allowance{r: r, left: &left}); ; {
		if _, err := in.ReadSlice('<'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return n
		}
		if tag, _ := in.Peek(len("row ")); string(tag) == "row " || string(tag) == "row>" {
			n++
		}
	}
}

// An allowance reads until the bytes that are left to all readers are used up.
type allowance struct {
	r    io.Reader
	left *int64
}

func (a *allowance) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if *a.left -= int64(n); *a.left < 0 {
		return 0, &Refusal{Why: TooBig}
	}
	return n, err
}

// A text collects the content of <v> and <t>, which hold what a cell shows.
// Phonetic guides (<rPh>) hold <t> as well and are passed over.
type text struct {
	b        strings.Builder
	open     bool
	phonetic bool
}

func (t *text) take(token xml.Token) error {
	switch e := token.(type) {
	case xml.StartElement:
		switch e.Name.Local {
		case "v", "t":
			t.open = !t.phonetic
		case "rPh":
			t.phonetic = true
		}
	case xml.EndElement:
		switch e.Name.Local {
		case "v", "t":
			t.open = false
		case "rPh":
			t.phonetic = false
		}
	case xml.CharData:
		if !t.open {
			return nil
		}
		if t.b.Len()+len(e) > 8*MaxCell { // room for every letter escaped
			return &Refusal{Why: CellTooLong, Limit: MaxCell}
		}
		t.b.Write(e)
	}
	return nil
}

func (t *text) flush() string {
	s := t.b.String()
	t.b.Reset()
	return s
}

// unescape turns _x000D_ and its like into the letter that it stands for, as
// Excel saves what XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "_x")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if len(after) >= 5 && after[4] == '_' {
			if code, err := strconv.ParseUint(after[:4], 16, 16); err == nil {
				b.WriteRune(rune(code))
				s = after[5:]
				continue
			}
		}
		b.WriteString("_x")
		s = after
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// rowNumber reads a row's number, or takes what follows from the row before.
func rowNumber(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// rowsOf is how many rows below its first the range of a sheet has (18,400 of
// A1:H18401); 0 where it does not say.
func rowsOf(ref string) int {
	from, to, ok := strings.Cut(ref, ":")
	letters := func(r rune) bool { return r >= 'A' && r <= 'Z' }
	first, err1 := strconv.Atoi(strings.TrimLeftFunc(from, letters))
	last, err2 := strconv.Atoi(strings.TrimLeftFunc(to, letters))
	if !ok || err1 != nil || err2 != nil || first < 1 || last <= first {
		return 0
	}
	return min(last-first, MaxRows)
}

// columnOf is the column of a cell's reference (28 of AB7), or what follows from
// the cell before.
func columnOf(ref string, otherwise int) int {
	column := 0
	for _, r := range ref {
		if r < 'A' || r > 'Z' || column > MaxColumns {
			break
		}
		column = 26*column + int(r-'A') + 1
	}
	if column == 0 {
		return otherwise
	}
	return column
}

// partName is the path of a part that is named from a folder.
func partName(folder, name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if !strings.HasPrefix(name, "/") {
		name = folder + "/" + name
	}
	return strings.TrimPrefix(strings.ToLower(path.Clean("/"+name)), "/")
}
