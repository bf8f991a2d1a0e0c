// Package pages serves, in browsers, the pages that flows declare: at
// /p/NAME/TOKEN, to whoever has that link. It shows how things stand and changes
// nothing. It knows no flow, tells nobody of a link, and must never let the
// browser ask for anything from elsewhere.
package pages

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
)

// Root is the path below which all of it is.
const Root = "/p/"

//go:embed assets
var embedded embed.FS

// A Server answers browsers.
type Server struct {
	db    *storage.DB
	house *flow.House
	bot   func() string // our name at the messenger
	log   *slog.Logger
	frame *template.Template
	looks map[string]map[campaign.Lang]*template.Template // by page
	gate  *gate
	slots chan struct{} // a slot for each look at the database
}

// looksAtOnce leaves the connections of the pool to those who act.
const looksAtOnce = 4

// patience is how long a look may take, and how long one may wait for its slot.
const patience = 4 * time.Second

// New makes a server of the pages of a house.
func New(db *storage.DB, house *flow.House, bot func() string, log *slog.Logger) (*Server, error) {
	frame, err := template.New("frame.html").Funcs(flow.Sayings).ParseFS(embedded, "assets/frame.html")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	s := &Server{db: db, house: house, bot: bot, log: log, frame: frame, looks: map[string]map[campaign.Lang]*template.Template{}, gate: newGate(), slots: make(chan struct{}, looksAtOnce)}
	for _, f := range house.Every() {
		for _, p := range f.Contents().Pages {
			if s.looks[p.Name], err = s.translated(p.Looks); err != nil {
				return nil, fmt.Errorf("pages: %s: %w", p.Name, err)
			}
		}
	}
	return s, nil
}

// translated makes a template for readers of each language.
func (s *Server) translated(t *template.Template) (map[campaign.Lang]*template.Template, error) {
	in := map[campaign.Lang]*template.Template{}
	for _, l := range []campaign.Lang{campaign.Chinese, campaign.English} {
		c, err := t.Clone()
		if err != nil {
			return nil, err
		}
		in[l] = c.Funcs(template.FuncMap{"say": func(t messages.Text) string { return s.house.Words.Plain(l, t) }})
	}
	return in, nil
}

// strict are the headers of every answer. The pages ask for nothing from
// elsewhere, run no script but ours, and stand in no frame; no address of theirs
// is told on, kept or found.
var strict = map[string]string{
	"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Referrer-Policy":              "no-referrer",
	"Cache-Control":                "no-store",
	"X-Robots-Tag":                 "noindex, nofollow",
	"X-Frame-Options":              "DENY",
	"X-Content-Type-Options":       "nosniff",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
}

// ServeHTTP answers a browser.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for k, v := range strict {
		w.Header().Set(k, v)
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "pages are only read", http.StatusMethodNotAllowed)
		return
	case r.ContentLength != 0:
		http.Error(w, "pages are only read", http.StatusRequestEntityTooLarge)
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, Root), "/")
	switch {
	case len(parts) == 2 && parts[0] == "-":
		s.asset(w, embedded, "assets/"+parts[1])
	case len(parts) == 3 && parts[0] == "-":
		if p, ok := s.house.Page(parts[1]); ok && p.Assets != nil {
			s.asset(w, p.Assets, parts[2])
			return
		}
		http.NotFound(w, r)
	case len(parts) == 2:
		s.page(w, r, parts[0], parts[1], false)
	case len(parts) == 3 && parts[2] == "live":
		s.page(w, r, parts[0], parts[1], true)
	default:
		http.NotFound(w, r)
	}
}

// kinds are the files that are given out.
var kinds = map[string]string{
	".js":  "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
}

func (s *Server) asset(w http.ResponseWriter, from fs.FS, name string) {
	kind, known := kinds[path.Ext(name)]
	b, err := fs.ReadFile(from, name)
	if !known || err != nil {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(b)
}

var aToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// page shows a page, or of it what changes.
func (s *Server) page(w http.ResponseWriter, r *http.Request, name, token string, live bool) {
	p, ok := s.house.Page(name)
	v := flow.Visit{Token: token, Lang: campaign.Lang(r.URL.Query().Get("lang")), Bot: s.bot(), Now: s.db.Now().In(s.db.Zone)}
	if v.Lang != campaign.Chinese && v.Lang != campaign.English {
		v.Lang = ""
	}
	if !ok || !aToken.MatchString(token) {
		s.gone(w, v, live)
		return
	}
	if v.Bot == "" { // we have not been introduced yet
		s.later(w, http.StatusServiceUnavailable)
		return
	}
	if !s.gate.enters(name+"/"+token, time.Now()) {
		s.later(w, http.StatusTooManyRequests)
		return
	}
	view, err := s.look(r.Context(), p, v)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		s.gone(w, v, live)
		return
	case err != nil:
		if r.Context().Err() == nil {
			s.log.Error("a page cannot be shown", "page", name, "error", err)
		}
		s.later(w, http.StatusServiceUnavailable)
		return
	}
	s.gate.known(name + "/" + token)
	var body bytes.Buffer
	if err := s.looks[name][view.Lang].Execute(&body, view.Data); err != nil {
		s.log.Error("a page cannot be drawn", "page", name, "error", err)
		s.later(w, http.StatusInternalServerError)
		return
	}
	s.write(w, http.StatusOK, frame{Lang: view.Lang, Title: s.house.Words.Plain(view.Lang, view.Title), Of: name, Body: template.HTML(body.String())}, live)
}

// look reads and decides, as soon as there is room for it.
func (s *Server) look(ctx context.Context, p flow.Page, v flow.Visit) (view flow.View, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return view, ctx.Err()
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("pages: panic: %v", p)
		}
	}()
	err = s.db.Look(ctx, func(tx *storage.Tx) error {
		view, err = p.Shows(ctx, tx, v)
		return err
	})
	return view, err
}

// A frame is what stands around every page.
type frame struct {
	Lang        campaign.Lang
	Title, Of   string
	Body        template.HTML // escaped by the template that wrote it
	Lost, Alone string
	Other       campaign.Lang
}

// later asks to come again: the page says that the connection is lost, meanwhile.
func (s *Server) later(w http.ResponseWriter, status int) {
	w.Header().Set("Retry-After", "3")
	http.Error(w, "please try again in a moment", status)
}

const (
	lost  messages.Sentence = "The connection is lost. This page goes on by itself as soon as it is back."
	alone messages.Sentence = "Without scripts this page is loaded anew every five seconds."
	ended messages.Sentence = "This link is no longer good. Please ask for a new one."
)

// gone says that there is no such page, or no longer; whoever reads it may speak
// either language.
func (s *Server) gone(w http.ResponseWriter, v flow.Visit, live bool) {
	if v.Lang == "" {
		v.Lang = s.db.Lang
	}
	say := func(l campaign.Lang) string {
		return "<p>" + template.HTMLEscapeString(s.house.Words.Plain(l, messages.T(ended))) + "</p>"
	}
	s.write(w, http.StatusNotFound, frame{Lang: v.Lang, Title: "Muster", Body: template.HTML(`<section class="gone">` + say(v.Lang) + say(other(v.Lang)) + `</section>`)}, live)
}

func other(l campaign.Lang) campaign.Lang {
	if l == campaign.Chinese {
		return campaign.English
	}
	return campaign.Chinese
}

func (s *Server) write(w http.ResponseWriter, status int, f frame, live bool) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if live {
		w.WriteHeader(status)
		w.Write([]byte(f.Body))
		return
	}
	say := func(t messages.Sentence) string { return s.house.Words.Plain(f.Lang, messages.T(t)) }
	f.Lost, f.Alone, f.Other = say(lost), say(alone), other(f.Lang)
	var page bytes.Buffer
	if err := s.frame.Execute(&page, f); err != nil {
		s.log.Error("a page cannot be framed", "error", err)
		s.later(w, http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	w.Write(page.Bytes())
}
