package dispute

import (
	"slices"
	"testing"
	"time"

	"campaign"
)

var (
	noon   = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	branch = campaign.BranchScope(1, 1)
)

// officials of branch 1: its secretaries 2 and 3, the unit's desk 4 and first 5,
// and the office 6.
var officials = []official{
	{2, campaign.Secretary, true}, {3, campaign.Secretary, true}, {4, campaign.Desk, true}, {5, campaign.First, true}, {6, campaign.Office, true},
}

// Whoever is asked has no part in the matter, and where a secretary has one, it is
// for the unit; there is always somebody above.
func TestWhoIsAskedToDecide(t *testing.T) {
	for _, c := range []struct {
		name   string
		person campaign.PersonID
		maker  campaign.PersonID
		people []official
		want   [][]campaign.PersonID
	}{
		{"a member's own check-in", 1, 0, officials, [][]campaign.PersonID{{2, 3}, {4}, {5}, {6}}},
		{"what the secretary wrote", 1, 2, officials, [][]campaign.PersonID{{4}, {5}, {6}}},
		{"the other secretary's own record", 3, 0, officials, [][]campaign.PersonID{{4}, {5}, {6}}},
		{"what the desk wrote", 1, 4, officials, [][]campaign.PersonID{{2, 3}, {5}, {6}}},
		{"the desk's own record", 4, 0, officials, [][]campaign.PersonID{{2, 3}, {5}, {6}}},
		{"the desk's own record, as the secretary wrote it", 4, 2, officials, [][]campaign.PersonID{{5}, {6}}},
		{"somebody who cannot be told", 1, 0, []official{{2, campaign.Secretary, false}, {5, campaign.First, true}}, [][]campaign.PersonID{{5}}},
		{"a secretary who wrote it and cannot be told", 1, 2, []official{{2, campaign.Secretary, false}, {3, campaign.Secretary, true}, {6, campaign.Office, true}}, [][]campaign.PersonID{{6}}},
		{"nobody", 1, 0, nil, nil},
	} {
		f := Facts{Person: c.person, Maker: c.maker, People: c.people}
		if got := f.judges(); !slices.EqualFunc(got, c.want, slices.Equal[[]campaign.PersonID]) {
			t.Errorf("%s: %v are asked, want %v", c.name, got, c.want)
		}
	}
}

func TestWhoMayDecide(t *testing.T) {
	runs := func(id campaign.PersonID, r campaign.Role, over campaign.Scope) campaign.Person {
		return campaign.Person{ID: id, Duties: []campaign.Duty{{Role: r, Over: over}}}
	}
	secretary, twin := runs(2, campaign.Secretary, branch), runs(3, campaign.Secretary, branch)
	desk, office := runs(4, campaign.Desk, campaign.UnitScope(1)), runs(6, campaign.Office, campaign.Everyone())
	for _, c := range []struct {
		name          string
		who           campaign.Person
		person, maker campaign.PersonID
		want          bool
	}{
		{"the secretary", secretary, 1, 0, true},
		{"the secretary, of what they wrote", secretary, 1, 2, false},
		{"the other secretary, of what the first wrote", twin, 1, 2, false},
		{"the secretary, of the record of the other", secretary, 3, 0, false},
		{"the secretary, of what the desk wrote", secretary, 1, 4, true},
		{"the secretary, of their own", secretary, 2, 0, false},
		{"the desk", desk, 1, 0, true},
		{"the desk, of what the secretary wrote", desk, 1, 2, true},
		{"the desk, of what they wrote", desk, 1, 4, false},
		{"the desk, of their own", desk, 4, 0, false},
		{"the office", office, 1, 2, true},
		{"the member", campaign.Person{ID: 1}, 1, 0, false},
		{"another member", campaign.Person{ID: 9}, 1, 0, false},
		{"another secretary", runs(9, campaign.Secretary, campaign.BranchScope(1, 2)), 1, 0, false},
		{"the desk of another unit", runs(9, campaign.Desk, campaign.UnitScope(2)), 1, 0, false},
		{"a supervisor", runs(9, campaign.Supervisor, campaign.UnitScope(1)), 1, 0, false},
		{"the leading group", runs(9, campaign.Leading, campaign.Everyone()), 1, 0, false},
	} {
		f := Facts{Person: c.person, Maker: c.maker, Scope: branch, People: officials, Objection: Objection{ID: 7, State: open}}
		d := deciding{Draft: Decision{Objection: 7, Accept: true}, Facts: f}
		d.Who, d.Now = c.who, noon
		if o := decide(&d); (len(o.News) == 1) != c.want {
			t.Errorf("%s decides with %v: %q", c.name, o.News, o.Answer.Say)
		}
		p := turn{Facts: f}
		p.Who, p.Now = c.who, noon
		if o := judge(p, Judge{7, true}); (o.Begins.Flow != "") != c.want {
			t.Errorf("%s begins %q: %q", c.name, o.Begins.Flow, o.Answer.Say)
		}
	}
}

// What is accepted changes a record; what is refused does not, and is of no concern
// to closed figures.
func TestClosedFiguresAreRefusedToNobodyWhoRefuses(t *testing.T) {
	for _, c := range []struct {
		accept bool
		until  time.Time
		want   bool
	}{{true, time.Time{}, false}, {true, noon.Add(time.Hour), true}, {false, time.Time{}, true}} {
		d := deciding{Draft: Decision{Objection: 7, Accept: c.accept, Answer: "why"}}
		d.Facts = Facts{Person: 1, Scope: branch, Closing: campaign.Closing{At: noon.Add(-time.Hour), Unlocked: c.until}, Objection: Objection{ID: 7, State: open}}
		d.Who, d.Now = campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: branch}}}, noon
		if o := decide(&d); (len(o.News) == 1) != c.want {
			t.Errorf("accept %t, unlocked until %v: news %v, %q", c.accept, c.until, o.News, o.Answer.Say)
		}
	}
}

func TestWhenAMemberMayObject(t *testing.T) {
	activity := campaign.Activity{ID: 7, Opens: noon, LateFrom: noon.Add(time.Hour), Closes: noon.Add(2 * time.Hour)}
	cancelled := activity
	cancelled.Cancelled = true
	for _, c := range []struct {
		name  string
		facts Facts
		after time.Duration
		want  bool
	}{
		{"missed, and closed", Facts{Activity: activity, Scope: branch, Person: 1}, 2 * time.Hour, true},
		{"not in yet, while it runs", Facts{Activity: activity, Scope: branch, Person: 1}, time.Hour, false},
		{"marked, while it runs", Facts{Activity: activity, Scope: branch, Person: 1, Marked: true}, time.Hour, true},
		{"not on the list", Facts{Activity: activity, Person: 1}, 2 * time.Hour, false},
		{"somebody else's", Facts{Activity: activity, Scope: branch, Person: 2}, 2 * time.Hour, false},
		{"cancelled", Facts{Activity: cancelled, Scope: branch, Person: 1, Marked: true}, 2 * time.Hour, false},
		{"while one waits", Facts{Activity: activity, Scope: branch, Person: 1, Pending: true}, 2 * time.Hour, false},
	} {
		c.facts.People = officials
		tt := turn{Draft: Draft{Activity: 7, Claim: late, Why: "why"}, Facts: c.facts}
		tt.Who, tt.Now = campaign.Person{ID: 1}, noon.Add(c.after)
		if o := may(&tt); (o.Answer.Say == "") != c.want {
			t.Errorf("%s: begins with %q", c.name, o.Answer.Say)
		}
		if o := send(&tt); (len(o.Effects) == 1) != c.want {
			t.Errorf("%s: sends %v", c.name, o.Effects)
		}
	}
}

// What nobody decides on is asked once more, and of those above; what is decided is
// left alone.
func TestAnObjectionThatWaitsGoesOneRungUp(t *testing.T) {
	for _, c := range []struct {
		state string
		want  []campaign.PersonID
	}{{open, []campaign.PersonID{2, 3, 4}}, {accepted, nil}, {refused, nil}} {
		tt := turn{Facts: Facts{Person: 1, Scope: branch, People: officials, Objection: Objection{ID: 7, State: c.state}}}
		var got []campaign.PersonID
		for _, m := range waits(tt, Waits{7}).Out {
			got = append(got, m.To.Person)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v are asked, want %v", c.state, got, c.want)
		}
	}
	sent := turn{Draft: Draft{Activity: 7, Claim: late, Why: "why"}, Facts: Facts{Person: 1, Scope: branch, Marked: true, People: officials}}
	sent.Who, sent.Now, sent.ID = campaign.Person{ID: 1}, noon, 7
	if ts := send(&sent).Timers; len(ts) != 1 || !ts[0].At.Equal(noon.Add(patience)) || ts[0].About != (Waits{7}) {
		t.Errorf("what is sent is looked at again by %v", ts)
	}
}
