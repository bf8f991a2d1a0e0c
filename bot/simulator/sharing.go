package simulator

import (
	"fmt"
	"strings"
)

// ShareContact has a person share their own phone number.
func (s *Server) ShareContact(user, chatID int64) (Message, error) {
	return s.ShareContactOf(user, chatID, user, false)
}

// ShareContactOf has a person share someone's phone number, or forward it.
func (s *Server) ShareContactOf(user, chatID, of int64, forwarded bool) (Message, error) {
	p := s.people.person(of)
	if p == nil {
		return Message{}, errNoUser(of)
	}
	m := &Message{Contact: &Contact{
		PhoneNumber: strings.TrimPrefix(p.user.Phone, "+"),
		FirstName:   p.user.FirstName, LastName: p.user.LastName, UserID: of,
	}}
	if forwarded {
		m.ForwardOrigin = s.origin(of)
	}
	return s.act(user, chatID, func(*chat) (*Message, error) { return m, nil })
}

func (s *Server) origin(of int64) *Origin {
	who := s.account(of)
	return &Origin{Type: "user", Date: s.Now().Unix(), SenderUser: &who}
}

// ShareLocation has a person share a place, or forward one.
func (s *Server) ShareLocation(user, chatID int64, at Location, forwarded bool) (Message, error) {
	m := &Message{Location: &at}
	if forwarded {
		m.ForwardOrigin = s.origin(user)
	}
	return s.act(user, chatID, func(*chat) (*Message, error) { return m, nil })
}

// MoveLocation moves a live location that a person shares.
func (s *Server) MoveLocation(user, chatID, messageID int64, at Location) (Message, error) {
	return s.revise(user, chatID, messageID, func(m *Message) error {
		if m.Location == nil || m.Location.LivePeriod == 0 {
			return fmt.Errorf("simulator: message %d is no live location", messageID)
		}
		if at.LivePeriod == 0 {
			at.LivePeriod = m.Location.LivePeriod
		}
		m.Location = &at
		return nil
	})
}

// SendFile has a person send a file.
func (s *Server) SendFile(user, chatID int64, name string, data []byte, caption string) (Message, error) {
	return s.sendUpload(user, chatID, "document", &upload{name: name, data: data}, caption)
}

// SendPhoto has a person send a picture: JPEG, PNG or GIF.
func (s *Server) SendPhoto(user, chatID int64, name string, data []byte, caption string) (Message, error) {
	return s.sendUpload(user, chatID, "photo", &upload{name: name, data: data}, caption)
}

func (s *Server) sendUpload(user, chatID int64, kind string, up *upload, caption string) (Message, error) {
	if utf16Len(caption) > mostCaption {
		return Message{}, fmt.Errorf("simulator: a caption has at most %d characters", mostCaption)
	}
	f, err := s.files.add(kind, up)
	if err != nil {
		return Message{}, fmt.Errorf("simulator: send %s: %w", kind, err)
	}
	return s.act(user, chatID, func(*chat) (*Message, error) {
		m := &Message{Caption: caption, CaptionEntities: findEntities(caption, nil)}
		f.attach(m)
		return m, nil
	})
}

// Forward has a person forward a message that they see into another chat.
func (s *Server) Forward(user, fromChat, messageID, toChat int64) (Message, error) {
	from, err := s.enter(user, fromChat)
	if err != nil {
		return Message{}, err
	}
	from.mu.Lock()
	kept := from.find(messageID)
	if kept == nil || !from.holds(user) {
		from.mu.Unlock()
		return Message{}, errNoMessage(fromChat, messageID)
	}
	m, author := kept.message(), kept.From
	from.mu.Unlock()
	if m.HasProtectedContent || m.service() {
		return Message{}, fmt.Errorf("simulator: message %d cannot be forwarded", messageID)
	}
	who := s.account(author)
	copied := Message{
		ForwardOrigin: &Origin{Type: "user", Date: m.Date, SenderUser: &who},
		Text:          m.Text, Entities: m.Entities, Caption: m.Caption, CaptionEntities: m.CaptionEntities,
		Photo: m.Photo, Document: m.Document, Contact: m.Contact, Location: m.Location,
	}
	return s.act(user, toChat, func(*chat) (*Message, error) { return &copied, nil })
}

// Tap presses a button of the reply keyboard that a person sees in a chat.
func (s *Server) Tap(user, chatID int64, label string, at Location) (Message, error) {
	c, err := s.enter(user, chatID)
	if err != nil {
		return Message{}, err
	}
	c.mu.Lock()
	keyboard := c.replyKeyboard()
	c.mu.Unlock()
	if keyboard == nil {
		return Message{}, fmt.Errorf("simulator: chat %d shows no keyboard", chatID)
	}
	for _, row := range keyboard.Rows {
		for _, b := range row {
			switch {
			case b.Text != label:
			case b.RequestContact:
				return s.ShareContact(user, chatID)
			case b.RequestLocation:
				return s.ShareLocation(user, chatID, at, false)
			default:
				return s.Say(user, chatID, label)
			}
		}
	}
	return Message{}, fmt.Errorf("simulator: the keyboard of chat %d has no button %q", chatID, label)
}
