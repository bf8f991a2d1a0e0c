package bot

import "time"

// Paces are how fast one account may act. The zero Paces hold nobody back.
type Paces struct {
	Burst int           // acts that may follow each other at once, after a quiet while
	Every time.Duration // then one act in each
	Toast time.Duration // how often a press too many is answered
	Line  time.Duration // how often a message too many is
	Most  int           // accounts that are remembered
}

// HumanPaces leave room for whatever a person does by hand: an album of ten
// photos, a dozen presses on a calendar, lines typed without a breath.
func HumanPaces() Paces {
	return Paces{Burst: 40, Every: 500 * time.Millisecond, Toast: time.Second, Line: time.Minute, Most: 50_000}
}

// A Flood tells the acts of people from those of a script that repeats itself.
// It judges each account by itself, asks no clock, and is driven by the instants
// at which people acted. It is not safe for concurrent use.
type Flood struct {
	paces Paces
	tell  time.Duration // how often somebody who is held back is told
	by    map[int64]pace
	swept time.Time
}

// A pace is what is remembered of an account that acted lately.
type pace struct {
	last time.Time // the newest act
	due  time.Time // when all acts that were taken would be over, one in each Every
	told time.Time
}

// A Verdict is what to do with an act.
type Verdict int

// The verdicts.
const (
	Take Verdict = iota
	Tell         // leave it, and ask for patience
	Drop         // leave it in silence
)

// NewFlood returns a Flood that has seen nobody.
func NewFlood(p Paces, tell time.Duration) *Flood {
	return &Flood{paces: p, tell: tell, by: map[int64]pace{}}
}

// Judge counts an act of an account, and says what to do with it. An act that is
// told of late counts as of the newest before it. Where more accounts act than
// can be remembered, the rest is taken.
func (f *Flood) Judge(who int64, at time.Time) Verdict {
	if f.paces.Burst == 0 {
		return Take
	}
	p, known := f.by[who]
	if !known && !f.room(at) {
		return Take
	}
	at = latest(at, p.last)
	p.last = at
	verdict := Take
	switch due := latest(p.due, at); {
	case due.Sub(at) <= time.Duration(f.paces.Burst-1)*f.paces.Every:
		p.due = due.Add(f.paces.Every)
	case p.told.IsZero() || at.Sub(p.told) >= f.tell:
		p.told, verdict = at, Tell
	default:
		verdict = Drop
	}
	f.by[who] = p
	return verdict
}

// room reports whether one more account can be remembered. Those of whom nothing
// is left to remember are forgotten, once in a while.
func (f *Flood) room(at time.Time) bool {
	if len(f.by) < f.paces.Most {
		return true
	}
	if at.Sub(f.swept) < f.tell {
		return false
	}
	f.swept = at
	for who, p := range f.by {
		if !p.due.After(at) && at.Sub(p.told) >= f.tell {
			delete(f.by, who)
		}
	}
	return len(f.by) < f.paces.Most
}
