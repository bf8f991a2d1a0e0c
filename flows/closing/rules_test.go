package closing

import (
	"slices"
	"testing"
	"time"

	"campaign"
)

var (
	noon   = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	today  = campaign.DayOf(noon)
	duties = map[string]campaign.Duty{
		"the secretary":            {Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)},
		"another secretary":        {Role: campaign.Secretary, Over: campaign.BranchScope(1, 2)},
		"the desk":                 {Role: campaign.Desk, Over: campaign.UnitScope(1)},
		"the first responsible":    {Role: campaign.First, Over: campaign.UnitScope(1)},
		"the desk of another unit": {Role: campaign.Desk, Over: campaign.UnitScope(2)},
		"the office":               {Role: campaign.Office, Over: campaign.Everyone()},
		"the leading group":        {Role: campaign.Leading, Over: campaign.Everyone()},
		"a supervisor":             {Role: campaign.Supervisor, Over: campaign.UnitScope(1)},
		"a contact leader":         {Role: campaign.Contact, Over: campaign.UnitScope(1)},
		"a member":                 {},
	}
)

func closer(duty campaign.Duty, s campaign.Scope, d campaign.Day, us ...unit) turn {
	t := turn{Draft: Draft{Scope: s, Close: true, Through: d}, Facts: Facts{Scope: s, Units: us}}
	t.Who, t.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duty}}, noon
	return t
}

func TestWhoClosesFigures(t *testing.T) {
	for name, duty := range duties {
		for _, c := range []struct {
			scope campaign.Scope
			want  []string
		}{
			{campaign.UnitScope(1), []string{"the desk", "the first responsible", "the office"}},
			{campaign.Scope{Part: campaign.OneBatch, Batch: 1}, []string{"the office"}},
			{campaign.Everyone(), []string{"the office"}},
			{campaign.BranchScope(1, 1), nil},
			{campaign.Scope{}, nil},
		} {
			tt := closer(duty, c.scope, today-1, unit{ID: 1})
			if got := len(shut(&tt).Effects) == 1; got != slices.Contains(c.want, name) {
				t.Errorf("%s closes %+v: %t", name, c.scope, got)
			}
		}
	}
}

func TestWhichDaysCanBeClosed(t *testing.T) {
	for _, c := range []struct {
		name string
		day  campaign.Day
		want []campaign.UnitID
	}{
		{"tomorrow", today + 1, nil},
		{"today", today, nil},
		{"yesterday", today - 1, []campaign.UnitID{1, 2}},
		{"a day that is closed for one of two", today - 3, []campaign.UnitID{2}},
		{"a day that is closed for both", today - 9, nil},
	} {
		tt := closer(duties["the office"], campaign.Everyone(), c.day, unit{ID: 1, Through: today - 3}, unit{ID: 2, Through: today - 9})
		var got []campaign.UnitID
		if es := shut(&tt).Effects; len(es) == 1 {
			got = es[0].(Closed).Units
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: closes %v, want %v", c.name, got, c.want)
		}
	}
}

// The unit unlocks, and the office; a secretary asks; readers do neither.
func TestWhoUnlocksAndWhoAsks(t *testing.T) {
	for name, duty := range duties {
		tt := unlocking{Draft: Unlock{Activity: 7, Branch: 1, Span: hours, Why: "why"},
			Facts: Lock{Scope: campaign.BranchScope(1, 1), Closing: campaign.Closing{At: noon.Add(-time.Hour)}, Officials: []campaign.PersonID{4}}}
		tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duty}}, noon
		got := ""
		if es := settle(&tt).Effects; len(es) == 1 {
			got = es[0].Effect()
		}
		want := map[string]string{"the desk": "unlocked", "the first responsible": "unlocked", "the office": "unlocked", "the secretary": "asked"}[name]
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if o := grant(tt, Grant{Activity: 7, Branch: 1, For: 2, Why: "why"}); (o.Begins.Flow != "") != (want == "unlocked") {
			t.Errorf("%s begins to unlock: %q, %q", name, o.Begins.Flow, o.Answer.Say)
		}
	}
}

func TestWhatCanBeUnlocked(t *testing.T) {
	for name, c := range map[string]struct {
		closing campaign.Closing
		want    bool
	}{
		"closed":           {campaign.Closing{At: noon}, true},
		"open":             {campaign.Closing{}, false},
		"unlocked":         {campaign.Closing{At: noon, Unlocked: noon.Add(time.Second)}, false},
		"unlocked, before": {campaign.Closing{At: noon, Unlocked: noon}, true},
	} {
		tt := unlocking{Draft: Unlock{Activity: 7, Branch: 1, Span: aDay, Why: "why"}, Facts: Lock{Scope: campaign.BranchScope(1, 1), Closing: c.closing}}
		tt.Who, tt.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duties["the desk"]}}, noon
		o := settle(&tt)
		if (len(o.Effects) == 1) != c.want {
			t.Errorf("%s: %v, %q", name, o.Effects, o.Answer.Say)
		}
		if c.want && !o.Effects[0].(Unlocked).Until.Equal(noon.Add(24*time.Hour)) {
			t.Errorf("%s until %v", name, o.Effects[0].(Unlocked).Until)
		}
	}
}
