package checkin_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"campaign"
	"campaign/flows/checkin"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"

	"pgregory.net/rapid"
)

// An entry is how a record was first written: by which way.
type entry string

// Whatever is said of records, in whatever order, by whomever: how each was first
// written can still be read, the history leads without a gap to what stands, and
// everybody is counted once.
func TestNoOrderOfDeedsLosesTheFirstEntryOrCountsTwice(t *testing.T) {
	w := flowtest.New(t, home.With(checkin.Flow, planner))
	r := flowtest.Rehearse(w)
	members := []campaign.PersonID{10, 11, 16}
	activity := campaign.ActivityID(0)
	rapid.Check(t, func(rt *rapid.T) {
		activity++
		r.Do(t, flowtest.Act{Who: 5, Does: flowtest.Says("/plan add study branch:1/2 13:30 2h 学习")})
		r.Do(t, flowtest.Act{Who: 5, Does: flowtest.Says(fmt.Sprintf("/plan window %d -1m 60m", activity))})
		first := map[campaign.PersonID]entry{}
		wrote := func(p campaign.PersonID, e entry) {
			if first[p] == "" {
				first[p] = e
			}
		}
		for range rapid.IntRange(1, 8).Draw(rt, "deeds") {
			w.Clock = w.Clock.Add(time.Second)
			p := rapid.SampledFrom(members).Draw(rt, "of")
			says := ""
			switch deed := rapid.SampledFrom([]string{"check in", "roll", "present", "late", "absent", "object", "vouch"}).Draw(rt, "deed"); deed {
			case "check in":
				if p == 16 { // is not bound
					continue
				}
				wrote(p, "message")
				r.Do(t, flowtest.Act{Who: int(p), Does: flowtest.Says(fmt.Sprintf("/start c_%d", activity))})
				continue
			case "roll":
				lists := map[bool]string{true: "-", false: "-"}
				for _, m := range members {
					there := rapid.Bool().Draw(rt, "there")
					lists[there] += fmt.Sprintf(",%d", m)
					wrote(m, map[bool]entry{true: "marked", false: "roll"}[there])
				}
				says = fmt.Sprintf("/plan roll %d 2 %s %s", activity, lists[true], lists[false])
			case "object":
				wrote(p, "objected")
				says = fmt.Sprintf("/plan object %d %d why", activity, p)
			case "vouch":
				wrote(p, "marked")
				says = fmt.Sprintf("/plan vouch %d %d why", activity, p)
			default:
				wrote(p, map[bool]entry{true: "decided", false: "marked"}[deed == "absent"])
				says = fmt.Sprintf("/plan settle %d %d %s why", activity, p, deed)
			}
			r.Do(t, flowtest.Act{Who: 4, Does: flowtest.Says(says)})
		}
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			for _, p := range members {
				if err := sound(ctx, tx, activity, p, first[p]); err != nil {
					rt.Errorf("activity %d, person %d: %v", activity, p, err)
				}
			}
			return once(ctx, tx, activity, rt)
		})
	})
}

// sound follows a history from the first entry to what stands.
func sound(ctx context.Context, tx *storage.Tx, a campaign.ActivityID, p campaign.PersonID, first entry) error {
	var rows []struct {
		Cause     campaign.Cause
		OldMethod string       `db:"old_method"`
		NewMethod string       `db:"new_method"`
		OldAt     sql.NullTime `db:"old_at"`
		NewAt     sql.NullTime `db:"new_at"`
	}
	if err := tx.Select(ctx, &rows, `SELECT cause, old_method, new_method, old_at, new_at FROM changes WHERE activity_id = $1 AND person_id = $2 ORDER BY id`, a, p); err != nil {
		return err
	}
	var marks []struct {
		Method string
		At     sql.NullTime
	}
	if err := tx.Select(ctx, &marks, `SELECT method, at FROM marks WHERE activity_id = $1 AND person_id = $2`, a, p); err != nil {
		return err
	}
	got, stands, at := entry(""), "", sql.NullTime{}
	for i, r := range rows {
		own := stands == "" && r.OldMethod != "" // made by nobody who writes history: by the person, or vouched for
		if i > 0 && !own && (r.OldMethod != stands || !r.OldAt.Time.Equal(at.Time)) {
			return fmt.Errorf("row %d begins with %q of %v, before it stood %q of %v", i, r.OldMethod, r.OldAt, stands, at)
		}
		if i == 0 {
			got = entry(r.OldMethod)
			if got == "" {
				got = entry(r.NewMethod)
			}
			if got == "" {
				got = entry(r.Cause)
			}
		}
		stands, at = r.NewMethod, r.NewAt
	}
	switch {
	case len(marks) == 0 && stands != "":
		return fmt.Errorf("the history ends with a mark by %s that is not there", stands)
	case len(marks) == 1 && len(rows) == 0:
		got = entry(marks[0].Method)
	case len(marks) == 1 && stands != "" && (marks[0].Method != stands || !marks[0].At.Time.Equal(at.Time)):
		return fmt.Errorf("the history ends with a mark by %s, there is one by %s", stands, marks[0].Method)
	}
	if got != first {
		return fmt.Errorf("the first entry reads %q, it was %q", got, first)
	}
	return nil
}

// once counts everybody of branch 2 by status.
func once(ctx context.Context, tx *storage.Tx, a campaign.ActivityID, t *rapid.T) error {
	var rows []struct{ Marked, Late, Reported bool }
	err := tx.Select(ctx, &rows, `
		SELECT m.person_id IS NOT NULL AS marked, coalesce(m.late, false) AS late,
		       EXISTS (SELECT FROM marks o WHERE o.activity_id = e.activity_id AND o.branch_id = e.branch_id)
		       OR EXISTS (SELECT FROM reported r WHERE r.activity_id = e.activity_id AND r.branch_id = e.branch_id) AS reported
		FROM expected e LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id WHERE e.activity_id = $1`, a)
	f := campaign.Figures{}
	for _, r := range rows {
		f[campaign.Presence{Marked: r.Marked, Late: r.Late, Over: true, Reported: r.Reported}.Status()]++
	}
	if f.Expected() != 3 {
		t.Errorf("activity %d counts %d people, want 3: %v", a, f.Expected(), f)
	}
	return err
}

// The history refuses to be changed, whoever tries.
func TestAHistoryIsNeverChanged(t *testing.T) {
	w := flowtest.New(t, home.With(checkin.Flow, planner))
	r := flowtest.Rehearse(w)
	for _, says := range []string{"/plan add study unit:1 14:00 1h 学习", "/plan window 1 -1m 60m", "/plan roll 1 2 11 16"} {
		r.Do(t, flowtest.Act{Who: 5, Does: flowtest.Says(says)})
	}
	for _, q := range []string{`UPDATE changes SET note = '' WHERE person_id = $1`, `DELETE FROM changes WHERE person_id = $1`} {
		if err := w.DB.InTx(t.Context(), func(tx *storage.Tx) error { return tx.Exec(t.Context(), q, 11) }); err == nil {
			t.Errorf("%s was done", q)
		}
	}
}
