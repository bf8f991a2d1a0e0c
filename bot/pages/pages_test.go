package pages_test

import (
	"bytes"
	"context"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"campaign"
	"campaign/bot/pages"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const known = "AAAAAAAAAAAAAAAAAAAAAA"

// board is a flow that shows the name of a person to whoever has the link known.
var board = flow.Spec[struct{}, struct{}]{
	Name: "board",
	Pages: []flow.Page{flow.Shown("board", template.Must(template.New("b").Funcs(flow.Sayings).Parse(`<p>{{say .}}</p>`)), fstest.MapFS{"style.css": {Data: []byte("p {}")}, "key.pem": {Data: []byte("secret")}},
		func(ctx context.Context, tx *storage.Tx, v flow.Visit) (name string, err error) {
			if v.Token == "writewritewritewritewr" {
				return "", tx.Exec(ctx, `UPDATE people SET name = 'altered' WHERE id = 1`)
			}
			if v.Token != known {
				return "", storage.ErrNotFound
			}
			err = tx.Get(ctx, &name, `SELECT name FROM people WHERE id = 1`)
			return name, err
		},
		func(name string, v flow.Visit) flow.View {
			lang := v.Lang
			if lang == "" {
				lang = campaign.Chinese
			}
			return flow.View{Lang: lang, Title: messages.T("%s", name), Data: messages.T("%s", name)}
		})},
}

// A server is pages over a district, and what its log says.
type server struct {
	*httptest.Server
	*flowtest.World
	log *safe
}

// safe is a buffer for several at once.
type safe struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *safe) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(b)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.String()
}

func serve(t *testing.T) server {
	t.Helper()
	w, log := flowtest.New(t, home.With(board)), &safe{}
	p, err := pages.New(w.DB, w.House, func() string { return "muster_bot" }, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s := server{httptest.NewServer(p), w, log}
	t.Cleanup(s.Close)
	return s
}

func (s server) get(t *testing.T, method, path string, body io.Reader) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestAPageIsShownToWhoeverHasItsLink(t *testing.T) {
	s := serve(t)
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE people SET name = '<script>alert(1)</script>' WHERE id = 1`)
	})
	res, body := s.get(t, http.MethodGet, "/p/board/"+known, nil)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>`) || !strings.Contains(body, `<html lang="zh">`) {
		t.Errorf("got %d and %s", res.StatusCode, body)
	}
	if _, body := s.get(t, http.MethodGet, "/p/board/"+known+"?lang=en", nil); !strings.Contains(body, `<html lang="en">`) || !strings.Contains(body, "The connection is lost.") {
		t.Errorf("in English: %s", body)
	}
	if _, body := s.get(t, http.MethodGet, "/p/board/"+known+"?lang=fr", nil); !strings.Contains(body, `<html lang="zh">`) {
		t.Errorf("in a language that nobody speaks: %s", body)
	}
	if res, body := s.get(t, http.MethodGet, "/p/board/"+known+"/live", nil); res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "<p>") || strings.Contains(body, "<html") {
		t.Errorf("what changes of it: %d %s", res.StatusCode, body)
	}
}

// Whatever is asked, the browser is told to ask nobody else, to keep nothing and
// to tell nobody of the link; and nothing is answered that names the link.
func TestEveryAnswerIsStrict(t *testing.T) {
	s := serve(t)
	for path, status := range map[string]int{
		"/p/board/" + known:                    200,
		"/p/board/" + known + "/live":          200,
		"/p/board/BBBBBBBBBBBBBBBBBBBBBB":      404,
		"/p/board/BBBBBBBBBBBBBBBBBBBBBB/live": 404,
		"/p/board/short":                       404,
		"/p/board/" + known + "A":              404,
		"/p/board/" + known + "/live/more":     404,
		"/p/board/":                            404,
		"/p/other/" + known:                    404,
		"/p/":                                  404,
		"/p/-/live.js":                         200,
		"/p/-/frame.css":                       200,
		"/p/-/icon.svg":                        200,
		"/p/-/frame.html":                      404,
		"/p/-/../pages.go":                     404,
		"/p/-/board/style.css":                 200,
		"/p/-/board/key.pem":                   404,
		"/p/-/board/..%2f..%2fpages.go":        404,
		"/p/-/other/style.css":                 404,
		"/p/board/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E/": 404,
	} {
		res, body := s.get(t, http.MethodGet, path, nil)
		if res.StatusCode != status {
			t.Errorf("%s: got %d, want %d", path, res.StatusCode, status)
		}
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"X-Robots-Tag": "noindex", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		} {
			if got := res.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if strings.Contains(body, known) || strings.Contains(body, "alert(1)") || strings.Contains(body, "secret") {
			t.Errorf("%s: the answer repeats what was asked, or tells a secret: %s", path, body)
		}
		if strings.Contains(body, "://") && !strings.HasSuffix(path, ".svg") {
			t.Errorf("%s: the answer names another address: %s", path, body)
		}
	}
	if log := s.log.String(); strings.Contains(log, known) || strings.Contains(log, "BBBB") {
		t.Errorf("the log tells a link: %s", log)
	}
}

func TestPagesAreOnlyRead(t *testing.T) {
	s := serve(t)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		if res, _ := s.get(t, method, "/p/board/"+known, nil); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %d", method, res.StatusCode)
		}
	}
	if res, _ := s.get(t, http.MethodGet, "/p/board/"+known, strings.NewReader("a body")); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("with a body: got %d", res.StatusCode)
	}
	if res, body := s.get(t, http.MethodGet, "/p/board/writewritewritewritewr", nil); res.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "UPDATE") {
		t.Errorf("a page that writes: got %d %s", res.StatusCode, body)
	}
	var name string
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &name, `SELECT name FROM people WHERE id = 1`)
	})
	if name != "王芳" {
		t.Errorf("a page has written: %q", name)
	}
	if log := s.log.String(); strings.Contains(log, "writewrite") {
		t.Errorf("the log tells a link: %s", log)
	}
}

// Whoever guesses links, or asks for one without end, is told to come again; a
// link that is known stays open for those who have it.
func TestWhoGuessesLinksShutsNobodyOut(t *testing.T) {
	s := serve(t)
	if res, _ := s.get(t, http.MethodGet, "/p/board/"+known, nil); res.StatusCode != http.StatusOK {
		t.Fatalf("got %d", res.StatusCode)
	}
	refused := 0
	for n := range 400 {
		token := strings.Repeat("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n%26:n%26+1], 22)
		if token == known {
			continue
		}
		switch res, _ := s.get(t, http.MethodGet, "/p/board/"+token, nil); res.StatusCode {
		case http.StatusTooManyRequests:
			refused++
		case http.StatusNotFound:
		default:
			t.Fatalf("a guess: %d", res.StatusCode)
		}
	}
	if refused < 100 {
		t.Errorf("of 400 guesses %d are refused, want most", refused)
	}
	if res, _ := s.get(t, http.MethodGet, "/p/board/"+known, nil); res.StatusCode != http.StatusOK {
		t.Errorf("who has the link meanwhile: %d", res.StatusCode)
	}
}

func TestAPageWaitsForTheBotsName(t *testing.T) {
	w := flowtest.New(t, home.With(board))
	p, err := pages.New(w.DB, w.House, func() string { return "" }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/p/board/"+known, nil))
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
		t.Errorf("got %d %v", answer.Code, answer.Header())
	}
}

// A database that is away keeps nobody waiting for long, and the page says that
// it will go on.
func TestAPageSurvivesItsDatabase(t *testing.T) {
	w := flowtest.New(t, home.With(board))
	wire := storagetest.NewWire(t, w.DB.DSN)
	c := w.DB.Config
	c.DSN = wire.DSN + " connect_timeout=1"
	db, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, err := pages.New(db, w.House, func() string { return "muster_bot" }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ask := func() int {
		answer := httptest.NewRecorder()
		p.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/p/board/"+known+"/live", nil))
		return answer.Code
	}
	if code := ask(); code != http.StatusOK {
		t.Fatalf("before: %d", code)
	}
	wire.Break()
	if code := ask(); code != http.StatusServiceUnavailable {
		t.Errorf("while it is away: %d", code)
	}
	wire.Mend()
	if code := ask(); code != http.StatusOK {
		t.Errorf("when it is back: %d", code)
	}
}
