package roll

import (
	"slices"
	"testing"
	"time"

	"campaign"
)

var (
	noon   = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	here   = campaign.BranchScope(1, 1)
	duties = map[string]campaign.Duty{
		"the secretary":             {Role: campaign.Secretary, Over: here},
		"another secretary":         {Role: campaign.Secretary, Over: campaign.BranchScope(1, 2)},
		"the direct responsible":    {Role: campaign.Direct, Over: campaign.UnitScope(1)},
		"the desk of another unit":  {Role: campaign.Desk, Over: campaign.UnitScope(2)},
		"the office":                {Role: campaign.Office, Over: campaign.Everyone()},
		"the leading group":         {Role: campaign.Leading, Over: campaign.Everyone()},
		"a supervisor of the unit":  {Role: campaign.Supervisor, Over: campaign.UnitScope(1)},
		"a contact leader":          {Role: campaign.Contact, Over: campaign.UnitScope(1)},
		"a member without any duty": {},
	}
	running = []string{"the secretary", "the direct responsible", "the office"}
)

func rolling(duty campaign.Duty) turn {
	t := turn{Facts: Facts{Activity: campaign.Activity{ID: 7, Closes: noon}, Branch: branch{Scope: here}, People: []person{{ID: 1}, {ID: 2, In: true}, {ID: 9}}}}
	t.Who, t.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duty}}, noon.Add(time.Hour)
	return t
}

// Rights are those of the act: of the beginning, of the end, and of a decision.
func TestOnlyWhoeverRunsABranchTakesItsRollOrDecides(t *testing.T) {
	for name, duty := range duties {
		may := slices.Contains(running, name)
		begun := rolling(duty)
		if o := begin(&begun); (len(begun.Draft.Of) == 2) != may {
			t.Errorf("%s begins a roll of %v: %v", name, begun.Draft.Of, o.Answer)
		}
		ended := rolling(duty)
		ended.Draft = Draft{Activity: 7, Branch: 1, Of: []campaign.PersonID{1, 2}, Present: []campaign.PersonID{1}}
		if o := submit(&ended); (len(o.News) == 1) != may {
			t.Errorf("%s ends a roll with %v", name, o.News)
		}
		v := verifying{Facts: Open{At: at{Activity: 7}, Activity: campaign.Activity{ID: 7}, Items: []item{{Person: 1, Branch: here, At: noon, Doubt: "code"}}}}
		v.Who, v.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duty}}, noon
		if o := decide(v, Decide{At: v.Facts.At, Person: 1, Present: true}); (len(o.News) == 1) != may {
			t.Errorf("%s decides: %v", name, o.News)
		}
	}
}

func TestARollIsRefusedWhereThereIsNothingToTake(t *testing.T) {
	for name, change := range map[string]func(*Facts){
		"the activity is cancelled":       func(f *Facts) { f.Activity.Cancelled = true },
		"nobody is written down yet":      func(f *Facts) { f.People = nil },
		"there is nobody but the taker":   func(f *Facts) { f.People = []person{{ID: 9}} },
		"the branch is not there":         func(f *Facts) { f.Branch = branch{} },
		"neither branch nor activity are": func(f *Facts) { *f = Facts{} },
	} {
		tt := rolling(duties["the secretary"])
		change(&tt.Facts)
		if o := begin(&tt); len(tt.Draft.Of) != 0 || o.Answer.Say == "" {
			t.Errorf("%s: a roll begins of %v, with %q", name, tt.Draft.Of, o.Answer.Say)
		}
	}
}

// Whoever came onto the list while the roll was taken was not looked for.
func TestARollSaysNothingOfWhomItDidNotShow(t *testing.T) {
	tt := rolling(duties["the office"])
	begin(&tt)
	tt.Facts.People = append(tt.Facts.People, person{ID: 3})
	n := submit(&tt).News[0].(campaign.RollTaken)
	if all := slices.Concat(n.Present, n.Absent); slices.Contains(all, 3) || slices.Contains(all, 9) || len(all) != 2 {
		t.Errorf("the roll is of %v, want 1 and 2", all)
	}
}

func TestARollIsEnteredLateADayAfterTheClose(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, false}, {24 * time.Hour, false}, {24*time.Hour + time.Second, true}} {
		tt := rolling(duties["the office"])
		begin(&tt)
		tt.Now = noon.Add(c.after)
		if n := submit(&tt).News[0].(campaign.RollTaken); n.EnteredLate != c.want {
			t.Errorf("%s after the close: entered late %t", c.after, n.EnteredLate)
		}
	}
}

// Whom a roll begins with: those whom the roll before found, and who are in since.
func TestARollBeginsWithWhatIsKnown(t *testing.T) {
	tt := rolling(duties["the office"])
	tt.Facts.People = []person{
		{ID: 1}, {ID: 2, In: true}, {ID: 3, Called: true, Found: true, In: true}, {ID: 4, Called: true, In: true},
	}
	begin(&tt)
	if want := []campaign.PersonID{2, 3}; !slices.Equal(tt.Draft.Present, want) {
		t.Errorf("begins with %v, want %v", tt.Draft.Present, want)
	}
}

// Of closed figures no roll is taken and nothing decided, unless they are unlocked.
func TestClosedFiguresTakeNoRollAndNoDecision(t *testing.T) {
	for _, c := range []struct {
		closing campaign.Closing
		want    bool
	}{
		{campaign.Closing{}, true},
		{campaign.Closing{At: noon}, false},
		{campaign.Closing{At: noon, Unlocked: noon.Add(2 * time.Hour)}, true},
	} {
		tt := rolling(duties["the secretary"])
		tt.Facts.Closing = c.closing
		if o := begin(&tt); (o.Answer.Say == "") != c.want {
			t.Errorf("%+v: a roll begins with %q", c.closing, o.Answer.Say)
		}
		tt.Draft = Draft{Activity: 7, Branch: 1, Of: []campaign.PersonID{1, 2}, Present: []campaign.PersonID{1}}
		if o := submit(&tt); (len(o.News) == 1) != c.want {
			t.Errorf("%+v: a roll ends with %v", c.closing, o.News)
		}
		elsewhere := campaign.BranchScope(1, 2)
		v := verifying{Facts: Open{At: at{Activity: 7}, Activity: campaign.Activity{ID: 7}, Closings: map[campaign.BranchID]campaign.Closing{1: c.closing},
			Items: []item{{Person: 1, Branch: here, Rolled: true, Present: true}, {Person: 2, Branch: elsewhere, Rolled: true, Present: true}}}}
		v.Who, v.Now = campaign.Person{ID: 9, Duties: []campaign.Duty{duties["the office"]}}, noon.Add(time.Hour)
		if o := decide(v, Decide{At: v.Facts.At, Person: 1, Present: true}); (len(o.News) == 1) != c.want {
			t.Errorf("%+v: decided %v", c.closing, o.News)
		}
		want := 1
		if c.want {
			want = 2
		}
		if o := trust(v, Trust{v.Facts.At}); len(o.News) != want {
			t.Errorf("%+v: trusted %v, want %d", c.closing, o.News, want)
		}
	}
}
