package flow_test

import (
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"pgregory.net/rapid"
)

// A meeting is when to meet, and until when.
type meeting struct {
	When  campaign.When
	Until campaign.Clock
}

type meetingTurn = flow.Turn[meeting, struct{}]

var meet = flow.Spec[meeting, struct{}]{
	Name: "meet",
	Asks: []flow.Ask[meeting, struct{}]{
		flow.DateTime("when", func(t *meetingTurn) *campaign.When { return &t.Draft.When }, "When?").Ahead(),
		flow.Time("until", func(t *meetingTurn) *campaign.Clock { return &t.Draft.Until }, "Until when?",
			[]campaign.Clock{campaign.ClockAt(15, 0), campaign.ClockAt(16, 0)}),
	},
}

var noon = campaign.Date(2026, 12, 1).At(campaign.ClockAt(12, 40), time.FixedZone("", 8*60*60)) // a Tuesday

// A talk is a conversation with meet in which each line is written, or pressed if
// it stands in brackets. It keeps what is shown at its end: a question, its keys.
type talk struct {
	t     testing.TB
	words *messages.Words
	turn  meetingTurn
	next  flow.Next[meeting]
}

func begin(t testing.TB, d meeting) *talk {
	k := &talk{t: t, words: flow.New(nil).Words, turn: meetingTurn{Here: flow.Here{Now: noon}, Draft: d}}
	k.next = meet.Begin(k.turn)
	return k
}

// hear takes a line, as the house does.
func (k *talk) hear(line string) {
	k.t.Helper()
	var in flow.Input = flow.Said(line)
	if label, ok := strings.CutPrefix(line, "["); ok {
		in = k.key(strings.TrimSuffix(label, "]"))
	}
	k.turn.View = k.next.View
	err := meet.Take(k.next.Place, &k.turn, in)
	if view, ok := flow.Shows(err); ok {
		k.next.View = view
		k.next = meet.Again(k.next.Place, k.turn)
		return
	}
	if err == nil {
		k.next, err = meet.Decide(k.next.Place, k.turn, in)
	}
	if err != nil {
		k.t.Fatalf("%q is refused: %v", line, err)
	}
}

func (k *talk) key(label string) flow.Input {
	k.t.Helper()
	for _, row := range k.next.Ask.Keys {
		for _, key := range row {
			if k.words.Plain(campaign.Chinese, key.Label) == label {
				return key.Press.(flow.Input)
			}
		}
	}
	k.t.Fatalf("there is no button %s under %q", label, k.shown())
	return nil
}

// shown is the first line of the question that stands, and its buttons without
// the ways out.
func (k *talk) shown() string {
	var keys []string
	for _, row := range k.next.Ask.Keys[:len(k.next.Ask.Keys)-1] {
		for _, key := range row {
			keys = append(keys, k.words.Plain(campaign.Chinese, key.Label))
		}
	}
	return k.words.Plain(campaign.Chinese, k.next.Ask.Lines[0]) + " " + strings.Join(keys, " ")
}

func TestAPartOfTheDayIsReadBackAsItsUsualTime(t *testing.T) {
	const sure = " 确认 改时间"
	for _, c := range []struct {
		typed, shown string
	}{
		{"下周三上午", "12月9日 周三 09:00，对吗？" + sure},
		{"next wed afternoon", "12月9日 周三 14:00，对吗？" + sure},
		{"今晚", "12月1日 周二 19:00，对吗？" + sure},
		{"上午", "12月2日 周三 09:00，对吗？" + sure}, // today's has passed
		{"下午", "12月1日 周二 14:00，对吗？" + sure},
		{"晚上", "12月1日 周二 19:00，对吗？" + sure},
		{"in the evening", "12月1日 周二 19:00，对吗？" + sure},
		{"10:30", "12月2日 周三 10:30，对吗？" + sure},
		{"下午三点", "12月1日 周二 15:00，对吗？" + sure},
		{"今天上午", "12月1日 周二，请选择时间： 改日期"}, // it is over: nothing of it is offered
	} {
		k := begin(t, meeting{})
		if k.hear(c.typed); k.shown() != c.shown {
			t.Errorf("%s: got %s, want %s", c.typed, k.shown(), c.shown)
		}
	}
}

func TestWhatIsReadBackIsConfirmedOrSetRight(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{[]string{"下周三上午", "[确认]"}, "2026-12-09 09:00"},
		{[]string{"下周三上午", "[改时间]", "[10:00]"}, "2026-12-09 10:00"},
		{[]string{"下周三上午", "[改时间]", "11:15"}, "2026-12-09 11:15"},
		{[]string{"下周三上午", "10:30"}, "2026-12-09 10:30"},
		{[]string{"下周三上午", "晚上", "[确认]"}, "2026-12-09 19:00"},
		{[]string{"下周三上午", "后天下午3点"}, "2026-12-03 15:00"},
		{[]string{"下周三上午", "[改时间]", "[改日期]", "明天 14:00"}, "2026-12-02 14:00"},
		{[]string{"下午", "[改时间]", "[15:30]"}, "2026-12-01 15:30"},
		{[]string{"今天上午", "13:00"}, "2026-12-01 13:00"},
		{[]string{"2pm", "[确认]"}, "2026-12-01 14:00"},
	} {
		k := begin(t, meeting{})
		for _, line := range c.lines {
			k.hear(line)
		}
		w := k.next.Draft.When
		if got := w.Day.String() + " " + w.Clock.String(); !w.HasClock || got != c.want || k.next.At != "until" {
			t.Errorf("%q: got %s at %s, want %s", c.lines, got, k.next.At, c.want)
		}
	}
}

// A question that holds a day already takes a part of the day for that day's.
func TestAPartOfTheDayBelongsToTheDayThatIsHeld(t *testing.T) {
	k := begin(t, meeting{When: campaign.When{Day: campaign.Date(2026, 12, 24)}})
	if k.hear("上午"); k.shown() != "12月24日 周四 09:00，对吗？ 确认 改时间" {
		t.Errorf("got %s", k.shown())
	}
}

func TestAQuestionForATimeTakesAPartOfTheDay(t *testing.T) {
	for _, c := range []struct {
		typed, shown string
		want         campaign.Clock
	}{
		{"晚上", "19:00，对吗？ 确认 改时间", campaign.ClockAt(19, 0)},
		{"下午", "15:00，对吗？ 确认 改时间", campaign.ClockAt(15, 0)}, // 14:00 is not offered
	} {
		k := begin(t, meeting{})
		k.hear("明天 13:00")
		if k.hear(c.typed); k.shown() != c.shown {
			t.Errorf("%s: got %s, want %s", c.typed, k.shown(), c.shown)
		}
		if k.hear("[改时间]"); k.shown() != "Until when? 15:00 16:00" {
			t.Errorf("another time: got %s", k.shown())
		}
		k.hear(c.typed)
		if k.hear("[确认]"); k.next.Draft.Until != c.want || k.next.At != "" {
			t.Errorf("%s: got %s", c.typed, k.next.Draft.Until)
		}
	}
}

// Whatever day and part of it is written, what is confirmed lies in it and ahead.
func TestWhatIsReadBackLiesInThePartThatWasWritten(t *testing.T) {
	halves := map[string]campaign.Half{"上午": campaign.Morning, "早上": campaign.Morning, "下午": campaign.Afternoon, "晚上": campaign.Evening, "晚": campaign.Evening,
		"morning": campaign.Morning, "pm": campaign.Afternoon, "in the evening": campaign.Evening}
	rapid.Check(t, func(rt *rapid.T) {
		k := begin(t, meeting{})
		k.turn.Now = noon.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(rt, "minutes")) * time.Minute)
		written := rapid.SampledFrom([]string{"", "明天", "下周三", "2026-12-24 ", "in 3 days "}).Draw(rt, "day")
		half := rapid.SampledFrom([]string{"上午", "早上", "下午", "晚上", "晚", "morning", "pm", "in the evening"}).Draw(rt, "half")
		k.hear(written + half)
		k.hear("[确认]")
		w := k.next.Draft.When
		if !halves[half].Covers(w.Clock) || !w.Day.At(w.Clock, noon.Location()).After(k.turn.Now) {
			rt.Fatalf("%s%s at %s: got %s %s", written, half, k.turn.Now, w.Day, w.Clock)
		}
	})
}

func TestTheHoursOfferedAreAhead(t *testing.T) {
	today := campaign.DayOf(noon)
	rapid.Check(t, func(t *rapid.T) {
		now := today.At(campaign.Clock(rapid.IntRange(0, 1439).Draw(t, "now")), noon.Location())
		w := campaign.When{Day: today, Half: rapid.SampledFrom([]campaign.Half{campaign.AllDay, campaign.Morning, campaign.Afternoon, campaign.Evening}).Draw(t, "half"), HasHalf: true}
		before := campaign.Clock(-1)
		for _, c := range flow.Hours(w, now) {
			if c <= before || c > 1439 || !w.Half.Covers(c) || !today.At(c, noon.Location()).After(now) {
				t.Fatalf("at %s, %s: offered %s after %s", now, w.Half, c, before)
			}
			before = c
		}
	})
}
