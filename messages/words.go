package messages

import (
	_ "embed"
	"fmt"
	"html"
	"strings"
	"time"

	"campaign"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

//go:embed zh.txt
var shared string

// Words turns texts into the language of their reader. It may be used by several
// at once.
type Words struct {
	Chinese map[Sentence]string // every translation
	english *message.Printer
	chinese *message.Printer
}

// NewWords reads translations: the words that all flows share, and the files of
// the flows. A file has a line for each sentence: English, a tab, Chinese, with
// \n for a line break. It fails on a line without both halves, and on a sentence
// that two files translate differently.
func NewWords(files ...string) (*Words, error) {
	w := &Words{Chinese: map[Sentence]string{}}
	for _, file := range append([]string{shared}, files...) {
		if err := w.read(file); err != nil {
			return nil, err
		}
	}
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for en, zh := range w.Chinese {
		if err := b.SetString(language.Chinese, string(en), zh); err != nil {
			return nil, fmt.Errorf("messages: Chinese of %q: %w", en, err)
		}
	}
	w.english, w.chinese = message.NewPrinter(language.English, message.Catalog(b)), message.NewPrinter(language.Chinese, message.Catalog(b))
	return w, nil
}

func (w *Words) read(file string) error {
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		en, zh, ok := strings.Cut(strings.ReplaceAll(line, `\n`, "\n"), "\t")
		if !ok || en == "" || zh == "" {
			return fmt.Errorf("messages: not English, tab, Chinese: %q", line)
		}
		if old, there := w.Chinese[Sentence(en)]; there && old != zh {
			return fmt.Errorf("messages: %q is both %q and %q", en, old, zh)
		}
		w.Chinese[Sentence(en)] = zh
	}
	return nil
}

// Plain writes t without markup: for buttons, toasts and files.
func (w *Words) Plain(lang campaign.Lang, t Text) string {
	return unmark.Replace(w.write(lang, t, clean))
}

// HTML writes t with the sentence's own markup; whatever came from people is
// escaped, and cleaned.
func (w *Words) HTML(lang campaign.Lang, t Text) string {
	return w.write(lang, t, func(s string) string { return html.EscapeString(clean(s)) })
}

var unmark = strings.NewReplacer("<b>", "", "</b>", "", "<i>", "", "</i>", "")

// layouts is how instants are written in each language.
var layouts = map[campaign.Lang]struct{ day, moment, comma string }{
	campaign.English: {"Mon 2 Jan", "2 Jan 15:04", ", "},
	campaign.Chinese: {"1月2日", "1月2日 15:04", "、"},
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

func (w *Words) write(lang campaign.Lang, t Text, person func(string) string) string {
	if t.Say == "" {
		return ""
	}
	printer, as := w.english, layouts[campaign.English]
	if lang == campaign.Chinese {
		printer, as = w.chinese, layouts[campaign.Chinese]
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		switch a := a.(type) {
		case string:
			args[i] = person(a)
		case campaign.Day:
			args[i] = a.Format(as.day)
			if lang == campaign.Chinese {
				args[i] = a.Format(as.day) + " " + weekdays[a.Weekday()]
			}
		case campaign.Clock:
			args[i] = a.String()
		case time.Time:
			args[i] = a.Format("15:04")
		case Moment:
			args[i] = time.Time(a).Format(as.moment)
		case Text:
			args[i] = w.write(lang, a, person)
		case List:
			parts := make([]string, len(a))
			for j, x := range a {
				parts[j] = w.write(lang, x, person)
			}
			args[i] = strings.Join(parts, as.comma)
		default:
			args[i] = a
			if s, ok := word(a); ok {
				args[i] = w.write(lang, Text{Say: s}, person)
			}
		}
	}
	return printer.Sprintf(string(t.Say), args...)
}
