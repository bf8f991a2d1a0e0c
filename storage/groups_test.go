package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"

	"github.com/google/go-cmp/cmp"
)

// The groups of these tests: that of branch 1 before and after it moved.
const (
	group  = -7
	moved  = -8
	branch = campaign.BranchID(1)
)

// district has one branch with a group, its secretary, and nobody else.
func district(t *testing.T) *desk {
	d := open(t)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []string{
			`INSERT INTO units (name, batch) VALUES ('U', 1)`,
			`INSERT INTO branches (unit_id, name) VALUES (1, 'B')`,
			`INSERT INTO people (member_no, name, branch_id) VALUES ('1', 'P', 1)`,
			`INSERT INTO roles (person_id, role, branch_id) VALUES (1, 'secretary', 1)`,
			`INSERT INTO accounts (id, person_id, lang, seen_at) VALUES (1001, 1, 'en', '2026-12-01')`,
			`INSERT INTO chats (id, title, branch_id, seen_at) VALUES (-7, 'G', 1, '2026-12-01')`,
		} {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

func (d *desk) says(ms ...messages.Message) {
	d.t.Helper()
	d.postTo(messages.To{Group: branch}, ms...)
}

func (d *desk) moves() {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Moved(ctx, group, moved)
		return err
	})
}

func (d *desk) stands(s campaign.Standing) (news campaign.BranchID) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
		news, err = tx.Stands(ctx, group, s)
		return err
	})
	return news
}

func (d *desk) aside() {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Aside(ctx, branch) })
}

func TestAGroupThatMovesTakesAlongWhatIsStillToBeSaid(t *testing.T) {
	d := district(t)
	d.says(messages.Say("read").As("old"), messages.Say("read, too").As("settled"))
	d.tells("read", "read, too")
	d.says(messages.Say("both").As("card"), messages.Say("new").As("notice"), messages.Say("changed").InPlaceOf("old"))
	there := messages.Say("there already").As("card")
	d.postTo(messages.To{Chat: moved}, there)
	d.moves()
	d.moves() // the second signal finds nothing to do
	d.tells("changed", "both", "new", "there already")
	d.says(messages.Say("to the new number").InPlaceOf("notice"))
	d.tells("edit 4: to the new number")
	d.says(messages.Say("no longer there").InPlaceOf("settled"))
	d.tells() // what was read in the old group cannot be changed any more
	d.says(messages.Say("settled anew").AsOne("settled"))
	d.tells("settled anew")
	d.says(messages.Say("and changed").AsOne("settled"))
	d.tells("edit 6: and changed")
}

// What is on its way while the group moves arrived there or did not; either way
// it is said once.
func TestWhatIsOnItsWayWhenAGroupMovesIsSaidOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		arrived bool
		want    []string
	}{
		{"it arrived before", true, nil},
		{"it was refused", false, []string{"flying"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := district(t)
			d.says(messages.Say("flying").As("card"))
			ds, _ := d.claim()
			d.moves()
			if c.arrived {
				d.settle(storage.Sent, ds...)
			} else {
				d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Requeue(ctx, ds[0].ID) })
			}
			d.tells(c.want...)
			d.says(messages.Say("next").AsOne("card"))
			if c.arrived {
				d.tells("next") // the old card is out of reach
			} else {
				d.tells("edit 1: next")
			}
		})
	}
}

func TestAChangeThatIsOnItsWayWhenAGroupMovesIsSaidAnew(t *testing.T) {
	d := district(t)
	d.says(messages.Say("card").As("card"))
	d.tells("card")
	d.says(messages.Say("changed").InPlaceOf("card"))
	ds, _ := d.claim()
	d.moves()
	d.settle(storage.Sent, ds...)
	d.tells("changed")
}

func TestOnlyAGroupOfABranchThatStandsOtherwiseIsNews(t *testing.T) {
	d := district(t)
	for _, c := range []struct {
		stands campaign.Standing
		want   campaign.BranchID
	}{{campaign.Open, 0}, {campaign.Kicked, branch}, {campaign.Kicked, 0}, {campaign.Muted, branch}, {campaign.Open, branch}} {
		if got := d.stands(c.stands); got != c.want {
			t.Errorf("%s: news of branch %d, want %d", c.stands, got, c.want)
		}
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE chats SET branch_id = NULL`)
	})
	if got := d.stands(campaign.Gone); got != 0 {
		t.Errorf("a group of no branch is news of branch %d", got)
	}
}

func TestWhatIsForAGroupIsHeldThenToldToItsOwnerThenToldThereAgain(t *testing.T) {
	d := district(t)
	d.says(messages.Say("before").As("card"))
	d.tells("before")
	d.stands(campaign.Kicked)
	d.says(messages.Say("held").As("notice"), messages.Say("changed").InPlaceOf("card"))
	d.tells() // nobody has looked yet
	d.aside()
	const head = "For the group “%s”, where I cannot write now; please pass it on:"
	ds, told := d.claim()
	if diff := cmp.Diff([]string{head}, told); diff != "" || ds[0].Chat != 1001 || ds[0].Group != "G" {
		t.Errorf("told %+v (-want +got):\n%s", ds, diff)
	}
	d.settle(storage.Sent, ds...)
	d.tells(head) // the second, one after the other
	d.says(messages.Say("meanwhile"), keyed("with a button").As("vote"))
	d.tells(head, head)
	d.stands(campaign.Open)
	d.says(messages.Say("still to the owner"))
	d.tells(head)
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Back(ctx, group) })
	ds, told = d.claim()
	if len(ds) != 1 || !ds[0].Bare || ds[0].Chat != 1001 {
		t.Errorf("told %q, want the buttons of the copy to go", told)
	}
	d.settle(storage.Sent, ds...)
	d.says(messages.Say("back").InPlaceOf("card"))
	ds, told = d.claim()
	if len(ds) != 1 || ds[0].Chat != group || !strings.HasPrefix(told[0], "edit ") {
		t.Errorf("told %q in %+v, want the card of the group to change", told, ds)
	}
}

func TestWhatIsForAGroupOfNobodyIsRefusedForGood(t *testing.T) {
	d := district(t)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE chats SET branch_id = NULL`)
	})
	d.postTo(messages.To{Chat: group}, messages.Say("an answer"))
	ds, _ := d.claim()
	d.settle(storage.Queued, ds...)
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Forsake(ctx, []int64{group}) })
	d.tells()
}

func TestAGroupIsAskedAboutEveryMinuteThenEveryHour(t *testing.T) {
	d := district(t)
	asked := func() (ids []int64) {
		t.Helper()
		d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
			ids, err = tx.ToAsk(ctx, 10)
			return err
		})
		return ids
	}
	if got := asked(); len(got) != 0 {
		t.Errorf("an open group is asked about: %v", got)
	}
	d.stands(campaign.Muted)
	times := 0
	for range 3 * 60 {
		times += len(asked())
		d.now = d.now.Add(time.Minute)
	}
	if times < 59+1 || times > 60+3 {
		t.Errorf("asked %d times in three hours, want once a minute in the first and once an hour then", times)
	}
	d.stands(campaign.Open)
	d.now = d.now.Add(24 * time.Hour)
	if got := asked(); len(got) != 0 {
		t.Errorf("an open group is asked about: %v", got)
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Ask(ctx, group) })
	if got := asked(); len(got) != 1 {
		t.Errorf("asked about %v, want the group whose rights changed", got)
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Asked(ctx, group) })
	d.now = d.now.Add(24 * time.Hour)
	if got := asked(); len(got) != 0 {
		t.Errorf("asked about %v once it was answered", got)
	}
}

func TestATopicThatIsLostGivesWayToTheGeneralOne(t *testing.T) {
	d := district(t)
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Exec(ctx, `UPDATE chats SET topic = 5`) })
	d.says(messages.Say("in the topic"), messages.Say("and there"))
	d.postTo(messages.To{Chat: group, Topic: 6}, messages.Say("an answer elsewhere"))
	ds, _ := d.claim()
	if ds[0].Topic != 5 {
		t.Errorf("it goes to topic %d, want 5", ds[0].Topic)
	}
	var told, again campaign.BranchID
	d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
		if told, err = tx.LoseTopic(ctx, group, 5); err != nil {
			return err
		}
		if again, err = tx.LoseTopic(ctx, group, 5); err != nil {
			return err
		}
		return tx.Requeue(ctx, ds[0].ID)
	})
	if told != branch || again != 0 {
		t.Errorf("news of branches %d and %d, want %d and none", told, again, branch)
	}
	var topics []int64
	for range 3 {
		ds, _ := d.claim()
		topics = append(topics, ds[0].Topic)
		d.settle(storage.Sent, ds...)
	}
	if diff := cmp.Diff([]int64{0, 0, 6}, topics); diff != "" {
		t.Errorf("topics (-want +got):\n%s", diff)
	}
}

func TestWhoAnswersForAGroup(t *testing.T) {
	d := district(t)
	owners := func() (got []campaign.Role) {
		t.Helper()
		d.in(func(ctx context.Context, tx *storage.Tx) error {
			os, err := tx.Owners(ctx, []campaign.BranchID{branch})
			for _, o := range os[branch] {
				got = append(got, o.Role)
			}
			return err
		})
		return got
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []string{
			`INSERT INTO people (member_no, name, branch_id) VALUES ('2', 'D', 1), ('3', 'O', 1), ('4', 'F', 1)`,
			`INSERT INTO roles (person_id, role, unit_id) VALUES (2, 'desk', 1), (4, 'first', 1)`,
			`INSERT INTO roles (person_id, role) VALUES (3, 'office')`,
			`INSERT INTO accounts (id, person_id, lang, seen_at) VALUES (1002, 2, 'en', '2026-12-01'), (1003, 3, 'en', '2026-12-01'), (1004, 4, 'en', '2026-12-01')`,
		} {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	for _, want := range []campaign.Role{campaign.Secretary, campaign.Desk, campaign.Office} {
		if diff := cmp.Diff([]campaign.Role{want}, owners()); diff != "" {
			t.Errorf("owners (-want +got):\n%s", diff)
		}
		d.in(func(ctx context.Context, tx *storage.Tx) error {
			return tx.Exec(ctx, `UPDATE accounts SET reach = 'blocked' WHERE person_id IN (SELECT person_id FROM roles WHERE role = $1)`, want)
		})
	}
	if got := owners(); got != nil {
		t.Errorf("%v answer for it, though nobody can be reached", got)
	}
}
