package flow

import (
	"context"
	"html/template"
	"io/fs"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// A Page is what a flow shows in a browser, to whoever has its link: its path
// below /p/ is the name of the page and a token. It shows how things stand and
// changes nothing. bot/pages serves every page that is declared, and knows no flow.
type Page struct {
	Name   string             // the first part of its path: never renamed
	Looks  *template.Template // of what View.Data holds; parsed with Sayings
	Assets fs.FS              // files of its own: style.css is linked
	Shows  func(ctx context.Context, tx *storage.Tx, v Visit) (View, error)
}

// A Visit is a look at a page: once when it is opened, then every few seconds.
type Visit struct {
	Token string        // of the path
	Lang  campaign.Lang // that the visitor chose; "" is none
	Bot   string        // our name at the messenger
	Now   time.Time
}

// A View is a page as it stands.
type View struct {
	Lang  campaign.Lang
	Title messages.Text
	Data  any // for the template
}

// Shown makes a page of the two halves of a step: load reads what the token of a
// visit stands for, in a transaction that can write nothing, and view is pure. A
// token that is unknown, revoked or too old is storage.ErrNotFound.
func Shown[F any](name string, looks *template.Template, assets fs.FS, load func(context.Context, *storage.Tx, Visit) (F, error), view func(F, Visit) View) Page {
	return Page{Name: name, Looks: looks, Assets: assets, Shows: func(ctx context.Context, tx *storage.Tx, v Visit) (View, error) {
		f, err := load(ctx, tx, v)
		if err != nil {
			return View{}, err
		}
		return view(f, v), nil
	}}
}

// Sayings are what the template of a page may call. Whoever serves the page puts
// the language of its reader into them.
var Sayings = template.FuncMap{
	"say": func(messages.Text) string { return "" },
}

// Page finds a page by its name.
func (h *House) Page(name string) (Page, bool) {
	p, ok := h.pages[name]
	return p, ok
}
