package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// clean is the text of a cell as people mean it: without the spaces around it,
// without control characters (line breaks and tabs stay), without the marks that
// are invisible or turn the direction of writing.
func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r == '\ufeff' || r == '\u200b' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069':
			return -1
		case unicode.IsControl(r) || r == '\ufffe' || r == '\uffff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// plain reports text that clean would leave alone and that is quick to know:
// printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' && (s[i] != ' ' || i == 0 || i == len(s)-1) || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// inert makes text that a spreadsheet would run as a formula into text that it
// shows: an apostrophe goes in front. In CSV that apostrophe is seen, which is
// the price: a leading tab or space is trimmed by some programs and the formula
// lives again, and ="…" is itself a formula. bare takes the apostrophe off, so
// that what Write wrote Read gives back.
func inert(s string) string {
	if startsFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func bare(s string) string {
	if strings.HasPrefix(s, "'") && startsFormula(strings.TrimLeft(s, "'")) {
		return s[1:]
	}
	return s
}

// startsFormula knows the full-width signs too: Chinese and Japanese input types
// them, and Excel takes them.
func startsFormula(s string) bool {
	for _, r := range s {
		return strings.ContainsRune("=+-@\t\r＝＋－＠", r)
	}
	return false
}

// A format is as much of a cell's number format as decides what a person reads.
type format struct {
	day, clock bool // it shows a date, a time of day
	zeros      int  // it pads to so many digits: 00000
}

// formatOf reads a number format: one of Excel's own by its number, else code.
func formatOf(id int, code string) format {
	switch {
	case id == 22:
		return format{day: true, clock: true}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
		return format{clock: true}
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return format{day: true}
	}
	if len(code) > 1 && len(code) <= 20 && strings.Trim(code, "0") == "" {
		return format{zeros: len(code)}
	}
	letters := formatLetters(code)
	clock := strings.ContainsAny(letters, "hs")
	return format{
		day:   strings.ContainsAny(letters, "yd") || !clock && strings.Contains(letters, "m"),
		clock: clock,
	}
}

// formatLetters is the first section of a format code in lower case, without what
// it quotes, escapes or brackets: colours, locales, "年".
func formatLetters(code string) string {
	var letters strings.Builder
	until, escaped := rune(0), false
	for _, r := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case until != 0:
			if r == until {
				until = 0
			}
		case r == '\\' || r == '_' || r == '*':
			escaped = true
		case r == '"':
			until = '"'
		case r == '[':
			until = ']'
		case r == ';':
			return withoutNoon(letters.String())
		default:
			letters.WriteRune(r)
		}
	}
	return withoutNoon(letters.String())
}

func withoutNoon(letters string) string { return strings.ReplaceAll(letters, "am/pm", "") }

// number is the text of a number as a person reads it in the sheet: never in
// powers of ten, never with the noise of binary fractions, dates as dates.
func (f format) number(raw string, since1904 bool) string {
	value, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(value) || math.Abs(value) >= 1e21 {
		return raw
	}
	if f.day || f.clock {
		if text, ok := f.date(value, since1904); ok {
			return text
		}
	}
	if strings.Trim(raw, "0123456789") != "" {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(value, 'g', 15, 64), 64) // as many digits as Excel has
		raw = strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	if missing := f.zeros - len(raw); missing > 0 && value >= 0 && value == math.Trunc(value) {
		raw = strings.Repeat("0", missing) + raw
	}
	return raw
}

// lastDay is in the year 9999 by either epoch, the last one that Excel has.
const lastDay = 2957003

// date reads a number as days since Excel's epoch. A day alone stays alone, so
// that nobody takes it for midnight.
func (f format) date(days float64, since1904 bool) (string, bool) {
	if days < 0 || days >= lastDay {
		return "", false
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case since1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60: // Excel believes in 1900-02-29
		epoch = epoch.AddDate(0, 0, 1)
	}
	whole, part := math.Modf(days)
	t := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round(part*86400)) * time.Second)
	switch {
	case !f.day && days < 1:
		return t.Format("15:04"), true
	case !f.clock && part == 0:
		return t.Format("2006-01-02"), true
	default:
		return t.Format("2006-01-02 15:04"), true
	}
}
