package bind_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"campaign"
	"campaign/flows/bind"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/flows/home"
	"campaign/storage"
)

// A crowd is accounts that act in one world, at once if need be.
type crowd struct {
	*flowtest.World
	t *testing.T
}

func gather(t *testing.T) crowd {
	return crowd{flowtest.New(t, home.With(bind.Flow), invitations, strangers), t}
}

// does plays one event of an account.
func (c crowd) does(ctx context.Context, a campaign.AccountID, e flow.Event) (r flow.Result, err error) {
	err = c.DB.InTx(ctx, func(tx *storage.Tx) error {
		key := fmt.Sprintf("race:%d:%s:%s:%v", a, e.Command, e.Arg, e.In)
		if e.Press != nil {
			key = fmt.Sprintf("race:%d:%d:%d", a, e.Press.Content.ID, e.Press.Key)
		}
		fresh, err := tx.Receive(ctx, []string{key})
		if err != nil {
			return err
		}
		e.Cause, e.At, e.Chat = fresh[key], tx.Now, campaign.Chat{ID: int64(a)}
		if e.Account, err = tx.Account(ctx, a, fmt.Sprintf("account %d", a), campaign.English); err != nil {
			return err
		}
		if e.Press != nil {
			seen, err := tx.See(ctx, []storage.Sight{{Chat: int64(a), Content: e.Press.Content.ID, Name: e.Press.Content.Name}})
			if err != nil {
				return err
			}
			e.Press.Seen = seen[0]
		}
		r, err = c.House.Turn(ctx, tx, e)
		return err
	})
	return r, err
}

// says plays events one after the other.
func (c crowd) says(a campaign.AccountID, es ...flow.Event) {
	c.t.Helper()
	for _, e := range es {
		if _, err := c.does(c.t.Context(), a, e); err != nil {
			c.t.Fatal(err)
		}
	}
}

// together plays an event of each account at once, and returns the toasts.
func (c crowd) together(es map[campaign.AccountID]flow.Event) map[campaign.AccountID]string {
	c.t.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	toasts := map[campaign.AccountID]string{}
	for a, e := range es {
		all.Go(func() {
			r, err := c.does(c.t.Context(), a, e)
			if err != nil {
				c.t.Errorf("%d: %v", a, err)
			}
			mu.Lock()
			defer mu.Unlock()
			toasts[a] = string(r.Toast.Say)
		})
	}
	all.Wait()
	return toasts
}

// count reads one number.
func (c crowd) count(query string, args ...any) (n int) {
	c.t.Helper()
	c.In(c.t, func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	return n
}

func TestOfManyWhoConfirmOneInvitationOneIsBound(t *testing.T) {
	c, es := gather(t), map[campaign.AccountID]flow.Event{}
	for a := campaign.AccountID(911); a < 917; a++ {
		c.says(a, flow.Event{Command: "start", Arg: "inv_invitationOfZhengShuan"})
		es[a] = c.Button(c.t, a, "Yes, that is me")
	}
	c.together(es)
	if n := c.count(`SELECT count(*) FROM accounts WHERE person_id = 9`); n != 1 {
		t.Errorf("%d accounts are bound to the member, want 1", n)
	}
	if n := c.count(`SELECT count(*) FROM audit WHERE effect = 'bound'`); n != 1 {
		t.Errorf("%d accounts were bound, want 1", n)
	}
	if n := c.count(`SELECT count(*) FROM bind_invitations i JOIN accounts a ON a.id = i.used_by WHERE i.person_id = 9 AND a.person_id = 9`); n != 1 {
		t.Errorf("%d invitations are used up by who was bound, want 1", n)
	}
}

// Several show the same phone at once: one is bound, of the others one claims
// and the rest are told that somebody has.
func TestOfManyWhoShowOnePhoneOneIsBoundAndOneClaims(t *testing.T) {
	c, es := gather(t), map[campaign.AccountID]flow.Event{}
	for a := campaign.AccountID(911); a < 917; a++ {
		c.says(a, flow.Event{Command: "start"}, flow.Event{In: flow.Card{Phone: "8615400000008", Own: true}})
		es[a] = c.Button(c.t, a, "Yes, that is me")
	}
	c.together(es)
	bound, claimed := c.count(`SELECT count(*) FROM audit WHERE effect = 'bound'`), c.count(`SELECT count(*) FROM bind_claims WHERE state = 'waiting'`)
	if bound != 1 || claimed != 1 {
		t.Errorf("%d are bound and %d claim, want 1 and 1", bound, claimed)
	}
}

func TestOfManyWhoDecideOneClaimOneDoes(t *testing.T) {
	second := func(ctx context.Context, tx *storage.Tx) error {
		return tx.Exec(ctx, `INSERT INTO roles (person_id, role, unit_id) VALUES (2, 'desk', 1), (3, 'desk', 1)`)
	}
	c := crowd{flowtest.New(t, home.With(bind.Flow), invitations, strangers, second), t}
	c.says(911, flow.Event{Command: "start"}, flow.Event{In: flow.Card{Phone: "8615400000001", Own: true}})
	c.says(911, c.Button(c.t, 911, "Yes, that is me"))
	toasts := c.together(map[campaign.AccountID]flow.Event{
		1002: c.Button(c.t, 1002, "Move to the new account"),
		1003: c.Button(c.t, 1003, "Keep the old account"),
		1004: c.Button(c.t, 1004, "Move to the new account"),
	})
	done := 0
	for _, toast := range toasts {
		if toast == "Moved" || toast == "Kept" {
			done++
		}
	}
	if n := c.count(`SELECT count(*) FROM audit WHERE effect = 'decided'`); n != 1 || done != 1 {
		t.Errorf("%d decided and %d were told so, want 1 and 1: %v", n, done, toasts)
	}
	moved := c.count(`SELECT count(*) FROM bind_claims WHERE state = 'moved'`)
	if now := c.count(`SELECT count(*) FROM accounts WHERE person_id = 1 AND id = 911`); now != moved {
		t.Errorf("the claim was moved %d times, the account %d", moved, now)
	}
}

func TestTheProgramInvitesAndKeepsNoSecret(t *testing.T) {
	c := gather(t)
	run := bind.Flow.Contents().Offers[0].Run
	var link, code string
	c.In(t, func(ctx context.Context, tx *storage.Tx) error {
		m, err := run(ctx, tx, flow.Here{}, []string{"D00008"})
		if err != nil {
			return err
		}
		link, code = m.Keys[0][0].Start, c.House.Words.Plain(campaign.English, m.Lines[2])
		return nil
	})
	bare := strings.ReplaceAll(code, "-", "")
	for _, secret := range []string{strings.TrimPrefix(link, "inv_"), bare, code} {
		if n := c.count(`SELECT (SELECT count(*) FROM bind_invitations i WHERE i::text LIKE '%' || $1 || '%') + (SELECT count(*) FROM audit WHERE about LIKE '%' || $1 || '%')`, secret); n != 0 {
			t.Errorf("%q stands in %d rows, want none", secret, n)
		}
	}
	if n := c.count(`SELECT count(*) FROM audit WHERE flow = 'bind' AND effect = 'invited' AND about = '{"Person":8}'`); n != 1 {
		t.Errorf("%d lines of the audit tell of the invitation, want 1", n)
	}
	c.says(911, flow.Event{Command: "start", Arg: link})
	c.says(911, c.Button(c.t, 911, "Yes, that is me"))
	if n := c.count(`SELECT count(*) FROM accounts WHERE id = 911 AND person_id = 8`); n != 1 {
		t.Errorf("the link binds %d accounts, want 1", n)
	}
	c.In(t, func(ctx context.Context, tx *storage.Tx) error {
		for _, args := range [][]string{nil, {"D99999"}, {"D00008", "D00009"}} {
			if _, err := run(ctx, tx, flow.Here{}, args); err == nil {
				t.Errorf("an invitation is made for %q", args)
			} else if _, kind := flow.Apology(err); !kind {
				t.Errorf("%q: %v, want a kind word", args, err)
			}
		}
		return nil
	})
}
