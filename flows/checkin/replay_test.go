package checkin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows/checkin"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"

	"pgregory.net/rapid"
)

func clock(hour, minute int) time.Time {
	return time.Date(2026, 12, 1, hour, minute, 0, 0, flowtest.Zone)
}

// A stage is a world whose turns a test takes by hand.
type stage struct {
	*flowtest.World
	causes int
}

func newStage(t testing.TB, seeds ...func(context.Context, *storage.Tx) error) *stage {
	return &stage{World: flowtest.New(t, home.With(checkin.Flow), seeds...)}
}

// cause is a fresh row of the inbox.
func (s *stage) cause(ctx context.Context, tx *storage.Tx) (int64, error) {
	s.causes++
	key := fmt.Sprintf("test:%d", s.causes)
	fresh, err := tx.Receive(ctx, []string{key})
	return fresh[key], err
}

// turn takes one event of a person, or of a clock where person is 0.
func (s *stage) turn(t testing.TB, person int, e flow.Event) (r flow.Result) {
	t.Helper()
	s.In(t, func(ctx context.Context, tx *storage.Tx) (err error) {
		if e.Cause, err = s.cause(ctx, tx); err != nil {
			return err
		}
		if person != 0 {
			if e.Account, err = tx.Account(ctx, campaign.AccountID(1000+person), "", campaign.Chinese); err != nil {
				return err
			}
			e.Chat = campaign.Chat{ID: int64(e.Account.ID)}
		}
		r, err = s.House.Turn(ctx, tx, e)
		return err
	})
	return r
}

// tick is what the calendar does at the world's time.
func (s *stage) tick(t testing.TB) {
	t.Helper()
	about, _ := json.Marshal(flow.Tick{Rule: "minute", Due: s.Clock})
	s.turn(t, 0, flow.Event{At: s.Clock, Clock: &messages.Address{Flow: "checkin", Handler: "minute", About: string(about)}})
}

// timers takes the timers that are due at the world's time.
func (s *stage) timers(t testing.TB) {
	t.Helper()
	for {
		var due []storage.Timer
		s.In(t, func(ctx context.Context, tx *storage.Tx) (err error) {
			if due, err = tx.DueTimers(ctx, 1); err == nil && len(due) == 1 {
				_, err = tx.TakeTimer(ctx, due[0].ID)
			}
			return err
		})
		if len(due) == 0 {
			return
		}
		s.turn(t, 0, flow.Event{At: due[0].Due, Clock: &due[0].Address})
	}
}

func press(h checkin.Here) *flow.Press {
	about, _ := json.Marshal(h)
	key := messages.Key{About: messages.Address{Flow: "checkin", Handler: "tap", About: string(about)}}
	return &flow.Press{Content: storage.Content{Message: messages.Message{Keys: [][]messages.Key{{key}}}}, Seen: storage.Seen{Here: true, Current: true}}
}

type mark struct {
	Person int
	At     time.Time
	Late   bool
	Method string
}

func (s *stage) marks(t testing.TB, activity campaign.ActivityID) (ms []mark) {
	t.Helper()
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Select(ctx, &ms, `SELECT person_id AS person, at, late, method FROM marks WHERE activity_id = $1 ORDER BY person_id`, activity)
	})
	return ms
}

func (s *stage) count(t testing.TB, query string, args ...any) (n int) {
	t.Helper()
	s.In(t, func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	return n
}

// seed plans activities of branch 1 with the window that contract.md gives by
// default.
func seed(starts ...time.Time) func(context.Context, *storage.Tx) error {
	return func(ctx context.Context, tx *storage.Tx) error {
		for i, at := range starts {
			a := campaign.Activity{Title: fmt.Sprintf("学习 %d", i+1), Kind: campaign.Study, Scope: campaign.BranchScope(1, 1), Starts: at, Ends: at.Add(2 * time.Hour),
				Opens: at.Add(-campaign.OpensBefore), LateFrom: at.Add(campaign.LateAfter), Closes: at.Add(2 * time.Hour)}
			if err := write(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	}
}

// The program is away from 14:25 to 14:40, and again until after the close.
func TestAWordCountsByWhenItWasSaid(t *testing.T) {
	s := newStage(t, seed(clock(14, 30)))
	s.Clock = clock(14, 0)
	s.tick(t)
	s.Clock = clock(14, 45)
	s.turn(t, 1, flow.Event{At: clock(14, 29), Command: "checkin"})
	s.turn(t, 2, flow.Event{At: clock(14, 40), Command: "checkin"})
	s.Clock = clock(16, 45)
	s.tick(t)
	if n := s.count(t, `SELECT count(*) FROM checkin_windows WHERE closed_at IS NOT NULL`); n != 1 {
		t.Fatalf("%d windows are closed, want 1", n)
	}
	s.turn(t, 3, flow.Event{At: clock(14, 39), In: flow.Said("Check in")})
	s.turn(t, 4, flow.Event{At: clock(16, 29), Command: "start", Arg: "c_1"})
	s.turn(t, 7, flow.Event{At: clock(16, 30), Command: "checkin"})
	want := []mark{{1, clock(14, 29), false, "message"}, {2, clock(14, 40), true, "message"}, {3, clock(14, 39), false, "message"}, {4, clock(16, 29), true, "message"}}
	got := s.marks(t, 1)
	if len(got) != len(want) {
		t.Fatalf("got marks %v, want %v", got, want)
	}
	for i := range want {
		if got[i].At = got[i].At.In(flowtest.Zone); got[i] != want[i] {
			t.Errorf("got mark %v, want %v", got[i], want[i])
		}
	}
	s.Clock = clock(16, 46)
	s.timers(t)
	final := ""
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &final, `SELECT c.message FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.chat_id = -2001 AND p.name = 'checkin/1'`)
	})
	var m messages.Message
	if err := json.Unmarshal([]byte(final), &m); err != nil {
		t.Fatal(err)
	}
	if got := s.House.Words.Plain(campaign.Chinese, m.Lines[len(m.Lines)-1]); got != "已到 4 / 应到 8 · 迟到 2 · 未签到 4" {
		t.Errorf("the group ends with %q", got)
	}
}

func TestAWindowThatPassedWhileNobodyLookedIsQuietAndStillTakesWhatWasSaid(t *testing.T) {
	s := newStage(t, seed(clock(14, 0), clock(14, 0).AddDate(0, 0, -3)))
	s.Clock = clock(17, 0)
	s.turn(t, 1, flow.Event{At: clock(13, 50), Command: "checkin"})
	s.tick(t)
	s.turn(t, 2, flow.Event{At: clock(13, 59), Command: "checkin"})
	s.turn(t, 12, flow.Event{At: clock(13, 59), Command: "start", Arg: "c_1"})
	if got := s.marks(t, 1); len(got) != 2 || got[0].Late || got[1].Late {
		t.Errorf("got marks %v, want 1 and 2 on time", got)
	}
	if n := s.count(t, `SELECT count(*) FROM expected WHERE activity_id = 1`); n != 8 {
		t.Errorf("%d are expected, want the 8 of branch 1", n)
	}
	if n := s.count(t, `SELECT count(*) FROM expected WHERE activity_id = 2`); n != 0 {
		t.Errorf("%d are expected at what was over days ago, want none", n)
	}
	if n := s.count(t, `SELECT count(*) FROM posts WHERE name = 'checkin/1' AND chat_id NOT IN (1001, 1002)`); n != 0 {
		t.Errorf("%d cards were sent for a window that is over, want none", n)
	}
}

func TestAWordThatWeAskBackAboutTooLateIsJudgedByWhenItWasSaid(t *testing.T) {
	s := newStage(t, seed(clock(14, 0), clock(14, 5)))
	s.Clock = clock(17, 0)
	s.turn(t, 1, flow.Event{At: clock(13, 50), Command: "checkin"})
	var raw string
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Get(ctx, &raw, `SELECT c.message FROM posts p JOIN contents c ON c.id = p.content_id WHERE p.chat_id = 1001 AND p.name = 'checkin/which'`)
	})
	var m messages.Message
	if err := json.Unmarshal([]byte(raw), &m); err != nil {
		t.Fatal(err)
	}
	p := &flow.Press{Content: storage.Content{Message: m}, Key: 1, Seen: storage.Seen{Here: true, Current: true}}
	r := s.turn(t, 1, flow.Event{At: s.Clock, Press: p})
	if got := s.House.Words.Plain(campaign.Chinese, r.Toast); got != "签到成功 13:50" {
		t.Errorf("got the toast %q, want 签到成功 13:50", got)
	}
}

// Presses of a few people come in any order, again and again, in batches; the
// first that counts is the mark, and every later one hears of it.
func TestPressesInAnyOrderMakeOneMarkEach(t *testing.T) {
	s := newStage(t)
	people := []int{1, 2, 3, 4, 7, 12}
	activity := campaign.ActivityID(0)
	rapid.Check(t, func(rt *rapid.T) {
		s.Clock = clock(14, 20)
		s.In(t, seed(clock(14, 0)))
		activity++
		if rapid.Bool().Draw(rt, "opened") {
			s.tick(t)
		}
		since := map[int]time.Time{}
		for range rapid.IntRange(1, 5).Draw(rt, "batches") {
			order := rapid.Permutation(people).Draw(rt, "people")[:rapid.IntRange(1, len(people)).Draw(rt, "size")]
			var ats []time.Time
			for range order {
				ats = append(ats, clock(13, 25).Add(time.Duration(rapid.IntRange(0, 170*60).Draw(rt, "second"))*time.Second))
			}
			toasts := s.taps(t, activity, order, ats)
			for i, p := range order {
				want, at := "", ats[i]
				switch {
				case p == 12:
					want = "您不在本次活动名单中"
				case !since[p].IsZero():
					want = "您已于 " + since[p].Format("15:04") + " 签到"
				case at.Before(clock(13, 30)):
					want = "签到 13:30 开始"
				case !at.Before(clock(16, 0)):
					want = "签到已结束"
				case at.Before(clock(14, 10)):
					want, since[p] = "签到成功 "+at.Format("15:04"), at
				default:
					want, since[p] = "签到成功(迟到)"+at.Format("15:04"), at
				}
				if toasts[i] != want {
					rt.Fatalf("%d at %s: got %q, want %q", p, at, toasts[i], want)
				}
			}
		}
		got := s.marks(t, activity)
		for _, m := range got {
			if !m.At.Equal(since[m.Person]) || m.Late != !m.At.Before(clock(14, 10)) {
				rt.Fatalf("got mark %v, want it at %s", m, since[m.Person])
			}
		}
		if len(got) != len(since) {
			rt.Fatalf("got %d marks, want %d", len(got), len(since))
		}
	})
}

// presses are new ones of people, as they arrive.
func (s *stage) presses(people []int) []storage.Tap {
	taps := make([]storage.Tap, len(people))
	for i, p := range people {
		s.causes++
		taps[i] = storage.Tap{Key: fmt.Sprintf("test:%d", s.causes), Account: campaign.AccountID(1000 + p)}
	}
	return taps
}

// taps takes presses of different people in one transaction, and returns the
// toasts in Chinese.
func (s *stage) taps(t testing.TB, activity campaign.ActivityID, people []int, ats []time.Time) []string {
	t.Helper()
	toasts := make([]string, len(people))
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		known, err := tx.Taps(ctx, s.presses(people))
		if err != nil {
			return err
		}
		es := make([]flow.Event, len(people))
		for i, k := range known {
			es[i] = flow.Event{Cause: k.Cause, At: ats[i], Account: k.Account, Chat: campaign.Chat{ID: int64(k.Account.ID)}, Press: press(checkin.Here{Activity: activity})}
		}
		rs, err := s.House.Taps(ctx, tx, es)
		for i, r := range rs {
			toasts[i] = s.House.Words.Plain(campaign.Chinese, r.Toast)
		}
		return err
	})
	return toasts
}

// Whoever draws the figures of a group waits for a check-in that found the timer
// promised already: else its number would never be shown.
func TestFiguresWaitForACheckInThatIsNotCommitted(t *testing.T) {
	s := newStage(t, seed(clock(14, 0)))
	s.Clock = clock(13, 40)
	s.tick(t)
	s.taps(t, 1, []int{1}, []time.Time{s.Clock})
	if n := s.count(t, `SELECT count(*) FROM timers WHERE handler = 'figure'`); n != 1 {
		t.Fatalf("%d timers are promised, want 1", n)
	}
	if n := s.freeMeanwhile(t, `SELECT id FROM timers WHERE handler = 'figure' FOR UPDATE SKIP LOCKED`); n != 0 {
		t.Errorf("the timer can be taken while a check-in that relies on it is not committed")
	}
}

// freeMeanwhile counts the rows that another turn could have while a check-in of
// the second person is not committed.
func (s *stage) freeMeanwhile(t testing.TB, query string) (free int) {
	t.Helper()
	s.In(t, func(ctx context.Context, tx *storage.Tx) error {
		known, err := tx.Taps(ctx, s.presses([]int{2}))
		if err != nil {
			return err
		}
		e := flow.Event{Cause: known[0].Cause, At: s.Clock, Account: known[0].Account, Chat: campaign.Chat{ID: 1002}, Press: press(checkin.Here{Activity: 1})}
		if _, err := s.House.Taps(ctx, tx, []flow.Event{e}); err != nil {
			return err
		}
		s.In(t, func(ctx context.Context, other *storage.Tx) error {
			var ids []int64
			err := other.Select(ctx, &ids, query)
			free = len(ids)
			return err
		})
		return nil
	})
	return free
}

func TestAWindowThatIsLookedAtTwiceOpensAndClosesOnce(t *testing.T) {
	s := newStage(t, seed(clock(14, 0)))
	for _, at := range []time.Time{clock(13, 30), clock(13, 30), clock(13, 31), clock(16, 0), clock(16, 0), clock(16, 1)} {
		s.Clock = at
		s.tick(t)
	}
	for _, effect := range []string{"opened", "closed"} {
		if n := s.count(t, `SELECT count(*) FROM audit WHERE effect = $1`, effect); n != 1 {
			t.Errorf("a window was %s %d times, want once", effect, n)
		}
	}
	if n := s.count(t, `SELECT count(*) FROM posts WHERE chat_id = 1001`); n != 1 {
		t.Errorf("one person was sent %d messages, want one card", n)
	}
}

func TestManyWindowsOpenOverSeveralTurns(t *testing.T) {
	starts := make([]time.Time, 45)
	for i := range starts {
		starts[i] = clock(14, 0)
	}
	s := newStage(t, seed(starts...))
	s.Clock = clock(13, 30)
	s.tick(t)
	if n := s.count(t, `SELECT count(*) FROM checkin_windows`); n != 20 {
		t.Errorf("one turn opened %d windows, want 20", n)
	}
	s.timers(t)
	if n := s.count(t, `SELECT count(*) FROM checkin_windows`); n != 45 {
		t.Errorf("%d windows are open, want 45", n)
	}
	if n := s.count(t, `SELECT count(*) FROM posts WHERE chat_id = 1001 AND name LIKE 'checkin/%'`); n != 45 {
		t.Errorf("one person has %d cards, want 45", n)
	}
}

// A window is not closed while a check-in is on its way: the receipt of whoever
// came last would be changed to a card that says they are missing.
func TestAWindowIsNotClosedOverACheckInThatIsNotCommitted(t *testing.T) {
	s := newStage(t, seed(clock(14, 0)))
	s.Clock = clock(13, 40)
	s.tick(t)
	if n := s.freeMeanwhile(t, `SELECT activity_id FROM checkin_windows FOR NO KEY UPDATE SKIP LOCKED`); n != 0 {
		t.Errorf("the window can be closed while a check-in is not committed")
	}
}
