package checkin

import (
	"context"
	"fmt"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"
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

// Whatever bears the name of an activity's card is forgotten with it.
func TestWhatIsSaidOfAnActivityIsOverWithIt(t *testing.T) {
	w := flowtest.New(t, home.With(Flow))
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			SELECT 'A-' || n, '学习', 'study', 'all', s, s + '1 h', s, s + '10 min', s + '1 h', true, 'button'
			FROM generate_series(1, 2) n, LATERAL (SELECT timestamptz '2026-01-01 09:00+8' + (n - 1) * interval '300 d' AS s) AS at`)
		if err != nil {
			return err
		}
		got, err := over(ctx, tx, flowtest.Start.AddDate(0, -6, 0), []string{"checkin/1", "checkin/1/out", "checkin/1/guest", "checkin/2", "checkin/2/out", "checkin/which", "guest/1"})
		if want := "[checkin/1 checkin/1/out checkin/1/guest]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
		return err
	})
}

// A helper has those for whom they agreed to record, as long as both are of one branch.
func TestForWhomSomebodyRecords(t *testing.T) {
	for _, c := range []struct {
		name, then string
		want       int
	}{
		{"they agreed", `UPDATE helpers SET agreed_at = asked_at`, 2},
		{"they have not answered", `UPDATE helpers SET agreed_at = NULL`, 0},
		{"one of two was agreed to", `UPDATE helpers SET agreed_at = CASE person_id WHEN 8 THEN asked_at END`, 1},
		{"the helper is of another branch now", `UPDATE people SET branch_id = 2 WHERE id = 1`, 0},
		{"a member is of another branch now", `UPDATE people SET branch_id = 2 WHERE id = 9`, 1},
		{"a member has left the roster", `UPDATE people SET active = false WHERE id = 9`, 1},
		{"the helper has", `UPDATE people SET active = false WHERE id = 1`, 0},
	} {
		w := flowtest.New(t, home.With(Flow))
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			for _, q := range []string{
				`INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
				 SELECT 'A-1', '学习', 'study', 'all', s, s + '1 h', s, s, s + '1 h', true, 'button' FROM (SELECT timestamptz '2026-12-01 14:00+8' AS s) AS at`,
				`INSERT INTO helpers (id, person_id, helper_id, asked_by, asked_at, agreed_at)
				 SELECT id, id, 1, 2, at, at FROM people, (SELECT timestamptz '2026-12-01 09:00+8' AS at) AS t WHERE id IN (8, 9)`,
				c.then,
			} {
				if err := tx.Exec(ctx, q); err != nil {
					return err
				}
			}
			own, err := seats(ctx, tx, []campaign.ActivityID{1}, []campaign.PersonID{1})
			if err != nil {
				return err
			}
			got, err := wards(ctx, tx, 1, own)
			if len(got) != c.want {
				t.Errorf("%s: records for %d, want %d", c.name, len(got), c.want)
			}
			return err
		})
	}
}

// Whoever shows that they are there by a code or by their location is offered those
// for whom they record, as whoever presses a button; a message has either buttons or
// a keyboard, so what takes the key for locations away comes by itself.
func TestAHelperIsOfferedTheirMembersHoweverTheyCheckIn(t *testing.T) {
	study := campaign.Activity{ID: 7, Title: "学习", Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	for _, c := range []struct {
		method campaign.Method
		wards  int
		says   []string // of each message: its rows of buttons, and whether it has a keyboard
	}{
		{campaign.ByCode, 1, []string{"1 false"}},
		{campaign.ByLocation, 1, []string{"0 true", "1 false"}},
		{campaign.ByLocation, 0, []string{"0 true"}},
	} {
		study.Method = c.method
		tt := turn{Facts: Facts{Seats: []Seat{{Activity: study, Branch: 1, Helps: true}}}}
		tt.Who.ID, tt.Now, tt.At = 1, at(1, 14, 0), at(1, 14, 0)
		for range c.wards {
			tt.Facts.Wards = append(tt.Facts.Wards, Ward{Seat: Seat{Activity: study, Branch: 1}, Person: 9, Name: "郑爽"})
		}
		var got []string
		for _, m := range attended(tt, campaign.Attended{Activity: 7, Person: 1, At: tt.At, Method: c.method}).Out {
			got = append(got, fmt.Sprint(len(m.Keys), m.Board != nil))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.says) {
			t.Errorf("by %s, for %d: got %v, want %v", c.method, c.wards, got, c.says)
		}
	}
}

// A mark that is made after absences were judged is news: a helper whose message came
// late, a guest who is accepted afterwards.
func TestAMarkThatComesAfterTheCloseIsNews(t *testing.T) {
	study := campaign.Activity{ID: 7, Opens: at(1, 13, 30), LateFrom: at(1, 14, 10), Closes: at(1, 16, 0)}
	for _, c := range []struct {
		hour int
		want int
	}{{15, 0}, {17, 1}} {
		tt := turn{Facts: Facts{Seats: []Seat{{Activity: study, Branch: 1, Since: at(1, 14, 0), Helps: true}},
			Wards: []Ward{{Seat: Seat{Activity: study, Branch: 1}, Person: 9, Name: "郑爽"}}}}
		tt.Now = at(1, c.hour, 0)
		if got := recordFor(tt, For{Activity: 7, Person: 9, Said: at(1, 14, 5)}); len(got.News) != c.want || len(got.Effects) != 1 {
			t.Errorf("at %d: a helper's mark: got %d news and %d effects, want %d and 1", c.hour, len(got.News), len(got.Effects), c.want)
		}
		tt.Facts.Seats[0].Since = Seat{}.Since
		if got := hosted(tt, campaign.GuestAttended{Activity: 7, Person: 1, At: at(1, 14, 5)}); len(got.News) != c.want || len(got.Effects) != 1 {
			t.Errorf("at %d: a guest's mark: got %d news and %d effects, want %d and 1", c.hour, len(got.News), len(got.Effects), c.want)
		}
	}
}
