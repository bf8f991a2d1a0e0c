package checkin

import (
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

// sentence is what a refusal says.
func sentence(err error) messages.Sentence {
	no, _ := flow.Apology(err)
	return no.Say
}

// Whoever records for a member is there; the member is recorded once, in time.
func TestWhenAHelperMayRecord(t *testing.T) {
	study := campaign.Activity{Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	cancelled := study
	cancelled.Cancelled = true
	own, absent := Seat{Activity: study, Branch: 1, Since: at(1, 14, 0)}, Seat{Activity: study, Branch: 1}
	seat := func(a campaign.Activity) Ward { return Ward{Seat: Seat{Activity: a, Branch: 1}, Name: "郑爽"} }
	in, stranger := seat(study), seat(study)
	in.Since, stranger.Branch = at(1, 14, 1), 0
	for _, c := range []struct {
		name string
		own  Seat
		w    Ward
		hour int
		want messages.Sentence
	}{
		{"both are there", own, seat(study), 15, ""},
		{"the helper is not", absent, seat(study), 15, "Please check in yourself first: whoever records for a member is there."},
		{"the member is not expected", own, stranger, 15, "%s is not on the list of this activity."},
		{"the member is in already", own, in, 15, "%s is in already, since %s."},
		{"it was cancelled", own, seat(cancelled), 15, "This activity was cancelled; there is no need to check in."},
		{"it has not opened", own, seat(study), 13, "Check-in opens at %s."},
		{"it has closed", own, seat(study), 16, "Check-in has closed."},
	} {
		if got := sentence(c.w.refusal(c.own, at(1, c.hour, 0))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// A member is signed out by their helper as they would sign out themselves.
func TestWhenAHelperMaySignOut(t *testing.T) {
	study := campaign.Activity{Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0), Ends: at(1, 16, 0), SignOut: at(1, 15, 50)}
	in := Ward{Seat: Seat{Activity: study, Branch: 1, Since: at(1, 14, 0)}, Name: "郑爽"}
	absent, left, unasked := in, in, in
	absent.Since, left.Left, unasked.Activity.SignOut = Seat{}.Since, at(1, 15, 55), Seat{}.Since
	for _, c := range []struct {
		name         string
		w            Ward
		hour, minute int
		want         messages.Sentence
	}{
		{"in time", in, 15, 50, ""},
		{"too early", in, 15, 49, "Sign-out opens at %s."},
		{"too late", in, 16, 30, "Sign-out has closed. %s stays recorded as present."},
		{"they are not in", absent, 15, 55, "%s has not been checked in to this activity."},
		{"they left already", left, 15, 58, "%s was signed out at %s."},
		{"nobody signs out", unasked, 15, 55, "Nobody needs to sign out of this activity."},
	} {
		if got := sentence(c.w.staying(at(1, c.hour, c.minute))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
