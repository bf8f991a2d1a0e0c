package bot

import (
	"slices"
	"time"
)

// Rates are what Telegram lets a bot send. A message, an edit and a deletion are
// all sends; the answer to a press is not.
type Rates struct {
	Over     int           // sends in a Second over all chats
	Second   time.Duration // the window in which Over is counted
	Chat     time.Duration // from one send to a chat to the next
	Burst    int           // sends to an idle chat that may follow each other at once
	Group    int           // sends in a Minute to one group
	Minute   time.Duration // the window in which Group is counted
	Patience time.Duration // a send unanswered so long counts as answered over all
	Several  int           // chats refused in a Second that make all chats wait
	Rest     time.Duration // where Telegram does not know our token; a tenth of it where another fetches with it
}

// TelegramRates are the rates that Telegram has published or let be seen.
func TelegramRates() Rates {
	return Rates{
		Over: 30, Second: time.Second,
		Chat: time.Second, Burst: 1,
		Group: 20, Minute: time.Minute,
		Patience: 2 * time.Second,
		Several:  3,
		Rest:     30 * time.Second,
	}
}

// Limits say when the next send may begin, so that Telegram refuses none. They are
// counted from the answer to a send, not from its beginning: wherever on its way a
// request is delayed, it arrived before it was answered, so what begins a second
// after the answer arrives a second later too. Limits ask no clock and are driven
// by the instants they are given, which must not go back. They are not safe for
// concurrent use.
type Limits struct {
	rates    Rates
	over     window
	open     []opened // over all, oldest first, none older than the patience
	chats    map[int64]*chat
	last     Ticket
	paused   time.Time // until then nothing is sent
	refusals []refusal // of the last second
	swept    time.Time
}

// A Ticket stands for a send that has begun.
type Ticket struct {
	chat int64
	n    uint64
}

type opened struct {
	ticket Ticket
	begun  time.Time
}

// A chat is what is remembered of one chat while it has to wait.
type chat struct {
	pace   window
	minute window // of a group
	flying Ticket // the send in flight, or none
	paused time.Time
}

type refusal struct {
	chat      int64
	at, until time.Time
}

// NewLimits returns the limits of a bot that has sent nothing lately.
func NewLimits(r Rates) *Limits {
	return &Limits{rates: r, over: window{limit: r.Over, span: r.Second}, chats: map[int64]*chat{}}
}

// Wait returns the instant before which nothing may be sent to anybody: now, if
// something may be sent at once.
func (l *Limits) Wait(now time.Time) time.Time {
	l.settle(now)
	return latest(l.over.free(len(l.open), now), l.paused)
}

// Free returns how many sends over all may begin now.
func (l *Limits) Free(now time.Time) int {
	if l.Wait(now).After(now) {
		return 0
	}
	if l.over.limit == 0 {
		return sendsAtOnce
	}
	return l.over.limit - len(l.open) - len(l.over.ended)
}

// Ready tells whether a send to that chat may begin now. If not, ask again at that
// instant, or as soon as a send to that chat has ended: at most one is in flight.
func (l *Limits) Ready(id int64, now time.Time) (ok bool, at time.Time) {
	at = latest(l.Wait(now), l.chatFree(l.chats[id], now))
	return !at.After(now), at
}

// Began counts a send. Every ticket must be given back to Ended.
func (l *Limits) Began(id int64, now time.Time) Ticket {
	l.settle(now)
	l.sweep(now)
	l.last = Ticket{chat: id, n: l.last.n + 1}
	l.open = append(l.open, opened{l.last, now})
	l.chat(id).flying = l.last
	return l.last
}

// Ended counts the answer to a send, or that none will come. To end a send twice
// changes nothing.
func (l *Limits) Ended(t Ticket, now time.Time) {
	l.settle(now)
	if i := slices.IndexFunc(l.open, func(o opened) bool { return o.ticket == t }); i >= 0 {
		l.open = slices.Delete(l.open, i, i+1)
		l.over.add(now)
	}
	c := l.chats[t.chat]
	if c == nil || c.flying != t {
		return
	}
	c.flying = Ticket{}
	c.pace.add(now)
	c.minute.add(now)
}

// Refused makes a chat wait for as long as a 429 said. Where several chats are
// refused within a second it is the bot that is too fast, and all wait for as long
// as the shortest of these refusals said, which it reports.
func (l *Limits) Refused(id int64, retryAfter time.Duration, now time.Time) (all bool) {
	until := now.Add(retryAfter)
	c := l.chat(id)
	c.paused = latest(c.paused, until)
	l.refusals = slices.DeleteFunc(l.refusals, func(r refusal) bool {
		return r.chat == id || now.Sub(r.at) >= l.rates.Second
	})
	l.refusals = append(l.refusals, refusal{chat: id, at: now, until: until})
	if len(l.refusals) < l.rates.Several {
		return false
	}
	for _, r := range l.refusals {
		if r.until.Before(until) {
			until = r.until
		}
	}
	l.paused = latest(l.paused, until)
	return true
}

// Hold leaves a chat alone for a while, after a send to it that failed.
func (l *Limits) Hold(id int64, d time.Duration, now time.Time) {
	c := l.chat(id)
	c.paused = latest(c.paused, now.Add(d))
}

// Unknown leaves all chats alone for a while: Telegram did not know our token.
func (l *Limits) Unknown(now time.Time) { l.paused = latest(l.paused, now.Add(l.rates.Rest)) }

// Busy returns the chats that must wait now, whatever the others do, in order, and
// the first instant at which one of them may be ready. Where none has to wait, the
// instant is zero.
func (l *Limits) Busy(now time.Time) (ids []int64, at time.Time) {
	for id, c := range l.chats {
		free := l.chatFree(c, now)
		if !free.After(now) {
			continue
		}
		ids = append(ids, id)
		if at.IsZero() || free.Before(at) {
			at = free
		}
	}
	slices.Sort(ids)
	return ids, at
}

// chat returns what is remembered of a chat. Groups have negative ids.
func (l *Limits) chat(id int64) *chat {
	c := l.chats[id]
	if c == nil {
		r := l.rates
		c = &chat{pace: window{limit: r.Burst, span: time.Duration(r.Burst) * r.Chat}}
		if id < 0 {
			c.minute = window{limit: r.Group, span: r.Minute}
		}
		l.chats[id] = c
	}
	return c
}

// chatFree is the instant before which nothing may be sent to that chat.
func (l *Limits) chatFree(c *chat, now time.Time) time.Time {
	if c == nil {
		return now
	}
	if c.flying != (Ticket{}) {
		return latest(now.Add(l.rates.Chat), c.paused)
	}
	return latest(c.pace.free(0, now), c.minute.free(0, now), c.paused)
}

// settle takes the sends that were not answered in time for answered.
func (l *Limits) settle(now time.Time) {
	for len(l.open) > 0 {
		answered := l.open[0].begun.Add(l.rates.Patience)
		if answered.After(now) {
			return
		}
		l.over.add(answered)
		l.open = l.open[1:]
	}
}

// sweep forgets, once in a second, the chats that need not wait any more.
func (l *Limits) sweep(now time.Time) {
	if now.Sub(l.swept) < l.rates.Second {
		return
	}
	l.swept = now
	for id, c := range l.chats {
		if c.flying == (Ticket{}) && c.pace.idle(now) && c.minute.idle(now) && !c.paused.After(now) {
			delete(l.chats, id)
		}
	}
}

// A window lets so many sends through in any span of time. The zero window lets
// all through.
type window struct {
	limit int
	span  time.Duration
	ended []time.Time // oldest first
}

// free is the instant before which no further send may begin, while some are open:
// now, if one may begin.
func (w *window) free(open int, now time.Time) time.Time {
	w.forget(now)
	over := len(w.ended) + open - w.limit
	switch {
	case w.limit == 0 || over < 0:
		return now
	case over < len(w.ended):
		return w.ended[over].Add(w.span)
	}
	return now.Add(w.span) // all are open, and the first to end ends now at best
}

func (w *window) add(ended time.Time) {
	if w.limit > 0 {
		w.ended = append(w.ended, ended)
	}
}

func (w *window) forget(now time.Time) {
	n := 0
	for n < len(w.ended) && now.Sub(w.ended[n]) >= w.span {
		n++
	}
	w.ended = slices.Delete(w.ended, 0, n)
}

func (w *window) idle(now time.Time) bool {
	w.forget(now)
	return len(w.ended) == 0
}

// latest is the last of some instants.
func latest(of ...time.Time) time.Time { return slices.MaxFunc(of, time.Time.Compare) }
