package simulator

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed page
var page embed.FS

// pressPatience is how long a phone shows that a press waits, in real time.
const pressPatience = 15 * time.Second

// asked is the body of a request of the phones page: each uses what it needs.
type asked struct {
	User      int64  `json:"user"`
	Chat      int64  `json:"chat"`
	MessageID int64  `json:"message_id"`
	Row       int    `json:"row"`
	Col       int    `json:"col"`
	Payload   string `json:"payload"`
	Text      string `json:"text"`
	ReplyTo   int64  `json:"reply_to"`
	Own       bool   `json:"own"`
	Of        int64  `json:"of"`
	Forwarded bool   `json:"forwarded"`
	Location
	On       bool   `json:"on"`
	Language string `json:"language_code"`
	Title    string `json:"title"`
	Member   int64  `json:"member"`
	Status   string `json:"status"`
	By       string `json:"by"`
	To       string `json:"to"`
	Key      string `json:"key"`
}

// routePhones adds the page and its API.
func (s *Server) routePhones(mux *http.ServeMux) {
	static, err := fs.Sub(page, "page")
	if err != nil {
		panic(fmt.Sprintf("simulator: the page is not embedded: %v", err))
	}
	files := http.FileServerFS(static)
	show := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		files.ServeHTTP(w, r)
	})
	mux.Handle("GET /{$}", show)
	mux.Handle("GET /page/", http.StripPrefix("/page", show))
	mux.HandleFunc("GET /phone/state", s.showState)
	mux.HandleFunc("GET /phone/people", s.showPeople)
	mux.HandleFunc("GET /phone/chats", s.showChats)
	mux.HandleFunc("GET /phone/messages", s.showMessages)
	mux.HandleFunc("GET /phone/events", s.streamEvents)
	mux.HandleFunc("GET /phone/file/{id}", s.showFile)
	mux.HandleFunc("POST /phone/file", s.phoneFile)
	for path, do := range map[string]func(*Server, *http.Request, asked) (any, error){
		"start": (*Server).phoneStart, "send": (*Server).phoneSend, "press": (*Server).phonePress,
		"contact": (*Server).phoneContact, "location": (*Server).phoneLocation,
		"read": (*Server).phoneRead, "block": (*Server).phoneBlock, "language": (*Server).phoneLanguage,
		"group": (*Server).phoneGroup, "member": (*Server).phoneMember, "join": (*Server).phoneJoin,
		"clock": (*Server).phoneClock, "action": (*Server).phoneAction,
	} {
		mux.HandleFunc("POST /phone/"+path, func(w http.ResponseWriter, r *http.Request) {
			var ask asked
			if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&ask); err != nil {
				phoneError(w, http.StatusBadRequest, errors.New("the body is not the JSON that is expected"))
				return
			}
			out, err := do(s, r, ask)
			if err != nil {
				phoneError(w, http.StatusUnprocessableEntity, err)
				return
			}
			phoneAnswer(w, out)
		})
	}
}

func phoneAnswer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(encode(v))
}

func phoneError(w http.ResponseWriter, code int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	w.Write(encode(map[string]string{"error": strings.TrimPrefix(err.Error(), "simulator: ")}))
}

// done is the answer where there is nothing to say.
type done struct{}

// sent answers with a message as its sender sees it.
func (s *Server) sent(user int64, m Message, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	c, err := s.enter(user, m.Chat.ID)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.find(m.MessageID)
	if kept == nil {
		return nil, errNoMessage(c.id, m.MessageID)
	}
	c.read(user)
	return map[string]json.RawMessage{"message": s.renderFor(user, c, kept)}, nil
}

func (s *Server) phoneStart(_ *http.Request, ask asked) (any, error) {
	if len(ask.Payload) > 64 {
		return nil, errors.New("a payload has at most 64 characters")
	}
	m, err := s.Start(ask.User, ask.Payload)
	return s.sent(ask.User, m, err)
}

func (s *Server) phoneSend(_ *http.Request, ask asked) (any, error) {
	m, err := s.Reply(ask.User, ask.Chat, ask.ReplyTo, ask.Text)
	return s.sent(ask.User, m, err)
}

func (s *Server) phonePress(r *http.Request, ask asked) (any, error) {
	answer, err := s.PressAsync(ask.User, ask.Chat, ask.MessageID, ask.Row, ask.Col)
	if err != nil {
		return nil, err
	}
	late := time.NewTimer(pressPatience)
	defer late.Stop()
	out := struct {
		Answer *Answer `json:"answer"`
	}{}
	select {
	case a := <-answer:
		if a != nil && *a != (Answer{}) {
			out.Answer = a
		}
	case <-late.C:
	case <-r.Context().Done():
	case <-s.life.Done():
	}
	return out, nil
}

func (s *Server) phoneContact(_ *http.Request, ask asked) (any, error) {
	of := ask.Of
	if ask.Own || of == 0 {
		of = ask.User
	}
	m, err := s.ShareContactOf(ask.User, ask.Chat, of, ask.Forwarded)
	return s.sent(ask.User, m, err)
}

func (s *Server) phoneLocation(_ *http.Request, ask asked) (any, error) {
	if ask.Latitude < -90 || ask.Latitude > 90 || ask.Longitude < -180 || ask.Longitude > 180 {
		return nil, errors.New("there is no such place on Earth")
	}
	if ask.MessageID != 0 {
		m, err := s.MoveLocation(ask.User, ask.Chat, ask.MessageID, ask.Location)
		return s.sent(ask.User, m, err)
	}
	m, err := s.ShareLocation(ask.User, ask.Chat, ask.Location, ask.Forwarded)
	return s.sent(ask.User, m, err)
}

// phoneFile takes a file in the body of the request.
func (s *Server) phoneFile(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	user, _ := strconv.ParseInt(q.Get("user"), 10, 64)
	chatID, _ := strconv.ParseInt(q.Get("chat"), 10, 64)
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestUpload))
	if err != nil {
		phoneError(w, http.StatusRequestEntityTooLarge, errors.New("a file has at most 50 MB"))
		return
	}
	send := s.SendFile
	if q.Get("kind") == "photo" {
		send = s.SendPhoto
	}
	m, err := send(user, chatID, q.Get("name"), data, q.Get("caption"))
	out, err := s.sent(user, m, err)
	if err != nil {
		phoneError(w, http.StatusUnprocessableEntity, err)
		return
	}
	phoneAnswer(w, out)
}

func (s *Server) phoneRead(_ *http.Request, ask asked) (any, error) {
	c, err := s.enter(ask.User, ask.Chat)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read(ask.User) {
		s.changed()
		s.events.chats(c, ask.User)
	}
	return done{}, nil
}

// read notes that a user has seen all of a chat, and tells whether that is new.
func (c *chat) read(user int64) bool {
	if len(c.messages) == 0 || !c.holds(user) {
		return false
	}
	to := &c.readTo
	if m := c.members[user]; m != nil {
		to = &m.ReadTo
	}
	last := c.messages[len(c.messages)-1].ID
	if *to >= last {
		return false
	}
	*to = last
	return true
}

func (s *Server) phoneBlock(_ *http.Request, ask asked) (any, error) {
	return done{}, s.Block(ask.User, ask.On)
}

func (s *Server) phoneLanguage(_ *http.Request, ask asked) (any, error) {
	if len(ask.Language) > 16 {
		return nil, errors.New("that is no language code")
	}
	return done{}, s.SetLanguage(ask.User, ask.Language)
}

func (s *Server) phoneGroup(_ *http.Request, ask asked) (any, error) {
	id, err := s.CreateGroup(ask.User, strings.TrimSpace(ask.Title))
	return map[string]int64{"chat": id}, err
}

func (s *Server) phoneMember(_ *http.Request, ask asked) (any, error) {
	return done{}, s.SetMember(ask.User, ask.Chat, ask.Member, ask.Status)
}

func (s *Server) phoneJoin(_ *http.Request, ask asked) (any, error) {
	return done{}, s.Join(ask.User, ask.Chat)
}

func (s *Server) phoneClock(_ *http.Request, ask asked) (any, error) {
	var err error
	if ask.By != "" {
		var d time.Duration
		if d, err = time.ParseDuration(ask.By); err != nil {
			return nil, fmt.Errorf("%q is no span of time, such as 30m", ask.By)
		}
		err = s.Advance(d)
	} else {
		var to time.Time
		if to, err = time.ParseInLocation("2006-01-02T15:04", ask.To, s.options.Zone); err != nil {
			return nil, fmt.Errorf("%q is no moment, such as 2026-12-01T14:00", ask.To)
		}
		err = s.AdvanceTo(to)
	}
	if err != nil {
		return nil, err
	}
	return map[string]string{"now": s.Now().Format(time.RFC3339)}, nil
}

func (s *Server) phoneAction(r *http.Request, ask asked) (any, error) {
	s.panelMu.RLock()
	actions := s.panel.Actions
	s.panelMu.RUnlock()
	at := slices.IndexFunc(actions, func(a Action) bool { return a.Key == ask.Key })
	if at < 0 {
		return nil, fmt.Errorf("there is no action %q", ask.Key)
	}
	if _, running := s.acting.LoadOrStore(ask.Key, true); running {
		return nil, errors.New("this is being done already")
	}
	defer s.acting.Delete(ask.Key)
	// A page that is closed does not undo what it has begun; Close ends it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	text, err := actions[at].Run(ctx, ask.User, func(done, total int, text Text) {
		s.events.all("progress", encode(map[string]any{"key": ask.Key, "done": done, "total": total, "text": text}))
	})
	return map[string]Text{"text": text}, err
}

// showFile answers GET /phone/file/{id}: a picture to look at, anything else to
// be saved, so that nothing that someone uploaded runs in the page.
func (s *Server) showFile(w http.ResponseWriter, r *http.Request) {
	f := s.files.get(r.PathValue("id"))
	if f == nil {
		phoneError(w, http.StatusNotFound, errors.New("there is no such file"))
		return
	}
	data, err := f.read()
	if err != nil {
		phoneError(w, http.StatusNotFound, errors.New("the file is gone"))
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if f.Kind == "photo" {
		h.Set("Content-Type", f.Mime)
		h.Set("Content-Disposition", "inline")
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	}
	w.Write(data)
}
