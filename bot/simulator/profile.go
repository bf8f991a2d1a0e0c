package simulator

import (
	"encoding/json"
	"sync"
)

// A profile is what the bot says of itself, by language.
type profile struct {
	mu    sync.RWMutex
	texts map[profileKey]string
	menu  []byte // the default menu button
}

type profileKey struct{ Field, Language string }

const commandsMenu = `{"type":"commands"}`

func newProfile(name string) *profile {
	return &profile{
		texts: map[profileKey]string{{Field: "name"}: name},
		menu:  []byte(commandsMenu),
	}
}

// addProfileMethods adds the pairs of methods that keep and return a text.
func addProfileMethods(table map[string]method) {
	table["setmycommands"] = (*Server).setMyCommands
	table["getmycommands"] = (*Server).getMyCommands
	table["deletemycommands"] = (*Server).deleteMyCommands
	table["setchatmenubutton"] = (*Server).setChatMenuButton
	table["getchatmenubutton"] = (*Server).getChatMenuButton
	for _, field := range []struct {
		method, name string
		most         int
		refusal      string
	}{
		{"name", "name", 64, "BOT_TITLE_INVALID"},
		{"description", "description", 512, "BOT_DESCRIPTION_TOO_LONG"},
		{"shortdescription", "short_description", 120, "BOT_SHORT_DESCRIPTION_TOO_LONG"},
	} {
		table["setmy"+field.method] = func(s *Server, c *call) ([]byte, error) {
			text := c.values[field.name]
			if utf16Len(text) > field.most {
				return nil, badRequest("%s", field.refusal)
			}
			s.profile.set(profileKey{field.name, c.values["language_code"]}, text)
			s.changed()
			return yes, nil
		}
		table["getmy"+field.method] = func(s *Server, c *call) ([]byte, error) {
			text := s.profile.get(field.name, c.values["language_code"])
			return encode(map[string]string{field.name: text}), nil
		}
	}
}

func (p *profile) set(key profileKey, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if text == "" {
		delete(p.texts, key)
		return
	}
	p.texts[key] = text
}

func (p *profile) get(field, language string) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if text, ok := p.texts[profileKey{field, language}]; ok {
		return text
	}
	return p.texts[profileKey{Field: field}]
}

// setChatMenuButton sets the button beside the line where a person types, of
// one private chat or of all.
func (s *Server) setChatMenuButton(c *call) ([]byte, error) {
	var button struct {
		Type string `json:"type"`
	}
	if _, err := c.object("menu_button", &button); err != nil {
		return nil, badRequest("can't parse menu button: wrong field type")
	}
	raw := []byte(c.values["menu_button"])
	switch button.Type {
	case "", "default":
		raw = nil
	case "commands", "web_app":
	default:
		return nil, badRequest("can't parse menu button: unsupported type specified")
	}
	s.changed()
	if c.values["chat_id"] == "" {
		s.profile.mu.Lock()
		defer s.profile.mu.Unlock()
		s.profile.menu = raw
		return yes, nil
	}
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	in.menu = raw
	return yes, nil
}

func (s *Server) getChatMenuButton(c *call) ([]byte, error) {
	s.profile.mu.RLock()
	menu := s.profile.menu
	s.profile.mu.RUnlock()
	if c.values["chat_id"] != "" {
		in, err := s.target(c)
		if err != nil {
			return nil, err
		}
		defer in.mu.Unlock()
		if in.menu != nil {
			menu = in.menu
		}
	}
	if menu == nil {
		menu = []byte(commandsMenu)
	}
	return json.RawMessage(menu), nil
}
