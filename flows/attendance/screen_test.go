package attendance

import (
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// The card adds up branches; they are counted by what is alike, and the export
// judges people: the totals are the same.
func TestFiguresOfABranchAreThoseOfItsPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		over, required := rapid.Bool().Draw(t, "over"), rapid.Bool().Draw(t, "required")
		var bs []branch
		want := campaign.Figures{}
		for range rapid.IntRange(1, 6).Draw(t, "branches") {
			n := campaign.Tally{Expected: rapid.IntRange(1, 30).Draw(t, "expected"), Reported: rapid.Bool().Draw(t, "reported")}
			n.Arrived = rapid.IntRange(0, n.Expected).Draw(t, "arrived")
			n.Late = rapid.IntRange(0, n.Arrived).Draw(t, "late")
			n.Made = rapid.IntRange(0, n.Expected-n.Arrived).Draw(t, "made")
			n.Waived = rapid.IntRange(0, n.Expected-n.Arrived-n.Made).Draw(t, "waived")
			for i := range n.Expected {
				p := campaign.Presence{Marked: i < n.Arrived, Late: i < n.Late, Over: over, Reported: n.Reported, Required: required}
				switch i -= n.Arrived; {
				case i >= 0 && i < n.Made:
					p.Debt = campaign.DebtMade
				case i >= n.Made && i < n.Made+n.Waived:
					p.Debt = campaign.DebtWaived
				case i >= 0:
					p.Debt = rapid.SampledFrom([]campaign.Debt{campaign.NoDebt, campaign.DebtOpen, campaign.DebtHanded, campaign.DebtVoid}).Draw(t, "debt")
				}
				want[p.Status()]++
			}
			bs = append(bs, branch{Reported: n.Reported, Figures: n.Figures(over, required)})
		}
		closes := noon.Add(time.Hour)
		if over {
			closes = noon
		}
		tt := turn{Facts: Facts{Activity: campaign.Activity{Closes: closes}}}
		tt.Now = noon
		got := total(Spot{}, "", bs, tt).Figures
		for _, s := range campaign.Statuses {
			if got[s] != want[s] {
				t.Fatalf("%s: got %d, want %d", s, got[s], want[s])
			}
		}
	})
}

// Whoever forgot to sign out is there, and shown so.
func TestTheListSaysWhoSignedOut(t *testing.T) {
	a := campaign.Activity{Starts: noon.Add(-4 * time.Hour), Ends: noon.Add(-2 * time.Hour), Closes: noon.Add(-2 * time.Hour), SignOut: noon.Add(-130 * time.Minute)}
	in := person{Name: "王芳", At: a.Starts}
	out := in
	out.Left = a.Ends
	for _, c := range []struct {
		name string
		p    person
		now  time.Time
		want messages.Sentence
	}{
		{"there is time left", in, a.Ends, "✓ %s %s"},
		{"forgot it", in, noon, "%s · sign-out missing"},
		{"signed out", out, noon, "%s · signed out %s"},
	} {
		if got := c.p.text(a, c.now).Say; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	tt := turn{Facts: Facts{Activity: a, People: []person{in, out, in, {Name: "周杰"}}}}
	if tt.Now = noon; forgotten(tt) != 2 {
		t.Errorf("got %d who forgot it, want 2", forgotten(tt))
	}
}

// Who attended at another branch is there, and says nothing of whether their own has
// reported; guests stand beside the figures of their host.
func TestGuestsAreCountedAtHomeAndShownAtTheHost(t *testing.T) {
	a := campaign.Activity{Closes: noon, Ends: noon, SignOut: noon.Add(-time.Hour)}
	home := branch{Scope: campaign.BranchScope(1, 1), Name: "机关第一支部", Figures: campaign.Tally{Expected: 8, Arrived: 1}.Figures(true, true)}
	host := branch{Scope: campaign.BranchScope(2, 3), Name: "综合科支部", Reported: true, Figures: campaign.Tally{Expected: 4, Arrived: 3, Reported: true}.Figures(true, true), Guests: 2}
	tt := turn{Facts: Facts{Activity: a, At: Spot{1, 1, 1}, Branches: []branch{home}}}
	tt.Now = noon.Add(time.Hour)
	if r := total(Spot{}, "", []branch{home, host}, tt); r.Figures.Expected() != 12 || r.Figures.Arrived() != 4 || r.Guests != 2 || r.Silent != 1 {
		t.Errorf("together: got %+v, want four of twelve, two guests, one branch silent", r)
	}
	if got := total(Spot{}, "", []branch{host}, tt).text().Say; got != "%s · guests %d" {
		t.Errorf("at the host: got %q", got)
	}
	away := person{Name: "王芳", At: noon.Add(-3 * time.Hour), Guest: true, By: "何平", Note: "区卫生局 · 综合科支部"}
	if got := away.text(a, tt.Now); got.Say != "%s · at %s" || got.Args[1] != away.Note {
		t.Errorf("their line: got %v", got)
	}
}

// A reader of one branch sees its names at once; whoever sees more goes down by
// what branches there are, and back up the same way.
func TestACardIsAsNarrowAsWhatItsReaderSees(t *testing.T) {
	at := func(u campaign.UnitID, b campaign.BranchID) branch { return branch{Scope: campaign.BranchScope(u, b)} }
	one := []branch{at(1, 1)}
	unit := []branch{at(1, 1), at(1, 2)}
	district := []branch{at(1, 1), at(1, 2), at(2, 3)}
	for _, c := range []struct {
		name   string
		sees   []branch
		at     Spot
		want   Spot
		wider  Spot
		widens bool
	}{
		{"one branch", one, Spot{7, 0, 0}, Spot{7, 1, 1}, Spot{}, false},
		{"a unit", unit, Spot{7, 0, 0}, Spot{7, 1, 0}, Spot{}, false},
		{"a branch of the unit", unit, Spot{7, 1, 2}, Spot{7, 1, 2}, Spot{7, 1, 0}, true},
		{"the district", district, Spot{7, 0, 0}, Spot{7, 0, 0}, Spot{}, false},
		{"a unit of it", district, Spot{7, 1, 0}, Spot{7, 1, 0}, Spot{7, 0, 0}, true},
		{"a branch of that", district, Spot{7, 1, 1}, Spot{7, 1, 1}, Spot{7, 1, 0}, true},
		{"a unit of one branch", district, Spot{7, 2, 0}, Spot{7, 2, 3}, Spot{7, 0, 0}, true},
	} {
		got := c.at.narrowed(c.sees)
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if wider, ok := got.up(c.sees); ok != c.widens || ok && wider != c.wider {
			t.Errorf("%s: up: got %v, %v, want %v, %v", c.name, wider, ok, c.wider, c.widens)
		}
	}
}

// Every page of the names says what its first people are, and nobody is lost.
func TestEveryNameStandsOnOnePageUnderItsHeading(t *testing.T) {
	const out, in = 25, 30
	secretary := campaign.Person{ID: 1000, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}}}
	tt := turn{Facts: Facts{At: Spot{7, 1, 1}, Activity: campaign.Activity{ID: 7, Opens: noon, LateFrom: noon.Add(time.Hour), Closes: noon.Add(2 * time.Hour)},
		Branches: []branch{{Scope: campaign.BranchScope(1, 1), Name: "B", Reported: true, Figures: campaign.Figures{campaign.Present: in, campaign.NotReported: out}}}}}
	tt.Who, tt.Now = secretary, noon.Add(time.Minute)
	for i := range out + in {
		p := person{ID: campaign.PersonID(i + 1), Name: fmt.Sprint("N", i)}
		if i >= out {
			p.At = noon
		}
		tt.Facts.People = append(tt.Facts.People, p)
	}
	headings := [][]messages.Sentence{{"Not in yet (%d):"}, {"Not in yet (%d):", "In (%d):"}, {"In (%d):"}}
	names := 0
	for page, want := range headings {
		var got []messages.Sentence
		for _, line := range screen(tt, Show{Page: page}).Lines {
			switch line.Say {
			case "Not in yet (%d):", "In (%d):":
				got = append(got, line.Say)
			case "– %s", "✓ %s %s":
				names++
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("page %d: got %q, want %q", page, got, want)
		}
	}
	if names != out+in {
		t.Errorf("got %d names on all pages, want %d", names, out+in)
	}
}

// Rights are those of the act, whatever a screen has offered.
func TestReadersActOnNothing(t *testing.T) {
	here, elsewhere := campaign.BranchScope(1, 1), campaign.BranchScope(2, 3)
	for _, c := range []struct {
		name                string
		duty                campaign.Duty
		reads, marks, moves bool
	}{
		{"the secretary", campaign.Duty{Role: campaign.Secretary, Over: here}, true, true, false},
		{"another secretary", campaign.Duty{Role: campaign.Secretary, Over: elsewhere}, false, false, false},
		{"the first responsible", campaign.Duty{Role: campaign.First, Over: campaign.UnitScope(1)}, true, true, true},
		{"the desk of another unit", campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(2)}, false, false, false},
		{"the office", campaign.Duty{Role: campaign.Office, Over: campaign.Everyone()}, true, true, true},
		{"the leading group", campaign.Duty{Role: campaign.Leading, Over: campaign.Everyone()}, true, false, false},
		{"a supervisor", campaign.Duty{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}, true, false, false},
		{"a contact leader", campaign.Duty{Role: campaign.Contact, Over: campaign.UnitScope(1)}, true, false, false},
		{"a member", campaign.Duty{}, false, false, false},
	} {
		tt := turn{Facts: Facts{At: Spot{7, 1, 1}, Branches: []branch{{Scope: here, Reported: true, Figures: campaign.Figures{campaign.Present: 1, campaign.NotReported: 1}}},
			Activity: campaign.Activity{ID: 7, Scope: campaign.UnitScope(1), Opens: noon, LateFrom: noon, Closes: noon.Add(time.Hour), Ends: noon.Add(time.Hour)}}}
		tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{c.duty}}, noon.Add(time.Minute)
		if err := reads(tt); (err == nil) != c.reads {
			t.Errorf("%s reads: got %v, want %v", c.name, err, c.reads)
		}
		if err := marks(tt); (err == nil) != c.marks {
			t.Errorf("%s marks: got %v, want %v", c.name, err, c.marks)
		}
		if err := closes(tt); (err == nil) != c.moves {
			t.Errorf("%s closes: got %v, want %v", c.name, err, c.moves)
		}
	}
}

// Where there are more units than fit the card, one is found by its name.
func TestAUnitIsFoundAmongMany(t *testing.T) {
	tt := turn{Facts: Facts{At: Spot{Activity: 7}, Activity: campaign.Activity{ID: 7, Closes: noon}}, Draft: Draft{At: Spot{Activity: 7}, Act: finding}}
	tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{{Role: campaign.Office, Over: campaign.Everyone()}}}, noon
	for u := range campaign.UnitID(40) {
		for b := range campaign.BranchID(2) {
			tt.Facts.Branches = append(tt.Facts.Branches, branch{Scope: campaign.BranchScope(u+1, 2*campaign.BranchID(u)+b+1), Unit: fmt.Sprint("U", u+1), Figures: campaign.Figures{campaign.NotReported: 3}})
		}
	}
	offered := false
	for _, row := range screen(tt, Show{}).Keys {
		for _, k := range row {
			_, ok := k.Press.(Find)
			offered = offered || ok
		}
	}
	if !offered {
		t.Errorf("40 units, and no way to find one")
	}
	p := Flow.Begin(tt).Place
	in := flow.Chosen{Ask: "unit", Key: "33"}
	if err := Flow.Take(p, &tt, in); err != nil {
		t.Fatal(err)
	}
	tt.Facts.At = tt.Draft.At.narrowed(tt.Facts.Branches)
	n, err := Flow.Decide(p, tt, in)
	if err != nil || n.At != "" || len(n.Out) != 1 {
		t.Fatalf("got %v, %v, want the card and the end", n, err)
	}
	if got, want := n.Out[0].Keys[0][0].Press, (Show{Spot: Spot{7, 33, 65}}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
