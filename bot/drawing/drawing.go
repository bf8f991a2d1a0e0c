// Package drawing draws the pictures that messages hold as figures. It is given
// the figures and what writes their words, and gives a PNG; the same figures give
// the same bytes. It must never know who looks at it.
package drawing

import (
	_ "embed"
	"fmt"

	"campaign/messages"

	"github.com/go-analyze/charts"
	"github.com/golang/freetype/truetype"
)

// typeface has the characters that names are written with; see font/NOTICE.
//
//go:embed font/microhei-gbk.ttf
var typeface []byte

// A Pen draws. It may be used by several at once.
type Pen struct{ font *truetype.Font }

// New takes a pen in hand.
func New() (*Pen, error) {
	font, err := truetype.Parse(typeface)
	if err != nil {
		return nil, fmt.Errorf("drawing: read the typeface: %w", err)
	}
	return &Pen{font}, nil
}

// How a chart is laid out, in pixels: phones show it some half as wide.
const (
	width   = 900
	margin  = 36
	heading = 30 // size of letters
	letters = 23
	bar     = 26 // height
	row     = 82
	swatch  = 22
	line    = 44
)

// The colours: what is well, what was mended, what is owed, what nobody knows,
// and whatever else there is.
var (
	paper = charts.ColorRGB(255, 255, 255)
	ink   = charts.ColorRGB(33, 37, 41)
	faint = charts.ColorRGB(233, 236, 239)
	parts = []charts.Color{
		charts.ColorRGB(47, 133, 90), charts.ColorRGB(128, 196, 152), charts.ColorRGB(214, 69, 65),
		charts.ColorRGB(173, 181, 189), charts.ColorRGB(91, 130, 190), charts.ColorRGB(230, 180, 80),
	}
)

// Bars draws a chart. Each row has a line of words and, beneath it, its bar: as
// wide as the sheet, from nobody on the left to everybody on the right.
func (p *Pen) Bars(b messages.Bars, write func(messages.Text) string) ([]byte, error) {
	s := &sheet{Painter: charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: p.height(b, write), Font: p.font}), font: p.font}
	s.FilledRect(0, 0, s.Width(), s.Height(), paper, paper, 0)
	s.down = margin + heading
	s.words(write(b.Title), margin, heading, ink)
	s.down += line
	s.legend(b.Parts, write)
	for _, r := range b.Rows {
		s.row(r, write)
	}
	png, err := s.Bytes()
	if err != nil {
		return nil, fmt.Errorf("drawing: draw bars: %w", err)
	}
	return png, nil
}

// height is how tall the sheet must be.
func (p *Pen) height(b messages.Bars, write func(messages.Text) string) int {
	measure := &sheet{Painter: charts.NewPainter(charts.PainterOptions{Width: width, Height: 1, Font: p.font}), font: p.font}
	return margin + heading + line*(1+measure.lines(b.Parts, write)) + row*len(b.Rows) + margin/2
}

// A sheet is paper on which somebody has come down so far.
type sheet struct {
	*charts.Painter
	font *truetype.Font
	down int // where the feet of the next letters stand
}

func (s *sheet) style(size float64, c charts.Color) charts.FontStyle {
	return charts.FontStyle{FontSize: size * 72 / 92, FontColor: c, Font: s.font} // the painter counts in points
}

func (s *sheet) words(text string, x int, size float64, c charts.Color) {
	s.Text(text, x, s.down, 0, s.style(size, c))
}

func (s *sheet) wide(text string, size float64) int {
	return s.MeasureText(text, 0, s.style(size, ink)).Width()
}

// place is where each part stands in the legend: how far right, on which line.
func (s *sheet) place(names []messages.Text, write func(messages.Text) string) (xs, lines []int) {
	x, n := margin, 0
	for _, name := range names {
		w := swatch + 10 + s.wide(write(name), letters) + 30
		if x > margin && x+w > width-margin {
			x, n = margin, n+1
		}
		xs, lines = append(xs, x), append(lines, n)
		x += w
	}
	return xs, lines
}

func (s *sheet) lines(names []messages.Text, write func(messages.Text) string) int {
	_, lines := s.place(names, write)
	if len(lines) == 0 {
		return 0
	}
	return lines[len(lines)-1] + 1
}

func (s *sheet) legend(names []messages.Text, write func(messages.Text) string) {
	xs, lines := s.place(names, write)
	top := s.down
	for i, name := range names {
		s.down = top + lines[i]*line
		c := parts[i%len(parts)]
		s.FilledRect(xs[i], s.down-swatch+2, xs[i]+swatch, s.down+2, c, c, 0)
		s.words(write(name), xs[i]+swatch+10, letters, ink)
	}
	s.down = top + s.lines(names, write)*line
}

func (s *sheet) row(r messages.Bar, write func(messages.Text) string) {
	label := write(r.Label)
	room := width - 2*margin - s.wide(label, letters) - 24
	s.words(s.fitting(write(r.Name), room), margin, letters, ink)
	s.words(label, width-margin-s.wide(label, letters), letters, ink)
	top, whole, sum := s.down+12, width-2*margin, 0
	s.FilledRect(margin, top, width-margin, top+bar, faint, faint, 0)
	for _, n := range r.Parts {
		sum += n
	}
	for i, from := 0, 0; i < len(r.Parts) && sum > 0; i++ {
		to := from + r.Parts[i]
		if x1, x2 := margin+whole*from/sum, margin+whole*to/sum; x2 > x1 {
			c := parts[i%len(parts)]
			s.FilledRect(x1, top, x2, top+bar, c, c, 0)
		}
		from = to
	}
	s.down += row
}

// fitting is text, cut where it would not fit.
func (s *sheet) fitting(text string, room int) string {
	for r := []rune(text); s.wide(text, letters) > room && len(r) > 1; text = string(r) + "…" {
		r = r[:len(r)-1]
	}
	return text
}
