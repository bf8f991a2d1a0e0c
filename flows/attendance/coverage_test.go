package attendance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"

	"pgregory.net/rapid"
)

// district is a card of all required activities together for so many units of two
// branches, each covered more than the one before.
func district(units int) turn {
	tt := turn{Draft: Draft{At: Spot{Activity: whole}}, Facts: Facts{At: Spot{Activity: whole}, Activity: campaign.Activity{ID: whole, Required: true}, Held: []held{{}}}}
	tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{{Role: campaign.Leading, Over: campaign.Everyone()}}}, noon
	for u := range units {
		for b := range 2 {
			tt.Facts.Branches = append(tt.Facts.Branches, branch{Scope: campaign.BranchScope(campaign.UnitID(units-u), campaign.BranchID(2*u+b+1)), Unit: fmt.Sprint("U", units-u), Reported: true,
				Figures: campaign.Figures{campaign.Present: u, campaign.Owed: units - u}})
		}
	}
	return tt
}

// Where the units are more than fit the card, a picture of them comes with it, and
// leafing through it shows each once, those that are covered least first.
func TestAPictureComesWhereAListWouldBeLong(t *testing.T) {
	for units, want := range map[int]int{rowsOfPage: 1, rowsOfPage + 1: 2} {
		tt := district(units)
		if got := len(card(&tt).Out); got != want {
			t.Errorf("%d units: got %d messages, want %d", units, got, want)
		}
	}
	tt := district(3*barsOfPage - 1)
	first := card(&tt).Out[1]
	var names []string
	for page := range 3 {
		o := draw(tt, Draw{Show{tt.Facts.At, page, byPart}, true})
		bars := o.Out[0].Picture.Bars.Rows
		if len(bars) > barsOfPage {
			t.Errorf("page %d has %d bars, want %d at most", page, len(bars), barsOfPage)
		}
		for _, b := range bars {
			names = append(names, b.Name.Args[0].(string))
		}
	}
	want := make([]string, 3*barsOfPage-1)
	for i := range want {
		want[i] = fmt.Sprint("U", len(want)-i)
	}
	if !slices.Equal(names, want) {
		t.Errorf("got  %v\nwant %v", names, want)
	}
	if got, want := first.Keys[0][1].Press, (Draw{Show{tt.Facts.At, 1, byPart}, true}); got != want {
		t.Errorf("Next carries %v, want %v", got, want)
	}
}

// Every status has its place in a bar, once.
func TestABarIsAllWhoWereExpected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := campaign.Figures{}
		for _, s := range campaign.Statuses {
			f[s] = rapid.IntRange(0, 50).Draw(t, string(s))
		}
		sum := 0
		for _, n := range bar(district(1).Facts.Held[0].name(), f, true).Parts {
			sum += n
		}
		if sum != f.Expected() {
			t.Fatalf("got bars of %d in all, want %d", sum, f.Expected())
		}
	})
}

// A picture tells no more than its reader may see.
func TestNobodyDrawsWhatTheyDoNotRead(t *testing.T) {
	tt := district(2)
	tt.Who.Duties = []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(7, 70)}}
	for _, o := range []flow.Outcome{draw(tt, Draw{}), show(tt, Show{View: byName})} {
		if len(o.Out) > 0 {
			t.Errorf("a stranger to these branches was shown %v", o.Out)
		}
	}
}

// However people stood, what the screens count is what the rows of the file add up
// to: of each activity by branch, and of all required ones that have closed.
func TestTheTotalsOfTheFileAreThoseOfTheScreen(t *testing.T) {
	w := flowtest.New(t, home.With(Flow), crowd)
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		type key struct{ activity, branch string }
		file, sum := map[key]campaign.Figures{}, map[string]campaign.Figures{}
		for row, err := range export(ctx, tx, flow.Query{}) {
			if err != nil {
				return err
			}
			k := key{w.House.Words.Plain(campaign.English, row[0]), w.House.Words.Plain(campaign.English, row[4])}
			s := campaign.Status(w.House.Words.Plain(campaign.English, row[7]))
			file[k] = file[k].Plus(campaign.Figures{s: 1})
		}
		seen := campaign.Figures{}
		for id := campaign.ActivityID(1); id <= attended; id++ {
			f, err := shown(ctx, tx, w, Spot{Activity: id})
			if err != nil {
				return err
			}
			for _, b := range f.Branches {
				k := key{f.Activity.No, b.Name}
				same(t, fmt.Sprint(k), b.Figures, file[k])
				seen = seen.Plus(b.Figures)
				if f.Activity.Required && f.Activity.Phase(tx.Now) == campaign.Over {
					sum[b.Name] = sum[b.Name].Plus(file[k])
				}
			}
		}
		all, err := shown(ctx, tx, w, Spot{Activity: whole})
		if err != nil {
			return err
		}
		byActivity, byBranch := campaign.Figures{}, campaign.Figures{}
		for _, b := range all.Branches {
			same(t, b.Name, b.Figures, sum[b.Name])
			byBranch = byBranch.Plus(b.Figures)
		}
		for _, h := range all.Held {
			byActivity = byActivity.Plus(h.Figures)
		}
		same(t, "all, by activity and by branch", byActivity, byBranch)
		for _, s := range campaign.Statuses {
			if s != campaign.Excused && seen[s] == 0 {
				t.Errorf("nobody is %s: the crowd is too plain", s)
			}
		}
		return nil
	})
}

func same(t *testing.T, of string, got, want campaign.Figures) {
	t.Helper()
	for _, s := range campaign.Statuses {
		if got[s] != want[s] {
			t.Errorf("%s: %s: got %d, want %d", of, s, got[s], want[s])
		}
	}
}

// shown is what the office sees at a spot.
func shown(ctx context.Context, tx *storage.Tx, w *flowtest.World, at Spot) (Facts, error) {
	var tt turn
	tt.Who, tt.Now = campaign.Person{ID: 5, Duties: []campaign.Duty{{Role: campaign.Office, Over: campaign.Everyone()}}}, tx.Now
	return load(ctx, tx, tt, Show{Spot: at})
}

// attended is how many activities the crowd was at: the last runs, the one before nobody
// had to attend.
const attended = 5

// crowd is everybody at five activities, standing in every way that there is.
func crowd(ctx context.Context, tx *storage.Tx) error {
	for _, s := range []string{
		`INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
		 SELECT 'A-' || n, '学习', 'study', 'all', s, s + '2 h', s - '30 min'::interval, s + '10 min', s + '2 h', n <> 4, 'button'
		 FROM generate_series(1, 5) n, LATERAL (SELECT timestamptz '2026-12-01 12:50+8' - (5 - n) * interval '1 d' AS s) AS day`,
		`INSERT INTO people (member_no, name, branch_id) SELECT 'X' || n, '人' || n, 1 + n % 4 FROM generate_series(1, 400) n`,
		`INSERT INTO expected (activity_id, person_id, branch_id) SELECT a.id, p.id, p.branch_id FROM activities a CROSS JOIN people p`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
		 SELECT e.activity_id, e.person_id, e.branch_id, a.starts, e.person_id % 3 = 0, 'button' FROM expected e JOIN activities a ON a.id = e.activity_id
		 WHERE (e.person_id * 7 + e.activity_id) % 5 < 3 AND (e.branch_id, e.activity_id) NOT IN ((2, 1), (3, 2), (3, 4))`,
		`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
		 SELECT activity_id, min(person_id), branch_id, '2026-11-29 13:00+8', false, 'guest' FROM expected WHERE activity_id = 2 AND branch_id = 3 GROUP BY activity_id, branch_id`,
		`INSERT INTO makeups (activity_id, person_id, branch_id, since, due, state, decided_by, decided_at)
		 SELECT e.activity_id, e.person_id, e.branch_id, a.closes, '2026-12-15', s.state, 2, a.closes
		 FROM expected e JOIN activities a ON a.id = e.activity_id, LATERAL (SELECT (ARRAY['open', 'handed', 'made', 'waived', 'void'])[1 + (e.person_id + e.activity_id) % 5] AS state) s
		 WHERE e.person_id % 6 < 5 AND a.required AND a.id < 5`,
	} {
		if err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("seed the crowd: %w", err)
		}
	}
	return nil
}
