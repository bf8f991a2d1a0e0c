package campaign_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms is the plan of the house: which file may import what. The first
// pattern that matches a file is its room. The standard library is open to all
// rooms, but for the doors below, which a room must name as well.
var rooms = []struct{ files, may string }{
	{"*.go", "database/sql/driver log/slog"}, // values that store and print themselves
	{"messages/*.go", "campaign golang.org/x/text/*"},

	{"storage/*.go", "campaign campaign/messages github.com/jmoiron/sqlx github.com/lib/pq github.com/pressly/goose/* context database/sql database/sql/driver net syscall"},
	{"storage/embedded/*.go", "github.com/fergusstrange/embedded-postgres github.com/lib/pq context database/sql net os os/* sync syscall"},
	{"storage/storagetest/*.go", "campaign/storage/embedded github.com/lib/pq go.uber.org/goleak context crypto/rand database/sql net os os/exec sync sync/atomic syscall testing"},

	{"flows/flow/sheet/*.go", "golang.org/x/text/* github.com/xuri/excelize/v2"},
	{"flows/flow/flowtest/*.go", "campaign campaign/messages campaign/storage campaign/storage/storagetest campaign/flows/flow github.com/google/go-cmp/cmp github.com/robfig/cron/v3 context flag os testing"},
	{"flows/flow/flow.go", pure}, // the language that steps are written in
	{"flows/flow/outcome.go", pure},
	{"flows/flow/ask.go", pure},
	{"flows/flow/list.go", pure},
	{"flows/flow/calendar.go", pure},
	{"flows/flow/hours.go", pure},
	{"flows/flow/handler.go", pure},
	{"flows/flow/step.go", pure},
	{"flows/flow/*.go", "campaign campaign/messages campaign/storage campaign/flows/flow/sheet context"}, // its doors to the database
	{"flows/*.go", "campaign/flows/*"},
	{"flows/*/store*.go", "campaign campaign/messages campaign/storage campaign/flows/flow campaign/flows/flow/sheet context crypto/rand database/sql"},
	{"flows/code/page.go", "campaign campaign/messages campaign/flows/flow rsc.io/qr"},
	{"flows/*/*.go", "campaign campaign/messages campaign/flows/flow campaign/flows/flow/sheet"},

	{"bot/simulator/*.go", "context math/rand/v2 net net/http os sync sync/atomic"}, // a Telegram, not our idea of one
	{"bot/pages/*.go", "campaign campaign/messages campaign/storage campaign/flows/flow context log/slog net/http sync"},
	{"bot/bottest/*.go", "campaign campaign/messages campaign/storage campaign/storage/storagetest campaign/bot campaign/bot/simulator campaign/flows/flow campaign/flows/flow/flowtest github.com/google/go-cmp/cmp context log/slog net/http net/http/httptest os sync sync/atomic testing"},
	{"bot/drawing/*.go", "campaign/messages github.com/go-analyze/charts github.com/golang/freetype/truetype"}, // given words, and no clock
	{"bot/limits.go", ""},
	{"bot/flood.go", ""},
	{"bot/render.go", "campaign campaign/messages campaign/storage"},
	{"bot/event.go", "campaign campaign/flows/flow github.com/go-telegram/bot/models github.com/tidwall/gjson"},
	{"bot/api.go", "github.com/go-telegram/bot github.com/tidwall/gjson context net net/http net/http/httptrace sync/atomic"},
	{"bot/line.go", "context net net/http sync"},
	{"bot/webhook.go", "github.com/tidwall/gjson context net/http"},
	{"bot/metrics.go", "campaign/messages campaign/storage campaign/flows/flow github.com/prometheus/client_golang/* net/http"}, // what is counted
	{"bot/examine.go", "context net/http"},
	{"bot/ready.go", "context sync/atomic"},
	{"bot/figures.go", "campaign/storage github.com/prometheus/client_golang/prometheus context sync"},                                                       // what is read when somebody looks
	{"bot/speed/plain/*.go", "github.com/go-telegram/bot github.com/go-telegram/bot/models github.com/lib/pq context database/sql log os os/signal syscall"}, // measured beside us
	{"bot/*.go", "campaign campaign/messages campaign/storage campaign/bot/drawing campaign/flows/flow github.com/go-telegram/* github.com/robfig/cron/v3 golang.org/x/sync/errgroup context log/slog sync"},

	{"cmd/muster/demo/*.go", "campaign campaign/messages campaign/storage campaign/flows/flow campaign/flows/flow/sheet campaign/bot/simulator context math/rand/v2 sync sync/atomic"}, // knows no flow
	{"cmd/muster/*.go", "campaign campaign/* github.com/alecthomas/kong github.com/lib/pq golang.org/x/sync/errgroup golang.org/x/term golang.org/x/text/width context log/slog net net/http net/http/pprof os os/* sync sync/* syscall"},
}

// pure may think, but has neither database nor clock nor anything that waits.
const pure = "campaign campaign/messages"

// doors are the parts of the standard library that lead outside, make chance, or
// let two things happen at once. To have a context is to be able to wait.
const doors = "context crypto/rand database/sql database/sql/* expvar flag log log/* math/rand math/rand/* net net/http net/http/* net/rpc net/smtp os os/* plugin sync sync/* syscall testing testing/* unsafe"

func TestEveryFileKeepsToItsRoom(t *testing.T) {
	for _, s := range sources(t) {
		i := slices.IndexFunc(rooms, func(r struct{ files, may string }) bool {
			ok, err := path.Match(r.files, s.name)
			return ok && err == nil
		})
		if i < 0 {
			t.Errorf("%s is in no room", s.name)
			continue
		}
		for _, im := range s.Imports {
			p, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if (foreign(p) || listed(doors, p)) && !listed(rooms[i].may, p) {
				t.Errorf("%s may not import %s: its room, %s, may import %q", s.name, p, rooms[i].files, rooms[i].may)
			}
		}
	}
}

func TestEveryRoomIsLivedIn(t *testing.T) {
	all := sources(t)
	for _, r := range rooms {
		lived := slices.ContainsFunc(all, func(s source) bool {
			ok, err := path.Match(r.files, s.name)
			return ok && err == nil
		})
		if !lived {
			t.Errorf("no file is in the room %s", r.files)
		}
	}
}

// Time enters through a turn or as a value; only what paces, waits or starts
// the program looks at a clock of its own.
func TestOnlyTheEdgesAskTheClock(t *testing.T) {
	edges := "cmd/* bot/* storage/connect.go storage/embedded/* storage/storagetest/*"
	for _, s := range sources(t) {
		if listed(edges, s.name) {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := sel.X.(*ast.Ident); ok && of.Name == "time" && listed("Now Since Until", sel.Sel.Name) {
				t.Errorf("%s: time.%s: a clock is a value here", s.at(n), sel.Sel.Name)
			}
			return true
		})
	}
}

// A button carries an address, never a meaning: what Telegram hands back with a
// press is written in one file and read in one.
func TestCallbackDataIsWrittenAndReadInOnePlace(t *testing.T) {
	for _, s := range sources(t) {
		if listed("bot/render.go bot/event.go bot/simulator/* bot/bottest/*", s.name) {
			continue
		}
		ast.Inspect(s.File, func(n ast.Node) bool {
			var word string
			switch n := n.(type) {
			case *ast.Ident:
				word = n.Name
			case *ast.BasicLit:
				word = n.Value
			}
			if strings.Contains(word, "CallbackData") || strings.Contains(word, "callback_data") {
				t.Errorf("%s: %s belongs in bot/render.go or bot/event.go", s.at(n), word)
			}
			return true
		})
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init: say it in main, or in a list", s.at(d))
			}
		}
	}
}

func TestAPackageIsANounOneCouldPointAt(t *testing.T) {
	vague := "util utils common helper helpers types models base manager managers service services interfaces misc shared core lib mock mocks"
	for _, s := range sources(t) {
		for _, word := range append(strings.Split(strings.TrimSuffix(s.name, ".go"), "/"), s.Name.Name) {
			if listed(vague, word) {
				t.Errorf("%s: %q says nothing of what is inside", s.name, word)
			}
		}
	}
}

func TestEveryPackageSaysOnceWhatItIs(t *testing.T) {
	said := map[string][]string{}
	for _, s := range sources(t) {
		in := path.Dir(s.name)
		if said[in] == nil {
			said[in] = []string{}
		}
		if s.Doc == nil {
			continue
		}
		said[in] = append(said[in], s.name)
		opening := "Package " + s.Name.Name + " "
		if s.Name.Name == "main" {
			opening = "Command " + path.Base(in) + " "
		}
		if !strings.HasPrefix(s.Doc.Text(), opening) {
			t.Errorf("%s: its comment does not begin with %q", s.name, opening)
		}
	}
	for in, files := range said {
		if len(files) != 1 {
			t.Errorf("package %s says what it is in %d files %v, want 1", in, len(files), files)
		}
	}
}

// A source is one file of the program, tests left out.
type source struct {
	name string // from the root, with slashes
	*ast.File
	set *token.FileSet
}

func (s source) at(n ast.Node) token.Position { return s.set.Position(n.Pos()) }

func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if hidden := strings.HasPrefix(d.Name(), ".") && file != "."; d.IsDir() && (hidden || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, parser.ParseComments|parser.SkipObjectResolution)
		all = append(all, source{filepath.ToSlash(file), f, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// foreign reports whether an import is not of the standard library.
func foreign(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return first == "campaign" || strings.Contains(first, ".")
}

// listed reports whether one word of list is p, or a beginning of it that ends in *.
func listed(list, p string) bool {
	for word := range strings.FieldsSeq(list) {
		if opening, ok := strings.CutSuffix(word, "*"); word == p || ok && strings.HasPrefix(p, opening) {
			return true
		}
	}
	return false
}
