package activity

import (
	"slices"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"pgregory.net/rapid"
)

func TestLikeLastTimeIsTheNextSuchDayAheadAndNoOther(t *testing.T) {
	const week = 7 * 24 * time.Hour
	rapid.Check(t, func(t *rapid.T) {
		old := windows.Draw(t, "old")
		old.Title, old.Kind, old.Scope, old.Place, old.Required = "党课", campaign.Lecture, campaign.BranchScope(1, 2), "会议室", true
		now := old.Starts.Add(time.Duration(rapid.IntRange(-30*24*60, 60*24*60).Draw(t, "minutes")) * time.Minute)
		d := like(old, nil, now)
		starts, ends := d.times(zone)
		switch {
		case !starts.After(now) || !starts.After(old.Starts):
			t.Fatalf("at %s after %s: it starts at %s", now, old.Starts, starts)
		case starts.Sub(old.Starts)%week != 0 || starts.Add(-week).After(now) && starts.Add(-week).After(old.Starts):
			t.Fatalf("at %s after %s: it starts at %s, want the first such day", now, old.Starts, starts)
		case ends.Sub(starts) != old.Ends.Sub(old.Starts):
			t.Fatalf("it lasts %s, want %s", ends.Sub(starts), old.Ends.Sub(old.Starts))
		}
		a := d.activity(Facts{}, zone)
		if a.Title != old.Title || a.Kind != old.Kind || a.Scope != old.Scope || a.Place != old.Place || a.Required != old.Required {
			t.Fatalf("got %+v from %+v", a, old)
		}
	})
}

// A title that is offered is the kind's own name, and says the kind.
func TestWhatIsHeldMostOftenIsOfferedByItsOwnName(t *testing.T) {
	words := flow.New([]flow.Flow{Flow}).Words
	for _, k := range kindWords {
		for _, l := range []campaign.Lang{campaign.Chinese, campaign.English} {
			if want := words.Plain(l, messages.T(messages.Word(k.kind))); k.title[l] != want {
				t.Errorf("%s is called %q, want %q", k.kind, k.title[l], want)
			}
			if got, ok := guess(k.title[l]); !ok || got != k.kind {
				t.Errorf("%q says the kind %q, want %q", k.title[l], got, k.kind)
			}
		}
	}
	tt := turn{Facts: Facts{Titles: []string{"党课", "专题"}}}
	tt.Lang = campaign.Chinese
	if got, want := titles(tt), []string{"党课", "专题", "集中学习", "组织生活会", "主题实践"}; !slices.Equal(got, want) {
		t.Errorf("offered %q, want %q", got, want)
	}
}
