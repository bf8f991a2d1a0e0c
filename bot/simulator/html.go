package simulator

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainTags are the tags that need no attribute.
var plainTags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"code": "code", "pre": "pre", "tg-spoiler": "spoiler", "blockquote": "blockquote",
	"a": "text_link", "span": "spoiler", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// An htmlParser goes once through a text in Telegram's HTML.
type htmlParser struct {
	in       string
	at       int
	out      strings.Builder
	units    int // UTF-16 units written
	open     []openTag
	entities []Entity
}

// An openTag awaits its end.
type openTag struct {
	name   string
	entity Entity
	start  int // byte in out
}

func parseHTML(in string) (string, []Entity, error) {
	p := &htmlParser{in: in}
	for p.at < len(in) {
		if err := p.step(); err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, wrongHTML("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	slices.SortStableFunc(p.entities, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return p.out.String(), p.withoutHidden(), nil
}

// wrongHTML refuses a text in the words of Telegram's parser.
func wrongHTML(format string, args ...any) error {
	return badRequest("can't parse entities: "+format, args...)
}

// withoutHidden drops what stands inside code: nothing is marked there.
func (p *htmlParser) withoutHidden() []Entity {
	kept := p.entities[:0:0]
	for _, e := range p.entities {
		hidden := slices.ContainsFunc(p.entities, func(o Entity) bool {
			return (o.Type == "code" || o.Type == "pre") && o.Type != e.Type && overlap(o, e) && !(e.Type == "pre" && o.Type == "code")
		})
		if !hidden {
			kept = append(kept, e)
		}
	}
	return kept
}

func (p *htmlParser) step() error {
	switch p.in[p.at] {
	case '<':
		if strings.HasPrefix(p.in[p.at:], "</") {
			return p.end()
		}
		return p.start()
	case '&':
		r, size := htmlEntity(p.in[p.at:])
		p.write(r)
		p.at += size
	default:
		r, size := utf8.DecodeRuneInString(p.in[p.at:])
		p.write(r)
		p.at += size
	}
	return nil
}

func (p *htmlParser) write(r rune) {
	p.out.WriteRune(r)
	p.units++
	if r > 0xFFFF {
		p.units++
	}
}

// htmlEntity reads what begins with &; what is none stands for itself.
func htmlEntity(s string) (rune, int) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 0 {
		return '&', 1
	}
	name := s[1:end]
	switch name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	}
	number, base := strings.CutPrefix(name, "#")
	if !base {
		return '&', 1
	}
	radix := 10
	if strings.HasPrefix(lower(number), "x") {
		number, radix = number[1:], 16
	}
	n, err := strconv.ParseInt(number, radix, 32)
	if err != nil || n <= 0 || !utf8.ValidRune(rune(n)) {
		return '&', 1
	}
	return rune(n), end + 1
}

func (p *htmlParser) start() error {
	begin := p.at
	close := strings.IndexAny(p.in[p.at+1:], " \n\t>")
	if close < 0 {
		return wrongHTML("Unclosed start tag at byte offset %d", begin)
	}
	name := lower(p.in[p.at+1 : p.at+1+close])
	kind, ok := plainTags[name]
	if !ok {
		return wrongHTML("Unsupported start tag %q at byte offset %d", name, begin)
	}
	p.at += 1 + close
	attributes, err := p.attributes(name, begin)
	if err != nil {
		return err
	}
	e := Entity{Type: kind, Offset: p.units}
	if err := e.take(name, attributes, begin); err != nil {
		return err
	}
	if kind == "code" && len(p.open) > 0 && p.open[len(p.open)-1].name == "pre" {
		if language, ok := strings.CutPrefix(attributes["class"], "language-"); ok {
			p.open[len(p.open)-1].entity.Language = language
			e.Type = ""
		}
	}
	p.open = append(p.open, openTag{name: name, entity: e, start: p.out.Len()})
	return nil
}

// take sets what a tag's attributes say.
func (e *Entity) take(name string, attributes map[string]string, begin int) error {
	switch name {
	case "a":
		e.URL = attributes["href"]
	case "span":
		if attributes["class"] != "tg-spoiler" {
			return wrongHTML("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
		}
	case "tg-emoji":
		if e.CustomEmojiID = attributes["emoji-id"]; e.CustomEmojiID == "" {
			return wrongHTML("Invalid custom emoji identifier specified at byte offset %d", begin)
		}
	case "blockquote":
		if _, ok := attributes["expandable"]; ok {
			e.Type = "expandable_blockquote"
		}
	case "tg-time":
		unix, err := strconv.ParseInt(attributes["unix"], 10, 64)
		if err != nil || !validTimeFormat(attributes["format"]) {
			return wrongHTML("Invalid date or format specified in the tag \"tg-time\" at byte offset %d", begin)
		}
		e.UnixTime, e.DateTimeFormat = unix, attributes["format"]
	}
	return nil
}

// validTimeFormat accepts r, or w?[dD]?[tT]?.
func validTimeFormat(f string) bool {
	if f == "r" {
		return true
	}
	f = strings.TrimPrefix(f, "w")
	if f != "" && strings.ContainsRune("dD", rune(f[0])) {
		f = f[1:]
	}
	if f != "" && strings.ContainsRune("tT", rune(f[0])) {
		f = f[1:]
	}
	return f == ""
}

const htmlSpace = " \t\r\n"

// attributes reads up to the end of a start tag.
func (p *htmlParser) attributes(tag string, begin int) (map[string]string, error) {
	var out map[string]string
	for {
		p.at += len(p.in[p.at:]) - len(strings.TrimLeft(p.in[p.at:], htmlSpace))
		rest := p.in[p.at:]
		if rest == "" {
			return nil, wrongHTML("Unclosed start tag %q at byte offset %d", tag, begin)
		}
		if rest[0] == '>' {
			p.at++
			return out, nil
		}
		end := strings.IndexAny(rest, "=>"+htmlSpace)
		if end < 0 {
			return nil, wrongHTML("Unclosed start tag %q at byte offset %d", tag, begin)
		}
		if end == 0 {
			return nil, wrongHTML("Empty attribute name in the tag %q at byte offset %d", tag, begin)
		}
		if out == nil {
			out = map[string]string{}
		}
		name := lower(rest[:end])
		p.at += end
		if rest[end] != '=' {
			out[name] = ""
			continue
		}
		p.at++
		value, err := p.value(tag, begin)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
}

func (p *htmlParser) value(tag string, begin int) (string, error) {
	unclosed := wrongHTML("Unclosed start tag %q at byte offset %d", tag, begin)
	rest := p.in[p.at:]
	if rest == "" {
		return "", unclosed
	}
	var raw string
	if quote := rest[0]; quote == '"' || quote == '\'' {
		end := strings.IndexByte(rest[1:], quote)
		if end < 0 {
			return "", unclosed
		}
		raw = rest[1 : 1+end]
		p.at += end + 2
	} else {
		end := strings.IndexAny(rest, ">"+htmlSpace)
		if end < 0 {
			return "", unclosed
		}
		raw = rest[:end]
		p.at += end
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRuneInString(raw[i:])
		if r == '&' {
			r, size = htmlEntity(raw[i:])
		}
		b.WriteRune(r)
		i += size
	}
	return b.String(), nil
}

func (p *htmlParser) end() error {
	begin := p.at
	close := strings.IndexByte(p.in[p.at:], '>')
	if close < 0 {
		return wrongHTML("Unclosed end tag at byte offset %d", begin)
	}
	name := lower(strings.TrimSpace(p.in[p.at+2 : p.at+close]))
	p.at += close + 1
	if len(p.open) == 0 {
		return wrongHTML("Unexpected end tag at byte offset %d", begin)
	}
	last := p.open[len(p.open)-1]
	if name != "" && name != last.name {
		return wrongHTML("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, last.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	e := last.entity
	e.Length = p.units - e.Offset
	if e.Type == "text_link" {
		if e.URL == "" {
			e.URL = p.out.String()[last.start:]
		}
		if !isLink(e.URL) {
			return nil
		}
	}
	if e.Type != "" && e.Length > 0 {
		p.entities = append(p.entities, e)
	}
	return nil
}

// isLink tells whether Telegram would make a link of it.
func isLink(url string) bool {
	scheme, rest, ok := strings.Cut(lower(url), "://")
	if !ok || rest == "" {
		return strings.Contains(url, ".") && !strings.ContainsAny(url, " \n")
	}
	return (scheme == "http" || scheme == "https" || scheme == "tg" || scheme == "ton") && !strings.ContainsAny(url, " \n")
}
