package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Kinds of chats.
const (
	private    = "private"
	group      = "group"
	supergroup = "supergroup"
)

// A chat keeps what was said in it and who may speak. Its fields are guarded by
// its own lock, which is taken before the locks of the queue and of the events,
// and never together with another chat's but while a group becomes a supergroup.
type chat struct {
	mu    sync.Mutex
	id    int64
	kind  string
	title string
	forum bool
	raw   []byte // as a Chat

	started bool  // private: the user has spoken to the bot
	blocked bool  // private: the user does not hear the bot
	readTo  int64 // private: the last message that the user has seen

	members    map[int64]*member // groups
	silent     bool              // groups: members who lead nothing may not write
	deleted    bool              // groups
	topics     []int64           // forums
	closed     []int64           // forums: topics in which only administrators write; 1 is the general one
	last       int64             // supergroups number their own messages
	migratedTo int64

	messages []stored
	keyboard []byte // the reply keyboard that the phone shows
	menu     []byte // the menu button
	pinned   []int64
	pace     *chatPace
}

func newPrivateChat(p *person) *chat {
	return &chat{id: p.user.ID, kind: private, raw: encode(p.chat())}
}

func newGroupChat(id int64, kind, title string, forum bool) *chat {
	c := &chat{id: id, kind: kind, forum: forum, members: map[int64]*member{}}
	c.rename(title)
	return c
}

func (c *chat) rename(title string) {
	c.title = title
	c.raw = encode(Chat{ID: c.id, Type: c.kind, Title: title, IsForum: c.forum})
}

// find returns the message of that id, or nil.
func (c *chat) find(id int64) *stored {
	at, ok := slices.BinarySearchFunc(c.messages, id, func(m stored, id int64) int { return int(m.ID - id) })
	if !ok {
		return nil
	}
	return &c.messages[at]
}

// keep adds a message and forgets the oldest when there are many.
func (c *chat) keep(m stored, most int) *stored {
	if len(c.messages) >= 2*most {
		c.messages = slices.Clone(c.messages[len(c.messages)-most+1:])
	}
	c.messages = append(c.messages, m)
	return &c.messages[len(c.messages)-1]
}

func (c *chat) forget(id int64) bool {
	at, ok := slices.BinarySearchFunc(c.messages, id, func(m stored, id int64) int { return int(m.ID - id) })
	if ok {
		c.messages = slices.Delete(c.messages, at, at+1)
	}
	return ok
}

// unread counts what others have said since the user looked.
func (c *chat) unread(user int64) int {
	seen := c.readTo
	if m := c.members[user]; m != nil {
		seen = m.ReadTo
	}
	n := 0
	for _, m := range slices.Backward(c.messages) {
		if m.ID <= seen {
			break
		}
		if m.Author != user {
			n++
		}
	}
	return n
}

// holds tells whether the user sees the chat on their phone.
func (c *chat) holds(user int64) bool {
	if c.kind == private {
		return c.id == user
	}
	m := c.members[user]
	return m != nil && m.present() && c.migratedTo == 0 && !c.deleted
}

// target finds the chat that a call names, and returns it locked.
func (s *Server) target(c *call) (*chat, error) {
	text := c.values["chat_id"]
	if text == "" {
		return nil, badRequest("chat_id is empty")
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, badRequest("chat not found")
	}
	found := s.people.chat(id)
	if found == nil {
		return nil, badRequest("chat not found")
	}
	found.mu.Lock()
	if err := s.reachable(found); err != nil {
		found.mu.Unlock()
		return nil, err
	}
	return found, nil
}

// reachable tells why the bot does not see a chat at all.
func (s *Server) reachable(c *chat) error {
	if c.kind == private {
		if !c.started {
			return badRequest("chat not found")
		}
		return nil
	}
	if c.migratedTo != 0 {
		r := badRequest("group chat was upgraded to a supergroup chat")
		r.MigrateTo = c.migratedTo
		return r
	}
	if c.deleted {
		return forbidden("the group chat was deleted")
	}
	bot := c.members[s.bot.user.ID]
	if bot == nil {
		return badRequest("chat not found")
	}
	switch bot.Status {
	case kicked:
		return forbidden("bot was kicked from the %s chat", c.kind)
	case left:
		return forbidden("bot is not a member of the %s chat", c.kind)
	}
	return nil
}

// writable tells why the bot may not write to a chat that it sees.
func (s *Server) writable(c *chat) error {
	if c.kind == private {
		if p := s.people.person(c.id); p == nil || p.user.Deleted {
			return forbidden("user is deactivated")
		}
		if c.blocked {
			return forbidden("bot was blocked by the user")
		}
		return nil
	}
	if bot := c.members[s.bot.user.ID]; bot.Status == restricted || c.silent && !bot.leads() {
		return badRequest("not enough rights to send text messages to the chat")
	}
	return nil
}

// writeTarget is target for what the chat's people will see.
func (s *Server) writeTarget(c *call) (*chat, error) {
	to, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if err := s.writable(to); err != nil {
		to.mu.Unlock()
		return nil, err
	}
	return to, nil
}

// enter finds the chat in which a person acts. A person's chat with the bot goes
// by the person's id, or by the bot's.
func (s *Server) enter(user, id int64) (*chat, error) {
	p := s.people.person(user)
	if p == nil || p.bot {
		return nil, errNoUser(user)
	}
	if p.user.Deleted {
		return nil, fmt.Errorf("simulator: the account of user %d is deleted", user)
	}
	if id == user || id == s.bot.user.ID {
		return s.people.private(user), nil
	}
	c := s.people.chat(id)
	if c == nil || c.kind == private {
		return nil, fmt.Errorf("simulator: user %d has no chat %d", user, id)
	}
	return c, nil
}

func errNoUser(id int64) error { return fmt.Errorf("simulator: there is no user %d", id) }
