package simulator

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// deletable is how old a message may be when it is deleted.
const deletable = 48 * time.Hour

// editable finds the message that a call wants to change. The chat is locked.
func (s *Server) editable(c *call) (*chat, *stored, error) {
	if c.values["inline_message_id"] != "" {
		return nil, nil, badRequest("MESSAGE_ID_INVALID")
	}
	id, err := c.integer("message_id", 0)
	if err != nil {
		return nil, nil, err
	}
	in, err := s.writeTarget(c)
	if err != nil {
		return nil, nil, err
	}
	if id == 0 {
		in.mu.Unlock()
		return nil, nil, badRequest("message identifier is not specified")
	}
	m := in.find(id)
	switch {
	case m == nil:
		in.mu.Unlock()
		return nil, nil, badRequest("message to edit not found")
	case m.From != s.bot.user.ID:
		in.mu.Unlock()
		return nil, nil, badRequest("message can't be edited")
	}
	return in, m, nil
}

// edit applies change to a message of the bot and to its inline keyboard.
func (s *Server) edit(c *call, change func(*Message) error) ([]byte, error) {
	in, kept, err := s.editable(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	m := kept.message()
	before := kept.Body
	edited := m.EditDate
	if err := change(&m); err != nil {
		return nil, err
	}
	marked, err := c.markup(in.kind)
	if err != nil {
		return nil, err
	}
	m.ReplyMarkup = marked.inline
	if bytes.Equal(encode(m), before) {
		return nil, badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	m.EditDate = max(s.Now().Unix(), edited)
	kept.set(&m)
	s.changed()
	s.events.message(s, in, kept, "edit")
	s.shown.fire()
	return s.render(in, kept, ""), nil
}

func (s *Server) editMessageText(c *call) ([]byte, error) {
	text, entities, err := c.formatted("text", "entities")
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, badRequest("message text is empty")
	}
	if utf16Len(text) > mostText {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	return s.edit(c, func(m *Message) error {
		if m.Text == "" {
			return badRequest("there is no text in the message to edit")
		}
		m.Text, m.Entities = text, entities
		return nil
	})
}

func (s *Server) editMessageCaption(c *call) ([]byte, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) error {
		if m.Photo == nil && m.Document == nil {
			return badRequest("there is no caption in the message to edit")
		}
		m.Caption, m.CaptionEntities = text, entities
		m.ShowCaptionAboveMedia = c.is("show_caption_above_media")
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(c *call) ([]byte, error) {
	return s.edit(c, func(*Message) error { return nil })
}

// deleteMessage takes a message off every phone.
func (s *Server) deleteMessage(c *call) ([]byte, error) {
	id, err := c.integer("message_id", 0)
	if err != nil {
		return nil, err
	}
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if err := s.remove(in, id); err != nil {
		return nil, err
	}
	return yes, nil
}

// deleteMessages is deleteMessage for up to a hundred; those that cannot be
// deleted are passed over.
func (s *Server) deleteMessages(c *call) ([]byte, error) {
	var ids []int64
	if err := json.Unmarshal([]byte(c.values["message_ids"]), &ids); err != nil {
		return nil, badRequest("can't parse message identifiers as JSON")
	}
	if len(ids) == 0 || len(ids) > 100 {
		return nil, badRequest("wrong number of message identifiers specified")
	}
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	for _, id := range ids {
		// One that is gone or too old does not stop the others.
		_ = s.remove(in, id)
	}
	return yes, nil
}

func (s *Server) remove(in *chat, id int64) error {
	m := in.find(id)
	if m == nil {
		return badRequest("message to delete not found")
	}
	if s.Now().Sub(time.Unix(m.Date, 0)) >= deletable {
		return badRequest("message can't be deleted for everyone")
	}
	if in.kind != private && m.From != s.bot.user.ID && !in.members[s.bot.user.ID].leads() {
		return badRequest("message can't be deleted")
	}
	in.forget(id)
	in.pinned = slices.DeleteFunc(in.pinned, func(p int64) bool { return p == id })
	s.changed()
	s.events.deleted(in, id)
	return nil
}

func (s *Server) pinChatMessage(c *call) ([]byte, error) {
	id, err := c.integer("message_id", 0)
	if err != nil {
		return nil, err
	}
	in, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind != private && !in.members[s.bot.user.ID].leads() {
		return nil, badRequest("not enough rights to manage pinned messages in the chat")
	}
	m := in.find(id)
	if m == nil {
		return nil, badRequest("message to pin not found")
	}
	if slices.Contains(in.pinned, id) {
		return yes, nil
	}
	in.pinned = append(in.pinned, id)
	s.say(in, &Message{PinnedMessage: s.quote(in, m)}, s.bot.user.ID, s.bot.user.ID)
	return yes, nil
}

func (s *Server) unpinChatMessage(c *call) ([]byte, error) {
	id, err := c.integer("message_id", 0)
	if err != nil {
		return nil, err
	}
	in, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind != private && !in.members[s.bot.user.ID].leads() {
		return nil, badRequest("not enough rights to manage pinned messages in the chat")
	}
	if id == 0 && len(in.pinned) > 0 {
		id = in.pinned[len(in.pinned)-1]
	}
	in.pinned = slices.DeleteFunc(in.pinned, func(p int64) bool { return p == id })
	s.changed()
	return yes, nil
}

// setMessageReaction is accepted and shows nothing.
func (s *Server) setMessageReaction(c *call) ([]byte, error) {
	id, err := c.integer("message_id", 0)
	if err != nil {
		return nil, err
	}
	in, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.find(id) == nil {
		return nil, badRequest("message to react not found")
	}
	return yes, nil
}
