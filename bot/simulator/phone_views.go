package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// renderFor is a message as one user's phone shows it.
func (s *Server) renderFor(user int64, c *chat, m *stored) json.RawMessage {
	before := `"sender_name":` + string(encode(s.senderName(c, m))) + `,`
	if m.Author == user {
		before = `"out":true,` + before
	}
	return s.render(c, m, before)
}

func (s *Server) senderName(c *chat, m *stored) string {
	switch m.From {
	case s.bot.user.ID:
		return s.bot.name()
	case anonymousAdmin:
		return c.title
	}
	if p := s.people.person(m.From); p != nil {
		return p.name()
	}
	return ""
}

func (s *Server) showState(w http.ResponseWriter, _ *http.Request) {
	type clockView struct {
		Now  string `json:"now"`
		Zone string `json:"zone"`
	}
	s.panelMu.RLock()
	panel := s.panel
	s.panelMu.RUnlock()
	s.people.mu.RLock()
	users, groups := len(s.people.order), 0
	for id := range s.people.chats {
		if id < 0 {
			groups++
		}
	}
	s.people.mu.RUnlock()
	phoneAnswer(w, struct {
		Bot       Account        `json:"bot"`
		Clock     clockView      `json:"clock"`
		Shortcuts []Shortcut     `json:"shortcuts"`
		Hints     []Text         `json:"hints"`
		Actions   []Action       `json:"actions"`
		Counts    map[string]int `json:"counts"`
	}{
		Bot:       s.bot.account(),
		Clock:     clockView{s.Now().Format(time.RFC3339), s.options.Zone.String()},
		Shortcuts: orEmpty(panel.Shortcuts), Hints: orEmpty(panel.Hints), Actions: orEmpty(panel.Actions),
		Counts: map[string]int{"users": users, "groups": groups},
	})
}

// orEmpty has JSON show a list where there is none.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type personView struct {
	ID    int64    `json:"id"`
	Name  string   `json:"name"`
	Phone string   `json:"phone"`
	Note  Text     `json:"note"`
	Tags  []string `json:"tags"`
}

func (s *Server) showPeople(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	words := strings.Fields(lower(q.Get("q")))
	offset, limit := number(q.Get("offset"), 0), min(number(q.Get("limit"), 50), 500)
	out := struct {
		Total  int          `json:"total"`
		People []personView `json:"people"`
	}{People: []personView{}}
	d := s.people
	d.mu.RLock()
	order := d.order
	if list := q.Get("ids"); list != "" {
		order = nil
		for _, id := range strings.Split(list, ",") {
			if n := int64(number(id, 0)); d.people[n] != nil {
				order = append(order, n)
			}
		}
	}
	for _, id := range order {
		p := d.people[id]
		if !p.matches(words) {
			continue
		}
		if out.Total >= offset && len(out.People) < limit {
			out.People = append(out.People, personView{p.user.ID, p.name(), p.user.Phone, p.user.Note, orEmpty(p.user.Tags)})
		}
		out.Total++
	}
	d.mu.RUnlock()
	phoneAnswer(w, out)
}

func (p *person) matches(words []string) bool {
	for _, word := range words {
		if !strings.Contains(p.find, word) {
			return false
		}
	}
	return true
}

func number(text string, otherwise int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return otherwise
	}
	return n
}

type chatView struct {
	ID      int64     `json:"id"`
	Type    string    `json:"type"`
	Title   string    `json:"title"`
	Members int       `json:"members"`
	Unread  int       `json:"unread"`
	Last    *lastView `json:"last"`
	at      int64
}

type lastView struct {
	Text string `json:"text"`
	Date int64  `json:"date"`
	Out  bool   `json:"out"`
}

func (s *Server) showChats(w http.ResponseWriter, r *http.Request) {
	user, _ := strconv.ParseInt(r.URL.Query().Get("user"), 10, 64)
	p := s.people.person(user)
	if p == nil || p.bot {
		phoneError(w, http.StatusNotFound, errNoUser(user))
		return
	}
	own := chatView{ID: user, Type: private, Title: s.bot.name(), Members: 2}
	blocked := false
	if c := s.people.chat(user); c != nil {
		c.mu.Lock()
		own, blocked = s.chatView(c, user), c.blocked
		c.mu.Unlock()
	}
	chats := []chatView{own}
	for _, id := range s.people.groupsOf(user) {
		c := s.people.chat(id)
		c.mu.Lock()
		if c.holds(user) {
			chats = append(chats, s.chatView(c, user))
		}
		c.mu.Unlock()
	}
	slices.SortStableFunc(chats, func(a, b chatView) int { return int(b.at - a.at) })
	phoneAnswer(w, map[string]any{"chats": chats, "blocked": blocked})
}

func (s *Server) chatView(c *chat, user int64) chatView {
	v := chatView{ID: c.id, Type: c.kind, Title: c.title, Members: c.present(), Unread: c.unread(user)}
	if c.kind == private {
		v.Title, v.Members = s.bot.name(), 2
	}
	if n := len(c.messages); n > 0 {
		last := &c.messages[n-1]
		m := last.message()
		v.at = last.Date
		v.Last = &lastView{Text: summary(&m), Date: last.Date, Out: last.Author == user}
	}
	return v
}

// summary is one line of a message, for the list of chats. What is no text is
// shown by a sign, which needs no language.
func summary(m *Message) string {
	text := m.Text
	switch {
	case text != "":
	case m.Photo != nil:
		text = "🖼 " + m.Caption
	case m.Document != nil:
		text = "📎 " + m.Document.FileName
	case m.Contact != nil:
		text = "👤 " + m.Contact.FirstName
	case m.Location != nil:
		text = "📍"
	case m.NewChatTitle != "":
		text = "✏️ " + m.NewChatTitle
	case len(m.NewChatMembers) > 0:
		text = "➕ " + m.NewChatMembers[0].FirstName
	case m.LeftChatMember != nil:
		text = "➖ " + m.LeftChatMember.FirstName
	case m.PinnedMessage != nil:
		text = "📌"
	}
	line := strings.Join(strings.Fields(text), " ")
	if runes := []rune(line); len(runes) > 120 {
		return string(runes[:120]) + "…"
	}
	return line
}

func (s *Server) showMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	user, _ := strconv.ParseInt(q.Get("user"), 10, 64)
	chatID, _ := strconv.ParseInt(q.Get("chat"), 10, 64)
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64)
	c, err := s.enter(user, chatID)
	if err != nil {
		phoneError(w, http.StatusNotFound, err)
		return
	}
	commands := orEmpty(s.CommandsFor(user, c.id))
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(user) {
		phoneError(w, http.StatusForbidden, errNotThere(user, chatID))
		return
	}
	end := len(c.messages)
	for before > 0 && end > 0 && c.messages[end-1].ID >= before {
		end--
	}
	start := max(0, end-min(max(number(q.Get("limit"), 50), 1), 500))
	messages := make([]json.RawMessage, 0, end-start)
	for i := start; i < end; i++ {
		messages = append(messages, s.renderFor(user, c, &c.messages[i]))
	}
	_, refused := s.speaker(c, user)
	phoneAnswer(w, struct {
		Messages []json.RawMessage `json:"messages"`
		More     bool              `json:"more"`
		Keyboard *replyKeyboard    `json:"reply_keyboard"`
		Commands []Command         `json:"commands"`
		Started  bool              `json:"bot_started"`
		Blocked  bool              `json:"blocked"`
		CanWrite bool              `json:"can_write"`
	}{
		Messages: messages, More: start > 0, Keyboard: c.replyKeyboard(), Commands: commands,
		Started: c.kind != private || c.started, Blocked: c.blocked,
		CanWrite: refused == nil && (c.kind != private || c.started),
	})
}

// replyKeyboard is what stands below the line where a person types, if anything.
func (c *chat) replyKeyboard() *replyKeyboard {
	if c.keyboard == nil {
		return nil
	}
	var k replyKeyboard
	if json.Unmarshal(c.keyboard, &k) != nil {
		return nil
	}
	return &k
}
