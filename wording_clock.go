package campaign

// ReadClock reads a time of day as people type it, in Chinese or English:
//
//	14:00  14.00  1400  14点  14点半  14点05分  14时30分
//	下午2点  下午两点一刻  晚上7点半  上午9:30  中午12点  凌晨3点  2pm  2:30 p.m.  noon
//
// What may be before or after noon is refused as ErrUnclear: a spoken hour from 1 to
// 11 (9点), a written one from 1 to 6 (2:30; but 02:30 and 9:30 are as they stand),
// 晚上12点 and 上午12点. Midnight is 00:00; 24:00 is another day's and is refused. Any
// other error is ErrClock; none repeats the text.
func ReadClock(s string) (Clock, error) {
	t, ok := plain(s)
	if !ok {
		return 0, ErrClock
	}
	t, _ = t.cut("at")
	c, rest, err := t.clock(true)
	if err == nil && !rest.ended() {
		return 0, ErrClock
	}
	return c, err
}

// ReadHalf reads a part of the day that stands alone: 上午, 晚上, "in the evening",
// "all day". The error is ErrClock and never repeats the text.
func ReadHalf(s string) (Half, error) {
	t, ok := plain(s)
	p, rest, named := t.period()
	if !ok || !named || !p.alone || !rest.ended() {
		return AllDay, ErrClock
	}
	return p.half, nil
}

// A period is a part of the day that says which of two hours is meant.
type period struct {
	words    []string
	from, to int  // the hours that it may be said of
	alone    bool // it may be said without an hour, and means the half then
	half     Half
}

var periods = []period{
	{words: []string{"凌晨"}, from: 0, to: 5},
	{words: []string{"清晨", "早上", "早晨", "早"}, from: 4, to: 11, alone: true, half: Morning},
	{words: []string{"上午", "in the morning", "morning"}, from: 1, to: 11, alone: true, half: Morning},
	{words: []string{"a.m.", "a.m", "am"}, from: 0, to: 11, alone: true, half: Morning},
	{words: []string{"正午", "noon", "midday"}, from: 12, to: 12},
	{words: []string{"中午"}, from: 11, to: 14},
	{words: []string{"下午", "in the afternoon", "afternoon"}, from: 12, to: 19, alone: true, half: Afternoon},
	{words: []string{"p.m.", "p.m", "pm"}, from: 12, to: 23, alone: true, half: Afternoon},
	{words: []string{"傍晚"}, from: 16, to: 20},
	{words: []string{"晚上", "晚间", "晚", "in the evening", "evening", "at night"}, from: 17, to: 23, alone: true, half: Evening},
	{words: []string{"全天", "整天", "all day", "the whole day", "whole day"}, from: 24, to: 24, alone: true, half: AllDay},
}

// period reads the name of a part of the day.
func (t text) period() (period, text, bool) {
	for _, p := range periods {
		if rest, ok := t.cut(p.words...); ok {
			return p, rest, true
		}
	}
	return period{}, t, false
}

// hour is the hour of the day that is meant by h in p.
func (p period) hour(h int) (int, error) {
	if p.from <= h && h <= p.to {
		return h, nil
	}
	if h > 12 || h == 0 {
		return 0, ErrClock
	}
	if other := (h + 12) % 24; p.from <= other && other <= p.to {
		return other, nil
	}
	return 0, ErrUnclear
}

// A reading is an hour and a minute as they were written.
type reading struct {
	hour, minute int
	form         form
	padded       bool // the hour has two digits
}

// A form is a way to write a time of day.
type form int

const (
	bare    form = iota // 2, which wants a pm
	colon               // 14:00
	dot                 // 14.00, which may be a date
	compact             // 1400, which may be a year
	spoken              // 14点
)

// clock reads a time of day. In a text that holds nothing else, alone, it may be
// written in forms that could be dates elsewhere.
func (t text) clock(alone bool) (Clock, text, error) {
	p, rest, said := t.period()
	r, after, ok := rest.reading()
	if !ok {
		if said && p.from == p.to && p.from == 12 {
			return ClockAt(12, 0), rest, nil
		}
		return 0, t, ErrClock
	}
	rest, before := after, said
	if !said {
		p, rest, said = after.period()
	}
	switch {
	case r.hour > 23 || r.minute > 59,
		r.form == bare && (before || !said || r.hour == 0 || r.hour > 12),
		r.form == dot && !alone && !said,
		r.form == compact && (!alone || said):
		return 0, t, ErrClock
	}
	if !said {
		return ClockAt(r.hour, r.minute), rest, r.unclear()
	}
	h, err := p.hour(r.hour)
	return ClockAt(h, r.minute), rest, err
}

// unclear is the error of a time without a period that may be before or after noon.
func (r reading) unclear() error {
	if r.form == spoken && 1 <= r.hour && r.hour <= 11 || !r.padded && 1 <= r.hour && r.hour <= 6 {
		return ErrUnclear
	}
	return nil
}

// reading reads an hour and a minute.
func (t text) reading() (reading, text, bool) {
	n, width, rest := t.number()
	r := reading{hour: n, padded: width == 2}
	if width == 4 {
		return reading{hour: n / 100, minute: n % 100, form: compact, padded: true}, rest, true
	}
	if width == 0 || width > 2 {
		return r, t, false
	}
	for _, f := range []struct {
		form form
		sign string
	}{{colon, ":"}, {dot, "."}} {
		after, ok := rest.cut(f.sign)
		if !ok {
			continue
		}
		r.minute, width, after = after.number()
		r.form = f.form
		return r, after, width == 2
	}
	if after, ok := rest.cut("点", "时", "o'clock"); ok {
		r.form = spoken
		r.minute, rest = after.minutes()
	}
	return r, rest, true
}

// minutes reads what may follow a spoken hour.
func (t text) minutes() (int, text) {
	if m, rest, ok := t.first([]wording{{"半", 30}, {"一刻", 15}, {"三刻", 45}, {"钟", 0}, {"整", 0}}); ok {
		return m, rest
	}
	n, width, rest := t.number()
	if after, ok := rest.cut("分"); ok && width > 0 {
		return n, after
	}
	if width == 2 && t[0] != ' ' {
		return n, rest
	}
	return 0, t
}
