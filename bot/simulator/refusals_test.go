package simulator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"campaign/bot/simulator"
)

// buttons is an inline keyboard of one row.
func buttons(row ...args) args { return args{"inline_keyboard": [][]args{row}} }

func button(text, data string) args { return args{"text": text, "callback_data": data} }

func TestWhatTelegramRefusesIsRefusedInItsWords(t *testing.T) {
	w := newWorld(t, frozen())
	var sent, other simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "old", "reply_markup": buttons(button("A", "a"))}, &sent)
	w.must("sendLocation", args{"chat_id": ann, "latitude": 1, "longitude": 2}, &other)
	said := w.say(ann, ann, "mine")
	full := make([]args, 101)
	for i := range full {
		full[i] = button(fmt.Sprint(i), "x")
	}
	for _, c := range []struct {
		name, method string
		a            args
		description  string
	}{
		{"no chat", "sendMessage", args{"text": "x"}, "Bad Request: chat_id is empty"},
		{"a chat that is none", "sendMessage", args{"chat_id": 7, "text": "x"}, "Bad Request: chat not found"},
		{"a user who never started", "sendMessage", args{"chat_id": eve, "text": "x"}, "Bad Request: chat not found"},
		{"no text", "sendMessage", args{"chat_id": ann}, "Bad Request: message text is empty"},
		{"space alone", "sendMessage", args{"chat_id": ann, "text": " \n\t "}, "Bad Request: message text is empty"},
		{"tags alone", "sendMessage", args{"chat_id": ann, "text": "<b></b>", "parse_mode": "HTML"}, "Bad Request: message text is empty"},
		{"too long", "sendMessage", args{"chat_id": ann, "text": strings.Repeat("好", 4097)}, "Bad Request: message is too long"},
		{"too long in UTF-16", "sendMessage", args{"chat_id": ann, "text": strings.Repeat("🙂", 2049)}, "Bad Request: message is too long"},
		{"too many bytes", "sendMessage", args{"chat_id": ann, "text": strings.Repeat("<b></b>", 5000), "parse_mode": "HTML"}, "Bad Request: Text is too long"},
		{"bad HTML", "sendMessage", args{"chat_id": ann, "text": "a <b>b", "parse_mode": "HTML"}, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"a mode that is none", "sendMessage", args{"chat_id": ann, "text": "a", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode"},
		{"data too long", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": buttons(button("A", strings.Repeat("d", 65)))}, "Bad Request: BUTTON_DATA_INVALID"},
		{"data too long in bytes", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": buttons(button("A", strings.Repeat("签", 22)))}, "Bad Request: BUTTON_DATA_INVALID"},
		{"no data", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": buttons(button("A", ""))}, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"an empty copy_text alone", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": buttons(args{"text": "A", "copy_text": args{"text": ""}})}, "Bad Request: BUTTON_COPY_TEXT_INVALID"},
		{"too many buttons", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": buttons(full...)}, "Bad Request: reply markup is too long"},
		{"a reply to nothing", "sendMessage", args{"chat_id": ann, "text": "a", "reply_parameters": args{"message_id": 5}}, "Bad Request: message to be replied not found"},
		{"a thread that is none", "sendMessage", args{"chat_id": ann, "text": "a", "message_thread_id": 5}, "Bad Request: message thread not found"},
		{"an edit without change", "editMessageText", args{"chat_id": ann, "message_id": sent.MessageID, "text": "old", "reply_markup": buttons(button("A", "a"))}, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"},
		{"the same keyboard", "editMessageReplyMarkup", args{"chat_id": ann, "message_id": sent.MessageID, "reply_markup": buttons(button("A", "a"))}, "Bad Request: message is not modified"},
		{"an edit of nothing", "editMessageText", args{"chat_id": ann, "message_id": 5, "text": "x"}, "Bad Request: message to edit not found"},
		{"an edit of another's", "editMessageText", args{"chat_id": ann, "message_id": said.MessageID, "text": "x"}, "Bad Request: message can't be edited"},
		{"an edit to nothing", "editMessageText", args{"chat_id": ann, "message_id": sent.MessageID, "text": ""}, "Bad Request: message text is empty"},
		{"text of a place", "editMessageText", args{"chat_id": ann, "message_id": other.MessageID, "text": "x"}, "Bad Request: there is no text in the message to edit"},
		{"caption of a text", "editMessageCaption", args{"chat_id": ann, "message_id": sent.MessageID, "caption": "x"}, "Bad Request: there is no caption in the message to edit"},
		{"deleting nothing", "deleteMessage", args{"chat_id": ann, "message_id": 5}, "Bad Request: message to delete not found"},
		{"an answer to no press", "answerCallbackQuery", args{"callback_query_id": "5"}, "Bad Request: query is too old and response timeout expired or query ID is invalid"},
		{"an answer too long", "answerCallbackQuery", args{"callback_query_id": "5", "text": strings.Repeat("a", 201)}, "Bad Request: MESSAGE_TOO_LONG"},
		{"a keyboard with a wrong field", "sendMessage", args{"chat_id": ann, "text": "a", "reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"},
		{"a place off the Earth", "sendLocation", args{"chat_id": ann, "latitude": 91, "longitude": 0}, "Bad Request: wrong location specified"},
	} {
		t.Run(c.name, func(t *testing.T) { w.refused(c.method, c.a, 400, c.description) })
	}
}

func TestWhatIsJustWithinTheLimitsIsSent(t *testing.T) {
	w := newWorld(t, frozen())
	for name, a := range map[string]args{
		"4096 units":            {"text": strings.Repeat("好", 4096)},
		"4096 units after tags": {"text": "<b>" + strings.Repeat("a", 4096) + "</b>", "parse_mode": "HTML"},
		"64 bytes of data":      {"text": "a", "reply_markup": buttons(button("A", strings.Repeat("d", 64)))},
		"copy_text beside data": {"text": "a", "reply_markup": buttons(args{"text": "A", "callback_data": "a", "copy_text": args{"text": ""}})},
		"a reply to what went":  {"text": "a", "reply_parameters": args{"message_id": 5, "allow_sending_without_reply": true}},
	} {
		t.Run(name, func(t *testing.T) {
			a["chat_id"] = ann
			w.must("sendMessage", a, nil)
		})
	}
}

func TestAnEditWithoutAKeyboardTakesItAway(t *testing.T) {
	w := newWorld(t, frozen())
	var sent, edited simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "old", "reply_markup": buttons(button("A", "a"))}, &sent)
	w.must("editMessageText", args{"chat_id": ann, "message_id": sent.MessageID, "text": "old"}, &edited)
	if edited.ReplyMarkup != nil || edited.EditDate == 0 || edited.MessageID != sent.MessageID {
		t.Errorf("got %+v", edited)
	}
}

func TestAMessageOlderThanTwoDaysIsNotDeleted(t *testing.T) {
	w := newWorld(t, frozen())
	var old, fresh simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "old"}, &old)
	if err := w.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	w.must("sendMessage", args{"chat_id": ann, "text": "fresh"}, &fresh)
	w.refused("deleteMessage", args{"chat_id": ann, "message_id": old.MessageID}, 400, "Bad Request: message can't be deleted")
	w.must("deleteMessages", args{"chat_id": ann, "message_ids": []int64{old.MessageID, fresh.MessageID}}, nil)
	left, err := w.Messages(ann, ann)
	if err != nil || len(left) != 1 || left[0].Text != "old" {
		t.Errorf("got %+v, %v", left, err)
	}
}

func TestThoseWhoCannotHearAreForbidden(t *testing.T) {
	w := newWorld(t, frozen())
	text := func(chat int64) args { return args{"chat_id": chat, "text": "x"} }
	if err := w.Block(ann, true); err != nil {
		t.Fatal(err)
	}
	w.refused("sendMessage", text(ann), 403, "Forbidden: bot was blocked by the user")
	if err := w.SetDeleted(bob, true); err != nil {
		t.Fatal(err)
	}
	w.refused("sendMessage", text(bob), 403, "Forbidden: user is deactivated")
	if _, err := w.Start(ann, ""); err != nil {
		t.Fatal(err)
	}
	w.must("sendMessage", text(ann), nil)

	small := w.AddGroup(simulator.Group{Title: "small", Creator: ann})
	large := w.AddGroup(simulator.Group{Title: "large", Creator: ann, Supergroup: true})
	for _, c := range []struct {
		chat   int64
		status string
		code   int
		want   string
	}{
		{small, "kicked", 403, "Forbidden: bot was kicked from the group chat"},
		{large, "kicked", 403, "Forbidden: bot was kicked from the supergroup chat"},
		{small, "left", 403, "Forbidden: bot is not a member of the group chat"},
		{large, "left", 403, "Forbidden: bot is not a member of the supergroup chat"},
		{large, "restricted", 400, "Bad Request: not enough rights to send text messages to the chat"},
	} {
		if err := w.SetMember(ann, c.chat, w.Bot().ID, c.status); err != nil {
			t.Fatal(err)
		}
		w.refused("sendMessage", text(c.chat), c.code, c.want)
	}
}

func TestParametersAreReadInEveryForm(t *testing.T) {
	w := newWorld(t, frozen())
	const form = "--x\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n1001\r\n--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--x--\r\n"
	for _, c := range []struct{ kind, body string }{
		{"application/json", `{"chat_id":1001,"text":"hi"}`},
		{"application/json; charset=utf-8", `{"chat_id":"1001","text":"hi"}`},
		{"application/x-www-form-urlencoded", "chat_id=1001&text=hi"},
		{"multipart/form-data; boundary=x", form},
	} {
		if r := w.post("sendMessage", c.kind, c.body); !r.OK {
			t.Errorf("%s: got %q", c.kind, r.Description)
		}
	}
	if r := w.post("sendMessage?chat_id=1001&text=hi", "", ""); !r.OK {
		t.Errorf("query: got %q", r.Description)
	}
	if r := w.post("getMe", "multipart/form-data; boundary=x", "--x--\r\n"); !r.OK {
		t.Errorf("empty multipart: got %q", r.Description)
	}
	if r := w.post("sendMessage", "application/json", "{"); r.OK || r.Code != 400 {
		t.Errorf("broken JSON: got %+v", r)
	}
}
