package record

import (
	"testing"
	"time"

	"campaign"
	"campaign/messages"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// What is required is either in the figures or still open to the person.
func TestTheFiguresCountEveryRequiredActivityThatIsDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tt := turn{}
		tt.Now = noon
		decided := 0
		for range rapid.IntRange(0, 30).Draw(t, "entries") {
			e := entry{Required: rapid.Bool().Draw(t, "required"), Reported: rapid.Bool().Draw(t, "reported"), Closes: noon}
			if rapid.Bool().Draw(t, "running") {
				e.Closes = noon.Add(time.Hour)
			}
			if rapid.Bool().Draw(t, "in") {
				e.At, e.Late = noon, rapid.Bool().Draw(t, "late")
			}
			if e.Required && (!e.At.IsZero() || e.Closes == noon) {
				decided++
			}
			tt.Facts.Entries = append(tt.Facts.Entries, e)
		}
		line := figures(messages.Message{}, tt).Lines[0]
		if decided == 0 {
			if len(line.Args) != 0 {
				t.Fatalf("got %v, want no figures", line)
			}
			return
		}
		said := line.Args[0].(messages.Text)
		for said.Say != "arrived %d / expected %d" {
			said = said.Args[0].(messages.Text)
		}
		if got := said.Args[1].(int); got != decided {
			t.Fatalf("got %d expected, want %d", got, decided)
		}
	})
}

func TestAnActivityThatRunsIsNotHeldAgainstAnybody(t *testing.T) {
	for _, c := range []struct {
		name string
		e    entry
		want messages.Sentence
	}{
		{"runs", entry{Closes: noon.Add(time.Minute), Reported: true}, "%s – not in yet"},
		{"closes now", entry{Closes: noon, Reported: true}, "%s – %s"},
		{"runs, and is in", entry{Starts: noon, Closes: noon.Add(time.Minute), At: noon}, "%s – %s, %s"},
	} {
		if got := c.e.text("周杰", noon).Say; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	for required, want := range map[bool]campaign.Status{false: campaign.Absent, true: campaign.Owed} {
		if got := (entry{Closes: noon, Reported: true, Required: required}).status(noon); got != want {
			t.Errorf("required %v: got %s at the close, want %s", required, got, want)
		}
	}
}
