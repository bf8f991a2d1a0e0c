package correct

import (
	"testing"
	"time"

	"campaign"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func correcting(duty campaign.Duty, from, to campaign.Status) turn {
	a := campaign.Activity{ID: 7, Opens: noon.Add(-3 * time.Hour), LateFrom: noon.Add(-2 * time.Hour), Closes: noon.Add(-time.Hour)}
	t := turn{Draft: Draft{Activity: 7, Person: 1, From: from, To: to, Why: "why"},
		Facts: Facts{Activity: a, Scope: campaign.BranchScope(1, 1), Marked: true, Status: campaign.Present}}
	t.Who, t.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duty}}, noon
	return t
}

var secretary = campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 1)}

// Rights are those of the act, at its beginning and at its end.
func TestWhoMayCorrectARecord(t *testing.T) {
	for _, c := range []struct {
		name string
		duty campaign.Duty
		want bool
	}{
		{"the secretary", secretary, true},
		{"another secretary", campaign.Duty{Role: campaign.Secretary, Over: campaign.BranchScope(1, 2)}, false},
		{"the desk", campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(1)}, true},
		{"the desk of another unit", campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(2)}, false},
		{"the office", campaign.Duty{Role: campaign.Office, Over: campaign.Everyone()}, true},
		{"the leading group", campaign.Duty{Role: campaign.Leading, Over: campaign.Everyone()}, false},
		{"a supervisor", campaign.Duty{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}, false},
		{"a member", campaign.Duty{}, false},
	} {
		begun := correcting(c.duty, "", "")
		if o := begin(&begun); (o.Answer.Say == "") != c.want {
			t.Errorf("%s begins: %q", c.name, o.Answer.Say)
		}
		ended := correcting(c.duty, campaign.Present, campaign.Absent)
		if o := correct(&ended); (len(o.News) == 1) != c.want {
			t.Errorf("%s ends with %v", c.name, o.News)
		}
	}
}

func TestARecordIsCorrectedOnlyWhereItCanBe(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*turn)
		want   bool
	}{
		"as it was shown":              {func(*turn) {}, true},
		"changed since it was shown":   {func(t *turn) { t.Facts.Status = campaign.CameLate }, false},
		"taken back since":             {func(t *turn) { t.Facts.Marked, t.Facts.Status = false, campaign.Absent }, false},
		"one's own":                    {func(t *turn) { t.Draft.Person = t.Who.ID }, false},
		"of a cancelled activity":      {func(t *turn) { t.Facts.Activity.Cancelled = true }, false},
		"of somebody not on the list":  {func(t *turn) { t.Facts = Facts{} }, false},
		"of closed figures":            {func(t *turn) { t.Facts.Closing.At = noon }, false},
		"of unlocked figures":          {func(t *turn) { t.Facts.Closing = campaign.Closing{At: noon, Unlocked: noon.Add(time.Minute)} }, true},
		"of figures locked once again": {func(t *turn) { t.Facts.Closing = campaign.Closing{At: noon, Unlocked: noon} }, false},
	} {
		tt := correcting(secretary, campaign.Present, campaign.Absent)
		c.change(&tt)
		if o := correct(&tt); (len(o.News) == 1) != c.want {
			t.Errorf("%s: corrected %v", name, o.News)
		}
	}
}

func TestACorrectionSaysWhatIsRight(t *testing.T) {
	for to, want := range map[campaign.Status]campaign.RecordSettled{
		campaign.Present:  {Present: true},
		campaign.CameLate: {Present: true, Late: true},
		campaign.Absent:   {},
	} {
		tt := correcting(secretary, campaign.Present, to)
		want.Activity, want.Person, want.Hat, want.Cause, want.Note = 7, 1, campaign.Secretary, campaign.ByCorrection, "why"
		if got := correct(&tt).News[0]; got != want {
			t.Errorf("%s: news %+v, want %+v", to, got, want)
		}
	}
}
