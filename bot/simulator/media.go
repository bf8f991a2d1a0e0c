package simulator

import (
	"encoding/json"
	"fmt"
	"strings"
)

// given finds the file that a call sends: uploaded with it, or known by its id.
func (s *Server) given(c *call, kind, field, value string) (*file, error) {
	name, attached := strings.CutPrefix(value, "attach://")
	if !attached {
		name = field
	}
	if up := c.files[name]; up != nil && (attached || value == "") {
		return s.files.add(kind, up)
	}
	if value == "" {
		return nil, badRequest("there is no %s in the request", kind)
	}
	if f := s.files.get(value); f != nil {
		if f.Kind != kind {
			return nil, badRequest("can't use file of type %s as %s", title(f.Kind), title(kind))
		}
		return f, nil
	}
	if strings.Contains(value, "://") {
		return nil, badRequest("failed to get HTTP URL content")
	}
	return nil, badRequest("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// caption reads the caption of a call.
func (c *call) caption() (string, []Entity, error) {
	text, entities, err := c.formatted("caption", "caption_entities")
	if err == nil && utf16Len(text) > mostCaption {
		return "", nil, badRequest("message caption is too long")
	}
	return text, entities, err
}

func (s *Server) sendPhoto(c *call) ([]byte, error)    { return s.sendMedia(c, "photo") }
func (s *Server) sendDocument(c *call) ([]byte, error) { return s.sendMedia(c, "document") }

func (s *Server) sendMedia(c *call, kind string) ([]byte, error) {
	text, entities, err := c.caption()
	if err != nil {
		return nil, err
	}
	f, err := s.given(c, kind, kind, c.values[kind])
	if err != nil {
		return nil, err
	}
	m := &Message{Caption: text, CaptionEntities: entities, ShowCaptionAboveMedia: c.is("show_caption_above_media")}
	f.attach(m)
	return s.send(c, m)
}

// inputMedia is one part of an album, or what takes the place of a photo.
type inputMedia struct {
	Type            string          `json:"type"`
	Media           string          `json:"media"`
	Caption         string          `json:"caption"`
	ParseMode       string          `json:"parse_mode"`
	CaptionEntities json.RawMessage `json:"caption_entities"`
}

// message makes the content of a message of it.
func (i inputMedia) message(s *Server, c *call) (*Message, error) {
	if i.Type != "photo" && i.Type != "document" {
		return nil, badRequest("can't parse InputMedia: type %q is unsupported", i.Type)
	}
	if i.Media == "" {
		return nil, badRequest("media not found")
	}
	of := &call{values: map[string]string{
		"caption": i.Caption, "parse_mode": i.ParseMode, "caption_entities": string(i.CaptionEntities),
	}}
	text, entities, err := of.caption()
	if err != nil {
		return nil, err
	}
	f, err := s.given(c, i.Type, "", i.Media)
	if err != nil {
		return nil, err
	}
	m := &Message{Caption: text, CaptionEntities: entities}
	f.attach(m)
	return m, nil
}

// sendMediaGroup sends an album: all of it or nothing.
func (s *Server) sendMediaGroup(c *call) ([]byte, error) {
	var media []inputMedia
	if err := json.Unmarshal([]byte(c.values["media"]), &media); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	if len(media) < 2 || len(media) > 10 {
		return nil, badRequest("group send failed: an album has 2 to 10 items")
	}
	parts := make([]*Message, len(media))
	for i, one := range media {
		if one.Type != media[0].Type {
			return nil, badRequest("document can't be mixed with other media types")
		}
		m, err := one.message(s, c)
		if err != nil {
			return nil, err
		}
		parts[i] = m
	}
	to, err := s.writeTarget(c)
	if err != nil {
		return nil, err
	}
	defer to.mu.Unlock()
	out := []byte{'['}
	album := fmt.Sprint(s.lastMessage.Load() + 1<<40)
	for i, m := range parts {
		if err := s.dress(c, to, m); err != nil {
			return nil, err
		}
		m.MediaGroupID = album
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, s.render(to, s.post(to, m, s.bot.user.ID, s.bot.user.ID), "")...)
	}
	return append(out, ']'), nil
}

func (s *Server) editMessageMedia(c *call) ([]byte, error) {
	var media inputMedia
	if err := json.Unmarshal([]byte(c.values["media"]), &media); err != nil {
		return nil, badRequest("can't parse media JSON object")
	}
	next, err := media.message(s, c)
	if err != nil {
		return nil, err
	}
	return s.edit(c, func(m *Message) error {
		m.Text, m.Entities = "", nil
		m.Caption, m.CaptionEntities = next.Caption, next.CaptionEntities
		m.Photo, m.Document = next.Photo, next.Document
		return nil
	})
}
