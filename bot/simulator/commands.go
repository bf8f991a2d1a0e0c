package simulator

import (
	"encoding/json"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Command is a line of the bot's menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// A commandScope is for whom a list of commands is, in one language or, empty,
// in any other.
type commandScope struct {
	Type     string
	Chat     int64
	User     int64
	Language string
}

// commands are the bot's lists. Equal lists are kept once: a bot may set one for
// each of its many chats.
type commands struct {
	mu    sync.RWMutex
	lists map[commandScope][]Command
	same  map[string][]Command
}

func newCommands() *commands {
	return &commands{lists: map[commandScope][]Command{}, same: map[string][]Command{}}
}

const mostCommands = 100

// scope reads whom a call about commands means.
func (s *Server) scope(c *call) (commandScope, error) {
	var raw struct {
		Type string      `json:"type"`
		Chat json.Number `json:"chat_id"`
		User int64       `json:"user_id"`
	}
	if _, err := c.object("scope", &raw); err != nil {
		return commandScope{}, badRequest("can't parse BotCommandScope: wrong field type")
	}
	scope := commandScope{Type: raw.Type, Language: c.values["language_code"]}
	if n := len(scope.Language); n != 0 && n != 2 {
		return commandScope{}, badRequest("invalid language code specified")
	}
	switch raw.Type {
	case "":
		scope.Type = "default"
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
	case "chat", "chat_administrators", "chat_member":
		id, err := raw.Chat.Int64()
		if err != nil {
			return commandScope{}, badRequest("chat not found")
		}
		if _, err := s.scopeChat(id, raw.Type); err != nil {
			return commandScope{}, err
		}
		scope.Chat = id
		if raw.Type == "chat_member" {
			if scope.User = raw.User; s.people.person(raw.User) == nil {
				return commandScope{}, badRequest("user not found")
			}
		}
	default:
		return commandScope{}, badRequest("can't parse BotCommandScope: unsupported type specified")
	}
	return scope, nil
}

func (s *Server) scopeChat(id int64, kind string) (*chat, error) {
	in := s.people.chat(id)
	if in == nil {
		return nil, badRequest("chat not found")
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := s.reachable(in); err != nil {
		return nil, err
	}
	if in.kind == private && kind != "chat" {
		return nil, badRequest("can't use specified scope in private chats")
	}
	return in, nil
}

func (s *Server) setMyCommands(c *call) ([]byte, error) {
	var list []Command
	if err := json.Unmarshal([]byte(c.values["commands"]), &list); err != nil {
		return nil, badRequest("can't parse commands JSON object")
	}
	if len(list) > mostCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for i := range list {
		list[i].Command = strings.TrimPrefix(list[i].Command, "/")
		if !validCommand(list[i].Command) {
			return nil, badRequest("BOT_COMMAND_INVALID")
		}
		if n := utf8.RuneCountInString(list[i].Description); n < 1 || n > 256 {
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	scope, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	s.commands.set(scope, list)
	s.commandsChanged(scope)
	return yes, nil
}

func validCommand(name string) bool {
	return name != "" && len(name) <= 32 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

func (k *commands) set(scope commandScope, list []Command) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(list) == 0 {
		delete(k.lists, scope)
		return
	}
	key := string(encode(list))
	if k.same[key] == nil {
		k.same[key] = list
	}
	k.lists[scope] = k.same[key]
}

func (s *Server) deleteMyCommands(c *call) ([]byte, error) {
	scope, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	s.commands.set(scope, nil)
	s.commandsChanged(scope)
	return yes, nil
}

func (s *Server) commandsChanged(scope commandScope) {
	s.changed()
	s.events.commands(scope)
}

// getMyCommands returns the very list of a scope and language, without falling
// back on another.
func (s *Server) getMyCommands(c *call) ([]byte, error) {
	scope, err := s.scope(c)
	if err != nil {
		return nil, err
	}
	s.commands.mu.RLock()
	defer s.commands.mu.RUnlock()
	if list := s.commands.lists[scope]; list != nil {
		return encode(list), nil
	}
	return []byte("[]"), nil
}

// CommandsFor is the menu that a person sees in a chat: the list of the nearest
// scope that has one, in the language of their app before any other.
func (s *Server) CommandsFor(user, chatID int64) []Command {
	p := s.people.person(user)
	if p == nil {
		return nil
	}
	in := s.people.chat(chatID)
	kind, leads := private, false
	if in != nil {
		in.mu.Lock()
		kind, leads = in.kind, in.members[user].leads()
		in.mu.Unlock()
	}
	language, _, _ := strings.Cut(lower(p.user.LanguageCode), "-")
	return s.commands.find(scopesFor(user, chatID, kind, leads), language)
}

// scopesFor lists the scopes that reach a person in a chat, the nearest first.
func scopesFor(user, chatID int64, kind string, leads bool) []commandScope {
	if kind == private {
		return []commandScope{{Type: "chat", Chat: chatID}, {Type: "all_private_chats"}, {Type: "default"}}
	}
	scopes := []commandScope{{Type: "chat_member", Chat: chatID, User: user}}
	if leads {
		scopes = append(scopes, commandScope{Type: "chat_administrators", Chat: chatID})
	}
	scopes = append(scopes, commandScope{Type: "chat", Chat: chatID})
	if leads {
		scopes = append(scopes, commandScope{Type: "all_chat_administrators"})
	}
	return append(scopes, commandScope{Type: "all_group_chats"}, commandScope{Type: "default"})
}

func (k *commands) find(scopes []commandScope, language string) []Command {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, scope := range scopes {
		scope.Language = language
		if list := k.lists[scope]; list != nil {
			return list
		}
		scope.Language = ""
		if list := k.lists[scope]; list != nil {
			return list
		}
	}
	return nil
}
