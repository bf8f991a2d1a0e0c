package group

import (
	"testing"
	"time"

	"campaign"

	"pgregory.net/rapid"
)

// A group flaps however it likes: who answers for it is written to of a trouble
// once an hour at most, and once of its end; what they were told last is how it
// stands; and a trouble that lasts is told aloud.
func TestAGroupThatFlapsFloodsNobodyAndIsToldOfTruly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var n Notice
		var troubles []time.Time
		ends := 0
		now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
		look := func(trouble campaign.Standing) {
			next, how := n.next(trouble, now)
			if next.Trouble != trouble {
				t.Fatalf("they believe %q, but it is %q", next.Trouble, trouble)
			}
			if how == silently && next != n {
				t.Fatalf("%+v became %+v in silence", n, next)
			}
			switch {
			case how == aloud && trouble == "":
				ends++
			case how == aloud:
				troubles = append(troubles, now)
			}
			n = next
		}
		trouble := campaign.Standing("")
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(30, 3000).Draw(t, "seconds")) * time.Second)
			if at := n.again(); !at.IsZero() && at.Before(now) { // the timer looks in between
				now, at = at, now
				look(trouble)
				now = at
			}
			trouble = rapid.SampledFrom([]campaign.Standing{"", "", campaign.Kicked, campaign.Muted, campaign.Gone}).Draw(t, "trouble")
			look(trouble)
		}
		if at := n.again(); !at.IsZero() {
			now = at
			look(trouble)
		}
		if trouble != "" && !n.Loud {
			t.Fatalf("a lasting trouble was told only in passing: %+v", n)
		}
		for i := 1; i < len(troubles); i++ {
			if d := troubles[i].Sub(troubles[i-1]); d < quiet {
				t.Fatalf("they were written to of two troubles within %v", d)
			}
		}
		if ends > len(troubles) {
			t.Fatalf("they were written to of %d troubles and of %d ends", len(troubles), ends)
		}
	})
}

func TestAFirstTroubleIsToldAndItsEndOnce(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	n, how := Notice{}.next("", now)
	if how != silently {
		t.Error("they hear of a group that was always well")
	}
	if n, how = n.next(campaign.Muted, now); how != aloud {
		t.Error("a first trouble is not told aloud")
	}
	if n, how = n.next(campaign.Muted, now.Add(3*time.Hour)); how != silently {
		t.Error("the same trouble is told twice")
	}
	if n, how = n.next("", now.Add(4*time.Hour)); how != aloud {
		t.Error("the end of the trouble is not told")
	}
	if _, how = n.next("", now.Add(5*time.Hour)); how != silently {
		t.Error("the end of the trouble is told twice")
	}
}
