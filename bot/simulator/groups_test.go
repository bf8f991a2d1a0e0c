package simulator_test

import (
	"fmt"
	"testing"

	"campaign/bot/simulator"

	"github.com/go-telegram/bot/models"
)

func TestPrivacyModeDecidesWhatTheBotHearsInAGroup(t *testing.T) {
	for _, c := range []struct {
		name  string
		bot   string
		reads bool
		want  string
	}{
		{"a member hears commands and replies", "member", false, "[/menu /menu@Muster_Bot to you]"},
		{"an administrator hears everything", "administrator", false, "[just talk /menu /menu@Muster_Bot /menu@other_bot to you to Ann]"},
		{"without privacy mode it hears everything", "member", true, "[just talk /menu /menu@Muster_Bot /menu@other_bot to you to Ann]"},
		{"outside it hears nothing", "left", false, "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := frozen()
			o.ReadsEverything = c.reads
			w := newWorld(t, o)
			g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Members: []int64{bob}})
			var m simulator.Message
			w.must("sendMessage", args{"chat_id": g, "text": "from the bot"}, &m)
			if c.bot != "member" {
				if err := w.SetMember(ann, g, w.Bot().ID, c.bot); err != nil {
					t.Fatal(err)
				}
			}
			w.updates()
			mine := w.say(ann, g, "just talk")
			for _, text := range []string{"/menu", "/menu@Muster_Bot", "/menu@other_bot"} {
				w.say(bob, g, text)
			}
			for to, text := range map[int64]string{m.MessageID: "to you"} {
				if _, err := w.Reply(bob, g, to, text); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Reply(bob, g, mine.MessageID, "to Ann"); err != nil {
				t.Fatal(err)
			}
			heard := []string{}
			for _, u := range w.updates() {
				heard = append(heard, u.Message.Text)
			}
			if got := fmt.Sprint(heard); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheBotLearnsOfItsPlaceInAGroup(t *testing.T) {
	w := newWorld(t, frozen())
	g, err := w.CreateGroup(ann, "Branch 1")
	if err != nil {
		t.Fatal(err)
	}
	got := w.updates()
	if len(got) != 2 || got[0].MyChatMember == nil || !got[1].Message.GroupChatCreated {
		t.Fatalf("got %+v, want the membership and the creation", got)
	}
	if c := got[0].MyChatMember; c.OldChatMember.Type != "left" || c.NewChatMember.Type != "member" || c.From.ID != ann || c.Chat.Title != "Branch 1" {
		t.Errorf("got %+v", c)
	}
	for _, status := range []string{"administrator", "restricted", "member", "kicked"} {
		if err := w.SetMember(ann, g, w.Bot().ID, status); err != nil {
			t.Fatal(err)
		}
		got := w.updates()
		if len(got) != 1 || got[0].MyChatMember == nil {
			t.Fatalf("%s: got %+v", status, got)
		}
		now := got[0].MyChatMember.NewChatMember
		if s := string(now.Type); s != status {
			t.Errorf("got %q, want %q", s, status)
		}
		if now.Administrator != nil && !now.Administrator.CanPinMessages {
			t.Errorf("got %+v, want an administrator who may pin", now.Administrator)
		}
	}
	if err := w.SetMember(ann, g, w.Bot().ID, "member"); err != nil {
		t.Fatal(err)
	}
	if got := w.updates(); len(got) != 2 || got[1].Message.NewChatMembers[0].ID != w.Bot().ID {
		t.Errorf("got %+v, want the bot among the new members", got)
	}
}

func TestMembersComeAndGoAndAreCounted(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann})
	if err := w.Join(bob, g); err != nil {
		t.Fatal(err)
	}
	if got := w.updates(); len(got) != 1 || got[0].Message.NewChatMembers[0].ID != bob {
		t.Errorf("got %+v, want Bob to come", got)
	}
	var n int
	w.must("getChatMemberCount", args{"chat_id": g}, &n)
	if n != 3 {
		t.Errorf("got %d members, want 3", n)
	}
	var m struct {
		Status string `json:"status"`
	}
	for who, want := range map[int64]string{ann: "creator", bob: "member", eve: "left", w.Bot().ID: "member"} {
		if w.must("getChatMember", args{"chat_id": g, "user_id": who}, &m); m.Status != want {
			t.Errorf("user %d: got %q, want %q", who, m.Status, want)
		}
	}
	w.refused("getChatMember", args{"chat_id": g, "user_id": 99}, 400, "Bad Request: invalid user_id specified")
	w.ids(args{"allowed_updates": []string{"message", "chat_member", "my_chat_member"}})
	if err := w.SetMember(ann, g, bob, "administrator"); err != nil {
		t.Fatal(err)
	}
	if got := w.updates(); len(got) != 0 {
		t.Errorf("got %+v, but a bot that does not lead is not told", got)
	}
	var leaders []struct {
		User struct {
			ID int64 `json:"id"`
		} `json:"user"`
	}
	if w.must("getChatAdministrators", args{"chat_id": g}, &leaders); len(leaders) != 2 {
		t.Errorf("got %+v, want two", leaders)
	}
	if err := w.SetMember(ann, g, w.Bot().ID, "administrator"); err != nil {
		t.Fatal(err)
	}
	if err := w.SetMember(ann, g, bob, "left"); err != nil {
		t.Fatal(err)
	}
	got := w.updates()
	if len(got) != 3 || got[1].ChatMember == nil || got[2].Message.LeftChatMember.ID != bob {
		t.Fatalf("got %+v, want the promotion, the change and the leave", got)
	}
	if _, err := w.Say(bob, g, "still here?"); err == nil {
		t.Error("Bob spoke in a group that he has left")
	}
	w.must("leaveChat", args{"chat_id": g}, nil)
	w.refused("sendMessage", args{"chat_id": g, "text": "x"}, 403, "Forbidden: bot is not a member")
}

func TestAGroupBecomesASupergroup(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Members: []int64{bob}})
	next, err := w.Migrate(ann, g)
	if err != nil {
		t.Fatal(err)
	}
	got := w.updates()
	if len(got) != 2 || got[0].Message.MigrateToChatID != next || got[1].Message.MigrateFromChatID != g || got[1].Message.Chat.ID != next {
		t.Fatalf("got %+v", got)
	}
	r := w.refused("sendMessage", args{"chat_id": g, "text": "x"}, 400, "Bad Request: group chat was upgraded to a supergroup chat")
	if r.Parameters.MigrateTo != next {
		t.Errorf("got %d, want %d", r.Parameters.MigrateTo, next)
	}
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": next, "text": "x"}, &m)
	if m.MessageID > 3 || m.Chat.Type != "supergroup" {
		t.Errorf("got %+v, want numbers that begin anew", m)
	}
	if _, err := w.Say(bob, next, "/here"); err != nil {
		t.Error(err)
	}
	if _, err := w.Say(bob, g, "/there"); err == nil {
		t.Error("Bob spoke in the group that is no more")
	}
	if _, err := w.Migrate(ann, g); err == nil {
		t.Error("the group moved twice")
	}
}

func TestAnAnonymousAdministratorSpeaksAsTheGroup(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Supergroup: true})
	if err := w.SetAnonymous(ann, g, true); err != nil {
		t.Fatal(err)
	}
	w.say(ann, g, "/menu")
	m := w.updates()[0].Message
	if m.From.ID != 1087968824 || m.From.Username != "GroupAnonymousBot" || m.SenderChat == nil || m.SenderChat.ID != g {
		t.Errorf("got from %+v, as %+v", m.From, m.SenderChat)
	}
}

func TestBlockingAndStartingAgainIsTold(t *testing.T) {
	w := newWorld(t, frozen())
	if err := w.Block(ann, true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Say(ann, ann, "x"); err == nil {
		t.Error("Ann wrote to a bot that she has blocked")
	}
	if _, err := w.Start(ann, "code"); err != nil {
		t.Fatal(err)
	}
	got := w.updates()
	if len(got) != 3 || got[0].MyChatMember.NewChatMember.Type != models.ChatMemberTypeBanned ||
		got[1].MyChatMember.NewChatMember.Type != models.ChatMemberTypeMember || got[2].Message.Text != "/start code" {
		t.Errorf("got %+v", got)
	}
}

func TestATopicIsKeptWithTheMessage(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Forum: true, Topics: []int64{7}})
	var m simulator.Message
	w.must("sendMessage", args{"chat_id": g, "text": "x", "message_thread_id": 7}, &m)
	if m.MessageThreadID != 7 || !m.IsTopicMessage || !m.Chat.IsForum {
		t.Errorf("got %+v", m)
	}
	w.refused("sendMessage", args{"chat_id": g, "text": "x", "message_thread_id": 8}, 400, "Bad Request: message thread not found")
}

func TestWhereTheBotMayNotWriteItIsRefusedInTelegramsWords(t *testing.T) {
	w := newWorld(t, frozen())
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann, Members: []int64{bob}, Forum: true, Topics: []int64{7, 8}})
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	may := func(want bool) {
		t.Helper()
		var c struct {
			Permissions struct {
				May bool `json:"can_send_messages"`
			}
		}
		if w.must("getChat", args{"chat_id": g}, &c); c.Permissions.May != want {
			t.Errorf("members may write: %v, want %v", c.Permissions.May, want)
		}
	}
	may(true)
	do(w.SetSilent(ann, g, true))
	may(false)
	w.refused("sendMessage", args{"chat_id": g, "text": "x"}, 400, "Bad Request: not enough rights to send text messages to the chat")
	if _, err := w.Say(bob, g, "/x"); err == nil {
		t.Error("Bob wrote where members may not")
	}
	w.updates()
	do(w.SetMember(ann, g, w.Bot().ID, "administrator"))
	w.must("sendMessage", args{"chat_id": g, "text": "x"}, nil)
	do(w.SetMember(ann, g, w.Bot().ID, "member"))
	do(w.SetSilent(ann, g, false))
	if got := w.updates(); len(got) != 2 {
		t.Errorf("got %+v, want the two changes of the bot's own place: of the group's rights nobody is told", got)
	}
	do(w.CloseTopic(ann, g, 7, true))
	w.refused("sendMessage", args{"chat_id": g, "text": "x", "message_thread_id": 7}, 400, "Bad Request: TOPIC_CLOSED")
	w.must("sendMessage", args{"chat_id": g, "text": "x"}, nil)
	do(w.CloseTopic(ann, g, 7, false))
	do(w.CloseTopic(ann, g, 1, true))
	w.must("sendMessage", args{"chat_id": g, "text": "x", "message_thread_id": 7}, nil)
	w.refused("sendMessage", args{"chat_id": g, "text": "x"}, 400, "Bad Request: TOPIC_CLOSED")
	do(w.DeleteTopic(ann, g, 8))
	w.refused("sendMessage", args{"chat_id": g, "text": "x", "message_thread_id": 8}, 400, "Bad Request: message thread not found")
	if err := w.DeleteGroup(bob, g); err == nil {
		t.Error("Bob, who leads nothing, ended the group")
	}
	do(w.DeleteGroup(ann, g))
	w.refused("sendMessage", args{"chat_id": g, "text": "x"}, 403, "Forbidden: the group chat was deleted")
	if _, err := w.Say(bob, g, "/x"); err == nil {
		t.Error("Bob wrote in a group that is no more")
	}
}

func TestContactsPlacesAndForwardsTellWhoseTheyAre(t *testing.T) {
	w := newWorld(t, frozen())
	check := func(m simulator.Message, err error) models.Message {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return *w.updates()[0].Message
	}
	if m := check(w.ShareContact(ann, ann)); m.Contact.UserID != ann || m.Contact.PhoneNumber != "8613800000001" || m.ForwardOrigin != nil {
		t.Errorf("own contact: got %+v", m)
	}
	if m := check(w.ShareContactOf(ann, ann, bob, true)); m.Contact.UserID != bob || m.ForwardOrigin == nil {
		t.Errorf("forwarded contact: got %+v", m)
	}
	at := simulator.Location{Latitude: 30.5, Longitude: 104.1, HorizontalAccuracy: 20, LivePeriod: 900}
	live, err := w.ShareLocation(ann, ann, at, false)
	if m := check(live, err); m.Location.LivePeriod != 900 || m.Location.HorizontalAccuracy != 20 {
		t.Errorf("place: got %+v", m.Location)
	}
	if _, err := w.MoveLocation(ann, ann, live.MessageID, simulator.Location{Latitude: 31, Longitude: 104}); err != nil {
		t.Fatal(err)
	}
	if u := w.updates()[0]; u.EditedMessage == nil || u.EditedMessage.Location.Latitude != 31 || u.EditedMessage.EditDate == 0 {
		t.Errorf("moved: got %+v", u)
	}
	said := w.say(ann, ann, "first")
	w.updates()
	if m := check(w.Forward(ann, ann, said.MessageID, ann)); m.ForwardOrigin == nil || m.ForwardOrigin.MessageOriginUser.SenderUser.ID != ann {
		t.Errorf("forward: got %+v", m)
	}
	if _, err := w.EditText(ann, ann, said.MessageID, "second"); err != nil {
		t.Fatal(err)
	}
	if u := w.updates()[0]; u.EditedMessage == nil || u.EditedMessage.Text != "second" {
		t.Errorf("edit: got %+v", u)
	}
	if _, err := w.EditText(bob, bob, said.MessageID, "x"); err == nil {
		t.Error("Bob edited what Ann said")
	}
}

func TestAReplyKeyboardIsTappedByItsLabel(t *testing.T) {
	w := newWorld(t, frozen())
	keyboard := args{"keyboard": [][]any{{args{"text": "Share phone", "request_contact": true}, "Plain"}}}
	w.must("sendMessage", args{"chat_id": ann, "text": "?", "reply_markup": keyboard}, nil)
	if m, err := w.Tap(ann, ann, "Share phone", simulator.Location{}); err != nil || m.Contact == nil {
		t.Errorf("got %+v, %v", m, err)
	}
	if m, err := w.Tap(ann, ann, "Plain", simulator.Location{}); err != nil || m.Text != "Plain" {
		t.Errorf("got %+v, %v", m, err)
	}
	w.must("sendMessage", args{"chat_id": ann, "text": "gone", "reply_markup": args{"remove_keyboard": true}}, nil)
	if _, err := w.Tap(ann, ann, "Plain", simulator.Location{}); err == nil {
		t.Error("a keyboard that was removed was tapped")
	}
	g := w.AddGroup(simulator.Group{Title: "G", Creator: ann})
	w.refused("sendMessage", args{"chat_id": g, "text": "?", "reply_markup": keyboard}, 400, "Bad Request: phone number can be requested in private chats only")
}
