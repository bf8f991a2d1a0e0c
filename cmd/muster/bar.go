package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"campaign/flows/flow"
	"campaign/messages"

	"golang.org/x/term"
	"golang.org/x/text/width"
)

// A bar is one line at the foot of a terminal: what is being done, and how far it
// is. It is drawn at ticks alone, and not at all where the output is no terminal.
type bar struct {
	to    io.Writer
	width func() int // of the terminal, in columns; nil is no terminal
	words func(messages.Text) string
	quit  chan struct{}
	over  chan struct{} // closed once nothing is drawn any more

	mu    sync.Mutex
	now   scene
	drawn bool // something stands in the line
}

// A scene is what the bar shows.
type scene struct {
	text     string
	done, of int // of 0 is not known
	beat     int // moves the mark where the end is not known
}

// tenTimesASecond is how often the bar is drawn.
const tenTimesASecond = 100 * time.Millisecond

// newBar is a bar on to, in the language of words.
func newBar(to *os.File, words func(messages.Text) string) *bar {
	if !term.IsTerminal(int(to.Fd())) {
		return drawnAt(nil, to, nil, words)
	}
	columns := func() int {
		w, _, err := term.GetSize(int(to.Fd()))
		if err != nil || w == 0 {
			return 80
		}
		return w
	}
	ticker := time.NewTicker(tenTimesASecond)
	b := drawnAt(ticker.C, to, columns, words)
	go func() { <-b.over; ticker.Stop() }()
	return b
}

// drawnAt is a bar that is drawn at each tick.
func drawnAt(ticks <-chan time.Time, to io.Writer, width func() int, words func(messages.Text) string) *bar {
	b := &bar{to: to, width: width, words: words, quit: make(chan struct{}), over: make(chan struct{})}
	if width == nil {
		close(b.over)
		return b
	}
	go func() {
		defer close(b.over)
		for {
			select {
			case <-ticks:
				b.draw()
			case <-b.quit:
				return
			}
		}
	}()
	return b
}

// say shows what is being done.
func (b *bar) say(format string, args ...any) { b.show(fmt.Sprintf(format, args...), 0, 0) }

// at shows how far an import or an export is.
func (b *bar) at(s flow.Stage) {
	text := messages.T(s.Doing)
	switch {
	case s.Of > 0:
		text = messages.T("%s: %d / %d", text, s.Done, s.Of)
	case s.Done > 0:
		text = messages.T("%s: %d", text, s.Done)
	}
	b.show(b.words(text), s.Done, s.Of)
}

func (b *bar) show(text string, done, of int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now.text, b.now.done, b.now.of = text, done, of
}

func (b *bar) draw() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now.text == "" {
		return
	}
	b.now.beat++
	fmt.Fprint(b.to, clearLine+b.now.line(b.width()))
	b.drawn = true
}

// clearLine goes to the beginning of the line and empties it.
const clearLine = "\r\x1b[K"

// clear takes the bar off its line.
func (b *bar) clear() {
	if b.drawn {
		fmt.Fprint(b.to, clearLine)
	}
	b.drawn = false
}

// print writes a line of its own above the bar.
func (b *bar) print(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	fmt.Fprintln(b.to, line)
}

// done takes the bar away. It may be called again.
func (b *bar) done() {
	select {
	case <-b.quit:
	default:
		close(b.quit)
	}
	<-b.over
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
}

// finish takes the bar away and leaves how much was done, and in what time.
func (b *bar) finish(rows int, took time.Duration) {
	b.done()
	if b.width != nil {
		b.print(b.words(messages.T("%d rows in %s s", rows, fmt.Sprintf("%.1f", took.Seconds()))))
	}
}

// The bounds of the drawn part, in columns.
const (
	leastDrawn = 12
	mostDrawn  = 32
)

// line is s in a terminal of so many columns. It leaves the last one free, where
// some terminals would begin a new line. Where there is no room the drawn part
// goes first, then the end of the text; how much is done stays.
func (s scene) line(terminal int) string {
	room := max(0, terminal-1)
	percent := ""
	if s.of > 0 {
		percent = fmt.Sprintf(" %3d%%", min(100, max(0, 100*s.done/s.of)))
	}
	text := cut(s.text, room-len(percent)) + percent
	left := room - columns(text) - len(" []")
	if left < leastDrawn-len("[]") {
		return cut(text, room)
	}
	return text + " [" + s.drawn(min(left, mostDrawn-len("[]"))) + "]"
}

// drawn is the part between the brackets, so many columns wide: filled as far as
// it is done, or a mark that moves where nobody can tell.
func (s scene) drawn(wide int) string {
	if s.of == 0 {
		at := s.beat % wide
		return strings.Repeat(" ", at) + "=" + strings.Repeat(" ", wide-1-at)
	}
	full := min(wide, max(0, wide*s.done/s.of))
	return strings.Repeat("=", full) + strings.Repeat(" ", wide-full)
}

// cut is as much of the beginning of s as fits into so many columns.
func cut(s string, most int) string {
	used := 0
	for i, r := range s {
		if used += runeColumns(r); used > most {
			return s[:i]
		}
	}
	return s
}

// columns is how wide a terminal writes s.
func columns(s string) (n int) {
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns is how wide a terminal writes a character: a Chinese one is two
// columns, one that joins the character before it is none.
func runeColumns(r rune) int {
	switch k := width.LookupRune(r).Kind(); {
	case k == width.EastAsianWide || k == width.EastAsianFullwidth:
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Cc):
		return 0
	}
	return 1
}
