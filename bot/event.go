package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"

	"github.com/go-telegram/bot/models"
	"github.com/tidwall/gjson"
)

// A kind is what sort of update came.
type kind string

const (
	command kind = "command"
	said    kind = "said"
	pressed kind = "press"
	member  kind = "member"  // our own standing in a chat changed
	migrate kind = "migrate" // a group has a new number
	nothing kind = "nothing" // not for us
)

// An update is one of Telegram's, as far as it matters to us.
type update struct {
	key   string // tg:812
	kind  kind
	raw   string    // as it came
	at    time.Time // when we have it from Telegram, or when we received it
	begun time.Time // when we received it, in real time
	lane  int64     // who or what keeps its order
	from  campaign.AccountID
	name  string // what Telegram calls them
	lang  string // what their client speaks
	chat  campaign.Chat
	anon  bool // an administrator who hides behind the group
	event flow.Event
	file  *models.Document
	body  []byte // of file, where a question takes it

	query   string            // of a press: what to answer
	held    bool              // of a press: its person was told to wait
	reply   chan<- answer     // of a press: takes the answer, where it goes back with the confirmation
	content int64             // of a press: the version
	message int64             // of a press: Telegram's number of the message
	stands  campaign.Standing // of member
	to      int64             // of migrate
}

// highest is more than the number of any update: to confirm it would confirm
// what is still to come.
const highest = 1 << 52

// updateID reads the number of an update, whatever else is wrong with it.
func updateID(raw string) (int64, error) {
	if id, err := strconv.ParseInt(gjson.Get(raw, "update_id").Raw, 10, 64); err == nil && id > 0 && id < highest {
		return id, nil
	}
	return 0, fmt.Errorf("bot: an update without a number")
}

// general is the topic of a forum that is there from the beginning. To send there
// is to name no topic.
const general = 1

// groupAdmin is the account behind which anonymous administrators speak.
const groupAdmin = 1087968824

// decode reads an update. Presses count from now: they carry no date.
func decode(id int64, raw string, now time.Time, me string) (u update, err error) {
	defer recovered(&err) // of the library's decoder
	u = update{key: "tg:" + strconv.FormatInt(id, 10), kind: nothing, raw: raw, at: now}
	if q := gjson.Get(raw, "callback_query"); q.IsObject() {
		return u, u.press(q)
	}
	var t models.Update
	if err := json.Unmarshal([]byte(raw), &t); err != nil {
		return u, fmt.Errorf("bot: decode an update: %w", undecodable{err})
	}
	switch {
	case t.MyChatMember != nil:
		u.standing(t.MyChatMember)
	case t.Message != nil:
		u.say(t.Message, me)
	}
	return u, nil
}

// undecodable hides what an error of the decoder quotes of the update.
type undecodable struct{ err error }

func (undecodable) Error() string   { return "it is not of a kind that we know" }
func (u undecodable) Unwrap() error { return u.err }

// tidy takes out what no table of ours can hold.
func tidy(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "") }

func (u *update) person(p *models.User) {
	u.from, u.lane, u.lang = campaign.AccountID(p.ID), p.ID, p.LanguageCode
	u.name = cut(tidy(strings.TrimSpace(p.FirstName+" "+p.LastName)), nameLimit)
}

// How much is kept of what people call themselves and their groups: Telegram lets
// them have as much.
const (
	nameLimit  = 129
	titleLimit = 128
)

// cut is s within most characters.
func cut(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i]
		}
	}
	return s
}

// place notes the chat of an update. A channel is not for us.
func (u *update) place(c models.Chat) bool {
	switch c.Type {
	case models.ChatTypePrivate:
		u.chat = campaign.Chat{ID: c.ID}
		return true
	case models.ChatTypeGroup, models.ChatTypeSupergroup:
		u.chat = campaign.Chat{ID: c.ID, Group: true, Title: cut(tidy(c.Title), titleLimit)}
		return true
	}
	return false
}

// press reads a press. Eighteen thousand may come within seconds, and Telegram
// sends with each the whole message that it was made on: only what matters is
// looked up. Of a message that is too old nothing but its chat and number comes.
func (u *update) press(q gjson.Result) error {
	id, from, on := q.Get("id"), q.Get("from"), q.Get("message")
	who := models.User{ID: from.Get("id").Int(), FirstName: from.Get("first_name").String(), LastName: from.Get("last_name").String(),
		LanguageCode: from.Get("language_code").String()}
	if id.Type != gjson.String || who.ID == 0 {
		return fmt.Errorf("bot: decode a press: %w", undecodable{errors.New("nobody pressed it")})
	}
	u.person(&who)
	u.query, u.message = id.String(), on.Get("message_id").Int()
	if from.Get("is_bot").Bool() {
		return nil
	}
	u.kind = pressed
	u.event.Press = &flow.Press{Key: -1}
	chat := on.Get("chat")
	if u.place(models.Chat{ID: chat.Get("id").Int(), Type: models.ChatType(chat.Get("type").String()), Title: chat.Get("title").String()}) {
		u.content, u.event.Press.Key = readData(q.Get("data").String())
	}
	return nil
}

// callbackData is the address of a button: the version that it stands on, and
// which of its buttons it is. It fits 64 bytes by far.
func callbackData(content int64, key int) string {
	return strconv.FormatInt(content, 36) + "." + strconv.FormatInt(int64(key), 36)
}

// readData reads what callbackData wrote; anything else is key -1 of version 0.
func readData(s string) (content int64, key int) {
	c, k, ok := strings.Cut(s, ".")
	content, err := strconv.ParseInt(c, 36, 64)
	n, err2 := strconv.ParseInt(k, 36, 32)
	if !ok || err != nil || err2 != nil || content <= 0 || n < 0 || callbackData(content, int(n)) != s {
		return 0, -1
	}
	return content, int(n)
}

// standing tells whether a chat can be written to after our own standing in it
// changed.
func (u *update) standing(m *models.ChatMemberUpdated) {
	if !u.place(m.Chat) {
		return
	}
	u.kind, u.lane, u.stands = member, m.Chat.ID, campaign.Open
	switch m.NewChatMember.Type {
	case models.ChatMemberTypeLeft, models.ChatMemberTypeBanned:
		u.stands = campaign.Kicked
		if !u.chat.Group {
			u.stands = campaign.Blocked
		}
	case models.ChatMemberTypeRestricted:
		if r := m.NewChatMember.Restricted; r != nil && !r.CanSendMessages {
			u.stands = campaign.Muted
		}
	}
}

func (u *update) say(m *models.Message, me string) {
	if m.From == nil || !u.place(m.Chat) {
		return
	}
	u.at = time.Unix(int64(m.Date), 0)
	u.person(m.From)
	if m.IsTopicMessage && m.MessageThreadID != general {
		u.chat.Topic = int64(m.MessageThreadID)
	}
	switch {
	case m.MigrateToChatID != 0:
		u.kind, u.lane, u.to = migrate, m.Chat.ID, int64(m.MigrateToChatID)
		return
	case m.MigrateFromChatID != 0:
		u.kind, u.lane, u.to, u.chat.ID = migrate, m.Chat.ID, m.Chat.ID, int64(m.MigrateFromChatID)
		return
	case m.From.ID == groupAdmin && m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID:
		u.anon, u.lane, u.from = true, m.Chat.ID, 0
	case m.From.IsBot, m.SenderChat != nil: // a channel speaks, or another group
		return
	}
	if name, arg, ours := readCommand(tidy(m.Text), me); name != "" {
		if ours {
			u.kind, u.event.Command, u.event.Arg = command, name, arg
		}
		return
	}
	u.input(m)
}

// readCommand reads "/name@bot argument". Commands are of any case; one that
// names another bot is not ours.
func readCommand(text, me string) (name, arg string, ours bool) {
	rest, ok := strings.CutPrefix(text, "/")
	if !ok {
		return "", "", false
	}
	name, arg, _ = strings.Cut(rest, " ")
	if first, more, ok := strings.Cut(name, "\n"); ok {
		name, arg = first, more+" "+arg
	}
	name, to, named := strings.Cut(name, "@")
	if name == "" || strings.IndexFunc(name, func(r rune) bool { return r != '_' && (r < '0' || r > 'z' || r > '9' && r < 'A' || r > 'Z' && r < 'a') }) >= 0 {
		return "", "", false
	}
	return strings.ToLower(name), strings.TrimSpace(arg), !named || strings.EqualFold(to, me)
}

// input reads what somebody gave as an answer.
func (u *update) input(m *models.Message) {
	forwarded := m.ForwardOrigin != nil
	switch {
	case m.Contact != nil:
		u.event.In = flow.Card{Phone: tidy(m.Contact.PhoneNumber), Own: m.Contact.UserID == m.From.ID, Forwarded: forwarded}
	case m.Location != nil:
		u.event.In = flow.Shared{Lat: m.Location.Latitude, Lon: m.Location.Longitude, Accuracy: m.Location.HorizontalAccuracy,
			Forwarded: forwarded, Borrowed: m.ViaBot != nil || m.IsFromOffline || m.Venue != nil, Live: m.Location.LivePeriod != 0}
	case len(m.Photo) > 0:
		u.event.In = flow.Photo(m.Photo[len(m.Photo)-1].FileID)
	case m.Document != nil:
		u.file = m.Document
		u.event.In = flow.Document{File: m.Document.FileID, Name: tidy(m.Document.FileName), Size: m.Document.FileSize}
	case m.Text != "":
		u.event.In = flow.Said(tidy(m.Text))
	default:
		if u.chat.Group || silent(m) {
			return
		}
		u.event.In = flow.Said("") // a sticker, a voice, a poll: no answer to anything
	}
	u.kind = said
}

// silent reports whether a message only tells what happened in the chat.
func silent(m *models.Message) bool {
	return m.PinnedMessage != nil || len(m.NewChatMembers) > 0 || m.LeftChatMember != nil || m.NewChatTitle != "" || m.GroupChatCreated || m.SupergroupChatCreated
}
