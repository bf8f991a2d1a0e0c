package simulator

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// storeVersion changes when an older file can no longer be read.
const storeVersion = 1

// saved is the whole state, as the file holds it. Presses that wait for an
// answer are not in it: a restart is too long for them.
type saved struct {
	Version     int
	Clock       int64
	Moment      int64 // what the clock showed when this was saved
	LastMessage int64
	LastGroup   int64
	LastUpdate  int64
	Users       []User
	Chats       []savedChat
	Updates     []savedUpdate
	Allowed     []string
	Files       []file
	Commands    map[commandScope][]Command
	Profile     map[profileKey]string
	Menu        []byte
	Hook        hookSettings
}

type savedChat struct {
	ID         int64
	Kind       string
	Title      string
	Forum      bool
	Started    bool
	Blocked    bool
	ReadTo     int64
	Members    map[int64]member
	Topics     []int64
	Closed     []int64
	Silent     bool
	Deleted    bool
	Last       int64
	MigratedTo int64
	Messages   []stored
	Keyboard   []byte
	Menu       []byte
	Pinned     []int64
}

type savedUpdate struct {
	ID      int64
	Kind    string
	Lane    int64
	Expires int64
	Body    []byte
}

// saveOften saves while there is something to save. A large state is saved less
// often, so that saving never takes more than a tenth of the time.
func (s *Server) saveOften() {
	wait, saved := s.options.SaveEvery, time.Now()
	for {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-s.life.Done():
			timer.Stop()
			return
		}
		began := time.Now()
		if s.options.Rests && began.Sub(saved) > time.Minute {
			saved = began
			s.changed() // the clock has gone on
		}
		if err := s.save(); err != nil {
			// Nothing is lost but the time: Close tries again and tells.
			continue
		}
		wait = max(s.options.SaveEvery, 10*time.Since(began))
	}
}

// save writes the state to its file if it has changed, all of it or nothing.
func (s *Server) save() error {
	if s.options.File == "" {
		return nil
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	version := s.changes.Load()
	if version == s.savedAt {
		return nil
	}
	state := s.snapshot()
	if err := os.MkdirAll(filepath.Dir(s.options.File), 0o700); err != nil {
		return fmt.Errorf("simulator: save: %w", err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(s.options.File), ".simulator-*")
	if err != nil {
		return fmt.Errorf("simulator: save: %w", err)
	}
	defer os.Remove(temporary.Name())
	if err := writeState(temporary, &state); err != nil {
		return fmt.Errorf("simulator: save: %w", err)
	}
	if err := os.Rename(temporary.Name(), s.options.File); err != nil {
		return fmt.Errorf("simulator: save: %w", err)
	}
	s.savedAt = version
	return nil
}

func writeState(to *os.File, state *saved) error {
	b := bufio.NewWriterSize(to, 1<<20)
	err := gob.NewEncoder(b).Encode(state)
	return errors.Join(err, b.Flush(), to.Sync(), to.Close())
}

// snapshot copies the state, one chat after another: each is whole.
func (s *Server) snapshot() saved {
	out := saved{Version: storeVersion, Clock: s.clock.offset.Load(), Moment: s.Now().UnixNano()}
	d := s.people
	d.mu.RLock()
	chats := make([]*chat, 0, len(d.chats))
	for _, id := range d.order {
		out.Users = append(out.Users, d.people[id].user)
	}
	for _, c := range d.chats {
		chats = append(chats, c)
	}
	d.mu.RUnlock()
	out.Chats = make([]savedChat, 0, len(chats))
	for _, c := range chats {
		out.Chats = append(out.Chats, c.saved(s.options.Keep))
	}
	out.LastMessage, out.LastGroup = s.lastMessage.Load(), s.lastGroup.Load()
	s.queue.saveTo(&out)
	s.files.mu.RLock()
	for _, f := range s.files.byID {
		out.Files = append(out.Files, *f)
	}
	s.files.mu.RUnlock()
	s.commands.mu.RLock()
	out.Commands = make(map[commandScope][]Command, len(s.commands.lists))
	for scope, list := range s.commands.lists {
		out.Commands[scope] = list
	}
	s.commands.mu.RUnlock()
	s.profile.mu.RLock()
	out.Profile = make(map[profileKey]string, len(s.profile.texts))
	for key, text := range s.profile.texts {
		out.Profile[key] = text
	}
	out.Menu = s.profile.menu
	s.profile.mu.RUnlock()
	s.hook.mu.Lock()
	out.Hook = s.hook.set
	s.hook.mu.Unlock()
	return out
}

func (c *chat) saved(keep int) savedChat {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := savedChat{
		ID: c.id, Kind: c.kind, Title: c.title, Forum: c.forum, Started: c.started, Blocked: c.blocked, ReadTo: c.readTo,
		Topics: c.topics, Closed: c.closed, Silent: c.silent, Deleted: c.deleted, Last: c.last, MigratedTo: c.migratedTo,
		Messages: slices.Clone(c.messages[max(0, len(c.messages)-keep):]),
		Keyboard: c.keyboard, Menu: c.menu, Pinned: slices.Clone(c.pinned),
	}
	if c.members != nil {
		out.Members = make(map[int64]member, len(c.members))
		for id, m := range c.members {
			out.Members[id] = *m
		}
	}
	return out
}

func (q *queue) saveTo(out *saved) {
	q.mu.Lock()
	defer q.mu.Unlock()
	out.LastUpdate = q.lastID
	for _, u := range q.items {
		if !u.done {
			out.Updates = append(out.Updates, savedUpdate{u.id, u.lane.kind, u.lane.id, u.expires, u.body})
		}
	}
	for kind := range q.allowed {
		out.Allowed = append(out.Allowed, kind)
	}
}

// load takes the state from its file, if there is one.
func (s *Server) load() error {
	if s.options.File == "" {
		return nil
	}
	from, err := os.Open(s.options.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("simulator: load: %w", err)
	}
	defer from.Close()
	var state saved
	if err := gob.NewDecoder(bufio.NewReaderSize(from, 1<<20)).Decode(&state); err != nil {
		return fmt.Errorf("simulator: load %s: %w", s.options.File, err)
	}
	if state.Version != storeVersion {
		return fmt.Errorf("simulator: load %s: version %d is not known", s.options.File, state.Version)
	}
	s.restore(&state)
	return nil
}

func (s *Server) restore(state *saved) {
	s.clock.offset.Store(state.Clock)
	if s.options.Rests && state.Moment != 0 {
		s.clock.set(time.Unix(0, state.Moment))
	}
	s.lastMessage.Store(state.LastMessage)
	s.lastGroup.Store(state.LastGroup)
	s.AddUsers(state.Users)
	for _, c := range state.Chats {
		s.people.restore(c, s.bot.user.ID)
	}
	s.queue.lastID = state.LastUpdate
	for _, u := range state.Updates {
		s.queue.items = append(s.queue.items, &update{id: u.ID, lane: lane{u.Kind, u.Lane}, expires: u.Expires, body: u.Body})
	}
	s.queue.waiting = len(s.queue.items)
	if state.Allowed != nil {
		s.queue.allowed = map[string]bool{}
		for _, kind := range state.Allowed {
			s.queue.allowed[kind] = true
		}
	}
	for _, f := range state.Files {
		f.stored = filepath.Join(s.files.dir, f.ID)
		s.files.index(&f)
	}
	for scope, list := range state.Commands {
		s.commands.set(scope, list)
	}
	s.profile.texts, s.profile.menu = state.Profile, state.Menu
	if state.Hook.URL != "" {
		s.hook.begin(state.Hook, false)
	}
	s.savedAt = s.changes.Load()
}

func (d *directory) restore(from savedChat, bot int64) {
	var c *chat
	if from.Kind == private {
		p := d.people[from.ID]
		if p == nil {
			return
		}
		c = newPrivateChat(p)
	} else {
		c = newGroupChat(from.ID, from.Kind, from.Title, from.Forum)
	}
	c.started, c.blocked, c.readTo = from.Started, from.Blocked, from.ReadTo
	c.topics, c.closed, c.last, c.migratedTo = from.Topics, from.Closed, from.Last, from.MigratedTo
	c.silent, c.deleted = from.Silent, from.Deleted
	c.messages, c.keyboard, c.menu, c.pinned = from.Messages, from.Keyboard, from.Menu, from.Pinned
	for id, m := range from.Members {
		c.members[id] = &m
		if id != bot {
			d.groups[id] = append(d.groups[id], c.id)
		}
	}
	d.chats[c.id] = c
}
