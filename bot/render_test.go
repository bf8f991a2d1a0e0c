package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"

	"github.com/go-telegram/bot/models"
	"pgregory.net/rapid"
)

func TestAnAddressComesBackAndFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content, key := rapid.Int64Min(1).Draw(t, "content"), rapid.IntRange(0, 99).Draw(t, "key")
		s := callbackData(content, key)
		if len(s) > 64 {
			t.Fatalf("%q has %d bytes; Telegram takes 64", s, len(s))
		}
		if c, k := readData(s); c != content || k != key {
			t.Fatalf("%q reads as %d, %d; want %d, %d", s, c, k, content, key)
		}
	})
}

func TestOnlyOurOwnAddressesAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "data")
		c, k := readData(s)
		if c == 0 {
			if k != -1 {
				t.Fatalf("%q is refused with key %d, want -1", s, k)
			}
			return
		}
		if callbackData(c, k) != s {
			t.Fatalf("%q reads as %d, %d, which is written otherwise", s, c, k)
		}
	})
}

func TestWhatIsCutIsWithinTheLimitAndABeginning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, most := rapid.String().Draw(t, "text"), rapid.IntRange(4, 40).Draw(t, "most")
		got := shorten(s, most)
		if n := units(got); n > most {
			t.Fatalf("%q cut to %d has %d units", s, most, n)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("%q is cut in the middle of a character: %q", s, got)
		}
		if units(s) <= most && got != s {
			t.Fatalf("%q fits %d and is changed to %q", s, most, got)
		}
		if got != s && (!strings.HasSuffix(got, "…") || !strings.HasPrefix(s, strings.TrimSuffix(got, "…"))) {
			t.Fatalf("%q is cut to %q", s, got)
		}
	})
}

func words(t testing.TB) *messages.Words {
	t.Helper()
	w, err := messages.NewWords()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Whatever people write, a message fits what Telegram takes.
func TestAMessageFits(t *testing.T) {
	w := words(t)
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.String().Draw(t, "text")
		m := messages.Say("%s", strings.Repeat(part, rapid.IntRange(1, 900).Draw(t, "times"))).
			Row(messages.Button(nil, "%s", part))
		s := render(w, "muster_bot", storage.Delivery{Content: 7, Lang: campaign.English}, m)
		if s.file == "" && units(stripped(s.html)) > textLimit || s.file != "" && units(stripped(s.html)) > captionLimit {
			t.Fatalf("%d units, file %d", units(s.html), len(s.file))
		}
	})
}

// stripped is html as Telegram counts it: entities are one character each.
func stripped(html string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'").Replace(html)
}

func TestWhatPeopleWriteIsNeverMarkup(t *testing.T) {
	m := messages.Say("<b>%s</b>", `<a href="x">&amp;</a>`+"\u202e\x00").Line("%s", messages.List{messages.Verbatim("<i>")})
	got := render(words(t), "muster_bot", storage.Delivery{Lang: campaign.English}, m).html
	if want := "<b>&lt;a href=&#34;x&#34;&gt;&amp;amp;&lt;/a&gt;</b>\n&lt;i&gt;"; got != want {
		t.Errorf("rendered %q, want %q", got, want)
	}
}

func TestCommandsAreRead(t *testing.T) {
	for _, c := range []struct {
		text, name, arg string
		ours            bool
	}{
		{"/start", "start", "", true},
		{"/Start", "start", "", true},
		{"/start inv_x", "start", "inv_x", true},
		{"/start  inv_x ", "start", "inv_x", true},
		{"/bind@Muster_Bot", "bind", "", true},
		{"/bind@other_bot", "bind", "", false},
		{"/me\nnow", "me", "now", true},
		{"/", "", "", false},
		{"/签到", "", "", false},
		{"签到", "", "", false},
		{" /start", "", "", false},
		{"é /start", "", "", false},
	} {
		name, arg, ours := readCommand(c.text, "muster_bot")
		if name != c.name || arg != c.arg || ours != c.ours {
			t.Errorf("%q reads as %q, %q, %v; want %q, %q, %v", c.text, name, arg, ours, c.name, c.arg, c.ours)
		}
	}
}

// FuzzDecode holds that no update stops the bot, and that what is read of one is
// bounded and can be stored.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"update_id":1}`,
		`{"update_id":1,"message":{"message_id":1,"date":5,"chat":{"id":1,"type":"private"},"from":{"id":1},"text":"/start@x y"}}`,
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"data":"a.0"}}`,
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"message":{"chat":{"id":1,"type":"private"},"message_id":3,"date":0},"data":"a.0"}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":-1,"type":"group"},"from":{"id":1},"date":1,"old_chat_member":{"status":"member","user":{"id":2}},"new_chat_member":{"status":"kicked","user":{"id":2},"until_date":0}}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":-1,"type":"supergroup"},"from":{"id":1087968824,"is_bot":true},"sender_chat":{"id":-1,"type":"supergroup"},"text":"/bind"}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"from":{"id":1},"contact":{"phone_number":"1","user_id":1}}}`,
		`{"update_id":1,"message":{"message_id":1,"message_thread_id":7,"is_topic_message":true,"chat":{"id":-1,"type":"supergroup","is_forum":true,"title":"g\u0000"},"from":{"id":1,"first_name":"\u202e"},"text":"/bind"}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":-1,"type":"supergroup"},"from":{"id":777000},"sender_chat":{"id":-2,"type":"channel"},"is_automatic_forward":true,"text":"/bind"}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":-1,"type":"group"},"from":{"id":1},"migrate_to_chat_id":-100}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"from":{"id":1},"location":{"latitude":1e308,"longitude":0,"live_period":2147483647},"forward_origin":{"type":"user","date":1,"sender_user":{"id":1}}}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":1,"type":"private"},"from":{"id":1},"document":{"file_id":"f","file_name":"../x","file_size":-1}}}`,
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":1},"inline_message_id":"a","chat_instance":"1","data":"a.0"}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":-1,"type":"supergroup"},"from":{"id":1},"date":1,"old_chat_member":{"status":"administrator","user":{"id":2}},"new_chat_member":{"status":"restricted","is_member":true,"user":{"id":2},"until_date":0}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		id, err := updateID(string(raw))
		if err != nil {
			return
		}
		u, err := decode(id, string(raw), time.Unix(0, 0), "muster_bot")
		if err != nil {
			if strings.ContainsAny(err.Error(), "{\"") {
				t.Errorf("the error quotes the update: %v", err)
			}
			return
		}
		switch {
		case u.key == "":
			t.Error("an update without a key")
		case utf8.RuneCountInString(u.name) > nameLimit, utf8.RuneCountInString(u.chat.Title) > titleLimit:
			t.Errorf("a name of %d and a title of %d bytes", len(u.name), len(u.chat.Title))
		case u.kind == pressed && u.query == "" && u.event.Press == nil:
			t.Error("a press of nothing")
		case u.kind == command && u.event.Command == "":
			t.Error("a command without a name")
		}
		for _, s := range []string{u.name, u.chat.Title, u.event.Command, u.event.Arg} {
			if strings.Contains(s, "\x00") || !utf8.ValidString(s) {
				t.Errorf("%q cannot be stored", s)
			}
		}
	})
}

// A press is looked up field by field, for speed: it must read as the library,
// which reads everything, would read it.
func TestAPressReadsAsTheLibraryReadsIt(t *testing.T) {
	for _, raw := range []string{
		`{"update_id":7,"callback_query":{"id":"42","from":{"id":9007199254740993,"is_bot":false,"first_name":"\u738b\u82b3","last_name":"\ud83d\ude00 \"x\"","language_code":"zh-hans"},` +
			`"message":{"message_id":5,"date":1796000000,"chat":{"id":1001,"type":"private"},"text":"\"data\":\"zz.9\"","from":{"id":2,"is_bot":true,"first_name":"M"}},"chat_instance":"-1","data":"a1.2"}}`,
		`{"update_id":7,"callback_query":{"data":"a1.2","id":"42","from":{"id":3,"first_name":"a\u0000b"},"message":{"message_id":5,"date":0,"chat":{"title":"综合科","id":-1001,"type":"supergroup"}}}}`,
		`{"update_id":7,"callback_query":{"id":"42","from":{"id":3,"is_bot":true,"first_name":"B"},"inline_message_id":"x","data":"a1.2"}}`,
		`{"update_id":7,"callback_query":{"id":"42","from":{"id":3,"first_name":"B"},"inline_message_id":"x","data":"a1.2"}}`,
	} {
		var all models.Update
		if err := json.Unmarshal([]byte(raw), &all); err != nil {
			t.Fatal(err)
		}
		q := all.CallbackQuery
		var chat models.Chat
		var message int
		switch {
		case q.Message.Message != nil:
			chat, message = q.Message.Message.Chat, q.Message.Message.ID
		case q.Message.InaccessibleMessage != nil:
			chat, message = q.Message.InaccessibleMessage.Chat, q.Message.InaccessibleMessage.MessageID
		}
		u, err := decode(7, raw, time.Unix(0, 0), "muster_bot")
		if err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
		want := update{query: q.ID, from: campaign.AccountID(q.From.ID), lang: q.From.LanguageCode, message: int64(message), kind: nothing}
		if !q.From.IsBot {
			want.kind = pressed
		}
		if chat.ID != 0 && !q.From.IsBot {
			want.content, _ = readData(q.Data)
			want.chat = campaign.Chat{ID: chat.ID, Group: chat.Type != models.ChatTypePrivate, Title: chat.Title}
		}
		name := tidy(strings.TrimSpace(q.From.FirstName + " " + q.From.LastName))
		if u.query != want.query || u.from != want.from || u.lang != want.lang || u.message != want.message || u.kind != want.kind || u.content != want.content || u.chat != want.chat || u.name != name {
			t.Errorf("%s\nreads as %+v, %q\nwant %+v, %q", raw, u, u.name, want, name)
		}
	}
}

func TestWhatALocationTellsIsRead(t *testing.T) {
	const head = `{"update_id":7,"message":{"message_id":5,"date":1796102400,"from":{"id":3,"first_name":"B"},"chat":{"id":3,"type":"private"},`
	for rest, want := range map[string]flow.Shared{
		`"location":{"latitude":31.5,"longitude":-120.25,"horizontal_accuracy":35}}}`:                                                     {Lat: 31.5, Lon: -120.25, Accuracy: 35},
		`"location":{"latitude":31.5,"longitude":120,"live_period":900}}}`:                                                                {Lat: 31.5, Lon: 120, Live: true},
		`"forward_origin":{"type":"hidden_user","date":1,"sender_user_name":"x"},"location":{"latitude":31.5,"longitude":120}}}`:          {Lat: 31.5, Lon: 120, Forwarded: true},
		`"via_bot":{"id":9,"is_bot":true,"first_name":"maps"},"location":{"latitude":31.5,"longitude":120}}}`:                             {Lat: 31.5, Lon: 120, Borrowed: true},
		`"is_from_offline":true,"location":{"latitude":31.5,"longitude":120}}}`:                                                           {Lat: 31.5, Lon: 120, Borrowed: true},
		`"location":{"latitude":31.5,"longitude":120},"venue":{"location":{"latitude":31.5,"longitude":120},"title":"x","address":"y"}}}`: {Lat: 31.5, Lon: 120, Borrowed: true},
	} {
		u, err := decode(7, head+rest, time.Unix(0, 0), "muster_bot")
		if err != nil || u.kind != said || u.event.In != want || !u.at.Equal(time.Unix(1796102400, 0)) {
			t.Errorf("%s: read as %+v at %v, %v; want %+v", rest, u.event.In, u.at, err, want)
		}
	}
}
