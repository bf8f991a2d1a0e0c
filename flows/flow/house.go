package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
)

// A Flow is a Spec with its types forgotten, so that unlike conversations fit
// one list.
type Flow interface {
	Contents() Contents
	address(press any) (messages.Address, bool)
	handles(handler string) (traits, bool)
	begin(ctx context.Context, w *walk, h Here, draft string) (progress, error)
	again(ctx context.Context, w *walk, h Here, s storage.Session) (progress, error)
	reply(ctx context.Context, w *walk, h Here, s storage.Session, in Input) (progress, error)
	back(ctx context.Context, w *walk, h Here, s storage.Session) (progress, error)
	handle(ctx context.Context, w *walk, h Here, handler, about string) (Outcome, error)
	hear(ctx context.Context, w *walk, h Here, news any) error
	knocked(ctx context.Context, w *walk, h Here) error
	taps(ctx context.Context, w *walk, handler string, heres []Here, abouts []string) ([]Outcome, error)
	record(ctx context.Context, w *walk, h Here, o Outcome) error
	uploads(ask string) bool
	idle(draft string) bool
}

// traits is what the machine must know of a handler.
type traits struct{ tap, open bool }

// Contents is what the rest of the program may know of a flow.
type Contents struct {
	Name, Opens, Link string
	Word, Help        messages.Sentence
	For               func(campaign.Person) bool
	Guests, Groups    bool
	Unasked           func(Input) (any, bool)
	Board             func(campaign.Person) messages.Board
	Asks, Handlers    []string
	Rules             []Rule
	Offers            []Offer
	Pages             []Page
	Also              []Flow
	Keeps             []storage.Keep
	Over              storage.Over
	Schema            fs.FS
	Chinese           string
	Steps             []Step
}

// A Step is one question of a conversation, for the drawings of the flows.
type Step struct {
	Name  string
	Asks  bool // or does something without asking
	Maybe bool // asked only where a condition holds
}

// A Rule is a rule of the calendar.
type Rule struct {
	Flow, Handler, Spec string
	Grace               time.Duration
}

// Key is the rule's name in the database.
func (r Rule) Key() string { return r.Flow + "." + r.Handler }

// Contents lists what s offers.
func (s Spec[D, F]) Contents() Contents {
	c := Contents{Name: s.Name, Opens: s.Opens, Link: s.Link, Word: s.Word, Help: s.Help, For: s.For, Guests: s.Guests, Groups: s.Groups, Board: s.Board,
		Offers: s.Offers, Pages: s.Pages, Also: s.Also, Keeps: s.Store.Keeps, Over: s.Store.Over, Schema: s.Schema, Chinese: s.Chinese}
	if s.Unasked != nil {
		c.Unasked = func(in Input) (any, bool) { return s.Unasked(in) }
	}
	for _, a := range s.Asks {
		c.Asks = append(c.Asks, a.name)
		c.Steps = append(c.Steps, Step{a.name, a.say != nil, a.when != nil})
	}
	for _, h := range s.Handlers {
		c.Handlers = append(c.Handlers, h.name)
		if h.cron != "" {
			c.Rules = append(c.Rules, Rule{s.Name, h.name, h.cron, h.grace})
		}
	}
	return c
}

// A House is the flows of one program, found by their names, commands, words
// and links, with the words that they say.
type House struct {
	Flows  []Flow // a folder each, in the order of the menu
	Words  *messages.Words
	Public string          // the address below which browsers find the pages of the flows
	all    map[string]Flow // with the others of each folder
	opens  map[string]Flow
	says   map[string]Flow
	links  map[string]Flow
	pages  map[string]Page
	guest  Flow
	board  func(campaign.Person) messages.Board
	same   func(once, again any) error // set by Prove
}

// New makes a house of flows. It panics where two of them claim one name, for
// that cannot be true of a program.
func New(flows []Flow) *House {
	h := &House{Flows: flows, all: map[string]Flow{}, opens: map[string]Flow{}, says: map[string]Flow{}, links: map[string]Flow{}, pages: map[string]Page{}}
	var chinese []string
	for _, f := range h.Every() {
		c := f.Contents()
		chinese = append(chinese, c.Chinese)
		claim(h.all, c.Name, f)
		claim(h.opens, c.Opens, f)
		claim(h.links, c.Link, f)
		unique(c.Name, c.Asks)
		unique(c.Name, c.Handlers)
		unique(c.Name, named(c.Keeps))
		if c.Guests {
			h.guest = f
		}
		for _, p := range c.Pages {
			if _, taken := h.pages[p.Name]; taken || p.Name == "" {
				panic(fmt.Sprintf("flow: two pages claim the name %q", p.Name))
			}
			h.pages[p.Name] = p
		}
		if c.Board != nil {
			h.board = c.Board
		}
	}
	words, err := messages.NewWords(chinese...)
	if err != nil {
		panic(err)
	}
	h.Words = words
	for _, f := range h.Every() {
		if c := f.Contents(); c.Word != "" {
			for _, l := range []campaign.Lang{campaign.Chinese, campaign.English} {
				claim(h.says, spoken(words.Plain(l, messages.T(c.Word))), f)
			}
		}
	}
	return h
}

// Every returns each flow, with the others of its folder after it.
func (h *House) Every() []Flow { return Every(h.Flows) }

// Every returns each of the flows, with the others of its folder after it.
func Every(flows []Flow) []Flow {
	var all []Flow
	for _, f := range flows {
		all = append(append(all, f), f.Contents().Also...)
	}
	return all
}

// Rules returns the rules of the calendar of all flows.
func (h *House) Rules() (rs []Rule) {
	for _, f := range h.Every() {
		rs = append(rs, f.Contents().Rules...)
	}
	return rs
}

// Rooms returns the schemas of all flows.
func (h *House) Rooms() (rs []storage.Room) {
	for _, f := range h.Every() {
		if c := f.Contents(); c.Schema != nil {
			rs = append(rs, storage.RoomOf(c.Name, c.Schema))
		}
	}
	return rs
}

// answers finds the flow that answers in where no question waits for it, and the
// draft with which it begins.
func (h *House) answers(in Input) (f Flow, draft any, ok bool) {
	for _, f := range h.Every() {
		if unasked := f.Contents().Unasked; unasked != nil {
			if draft, ok := unasked(in); ok {
				return f, draft, true
			}
		}
	}
	return nil, nil, false
}

// IsTap reports whether a button's press may be taken together with others.
func (h *House) IsTap(a messages.Address) bool {
	f := h.all[a.Flow]
	if f == nil {
		return false
	}
	t, ok := f.handles(a.Handler)
	return ok && t.tap
}

// Uploads reports whether the question that an account is asked takes the
// content of a file.
func (h *House) Uploads(top storage.Session) bool {
	f := h.all[top.Flow]
	return f != nil && f.uploads(top.At)
}

func claim(in map[string]Flow, name string, f Flow) {
	if name == "" {
		return
	}
	if old, taken := in[name]; taken && old.Contents().Name != f.Contents().Name {
		panic(fmt.Sprintf("flow: %s and %s both claim %q", old.Contents().Name, f.Contents().Name, name))
	}
	in[name] = f
}

func unique(flow string, names []string) {
	for i, n := range names {
		if n == "" || slices.Contains(names[:i], n) {
			panic(fmt.Sprintf("flow: %s has two of the name %q", flow, n))
		}
	}
}

// spoken is text as words of the menu are compared: without case, without what
// decorates a button.
func spoken(s string) string {
	return strings.ToLower(strings.TrimFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x2600 && r <= 0x27bf || r >= 0x1f000 || r == 0xfe0f
	}))
}

// Open is what a button of a menu carries: it opens a flow, as its command does.
type Open struct{ Flow, Arg string }

// The names under which the buttons of every conversation are stored.
const (
	asChosen = "?"
	asTurned = "~"
	asBack   = "<"
	asLeave  = "x"
	asOpen   = ">"
)

// address finds where a press goes: a question, a way out, another flow, or a
// handler of s or of what its buttons begin.
func (s Spec[D, F]) address(press any) (messages.Address, bool) {
	a := messages.Address{Flow: s.Name}
	switch press.(type) {
	case Chosen:
		a.Handler = asChosen
	case Turned:
		a.Handler = asTurned
	case back:
		return messages.Address{Flow: s.Name, Handler: asBack}, true
	case leave:
		return messages.Address{Flow: s.Name, Handler: asLeave}, true
	case Open:
		a = messages.Address{Handler: asOpen}
	default:
		h, ok := s.handlerFor(press)
		if !ok {
			for _, f := range s.Also {
				if a, ok := f.address(press); ok {
					return a, true
				}
			}
			return a, false
		}
		a.Handler = h.name
	}
	b, err := json.Marshal(press)
	if err != nil {
		return a, false
	}
	a.About = string(b)
	return a, true
}

func (s Spec[D, F]) handles(handler string) (traits, bool) {
	h, ok := s.handlerNamed(handler)
	return traits{tap: h.batch != nil, open: h.open}, ok
}

func (s Spec[D, F]) uploads(ask string) bool {
	a, err := s.at(Place{At: ask})
	return err == nil && a.upload
}

// idle reports whether a conversation that stands at draft can be dropped
// without loss.
func (s Spec[D, F]) idle(draft string) bool {
	var d D
	return s.Idle != nil && json.Unmarshal([]byte(draft), &d) == nil && s.Idle(d)
}
