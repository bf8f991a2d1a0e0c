package simulator

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Said is what a person says, with what may go with it.
type Said struct {
	Text    string
	ReplyTo int64 // message id
	Thread  int64 // topic of a forum
}

// Start presses START, or opens the bot's link with a payload.
func (s *Server) Start(user int64, payload string) (Message, error) {
	c, err := s.enter(user, user)
	if err != nil {
		return Message{}, err
	}
	c.mu.Lock()
	s.block(c, false)
	c.mu.Unlock()
	return s.Say(user, user, strings.TrimSpace("/start "+payload))
}

// Say has a person write into a chat.
func (s *Server) Say(user, chatID int64, text string) (Message, error) {
	return s.SayWith(user, chatID, Said{Text: text})
}

// Reply has a person answer a message.
func (s *Server) Reply(user, chatID, to int64, text string) (Message, error) {
	return s.SayWith(user, chatID, Said{Text: text, ReplyTo: to})
}

// SayWith is Say with what may go with a text.
func (s *Server) SayWith(user, chatID int64, said Said) (Message, error) {
	text, _ := trim(said.Text, nil)
	if text == "" {
		return Message{}, fmt.Errorf("simulator: there is nothing to say")
	}
	if utf16Len(text) > mostText {
		return Message{}, fmt.Errorf("simulator: a message has at most %d characters", mostText)
	}
	return s.act(user, chatID, func(c *chat) (*Message, error) {
		m := &Message{Text: text, Entities: findEntities(text, nil)}
		m.MessageThreadID, m.IsTopicMessage = said.Thread, said.Thread != 0
		if said.ReplyTo != 0 {
			to := c.find(said.ReplyTo)
			if to == nil {
				return nil, errNoMessage(chatID, said.ReplyTo)
			}
			m.ReplyToMessage = s.quote(c, to)
		}
		return m, nil
	})
}

// act puts what a person does into a chat where they may write.
func (s *Server) act(user, chatID int64, compose func(*chat) (*Message, error)) (Message, error) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return Message{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	from, err := s.speaker(c, user)
	if err != nil {
		return Message{}, err
	}
	m, err := compose(c)
	if err != nil {
		return Message{}, err
	}
	if c.kind == private {
		c.started = true
	}
	return s.show(c, s.say(c, m, from, user)), nil
}

// speaker tells as whom a person writes into a chat, if they may.
func (s *Server) speaker(c *chat, user int64) (int64, error) {
	if c.kind == private {
		if c.blocked {
			return 0, errBlocked(user)
		}
		return user, nil
	}
	m := c.members[user]
	if !m.present() || c.migratedTo != 0 || c.deleted {
		return 0, errNotThere(user, c.id)
	}
	if m.Status == restricted || c.silent && !m.leads() {
		return 0, fmt.Errorf("simulator: user %d may not write in chat %d", user, c.id)
	}
	if m.Anonymous && m.leads() {
		return anonymousAdmin, nil
	}
	return user, nil
}

// EditText has a person change what they said.
func (s *Server) EditText(user, chatID, messageID int64, text string) (Message, error) {
	return s.revise(user, chatID, messageID, func(m *Message) error {
		if m.Text == "" {
			return fmt.Errorf("simulator: message %d has no text", messageID)
		}
		m.Text, m.Entities = text, findEntities(text, nil)
		return nil
	})
}

// revise changes a person's own message and tells the bot.
func (s *Server) revise(user, chatID, messageID int64, change func(*Message) error) (Message, error) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return Message{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := s.speaker(c, user); err != nil {
		return Message{}, err
	}
	kept := c.find(messageID)
	if kept == nil || kept.Author != user {
		return Message{}, errNoMessage(chatID, messageID)
	}
	m := kept.message()
	if err := change(&m); err != nil {
		return Message{}, err
	}
	m.EditDate = s.Now().Unix()
	kept.set(&m)
	s.changed()
	s.events.message(s, c, kept, "edit")
	if s.heard(c, &m, kept) {
		s.tell(c, kept, "edited_message")
	}
	return s.show(c, kept), nil
}

// Press presses a button and waits for what the bot answers; nil when it let
// the press grow too old.
func (s *Server) Press(ctx context.Context, user, chatID, messageID int64, row, col int) (*Answer, error) {
	answer, err := s.PressAsync(user, chatID, messageID, row, col)
	if err != nil {
		return nil, err
	}
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.life.Done():
		return nil, errClosed
	}
}

// PressAsync presses a button; the answer comes on the channel, once.
func (s *Server) PressAsync(user, chatID, messageID int64, row, col int) (<-chan *Answer, error) {
	return s.press(user, chatID, messageID, func(m *Message) (string, error) {
		if m.ReplyMarkup == nil || row < 0 || row >= len(m.ReplyMarkup.Rows) || col < 0 || col >= len(m.ReplyMarkup.Rows[row]) {
			return "", fmt.Errorf("simulator: message %d has no button at row %d, column %d", messageID, row, col)
		}
		b := m.ReplyMarkup.Rows[row][col]
		if b.CallbackData == "" {
			return "", fmt.Errorf("simulator: button %q tells the bot nothing", b.Text)
		}
		return b.CallbackData, nil
	})
}

// PressData is what a modified app can do: a press with data that no button has.
func (s *Server) PressData(user, chatID, messageID int64, data string) (<-chan *Answer, error) {
	return s.press(user, chatID, messageID, func(*Message) (string, error) { return data, nil })
}

// PressByLabel presses the button of that label in the newest message that has
// one: its very words, or else a label that contains them.
func (s *Server) PressByLabel(ctx context.Context, user, chatID int64, label string) (*Answer, error) {
	messages, err := s.Messages(user, chatID)
	if err != nil {
		return nil, err
	}
	for _, m := range slices.Backward(messages) {
		if row, col, ok := m.Button(label); ok {
			return s.Press(ctx, user, chatID, m.MessageID, row, col)
		}
	}
	return nil, fmt.Errorf("simulator: user %d sees no button %q in chat %d", user, label, chatID)
}

// Button finds a button by its label: its very words, or else a label that
// contains them.
func (m *Message) Button(label string) (row, col int, ok bool) {
	if m.ReplyMarkup == nil {
		return 0, 0, false
	}
	for _, is := range []func(string) bool{
		func(text string) bool { return text == label },
		func(text string) bool { return strings.Contains(text, label) },
	} {
		for row, buttons := range m.ReplyMarkup.Rows {
			if col := slices.IndexFunc(buttons, func(b Button) bool { return is(b.Text) }); col >= 0 {
				return row, col, true
			}
		}
	}
	return 0, 0, false
}

func (s *Server) press(user, chatID, messageID int64, data func(*Message) (string, error)) (<-chan *Answer, error) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(user) {
		return nil, errNotThere(user, chatID)
	}
	if c.blocked {
		return nil, errBlocked(user)
	}
	kept := c.find(messageID)
	if kept == nil || kept.From != s.bot.user.ID {
		return nil, errNoMessage(chatID, messageID)
	}
	m := kept.message()
	pressed, err := data(&m)
	if err != nil {
		return nil, err
	}
	id, p := s.openPress()
	b := append(make([]byte, 0, len(kept.Body)+1024), `"callback_query":{"id":"`...)
	b = strconv.AppendUint(b, id, 10)
	b = append(b, `","from":`...)
	b = append(b, s.raw(user)...)
	b = append(b, `,"message":`...)
	b = append(b, s.render(c, kept, "")...)
	b = append(b, `,"chat_instance":"`...)
	b = strconv.AppendInt(b, c.id*2654435761, 10)
	b = append(b, `","data":`...)
	b = append(b, encode(pressed)...)
	b = append(b, "}}"...)
	absent := c.kind != private && !c.members[s.bot.user.ID].present()
	if absent || s.queue.add("callback_query", user, s.Now().Add(pressLife), b) == 0 {
		s.closePress(id, nil)
	}
	s.changed()
	return p.answer, nil
}

// Messages is what a person sees in a chat, oldest first.
func (s *Server) Messages(user, chatID int64) ([]Message, error) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(user) {
		return nil, errNotThere(user, chatID)
	}
	out := make([]Message, len(c.messages))
	for i := range c.messages {
		out[i] = s.show(c, &c.messages[i])
	}
	return out, nil
}

// LastMessage is the newest message that a person sees in a chat, if any.
func (s *Server) LastMessage(user, chatID int64) (Message, bool) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return Message{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(user) || len(c.messages) == 0 {
		return Message{}, false
	}
	return s.show(c, &c.messages[len(c.messages)-1]), true
}

// Await waits until the newest message that a person sees in a chat, as first
// sent or as edited since, is as it should be.
func (s *Server) Await(ctx context.Context, user, chatID int64, is func(Message) bool) (Message, error) {
	for {
		change := s.shown.next()
		if m, ok := s.LastMessage(user, chatID); ok && is(m) {
			return m, nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return Message{}, ctx.Err()
		case <-s.life.Done():
			return Message{}, errClosed
		}
	}
}

func errBlocked(user int64) error { return fmt.Errorf("simulator: user %d has blocked the bot", user) }

func errNoMessage(chat, id int64) error {
	return fmt.Errorf("simulator: there is no such message %d in chat %d", id, chat)
}
