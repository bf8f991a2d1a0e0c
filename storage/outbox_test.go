package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"campaign"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/storagetest"

	"github.com/google/go-cmp/cmp"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// machine stands for the machine's schema: every file of it.
func machine(t *testing.T) string {
	t.Helper()
	files := storage.Machine().Files
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	all := "the machine's schema alone"
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}

// A desk is a database with an outbox and a clock.
type desk struct {
	*storage.DB
	t   *testing.T
	now time.Time
}

func open(t *testing.T) *desk {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, now: time.Date(2026, 12, 1, 9, 0, 0, 0, zone)}
	connect := func(dsn string) (*storage.DB, error) {
		return storage.Open(t.Context(), storage.Config{DSN: dsn, Conns: 8, Now: func() time.Time { return d.now }, Zone: zone, Lang: campaign.Chinese})
	}
	dsn := storagetest.New(t, machine(t), func(ctx context.Context, dsn string) error {
		db, err := connect(dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Migrate(ctx)
		return err
	})
	if d.DB, err = connect(dsn); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func (d *desk) in(f func(ctx context.Context, tx *storage.Tx) error) {
	d.t.Helper()
	if err := d.InTx(d.t.Context(), func(tx *storage.Tx) error { return f(d.t.Context(), tx) }); err != nil {
		d.t.Fatal(err)
	}
}

// post puts messages to chat 7 in the outbox.
func (d *desk) post(ms ...messages.Message) {
	d.t.Helper()
	d.postTo(messages.To{Chat: 7}, ms...)
}

func (d *desk) postTo(to messages.To, ms ...messages.Message) {
	d.t.Helper()
	for i := range ms {
		ms[i].To = to
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 1, 0, ms) })
}

// claim takes what is due, and tells each as "text", "edit 3: text" or "bare 3".
func (d *desk) claim() (ds []storage.Delivery, told []string) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
		ds, err = tx.Claim(ctx, 100, []int64{})
		return err
	})
	for _, x := range ds {
		m, err := x.Message()
		if err != nil {
			d.t.Fatal(err)
		}
		text := string(m.Lines[0].Say)
		switch {
		case x.Bare:
			text = fmt.Sprintf("bare %d", x.MessageID)
		case x.MessageID != 0:
			text = fmt.Sprintf("edit %d: %s", x.MessageID, text)
		}
		told = append(told, text)
	}
	return ds, told
}

// settle says that deliveries have arrived; new ones get numbers from 1 on.
func (d *desk) settle(state storage.State, ds ...storage.Delivery) {
	d.t.Helper()
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		var rs []storage.Result
		for _, x := range ds {
			if x.MessageID == 0 && state == storage.Sent {
				x.MessageID = x.ID
			}
			rs = append(rs, storage.Result{Delivery: x, State: state, Cause: "a cause"})
		}
		return tx.Settle(ctx, rs)
	})
}

// send delivers all that is due, one after the other, and returns what was told.
func (d *desk) send() (told []string) {
	d.t.Helper()
	for {
		ds, now := d.claim()
		if len(ds) == 0 {
			return told
		}
		told = append(told, now...)
		d.settle(storage.Sent, ds...)
	}
}

func (d *desk) tells(want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.send()); diff != "" {
		d.t.Errorf("told (-want +got):\n%s", diff)
	}
}

func keyed(s messages.Sentence) messages.Message {
	return messages.Say(s).Row(messages.Key{Label: messages.T("press"), About: messages.Address{Flow: "f", Handler: "h"}})
}

func TestChangesThatPileUpCollapseIntoTheNewest(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").As("card"))
	d.tells("one")
	d.post(messages.Say("two").InPlaceOf("card"))
	d.post(messages.Say("three").InPlaceOf("card"))
	d.tells("edit 1: three")
}

func TestAMessageThatHasNotLeftIsSentAsItIsNow(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").As("card"))
	d.post(messages.Say("two").InPlaceOf("card"))
	d.tells("two")
}

func TestAMessageChangedOnItsWayIsChangedAfterwards(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").As("card"))
	ds, _ := d.claim()
	d.post(messages.Say("two").InPlaceOf("card"))
	d.settle(storage.Sent, ds...)
	d.tells("edit 1: two")
}

func TestANewMessageOfANameTakesTheButtonsOfTheOld(t *testing.T) {
	d := open(t)
	d.post(keyed("one").As("card"))
	d.tells("one")
	d.post(keyed("two").As("card"))
	d.tells("two", "bare 1")
	d.post(keyed("three").InPlaceOf("card"))
	d.tells("edit 2: three")
}

func TestAnOldMessageWithoutButtonsIsLeftAlone(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").As("card"))
	d.tells("one")
	d.post(messages.Say("two").As("card"))
	d.tells("two")
}

func TestOfOneNameOnlyTheLastWordOfATurnIsSaid(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").As("card"), messages.Say("between"), messages.Say("two").As("card"), messages.Say("other").As("other"))
	d.tells("between", "two", "other")
	d.post(messages.Say("three").As("card"), messages.Say("four").InPlaceOf("card"))
	d.tells("four")
	d.post(messages.Say("five").InPlaceOf("card"), messages.Say("six").AsOne("card"))
	d.tells("edit 4: six")
	d.post(messages.Say("seven").InPlaceOf("card"), messages.Say("eight").As("card"))
	d.tells("eight")
}

func TestAMessageInPlaceOfNoneIsNotSaid(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one").InPlaceOf("card"))
	d.tells()
	d.post(messages.Say("two").AsOne("card"))
	d.tells("two")
	d.post(messages.Say("three").AsOne("card"))
	d.tells("edit 1: three")
}

func TestTheUrgentIsSentFirst(t *testing.T) {
	d := open(t)
	for chat, lane := range []messages.Lane{messages.Redraws, messages.Broadcasts, messages.Reminders, messages.Approvals, messages.Answers} {
		m := messages.Say("%s", fmt.Sprint(lane)).In(lane)
		m.To = messages.To{Chat: int64(100 + chat)}
		d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 1, 0, []messages.Message{m}) })
	}
	ds, _ := d.claim()
	var lanes []messages.Lane
	for _, x := range ds {
		lanes = append(lanes, x.Lane)
	}
	if diff := cmp.Diff([]messages.Lane{messages.Answers, messages.Approvals, messages.Reminders, messages.Broadcasts, messages.Redraws}, lanes); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
}

func TestMessagesOfOneChatKeepTheirOrder(t *testing.T) {
	d := open(t)
	d.post(messages.Say("one"), messages.Say("two"), messages.Say("three"))
	if _, told := d.claim(); len(told) != 1 || told[0] != "one" {
		t.Errorf("claimed %q at once, want the first alone", told)
	}
}

func TestWhatASenderLeftBehindIsRecovered(t *testing.T) {
	d := open(t)
	d.post(messages.Say("seen").As("card"))
	d.tells("seen")
	d.post(messages.Say("changed").InPlaceOf("card"))
	for chat, lane := range map[int64]messages.Lane{8: messages.Answers, 9: messages.Reminders} {
		m := messages.Say("new").In(lane)
		m.To = messages.To{Chat: chat}
		d.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Post(ctx, 1, 0, []messages.Message{m}) })
	}
	if ds, _ := d.claim(); len(ds) != 3 {
		t.Fatalf("claimed %d, want 3", len(ds))
	}
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.Recover(ctx)
		return err
	})
	d.tells("new", "edit 1: changed") // the answer and the change; the reminder is unsure
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		var unsure int
		if err := tx.Get(ctx, &unsure, `SELECT count(*) FROM posts WHERE state = 'unsure' AND chat_id = 9`); err != nil {
			return err
		}
		if unsure != 1 {
			t.Errorf("%d posts are unsure, want the reminder", unsure)
		}
		return nil
	})
}

func TestAPressTellsThatAnUnsureMessageArrived(t *testing.T) {
	d := open(t)
	d.post(keyed("one").As("card"))
	ds, _ := d.claim()
	d.settle(storage.Unsure, ds...)
	see := func(chat, content, number int64) storage.Seen {
		var seen []storage.Seen
		d.in(func(ctx context.Context, tx *storage.Tx) (err error) {
			seen, err = tx.See(ctx, []storage.Sight{{Chat: chat, Content: content, Name: "card", Message: number}})
			return err
		})
		return seen[0]
	}
	if s := see(8, ds[0].Content, 41); s.Here {
		t.Error("a version was seen in a chat it never went to")
	}
	if s := see(7, ds[0].Content, 41); !s.Here || !s.Current {
		t.Errorf("seen as %+v, want here and current", s)
	}
	d.post(keyed("two").InPlaceOf("card"))
	d.tells("edit 41: two")
	if s := see(7, ds[0].Content, 41); !s.Here || s.Current {
		t.Errorf("the old version is seen as %+v, want here and not current", s)
	}
}

func TestACrowdSharesOneContent(t *testing.T) {
	d := open(t)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range []string{
			`INSERT INTO units (name, batch) VALUES ('u', 1)`,
			`INSERT INTO branches (unit_id, name) VALUES (1, 'b')`,
			`INSERT INTO people (member_no, name, branch_id) SELECT n, n, 1 FROM generate_series(1, 50) n`,
			`INSERT INTO accounts (id, person_id, lang, seen_at, reach) SELECT 1000 + n, n, 'zh', '2026-12-01', CASE WHEN n = 50 THEN 'blocked' ELSE 'open' END FROM generate_series(2, 50) n`,
		} {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		var a storage.Audience
		for n := range 50 {
			a.People = append(a.People, campaign.PersonID(n+1))
		}
		return tx.PostAll(ctx, 1, a, keyed("to all").As("card"))
	})
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		var n struct{ Contents, Posts int }
		if err := tx.Get(ctx, &n, `SELECT (SELECT count(*) FROM contents) AS contents, (SELECT count(*) FROM posts) AS posts`); err != nil {
			return err
		}
		if n.Contents != 1 || n.Posts != 48 { // 1 has no account, 50 has blocked us
			t.Errorf("%d contents and %d posts, want 1 and 48", n.Contents, n.Posts)
		}
		return nil
	})
}

func TestOneThatWaitsHoldsBackItsLane(t *testing.T) {
	d := open(t)
	d.in(func(ctx context.Context, tx *storage.Tx) error {
		for n, lane := range []int64{5, 5, 6} {
			if err := tx.Wait(ctx, storage.Arrival{Key: fmt.Sprint(n), At: d.now, Lane: lane, Raw: fmt.Sprint(n)}); err != nil {
				return err
			}
		}
		return nil
	})
	var order []string
	for {
		err := d.InTx(t.Context(), func(tx *storage.Tx) error {
			w, err := tx.NextWaiting(t.Context())
			if err != nil {
				return err
			}
			order = append(order, w.Raw)
			return tx.Took(t.Context(), w.ID)
		})
		if errors.Is(err, storage.ErrNotFound) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"0", "1", "2"}, order); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}
