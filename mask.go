package campaign

import (
	"strings"
	"unicode"
)

// compound are the family names of two characters that are borne today.
const compound = "欧阳 歐陽 上官 司马 司馬 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文 长孙 長孫 司徒 司空 夏侯 " +
	"端木 百里 东郭 東郭 南宫 南宮 西门 西門 呼延 万俟 濮阳 濮陽 淳于 单于 太史 申屠 公冶 轩辕 軒轅 钟离 鍾離 闻人 聞人 澹台 澹臺 赫连 赫連 拓跋 独孤 獨孤"

// longestMasked bounds what MaskedName returns, in characters.
const longestMasked = 24

// MaskedName hides most of a name, so that its bearer knows it again and others
// learn little: 张*, 张*明, 欧阳*, and J*** S**** where letters are written. It never
// shows a whole given name.
func MaskedName(name string) string {
	if strings.ContainsFunc(name, isHan) {
		name = strings.Join(strings.Fields(name), "") // 张　明 is 张明, spread out to align a list
	}
	words := strings.FieldsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r)
	})
	var masked []string
	for _, w := range words {
		masked = append(masked, maskedWord([]rune(w)))
	}
	r := []rune(strings.Join(masked, " "))
	return string(r[:min(len(r), longestMasked)])
}

func maskedWord(r []rune) string {
	first, last := 1, 0
	if isHan(r[0]) {
		if len(r) > 2 && strings.Contains(compound, string(r[:2])) {
			first = 2
		}
		if len(r)-first > 1 {
			last = 1
		}
	}
	hidden := max(len(r)-first-last, 1)
	return string(r[:first]) + strings.Repeat("*", hidden) + string(r[len(r)-last:])
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
