package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A stored message is kept as its JSON, without the sender and the chat: those
// are put in when it is shown, so that they are kept once.
type stored struct {
	ID     int64
	Date   int64
	From   int64 // whom the bot sees as the sender
	Author int64 // who really sent it: another where an administrator is anonymous
	Body   []byte
}

// message reads the stored JSON back.
func (m *stored) message() Message {
	var out Message
	if err := json.Unmarshal(m.Body, &out); err != nil {
		panic(fmt.Sprintf("simulator: stored message %d: %v", m.ID, err))
	}
	return out
}

// set replaces what is stored.
func (m *stored) set(to *Message) {
	to.From, to.Chat, to.SenderChat = nil, nil, nil
	m.Body = encode(to)
}

// render is the Message JSON of a stored message, with fields put before it.
func (s *Server) render(c *chat, m *stored, before string) []byte {
	from := s.raw(m.From)
	b := make([]byte, 0, len(before)+len(from)+2*len(c.raw)+len(m.Body)+48)
	b = append(b, '{')
	b = append(b, before...)
	b = append(b, `"from":`...)
	b = append(b, from...)
	if m.From == anonymousAdmin {
		b = append(b, `,"sender_chat":`...)
		b = append(b, c.raw...)
	}
	b = append(b, `,"chat":`...)
	b = append(b, c.raw...)
	b = append(b, ',')
	return append(b, m.Body[1:]...)
}

// show reads a stored message with its sender and chat.
func (s *Server) show(c *chat, m *stored) Message {
	var out Message
	if err := json.Unmarshal(s.render(c, m, ""), &out); err != nil {
		panic(fmt.Sprintf("simulator: stored message %d: %v", m.ID, err))
	}
	return out
}

// post adds a message to a chat, whose lock is held, and shows it to the phones.
func (s *Server) post(c *chat, m *Message, from, author int64) *stored {
	if c.kind == supergroup {
		c.last++
		m.MessageID = c.last
	} else {
		m.MessageID = s.lastMessage.Add(1)
	}
	m.Date = s.Now().Unix()
	kept := stored{ID: m.MessageID, Date: m.Date, From: from, Author: author}
	kept.set(m)
	at := c.keep(kept, s.options.Keep)
	s.changed()
	s.events.message(s, c, at, "message")
	s.shown.fire()
	return at
}

// say is post for a person: the bot hears of it, if it may.
func (s *Server) say(c *chat, m *Message, from, author int64) *stored {
	kept := s.post(c, m, from, author)
	if s.heard(c, m, kept) {
		s.tell(c, kept, "message")
	}
	return kept
}

// tell queues a message for the bot.
func (s *Server) tell(c *chat, m *stored, kind string) {
	body := append([]byte(`"`+kind+`":`), s.render(c, m, "")...)
	s.queue.add(kind, c.id, s.Now().Add(messageLife), append(body, '}'))
}

// heard tells whether the bot gets a message that was said in a chat.
func (s *Server) heard(c *chat, m *Message, kept *stored) bool {
	if c.kind == private {
		return true
	}
	bot := c.members[s.bot.user.ID]
	if bot == nil || !bot.present() {
		return false
	}
	if bot.Status == administrator || bot.Status == creator || s.options.ReadsEverything || m.service() {
		return true
	}
	if m.ReplyToMessage != nil && s.repliesToBot(m) {
		return true
	}
	return s.commandForBot(m)
}

func (s *Server) repliesToBot(m *Message) bool {
	var to struct {
		From Account `json:"from"`
	}
	return json.Unmarshal(m.ReplyToMessage, &to) == nil && to.From.ID == s.bot.user.ID
}

// commandForBot tells whether the text holds a command that is not for another bot.
func (s *Server) commandForBot(m *Message) bool {
	for _, e := range m.Entities {
		if e.Type != "bot_command" {
			continue
		}
		_, name, addressed := strings.Cut(utf16Slice(m.Text, e.Offset, e.Length), "@")
		if !addressed || strings.EqualFold(name, s.bot.user.Username) {
			return true
		}
	}
	return false
}

// service tells whether the message is Telegram's own remark.
func (m *Message) service() bool {
	return m.NewChatMembers != nil || m.LeftChatMember != nil || m.NewChatTitle != "" || m.GroupChatCreated ||
		m.SupergroupChatCreated || m.MigrateToChatID != 0 || m.MigrateFromChatID != 0 || m.PinnedMessage != nil
}

// quote is a message as another one carries it: without what it replied to.
func (s *Server) quote(c *chat, m *stored) json.RawMessage {
	bare := *m
	body := m.message()
	if body.ReplyToMessage != nil || body.PinnedMessage != nil {
		body.ReplyToMessage, body.PinnedMessage = nil, nil
		bare.set(&body)
	}
	return s.render(c, &bare, "")
}
