package guest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/messages"
	"campaign/storage"
)

func at(hour, minute int) time.Time { return time.Date(2026, 12, 1, hour, minute, 0, 0, time.UTC) }

// study is a session of branch 3 that somebody of branch 1 asks to be a guest of.
func study() Visit {
	return Visit{Held: true, Person: 1, Name: "王芳", Home: Place{campaign.BranchScope(1, 1), "区教育局", "机关第一支部"}, Host: Place{campaign.BranchScope(2, 3), "区卫生局", "综合科支部"},
		Activity: campaign.Activity{ID: 1, Opens: at(13, 30), LateFrom: at(14, 10), Closes: at(16, 0)}}
}

func sentence(err error) messages.Sentence {
	no, _ := flow.Apology(err)
	return no.Say
}

func TestWhoMayAskToBeAGuest(t *testing.T) {
	who := campaign.Person{ID: 1, Home: campaign.BranchScope(1, 1)}
	for _, c := range []struct {
		name string
		of   func(*Visit)
		hour int
		want messages.Sentence
	}{
		{"check-in is open", func(*Visit) {}, 14, ""},
		{"they come late", func(*Visit) {}, 15, ""},
		{"they took it back before", func(v *Visit) { v.State = Withdrawn }, 14, ""},
		{"it is held for others", func(v *Visit) { v.Held = false }, 14, "That branch is holding no such activity."},
		{"it is not there", func(v *Visit) { v.Activity.ID = 0 }, 14, "That branch is holding no such activity."},
		{"it is their own branch", func(v *Visit) { v.Host = v.Home }, 14, "That is your own branch: please send /checkin."},
		{"it was cancelled", func(v *Visit) { v.Activity.Cancelled = true }, 14, "This activity does not take place."},
		{"they have asked", func(v *Visit) { v.State = Asked }, 14, "You have asked already, and %s has not answered yet."},
		{"they are recorded", func(v *Visit) { v.State = Accepted }, 14, "You are recorded there already, since %s."},
		{"they were declined", func(v *Visit) { v.State = Declined }, 14, "%s has declined it. If you are there, please talk with them."},
		{"it has not opened", func(*Visit) {}, 13, "Check-in opens at %s. Please ask then."},
		{"it has closed", func(*Visit) {}, 16, "Check-in has closed. If you were there, please ask the branch to enter you as a guest."},
	} {
		v := study()
		c.of(&v)
		if got := sentence(askable(v, who, at(c.hour, 0))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestWhoDecidesAboutAGuest(t *testing.T) {
	duty := func(r campaign.Role, s campaign.Scope) []campaign.Duty { return []campaign.Duty{{Role: r, Over: s}} }
	host := campaign.Person{ID: 13, Duties: duty(campaign.Secretary, campaign.BranchScope(2, 3))}
	for _, c := range []struct {
		name   string
		who    campaign.Person
		of     func(*Visit)
		accept bool
		want   messages.Sentence
	}{
		{"the secretary of the host", host, func(*Visit) {}, true, ""},
		{"the desk of its unit", campaign.Person{ID: 20, Duties: duty(campaign.Desk, campaign.UnitScope(2))}, func(*Visit) {}, false, ""},
		{"the office", campaign.Person{ID: 5, Duties: duty(campaign.Office, campaign.Everyone())}, func(*Visit) {}, true, ""},
		{"the secretary of the guest's own branch", campaign.Person{ID: 2, Duties: duty(campaign.Secretary, campaign.BranchScope(1, 1))}, func(*Visit) {}, true, "Guests are accepted by whoever runs the host branch."},
		{"a supervisor", campaign.Person{ID: 6, Duties: duty(campaign.Supervisor, campaign.UnitScope(2))}, func(*Visit) {}, true, "Guests are accepted by whoever runs the host branch."},
		{"the guest", campaign.Person{ID: 1, Duties: duty(campaign.Office, campaign.Everyone())}, func(*Visit) {}, true, "Nobody can accept themselves. Please ask somebody else who runs that branch."},
		{"it was cancelled", host, func(v *Visit) { v.Activity.Cancelled = true }, true, "This activity does not take place."},
		{"accepted already", host, func(v *Visit) { v.State = Accepted }, true, "%s has accepted this guest already, at %s."},
		{"accepted already, to be declined", host, func(v *Visit) { v.State = Accepted }, false, "%s has accepted this guest already, at %s."},
		{"declined, and accepted after all", host, func(v *Visit) { v.State = Declined }, true, ""},
		{"declined twice", host, func(v *Visit) { v.State = Declined }, false, "%s has declined this guest already, at %s."},
		{"the figures of the guest's branch are closed", host, func(v *Visit) { v.Closing.At = at(16, 0) }, true, "The figures of %s up to %s are closed. Their unit can unlock the record first."},
		{"closed, to be declined", host, func(v *Visit) { v.Closing.At = at(16, 0) }, false, ""},
		{"closed, and unlocked for a while", host, func(v *Visit) { v.Closing.At, v.Closing.Unlocked = at(16, 0), at(18, 0) }, true, ""},
		{"taken back", host, func(v *Visit) { v.State = Withdrawn }, true, "The guest has taken back the request."},
		{"nobody asked", host, func(v *Visit) { *v = Visit{} }, true, "This is no longer offered."},
	} {
		v := study()
		v.State = Asked
		c.of(&v)
		if got := sentence(v.decidable(c.who, c.accept, at(17, 0))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// To accept a guest changes figures of their own unit: closed ones are unlocked first.
func TestClosedFiguresTakeNoGuest(t *testing.T) {
	now := time.Date(2026, 12, 1, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		closing campaign.Closing
		accept  bool
		want    bool
	}{
		{campaign.Closing{}, true, true},
		{campaign.Closing{At: now}, true, false},
		{campaign.Closing{At: now}, false, true},
		{campaign.Closing{At: now, Unlocked: now.Add(time.Minute)}, true, true},
	} {
		host := campaign.BranchScope(1, 1)
		tt := turn{Facts: Facts{Visit: Visit{Activity: campaign.Activity{ID: 7}, Person: 1, Host: Place{Scope: host}, State: Asked, Closing: c.closing}}}
		tt.Who, tt.Now = campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: host}}}, now
		if o := decide(tt, Decide{Key{7, 1}, c.accept}); (len(o.Effects) == 1) != c.want {
			t.Errorf("%+v, accept %t: %v, %q", c.closing, c.accept, o.Effects, o.Answer.Say)
		}
	}
}

func TestThereSinceTheySaidSoButNotForEver(t *testing.T) {
	for _, c := range []struct {
		name string
		d    Draft
		want time.Time
	}{
		{"they had not said so", Draft{}, at(14, 15)},
		{"they took a while to find the host", Draft{Since: at(14, 9)}, at(14, 9)},
		{"they left it alone", Draft{Since: at(14, 4)}, at(14, 15)},
	} {
		if got := c.d.since(flow.Here{At: at(14, 15), Now: at(14, 15)}); !got.Equal(c.want) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// For what a visit counts: one activity of the guest's own, required, of the same
// kind, not closed before, within guestDays.
func TestForWhatAVisitCounts(t *testing.T) {
	const visit = "2026-12-01 13:00+8"
	type own struct {
		starts   string
		kind     string
		of       int // branch
		required bool
	}
	for _, c := range []struct {
		name string
		is   []own
		then string // what else is known
		want campaign.ActivityID
	}{
		{"nothing is planned", nil, "", 0},
		{"the next of its kind", []own{{"2026-12-05 09:00+8", "study", 1, true}, {"2026-12-03 09:00+8", "study", 1, true}}, "", 3},
		{"one of another kind", []own{{"2026-12-03 09:00+8", "lecture", 1, true}}, "", 0},
		{"one that nobody need attend", []own{{"2026-12-03 09:00+8", "study", 1, false}}, "", 0},
		{"one of another branch", []own{{"2026-12-03 09:00+8", "study", 2, true}}, "", 0},
		{"one that had closed before: that is made up for", []own{{"2026-12-01 11:00+8", "study", 1, true}}, "", 0},
		{"one that was on at the same time", []own{{"2026-12-01 12:30+8", "study", 1, true}}, "", 2},
		{"one within fourteen days", []own{{"2026-12-15 12:59+8", "study", 1, true}}, "", 2},
		{"one after fourteen days", []own{{"2026-12-15 13:00+8", "study", 1, true}}, "", 0},
		{"one that was called off", []own{{"2026-12-03 09:00+8", "study", 1, true}}, `UPDATE activities SET cancelled = true WHERE id = 2`, 0},
		{"one that they attended", []own{{"2026-12-01 12:30+8", "study", 1, true}}, `INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (2, 1, 1, '2026-12-01 12:31+8', false, 'button')`, 0},
		{"one for which another visit counts", []own{{"2026-12-03 09:00+8", "study", 1, true}, {"2026-12-04 09:00+8", "study", 1, true}},
			`INSERT INTO guests (activity_id, person_id, host_id, home_id, at, late, state, decided_by, decided_at, counts_id) VALUES (3, 1, 3, 1, '2026-12-01 09:00+8', false, 'accepted', 13, '2026-12-01 09:00+8', 2)`, 3},
		{"the one that they were at expects them, too", []own{{"2026-12-03 09:00+8", "study", 1, true}}, `INSERT INTO expected (activity_id, person_id, branch_id) VALUES (1, 1, 1)`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := flowtest.New(t, home.With(Flow), func(ctx context.Context, tx *storage.Tx) error {
				is := append([]own{{visit, "study", 3, true}}, c.is...)
				for i, a := range is {
					err := tx.Exec(ctx, `
						INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method)
						SELECT 'A-' || $1::int, '学习', $2, 'branch', b.unit_id, b.id, s, s + '1 h', s - interval '10 min', s + '10 min', s + '1 h', $4, 'button'
						FROM branches b, (SELECT $5::timestamptz AS s) AS at WHERE b.id = $3`, i+1, a.kind, a.of, a.required, a.starts)
					if err != nil {
						return err
					}
				}
				if err := tx.Exec(ctx, `INSERT INTO expected (activity_id, person_id, branch_id) SELECT a.id, p.id, p.branch_id FROM activities a JOIN people p ON p.branch_id = a.branch_id WHERE a.opens <= $1`, tx.Now); err != nil {
					return err
				}
				if c.then != "" {
					return tx.Exec(ctx, c.then)
				}
				return nil
			})
			w.In(t, func(ctx context.Context, tx *storage.Tx) error {
				v := study()
				as, err := tx.Activities(ctx, []campaign.ActivityID{1})
				if err != nil {
					return err
				}
				v.Activity = as[0]
				got, err := match(ctx, tx, v)
				if got.ID != c.want {
					t.Errorf("got activity %d, want %d", got.ID, c.want)
				}
				return err
			})
		})
	}
}

// Two accept one guest in the same moment: the second waits for the first, and sees
// who it was; there is one record.
func TestTheSecondWhoAcceptsSeesWhoDid(t *testing.T) {
	w := flowtest.New(t, home.With(Flow), func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, required, method)
			VALUES ('A-2026-0001', '学习', 'study', 'branch', 2, 3, '2026-12-01 13:00+8', '2026-12-01 15:00+8', '2026-12-01 12:30+8', '2026-12-01 13:10+8', '2026-12-01 15:00+8', true, 'button')`); err != nil {
			return err
		}
		return tx.Exec(ctx, `INSERT INTO guests (activity_id, person_id, host_id, home_id, at, late, state) VALUES (1, 1, 3, 1, '2026-12-01 13:05+8', false, 'asked')`)
	})
	press := Decide{Key{1, 1}, true}
	accept := func(ctx context.Context, tx *storage.Tx, who campaign.PersonID, name string) (flow.Outcome, error) {
		tt := turn{Here: flow.Here{Now: tx.Now}}
		tt.Who = campaign.Person{ID: who, Name: name, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(2, 3)}}}
		var err error
		if tt.Facts, err = load(ctx, tx, tt, press); err != nil {
			return flow.Outcome{}, err
		}
		o := decide(tt, press)
		for _, e := range o.Effects {
			if err := apply(ctx, tx, tt.Here, e); err != nil {
				return o, err
			}
		}
		return o, nil
	}
	second := make(chan flow.Outcome, 1)
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		o, err := accept(ctx, tx, 13, "何平")
		if err != nil {
			return err
		}
		if len(o.News) != 1 {
			t.Errorf("the first: got %d news, want that the guest attended", len(o.News))
		}
		go func() {
			err := w.DB.InTx(ctx, func(tx *storage.Tx) error {
				o, err := accept(ctx, tx, 12, "朱琳")
				second <- o
				return err
			})
			if err != nil {
				second <- flow.Outcome{Err: err}
			}
		}()
		for waiting := 0; waiting == 0 && len(second) == 0; {
			if err := tx.Get(ctx, &waiting, `SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`); err != nil {
				return err
			}
		}
		return nil
	})
	o := <-second
	if o.Err != nil || len(o.Effects)+len(o.News) != 0 || o.Answer.Say != "%s has accepted this guest already, at %s." || fmt.Sprint(o.Answer.Args[0]) != "何平" {
		t.Errorf("the second: got %+v, want who accepted", o)
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var by int64
		err := tx.Get(ctx, &by, `SELECT decided_by FROM guests WHERE activity_id = 1 AND person_id = 1 AND state = 'accepted'`)
		if by != 13 {
			t.Errorf("accepted by %d, want 13", by)
		}
		return err
	})
}

// What is said of a visit may be forgotten once its activity is long over.
func TestWhatIsSaidOfVisitsIsOverWithTheirActivity(t *testing.T) {
	w := flowtest.New(t, home.With(Flow), func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			SELECT 'A-' || n, '学习', 'study', 'all', s, s + '1 h', s, s + '10 min', s + '1 h', true, 'button'
			FROM generate_series(1, 2) n, LATERAL (SELECT timestamptz '2026-01-01 09:00+8' + (n - 1) * interval '300 d' AS s) AS at`)
	})
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		got, err := over(ctx, tx, flowtest.Start.AddDate(0, -6, 0), []string{"guest/1", "guest/1/7", "guests/1", "guest/2", "guests/2", "checkin/1", "guest", "guests/x"})
		if want := "[guest/1 guest/1/7 guests/1]"; fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
		return err
	})
}
