package bot

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const ms = time.Millisecond

// strict is Telegram at its strictest: it counts what arrives, in sliding windows,
// chat by chat and over all.
type strict struct{ all, byChat map[int64][]time.Time }

func (s strict) arrive(chat int64, at time.Time) (refused bool) {
	in := func(arrivals []time.Time, span time.Duration) (n int) {
		for _, a := range arrivals {
			if at.Sub(a) < span {
				n++
			}
		}
		return n
	}
	all, own := tail(s.all[0]), tail(s.byChat[chat])
	refused = in(all, time.Second) >= 30 || in(own, time.Second) >= 1 || chat < 0 && in(own, time.Minute) >= 20
	s.all[0], s.byChat[chat] = append(all, at), append(own, at)
	return refused
}

// tail is as much of the past as the limits look at.
func tail(a []time.Time) []time.Time { return a[max(0, len(a)-64):] }

// A network delays every request and every answer by up to jitter more than half
// of the round trip, and loses one answer in lose for three seconds.
type network struct {
	trip, jitter time.Duration
	lose         int
	rand         *rand.Rand
}

func (n network) delays() (in, out time.Duration) {
	in = n.trip/2 + time.Duration(n.rand.Int64N(int64(n.jitter)+1))
	out = n.trip/2 + time.Duration(n.rand.Int64N(int64(n.jitter)+1))
	if n.lose > 0 && n.rand.IntN(n.lose) == 0 {
		out += 3 * time.Second
	}
	return in, out
}

// An event is a request that arrives or an answer that is back.
type event struct {
	at     time.Time
	chat   int64
	ticket Ticket // of an answer
	trip   time.Duration
}

// A run is what became of a while of sending as fast as the limits let.
type run struct {
	sent, refused, measured int
	trips                   time.Duration
	most                    int // chats remembered at once
}

// send sends for a time to chats in turn, each of which always has something to
// get, and measures from the fifth second on.
func send(l *Limits, chats []int64, n network, lasting time.Duration) (r run) {
	server := strict{map[int64][]time.Time{}, map[int64][]time.Time{}}
	var events []event
	push := func(e event) {
		i, _ := slices.BinarySearchFunc(events, e, func(a, b event) int { return a.at.Compare(b.at) })
		events = slices.Insert(events, i, e)
	}
	next := 0
	for now := noon; now.Before(noon.Add(lasting)); {
		wake := l.Wait(now)
		for range chats {
			if wake.After(now) {
				break
			}
			id := chats[next%len(chats)]
			next++
			if ok, _ := l.Ready(id, now); !ok {
				continue
			}
			in, out := n.delays()
			t := l.Began(id, now)
			push(event{at: now.Add(in), chat: id})
			push(event{at: now.Add(in + out), chat: id, ticket: t, trip: in + out})
			r.most = max(r.most, len(l.chats))
			if now.Sub(noon) >= 5*time.Second {
				r.measured++
			}
			r.sent++
			r.trips += in + out
			wake = l.Wait(now)
		}
		if !wake.After(now) {
			_, wake = l.Busy(now)
		}
		if len(events) == 0 || wake.Before(events[0].at) {
			now = wake
			continue
		}
		e := events[0]
		events = events[1:]
		now = e.at
		if e.ticket != (Ticket{}) {
			l.Ended(e.ticket, now)
		} else if server.arrive(e.chat, now) {
			r.refused++
		}
	}
	return r
}

func ids(from, n int64) (ids []int64) {
	for i := range n {
		ids = append(ids, from+i)
	}
	return ids
}

func TestAStrictServerNeverRefusesWhateverTheNetworkDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := network{
			trip:   time.Duration(rapid.IntRange(0, 200).Draw(t, "trip")) * ms,
			jitter: time.Duration(rapid.IntRange(0, 50).Draw(t, "jitter")) * ms,
			lose:   rapid.SampledFrom([]int{0, 3, 50}).Draw(t, "lose"),
			rand:   rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed"))),
		}
		chats := append(ids(1, rapid.Int64Range(0, 100).Draw(t, "people")), ids(-40, rapid.Int64Range(1, 40).Draw(t, "groups"))...)
		if r := send(NewLimits(TelegramRates()), chats, n, 70*time.Second); r.refused > 0 {
			t.Fatalf("%d of %d refused", r.refused, r.sent)
		}
	})
}

func TestTheWindowIsUsedToTheFull(t *testing.T) {
	for _, c := range []struct{ trip, jitter time.Duration }{{0, 0}, {50 * ms, 0}, {50 * ms, 50 * ms}, {200 * ms, 20 * ms}} {
		n := network{trip: c.trip, jitter: c.jitter, rand: rand.New(rand.NewPCG(1, 2))}
		r := send(NewLimits(TelegramRates()), ids(1, 500), n, 65*time.Second)
		mean := r.trips.Seconds() / float64(r.sent)
		got, want := float64(r.measured)/60, 0.97*30/(1+mean)
		if got < want || r.refused > 0 {
			t.Errorf("%v ± %v: got %.2f a second and %d refused, want at least %.2f", c.trip, c.jitter, got, r.refused, want)
		}
	}
}

func TestAPersonGetsOneASecondAndAGroupTwentyAMinute(t *testing.T) {
	for _, c := range []struct {
		chat int64
		want int
	}{{7, 90}, {-7, 40}} {
		n := network{rand: rand.New(rand.NewPCG(1, 2))}
		if r := send(NewLimits(TelegramRates()), []int64{c.chat}, n, 90*time.Second); r.sent != c.want || r.refused > 0 {
			t.Errorf("chat %d: got %d and %d refused in 90 s, want %d", c.chat, r.sent, r.refused, c.want)
		}
	}
}

func TestIdleChatsAreForgotten(t *testing.T) {
	l := NewLimits(TelegramRates())
	n := network{trip: 50 * ms, rand: rand.New(rand.NewPCG(1, 2))}
	if r := send(l, ids(1, 10_000), n, 2*time.Minute); r.most > 150 {
		t.Errorf("%d chats remembered after %d sends", r.most, r.sent)
	}
	l = NewLimits(TelegramRates())
	at := noon
	for _, id := range ids(-500, 500) {
		l.Ended(l.Began(id, at), at)
		l.Refused(id, time.Second, at)
		at = at.Add(10 * ms)
	}
	l.Ended(l.Began(1, at.Add(2*time.Minute)), at.Add(2*time.Minute))
	if len(l.chats) != 1 || len(l.refusals) > 100 {
		t.Errorf("%d chats and %d refusals remembered", len(l.chats), len(l.refusals))
	}
}

func TestAtMostOneSendOfAChatIsInFlight(t *testing.T) {
	l := NewLimits(TelegramRates())
	first := l.Began(7, noon)
	late := noon.Add(time.Hour)
	if ok, at := l.Ready(7, late); ok || !at.After(late) {
		t.Errorf("got ready at %s with a send in flight", at)
	}
	if ok, _ := l.Ready(8, late); !ok {
		t.Error("another chat waits for it")
	}
	l.Ended(first, late)
	if ok, at := l.Ready(7, late); ok || !at.Equal(late.Add(time.Second)) {
		t.Errorf("got %t at %s, want a second after the answer", ok, at)
	}
	l.Ended(first, late.Add(time.Second))
	if ok, at := l.Ready(7, late.Add(time.Second)); !ok {
		t.Errorf("the answer was counted twice: ready at %s", at)
	}
}

func TestAnUnansweredSendCountsAsAnsweredAfterTwoSeconds(t *testing.T) {
	l := NewLimits(TelegramRates())
	for _, id := range ids(1, 30) {
		l.Began(id, noon)
	}
	for _, c := range []struct{ at, want time.Duration }{
		{0, time.Second}, // an answer at once would free a slot then
		{1900 * ms, 2900 * ms},
		{2 * time.Second, 3 * time.Second},
		{2900 * ms, 3 * time.Second},
		{3 * time.Second, 3 * time.Second},
	} {
		if got := l.Wait(noon.Add(c.at)).Sub(noon); got != c.want {
			t.Errorf("after %v: got %v, want %v", c.at, got, c.want)
		}
	}
}

func TestAChatWithBurstMayGetAFewAtOnce(t *testing.T) {
	rates := TelegramRates()
	rates.Burst = 3
	l := NewLimits(rates)
	for i := range 3 {
		if ok, at := l.Ready(7, noon); !ok {
			t.Fatalf("send %d waits until %s", i, at)
		}
		l.Ended(l.Began(7, noon), noon)
	}
	if ok, at := l.Ready(7, noon); ok || !at.Equal(noon.Add(3*time.Second)) {
		t.Errorf("got %t at %s, want it at 3 s", ok, at)
	}
}

func TestARefusedChatWaitsAloneUntilSeveralAreRefused(t *testing.T) {
	l := NewLimits(TelegramRates())
	l.Refused(1, 40*time.Second, noon)
	l.Refused(1, 30*time.Second, noon)
	l.Refused(2, 10*time.Second, noon.Add(100*ms))
	now := noon.Add(200 * ms)
	if ok, at := l.Ready(1, now); ok || !at.Equal(noon.Add(40*time.Second)) {
		t.Errorf("got %t at %s, want the longest of its pauses", ok, at)
	}
	if ok, at := l.Ready(3, now); !ok {
		t.Errorf("another chat waits until %s", at)
	}
	l.Refused(3, 20*time.Second, noon.Add(1050*ms)) // the refusal of chat 1 is too long ago
	if ok, at := l.Ready(4, noon.Add(1050*ms)); !ok {
		t.Errorf("another chat waits until %s", at)
	}
	now = noon.Add(1090 * ms)
	l.Refused(4, 5*time.Second, now)
	if at := l.Wait(now); !at.Equal(now.Add(5 * time.Second)) {
		t.Errorf("all wait until %s, want the shortest of three pauses", at)
	}
	if ok, at := l.Ready(5, now); ok || !at.Equal(now.Add(5*time.Second)) {
		t.Errorf("got %t at %s, want all to wait", ok, at)
	}
	if ok, _ := l.Ready(5, now.Add(5*time.Second)); !ok {
		t.Error("the pause of all does not end")
	}
}

func TestBusyNamesTheChatsThatMustWait(t *testing.T) {
	l := NewLimits(TelegramRates())
	if ids, at := l.Busy(noon); len(ids) > 0 || !at.IsZero() {
		t.Errorf("got %v, %s of an idle bot", ids, at)
	}
	l.Ended(l.Began(5, noon), noon)
	l.Began(3, noon.Add(500*ms))
	l.Refused(-4, 30*time.Second, noon)
	for _, c := range []struct {
		after time.Duration
		want  []int64
		at    time.Duration
	}{
		{600 * ms, []int64{-4, 3, 5}, time.Second},
		{time.Second, []int64{-4, 3}, 2 * time.Second}, // 3 is in flight
		{29500 * ms, []int64{-4, 3}, 30 * time.Second},
		{30 * time.Second, []int64{3}, 31 * time.Second},
	} {
		now := noon.Add(c.after)
		if ids, at := l.Busy(now); !slices.Equal(ids, c.want) || at.Sub(noon) != c.at {
			t.Errorf("after %v: got %v at %v, want %v at %v", c.after, ids, at.Sub(noon), c.want, c.at)
		}
	}
}

func TestBusyAndReadyAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, now, flying := NewLimits(TelegramRates()), noon, []Ticket{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "pass")) * ms)
			id := rapid.Int64Range(-3, 3).Draw(t, "chat")
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				l.Refused(id, time.Duration(rapid.IntRange(-1, 5).Draw(t, "after"))*time.Second, now)
			case 1, 2:
				if len(flying) > 0 {
					l.Ended(flying[0], now)
					flying = flying[1:]
				}
			default:
				if ok, _ := l.Ready(id, now); ok {
					flying = append(flying, l.Began(id, now))
				}
			}
			busy, _ := l.Busy(now)
			for id := int64(-3); id <= 3; id++ {
				ok, at := l.Ready(id, now)
				free := !l.Wait(now).After(now)
				if want := free && !slices.Contains(busy, id); ok != want || ok != !at.After(now) {
					t.Fatalf("chat %d: got %t, at %s, want %t", id, ok, at, want)
				}
			}
		}
	})
}
