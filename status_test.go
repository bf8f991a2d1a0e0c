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
	} {
		if got := c.p.Status(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

var presences = rapid.Custom(func(t *rapid.T) campaign.Presence {
	p := campaign.Presence{Marked: rapid.Bool().Draw(t, "marked"), Over: rapid.Bool().Draw(t, "over"), Reported: rapid.Bool().Draw(t, "reported")}
	p.Late = p.Marked && rapid.Bool().Draw(t, "late")
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
		if got := sum[campaign.Present] + sum[campaign.CameLate] + sum[campaign.Absent] + sum[campaign.NotReported]; got != sum.Expected() {
			t.Fatalf("the four that occur: got %d, want %d", got, sum.Expected())
		}
		if got := sum.Arrived(); got != f.Arrived()+g.Arrived() {
			t.Fatalf("arrived: got %d, want %d", got, f.Arrived()+g.Arrived())
		}
		if all := sum.Expected() > 0 && sum.Arrived() == sum.Expected(); (sum.Percent() == 100) != all {
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
