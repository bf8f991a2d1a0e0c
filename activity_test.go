package campaign_test

import (
	"testing"
	"time"

	"campaign"
)

// Who did not sign out is known once they can no longer, and only of whoever could.
func TestWhoForgotToSignOut(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 12, 1, hour, minute, 0, 0, time.UTC) }
	meeting := campaign.Activity{Starts: at(14, 0), Ends: at(16, 0), Closes: at(16, 0), SignOut: at(15, 50)}
	unasked, short := meeting, meeting
	unasked.SignOut, short.Closes = time.Time{}, at(15, 0)
	in, none := at(14, 2), time.Time{}
	for _, c := range []struct {
		name             string
		a                campaign.Activity
		since, left, now time.Time
		want             bool
	}{
		{"nobody is asked to", unasked, in, none, at(18, 0), false},
		{"it has not begun", meeting, in, none, at(15, 0), false},
		{"there is time left", meeting, in, none, at(16, 29), false},
		{"they can no longer", meeting, in, none, at(16, 30), true},
		{"they did", meeting, in, at(15, 55), at(18, 0), false},
		{"they were not there", meeting, none, none, at(18, 0), false},
		{"they were marked when nobody could sign out any more", meeting, at(17, 0), none, at(18, 0), false},
		{"check-in was closed before the end, and they stayed", short, in, none, at(16, 29), false},
		{"check-in was closed before the end", short, in, none, at(16, 30), true},
	} {
		if got := c.a.Forgotten(c.since, c.left, c.now); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
	if from, until, ok := short.SigningOut(); !ok || !from.Equal(at(15, 0)) || !until.Equal(at(16, 30)) {
		t.Errorf("closed before the end: got %s to %s, want 15:00 to 16:30", from, until)
	}
	if _, _, ok := unasked.SigningOut(); ok {
		t.Error("nobody is asked, and sign-out is open")
	}
}
