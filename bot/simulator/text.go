package simulator

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Most UTF-16 units of a text and of a caption.
const (
	mostText    = 4096
	mostCaption = 1024
)

// formatted reads a text of a call: what is shown, and how it is marked.
func (c *call) formatted(textName, entitiesName string) (string, []Entity, error) {
	raw := c.values[textName]
	if len(raw) > longestText {
		return "", nil, badRequest("Text is too long")
	}
	if !utf8.ValidString(raw) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	var entities []Entity
	text := raw
	switch lower(c.values["parse_mode"]) {
	case "":
		if _, err := c.object(entitiesName, &entities); err != nil {
			return "", nil, err
		}
		for _, e := range entities {
			if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > utf16Len(text) {
				return "", nil, badRequest("entity beginning at UTF-16 offset %d ends after the end of the text", e.Offset)
			}
		}
	case "html":
		var err error
		if text, entities, err = parseHTML(raw); err != nil {
			return "", nil, err
		}
	default:
		return "", nil, badRequest("unsupported parse_mode")
	}
	text, entities = trim(text, entities)
	return text, findEntities(text, entities), nil
}

// trim drops the space around a text, and moves its entities along.
func trim(text string, entities []Entity) (string, []Entity) {
	start := strings.TrimLeftFunc(text, unicode.IsSpace)
	shift := utf16Len(text[:len(text)-len(start)])
	out := strings.TrimRightFunc(start, unicode.IsSpace)
	length := utf16Len(out)
	kept := entities[:0:0]
	for _, e := range entities {
		from, to := max(e.Offset-shift, 0), min(e.Offset+e.Length-shift, length)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return out, kept
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// utf16Slice cuts a part out of a text, by UTF-16 units.
func utf16Slice(s string, offset, length int) string {
	from, to, n := len(s), len(s), 0
	for i, r := range s {
		if n >= offset && from == len(s) {
			from = i
		}
		if n >= offset+length {
			to = i
			break
		}
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return s[min(from, to):to]
}

// marks finds what Telegram marks by itself.
var marks = regexp.MustCompile(`(https?://[^\s<>"]+)|(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)|(@[A-Za-z0-9_]{4,32})|(\+[0-9](?:[0-9 -]{6,16})[0-9])|(#[\pL\pN_]{1,256})`)

// markNames are the kinds of the groups of marks.
var markNames = [...]string{"url", "bot_command", "mention", "phone_number", "hashtag"}

// findEntities adds links, commands and the like to the entities of a text, in
// the order of the text.
func findEntities(text string, given []Entity) []Entity {
	if !strings.ContainsAny(text, "/@+#") {
		return given
	}
	out := slices.Clone(given)
	for _, at := range marks.FindAllStringSubmatchIndex(text, -1) {
		if before, _ := utf8.DecodeLastRuneInString(text[:at[0]]); before != utf8.RuneError && joins(before) {
			continue
		}
		kind := 0
		for at[2+2*kind] < 0 {
			kind++
		}
		if after, _ := utf8.DecodeRuneInString(text[at[1]:]); kind == 1 && (after == '/' || after == '@') {
			continue
		}
		e := Entity{Type: markNames[kind], Offset: utf16Len(text[:at[0]]), Length: utf16Len(text[at[0]:at[1]])}
		if !slices.ContainsFunc(given, func(g Entity) bool { return opaque(g.Type) && overlap(g, e) }) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return out
}

// joins tells whether a mark cannot begin right after r.
func joins(r rune) bool {
	return r == '/' || r == '_' || r == '<' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// opaque entities keep others out.
func opaque(kind string) bool {
	switch kind {
	case "code", "pre", "text_link", "url", "text_mention", "mention", "bot_command", "date_time":
		return true
	}
	return false
}

func overlap(a, b Entity) bool { return a.Offset < b.Offset+b.Length && b.Offset < a.Offset+a.Length }
