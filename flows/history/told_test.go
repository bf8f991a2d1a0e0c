package history

import (
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/messages"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func english(t *testing.T, ls []messages.Text) (told []string) {
	t.Helper()
	w, err := messages.NewWords(chinese)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range ls {
		told = append(told, w.Plain(campaign.English, l))
	}
	return told
}

// However much was said, what was written first stands beneath.
func TestTheFirstEntryStandsBeneath(t *testing.T) {
	self := entry{Method: "button", At: noon}
	for name, r := range map[string]record{
		"nothing but the mark": {Mark: self},
		"a decision":           {Changes: []change{{At: noon, Cause: campaign.ByDecision, By: "H", Stated: "absent", Old: self}}},
		"a hundred changes":    {Changes: append([]change{{At: noon, Cause: campaign.ByDecision, By: "H", Stated: "absent", Old: self}}, make([]change, 99)...)},
	} {
		told := english(t, r.told())
		if last := told[len(told)-1]; last != "First entry: 1 Dec 12:00 · checked in" {
			t.Errorf("%s: beneath stands %q", name, last)
		}
		if len(told) > mostTold+1 {
			t.Errorf("%s: %d lines are told", name, len(told))
		}
	}
}

// A record can be made, taken away, and made again by the person: each is told.
func TestEveryEntryIsTold(t *testing.T) {
	first, again := entry{Method: "code", At: noon, Doubt: "code"}, entry{Method: "message", At: noon.Add(2 * time.Minute)}
	made := entry{Method: "marked", At: noon.Add(4 * time.Minute), By: "H", Note: "phone broken"}
	r := record{
		Mark: made,
		Changes: []change{
			{At: noon.Add(time.Minute), Cause: campaign.ByRoll, By: "H", Hat: campaign.Secretary, Stated: "absent", Old: first, New: first},
			{At: noon.Add(time.Minute), Cause: campaign.ByDecision, By: "H", Hat: campaign.Secretary, Stated: "absent", Old: first},
			{At: noon.Add(3 * time.Minute), Cause: campaign.ByCorrection, By: "D", Hat: campaign.Desk, Stated: "absent", Old: again, Note: "spoke with the host"},
			{At: noon.Add(4 * time.Minute), Cause: campaign.ByAcceptance, By: "D", Hat: campaign.Desk, For: "W", Stated: "present", New: made, Note: "photo"},
		},
	}
	want := strings.Split(`1 Dec 12:04 · D (Desk responsible) for W: accepted the objection: present. Because: photo
1 Dec 12:03 · D (Desk responsible): corrected to: absent; until then: present. Because: spoke with the host
1 Dec 12:02 · checked in
1 Dec 12:01 · H (Branch secretary): not counted as present; until then: present
1 Dec 12:01 · H (Branch secretary): not on the roll; the record stays, to be verified
First entry: 1 Dec 12:00 · checked in with the code · to be verified`, "\n")
	got := english(t, r.told())
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Who spoke for whom, and where somebody was, stays known once a doubt is cleared.
func TestAMarkThatAnotherMadeNamesBoth(t *testing.T) {
	for _, c := range []struct {
		e    entry
		want string
	}{
		{entry{Method: "helper", At: noon, By: "王芳", Doubt: "helper"}, "First entry: 1 Dec 12:00 · checked in by 王芳 for 郑爽 · to be verified"},
		{entry{Method: "helper", At: noon, By: "王芳"}, "First entry: 1 Dec 12:00 · checked in by 王芳 for 郑爽"},
		{entry{Method: "guest", At: noon, By: "何平", Note: "区卫生局 · 综合科支部", Late: true}, "First entry: 1 Dec 12:00 · attended at 区卫生局 · 综合科支部, accepted there by 何平 · late"},
	} {
		r := record{Person: member{Name: "郑爽"}, Mark: c.e}
		if got := english(t, r.told()); len(got) != 1 || got[0] != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// Names and reasons are for the person, and for those who run the branch.
func TestARecordIsShownToWhomItIsFor(t *testing.T) {
	branch := campaign.BranchScope(1, 1)
	for _, c := range []struct {
		name string
		who  campaign.Person
		may  bool
	}{
		{"the person", campaign.Person{ID: 7}, true},
		{"another member", campaign.Person{ID: 8}, false},
		{"the secretary", campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: branch}}}, true},
		{"another secretary", campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Secretary, Over: campaign.BranchScope(1, 2)}}}, false},
		{"the desk", campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Desk, Over: campaign.UnitScope(1)}}}, true},
		{"the office", campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Office, Over: campaign.Everyone()}}}, true},
		{"a supervisor", campaign.Person{ID: 2, Duties: []campaign.Duty{{Role: campaign.Supervisor, Over: campaign.UnitScope(1)}}}, false},
	} {
		tt := turn{Draft: Draft{Activity: 3, Person: 7}, Facts: Facts{Scope: branch, Record: record{Expected: true, Person: member{ID: 7}}}}
		tt.Who, tt.Now = c.who, noon
		if o := card(&tt); (len(o.Out) == 1) != c.may {
			t.Errorf("%s is shown %v", c.name, o.Out)
		}
		list := turn{Draft: Draft{Activity: 3, Branch: 1}, Facts: Facts{Scope: branch}}
		list.Who = c.who
		if o := begin(&list); (o.Answer.Say == "") != (c.may && c.who.ID != 7) {
			t.Errorf("%s chooses among the branch: %q", c.name, o.Answer.Say)
		}
	}
}

// What a person says of a mark that leaves a doubt stands beside the doubt.
func TestTheReasonOfADoubtIsTold(t *testing.T) {
	outside := entry{Method: "location", At: noon, Doubt: "outside", Note: "≈320 m; the hall was full"}
	got := english(t, record{Mark: outside}.told())
	if want := "First entry: 1 Dec 12:00 · checked in by the place · to be verified: ≈320 m; the hall was full"; got[0] != want {
		t.Errorf("got %q, want %q", got[0], want)
	}
}
