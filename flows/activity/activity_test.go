package activity_test

import (
	"campaign/bot/bottest"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/flows/activity"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// begun is a meeting of branch 3 that has opened, and to which 朱琳 has come.
func begun(ctx context.Context, tx *storage.Tx) error {
	err := tx.Exec(ctx, `
		INSERT INTO activities (no, title, kind, part, unit_id, branch_id, starts, ends, opens, late_from, closes, place, required, method)
		VALUES ('A-2026-0001', '第一次党课', 'lecture', 'branch', 2, 3, '2026-12-01 13:40+08', '2026-12-01 15:00+08', '2026-12-01 13:10+08',
		        '2026-12-01 13:50+08', '2026-12-01 15:00+08', '会议室', false, 'button')`)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, `
		INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) VALUES (1, 12, 3, '2026-12-01 13:15+08', false, 'button')`)
}

func TestConversations(t *testing.T) { flowtest.Run(t, home.With(activity.Flow), begun) }

// Five people press Submit at once, again and again: every activity has a number
// of its own, and none is left out.
func TestWhoeverPlansAtOnceGetsANumberOfTheirOwn(t *testing.T) {
	w := flowtest.New(t, home.With(activity.Flow))
	people := map[campaign.AccountID]campaign.Scope{
		1002: campaign.BranchScope(1, 1), 1003: campaign.UnitScope(1), 1004: campaign.UnitScope(1), 1005: campaign.Everyone(), 1013: campaign.BranchScope(2, 3),
	}
	const rounds = 6
	var want []string
	for round := range rounds {
		start := make(chan struct{})
		var all sync.WaitGroup
		for account, scope := range people {
			want = append(want, fmt.Sprintf("A-2026-%04d", len(want)+1))
			all.Go(func() {
				<-start
				if err := w.DB.InTx(t.Context(), func(tx *storage.Tx) error { return submit(t, w, tx, account, scope, round) }); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		all.Wait()
	}
	var got []string
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Select(ctx, &got, `SELECT no FROM activities ORDER BY no`)
	})
	if !slices.Equal(got, want) {
		t.Errorf("got the numbers %s, want %s", strings.Join(got, " "), strings.Join(want, " "))
	}
}

// submit presses Submit under a preview that is ready.
func submit(t *testing.T, w *flowtest.World, tx *storage.Tx, account campaign.AccountID, scope campaign.Scope, round int) error {
	ctx := t.Context()
	d, err := json.Marshal(activity.Draft{Title: "Study", Kind: campaign.Study, Scope: scope,
		When: campaign.When{Day: campaign.DayOf(flowtest.Start) + 1}, Start: campaign.ClockAt(14, 0), Long: time.Hour})
	if err != nil {
		return err
	}
	e := flow.Event{At: tx.Now, Chat: campaign.Chat{ID: int64(account)}, In: flow.Chosen{Ask: "preview", Key: "go"}}
	if e.Account, err = tx.Account(ctx, account, "", campaign.English); err != nil {
		return err
	}
	if err := tx.SaveSessions(ctx, account, nil, []storage.Session{{Flow: "activity", At: "preview", Draft: string(d)}}); err != nil {
		return err
	}
	key := fmt.Sprintf("press:%d:%d", account, round)
	fresh, err := tx.Receive(ctx, []string{key})
	if err != nil {
		return err
	}
	e.Cause = fresh[key]
	_, err = w.House.Turn(ctx, tx, e)
	return err
}

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(activity.Flow) }, begun)
}
