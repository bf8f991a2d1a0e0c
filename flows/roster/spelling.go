package roster

import (
	"strings"
	"unicode"
)

// narrow is s with letters, digits and signs of half width: Ｄ１：is D1:.
func narrow(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if '！' <= r && r <= '～' {
			return r - ('！' - '!')
		}
		return r
	}, s))
}

// tidy is a name as it is kept: 张　伟, spread out to align a list, is 张伟; other
// words have one space between them.
func tidy(s string) string {
	words := strings.Fields(s)
	if len(words) == 1 {
		return words[0]
	}
	var b strings.Builder
	var last rune
	for _, w := range words {
		r := []rune(w)
		if b.Len() > 0 && (!unicode.Is(unicode.Han, last) || !unicode.Is(unicode.Han, r[0])) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		last = r[len(r)-1]
	}
	return b.String()
}

// spelling brings together the ways to write one name: （本级） and (本级), with
// spaces and without, in capitals and without.
func spelling(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, narrow(name))
}

// short is what a fault quotes of a cell.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
