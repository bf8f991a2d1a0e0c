package simulator

import (
	"fmt"
	"maps"
	"slices"
)

// A Group is a chat of several people, as the owner or a test sets it up.
type Group struct {
	ID         int64 // 0: the next free one
	Title      string
	Supergroup bool
	Forum      bool    // only supergroups
	Topics     []int64 // the message_thread_ids of a forum
	Creator    int64
	Admins     []int64
	Members    []int64
	Bot        string // the bot's status; default "member", "left" keeps it out
}

// AddGroup makes a group that has existed for long: nobody is told. It returns
// the group's id, and leaves a group that exists as it is.
func (s *Server) AddGroup(g Group) int64 {
	kind := group
	if g.Supergroup || g.Forum {
		kind = supergroup
	}
	if g.ID == 0 {
		g.ID = s.groupID(kind)
	}
	if s.people.chat(g.ID) != nil {
		return g.ID
	}
	c := newGroupChat(g.ID, kind, g.Title, g.Forum)
	c.topics = g.Topics
	for _, id := range g.Members {
		c.members[id] = &member{Status: ordinary}
	}
	for _, id := range g.Admins {
		c.members[id] = &member{Status: administrator}
	}
	if g.Creator != 0 {
		c.members[g.Creator] = &member{Status: creator}
	}
	if g.Bot == "" {
		g.Bot = ordinary
	}
	c.members[s.bot.user.ID] = &member{Status: g.Bot}
	s.addGroup(c)
	return g.ID
}

func (s *Server) groupID(kind string) int64 {
	n := s.lastGroup.Add(1)
	if kind == supergroup {
		return -1_000_000_000_000 - n
	}
	return -n
}

func (s *Server) addGroup(c *chat) {
	d := s.people
	d.mu.Lock()
	defer d.mu.Unlock()
	d.chats[c.id] = c
	for id := range c.members {
		if id != s.bot.user.ID {
			d.groups[id] = append(d.groups[id], c.id)
		}
	}
	s.changed()
}

// CreateGroup has a person make a group with the bot in it.
func (s *Server) CreateGroup(user int64, title string) (int64, error) {
	if s.people.person(user) == nil {
		return 0, errNoUser(user)
	}
	if title == "" || utf16Len(title) > 128 {
		return 0, fmt.Errorf("simulator: a group's title has 1 to 128 characters")
	}
	c := newGroupChat(s.groupID(group), group, title, false)
	c.members[user] = &member{Status: creator}
	bot := &member{Status: ordinary}
	c.members[s.bot.user.ID] = bot
	s.addGroup(c)
	c.mu.Lock()
	defer c.mu.Unlock()
	var nobody *member
	s.memberChanged(c, user, nobody.wire(s.bot.account()), bot.wire(s.bot.account()))
	s.say(c, &Message{GroupChatCreated: true}, user, user)
	return c.id, nil
}

// Rename has a member change a group's title.
func (s *Server) Rename(user, chatID int64, title string) error {
	c, err := s.enter(user, chatID)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.members[user].present() {
		return errNotThere(user, chatID)
	}
	c.rename(title)
	s.say(c, &Message{NewChatTitle: title}, user, user)
	return nil
}

// Migrate turns a group into a supergroup, which has another id and begins to
// number its messages anew, and returns that id.
func (s *Server) Migrate(by, chatID int64) (int64, error) {
	old, err := s.enter(by, chatID)
	if err != nil {
		return 0, err
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	if old.kind != group || old.migratedTo != 0 {
		return 0, fmt.Errorf("simulator: chat %d is no group that could become a supergroup", chatID)
	}
	next := newGroupChat(s.groupID(supergroup), supergroup, old.title, false)
	next.members = maps.Clone(old.members)
	for id, m := range next.members {
		place := *m
		place.ReadTo = 0
		next.members[id] = &place
	}
	next.keyboard = old.keyboard
	s.addGroup(next)
	next.mu.Lock()
	defer next.mu.Unlock()
	s.say(old, &Message{MigrateToChatID: next.id}, by, by)
	old.migratedTo = next.id
	s.say(next, &Message{MigrateFromChatID: old.id}, anonymousAdmin, by)
	s.events.chats(next, by)
	return next.id, nil
}

// generalTopic is there in every forum. To write there is to name no topic.
const generalTopic = 1

// administer runs f for a member who leads a group, with the group's lock held.
// The bot is told of nothing.
func (s *Server) administer(by, chatID int64, f func(*chat)) error {
	c, err := s.enter(by, chatID)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.members[by].leads() || c.migratedTo != 0 || c.deleted {
		return fmt.Errorf("simulator: user %d leads no group %d", by, chatID)
	}
	f(c)
	s.changed()
	return nil
}

// SetSilent keeps the members of a group who lead nothing from writing there, or
// lets them again.
func (s *Server) SetSilent(by, chatID int64, on bool) error {
	return s.administer(by, chatID, func(c *chat) { c.silent = on })
}

// CloseTopic closes a topic of a forum to all but its administrators, or opens it
// again. The general topic is 1.
func (s *Server) CloseTopic(by, chatID, topic int64, on bool) error {
	return s.administer(by, chatID, func(c *chat) {
		c.closed = slices.DeleteFunc(c.closed, func(t int64) bool { return t == topic })
		if on {
			c.closed = append(c.closed, topic)
		}
	})
}

// DeleteTopic takes a topic of a forum away, with what was said there.
func (s *Server) DeleteTopic(by, chatID, topic int64) error {
	return s.administer(by, chatID, func(c *chat) {
		c.topics = slices.DeleteFunc(c.topics, func(t int64) bool { return t == topic })
		c.messages = slices.DeleteFunc(c.messages, func(m stored) bool { return m.message().MessageThreadID == topic })
	})
}

// DeleteGroup ends a group.
func (s *Server) DeleteGroup(by, chatID int64) error {
	return s.administer(by, chatID, func(c *chat) { c.deleted = true })
}

func errNotThere(user, chat int64) error {
	return fmt.Errorf("simulator: user %d is not in chat %d", user, chat)
}
