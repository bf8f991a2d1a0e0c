package simulator

import (
	"slices"
	"strings"
	"sync"
)

// anonymousAdmin speaks for the administrators who hide behind their group.
const anonymousAdmin = 1087968824

// A User is a person with a phone.
type User struct {
	ID           int64
	FirstName    string
	LastName     string
	Username     string
	LanguageCode string
	Phone        string // as Telegram knows it, digits with or without +
	Note         Text   // who this is, for the phones page
	Tags         []string
	Deleted      bool // the account is no more
	Started      bool // has already talked to the bot
}

// A person is a user as the simulator keeps it. It never changes: a change puts
// another in its place.
type person struct {
	user User
	bot  bool
	raw  []byte // as an Account
	find string // what a search looks through
}

func newPerson(u User, bot bool) *person {
	p := &person{user: u, bot: bot}
	p.raw = encode(p.account())
	p.find = lower(strings.Join([]string{p.name(), digits(u.Phone), u.Note.ZH, u.Note.EN, u.Username}, " "))
	return p
}

func (p *person) account() Account {
	return Account{
		ID: p.user.ID, IsBot: p.bot, FirstName: p.user.FirstName, LastName: p.user.LastName,
		Username: p.user.Username, LanguageCode: p.user.LanguageCode,
	}
}

// chat is how the person's chat with the bot is shown to the bot.
func (p *person) chat() Chat {
	return Chat{
		ID: p.user.ID, Type: private,
		FirstName: p.user.FirstName, LastName: p.user.LastName, Username: p.user.Username,
	}
}

func (p *person) name() string { return strings.TrimSpace(p.user.FirstName + " " + p.user.LastName) }

func digits(phone string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
}

// A directory finds people and chats by their ids.
type directory struct {
	mu     sync.RWMutex
	people map[int64]*person
	order  []int64 // people as they were added
	chats  map[int64]*chat
	groups map[int64][]int64 // the groups that a user is or was in
}

func newDirectory() *directory {
	d := &directory{people: map[int64]*person{}, chats: map[int64]*chat{}, groups: map[int64][]int64{}}
	d.people[anonymousAdmin] = newPerson(User{ID: anonymousAdmin, FirstName: "Group", Username: "GroupAnonymousBot"}, true)
	return d
}

func (d *directory) person(id int64) *person {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.people[id]
}

func (d *directory) chat(id int64) *chat {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.chats[id]
}

func (d *directory) groupsOf(user int64) []int64 {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.groups[user])
}

func (d *directory) joined(user, group int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Contains(d.groups[user], group) {
		d.groups[user] = append(d.groups[user], group)
	}
}

// change replaces a person by what f makes of the user.
func (d *directory) change(id int64, f func(*User)) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.people[id]
	if p == nil || id == anonymousAdmin {
		return false
	}
	u := p.user
	f(&u)
	d.people[id] = newPerson(u, false)
	return true
}

// private is the chat of a user with the bot, made when it is first needed.
func (d *directory) private(id int64) *chat {
	if c := d.chat(id); c != nil {
		return c
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.chats[id]; c != nil {
		return c
	}
	p := d.people[id]
	if p == nil || id == anonymousAdmin {
		return nil
	}
	c := newPrivateChat(p)
	d.chats[id] = c
	return c
}

// AddUsers makes people known, or replaces what is known of them. What happened
// on their phones stays: their chats, the language of their app, a deleted
// account. An id that is not a person's (zero, negative) is passed over.
func (s *Server) AddUsers(users []User) {
	d := s.people
	d.mu.Lock()
	for _, u := range users {
		if u.ID <= 0 || u.ID == s.bot.user.ID || u.ID == anonymousAdmin {
			continue
		}
		old := d.people[u.ID]
		if old == nil {
			d.order = append(d.order, u.ID)
		} else {
			u.LanguageCode, u.Deleted = old.user.LanguageCode, old.user.Deleted
		}
		d.people[u.ID] = newPerson(u, false)
	}
	d.mu.Unlock()
	for _, u := range users {
		d.meet(u)
	}
	s.changed()
}

// meet opens the chat of a user who has already talked to the bot, and has a
// chat that there is show the user's present name.
func (d *directory) meet(u User) {
	c := d.chat(u.ID)
	if c == nil && u.Started {
		c = d.private(u.ID)
	}
	p := d.person(u.ID)
	if c == nil || p == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started = c.started || u.Started
	c.raw = encode(p.chat())
}

// User tells what is known of a person.
func (s *Server) User(id int64) (User, bool) {
	p := s.people.person(id)
	if p == nil {
		return User{}, false
	}
	u := p.user
	if c := s.people.chat(id); c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		u.Started = c.started
	}
	return u, true
}

// SetLanguage changes the language of a person's app.
func (s *Server) SetLanguage(user int64, code string) error {
	if !s.people.change(user, func(u *User) { u.LanguageCode = code }) {
		return errNoUser(user)
	}
	s.changed()
	s.events.keyboard(user, user)
	return nil
}

// SetDeleted ends a person's account, or brings it back.
func (s *Server) SetDeleted(user int64, deleted bool) error {
	if !s.people.change(user, func(u *User) { u.Deleted = deleted }) {
		return errNoUser(user)
	}
	s.changed()
	return nil
}

// raw is the Account JSON of whoever the id names: the bot or a person.
func (s *Server) raw(id int64) []byte {
	if id == s.bot.user.ID {
		return s.bot.raw
	}
	if p := s.people.person(id); p != nil {
		return p.raw
	}
	return encode(Account{ID: id, FirstName: "Deleted Account"})
}

func (s *Server) account(id int64) Account {
	if id == s.bot.user.ID {
		return s.bot.account()
	}
	if p := s.people.person(id); p != nil {
		return p.account()
	}
	return Account{ID: id, FirstName: "Deleted Account"}
}
