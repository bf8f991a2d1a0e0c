package simulator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// described is a small part of the Bot API as data.
const described = `{"methods":{
"sendMessage":{"name":"sendMessage","fields":[
 {"name":"chat_id","types":["Integer","String"],"required":true},
 {"name":"text","types":["String"],"required":true},
 {"name":"disable_notification","types":["Boolean"]},
 {"name":"message_thread_id","types":["Integer"]},
 {"name":"entities","types":["Array of MessageEntity"]},
 {"name":"reply_markup","types":["InlineKeyboardMarkup","ReplyKeyboardRemove"]}]},
"sendDocument":{"name":"sendDocument","fields":[
 {"name":"chat_id","types":["Integer","String"],"required":true},
 {"name":"document","types":["InputFile","String"],"required":true}]},
"getMe":{"name":"getMe"}},
"types":{
"MessageEntity":{"name":"MessageEntity","fields":[{"name":"type","types":["String"],"required":true},{"name":"offset","types":["Integer"],"required":true}]},
"InlineKeyboardMarkup":{"name":"InlineKeyboardMarkup","fields":[{"name":"inline_keyboard","types":["Array of Array of InlineKeyboardButton"],"required":true}]},
"ReplyKeyboardRemove":{"name":"ReplyKeyboardRemove","fields":[{"name":"remove_keyboard","types":["Boolean"],"required":true}]},
"CopyTextButton":{"name":"CopyTextButton","fields":[{"name":"text","types":["String"],"required":true}]},
"InlineKeyboardButton":{"name":"InlineKeyboardButton","fields":[{"name":"text","types":["String"],"required":true},
 {"name":"callback_data","types":["String"]},{"name":"url","types":["String"]},{"name":"style","types":["String"]},{"name":"copy_text","types":["CopyTextButton"]}]}}}`

func specFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(file, []byte(described), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCallsThatTheBotAPIDoesNotDescribeAreRecorded(t *testing.T) {
	for _, c := range []struct {
		name, method string
		a            args
		want         string
	}{
		{"all is well", "sendMessage", args{"chat_id": ann, "text": "x", "disable_notification": true, "reply_markup": buttons(button("A", "a"))}, ""},
		{"method", "sendMesage", args{}, "sendMesage: unknown method"},
		{"parameter", "sendMessage", args{"chat_id": ann, "text": "x", "txt": "y"}, "txt: unknown parameter"},
		{"missing", "sendMessage", args{"chat_id": ann}, "text: required parameter is missing"},
		{"integer", "sendMessage", args{"chat_id": ann, "text": "x", "message_thread_id": "one"}, "message_thread_id: not an Integer"},
		{"boolean", "sendMessage", args{"chat_id": ann, "text": "x", "disable_notification": 1}, "disable_notification: not a Boolean"},
		{"array", "sendMessage", args{"chat_id": ann, "text": "x", "entities": args{}}, "entities: not an Array"},
		{"nested field", "sendMessage", args{"chat_id": ann, "text": "x", "entities": []args{{"type": "bold"}}}, `entities[0]: field "offset" is missing`},
		{"unknown field", "sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(args{"text": "A", "callback_data": "a", "color": "red"})}, `reply_markup.inline_keyboard[0][0]: unknown field "color"`},
		{"wrong type inside", "sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(args{"text": 5, "callback_data": "a"})}, "reply_markup.inline_keyboard[0][0].text: not a String"},
		{"two actions", "sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(args{"text": "A", "callback_data": "a", "url": "https://a.b"})}, "a button has one action, not 2"},
		{"empty copy_text", "sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(args{"text": "A", "callback_data": "a", "copy_text": args{"text": ""}})}, ""},
		{"a chat that is nil", "sendMessage", args{"chat_id": "null", "text": "x"}, ""},
		{"file", "sendDocument", args{"chat_id": ann}, "document: required parameter is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := frozen()
			o.SpecFile = specFile(t)
			w := newWorld(t, o)
			w.call(c.method, c.a)
			var found []string
			for _, v := range w.Violations() {
				found = append(found, v.Detail)
			}
			got := strings.Join(found, "; ")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheLibraryKeepsToTheDescription(t *testing.T) {
	o := frozen()
	o.SpecFile = specFile(t)
	w := newWorld(t, o)
	b := w.client()
	ctx := patient(t)
	if _, err := b.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: ann, Text: "x",
		ReplyMarkup: models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "A", CallbackData: "a", Style: "success"}}}},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.SendDocument(ctx, &bot.SendDocumentParams{
		ChatID: ann, Document: &models.InputFileUpload{Filename: "a.txt", Data: strings.NewReader("x")},
	}); err != nil {
		t.Fatal(err)
	}
	if got := w.Violations(); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAMissingDescriptionIsAnError(t *testing.T) {
	if _, err := simulator.New(simulator.Options{SpecFile: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("no error")
	}
}
