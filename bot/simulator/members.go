package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
)

// What a user or the bot is in a group, as the Bot API says it.
const (
	creator       = "creator"
	administrator = "administrator"
	ordinary      = "member"
	restricted    = "restricted"
	left          = "left"
	kicked        = "kicked"
)

// A member is someone's place in a group, past places too.
type member struct {
	Status    string
	Anonymous bool  // speaks as the group
	ReadTo    int64 // the last message seen
}

// present tells whether the member is in the group now.
func (m *member) present() bool { return m != nil && m.Status != left && m.Status != kicked }

// leads tells whether the member may do what administrators do.
func (m *member) leads() bool {
	return m != nil && (m.Status == administrator || m.Status == creator)
}

// wire is the member as a ChatMember object.
func (m *member) wire(who Account) Member {
	out := Member{Status: left, User: who}
	if m == nil {
		return out
	}
	out.Status = m.Status
	yes, no, anonymous, zero := true, false, m.Anonymous, int64(0)
	switch m.Status {
	case creator:
		out.IsAnonymous = &anonymous
	case administrator:
		out.IsAnonymous = &anonymous
		out.Rights = &Rights{CanManageChat: true, CanDeleteMessages: true, CanManageVideoChats: true, CanRestrictMembers: true}
		out.CanChangeInfo, out.CanInviteUsers, out.CanPinMessages = &yes, &yes, &yes
	case restricted:
		out.IsMember, out.UntilDate, out.Permissions = &yes, &zero, &Permissions{}
		out.CanChangeInfo, out.CanInviteUsers, out.CanPinMessages = &no, &no, &no
	case kicked:
		out.UntilDate = &zero
	}
	return out
}

// getChatMember tells what someone is in a group.
func (s *Server) getChatMember(c *call) ([]byte, error) {
	user, err := c.integer("user_id", 0)
	if err != nil {
		return nil, err
	}
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind == private {
		if user != in.id && user != s.bot.user.ID {
			return nil, badRequest("PARTICIPANT_ID_INVALID")
		}
		return encode((&member{Status: ordinary}).wire(s.account(user))), nil
	}
	if user != s.bot.user.ID && s.people.person(user) == nil {
		return nil, badRequest("invalid user_id specified")
	}
	return encode(in.members[user].wire(s.account(user))), nil
}

// getChatMemberCount counts who is in a group, the bot too.
func (s *Server) getChatMemberCount(c *call) ([]byte, error) {
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind == private {
		return encode(2), nil
	}
	return encode(in.present()), nil
}

func (c *chat) present() int {
	n := 0
	for _, m := range c.members {
		if m.present() {
			n++
		}
	}
	return n
}

// getChatAdministrators lists those who lead a group, other bots not among them.
func (s *Server) getChatAdministrators(c *call) ([]byte, error) {
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind == private {
		return nil, badRequest("there are no administrators in the private chat")
	}
	ids := make([]int64, 0, 4)
	for id, m := range in.members {
		if m.leads() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	out := make([]Member, 0, len(ids))
	for _, id := range ids {
		out = append(out, in.members[id].wire(s.account(id)))
	}
	return encode(out), nil
}

// leaveChat takes the bot out of a group.
func (s *Server) leaveChat(c *call) ([]byte, error) {
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	defer in.mu.Unlock()
	if in.kind == private {
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	s.place(in, s.bot.user.ID, s.bot.user.ID, left)
	return yes, nil
}

// place changes what someone is in a group, whose lock is held, and tells all
// whom Telegram tells.
func (s *Server) place(in *chat, by, who int64, status string) {
	old := in.members[who]
	was := old.wire(s.account(who))
	now := &member{Status: status}
	if old != nil {
		now.ReadTo, now.Anonymous = old.ReadTo, old.Anonymous
	}
	in.members[who] = now
	s.people.joined(who, in.id)
	s.memberChanged(in, by, was, now.wire(s.account(who)))
	switch {
	case !old.present() && now.present():
		s.say(in, &Message{NewChatMembers: []Account{s.account(who)}}, by, by)
	case old.present() && !now.present():
		gone := s.account(who)
		s.say(in, &Message{LeftChatMember: &gone}, by, by)
	}
	s.changed()
	s.events.chats(in, who)
}

// memberChanged tells the bot of a change of its own place, or, where it leads,
// of another's.
func (s *Server) memberChanged(in *chat, by int64, was, now Member) {
	kind := "my_chat_member"
	if now.User.ID != s.bot.user.ID && in.kind != private {
		kind = "chat_member"
		if !in.members[s.bot.user.ID].leads() {
			return
		}
	}
	type change struct {
		Chat json.RawMessage `json:"chat"`
		From Account         `json:"from"`
		Date int64           `json:"date"`
		Old  Member          `json:"old_chat_member"`
		New  Member          `json:"new_chat_member"`
	}
	at := s.Now()
	body := append([]byte(`"`+kind+`":`), encode(change{Chat: in.raw, From: s.account(by), Date: at.Unix(), Old: was, New: now})...)
	s.queue.add(kind, in.id, at.Add(messageLife), append(body, '}'))
}

// SetMember makes someone, the bot too, a member of another status in a group:
// creator, administrator, member, restricted, left or kicked. The change is
// made by another member.
func (s *Server) SetMember(by, chatID, who int64, status string) error {
	switch status {
	case creator, administrator, ordinary, restricted, left, kicked:
	default:
		return fmt.Errorf("simulator: %q is no status of a member", status)
	}
	if who != s.bot.user.ID && s.people.person(who) == nil {
		return errNoUser(who)
	}
	in := s.people.chat(chatID)
	if in == nil || in.kind == private {
		return fmt.Errorf("simulator: there is no group %d", chatID)
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.members[who] != nil && in.members[who].Status == status {
		return nil
	}
	if in.members[who] == nil && (status == left || status == kicked) {
		return fmt.Errorf("simulator: user %d is not in group %d", who, chatID)
	}
	s.place(in, by, who, status)
	return nil
}

// Join puts a person into a group by their own will.
func (s *Server) Join(user, chatID int64) error { return s.SetMember(user, chatID, user, ordinary) }

// SetAnonymous lets an administrator speak as the group, or no longer.
func (s *Server) SetAnonymous(user, chatID int64, on bool) error {
	in, err := s.enter(user, chatID)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	m := in.members[user]
	if !m.leads() {
		return fmt.Errorf("simulator: user %d leads no group %d", user, chatID)
	}
	m.Anonymous = on
	s.changed()
	return nil
}

// Block has a person stop the bot, or hear it again.
func (s *Server) Block(user int64, on bool) error {
	in, err := s.enter(user, user)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	s.block(in, on)
	return nil
}

func (s *Server) block(in *chat, on bool) {
	if in.blocked == on || !in.started {
		return
	}
	in.blocked = on
	statuses := [2]string{ordinary, kicked}
	if !on {
		statuses = [2]string{kicked, ordinary}
	}
	bot := s.bot.account()
	s.memberChanged(in, in.id, (&member{Status: statuses[0]}).wire(bot), (&member{Status: statuses[1]}).wire(bot))
	s.changed()
	s.events.chats(in, in.id)
}
