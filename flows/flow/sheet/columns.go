package sheet

import (
	"strings"
	"unicode"
)

// A Column is one that a reader of tables knows, by its name in English and in
// Chinese.
type Column struct {
	Key   string // member_no
	Alias string // 编号
}

// Columns finds the known columns in a header: at tells, by Key, which cell of a
// row holds each. Names match in either language, whatever their case, width and
// spacing. Missing are the known columns that are not there; unknown are the
// names that mean nothing here or repeat a column that was found already.
func Columns(header []string, known []Column) (at map[string]int, missing []Column, unknown []string) {
	keys := make(map[string]string, 2*len(known))
	for _, c := range known {
		keys[fold(c.Key)] = c.Key
		keys[fold(c.Alias)] = c.Key
	}
	delete(keys, "")
	at = make(map[string]int, len(known))
	for i, name := range header {
		if clean(name) == "" {
			continue
		}
		key, ok := keys[fold(name)]
		if _, taken := at[key]; !ok || taken {
			unknown = append(unknown, name)
			continue
		}
		at[key] = i
	}
	for _, c := range known {
		if _, ok := at[c.Key]; !ok {
			missing = append(missing, c)
		}
	}
	return at, missing, unknown
}

// fold brings the spellings of a column's name together: 姓　名 and 姓名,
// "Member No" and member_no, ＮＡＭＥ and name, 编号* and 编号.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("\ufeff\u200b_-*:", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
