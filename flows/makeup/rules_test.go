package makeup

import (
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/flow"
	"campaign/messages"
)

var (
	zone  = time.FixedZone("campaign", 8*60*60)
	held  = time.Date(2026, 12, 1, 9, 0, 0, 0, zone)
	due   = campaign.Date(2026, 12, 15)
	there = campaign.BranchScope(1, 1)
)

// owed is a debt of person 1 of branch 1.
func owed(state campaign.Debt) Debt {
	return Debt{Key: Key{7, 1}, Activity: campaign.Activity{ID: 7, Title: "集中学习", Starts: held, Closes: held.Add(2 * time.Hour)}, Branch: there, Due: due, State: state}
}

func person(id campaign.PersonID, duties ...campaign.Duty) campaign.Person {
	return campaign.Person{ID: id, Duties: duties}
}

// Who may do what: the branch decides, the unit waives, nobody decides about
// themselves, and whoever only reads decides nothing.
func TestWhoDecidesAboutADebt(t *testing.T) {
	elsewhere := campaign.BranchScope(2, 9)
	for _, c := range []struct {
		name                            string
		who                             campaign.Person
		reads, decides, visits, waivers bool
	}{
		{"the secretary", person(2, campaign.Duty{Role: campaign.Secretary, Over: there}), true, true, true, false},
		{"the secretary of another branch", person(2, campaign.Duty{Role: campaign.Secretary, Over: elsewhere}), false, false, false, false},
		{"the desk of the unit", person(2, campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(1)}), true, true, true, true},
		{"the first responsible of another unit", person(2, campaign.Duty{Role: campaign.First, Over: campaign.UnitScope(2)}), false, false, false, false},
		{"the office", person(2, campaign.Duty{Role: campaign.Office, Over: campaign.Everyone()}), true, true, true, true},
		{"the leading group", person(2, campaign.Duty{Role: campaign.Leading, Over: campaign.Everyone()}), false, false, false, false},
		{"a supervisor", person(2, campaign.Duty{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}), false, false, false, false},
		{"another member", person(2), false, false, false, false},
		{"the member", person(1), true, false, false, false},
		{"the member, who is the secretary", person(1, campaign.Duty{Role: campaign.Secretary, Over: there}), true, false, false, false},
		{"the member, who runs the unit", person(1, campaign.Duty{Role: campaign.First, Over: campaign.UnitScope(1)}), true, false, false, false},
	} {
		d := owed(campaign.DebtHanded)
		for what, got := range map[string][2]bool{
			"reads": {readable(c.who, d) == nil, c.reads}, "decides": {decidable(c.who, d) == nil, c.decides},
			"visits": {visitable(c.who, d) == nil, c.visits}, "waives": {waivable(c.who, d) == nil, c.waivers},
		} {
			if got[0] != got[1] {
				t.Errorf("%s %s: got %v, want %v", c.name, what, got[0], got[1])
			}
		}
	}
}

// Whoever records for a member enters a visit while nothing waits to be decided, and
// decides nothing.
func TestAHelperEntersAVisitAndHasNotTheLastWord(t *testing.T) {
	for state, visits := range map[campaign.Debt]bool{campaign.DebtOpen: true, campaign.DebtHanded: false, campaign.DebtMade: false, campaign.DebtWaived: false} {
		d := owed(state)
		d.Helper = 3
		if got := visitable(person(3), d) == nil; got != visits {
			t.Errorf("%s: a visit is entered: got %v, want %v", state, got, visits)
		}
		if visitable(person(4), d) == nil || decidable(person(3), d) == nil || waivable(person(3), d) == nil {
			t.Errorf("%s: a stranger enters a visit, or the helper decides", state)
		}
	}
	tt := turn{Draft: Draft{Act: visiting, Visitor: "王芳", Day: due, Note: "读了原文"}, Facts: Facts{Debt: owed(campaign.DebtOpen)}}
	tt.Facts.Debt.Helper, tt.Who = 3, person(3)
	o := visit(&tt)
	if e, handed := o.Effects[0].(HandedIn); !handed || e.How != Visit || len(o.Effects) != 1 {
		t.Errorf("the visit of a helper is %+v, want that it is handed in", o.Effects)
	}
}

// What has been settled, or has fallen away, is settled: nothing more is decided
// and nothing more is handed in.
func TestADebtIsSettledOnce(t *testing.T) {
	unit := person(2, campaign.Duty{Role: campaign.Desk, Over: campaign.UnitScope(1)})
	marked := owed(campaign.DebtOpen)
	marked.Marked = true
	for _, c := range []struct {
		name                           string
		d                              Debt
		hands, decides, visits, waives bool
	}{
		{"open", owed(campaign.DebtOpen), true, false, true, true},
		{"handed in", owed(campaign.DebtHanded), false, true, true, true},
		{"made up", owed(campaign.DebtMade), false, false, false, false},
		{"waived", owed(campaign.DebtWaived), false, false, false, false},
		{"void", owed(campaign.DebtVoid), false, false, false, false},
		{"marked present after all", marked, false, false, false, false},
		{"unknown", Debt{}, false, false, false, false},
	} {
		for what, got := range map[string][2]bool{
			"handed in": {owes(person(1), c.d) == nil, c.hands}, "decided": {may(returning, unit, c.d) == nil, c.decides},
			"visited": {may(visiting, unit, c.d) == nil, c.visits}, "waived": {may(waiving, unit, c.d) == nil, c.waives},
		} {
			if got[0] != got[1] {
				t.Errorf("%s, to be %s: got %v, want %v", c.name, what, got[0], got[1])
			}
		}
	}
	if owes(person(3), owed(campaign.DebtOpen)) == nil {
		t.Error("somebody hands in for another")
	}
}

// The last day is in time, and nobody is late by what others have yet to decide.
func TestLateIsCountedFromTheDayAfterTheLast(t *testing.T) {
	handed := owed(campaign.DebtHanded)
	handed.Handed.At = due.Add(2).Start(zone).Add(time.Hour)
	inTime := owed(campaign.DebtHanded)
	inTime.Handed.At = due.Start(zone).Add(23 * time.Hour)
	for _, c := range []struct {
		name  string
		d     Debt
		today campaign.Day
		want  int
	}{
		{"before", owed(campaign.DebtOpen), due.Add(-3), 0},
		{"on the last day", owed(campaign.DebtOpen), due, 0},
		{"on the next", owed(campaign.DebtOpen), due.Add(1), 1},
		{"handed in on the last day, and not decided for a week", inTime, due.Add(7), 0},
		{"handed in late, and not decided for a week", handed, due.Add(7), 2},
	} {
		if got := c.d.late(c.today); got != c.want {
			t.Errorf("%s: got %d days, want %d", c.name, got, c.want)
		}
	}
}

// An absence is owed from the close of check-in, so that whoever hears of it the
// same day has as long as everybody; one that comes to light later counts from then.
func TestWhatIsOwedIsDueSoManyDaysAfterItWasKnown(t *testing.T) {
	a := owed(campaign.DebtOpen).Activity
	for _, c := range []struct {
		name string
		now  time.Time
		days int
		want campaign.Day
	}{
		{"at the close", a.Closes, 14, campaign.Date(2026, 12, 15)},
		{"that evening", a.Closes.Add(10 * time.Hour), 14, campaign.Date(2026, 12, 15)},
		{"days later", a.Closes.AddDate(0, 0, 5), 14, campaign.Date(2026, 12, 20)},
		{"where the office has set a week", a.Closes, 7, campaign.Date(2026, 12, 8)},
	} {
		var tt turn
		tt.Now = c.now
		o := Judged{Activity: a, Terms: Terms{Days: c.days}, Missed: 3}.settle(tt)
		if got := o.Effects[0].(Missed); got.Due != c.want || got.People != 3 {
			t.Errorf("%s: got %+v, want 3 people due %s", c.name, got, c.want)
		}
	}
	if o := (Judged{Activity: a}).settle(turn{}); len(o.Effects) > 0 {
		t.Errorf("nobody is absent, and %v is written", o.Effects)
	}
}

// Letters are what can be seen: nobody fills a summary with blanks.
func TestOnlyWhatCanBeSeenCounts(t *testing.T) {
	for s, want := range map[string]int{"": 0, "学习 体会": 4, "a b\n\tc": 3, strings.Repeat("　", 300): 0, "好，好。": 4, "\u200b\u200b\u200b": 0} {
		if got := letters(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

func TestASummaryGrowsUntilItIsLongEnough(t *testing.T) {
	tt := turn{Draft: Draft{Act: handingIn, How: Summary}, Facts: Facts{Debt: owed(campaign.DebtOpen)}}
	tt.Facts.Debt.Terms.Least = 10
	for _, step := range []struct {
		in     flow.Input
		text   string
		refuse bool
	}{
		{flow.Said("学习了"), "学习了", false},
		{flow.Said("   "), "学习了", true},
		{flow.Photo("x"), "学习了", true},
		{flow.Said(strings.Repeat("字", mostText)), "学习了", true},
		{flow.Said(" 讲话原文 "), "学习了\n讲话原文", false},
		{flow.Chosen{Ask: "summary", Key: "go"}, "学习了\n讲话原文", false},
		{flow.Chosen{Ask: "summary", Key: "anew"}, "", false},
	} {
		if err := takeSummary(&tt, step.in); (err != nil) != step.refuse || tt.Draft.Text != step.text {
			t.Errorf("after %v: got %q, %v", step.in, tt.Draft.Text, err)
		}
	}
}

func TestAVisitLiesBetweenTheActivityAndToday(t *testing.T) {
	tt := turn{Facts: Facts{Debt: owed(campaign.DebtOpen)}}
	tt.Now = held.AddDate(0, 0, 3)
	for day, ok := range map[campaign.Day]bool{campaign.Date(2026, 11, 30): false, campaign.Date(2026, 12, 1): true, campaign.Date(2026, 12, 4): true, campaign.Date(2026, 12, 5): false} {
		tt.Draft.Day = day
		if err := visitDay(tt); (err == nil) != ok {
			t.Errorf("%s: got %v", day, err)
		}
	}
}

// What a button of another flow says is a debt of one's own, or of somebody; what
// says neither opens the list.
func TestAButtonAimsAtADebt(t *testing.T) {
	for arg, want := range map[string]Draft{
		"": {}, "7": {Act: handingIn, Key: Key{Activity: 7}}, "7.3": {Key: Key{7, 3}}, "x": {}, "7.x": {Key: Key{Activity: 7}}, Key{7, 3}.String(): {Key: Key{7, 3}},
	} {
		if got := (Draft{}).aimed(arg); got.Act != want.Act || got.Key != want.Key {
			t.Errorf("%q: got %+v, want %+v", arg, got, want)
		}
	}
	busy := Draft{Act: waiving, Key: Key{1, 1}}
	if got := busy.aimed("7"); got.Key != busy.Key || got.Act != waiving {
		t.Errorf("a conversation that is about something was turned to %+v", got)
	}
}

// Members hear once that they owe and once that they are late, in one message.
func TestAMorningTellsEachDebtOnce(t *testing.T) {
	late, fresh := owed(campaign.DebtOpen), owed(campaign.DebtOpen)
	late.Due = due.Add(-9)
	tt := turn{Facts: Facts{Round: Round{Level: LateMember, Lists: []Notice{{To: []campaign.PersonID{1}, Debts: []Debt{late, fresh}}}}}}
	tt.Now = due.Add(-3).At(campaign.ClockAt(9, 0), zone)
	o := remind(tt)
	told := map[Level]int{}
	for _, e := range o.Effects {
		told[e.(Told).Level] += len(e.(Told).Keys)
	}
	if len(o.Out) != 1 || o.Out[0].Lane != messages.Reminders || told[ToMember] != 1 || told[LateMember] != 1 {
		t.Errorf("got %d messages and %v, want one reminder, and one debt told as owed and one as late", len(o.Out), told)
	}
	if o := remind(turn{}); len(o.Effects)+len(o.Out)+len(o.Timers) > 0 {
		t.Errorf("when everybody was told the round goes on: %+v", o)
	}
}
