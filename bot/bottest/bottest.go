// Package bottest plays the transcripts of the flows through the whole machine:
// people act on the phones of a simulated Telegram, the bot hears of it over
// HTTP, takes its turns over a real Postgres and answers; what the phones show
// must be what the transcript says. It must never call the house past the bot.
package bottest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"campaign/bot"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

// Run plays every transcript of testdata, each with a bot and a Telegram of its
// own. After each line, what is seen must have the parts of what is written
// (flowtest.Beat.Parts): what is said in a chat keeps its order. It writes
// nothing: the transcripts are those of flowtest.Run.
//
// Flows makes the flows anew for each house, since a flow may hold what the test
// gave it to draw from.
//
// Where MUSTER_BOTAPI_SPEC names the Bot API as data, each call of the bot is
// held against it.
func Run(t *testing.T, flows func() []flow.Flow, seeds ...func(context.Context, *storage.Tx) error) {
	flowtest.Each(t, func(t *testing.T, file, text string) {
		understudy := flowtest.Rehearse(flowtest.New(t, flows(), seeds...))
		p := open(t, flowtest.New(t, flows(), seeds...), understudy)
		for written, played := range flowtest.Play(t, p, filepath.Dir(file), flowtest.Script(text)) {
			if diff := cmp.Diff(written.Parts(), played.Parts()); diff != "" {
				t.Errorf("%s, after %q (-written +played):\n%s\nplayed:\n%s", file, written.Line, diff, played.Seen)
				return // what follows stands on it
			}
		}
	})
}

// quick are rates that hold nothing back but what keeps a chat in order.
func quick() bot.Rates {
	return bot.Rates{Second: time.Second, Minute: time.Minute, Chat: 2 * time.Millisecond, Burst: 1, Patience: 2 * time.Second, Several: 3, Rest: 100 * time.Millisecond}
}
