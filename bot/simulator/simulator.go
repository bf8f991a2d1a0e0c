// Package simulator is a Telegram that lives on this machine: it speaks the Bot
// API to a bot over HTTP, keeps people, chats and messages, and lets tests and a
// web page act as the phones of those people. It refuses what Telegram refuses,
// in Telegram's words. It must never know what the bot is for: it imports
// nothing of the campaign, and reaches no network but the bot's own webhook.
package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what Telegram the simulator is. The zero value is usable.
type Options struct {
	Token       string // of the bot; default "1000001:simulated"
	BotUsername string // default "muster_bot"
	BotName     string // default "Muster"

	Zone   *time.Location // of the clock; default UTC
	Start  time.Time      // what the clock shows first; default the real time
	Frozen bool           // the clock moves only by Advance and AdvanceTo
	Rests  bool           // the clock stands still while the program is off: it goes on from what was saved

	ReadsEverything bool          // privacy mode is off: the bot reads all that is said in its groups
	Keep            int           // messages remembered in a chat; default 200
	AnswerWithin    time.Duration // for a press, on the simulator's clock; default 15 s
	RoundTrip       time.Duration // added to every call of the bot, in real time
	Limits          Limits        // the zero value limits nothing

	File      string        // where the state is kept; empty keeps it in memory alone
	SaveEvery time.Duration // default 2 s

	SpecFile string // the Bot API as data: every call is checked against it

	Shortcuts []Shortcut
	Hints     []Text
	Actions   []Action

	OnCall func(Call) // after each call of the bot, on its goroutine
}

// A Text is one sentence in the two languages of the phones page.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// A Shortcut is a person worth looking at first.
type Shortcut struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	User  int64  `json:"user"`
}

// An Action is something that the owner of the simulator offers on the phones
// page. Run may take long; what it tells to progress is shown meanwhile.
type Action struct {
	Key   string `json:"key"`
	Label Text   `json:"label"`
	Help  Text   `json:"help"`

	Run func(ctx context.Context, user int64, progress func(done, total int, text Text)) (Text, error) `json:"-"`
}

// A Call tells what the bot asked for and how it was answered.
type Call struct {
	Method      string
	Values      map[string]string
	Code        int // 200 for success, 0 where a fault broke the connection
	Description string
}

// A Server is one simulated Telegram with one bot. All its methods may be used
// from many goroutines.
type Server struct {
	options Options
	bot     *person
	methods map[string]method
	calls   map[string]*atomic.Int64

	clock    *clock
	people   *directory
	queue    *queue
	hook     *webhook
	presses  *presses
	files    *files
	commands *commands
	profile  *profile
	faults   faults
	pace     pace
	spec     *spec
	events   *hub
	idle     signal
	shown    signal

	lastMessage atomic.Int64 // private chats and basic groups number their messages together
	lastGroup   atomic.Int64
	changes     atomic.Int64 // what has changed since the start, for the store

	saving  sync.Mutex
	savedAt int64 // the changes that the file holds

	panelMu sync.RWMutex
	panel   Panel
	acting  sync.Map // keys of the actions that run

	life      context.Context // ends with Close
	end       context.CancelFunc
	closeOnce sync.Once
	closeErr  error
	work      sync.WaitGroup
}

// A Panel is what the phones page offers beside the phones.
type Panel struct {
	Shortcuts []Shortcut
	Hints     []Text
	Actions   []Action
}

// New begins a Telegram, from the file of the options where there is one.
func New(o Options) (*Server, error) {
	o = o.withDefaults()
	id, _, ok := strings.Cut(o.Token, ":")
	botID, err := strconv.ParseInt(id, 10, 64)
	if !ok || err != nil || botID <= 0 {
		return nil, fmt.Errorf("simulator: the token does not begin with the bot's id and a colon")
	}
	s := &Server{
		options:  o,
		methods:  methods(),
		calls:    map[string]*atomic.Int64{},
		clock:    newClock(o.Zone, o.Start, o.Frozen),
		people:   newDirectory(),
		queue:    newQueue(),
		presses:  newPresses(),
		commands: newCommands(),
		profile:  newProfile(o.BotName),
		events:   newHub(),
		panel:    Panel{Shortcuts: o.Shortcuts, Hints: o.Hints, Actions: o.Actions},
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.bot = newPerson(User{ID: botID, FirstName: o.BotName, Username: o.BotUsername}, true)
	for name := range s.methods {
		s.calls[name] = new(atomic.Int64)
	}
	s.lastGroup.Store(4_000_000_000)
	s.files = newFiles(o.File)
	s.hook = newWebhook(s)
	s.pace.limits = o.Limits
	s.clock.listen(s.clockMoved)
	if o.SpecFile != "" {
		if s.spec, err = loadSpec(o.SpecFile); err != nil {
			return nil, err
		}
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	if o.File != "" {
		s.work.Go(s.saveOften)
	}
	return s, nil
}

func (o Options) withDefaults() Options {
	if o.Token == "" {
		o.Token = "1000001:simulated"
	}
	if o.BotUsername == "" {
		o.BotUsername = "muster_bot"
	}
	if o.BotName == "" {
		o.BotName = "Muster"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Keep <= 0 {
		o.Keep = 200
	}
	if o.AnswerWithin <= 0 {
		o.AnswerWithin = 15 * time.Second
	}
	if o.SaveEvery <= 0 {
		o.SaveEvery = 2 * time.Second
	}
	return o
}

// Handler serves the Bot API, the files, the phones' API and their page. Other
// sites that the browser has open cannot use the phones.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/file/", s.serveFile)
	s.routePhones(mux)
	phones := http.NewCrossOriginProtection().Handler(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/bot") {
			s.serveBot(w, r)
			return
		}
		phones.ServeHTTP(w, r)
	})
}

// SetPanel changes what the phones page offers beside the phones.
func (s *Server) SetPanel(p Panel) {
	s.panelMu.Lock()
	defer s.panelMu.Unlock()
	s.panel = p
}

// Bot tells who the bot is.
func (s *Server) Bot() Account { return s.bot.account() }

// Close ends long polls, webhooks and event streams and saves the state.
func (s *Server) Close() error {
	s.closeOnce.Do(func() {
		s.end()
		s.hook.stop()
		s.events.close()
		s.work.Wait()
		if s.options.Rests {
			s.changed() // the clock has gone on
		}
		s.closeErr = s.save()
	})
	return s.closeErr
}

// changed notes that there is something to save.
func (s *Server) changed() { s.changes.Add(1) }

// encode renders what is known to be encodable.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("simulator: encode %T: %v", v, err))
	}
	return b
}
