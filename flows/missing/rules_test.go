package missing

import (
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/messages"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// Nobody is called absent while they may come, nor of a branch that sent nothing.
func TestNobodyIsAbsentBeforeTheirBranchHasReported(t *testing.T) {
	for _, c := range []struct {
		after    time.Duration
		reported bool
		want     messages.Sentence
	}{
		{-time.Second, true, "Not in yet: %d of %d"},
		{-time.Second, false, "Not in yet: %d of %d"},
		{0, true, "Absent: %d of %d"},
		{0, false, "Nothing has been reported yet: %d of %d"},
	} {
		f := Facts{Activity: campaign.Activity{Opens: noon.Add(-time.Hour), LateFrom: noon, Closes: noon}, Missing: []string{"A"}, Expected: 2, Reported: c.reported}
		if got := f.heading(noon.Add(c.after)).Say; got != c.want {
			t.Errorf("%s after the close, reported %t: %q, want %q", c.after, c.reported, got, c.want)
		}
	}
}

// A group never sees thirty names, and none at all unless the unit chose so.
func TestAGroupSeesAHandfulOfNamesOrNone(t *testing.T) {
	for _, n := range []int{1, 5, 6, 30} {
		for _, named := range []bool{false, true} {
			tt := turn{Facts: Facts{At: At{7, 1}, Scope: campaign.BranchScope(1, 1), Expected: 40, Grouped: true, Named: named,
				Activity: campaign.Activity{Opens: noon.Add(-time.Hour), LateFrom: noon, Closes: noon.Add(time.Hour)}}}
			tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}}}, noon
			for i := range n {
				tt.Facts.Missing = append(tt.Facts.Missing, fmt.Sprint("N", i))
			}
			seen := 0
			for _, m := range remind(tt, Remind{}).Out {
				if m.To.Group == 0 {
					continue
				}
				for _, l := range m.Lines {
					if l.Say == "Among them: %s" {
						seen = len(l.Args[0].(messages.List))
					}
				}
			}
			want := 0
			if named {
				want = min(n, mostNamed+1) // the last says how many more there are
			}
			if seen != want {
				t.Errorf("%d missing, named %t: the group sees %d parts, want %d", n, named, seen, want)
			}
		}
	}
}

func TestOnlyWhoeverRunsABranchSeesTheNames(t *testing.T) {
	for _, c := range []struct {
		duty campaign.Duty
		may  bool
	}{
		{campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}, true},
		{campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 2)}, false},
		{campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(1)}, true},
		{campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(2)}, false},
		{campaign.Duty{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}, false},
		{campaign.Duty{Role: campaign.Office, Over: campaign.Everyone()}, true},
		{campaign.Duty{}, false},
	} {
		tt := turn{Facts: Facts{Scope: campaign.BranchScope(1, 1), Expected: 2, Missing: []string{"A"}, Grouped: true,
			Activity: campaign.Activity{Opens: noon, LateFrom: noon, Closes: noon.Add(time.Hour)}}}
		tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{c.duty}}, noon
		if o := show(&tt); (len(o.Out) == 1) != c.may {
			t.Errorf("%+v is shown %v", c.duty, o.Out)
		}
		if o := remind(tt, Remind{}); (len(o.Effects) == 1) != c.may {
			t.Errorf("%+v reminds: %v", c.duty, o.Effects)
		}
		unit := c.may && c.duty.Role != campaign.Secretary
		if o := choose(tt, Choose{Named: true}); (len(o.Effects) == 1) != unit {
			t.Errorf("%+v chooses: %v", c.duty, o.Effects)
		}
	}
}
