package simulator

import (
	"encoding/json"
	"net/url"
	"strings"
)

const (
	mostButtons = 100
	mostData    = 64 // bytes of callback data
)

// A markup is what a reply_markup asks for.
type markup struct {
	inline   *InlineKeyboard
	keyboard []byte // a reply keyboard as it came
	remove   bool
}

// markup reads the reply_markup of a call for a chat of that kind.
func (c *call) markup(kind string) (markup, error) {
	var fields map[string]json.RawMessage
	ok, err := c.object("reply_markup", &fields)
	if err != nil {
		return markup{}, badRequest("can't parse reply keyboard markup JSON object")
	}
	if !ok {
		return markup{}, nil
	}
	raw := []byte(c.values["reply_markup"])
	switch {
	case fields["inline_keyboard"] != nil:
		keyboard, err := readInline(raw)
		return markup{inline: keyboard}, err
	case fields["keyboard"] != nil:
		return markup{keyboard: raw}, checkKeyboard(raw, kind)
	case fields["remove_keyboard"] != nil:
		return markup{remove: true}, nil
	}
	return markup{}, nil
}

func readInline(raw []byte) (*InlineKeyboard, error) {
	var keyboard InlineKeyboard
	if err := json.Unmarshal(raw, &keyboard); err != nil {
		return nil, badRequest("can't parse inline keyboard button: %s", "wrong field type")
	}
	total := 0
	rows := keyboard.Rows[:0]
	for _, row := range keyboard.Rows {
		for i := range row {
			if err := row[i].check(); err != nil {
				return nil, err
			}
		}
		if total += len(row); len(row) > 0 {
			rows = append(rows, row)
		}
	}
	if total > mostButtons {
		return nil, badRequest("reply markup is too long")
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &InlineKeyboard{Rows: rows}, nil
}

// check refuses a button that Telegram refuses. Of several actions the first in
// Telegram's order counts; an empty copy_text beside another is passed over.
func (b *Button) check() error {
	if strings.TrimSpace(b.Text) == "" {
		return badRequest("can't parse inline keyboard button: Field \"text\" must be non-empty")
	}
	switch b.Style {
	case "", "danger", "success", "primary":
	default:
		return badRequest("can't parse inline keyboard button: invalid button style specified")
	}
	if b.URL != "" || b.CallbackData != "" {
		if b.CopyText != nil && b.CopyText.Text == "" {
			b.CopyText = nil
		}
	}
	switch {
	case b.URL != "":
		if !validButtonURL(b.URL) {
			return badRequest("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
		}
	case b.CallbackData != "":
		if len(b.CallbackData) > mostData {
			return badRequest("BUTTON_DATA_INVALID")
		}
	case b.WebApp != nil, b.LoginURL != nil, b.CallbackGame != nil, b.Pay:
	case b.SwitchInlineQuery != nil, b.SwitchInlineQueryCurrentChat != nil, b.SwitchInlineQueryChosenChat != nil:
	case b.CopyText != nil:
		if n := utf16Len(b.CopyText.Text); n < 1 || n > 256 {
			return badRequest("BUTTON_COPY_TEXT_INVALID")
		}
	default:
		return badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	return nil
}

func validButtonURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https", "tg", "tonsite":
		return u.Host != ""
	case "":
		return strings.Contains(text, ".") && !strings.ContainsAny(text, " \n")
	}
	return false
}

// A replyKeyboard stands below the line where a person types.
type replyKeyboard struct {
	Rows        [][]replyButton `json:"keyboard"`
	Resize      bool            `json:"resize_keyboard"`
	Persistent  bool            `json:"is_persistent"`
	OneTime     bool            `json:"one_time_keyboard"`
	Placeholder string          `json:"input_field_placeholder"`
}

// A replyButton says its text, or shares a contact or a place. It may also be
// written as the text alone.
type replyButton struct {
	Text            string `json:"text"`
	RequestContact  bool   `json:"request_contact"`
	RequestLocation bool   `json:"request_location"`
}

// UnmarshalJSON reads either spelling.
func (b *replyButton) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &b.Text)
	}
	type plain replyButton
	return json.Unmarshal(raw, (*plain)(b))
}

func checkKeyboard(raw []byte, kind string) error {
	var k replyKeyboard
	if err := json.Unmarshal(raw, &k); err != nil {
		return badRequest("can't parse keyboard button: wrong field type")
	}
	if n := utf16Len(k.Placeholder); n > 64 {
		return badRequest("INPUT_FIELD_PLACEHOLDER_TOO_LONG")
	}
	for _, row := range k.Rows {
		for _, b := range row {
			switch {
			case strings.TrimSpace(b.Text) == "":
				return badRequest("can't parse keyboard button: Field \"text\" must be non-empty")
			case b.RequestContact && kind != private:
				return badRequest("phone number can be requested in private chats only")
			case b.RequestLocation && kind != private:
				return badRequest("location can be requested in private chats only")
			}
		}
	}
	return nil
}
