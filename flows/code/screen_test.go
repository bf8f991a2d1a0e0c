package code

import (
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// at is somebody with a duty who looks at the screen of a lecture of unit 1.
func at(d campaign.Duty, change func(*hosting)) hosting {
	t := hosting{Facts: Hosted{Activity: campaign.Activity{ID: 7, Method: campaign.ByCode, Scope: campaign.UnitScope(1), Starts: noon, Ends: noon.Add(time.Hour), Closes: noon.Add(time.Hour)}}}
	t.Who, t.Now, t.Public = campaign.Person{ID: 1, Duties: []campaign.Duty{d}}, noon, "https://muster.example"
	if change != nil {
		change(&t)
	}
	return t
}

// Who shows the code, and who says whether names are shown, is looked at with
// every act, whatever button is pressed.
func TestOnlyWhoRunsTheActivityHasItsScreen(t *testing.T) {
	desk := campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(1)}
	for name, c := range map[string]struct {
		t            hosting
		shows, names bool
	}{
		"the desk of the unit":    {at(desk, nil), true, true},
		"its first responsible":   {at(campaign.Duty{Role: campaign.First, Over: campaign.UnitScope(1)}, nil), true, true},
		"the office":              {at(campaign.Duty{Role: campaign.Office, Over: campaign.Everyone()}, nil), true, false},
		"the desk of another":     {at(campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(2)}, nil), false, false},
		"a secretary":             {at(campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}, nil), false, false},
		"a supervisor":            {at(campaign.Duty{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}, nil), false, false},
		"the leading group":       {at(campaign.Duty{Role: campaign.Leading, Over: campaign.Everyone()}, nil), false, false},
		"a secretary, their own":  {at(campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}, func(t *hosting) { t.Facts.Activity.Scope = campaign.BranchScope(1, 1) }), true, false},
		"an activity by button":   {at(desk, func(t *hosting) { t.Facts.Activity.Method = campaign.ByButton }), false, false},
		"one that was called off": {at(desk, func(t *hosting) { t.Facts.Activity.Cancelled = true }), false, false},
		"one that was over":       {at(desk, func(t *hosting) { t.Now = noon.Add(2 * time.Hour) }), false, false},
		"none":                    {at(desk, func(t *hosting) { t.Facts.Activity = campaign.Activity{} }), false, false},
		"no address for pages":    {at(desk, func(t *hosting) { t.Public = "" }), false, false},
	} {
		shown := show(&c.t)
		for act, o := range map[string]flow.Outcome{"show": shown, "again": again(c.t, Again{7}), "revoke": revoke(c.t, Revoke{7})} {
			if did := len(o.Effects) > 0; did != c.shows {
				t.Errorf("%s, %s: %v, want %v", name, act, did, c.shows)
			}
		}
		if did := len(names(c.t, Names{7, true, "token"}).Effects) > 0; did != c.names {
			t.Errorf("%s says whether names are shown: %v, want %v", name, did, c.names)
		}
	}
}

// A message that reaches us late, since we were away, counts from when it was sent:
// by then the code was good, and one that was good only now is not.
func TestTheTimeOfTheScanCounts(t *testing.T) {
	d := Door{Activity: campaign.Activity{ID: 7, Method: campaign.ByCode, Opens: noon, LateFrom: noon, Closes: noon.Add(time.Minute)}, Secret: make([]byte, 32)}
	sent, taken := noon.Add(7*time.Second), noon.Add(time.Hour)
	for _, shown := range []time.Time{sent, taken} {
		var t1 turn
		t1.Who, t1.At, t1.Now, t1.Facts.Doors = campaign.Person{ID: 1}, sent, taken, []Door{d}
		t1.Arg = d.arg(roundAt(shown))
		t2 := t1
		t2.Draft.Digits = d.digits(roundAt(shown))
		want := shown.Equal(sent)
		for name, o := range map[string]flow.Outcome{"scan": scanned(&t1), "digits": typed(&t2)} {
			if counts := len(o.News) == 1 && o.News[0].(campaign.Attended).At.Equal(sent); counts != want {
				t.Errorf("%s, of a code that was shown at %v: counts %v, want %v", name, shown, counts, want)
			}
		}
		o := stranger(t1, flow.Knock{Arg: t1.Arg})
		if kept := len(o.Effects) == 1 && o.Effects[0].(Kept).At.Equal(sent); kept != want {
			t.Errorf("a stranger's, of a code that was shown at %v: kept %v, want %v", shown, kept, want)
		}
	}
}
