// Package flowtest plays conversations that are written as transcripts, over a
// real Postgres, in the district that district.go describes.
//
//	> /leave              the person in the chair speaks (1 at first)
//	>2 hello              person 2 takes the chair and speaks
//	> [Check in]          presses the newest button of that label in this chat
//	> [Check in]-1        presses the one before the newest
//	>2#1 /bind            speaks in group 1; >2#1 [签到] presses there
//	> {own} {of 3} {forwarded}   shares the own contact, somebody else's, a forwarded one
//	> (28.1,112.9)        shares a location
//	> <roster.csv>        sends a file of testdata
//	> +90m                the clock goes on; timers and rules come due on the way
//	> @2026-12-01 14:00   the clock goes on to a moment
//	What kind of leave?   what is said to the person in the chair
//	@3 Hello.             ... to person 3; #1 in group 1; &901 to an account that is nobody's
//	(edit) (toast) (alert)
//	|                     an empty line of a message
//	[Approve] [Decline]   buttons; <Share phone> is a key of the keyboard
//	* checkin.arrived {"Activity":7}    what entered the audit
//
// Everything that does not start with > or # (and a space) is checked, and
// rewritten by -update. A line that starts with "# " is a remark.
package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"

	"github.com/robfig/cron/v3"
)

var update = flag.Bool("update", false, "rewrite the transcripts")

// Zone is the zone of the transcripts.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Start is when every transcript begins: a Tuesday.
var Start = time.Date(2026, 12, 1, 13, 20, 0, 0, Zone)

// A World is a settled district in a database of its own, and its clock.
type World struct {
	DB    *storage.DB
	House *flow.House
	Clock time.Time
	Now   func() time.Time // another clock than Clock, where one is set
}

// New makes a world for one test, in which seeds have run.
func New(t testing.TB, flows []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) *World {
	t.Helper()
	w := &World{House: flow.New(flows), Clock: Start}
	open := func(dsn string) (*storage.DB, error) {
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			return nil, err
		}
		return storage.Open(t.Context(), storage.Config{DSN: dsn, Conns: 8, Now: w.now, Zone: zone, Lang: campaign.Chinese})
	}
	dsn := storagetest.New(t, fingerprint(t, w.House), func(ctx context.Context, dsn string) error {
		db, err := open(dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		if _, err = db.Migrate(ctx, w.House.Rooms()...); err != nil {
			return err
		}
		return db.InTx(ctx, func(tx *storage.Tx) error { return settle(ctx, tx) })
	})
	db, err := open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	w.DB = db
	t.Cleanup(func() { db.Close() })
	for _, seed := range seeds {
		w.In(t, seed)
	}
	return w
}

func (w *World) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return w.Clock
}

// fingerprint stands for the schema and the district.
func fingerprint(t testing.TB, h *flow.House) string {
	var b bytes.Buffer
	fmt.Fprint(&b, people)
	for _, r := range append([]storage.Room{storage.Machine()}, h.Rooms()...) {
		err := fs.WalkDir(r.Files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := fs.ReadFile(r.Files, path)
			b.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// In runs f in a transaction.
func (w *World) In(t testing.TB, f func(context.Context, *storage.Tx) error) {
	t.Helper()
	if err := w.DB.InTx(t.Context(), func(tx *storage.Tx) error { return f(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// Run plays every transcript of testdata, each in a world of its own.
func Run(t *testing.T, flows []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := &play{World: New(t, flows, seeds...), who: 1, shown: map[int64][]shown{}}
			got := p.script(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(want) {
				t.Errorf("%s differs; got:\n%s\nwant:\n%s", file, got, want)
			}
		})
	}
}

// A shown button is one that a chat has seen.
type shown struct {
	label   string
	content storage.Content
	key     int
	message int64
}

type play struct {
	*World
	who     int
	group   int
	causes  int
	audited int64
	number  int64
	shown   map[int64][]shown
	out     bytes.Buffer
}

func (p *play) script(t *testing.T, text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "# ") {
			p.out.WriteString(line + "\n")
			continue
		}
		if in, ok := strings.CutPrefix(line, ">"); ok {
			p.out.WriteString(line + "\n")
			p.hear(t, in)
		}
	}
	return p.out.String()
}

// hear plays one line of the person in the chair.
func (p *play) hear(t *testing.T, line string) {
	chair, in, _ := strings.Cut(line, " ")
	p.group = 0
	if who, g, ok := strings.Cut(chair, "#"); ok {
		p.group, _ = strconv.Atoi(g)
		chair = who
	}
	if chair != "" {
		p.who, _ = strconv.Atoi(chair)
	}
	switch {
	case strings.HasPrefix(in, "+"):
		d, err := time.ParseDuration(in[1:])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		p.advance(t, p.Clock.Add(d))
	case strings.HasPrefix(in, "@"):
		to, err := time.ParseInLocation("2006-01-02 15:04", in[1:], Zone)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		p.advance(t, to)
	default:
		p.turn(t, p.event(t, in))
	}
}

// event reads what the person does.
func (p *play) event(t *testing.T, in string) flow.Event {
	e := flow.Event{At: p.Clock}
	switch {
	case strings.HasPrefix(in, "/"):
		command, arg, _ := strings.Cut(in[1:], " ")
		e.Command, e.Arg = command, arg
	case strings.HasPrefix(in, "["):
		e.Press = p.press(t, in)
	case strings.HasPrefix(in, "("):
		var at flow.Shared
		fmt.Sscanf(in, "(%f,%f)", &at.Lat, &at.Lon)
		e.In = at
	case in == "{own}":
		e.In = flow.Card{Phone: people[p.person()-1].phone, Own: true}
	case in == "{forwarded}":
		e.In = flow.Card{Phone: people[p.person()-1].phone, Own: true, Forwarded: true}
	case strings.HasPrefix(in, "{of "):
		n, _ := strconv.Atoi(strings.Trim(in[4:], "}"))
		e.In = flow.Card{Phone: people[n-1].phone, Own: p.who > 900}
	case strings.HasPrefix(in, "<"):
		e.In = p.file(t, strings.Trim(in, "<>"))
	default:
		e.In = flow.Said(in)
	}
	return e
}

// person is whose phone the one in the chair holds: 901 holds a phone of nobody.
func (p *play) person() int { return min(p.who, len(people)) }

// accountOf is the account in the chair.
func (p *play) accountOf() campaign.AccountID {
	if p.who > 900 {
		return campaign.AccountID(p.who)
	}
	return campaign.AccountID(account(p.who))
}

var ordinal = regexp.MustCompile(`^\[(.*)\](?:-(\d+))?$`)

// press finds a button by its label, the newest or so many before it.
func (p *play) press(t *testing.T, in string) *flow.Press {
	m := ordinal.FindStringSubmatch(in)
	if m == nil {
		t.Fatalf("no button is written %s", in)
	}
	before, _ := strconv.Atoi(m[2])
	all := p.shown[p.chat()]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].label != m[1] {
			continue
		}
		if before--; before < 0 {
			return &flow.Press{Content: all[i].content, Key: all[i].key}
		}
	}
	t.Fatalf("nobody showed %s to %d\n%s", in, p.who, p.out.String())
	return nil
}

func (p *play) chat() int64 {
	if p.group != 0 {
		return group(p.group)
	}
	return int64(p.accountOf())
}

// file sends a file of testdata; its content is stored where the question asks for one.
func (p *play) file(t *testing.T, name string) flow.Input {
	body, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d := flow.Document{File: name, Name: name, Size: int64(len(body))}
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		ss, err := tx.Sessions(ctx, p.accountOf())
		if err != nil || len(ss) == 0 || !p.House.Uploads(ss[len(ss)-1]) {
			return err
		}
		d.Stored, err = tx.SaveFile(ctx, p.accountOf(), name, body)
		return err
	})
	return d
}

// turn takes an event through the house, as the machine does.
func (p *play) turn(t *testing.T, e flow.Event) {
	var r flow.Result
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		cause, err := p.receive(ctx, tx)
		if err != nil {
			return err
		}
		e.Cause = cause
		if e.Account, err = tx.Account(ctx, p.accountOf(), p.name(), campaign.English); err != nil {
			return err
		}
		e.Chat = campaign.Chat{ID: p.chat()}
		if p.group != 0 {
			if e.Chat, err = tx.Group(ctx, group(p.group), fmt.Sprintf("group %d", p.group)); err != nil {
				return err
			}
		}
		if e.Press != nil {
			a, _ := e.Press.Address()
			seen, err := tx.See(ctx, []storage.Sight{{Chat: e.Chat.ID, Content: e.Press.Content.ID, Name: e.Press.Content.Name}})
			if err != nil {
				return err
			}
			e.Press.Seen = seen[0]
			if p.House.IsTap(a) {
				rs, err := p.House.Taps(ctx, tx, []flow.Event{e})
				if err == nil {
					r = rs[0]
				}
				return err
			}
		}
		r, err = p.House.Turn(ctx, tx, e)
		return err
	})
	p.effects(t)
	if r.Toast.Say != "" {
		kind := "toast"
		if r.Alert {
			kind = "alert"
		}
		fmt.Fprintf(&p.out, "(%s) %s\n", kind, p.House.Words.Plain(e.Account.Lang, r.Toast))
	}
	p.deliver(t)
}

func (p *play) name() string {
	if p.who > len(people) {
		return fmt.Sprintf("Guest %d", p.who)
	}
	return people[p.who-1].name
}

// receive notes a cause of its own for each event.
func (p *play) receive(ctx context.Context, tx *storage.Tx) (int64, error) {
	p.causes++
	key := fmt.Sprintf("test:%d", p.causes)
	fresh, err := tx.Receive(ctx, []string{key})
	return fresh[key], err
}

// advance moves the clock on, minute by minute where rules or timers come due.
func (p *play) advance(t *testing.T, to time.Time) {
	for {
		at, a, timer := p.next(t, to)
		if a == nil {
			break
		}
		if at.After(p.Clock) {
			p.Clock = at
		}
		p.In(t, func(ctx context.Context, tx *storage.Tx) error {
			if timer != 0 {
				if _, err := tx.TakeTimer(ctx, timer); err != nil {
					return err
				}
			}
			cause, err := p.receive(ctx, tx)
			if err != nil {
				return err
			}
			_, err = p.House.Turn(ctx, tx, flow.Event{Cause: cause, At: at, Clock: a})
			return err
		})
		p.effects(t)
		p.deliver(t)
	}
	p.Clock = to
}

// next finds what comes due first after the clock, up to an instant.
func (p *play) next(t *testing.T, to time.Time) (at time.Time, a *messages.Address, timer int64) {
	for _, r := range p.House.Rules() {
		s, err := cron.ParseStandard(r.Spec)
		if err != nil {
			t.Fatal(err)
		}
		if due := s.Next(p.Clock); !due.After(to) && (a == nil || due.Before(at)) {
			about, _ := json.Marshal(flow.Tick{Rule: r.Handler, Due: due})
			at, a = due, &messages.Address{Flow: r.Flow, Handler: r.Handler, About: string(about)}
		}
	}
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		due, err := tx.NextTimer(ctx)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (due.After(to) || a != nil && due.After(at)) {
			return nil
		}
		if err != nil {
			return err
		}
		old := p.Clock
		defer func() { p.Clock = old }()
		tx.Now = due
		ts, err := tx.DueTimers(ctx, 1)
		if err == nil && len(ts) == 1 {
			at, a, timer = due, &ts[0].Address, ts[0].ID
		}
		return err
	})
	return at, a, timer
}

// effects prints what entered the audit.
func (p *play) effects(t *testing.T) {
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var rows []struct {
			ID                  int64
			Flow, Effect, About string
		}
		if err := tx.Select(ctx, &rows, `SELECT id, flow, effect, about FROM audit WHERE id > $1 ORDER BY id`, p.audited); err != nil {
			return err
		}
		for _, r := range rows {
			p.audited = r.ID
			fmt.Fprintf(&p.out, "* %s.%s %s\n", r.Flow, r.Effect, r.About)
		}
		return nil
	})
}

// deliver prints what is due to be said, and settles it as sent.
func (p *play) deliver(t *testing.T) {
	for {
		n := 0
		p.In(t, func(ctx context.Context, tx *storage.Tx) error {
			ds, err := tx.Claim(ctx, 1000, []int64{})
			n = len(ds)
			var rs []storage.Result
			for _, d := range ds {
				m, err := d.Message()
				if err != nil {
					return err
				}
				edit := d.MessageID != 0
				if !edit {
					p.number++
					d.MessageID = p.number
				}
				if !d.Bare {
					p.print(d, m, edit)
				}
				rs = append(rs, storage.Result{Delivery: d, State: storage.Sent})
			}
			if err != nil {
				return err
			}
			return tx.Settle(ctx, rs)
		})
		if n == 0 {
			return
		}
	}
}

// print writes a message as its reader sees it, and remembers its buttons.
func (p *play) print(d storage.Delivery, m messages.Message, edit bool) {
	mark := p.mark(d.Chat)
	if edit {
		mark += "(edit) "
	}
	for _, line := range m.Lines {
		for text := range strings.Lines(p.House.Words.Plain(d.Lang, line) + "\n") {
			if text == "\n" {
				text = "|\n" // an empty line of a message, which must not look like one of the script
			}
			p.out.WriteString(mark + text)
			mark = strings.Repeat(" ", min(2, len(mark)))
		}
	}
	key := 0
	for _, row := range m.Keys {
		var labels []string
		for _, k := range row {
			label := p.House.Words.Plain(d.Lang, k.Label)
			labels = append(labels, "["+label+"]")
			p.shown[d.Chat] = append(p.shown[d.Chat], shown{label, storage.Content{ID: d.Content, Name: m.Name, Message: m}, key, d.MessageID})
			key++
		}
		p.out.WriteString(strings.Join(labels, " ") + "\n")
	}
	if m.Board != nil {
		for _, row := range m.Board.Rows {
			var labels []string
			for _, k := range row {
				labels = append(labels, "<"+p.House.Words.Plain(d.Lang, k.Label)+">")
			}
			p.out.WriteString(strings.Join(labels, " ") + "\n")
		}
	}
}

// mark tells whom a message is to: nobody for the person in the chair.
func (p *play) mark(chat int64) string {
	switch {
	case chat == int64(p.accountOf()):
		return ""
	case chat < 0:
		return fmt.Sprintf("#%d ", -chat-2000)
	case chat > 1000:
		return fmt.Sprintf("@%d ", chat-1000)
	}
	return fmt.Sprintf("&%d ", chat)
}
