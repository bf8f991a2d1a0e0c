package bot_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/bot"
	"campaign/flows"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

// Each reminder is held against what the journal tells of it last.
func TestARestoreBelievesTheJournal(t *testing.T) {
	w := flowtest.New(t, flows.All)
	b, err := bot.New(bot.Config{DB: w.DB, House: w.House, Token: "1000001:simulated", API: "http://127.0.0.1:1", Zone: flowtest.Zone, Lang: campaign.Chinese,
		Now: time.Now, Rates: bot.TelegramRates(), Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var ms []messages.Message
		for _, name := range []string{"sent", "unsure", "flying", "refused", "again", "untold"} {
			ms = append(ms, to(1001, messages.Say("%s", name).As("%s", name).In(messages.Reminders)))
		}
		return tx.Post(ctx, 0, 0, append(ms, to(1001, messages.Say("%s", "an answer").In(messages.Answers))))
	})
	var j bot.Journal
	err = j.Read(strings.NewReader(`
time=2026-12-01T14:00:00+08:00 level=INFO msg=sending post=91 chat=1001 name=sent digest=a
time=2026-12-01T14:00:01+08:00 level=INFO msg=sent post=91 chat=1001 name=sent digest=a message=41
time=2026-12-01T14:00:02+08:00 level=INFO msg=sending post=92 chat=1001 name=unsure digest=b
time=2026-12-01T14:00:03+08:00 level=INFO msg="a message was not sent" post=92 state=unsure cause="EOF" try=1
time=2026-12-01T14:00:04+08:00 level=INFO msg=sending post=93 chat=1001 name=refused digest=c
time=2026-12-01T14:00:05+08:00 level=INFO msg="a message was not sent" post=93 state=refused cause="blocked" try=1
time=2026-12-01T14:00:06+08:00 level=INFO msg=sending post=94 chat=1001 name=again digest=d
time=2026-12-01T14:00:07+08:00 level=INFO msg="a message was not sent" post=94 state=queued cause="429" try=1
time=2026-12-01T14:00:08+08:00 level=INFO msg=sending post=95 chat=1001 name=flying digest=e
`))
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Restore(t.Context(), &j, false)
	if err != nil || r.Known != 1 || r.Unsure != 2 || r.Unsent != 3 {
		t.Errorf("restored %+v, %v, want 1 known, 2 unsure, 3 unsent", r, err)
	}
	var stand []struct {
		Name, State, Cause string
		Message            int64
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Select(ctx, &stand, `SELECT name, state, cause, coalesce(message_id, 0) AS message FROM posts ORDER BY id`)
	})
	got := map[string]string{}
	for _, s := range stand {
		got[s.Name] = s.State
		if s.Message == 41 {
			got[s.Name] += " 41"
		}
		if (s.State == "unsure") != (s.Cause == storage.CauseRestored) {
			t.Errorf("%s is %s because %q", s.Name, s.State, s.Cause)
		}
	}
	want := map[string]string{"sent": "queued 41", "unsure": "unsure", "flying": "unsure", "refused": "queued", "again": "queued", "untold": "queued", "": "queued"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
