package code_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows/code"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/storage"
)

const token = "ABCDEFGHIJKLMNOPQRSTUV"

// linked gives the lecture a link.
func linked(ctx context.Context, tx *storage.Tx) error {
	return tx.Exec(ctx, `INSERT INTO code_links (activity_id, token_hash, lang, made_by, made_at) VALUES (1, $1, 'zh', 4, $2)`, code.Hash(token), tx.Now)
}

// seen is the page of a link as a browser asks for it at a time of the day.
func seen(t *testing.T, w *flowtest.World, token, clock string, lang campaign.Lang) (flow.View, error) {
	t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-12-01 "+clock, flowtest.Zone)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := w.House.Page("code")
	if !ok {
		t.Fatal("there is no such page")
	}
	var v flow.View
	err = w.DB.Look(t.Context(), func(tx *storage.Tx) (err error) {
		v, err = p.Shows(t.Context(), tx, flow.Visit{Token: token, Lang: lang, Bot: "muster_bot", Now: now})
		return err
	})
	return v, err
}

func (s shown) lines() string { return strings.Join(s.says, " | ") }

// shown is what somebody reads of a page.
type shown struct {
	says  []string
	turns []code.Shown
	names []string
}

func read(w *flowtest.World, v flow.View) (s shown) {
	d := v.Data.(code.Screen)
	for _, text := range append(d.Says, d.Count) {
		if line := w.House.Words.Plain(v.Lang, text); line != "" {
			s.says = append(s.says, line)
		}
	}
	s.turns, s.names = d.Turns, d.Names
	return s
}

// The screen follows its activity: nothing to scan before check-in opens and once
// it has closed, the code of now and of the next turn in between.
func TestTheScreenFollowsItsActivity(t *testing.T) {
	w := flowtest.New(t, all(), meetings, linked)
	for _, c := range []struct{ clock, says string }{
		{"13:20:00", "签到 13:30 开始 | 届时在此显示签到码。"},
		{"13:30:00", "扫码签到 | 或将六位数字发给 @muster_bot | 已到 0 / 应到 0"},
		{"14:59:59", "扫码签到 | 或将六位数字发给 @muster_bot | 已到 0 / 应到 0"},
		{"15:00:00", "签到已结束 | 已到 0 / 应到 0"},
		{"15:59:59", "签到已结束 | 已到 0 / 应到 0"},
	} {
		v, err := seen(t, w, token, c.clock, "")
		if err != nil {
			t.Fatalf("%s: %v", c.clock, err)
		}
		if got := read(w, v); got.lines() != c.says || (len(got.turns) == 2) != strings.HasPrefix(c.says, "扫码") {
			t.Errorf("%s: %q with %d codes, want %q", c.clock, got.lines(), len(got.turns), c.says)
		}
	}
	v, err := seen(t, w, token, "13:35:07", campaign.English)
	if err != nil || v.Lang != campaign.English {
		t.Fatalf("in English: %v %v", v.Lang, err)
	}
	now := read(w, v).turns
	if now[0].Digits != "812 150" || now[0].Link != "https://t.me/muster_bot?start=q_1-1hgu3x-0qWV4ePVtxgU" || now[0].From != 0 || now[0].Until != 13_000 || now[0].Seconds != 13 {
		t.Errorf("at 13:35:07 it shows %+v", now[0])
	}
	if now[1].From != 13_000 || now[1].Until != 33_000 || now[1].Seconds != 20 || now[1].Digits == now[0].Digits {
		t.Errorf("then it shows %+v", now[1])
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `UPDATE activities SET cancelled = true WHERE id = 1`)
	})
	if v, err = seen(t, w, token, "13:35:07", ""); err != nil || read(w, v).lines() != "本次活动已取消。 | 已到 0 / 应到 0" || len(read(w, v).turns) > 0 {
		t.Errorf("called off: %q %v", read(w, v).lines(), err)
	}
}

// A link leads nowhere that is unknown, taken back, or an hour older than its
// activity, nor where the activity asks for no code any more.
func TestALinkThatIsNotGoodLeadsNowhere(t *testing.T) {
	w := flowtest.New(t, all(), meetings, linked)
	gone := func(what, token, clock string) {
		t.Helper()
		if v, err := seen(t, w, token, clock, ""); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s: %+v, %v", what, v, err)
		}
	}
	gone("an unknown link", "VUTSRQPONMLKJIHGFEDCBA", "13:35:00")
	gone("the hash of a link", code.Hash(token), "13:35:00")
	gone("an hour after the end", token, "16:00:00")
	change := func(s string) {
		t.Helper()
		w.In(t, func(ctx context.Context, tx *storage.Tx) error { return tx.Exec(ctx, s) })
	}
	change(`UPDATE activities SET method = 'button' WHERE id = 1`)
	gone("by button now", token, "13:35:00")
	change(`UPDATE activities SET method = 'code' WHERE id = 1`)
	if _, err := seen(t, w, token, "13:35:00", ""); err != nil {
		t.Fatal(err)
	}
	change(`UPDATE code_links SET revoked_at = '2026-12-01 13:34+08'`)
	gone("taken back", token, "13:35:00")
}

// Names stand on a screen only of the units that want it, the last first, and
// few: a hall is no list.
func TestNamesAreShownOfTheUnitsThatWantIt(t *testing.T) {
	w := flowtest.New(t, all(), meetings, linked, func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.Exec(ctx, `INSERT INTO expected (activity_id, person_id, branch_id) SELECT 1, id, branch_id FROM people WHERE branch_id IN (1, 2, 3)`); err != nil {
			return err
		}
		return tx.Exec(ctx, `
			INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
			SELECT 1, id, branch_id, '2026-12-01 13:30+08'::timestamptz + id * interval '1 second', false, 'code' FROM people WHERE branch_id IN (1, 2, 3)`)
	})
	names := func() []string {
		v, err := seen(t, w, token, "13:35:00", "")
		if err != nil {
			t.Fatal(err)
		}
		return read(w, v).names
	}
	if got := names(); len(got) > 0 {
		t.Errorf("no unit has chosen so, and it shows %q", got)
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `INSERT INTO code_names (unit_id) VALUES (1)`)
	})
	if got, want := strings.Join(names(), " "), "谢宁 高峰 马超 孙涛 郑爽"; got != want {
		t.Errorf("it shows %s, want %s: the last five of unit 1", got, want)
	}
	v, err := seen(t, w, token, "13:35:00", "")
	if got := read(w, v).lines(); err != nil || !strings.HasSuffix(got, "已到 15 / 应到 15") {
		t.Errorf("it says %q, %v", got, err)
	}
}
