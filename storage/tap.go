package storage

import (
	"context"
	"fmt"

	"campaign"
)

// A Tap is a press that arrives together with others.
type Tap struct {
	Key     string // of the arrival
	Account campaign.AccountID
	Sight
}

// A Tapped is what the machine knows of a Tap.
type Tapped struct {
	Cause   int64   // its row in the inbox; 0 where it has had its effect before
	Account Account // its person by number and name alone; the zero Account where no active person is bound to it
	Seen    Seen
}

// Taps notes that taps arrive, and finds who pressed and what they saw, in the
// order of ts. It is Receive, Account and See for many at once, in one statement,
// but locks nobody: taps need no order. Each row is looked up by key, whatever
// the planner thinks of their number.
func (tx *Tx) Taps(ctx context.Context, ts []Tap) ([]Tapped, error) {
	n := len(ts)
	keys, accounts, chats, contents, names := make([]string, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]string, n)
	for i, t := range ts {
		keys[i], accounts[i], chats[i], contents[i], names[i] = t.Key, int64(t.Account), t.Chat, t.Content, t.Name
	}
	var rows []struct {
		Cause   int64
		Account campaign.AccountID
		Lang    campaign.Lang
		Person  campaign.PersonID
		Name    string
		sightRow
	}
	err := tx.Select(ctx, &rows, `
		WITH t AS MATERIALIZED (
			SELECT key, account, chat_id, content_id, name, n
			FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[]) WITH ORDINALITY AS t (key, account, chat_id, content_id, name, n)),
		fresh AS (
			INSERT INTO inbox (key, received_at) SELECT key, $6 FROM t ORDER BY key
			ON CONFLICT (key) DO NOTHING RETURNING id, key)
		SELECT coalesce(f.id, 0) AS cause, coalesce(a.account, 0) AS account, coalesce(a.lang, '') AS lang, coalesce(a.person, 0) AS person, coalesce(a.name, '') AS name,
		       p.id AS post, p.current, p.learn
		FROM t LEFT JOIN fresh f ON f.key = t.key
		LEFT JOIN LATERAL (
			SELECT a.id AS account, a.lang, p.id AS person, p.name
			FROM accounts a JOIN people p ON p.id = a.person_id AND p.active WHERE a.id = t.account LIMIT 1) a ON true
		`+seen+`
		ORDER BY t.n`, Array(keys), Array(accounts), Array(chats), Array(contents), Array(names), tx.Now)
	if err != nil {
		return nil, fmt.Errorf("storage: taps: %w", err)
	}
	taps := make([]Tapped, n)
	for i, r := range rows {
		taps[i] = Tapped{r.Cause, Account{ID: r.Account, Lang: r.Lang, Person: campaign.Person{ID: r.Person, Name: r.Name}}, r.seen()}
		if err := tx.learn(ctx, r.sightRow, ts[i].Sight); err != nil {
			return nil, err
		}
	}
	return taps, nil
}
