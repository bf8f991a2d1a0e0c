package simulator

import (
	"slices"
	"strings"
)

// sendMessage says a text.
func (s *Server) sendMessage(c *call) ([]byte, error) {
	text, entities, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, badRequest("message text is empty")
	}
	if utf16Len(text) > mostText {
		return nil, badRequest("message is too long")
	}
	return s.send(c, &Message{Text: text, Entities: entities})
}

// sendLocation shows a place.
func (s *Server) sendLocation(c *call) ([]byte, error) {
	var place Location
	var err error
	if place.Latitude, err = c.decimal("latitude"); err != nil {
		return nil, err
	}
	if place.Longitude, err = c.decimal("longitude"); err != nil {
		return nil, err
	}
	if place.Latitude < -90 || place.Latitude > 90 || place.Longitude < -180 || place.Longitude > 180 {
		return nil, badRequest("wrong location specified")
	}
	return s.send(c, &Message{Location: &place})
}

// sendChatAction is accepted and shows nothing.
func (s *Server) sendChatAction(c *call) ([]byte, error) {
	to, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer to.mu.Unlock()
	if c.values["action"] == "" {
		return nil, badRequest("wrong parameter action in request")
	}
	return yes, nil
}

// send posts a message of the bot to the chat that the call names.
func (s *Server) send(c *call, m *Message) ([]byte, error) {
	to, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer to.mu.Unlock()
	if err := s.dress(c, to, m); err != nil {
		return nil, err
	}
	return s.render(to, s.post(to, m, s.bot.user.ID, s.bot.user.ID), ""), nil
}

// dress gives a message what any message may have: a topic, a reply, a keyboard.
func (s *Server) dress(c *call, to *chat, m *Message) error {
	thread, err := c.integer("message_thread_id", 0)
	if err != nil {
		return err
	}
	if thread != 0 && !slices.Contains(to.topics, thread) {
		return badRequest("message thread not found")
	}
	if slices.Contains(to.closed, max(thread, generalTopic)) && to.forum && !to.members[s.bot.user.ID].leads() {
		return badRequest("TOPIC_CLOSED")
	}
	m.MessageThreadID, m.IsTopicMessage = thread, thread != 0
	m.HasProtectedContent = c.is("protect_content")
	if err := s.reply(c, to, m); err != nil {
		return err
	}
	marked, err := c.markup(to.kind)
	if err != nil {
		return err
	}
	m.ReplyMarkup = marked.inline
	if marked.keyboard != nil || marked.remove {
		to.keyboard = marked.keyboard
		s.events.keyboardOf(to)
	}
	return nil
}

// reply sets what a message answers.
func (s *Server) reply(c *call, to *chat, m *Message) error {
	var p struct {
		MessageID                int64  `json:"message_id"`
		ChatID                   any    `json:"chat_id"`
		AllowSendingWithoutReply bool   `json:"allow_sending_without_reply"`
		Quote                    string `json:"quote"`
	}
	ok, err := c.object("reply_parameters", &p)
	if err != nil {
		return err
	}
	if !ok {
		if p.MessageID, err = c.integer("reply_to_message_id", 0); err != nil {
			return err
		}
		p.AllowSendingWithoutReply = c.is("allow_sending_without_reply")
	}
	if p.MessageID == 0 {
		return nil
	}
	target := to.find(p.MessageID)
	if target == nil {
		if p.AllowSendingWithoutReply {
			return nil
		}
		return badRequest("message to be replied not found")
	}
	m.ReplyToMessage = s.quote(to, target)
	return nil
}

// getChat describes a chat.
func (s *Server) getChat(c *call) ([]byte, error) {
	of, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer of.mu.Unlock()
	var b strings.Builder
	b.WriteString(`{"accent_color_id":0,"max_reaction_count":11,"accepted_gift_types":{"unlimited_gifts":false,"limited_gifts":false,"unique_gifts":false,"premium_subscription":false,"gifts_from_channels":false},`)
	if n := len(of.pinned); n > 0 {
		if m := of.find(of.pinned[n-1]); m != nil {
			b.WriteString(`"pinned_message":`)
			b.Write(s.quote(of, m))
			b.WriteString(`,`)
		}
	}
	if of.kind != private {
		b.WriteString(`"permissions":`)
		b.Write(encode(Permissions{CanSendMessages: !of.silent}))
		b.WriteString(`,`)
	}
	b.Write(of.raw[1:])
	return []byte(b.String()), nil
}
