package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/messages"

	"pgregory.net/rapid"
)

func in(lang campaign.Lang) func(messages.Text) string {
	words := flow.New(flows.All).Words
	return func(t messages.Text) string { return words.Plain(lang, t) }
}

// A display is a bar in a terminal of a width, which is drawn when a test says so.
type display struct {
	*bar
	bytes.Buffer
	ticks chan time.Time
}

func newDisplay(wide int, lang campaign.Lang) *display {
	s := &display{ticks: make(chan time.Time)}
	s.bar = drawnAt(s.ticks, &s.Buffer, func() int { return wide }, in(lang))
	return s
}

func TestTheBarSaysWhatIsDoneAndHowFarItIs(t *testing.T) {
	for _, c := range []struct {
		wide  int
		lang  campaign.Lang
		stage flow.Stage
		want  string
	}{
		{80, campaign.English, flow.Stage{Doing: "Reading", Done: 12_400, Of: 18_400}, "Reading: 12,400 / 18,400  67% [====================          ]"},
		{80, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 18_400}, "正在写入：9,000 / 18,400  48% [==============                ]"},
		{80, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 18_400, Of: 18_400}, "正在写入：18,400 / 18,400 100% [==============================]"},
		{80, campaign.English, flow.Stage{Doing: flow.Checking}, "Checking [ =                            ]"},
		{80, campaign.English, flow.Stage{Doing: "Reading", Done: 500}, "Reading: 500 [ =                            ]"},
		{80, campaign.English, flow.Stage{Doing: "Reading", Done: 700, Of: 600}, "Reading: 700 / 600 100% [==============================]"},
		{50, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 18_400}, "正在写入：9,000 / 18,400  48% [========         ]"},
		{40, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 18_400}, "正在写入：9,000 / 18,400  48%"},
		{20, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 18_400}, "正在写入：9,00  48%"},
		{13, campaign.Chinese, flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 18_400}, "正在写  48%"},
		{12, campaign.Chinese, flow.Stage{Doing: flow.Checking}, "正在核对"},
		{1, campaign.Chinese, flow.Stage{Doing: flow.Checking}, ""},
	} {
		s := newDisplay(c.wide, c.lang)
		s.at(c.stage)
		s.draw()
		if got := strings.TrimPrefix(s.String(), clearLine); got != c.want {
			t.Errorf("%d columns, %+v:\ngot  %q\nwant %q", c.wide, c.stage, got, c.want)
		}
		s.done()
	}
}

// Whatever is shown, it stays within the terminal, on one line.
func TestTheBarStaysWithinTheTerminal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scene{text: strings.ReplaceAll(rapid.StringOf(rapid.SampledFrom([]rune("正在 读取：aé…ｗ́"))).Draw(t, "text"), "\n", ""),
			done: rapid.IntRange(0, 200_000).Draw(t, "done"), of: rapid.IntRange(0, 200_000).Draw(t, "of"), beat: rapid.IntRange(0, 99).Draw(t, "beat")}
		terminal := rapid.IntRange(0, 120).Draw(t, "terminal")
		line := s.line(terminal)
		if columns(line) > max(0, terminal-1) && terminal > 6 || strings.ContainsAny(line, "\n\r") {
			t.Fatalf("%d columns in a terminal of %d: %q", columns(line), terminal, line)
		}
	})
}

func TestTheBarIsDrawnAtTicksAloneOnOneLineAndLeavesTheTimeTaken(t *testing.T) {
	s := newDisplay(60, campaign.English)
	for i := range 10_000 {
		s.at(flow.Stage{Doing: "Reading", Done: i, Of: 10_000})
	}
	s.ticks <- time.Time{}
	s.at(flow.Stage{Doing: flow.Writing, Done: 9_000, Of: 10_000})
	s.ticks <- time.Time{}
	s.print("Something that a person should know.")
	s.ticks <- time.Time{}
	s.finish(10_000, 1_340*time.Millisecond)
	got := s.String()
	if n := strings.Count(got, clearLine); n > 5 { // three drawings, and what clears them
		t.Errorf("%d times a line was begun, want 5 at most: %q", n, got)
	}
	if strings.Contains(got, "Reading: 9,998 ") || !strings.HasSuffix(got, clearLine+"10,000 rows in 1.3 s\n") ||
		!strings.Contains(got, clearLine+"Something that a person should know.\n") || strings.Count(got, "\n") != 2 {
		t.Errorf("got %q", got)
	}
}

func TestWhereThereIsNoTerminalNothingIsDrawn(t *testing.T) {
	path := t.TempDir() + "/err"
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	b := newBar(f, in(campaign.English))
	b.say("Starting %s", "Postgres")
	b.at(flow.Stage{Doing: "Reading", Done: 1, Of: 2})
	b.print("A line for a person.")
	b.finish(2, time.Second)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "A line for a person.\n" {
		t.Errorf("got %q, %v", got, err)
	}
}
