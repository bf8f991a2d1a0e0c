package campaign_test

import (
	"testing"

	"campaign"

	"pgregory.net/rapid"
)

func TestNobodyIsAbsentBeforeTheCloseNorInABranchThatSentNothing(t *testing.T) {
	for _, c := range []struct {
		name string
		p    campaign.Presence
		want campaign.Status
	}{
		{"came on time", campaign.Presence{Marked: true, Reported: true}, campaign.Present},
		{"came on time, and it is over", campaign.Presence{Marked: true, Over: true, Reported: true}, campaign.Present},
		{"came late", campaign.Presence{Marked: true, Late: true, Reported: true}, campaign.CameLate},
		{"came late, and it is over", campaign.Presence{Marked: true, Late: true, Over: true, Reported: true}, campaign.CameLate},
		{"not in yet", campaign.Presence{Reported: true}, campaign.NotReported},
		{"not in yet, nor anybody else", campaign.Presence{}, campaign.NotReported},
		{"did not come, others did", campaign.Presence{Over: true, Reported: true}, campaign.Absent},
		{"the branch sent nothing", campaign.Presence{Over: true}, campaign.NotReported},
		{"had to come, and it runs", campaign.Presence{Reported: true, Required: true}, campaign.NotReported},
		{"had to come, and the branch sent nothing", campaign.Presence{Over: true, Required: true}, campaign.NotReported},
		{"had to come", campaign.Presence{Over: true, Reported: true, Required: true}, campaign.Owed},
		{"owes it", campaign.Presence{Over: true, Reported: true, Required: true, Debt: campaign.DebtOpen}, campaign.Owed},
		{"has handed in", campaign.Presence{Over: true, Reported: true, Required: true, Debt: campaign.DebtHanded}, campaign.Owed},
		{"has made it up", campaign.Presence{Over: true, Reported: true, Required: true, Debt: campaign.DebtMade}, campaign.MadeUp},
		{"need not make it up", campaign.Presence{Over: true, Reported: true, Required: true, Debt: campaign.DebtWaived}, campaign.Waived},
		{"has made it up, and the marks of the branch were taken back", campaign.Presence{Over: true, Required: true, Debt: campaign.DebtMade}, campaign.MadeUp},
		{"was there after all", campaign.Presence{Marked: true, Over: true, Reported: true, Required: true, Debt: campaign.DebtWaived}, campaign.Present},
		{"did not owe it after all, and does", campaign.Presence{Over: true, Reported: true, Required: true, Debt: campaign.DebtVoid}, campaign.Owed},
	} {
		if got := c.p.Status(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

var presences = rapid.Custom(func(t *rapid.T) campaign.Presence {
	p := campaign.Presence{Marked: rapid.Bool().Draw(t, "marked"), Over: rapid.Bool().Draw(t, "over"), Reported: rapid.Bool().Draw(t, "reported")}
	p.Late = p.Marked && rapid.Bool().Draw(t, "late")
	p.Required = rapid.Bool().Draw(t, "required")
	p.Debt = rapid.SampledFrom([]campaign.Debt{campaign.NoDebt, campaign.DebtOpen, campaign.DebtHanded, campaign.DebtMade, campaign.DebtWaived, campaign.DebtVoid}).Draw(t, "debt")
	return p
})

func TestFiguresAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, other := rapid.SliceOf(presences).Draw(t, "one"), rapid.SliceOf(presences).Draw(t, "other")
		f, g := count(one), count(other)
		sum := f.Plus(g)
		if got, want := sum.Expected(), len(one)+len(other); got != want {
			t.Fatalf("expected: got %d, want %d", got, want)
		}
		all := 0
		for _, s := range campaign.Statuses {
			all += sum[s]
		}
		if all != sum.Expected() {
			t.Fatalf("all statuses together: got %d, want %d", all, sum.Expected())
		}
		if sum.Covered() > sum.Bound() || sum.Bound()+sum[campaign.Waived] != sum.Expected() {
			t.Fatalf("%v: %d are covered of %d, want no more than the %d expected without the waived", sum, sum.Covered(), sum.Bound(), sum.Expected())
		}
		if whole := sum.Bound() > 0 && sum.Covered() == sum.Bound(); (sum.Coverage() == 100) != whole {
			t.Fatalf("%v: got a coverage of %d%%", sum, sum.Coverage())
		}
		if got := sum.Arrived(); got != f.Arrived()+g.Arrived() {
			t.Fatalf("arrived: got %d, want %d", got, f.Arrived()+g.Arrived())
		}
		if whole := sum.Expected() > 0 && sum.Arrived() == sum.Expected(); (sum.Percent() == 100) != whole {
			t.Fatalf("%v: got %d%%", sum, sum.Percent())
		}
	})
}

func count(ps []campaign.Presence) campaign.Figures {
	f := campaign.Figures{}
	for _, p := range ps {
		f[p.Status()]++
	}
	return f
}
