package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"campaign"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/messages"
	"campaign/storage"
	"campaign/storage/embedded"
	"campaign/storage/storagetest"
)

// A ledger is a database on a server of the test's own, as a program's next to
// it sees it.
type ledger struct {
	*storage.DB
	server *embedded.Server
	name   string
	t      *testing.T
}

// newLedger makes a database with the schema up to date. Every commit is on
// disk, and outlives whoever made it.
func newLedger(t *testing.T) *ledger {
	t.Helper()
	server := storagetest.Server(t, nil)
	if err := server.CreateDatabase(t.Context(), "muster"); err != nil {
		t.Fatal(err)
	}
	l := openLedger(t, server, "muster")
	if _, err := l.Migrate(t.Context(), flow.New(flows.All).Rooms()...); err != nil {
		t.Fatal(err)
	}
	return l
}

func openLedger(t *testing.T, server *embedded.Server, name string) *ledger {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), storage.Config{DSN: server.DSN(name), Conns: 8, Now: time.Now, Zone: zone, Lang: campaign.Chinese})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &ledger{db, server, name, t}
}

// env is what a program needs to find the database.
func (l *ledger) env() []string { return []string{"MUSTER_DATABASE_URL=" + l.server.DSN(l.name)} }

// in runs f in a transaction.
func (l *ledger) in(f func(ctx context.Context, tx *storage.Tx) error) {
	l.t.Helper()
	if err := l.InTx(l.t.Context(), func(tx *storage.Tx) error { return f(l.t.Context(), tx) }); err != nil {
		l.t.Fatal(err)
	}
}

// exec runs statements.
func (l *ledger) exec(statements ...string) {
	l.t.Helper()
	l.in(func(ctx context.Context, tx *storage.Tx) error {
		for _, s := range statements {
			if err := tx.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// count reads a number.
func (l *ledger) count(query string, args ...any) (n int) {
	l.t.Helper()
	l.in(func(ctx context.Context, tx *storage.Tx) error { return tx.Get(ctx, &n, query, args...) })
	return n
}

func TestAnOperatorSeesWhatIsUnsureAndDecides(t *testing.T) {
	t.Parallel()
	l := newLedger(t)
	l.exec(`INSERT INTO units (name, batch) VALUES ('区教育局', 1)`,
		`INSERT INTO branches (unit_id, name) VALUES (1, '机关第一支部')`,
		`INSERT INTO people (member_no, name, branch_id) SELECT 'D' || n, '成员' || n, 1 FROM generate_series(1, 9) n ORDER BY n`,
		`INSERT INTO accounts (id, person_id, lang, seen_at) SELECT 100 + n, n, 'zh', '2026-12-01' FROM generate_series(1, 9) n`,
		`INSERT INTO chats (id, title, branch_id, seen_at) VALUES (-1, '一支部', 1, '2026-12-01'), (-2, '别的群', NULL, '2026-12-01')`)
	l.in(func(ctx context.Context, tx *storage.Tx) error {
		card := messages.Say("<b>%s</b>", "学习《党章》，并联系本单位本支部的实际情况，谈一谈各自的体会和下一步的打算，请准时参加").As("checkin/4").In(messages.Broadcasts)
		a := storage.Audience{Groups: []campaign.BranchID{1}}
		for n := range 9 {
			a.People = append(a.People, campaign.PersonID(n+1))
		}
		if err := tx.PostAll(ctx, 0, a, card); err != nil {
			return err
		}
		stray := messages.Say("%s", "to whom it may concern").In(messages.Reminders)
		for _, chat := range []int64{-2, 999} {
			stray.To = messages.To{Chat: chat}
			if err := tx.Post(ctx, 0, 0, []messages.Message{stray}); err != nil {
				return err
			}
		}
		if _, err := tx.Claim(ctx, 100, []int64{}); err != nil {
			return err
		}
		_, err := tx.Recover(ctx)
		return err
	})

	says := func(args []string, code int, want ...string) string {
		t.Helper()
		got := muster(t, l.env(), append([]string{"unsure"}, args...)...)
		if got.code != code {
			t.Fatalf("unsure %v ended with %d, want %d: %s", args, got.code, code, got.err)
		}
		for _, w := range want {
			if !strings.Contains(got.out+got.err, w) {
				t.Errorf("unsure %v does not say %q:\n%s%s", args, w, got.out, got.err)
			}
		}
		return got.out
	}
	short := says(nil, 0,
		"message 1 (checkin/4): 学习《党章》，并联系本单位本支部的实际情况，谈一谈各自的体会和下一步的打算，请…\n",
		"may or may not have reached 10 readers, since 20", ": the program stopped while it was being sent\n",
		"post 1 to the group of 区教育局 · 机关第一支部\n", "  and 5 more: muster unsure --message 1\n",
		"to the group \"别的群\", which is no branch's\n", "to account 999, which is nobody's\n")
	if strings.Contains(short, "D9 成员9") {
		t.Errorf("the short list is long:\n%s", short)
	}
	says([]string{"--all"}, 0, "post 10 to D9 成员9, 区教育局 · 机关第一支部\n")
	if one := says([]string{"list", "--message", "1"}, 0, "D9 成员9"); strings.Contains(one, "账号") || strings.Contains(one, "999") {
		t.Errorf("the list of one message tells of another:\n%s", one)
	}

	says([]string{"resend", "--dry-run"}, 0, "12 posts would be sent once more. A dry run")
	says([]string{"resend", "3", "4"}, 0, "2 posts queued to be sent once more.")
	says([]string{"leave", "4", "5"}, 1, "nothing was done: 4 cannot be decided")
	says([]string{"leave", "--message", "1"}, 0, "8 posts left as they are.")
	says([]string{"resend", "--message", "1"}, 0, "0 posts queued")
	says([]string{"resend"}, 0, "2 posts queued")
	says(nil, 0, "The fate of every message is known.")
	if n := l.count(`SELECT count(*) FROM posts WHERE state = 'queued' AND tries = 0 AND cause = ''`); n != 4 {
		t.Errorf("%d posts are queued, want 4", n)
	}
	if n := l.count(`SELECT count(*) FROM posts WHERE state = 'left' AND cause <> '' AND message_id IS NULL`); n != 8 {
		t.Errorf("%d posts are left, want 8", n)
	}
	if n := l.count(`SELECT count(*) FROM audit a JOIN inbox i ON i.id = a.cause WHERE a.person_id = 0 AND a.flow = 'machine' AND starts_with(i.key, 'command:unsure.' || a.effect)`); n != 12 {
		t.Errorf("%d decisions are in the audit, want 12", n)
	}
}
