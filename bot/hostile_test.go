package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"campaign/bot"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
)

// raw brings an update as it stands.
func (s *stage) raw(update string) {
	s.t.Helper()
	if _, err := s.Phones.RawUpdate([]byte(update)); err != nil {
		s.t.Fatal(err)
	}
}

// answered waits until so many presses were answered in all.
func (s *stage) answered(want int64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.Phones.Calls("answerCallbackQuery") != want {
		select {
		case <-ctx.Done():
			s.t.Fatalf("%d presses were answered, want %d", s.Phones.Calls("answerCallbackQuery"), want)
		case <-tick.C:
		}
	}
}

func TestAPressWithoutAMessageIsForged(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1001, "/language")
	m := s.reads(1001, 1001, "Which language shall I speak?")
	data := m.ReplyMarkup.Rows[0][0].CallbackData
	before := s.Phones.Calls("answerCallbackQuery")
	for _, about := range []string{
		`"inline_message_id":"AAAA","chat_instance":"1","data":"` + data + `"`, // of a message sent by way of a bot
		`"chat_instance":"1","data":"` + data + `"`,
		`"chat_instance":"1","game_short_name":"x"`,
		`"message":{"message_id":5,"date":1,"chat":{"id":-1009,"type":"channel","title":"c"}},"chat_instance":"1","data":"` + data + `"`,
		`"message":{"message_id":5,"date":0,"chat":{"id":1003,"type":"private"}},"chat_instance":"1","data":"` + data + `"`, // another's chat
	} {
		s.raw(`{"callback_query":{"id":"77","from":{"id":1001,"first_name":"x"},` + about + `}}`)
	}
	s.rest()
	s.answered(before + 5)
	s.holds(0, `SELECT count(*) FROM audit`)
	s.holds(0, `SELECT count(*) FROM inbox WHERE state <> 'done'`)
	s.holds(1, `SELECT count(*) FROM sessions WHERE at = 'lang' OR account_id = 1001`)
}

// A message that is too old to be seen comes with its number alone: the press
// counts like any other.
func TestAPressOnAMessageThatIsOutOfReachCounts(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1001, "/language")
	m := s.reads(1001, 1001, "Which language shall I speak?")
	s.raw(fmt.Sprintf(`{"callback_query":{"id":"77","from":{"id":1001,"first_name":"x"},"chat_instance":"1","data":%q,
		"message":{"message_id":%d,"date":0,"chat":{"id":1001,"type":"private"}}}}`, m.ReplyMarkup.Rows[0][0].CallbackData, m.MessageID))
	s.rest()
	s.holds(0, `SELECT count(*) FROM sessions WHERE at = 'lang'`)
}

func TestAStrangerWhoPressesInAGroupIsToldHowToBind(t *testing.T) {
	h := assemble(t, simulator.Group{})
	h.Phones.AddUsers([]simulator.User{{ID: 5001, FirstName: "Eve", LanguageCode: "en"}})
	h.do(h.Phones.Join(5001, h.group))
	h.open(t)
	h.shown(1001, h.group, "学习")
	a, err := h.Phones.PressByLabel(t.Context(), 5001, h.group, "签到")
	h.do(err)
	if a == nil || !a.ShowAlert || a.Text != "Please open a private chat with me first and press Start: I must know who you are." {
		t.Errorf("Eve was answered %+v", a)
	}
	h.do(h.Phones.Join(1012, h.group)) // of another unit
	if a, err = h.Phones.PressByLabel(t.Context(), 1012, h.group, "签到"); err != nil || a == nil || a.Text != "You are not on the list of this activity." {
		t.Errorf("the member of another branch was answered %+v, %v", a, err)
	}
	h.holds(0, `SELECT count(*) FROM marks`)
}

// Channels, bots and other groups speak in a group; a command of theirs is
// nobody's.
func TestWhoeverIsNoPersonCommandsNothing(t *testing.T) {
	s := show(t, bottest.Plan{})
	const chat = `"chat":{"id":-2009,"type":"supergroup","title":"group 9"},"message_id":3,"date":1764566400,"text":"/bind"`
	for _, from := range []string{
		`"from":{"id":777000,"is_bot":false,"first_name":"Telegram"},"sender_chat":{"id":-1005,"type":"channel","title":"news"},"is_automatic_forward":true`, // the linked channel
		`"from":{"id":136817688,"is_bot":true,"first_name":"Channel"},"sender_chat":{"id":-1005,"type":"channel","title":"news"}`,                            // somebody as their channel
		`"from":{"id":1087968824,"is_bot":true,"first_name":"Group"},"sender_chat":{"id":-1006,"type":"supergroup","title":"another"}`,                       // an administrator of another group
		`"from":{"id":1002,"is_bot":false,"first_name":"x"},"sender_chat":{"id":-1005,"type":"channel","title":"news"}`,                                      // a secretary's number beside a channel
		`"from":{"id":4242,"is_bot":true,"first_name":"bot"}`,
	} {
		s.raw(`{"message":{` + from + `,` + chat + `}}`)
	}
	s.raw(`{"channel_post":{"sender_chat":{"id":-1005,"type":"channel","title":"news"},"chat":{"id":-1005,"type":"channel","title":"news"},"message_id":3,"date":1764566400,"text":"/bind"}}`)
	s.raw(`{"message":{"from":{"id":1002,"first_name":"x"},"chat":{"id":-1005,"type":"channel","title":"news"},"message_id":3,"date":1764566400,"text":"/bind"}}`)
	s.rest()
	s.holds(0, `SELECT count(*) FROM posts`)
	s.holds(0, `SELECT count(*) FROM accounts WHERE id IN (777000, 136817688, 1087968824, 4242)`)
	s.holds(0, `SELECT count(*) FROM chats WHERE id = -2009`)
}

func TestACommandInAForeignGroupDoesNothingThere(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.Phones.AddUsers([]simulator.User{{ID: 5001, FirstName: "Eve", LanguageCode: "en"}})
	g := s.Phones.AddGroup(simulator.Group{Title: "elsewhere", Creator: 5001, Members: []int64{1001}})
	for _, text := range []string{"/bind", "/checkin", "/attendance", "/start inv_x", "/cancel", "/menu@muster_bot", "/bind@other_bot"} {
		if _, err := s.Phones.Say(5001, g, text); err != nil {
			t.Fatal(err)
		}
	}
	s.rest()
	s.holds(0, `SELECT count(*) FROM posts`)
	if _, err := s.Phones.Say(1001, g, "/bind"); err != nil { // a member who runs nothing
		t.Fatal(err)
	}
	s.Settle(t)
	s.holds(0, `SELECT count(*) FROM chats WHERE id = $1 AND branch_id IS NOT NULL`, g)
}

// Whatever stands behind /start is answered, and opens nothing that it should not.
func TestNoLinkOpensWhatIsNotOffered(t *testing.T) {
	s := show(t, bottest.Plan{})
	payloads := []string{
		"inv_", "inv_x", "inv_" + strings.Repeat("A", 3000), "inv_' OR 1=1 --", "c_", "c_1", "c_-1", "c_99999999999999999999", "c_0x1",
		"group_-2001", "group_-99999999999999999999", "group_1001", "group_-2001_99999999999999999999", "group_-2001_-5", "group_",
		"_", "__", "x", "checkin_1", "roster_1", "%00", "\u202e", strings.Repeat("a", 4000), "../../etc", "inv_\x00",
	}
	for _, who := range []int64{1001, 5001} {
		s.Phones.AddUsers([]simulator.User{{ID: 5001, FirstName: "Eve", LanguageCode: "en"}})
		for _, p := range payloads {
			if _, err := s.Phones.Start(who, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.rest()
	s.Settle(t)
	s.holds(0, `SELECT count(*) FROM inbox WHERE state <> 'done'`)
	s.holds(0, `SELECT count(*) FROM accounts WHERE id = 5001 AND person_id IS NOT NULL`)
	s.holds(0, `SELECT count(*) FROM audit WHERE effect <> 'tried'`)
	s.holds(0, `SELECT count(*) FROM chats WHERE id = -2001 AND branch_id <> 1`)
}

// hostile are names that are given to everything that has a name.
var hostile = []string{
	`<b>Ann</b> & <a href="tg://user?id=1">x</a>`, "'; DROP TABLE people; --", "%s%d%!v(BADINDEX)", "\u202eevil\u202c", "z" + strings.Repeat("\u0336", 60),
	strings.Repeat("😀", 64), "👩‍👩‍👧‍👦", "a\nb\nc", "{{.}} ${x} `id`", "", "   ", "\u200b", "a\x00b",
}

func TestNamesAreShownAsTheyAreAndDoNothing(t *testing.T) {
	s := show(t, bottest.Plan{})
	members := []int{1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15} // bound, and with a phone of their own
	for n, name := range hostile {
		user := int64(5001 + n)
		s.Phones.AddUsers([]simulator.User{{ID: user, FirstName: name, LastName: name, LanguageCode: "en", Phone: flowtest.Phone(members[n])}})
		if _, err := s.Phones.Start(user, ""); err != nil {
			t.Fatal(err)
		}
		s.Settle(t)
		if _, err := s.Phones.ShareContact(user, user); err != nil { // a member's own phone: the claim names the account
			t.Fatal(err)
		}
		s.Settle(t)
		s.presses(user, "Yes, that is me")
		g := s.Phones.AddGroup(simulator.Group{Title: name, Creator: 1010, Members: []int64{1010}})
		if _, err := s.Phones.Say(1010, g, "/bind"); err != nil {
			t.Fatal(err)
		}
		s.Settle(t)
	}
	s.holds(0, `SELECT count(*) FROM inbox WHERE state <> 'done'`)
	s.holds(0, `SELECT count(*) FROM posts WHERE state = 'refused'`) // no text of ours was bad HTML
	s.holds(18, `SELECT count(*) FROM people`)
	shown := 0
	for _, n := range members {
		for _, text := range s.texts(1000 + int64(n)) {
			shown += strings.Count(text, "evil") + strings.Count(text, "DROP TABLE")
			if strings.ContainsAny(text, "\u202e\u202c\u200b\x00") || strings.Count(text, "\u0336") > 6 {
				t.Errorf("they read %q", text)
			}
		}
	}
	if shown < 4 {
		t.Errorf("the names were shown %d times, want those of two accounts, doubled", shown)
	}
}

// An update that is too much in some way stops nothing that comes after.
func TestWhatIsOversizedStopsNothing(t *testing.T) {
	s := show(t, bottest.Plan{})
	const from = `"from":{"id":1001,"first_name":"x","language_code":"en"},"chat":{"id":1001,"type":"private"},"message_id":9`
	deep := strings.Repeat(`{"reply_to_message":`, 300) + `{}` + strings.Repeat(`}`, 300)
	for _, m := range []string{
		from + `,"date":1764566400,"text":"` + strings.Repeat("字", 100_000) + `"`,
		from + `,"date":1764566400,"text":"` + strings.Repeat(`\u0001`, 4096) + `"`,
		from + `,"date":9223372036854775807,"text":"/me"`,
		from + `,"date":-62135596800,"text":"/checkin"`,
		from + `,"date":0,"text":"/me"`,
		from + `,"date":1764566400,"location":{"latitude":1e308,"longitude":-1e308,"horizontal_accuracy":1e308}`,
		from + `,"date":1764566400,"contact":{"phone_number":"` + strings.Repeat("9", 5000) + `","user_id":1001,"first_name":"x"}`,
		from + `,"date":1764566400,"contact":{"phone_number":"+86\u0000154","user_id":1001,"first_name":"x"}`,
		from + `,"date":1764566400,"document":{"file_id":"` + strings.Repeat("x", 5000) + `","file_name":"../../../../etc/passwd\u202e.xlsx","file_size":9223372036854775807}`,
		from + `,"date":1764566400,"photo":[]`,
		from + `,"date":1764566400,"reply_to_message":` + deep,
		`"from":{"id":-1,"first_name":"x"},"chat":{"id":-9223372036854775808,"type":"supergroup","title":"` + strings.Repeat("t", 5000) + `"},"message_id":9,"date":1764566400,"text":"/bind"`,
		`"from":{"id":9223372036854775807,"first_name":"` + strings.Repeat("n", 50_000) + `"},"chat":{"id":9223372036854775807,"type":"private"},"message_id":9,"date":1764566400,"text":"/start"`,
	} {
		s.raw(`{"message":{` + m + `}}`)
	}
	s.raw(`{"my_chat_member":{"chat":{"id":-5,"type":"group","title":"` + strings.Repeat("t", 5000) + `"},"from":{"id":1},"date":1,"old_chat_member":{"status":"left","user":{"id":1000001}},"new_chat_member":{"status":"member","user":{"id":1000001}}}}`)
	s.rest()
	s.says(1002, "/language")
	s.reads(1002, 1002, "Which language shall I speak?")
	s.Settle(t)
	s.holds(0, `SELECT count(*) FROM accounts WHERE length(name) > 129`)
	s.holds(0, `SELECT count(*) FROM chats WHERE length(title) > 128`)
	s.holds(0, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
}

// A file is what its bytes are, never its name: a name with a path reaches no path.
func TestAFileWithAHostileNameIsOnlyBytes(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1005, "/roster")
	s.Settle(t)
	for _, name := range []string{"../../../../etc/passwd", `C:\Windows\win.ini`, "roster\u202evsc.exe", strings.Repeat("名", 255), "a\x00b.csv", "<b>x</b>.xlsx"} {
		if _, err := s.Phones.SendFile(1005, 1005, name, []byte("PK\x03\x04 not a workbook"), ""); err != nil {
			t.Fatal(err)
		}
		s.Settle(t)
	}
	s.holds(0, `SELECT count(*) FROM inbox WHERE state <> 'done'`)
	s.holds(18, `SELECT count(*) FROM people`)
	for _, text := range s.texts(1005) {
		if strings.ContainsAny(text, "\u202e\x00") {
			t.Errorf("they read %q", text)
		}
	}
}

func TestAForgedCallOfTheWebhookHasNoEffect(t *testing.T) {
	s := show(t, bottest.Plan{Secret: "open-sesame"})
	message := `{"update_id":7,"message":{"message_id":1,"date":1764566400,"chat":{"id":1001,"type":"private"},"from":{"id":1001,"first_name":"x"},"text":"/language"}}`
	for _, c := range []struct {
		name, method string
		secret       []string
		body         string
		want         int
	}{
		{"no secret", "POST", nil, message, 401},
		{"an empty secret", "POST", []string{""}, message, 401},
		{"a beginning of it", "POST", []string{"open"}, message, 401},
		{"more than it", "POST", []string{"open-sesame "}, message, 200}, // space around a header is not of it
		{"it in other letters", "POST", []string{"Open-Sesame"}, message, 401},
		{"a wrong one before it", "POST", []string{"guess", "open-sesame"}, message, 401},
		{"a very long one", "POST", []string{strings.Repeat("x", 100_000)}, message, 401},
		{"a wrong one with a body without end", "POST", []string{"guess"}, strings.Repeat("x", 4<<20), 401},
		{"PUT", "PUT", []string{"open-sesame"}, message, 405},
		{"nothing", "POST", []string{"open-sesame"}, "", 400},
		{"JSON as deep as it goes", "POST", []string{"open-sesame"}, strings.Repeat(`{"a":`, 200_000), 400},
		{"arrays as deep as they go", "POST", []string{"open-sesame"}, `{"update_id":7,"x":` + strings.Repeat("[", 500_000), 400},
		{"a number out of range", "POST", []string{"open-sesame"}, `{"update_id":99999999999999999999}`, 400},
		{"a list of updates", "POST", []string{"open-sesame"}, "[" + message + "]", 400},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.Hook, bytes.NewReader([]byte(c.body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header["X-Telegram-Bot-Api-Secret-Token"] = c.secret
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", c.name, res.StatusCode, c.want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	s.holds(1, `SELECT count(*) FROM inbox WHERE key LIKE 'tg:%'`) // of the one that was Telegram's
}

func TestAWebhookWithoutASecretIsNotServed(t *testing.T) {
	if _, err := bot.New(bot.Config{Hook: "https://example.org/hook", Token: "1:x"}); err == nil {
		t.Error("a bot believes whoever calls its webhook")
	}
}

// Who was somebody when a button was shown, and is not any more when it is
// pressed, acts no longer.
func TestRightsAreThoseOfTheMomentOfThePress(t *testing.T) {
	s := show(t, bottest.Plan{})
	s.says(1005, "/roster")
	s.Settle(t)
	s.exec(`DELETE FROM roles WHERE person_id = 5`)
	if _, err := s.Phones.SendFile(1005, 1005, "r.csv", []byte("member_no,name,unit,branch,batch\nX1,New,U,B,1\n"), ""); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var n int
		err := tx.Get(ctx, &n, `SELECT count(*) FROM people WHERE member_no = 'X1'`)
		if n != 0 {
			t.Error("somebody who is not of the office any more changed the roster")
		}
		return err
	})
}
