package flows_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"campaign/flows"
	"campaign/flows/flow"
	"campaign/messages"
)

var (
	gap    = regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	markup = regexp.MustCompile(`</?[bi]>`)
)

// Every constant that the compiler takes for a Sentence has Chinese with as
// many gaps and the same markup, and no Chinese is left that nobody says.
func TestEverySentenceHasChinese(t *testing.T) {
	chinese := flow.New(flows.All).Words.Chinese
	said := sentences(t)
	for s, where := range said {
		zh, ok := chinese[s]
		switch {
		case !ok:
			t.Errorf("%s: no Chinese for %q", where, s)
		case len(gap.FindAllString(zh, -1)) != len(gap.FindAllString(string(s), -1)):
			t.Errorf("%s: %q and %q have not the same gaps", where, s, zh)
		case len(markup.FindAllString(zh, -1)) != len(markup.FindAllString(string(s), -1)):
			t.Errorf("%s: %q and %q have not the same markup", where, s, zh)
		}
	}
	for s := range chinese {
		if said[s] == "" {
			t.Errorf("nobody says %q", s)
		}
	}
}

// sentences asks the type checker for every constant of the program that is a
// Sentence, and where it stands.
func sentences(t *testing.T) map[messages.Sentence]string {
	t.Helper()
	list := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles,Module", "campaign/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("list the packages: %v", err)
	}
	type listed struct {
		ImportPath, Export, Dir string
		GoFiles                 []string
		Module                  *struct{ Main bool }
	}
	exports, ours := map[string]string{}, []listed{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read the list of packages: %v", err)
		}
		exports[p.ImportPath] = p.Export
		if p.Module != nil && p.Module.Main {
			ours = append(ours, p)
		}
	}
	said, fset := map[messages.Sentence]string{}, token.NewFileSet()
	check := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	for _, p := range ours {
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}}
		if _, err := check.Check(p.ImportPath, fset, files, &info); err != nil {
			t.Fatal(err)
		}
		note := func(at token.Pos, ty types.Type, v constant.Value) {
			if v == nil || v.Kind() != constant.String || constant.StringVal(v) == "" {
				return
			}
			word, _, _ := types.LookupFieldOrMethod(ty, false, nil, "Sentence")
			if word == nil && !strings.HasSuffix(ty.String(), "messages.Sentence") {
				return
			}
			said[messages.Sentence(constant.StringVal(v))] = filepath.Base(fset.Position(at).String())
		}
		for e, tv := range info.Types {
			note(e.Pos(), tv.Type, tv.Value)
		}
		for id, o := range info.Defs {
			if c, ok := o.(*types.Const); ok {
				note(id.Pos(), c.Type(), c.Val())
			}
		}
	}
	return said
}
