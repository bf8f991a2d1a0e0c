package bottest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/bot/simulator"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
)

// A performance is the theatre of the whole machine.
type performance struct {
	*Stage
	understudy *flowtest.Rehearsal // knows the instants at which something happens
	buttons    flowtest.Buttons
	audited    int64

	mu     sync.Mutex
	shown  []flowtest.Shown // since the last scene
	faults []string
}

// The transcripts speak of as many groups, and of as many strangers at most.
const several = 9

// unhurried is the patience with a turn of a transcript: what it says must not hang
// on how busy the machine is that plays it.
const unhurried = 20 * time.Second

// open shows a bot, with everybody in every group.
func open(t testing.TB, w *flowtest.World, understudy *flowtest.Rehearsal) *performance {
	t.Helper()
	p := &performance{understudy: understudy, buttons: flowtest.Buttons{}}
	p.Stage = Show(t, w, Plan{Telegram: simulator.Options{OnCall: p.hear}, Patience: unhurried})
	var everybody []int64
	flowtest.People(func(_ int, account int64, _, _ string, _ bool) { everybody = append(everybody, account) })
	for n := range several {
		stranger := flowtest.Act{Who: flowtest.Strangers + n + 1}
		everybody = append(everybody, stranger.Chat())
		p.phone(stranger, "")
	}
	for n := range several {
		p.Phones.AddGroup(simulator.Group{ID: flowtest.GroupID(n + 1), Title: flowtest.GroupTitle(n + 1), Members: everybody})
	}
	p.Settle(t)
	return p
}

// phone gives a stranger a phone of a number.
func (p *performance) phone(a flowtest.Act, number string) {
	p.Phones.AddUsers([]simulator.User{{ID: a.Chat(), FirstName: flowtest.Called(a.Who), LanguageCode: "en", Phone: number}})
}

// Do has somebody act on their phone.
func (p *performance) Do(t testing.TB, a flowtest.Act) flowtest.Scene {
	t.Helper()
	p.follow(t, p.understudy.Do(t, a))
	s := flowtest.Scene{At: p.Phones.Now()}
	answer, err := p.act(t, a)
	if err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	p.Settle(t)
	if answer != nil {
		s.Toast, s.Alert = answer.Text, answer.ShowAlert
	}
	p.look(t, &s)
	return s
}

// Wait moves the clock on, to each instant at which something happens: a minute
// at which nothing is seen is left out, and the bot makes up for it.
func (p *performance) Wait(t testing.TB, to time.Time) (scenes []flowtest.Scene) {
	t.Helper()
	for _, due := range append(p.understudy.Wait(t, to), flowtest.Scene{At: to}) {
		p.follow(t, due)
		if err := p.Phones.AdvanceTo(due.At); err != nil {
			t.Fatal(err)
		}
		p.Settle(t)
		s := flowtest.Scene{At: due.At}
		p.look(t, &s)
		scenes = append(scenes, s)
	}
	return scenes
}

// follow gives the next cause the number that it has in the rehearsal, since
// such numbers are seen.
func (p *performance) follow(t testing.TB, s flowtest.Scene) {
	t.Helper()
	if s.First == 0 {
		return
	}
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var last int64
		if err := tx.Get(ctx, &last, `SELECT coalesce(max(id), 0) FROM inbox`); err != nil {
			return err
		}
		if last >= s.First {
			return fmt.Errorf("the bot has had %d causes where the rehearsal had fewer than %d", last, s.First)
		}
		return tx.Exec(ctx, `SELECT setval(pg_get_serial_sequence('inbox', 'id'), $1, false)`, s.First)
	})
}

// act is an act on a phone. The answer is that to a press.
func (p *performance) act(t testing.TB, a flowtest.Act) (*simulator.Answer, error) {
	t.Helper()
	who, chat := int64(a.Account()), a.Chat()
	var err error
	switch does := a.Does.(type) {
	case flowtest.Says:
		_, err = p.Phones.Say(who, chat, string(does))
	case flowtest.Shares:
		_, err = p.Phones.ShareLocation(who, chat, simulator.Location{Latitude: does.Lat, Longitude: does.Lon, HorizontalAccuracy: does.Accuracy}, does.Forwarded)
	case flowtest.Hands:
		of := flowtest.Act{Who: does.Of}.Chat()
		if a.Stranger() {
			p.phone(a, flowtest.Phone(does.Of)) // the number is their own
			of = who
		}
		_, err = p.Phones.ShareContactOf(who, chat, of, does.Forwarded)
	case flowtest.Sends:
		_, err = p.Phones.SendFile(who, chat, does.Name, does.Body, "")
	case flowtest.Snaps:
		_, err = p.Phones.SendPhoto(who, chat, does.Name, does.Body, "")
	case flowtest.Presses:
		return p.press(t, who, chat, does)
	case flowtest.Lets:
		err = p.lets(who, chat, campaign.Standing(does))
	default:
		err = fmt.Errorf("nobody can do %T", does)
	}
	return nil, err
}

// lets has somebody change how the bot stands in a chat.
func (p *performance) lets(who, chat int64, s campaign.Standing) error {
	if chat > 0 {
		return p.Phones.Block(who, s == campaign.Blocked)
	}
	as, ok := map[campaign.Standing]string{campaign.Open: "member", campaign.Muted: "restricted", campaign.Kicked: "kicked"}[s]
	if !ok {
		return fmt.Errorf("nobody can let the bot be %q in a group", s)
	}
	return p.Phones.SetMember(who, chat, p.Phones.Bot().ID, as)
}

// press presses a button that the chat was shown, even where a newer version
// of its message has it no longer: a phone may lag behind.
func (p *performance) press(t testing.TB, who, chat int64, does flowtest.Presses) (*simulator.Answer, error) {
	t.Helper()
	b, ok := p.buttons.Find(chat, does)
	if !ok {
		return nil, fmt.Errorf("chat %d was not shown %q", chat, does.Label)
	}
	answered, err := p.Phones.PressData(who, chat, b.Message, b.Of.(string))
	if err != nil {
		return nil, err
	}
	select {
	case answer := <-answered:
		return answer, nil
	case <-t.Context().Done():
		return nil, t.Context().Err()
	}
}

// look sees what entered the audit and what the phones were shown.
func (p *performance) look(t testing.TB, s *flowtest.Scene) {
	t.Helper()
	p.In(t, func(ctx context.Context, tx *storage.Tx) error {
		lines, last, err := p.Audit(ctx, tx, p.audited)
		for _, l := range lines {
			s.Seen = append(s.Seen, l)
		}
		p.audited = last
		return err
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.shown {
		p.buttons.Remember(m)
		s.Seen = append(s.Seen, m)
	}
	for _, f := range p.faults {
		t.Error(f)
	}
	p.shown, p.faults = nil, nil
	s.Rest()
}

// hear notes what a call of the bot shows on a phone.
func (p *performance) hear(c simulator.Call) {
	chat, _ := strconv.ParseInt(c.Values["chat_id"], 10, 64)
	number, _ := strconv.ParseInt(c.Values["message_id"], 10, 64)
	edit := false
	switch c.Method {
	default:
		return
	case "sendMessage", "sendDocument", "sendPhoto":
	case "editMessageText", "editMessageMedia":
		edit = true
	}
	same := c.Code == http.StatusBadRequest && strings.Contains(c.Description, "message is not modified")
	if c.Code != http.StatusOK && !same {
		p.fault("%s to %d: %d %s", c.Method, chat, c.Code, c.Description)
		return
	}
	reader := chat
	if chat < 0 {
		reader = flowtest.Act{Who: 1}.Chat() // who is in every group
	}
	all, err := p.Phones.Messages(reader, chat)
	if err != nil {
		p.fault("%v", err)
		return
	}
	i := len(all) - 1
	if edit {
		i = slices.IndexFunc(all, func(m simulator.Message) bool { return m.MessageID == number })
	}
	m := see(chat, all[i])
	m.Edit = edit
	if !edit {
		m.Board = board(c.Values["reply_markup"])
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = append(p.shown, m)
}

func (p *performance) fault(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

// see reads a message as the phone shows it.
func see(chat int64, m simulator.Message) flowtest.Shown {
	s := flowtest.Shown{Chat: chat, Message: m.MessageID, Picture: len(m.Photo) > 0, Lines: strings.Split(m.Text+m.Caption, "\n")}
	if m.ReplyMarkup == nil {
		return s
	}
	for _, row := range m.ReplyMarkup.Rows {
		var buttons []flowtest.Button
		for _, b := range row {
			buttons = append(buttons, flowtest.Button{Label: b.Text, Message: m.MessageID, Of: b.CallbackData})
		}
		s.Keys = append(s.Keys, buttons)
	}
	return s
}

// board reads the labels of a keyboard that stands in place of the reader's own.
func board(markup string) (rows [][]string) {
	var k struct {
		Keyboard [][]struct{ Text string } `json:"keyboard"`
	}
	if markup == "" || json.Unmarshal([]byte(markup), &k) != nil {
		return nil
	}
	for _, row := range k.Keyboard {
		var labels []string
		for _, key := range row {
			labels = append(labels, key.Text)
		}
		rows = append(rows, labels)
	}
	return rows
}
