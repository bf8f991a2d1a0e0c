package simulator_test

import (
	"encoding/json"
	"testing"

	"campaign/bot/simulator"

	"pgregory.net/rapid"
)

// Whatever the bot sends, the simulator answers, and never with a fault of its own.
func TestNoCallBreaksTheSimulator(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Bot: "administrator"})
	w.say(ann, g, "/x")
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": ann, "text": "x", "reply_markup": buttons(button("A", "a"))}, &m)
	methods := rapid.SampledFrom([]string{
		"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "sendLocation", "sendChatAction",
		"editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia", "deleteMessage", "deleteMessages",
		"pinChatMessage", "unpinChatMessage", "setMessageReaction", "answerCallbackQuery", "getFile", "getChat", "getChatMember",
		"getChatMemberCount", "getChatAdministrators", "setMyCommands", "getMyCommands", "deleteMyCommands", "setChatMenuButton",
		"getChatMenuButton", "setMyName", "getMyName", "getUpdates", "getWebhookInfo",
	})
	names := rapid.SampledFrom([]string{
		"chat_id", "text", "message_id", "message_ids", "caption", "parse_mode", "entities", "reply_markup", "reply_parameters",
		"photo", "document", "media", "latitude", "longitude", "user_id", "commands", "scope", "language_code", "menu_button",
		"callback_query_id", "offset", "limit", "allowed_updates", "message_thread_id", "file_id", "name",
	})
	values := rapid.SampledFrom([]string{
		`0`, `-1`, `1001`, `9223372036854775807`, `1e400`, `null`, `""`, `"x"`, `"HTML"`, `[]`, `{}`, `[[]]`, `[{}]`, `true`, `"null"`,
		`"<b>x"`, `"</b>"`, `"<a href="`, `"&#x110000;"`, `{"type":"chat","chat_id":{}}`, `{"inline_keyboard":[[{"text":"a"}]]}`,
		`{"inline_keyboard":{}}`, `{"keyboard":[[1]]}`, `{"message_id":1}`, `[{"type":"photo","media":"attach://"}]`, `"attach://x"`,
		`[{"type":"bold","offset":9223372036854775807,"length":9223372036854775807}]`, `[{"type":"bold","offset":1,"length":1}]`, `"😀😀"`,
	})
	chats := rapid.SampledFrom([]int64{ann, eve, g, m.Chat.ID})
	rapid.Check(t, func(t *rapid.T) {
		a := args{"chat_id": chats.Draw(t, "chat"), "message_id": m.MessageID, "text": "x"}
		for range rapid.IntRange(0, 5).Draw(t, "parameters") {
			a[names.Draw(t, "name")] = json.RawMessage(values.Draw(t, "value"))
		}
		method := methods.Draw(t, "method")
		if r := w.call(method, a); !r.OK && r.Code >= 500 {
			t.Fatalf("%s(%s): got %d %s", method, a, r.Code, r.Description)
		}
	})
}
