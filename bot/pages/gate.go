package pages

import (
	"sync"
	"time"
)

// A gate holds back who asks too often: a link that is known by itself, so that
// nobody can shut it for others, and all that are not known together.
type gate struct {
	mu    sync.Mutex
	by    map[string]*bucket
	guess bucket
}

// A bucket holds what may be asked at once, and fills up again with time.
type bucket struct {
	left float64
	last time.Time
}

// How much is taken. Each browser asks every three seconds.
const (
	ofLink, perLink   = 60.0, 20.0 // at once, then in a second: some sixty browsers
	ofGuess, perGuess = 40.0, 10.0
	mostLinks         = 20_000
	forgottenAfter    = 5 * time.Minute
)

func newGate() *gate { return &gate{by: map[string]*bucket{}, guess: bucket{left: ofGuess}} }

// enters reports whether somebody may look at a link now.
func (g *gate) enters(link string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if b := g.by[link]; b != nil {
		return b.take(ofLink, perLink, now)
	}
	return g.guess.take(ofGuess, perGuess, now)
}

// known notes that a link leads to a page.
func (g *gate) known(link string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.by[link] != nil {
		return
	}
	if len(g.by) >= mostLinks {
		for k, b := range g.by {
			if b.last.Before(g.guess.last.Add(-forgottenAfter)) {
				delete(g.by, k)
			}
		}
	}
	if len(g.by) < mostLinks {
		g.by[link] = &bucket{left: ofLink, last: g.guess.last}
	}
}

func (b *bucket) take(most, perSecond float64, now time.Time) bool {
	if b.last.IsZero() {
		b.last = now
	}
	if d := now.Sub(b.last).Seconds(); d > 0 {
		b.left, b.last = min(most, b.left+d*perSecond), now
	}
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
