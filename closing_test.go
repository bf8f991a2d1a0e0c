package campaign_test

import (
	"testing"
	"time"

	"campaign"
)

func TestAClosingHoldsUnlessItIsUnlocked(t *testing.T) {
	noon := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		closing campaign.Closing
		want    bool
	}{
		{"nothing is closed", campaign.Closing{}, false},
		{"closed", campaign.Closing{At: noon}, true},
		{"unlocked still", campaign.Closing{At: noon, Unlocked: noon.Add(time.Second)}, false},
		{"unlocked until now", campaign.Closing{At: noon, Unlocked: noon}, true},
		{"unlocked once", campaign.Closing{At: noon, Unlocked: noon.Add(-time.Hour)}, true},
	} {
		if got := c.closing.Holds(noon); got != c.want {
			t.Errorf("%s: holds %t, want %t", c.name, got, c.want)
		}
	}
}
