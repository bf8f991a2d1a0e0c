package storage

import (
	"context"
	"errors"
	"fmt"

	"campaign"
	"campaign/messages"
)

// Group notes that a group is there, and returns it with its branch.
func (tx *Tx) Group(ctx context.Context, id int64, title string) (campaign.Chat, error) {
	var r struct {
		Standing     campaign.Standing `db:"reach"`
		Unit, Branch int64
	}
	err := tx.Get(ctx, &r, `
		WITH seen AS (
			INSERT INTO chats AS c (id, title, seen_at) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET title = $2, seen_at = $3
			RETURNING c.branch_id, c.reach)
		SELECT reach, coalesce(b.unit_id, 0) AS unit, coalesce(b.id, 0) AS branch FROM seen LEFT JOIN branches b ON b.id = seen.branch_id`, id, title, tx.Now)
	c := campaign.Chat{ID: id, Group: true, Title: title, Standing: r.Standing}
	if r.Branch != 0 {
		c.Home = campaign.BranchScope(campaign.UnitID(r.Unit), campaign.BranchID(r.Branch))
	}
	if err != nil {
		return c, fmt.Errorf("storage: group: %w", err)
	}
	return c, nil
}

// Stands notes how a chat stands. Where that is news of the group of a branch,
// it returns the branch; else 0.
func (tx *Tx) Stands(ctx context.Context, chat int64, s campaign.Standing) (b campaign.BranchID, err error) {
	if chat > 0 {
		err = tx.Exec(ctx, `UPDATE accounts SET reach = $2 WHERE id = $1 AND reach <> $2`, chat, s)
	} else {
		err = tx.Get(ctx, &b, `
			UPDATE chats SET reach = $2, reach_at = $3, ask_at = CASE WHEN $2 = 'open' THEN NULL ELSE $3::timestamptz + interval '1 minute' END
			WHERE id = $1 AND reach <> $2 RETURNING coalesce(branch_id, 0)`, chat, s, tx.Now)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("storage: note how a chat stands: %w", err)
	}
	return b, nil
}

// Ask has the messenger be asked whether we may write in a branch's group: it
// does not tell of every change by itself.
func (tx *Tx) Ask(ctx context.Context, chat int64) error {
	return tx.Exec(ctx, `UPDATE chats SET ask_at = $2 WHERE id = $1 AND branch_id IS NOT NULL`, chat, tx.Now)
}

// Spoke notes that messages arrived in groups: of one that was taken for closed,
// the messenger is to be asked.
func (tx *Tx) Spoke(ctx context.Context, chats []int64) error {
	if len(chats) == 0 {
		return nil
	}
	return tx.Exec(ctx, `UPDATE chats SET ask_at = $2 WHERE id = ANY($1) AND reach <> 'open' AND branch_id IS NOT NULL`, Array(chats), tx.Now)
}

// ToAsk returns groups of which the messenger is to be asked now. They come again
// in a minute, after an hour of silence in an hour, until Stands says that they
// are open or Asked that there is nothing to ask.
func (tx *Tx) ToAsk(ctx context.Context, most int) (ids []int64, err error) {
	err = tx.Select(ctx, &ids, `
		UPDATE chats SET ask_at = $1::timestamptz + CASE WHEN reach_at > $1::timestamptz - interval '1 hour' THEN interval '1 minute' ELSE interval '1 hour' END
		WHERE id IN (SELECT id FROM chats WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id`, tx.Now, most)
	if err != nil {
		return nil, fmt.Errorf("storage: groups to ask about: %w", err)
	}
	return ids, nil
}

// Asked notes that the messenger has answered: an open group needs no asking.
func (tx *Tx) Asked(ctx context.Context, chat int64) error {
	return tx.Exec(ctx, `UPDATE chats SET ask_at = NULL WHERE id = $1 AND reach = 'open'`, chat)
}

// Moved follows a group to its new number, with what is still to be said there,
// and returns the branch where it is one's. Messages of the old chat cannot be
// changed any more: they lose their names, and a change that waits is said anew.
func (tx *Tx) Moved(ctx context.Context, from, to int64) (campaign.BranchID, error) {
	var b campaign.BranchID
	err := tx.Get(ctx, &b, `
		WITH old AS (DELETE FROM chats WHERE id = $1 RETURNING title, branch_id, aside)
		INSERT INTO chats AS c (id, title, branch_id, aside, seen_at) SELECT $2, title, branch_id, aside, $3 FROM old
		ON CONFLICT (id) DO UPDATE SET branch_id = coalesce(c.branch_id, excluded.branch_id), aside = c.aside OR excluded.aside
		RETURNING coalesce(c.branch_id, 0)`, from, to, tx.Now)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("storage: move a group: %w", err)
	}
	err = tx.Exec(ctx, `
		UPDATE posts SET chat_id = $2, topic = 0, message_id = NULL,
		       name = CASE WHEN state IN ('queued', 'sending', 'unsure') AND NOT bare
		                   AND NOT EXISTS (SELECT FROM posts there WHERE there.chat_id = $2 AND there.name = posts.name) THEN name ELSE '' END,
		       state = CASE WHEN state NOT IN ('queued', 'sending') THEN state
		                    WHEN message_id IS NULL THEN state
		                    WHEN bare OR name = '' OR EXISTS (SELECT FROM posts there WHERE there.chat_id = $2 AND there.name = posts.name) THEN 'sent'
		                    ELSE 'queued' END
		WHERE chat_id = $1 AND chat_id < 0`, from, to)
	if err != nil {
		return 0, fmt.Errorf("storage: move what is to be said in a group: %w", err)
	}
	if err := tx.Exec(ctx, `UPDATE redraws SET chat_id = $2 WHERE chat_id = $1`, from, to); err != nil {
		return 0, fmt.Errorf("storage: move what is to change in a group: %w", err)
	}
	if err := tx.Exec(ctx, `UPDATE posts SET for_chat = $2 WHERE for_chat = $1`, from, to); err != nil {
		return 0, fmt.Errorf("storage: move what was said for a group: %w", err)
	}
	return b, nil
}

// LoseTopic has what is to be said in a topic that is closed or gone be said in
// the general one, and returns the branch where the topic was its; else 0.
func (tx *Tx) LoseTopic(ctx context.Context, chat, topic int64) (b campaign.BranchID, err error) {
	err = tx.Exec(ctx, `
		UPDATE posts SET topic = 0 WHERE chat_id = $1 AND chat_id < 0 AND topic = $2 AND state IN ('queued', 'sending') AND message_id IS NULL`, chat, topic)
	if err == nil {
		err = tx.Get(ctx, &b, `UPDATE chats SET topic = 0 WHERE id = $1 AND topic = $2 RETURNING coalesce(branch_id, 0)`, chat, topic)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("storage: lose a topic: %w", err)
	}
	return b, nil
}

// Owners finds those who answer for the group of each branch and can be reached:
// its secretaries; where there are none, the desks of the unit; else the office.
func (tx *Tx) Owners(ctx context.Context, branches []campaign.BranchID) (map[campaign.BranchID][]Owner, error) {
	owners := map[campaign.BranchID][]Owner{}
	if len(branches) == 0 {
		return owners, nil
	}
	var rows []struct {
		Branch campaign.BranchID
		Owner
	}
	err := tx.Select(ctx, &rows, `
		WITH able AS (
			SELECT b.id AS branch, r.role, p.id AS person, a.id AS account,
			       rank() OVER (PARTITION BY b.id ORDER BY CASE r.role WHEN 'secretary' THEN 1 WHEN 'desk' THEN 2 ELSE 3 END) AS rank
			FROM unnest($1::bigint[]) AS t (id) JOIN branches b ON b.id = t.id
			JOIN roles r ON r.role = 'secretary' AND r.branch_id = b.id OR r.role = 'desk' AND r.unit_id = b.unit_id OR r.role = 'office'
			JOIN people p ON p.id = r.person_id AND p.active JOIN accounts a ON a.person_id = p.id AND a.reach = 'open')
		SELECT branch, role, person, account FROM able WHERE rank = 1 ORDER BY branch, person`, Array(branches))
	if err != nil {
		return nil, fmt.Errorf("storage: owners of groups: %w", err)
	}
	for _, r := range rows {
		owners[r.Branch] = append(owners[r.Branch], r.Owner)
	}
	return owners, nil
}

// An Owner is somebody who answers for a group.
type Owner struct {
	Person  campaign.PersonID
	Account campaign.AccountID
	Role    campaign.Role
}

// Aside has what is for the group of a branch go to its owners, from now on and
// what waits already. What stands in the group stays as it is.
func (tx *Tx) Aside(ctx context.Context, b campaign.BranchID) error {
	var chat int64
	if err := tx.Get(ctx, &chat, `UPDATE chats SET aside = true WHERE branch_id = $1 RETURNING id`, b); err != nil {
		return fmt.Errorf("storage: set a group aside: %w", err)
	}
	owners, err := tx.Owners(ctx, []campaign.BranchID{b})
	if err != nil {
		return err
	}
	var accounts []int64
	for _, o := range owners[b] {
		accounts = append(accounts, int64(o.Account))
	}
	err = tx.Exec(ctx, `
		WITH held AS (
			UPDATE posts SET state = CASE WHEN message_id IS NULL THEN 'refused' ELSE 'sent' END, cause = 'those who answer for the group were told instead'
			WHERE chat_id = $1 AND chat_id < 0 AND state = 'queued' AND NOT bare RETURNING id, content_id, name, lane)
		INSERT INTO posts (chat_id, name, content_id, lane, due, changed_at, for_chat)
		SELECT a.id, CASE WHEN h.name = '' THEN '' ELSE h.name || $3 END, h.content_id, h.lane, $4, $4, $1
		FROM held h CROSS JOIN unnest($2::bigint[]) AS a (id) ORDER BY h.id, a.id
		ON CONFLICT (chat_id, name) WHERE name <> '' DO NOTHING`, chat, Array(accounts), aside(b), tx.Now)
	if err != nil {
		return fmt.Errorf("storage: tell the owners of a group instead: %w", err)
	}
	return nil
}

// aside ends the name of a copy, so that it is not taken for a message of the
// owner's own.
func aside(b campaign.BranchID) string { return fmt.Sprintf("#%d", b) }

// Back ends what Aside began. The copies that owners were shown lose their
// buttons: the group has the message that counts.
func (tx *Tx) Back(ctx context.Context, chat int64) error {
	if err := tx.Exec(ctx, `UPDATE chats SET aside = false WHERE id = $1`, chat); err != nil {
		return fmt.Errorf("storage: put a group back: %w", err)
	}
	var rows []struct {
		Chat int64 `db:"chat_id"`
		Name string
	}
	err := tx.Select(ctx, &rows, `
		SELECT chat_id, name FROM posts WHERE for_chat = $1 AND name <> '' AND message_id IS NOT NULL ORDER BY chat_id, name`, chat)
	if err != nil {
		return fmt.Errorf("storage: find what was said for a group: %w", err)
	}
	copies := make([]post, len(rows))
	for i, r := range rows {
		copies[i] = place{chat: r.Chat}.in(messages.Message{Name: r.Name})
	}
	return tx.retire(ctx, copies)
}

// Forsake refuses for good what waits for groups that cannot be written to,
// where nobody is going to look at it: of a branch's group, its owners are.
func (tx *Tx) Forsake(ctx context.Context, chats []int64) error {
	if len(chats) == 0 {
		return nil
	}
	err := tx.Exec(ctx, `
		UPDATE posts SET state = 'refused' WHERE chat_id = ANY($1) AND chat_id < 0 AND state = 'queued'
		AND NOT EXISTS (SELECT FROM chats c WHERE c.id = posts.chat_id AND c.branch_id IS NOT NULL AND NOT c.aside)`, Array(chats))
	if err != nil {
		return fmt.Errorf("storage: forsake groups: %w", err)
	}
	return nil
}

// Requeue puts a post that is sending back into the queue: it goes elsewhere now.
func (tx *Tx) Requeue(ctx context.Context, id int64) error {
	return tx.Exec(ctx, `UPDATE posts SET state = 'queued' WHERE id = $1 AND state = 'sending'`, id)
}
