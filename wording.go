package campaign

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// ErrDay says that a text is not a day, or a day that there is not.
var ErrDay = errors.New("not a day")

// ErrClock says that a text is not a time of day.
var ErrClock = errors.New("not a time of day")

// ErrUnclear is the ErrClock of a time that may be before or after noon, as 2点:
// it is asked about rather than guessed.
var ErrUnclear = fmt.Errorf("%w that is clear", ErrClock)

// A When is what a line like 下周三上午 or "tomorrow at 2pm" says. The Half is the
// part of the day that was named, or the one in which the Clock lies.
type When struct {
	Day      Day
	Half     Half
	Clock    Clock
	HasHalf  bool
	HasClock bool
}

// ReadWhen reads a typed line that holds a day and may hold a time or a part of
// the day, before or behind it. Days are read as by ReadDay and times as by
// ReadClock, but that 1400 and 14.00 are no times beside a day. The error is
// ErrDay, ErrClock or ErrUnclear and never repeats the text.
func ReadWhen(s string, today Day) (When, error) {
	t, ok := plain(s)
	if !ok {
		return When{}, ErrDay
	}
	if d, rest, ok := t.day(today); ok {
		if rest.ended() {
			return When{Day: d}, nil
		}
		w, rest, err := rest.joined().time()
		if err == nil && !rest.ended() {
			err = ErrClock
		}
		if err != nil {
			return When{}, err
		}
		w.Day = d
		return w, nil
	}
	w, rest, err := t.time()
	if errors.Is(err, ErrUnclear) {
		return When{}, err
	}
	w.Day, rest, ok = rest.joined().day(today)
	if err != nil || !ok || !rest.ended() {
		return When{}, ErrDay
	}
	return w, nil
}

// time reads a time of day or a part of the day.
func (t text) time() (When, text, error) {
	c, rest, err := t.clock(false)
	if err == nil {
		return When{Clock: c, HasClock: true, Half: c.Half(), HasHalf: true}, rest, nil
	}
	if p, rest, ok := t.period(); ok && p.alone && !errors.Is(err, ErrUnclear) {
		return When{Half: p.half, HasHalf: true}, rest, nil
	}
	return When{}, t, err
}

// A text is what is left to read of a typed line, in plain characters: lower case,
// digits and signs of half width, single spaces. Reading returns what is left.
type text string

// longestWording bounds what is read at all, in bytes.
const longestWording = 120

// simplified are the traditional forms of the characters that are read here, and
// other ways to write the same.
var simplified = map[rune]rune{
	'週': '周', '禮': '礼', '後': '后', '點': '点', '號': '号', '時': '时', '這': '这', '個': '个', '鐘': '钟',
	'兩': '二', '两': '二', '〇': '零', '。': '.',
	'‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-',
}

// together are the words that say a day and a part of it in one.
var together = strings.NewReplacer(
	"今晚上", "今天晚上", "明晚上", "明天晚上", "今早上", "今天早上", "明早上", "明天早上",
	"今晚", "今天晚上", "明晚", "明天晚上", "昨晚", "昨天晚上", "今早", "今天早上", "明早", "明天早上",
	"tonight", "today evening", "this morning", "today morning",
	"this afternoon", "today afternoon", "this evening", "today evening",
)

// plain makes a text of what was typed, unless that is too long to be a date.
func plain(s string) (text, bool) {
	if len(s) > longestWording {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		if '！' <= r && r <= '～' {
			r += '!' - '！'
		}
		if to, ok := simplified[r]; ok {
			return to
		}
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r): // invisible marks, which phones put around pasted text
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	return text(together.Replace(strings.TrimRight(s, " ."))), true
}

// ended tells whether nothing is left to read.
func (t text) ended() bool { return strings.TrimSpace(string(t)) == "" }

// cut reads one of the words, the first that stands there, and a space before it.
func (t text) cut(words ...string) (text, bool) {
	s := strings.TrimPrefix(string(t), " ")
	for _, w := range words {
		rest, ok := strings.CutPrefix(s, w)
		if ok && (!letterAt(w, len(w)-1) || !letterAt(rest, 0)) {
			return text(rest), true
		}
	}
	return t, false
}

func letterAt(s string, i int) bool {
	return i < len(s) && 'a' <= s[i] && s[i] <= 'z'
}

// joined reads the words that may stand between a day and a time.
func (t text) joined() text {
	t, _ = t.cut(",")
	t, _ = t.cut("at", "on", "的", "于")
	return t
}

// number reads a number of at most eight digits, or in Chinese characters one below
// a hundred or digit by digit as in 二零二六. Its width is the count of its digits,
// and 0 where no number stands there.
func (t text) number() (n, width int, rest text) {
	s := strings.TrimPrefix(string(t), " ")
	for width < len(s) && '0' <= s[width] && s[width] <= '9' {
		n = n*10 + int(s[width]-'0')
		if width++; width > 8 {
			return 0, 0, t
		}
	}
	if width > 0 {
		return n, width, text(s[width:])
	}
	return t.numeral()
}

// numeral reads a number in Chinese characters.
func (t text) numeral() (n, width int, rest text) {
	s := strings.TrimPrefix(string(t), " ")
	if tens, ones, ok := strings.Cut(s, "十"); ok {
		ten, ok := digit(tens)
		if tens == "" {
			ten, ok = 1, true
		}
		if ok && ten > 0 {
			r := leading(ones)
			if one, ok := digit(r); ok && one > 0 {
				return ten*10 + one, 2, text(ones[len(r):])
			}
			return ten * 10, 2, text(ones)
		}
	}
	for width < 4 {
		r := leading(s)
		d, ok := digit(r)
		if !ok {
			break
		}
		n, width, s = n*10+d, width+1, s[len(r):]
	}
	if width == 0 {
		return 0, 0, t
	}
	return n, width, text(s)
}

const digits = "零一二三四五六七八九"

// digit is the value of a single Chinese digit.
func digit(s string) (int, bool) {
	i := strings.Index(digits, s)
	return i / len("零"), i >= 0 && len(s) == len("零")
}

// leading is the first character of s if it is as long as a Chinese digit.
func leading(s string) string { return s[:min(len(s), len("零"))] }
