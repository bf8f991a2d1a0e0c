package bot

import (
	"strings"
	"unicode/utf16"

	"campaign/messages"
	"campaign/storage"
)

// What Telegram takes of one message.
const (
	textLimit    = 4096 // UTF-16 units, after its markup is read
	captionLimit = 1024
	labelLimit   = 64
	hintLimit    = 64
)

// A sheet is a message as Telegram is told: text or, where that is too long for
// one message, a file that holds it all; or a picture.
type sheet struct {
	html    string
	file    string            // the whole text, where html is only its beginning
	picture *messages.Picture // html is its caption
	markup  any               // nil is no keyboard
}

// The shapes of keyboards. They are ours, since the library's buttons carry
// empty fields along.
type (
	inlineKeyboard struct {
		Rows [][]inlineButton `json:"inline_keyboard"`
	}
	inlineButton struct {
		Text  string `json:"text"`
		Data  string `json:"callback_data,omitempty"`
		URL   string `json:"url,omitempty"`
		Style string `json:"style,omitempty"`
	}
	replyKeyboard struct {
		Rows       [][]replyButton `json:"keyboard"`
		Resize     bool            `json:"resize_keyboard"`
		Persistent bool            `json:"is_persistent,omitempty"`
		Hint       string          `json:"input_field_placeholder,omitempty"`
	}
	replyButton struct {
		Text     string `json:"text"`
		Contact  bool   `json:"request_contact,omitempty"`
		Location bool   `json:"request_location,omitempty"`
	}
	noKeyboard struct {
		Remove bool `json:"remove_keyboard"`
	}
)

// render writes a message for its reader.
func render(w *messages.Words, username string, d storage.Delivery, m messages.Message) sheet {
	lines, plain := make([]string, len(m.Lines)), make([]string, len(m.Lines))
	for i, l := range m.Lines {
		lines[i], plain[i] = w.HTML(d.Lang, l), w.Plain(d.Lang, l)
	}
	s := sheet{html: strings.Join(lines, "\n")}
	switch whole := strings.Join(plain, "\n"); {
	case m.Picture != nil && units(whole) > captionLimit:
		s = sheet{html: escape(shorten(whole, captionLimit)), picture: m.Picture}
	case m.Picture != nil:
		s.picture = m.Picture
	case units(whole) > textLimit:
		s = sheet{html: escape(shorten(whole, captionLimit-24)), file: whole}
	}
	switch {
	case d.Bare:
		if len(m.Keys) > 0 {
			s.markup = inlineKeyboard{Rows: [][]inlineButton{}}
		}
	case len(m.Keys) > 0:
		s.markup = keyboard(w, username, d, m)
	case m.Board != nil && d.Chat > 0:
		s.markup = board(w, d, *m.Board)
	}
	return s
}

func keyboard(w *messages.Words, username string, d storage.Delivery, m messages.Message) inlineKeyboard {
	var k inlineKeyboard
	n := 0
	for _, row := range m.Rows(d.Plain) {
		var buttons []inlineButton
		for _, key := range row {
			b := inlineButton{Text: shorten(w.Plain(d.Lang, key.Label), labelLimit), Style: string(key.Style)}
			switch {
			case key.Link != "":
				b.URL = key.Link
			case key.Start != "":
				b.URL = "https://t.me/" + username + "?start=" + key.Start
			default:
				b.Data = callbackData(d.Content, n)
			}
			n++
			buttons = append(buttons, b)
		}
		k.Rows = append(k.Rows, buttons)
	}
	return k
}

func board(w *messages.Words, d storage.Delivery, b messages.Board) any {
	if len(b.Rows) == 0 {
		return noKeyboard{Remove: true}
	}
	k := replyKeyboard{Resize: true, Persistent: true, Hint: shorten(w.Plain(d.Lang, b.Hint), hintLimit)}
	for _, row := range b.Lines(d.Plain) {
		var keys []replyButton
		for _, key := range row {
			keys = append(keys, replyButton{Text: w.Plain(d.Lang, key.Label), Contact: key.Contact, Location: key.Location})
		}
		k.Rows = append(k.Rows, keys)
	}
	return k
}

// units is the length of s as Telegram counts.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
