package speed

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// BenchmarkCard is a card to every member and every group: from the beginning of
// the turn that opens the activity until all rows of the outbox are committed.
func BenchmarkCard(b *testing.B) {
	m := newMachine(b)
	d := newDistrict(b, m)
	for b.Loop() {
		p := d.ready(b, newTelegram(b, 0))
		took := p.took(b, *members)
		b.ReportMetric(took.Seconds(), "s")
		b.ReportMetric(float64(*members)/took.Seconds(), "cards/s")
		b.ReportMetric(p.high, "MB-peak")
		b.ReportMetric(0, "ns/op")
	}
}

// took is how long the turn took that said something to so many at least, as the
// program's log tells.
func (p *process) took(tb testing.TB, most int) time.Duration {
	tb.Helper()
	text, err := os.ReadFile(p.said.Name())
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var turn struct {
			Cause, Flow string
			Effects     int
			Took        time.Duration
		}
		if json.Unmarshal([]byte(line), &turn) == nil && strings.HasPrefix(turn.Cause, "timer:") && turn.Flow == "checkin" && turn.Effects > 0 {
			return turn.Took
		}
	}
	tb.Fatalf("no turn of the log has opened an activity\n%s", text)
	return 0
}
