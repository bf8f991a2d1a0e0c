package group_test

import (
	"campaign/bot/bottest"
	"context"
	"fmt"
	"sync"
	"testing"

	"campaign"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/group"
	"campaign/flows/home"
	"campaign/storage"
	"campaign/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func TestConversations(t *testing.T) { flowtest.Run(t, home.With(group.Flow), more) }

// more: 何平 runs branch 4, too, and group 5 has sent us away.
func more(ctx context.Context, tx *storage.Tx) error {
	if err := tx.Exec(ctx, `INSERT INTO roles (person_id, role, branch_id) VALUES (13, 'secretary', 4)`); err != nil {
		return err
	}
	return tx.Exec(ctx, `INSERT INTO chats (id, title, reach, seen_at) VALUES (-2005, 'group 5', 'kicked', $1)`, tx.Now)
}

// Several groups ask for one branch at once: it ends with one, and none of the
// secretary's commands is lost.
func TestABranchHasOneGroupHoweverManyAskAtOnce(t *testing.T) {
	w := flowtest.New(t, home.With(group.Flow))
	bind := func(account campaign.AccountID, chat int64) error {
		return w.DB.InTx(t.Context(), func(tx *storage.Tx) error {
			key := fmt.Sprintf("race:%d", chat)
			fresh, err := tx.Receive(t.Context(), []string{key})
			if err != nil {
				return err
			}
			e := flow.Event{Cause: fresh[key], At: tx.Now, Command: "bind"}
			if e.Account, err = tx.Account(t.Context(), account, "", campaign.Chinese); err != nil {
				return err
			}
			if e.Chat, err = tx.Group(t.Context(), chat, key); err != nil {
				return err
			}
			_, err = w.House.Turn(t.Context(), tx, e)
			return err
		})
	}
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `INSERT INTO roles (person_id, role, branch_id) VALUES (11, 'secretary', 2), (12, 'secretary', 2), (7, 'secretary', 2)`)
	})
	var all sync.WaitGroup
	for i, account := range []campaign.AccountID{1010, 1011, 1012, 1007} {
		all.Go(func() {
			if err := bind(account, -3000-int64(i)); err != nil {
				t.Errorf("%d: %v", account, err)
			}
		})
	}
	all.Wait()
	w.In(t, func(ctx context.Context, tx *storage.Tx) error {
		var linked, asked int
		if err := tx.Get(ctx, &linked, `SELECT count(*) FROM audit WHERE effect = 'linked'`); err != nil {
			return err
		}
		if err := tx.Get(ctx, &asked, `SELECT count(*) FROM sessions WHERE flow = 'group' AND at = 'move'`); err != nil {
			return err
		}
		if linked != 1 || asked != 3 {
			t.Errorf("%d groups were linked and %d people are asked whether to move, want 1 and 3", linked, asked)
		}
		return nil
	})
}

func TestConversationsOverTelegram(t *testing.T) {
	bottest.Run(t, func() []flow.Flow { return home.With(group.Flow) }, more)
}
