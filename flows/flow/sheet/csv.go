package sheet

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func readCSV(data []byte, g *gathering) error {
	text, err := decode(data)
	if err != nil {
		return err
	}
	g.of = strings.Count(strings.TrimSpace(text), "\n") // below the header
	s := scanner{rest: text, separator: separator(text)}
	for line := 1; s.rest != ""; line++ {
		cells, closed := s.row()
		if !closed {
			return &Refusal{Why: OpenQuote, Line: line}
		}
		if err := g.add(line, cells); err != nil {
			return err
		}
	}
	return nil
}

// A scanner takes CSV apart as Excel does, which is more forgiving than the
// standard: rows end in any way, a quotation mark inside a cell is a letter, and
// what follows a closing one belongs to the cell. Rows are counted as a
// spreadsheet counts them, however many lines their cells hold.
type scanner struct {
	rest      string
	separator string
}

// row takes one row off the text; closed is false if a quotation mark in it is
// opened and never closed.
func (s *scanner) row() (cells []string, closed bool) {
	for {
		cell, closed := s.cell()
		if !closed {
			return nil, false
		}
		cell = bare(clean(cell))
		if len(cells) < MaxColumns || cell != "" { // a million empty cells are none
			cells = append(cells, cell)
		}
		after, more := strings.CutPrefix(s.rest, s.separator)
		if more {
			s.rest = after
			continue
		}
		s.rest = strings.TrimPrefix(s.rest, "\r")
		s.rest = strings.TrimPrefix(s.rest, "\n")
		return cells, true
	}
}

func (s *scanner) cell() (cell string, closed bool) {
	if !strings.HasPrefix(s.rest, `"`) {
		return s.bareText(), true
	}
	var b strings.Builder
	for first := true; strings.HasPrefix(s.rest, `"`); first = false {
		if !first {
			b.WriteByte('"') // "" inside quotation marks is one
		}
		quoted, after, ok := strings.Cut(s.rest[1:], `"`)
		if !ok {
			return "", false
		}
		b.WriteString(quoted)
		s.rest = after
	}
	b.WriteString(s.bareText())
	return b.String(), true
}

// bareText takes the text up to the end of the cell.
func (s *scanner) bareText() string {
	end := strings.IndexAny(s.rest, s.separator+"\r\n")
	if end < 0 {
		end = len(s.rest)
	}
	text := s.rest[:end]
	s.rest = s.rest[end:]
	return text
}

// decode makes UTF-8 of the encodings in which spreadsheet programs save text:
// UTF-8, UTF-16 with its mark ("Unicode text"), and GB18030, the default of
// Chinese Windows. What holds a NUL or does not decode is no text.
func decode(data []byte) (string, error) {
	text := ""
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text = fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text = fromUTF16(data[2:], binary.BigEndian)
	case utf8.Valid(data):
		text = string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	default:
		converted, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(converted, utf8.RuneError) {
			return "", &Refusal{Why: Damaged}
		}
		text = string(converted)
	}
	if strings.Contains(text, "\x00") {
		return "", &Refusal{Why: NotSheet}
	}
	return text, nil
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// separator is the one of comma, semicolon and tab that stands most often outside
// quotation marks in the first line that has any.
func separator(text string) string {
	for line := range strings.Lines(text) {
		var commas, semicolons, tabs int
		quoted := false
		for _, r := range line {
			switch {
			case r == '"':
				quoted = !quoted
			case quoted:
			case r == ',':
				commas++
			case r == ';':
				semicolons++
			case r == '\t':
				tabs++
			}
		}
		switch most := max(commas, semicolons, tabs); {
		case most == 0:
			continue
		case most == commas:
			return ","
		case most == tabs:
			return "\t"
		default:
			return ";"
		}
	}
	return ","
}
