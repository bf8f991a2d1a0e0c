package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"campaign"
	"campaign/messages"
)

// An Audience is who is to read one message: a value that a flow's store makes.
type Audience struct {
	People []campaign.PersonID
	Groups []campaign.BranchID
}

// A place is where a message goes.
type place struct {
	chat   int64
	topic  int64  // of a forum
	group  int64  // that cannot be told, and for which this chat is told instead; 0 is none
	suffix string // of the name of such a copy
}

// post is one message on its way into the outbox.
type post struct {
	place
	content int64
	m       messages.Message
}

// in is m on its way to a place.
func (p place) in(m messages.Message) post {
	if m.Name != "" {
		m.Name += p.suffix
	}
	return post{place: p, m: m}
}

// Post puts messages in the outbox. Whoever has no account, or one that cannot
// be reached, and a branch without a group, are passed over. A message with the
// zero To goes to here.
func (tx *Tx) Post(ctx context.Context, cause, here int64, ms []messages.Message) error {
	var a Audience
	for _, m := range ms {
		if m.To.Person != 0 {
			a.People = append(a.People, m.To.Person)
		}
		if m.To.Group != 0 {
			a.Groups = append(a.Groups, m.To.Group)
		}
	}
	people, groups, err := tx.chats(ctx, a)
	if err != nil {
		return err
	}
	posts := make([]post, 0, len(ms))
	for _, m := range ms {
		to := place{chat: here}
		switch {
		case m.To.Person != 0:
			to.chat = people[m.To.Person]
		case m.To.Group != 0:
			for _, at := range groups[m.To.Group] {
				posts = append(posts, at.in(m))
			}
			continue
		case m.To.Chat != 0:
			to.chat, to.topic = m.To.Chat, m.To.Topic
		case m.To.Friend != 0:
			to.chat = int64(m.To.Friend)
		}
		if to.chat != 0 {
			posts = append(posts, to.in(m))
		}
	}
	return tx.post(ctx, cause, lastWord(posts))
}

// lastWord leaves, of several messages of one name to one chat, the one that was
// said last: in the manner of those before it, where it would only change them.
func lastWord(posts []post) []post {
	if len(posts) < 2 {
		return posts
	}
	last := make(map[named]int, len(posts)) // in kept
	kept := make([]post, 0, len(posts))     // the last first
	for _, p := range slices.Backward(posts) {
		i, again := last[named{p.chat, p.m.Name}]
		if p.m.Name == "" || !again {
			last[named{p.chat, p.m.Name}] = len(kept)
			kept = append(kept, p)
			continue
		}
		if m := &kept[i].m; m.Manner == messages.InPlace || m.Manner == messages.AsOne {
			m.Manner, m.Over = p.m.Manner, p.m.Over
		}
	}
	slices.Reverse(kept)
	return kept
}

// PostAll puts one message to many in the outbox: one content, a row for each chat.
func (tx *Tx) PostAll(ctx context.Context, cause int64, a Audience, m messages.Message) error {
	people, groups, err := tx.chats(ctx, a)
	if err != nil {
		return err
	}
	posts := make([]post, 0, len(people)+len(groups))
	for _, p := range a.People {
		if chat := people[p]; chat != 0 {
			posts = append(posts, place{chat: chat}.in(m))
		}
	}
	for _, g := range a.Groups {
		for _, at := range groups[g] {
			posts = append(posts, at.in(m))
		}
	}
	return tx.post(ctx, cause, posts)
}

// chats finds where people and branches can be reached. A group that is set aside
// is reached through its owners.
func (tx *Tx) chats(ctx context.Context, a Audience) (map[campaign.PersonID]int64, map[campaign.BranchID][]place, error) {
	people := make(map[campaign.PersonID]int64, len(a.People))
	if len(a.People) > 0 {
		var rows []struct{ Who, Chat int64 }
		err := tx.Select(ctx, &rows, `
			SELECT a.person_id AS who, a.id AS chat FROM accounts a JOIN people p ON p.id = a.person_id AND p.active
			WHERE a.person_id = ANY($1) AND a.reach = 'open'`, Array(a.People))
		if err != nil {
			return nil, nil, fmt.Errorf("storage: find accounts: %w", err)
		}
		for _, r := range rows {
			people[campaign.PersonID(r.Who)] = r.Chat
		}
	}
	groups, err := tx.groups(ctx, a.Groups)
	return people, groups, err
}

func (tx *Tx) groups(ctx context.Context, branches []campaign.BranchID) (map[campaign.BranchID][]place, error) {
	groups := make(map[campaign.BranchID][]place, len(branches))
	if len(branches) == 0 {
		return groups, nil
	}
	var rows []struct {
		Branch      campaign.BranchID
		Chat, Topic int64
		Aside       bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT branch_id AS branch, id AS chat, topic, aside FROM chats WHERE branch_id = ANY($1)`, Array(branches))
	if err != nil {
		return nil, fmt.Errorf("storage: find groups: %w", err)
	}
	away := map[campaign.BranchID]int64{}
	for _, r := range rows {
		if r.Aside {
			away[r.Branch] = r.Chat
			continue
		}
		groups[r.Branch] = []place{{chat: r.Chat, topic: r.Topic}}
	}
	owners, err := tx.Owners(ctx, slices.Collect(maps.Keys(away)))
	if err != nil {
		return nil, err
	}
	for b, os := range owners {
		for _, o := range os {
			groups[b] = append(groups[b], place{chat: int64(o.Account), group: away[b], suffix: aside(b)})
		}
	}
	return groups, nil
}

// post writes contents, and puts the messages that have them in their chats.
func (tx *Tx) post(ctx context.Context, cause int64, posts []post) error {
	switch {
	case len(posts) == 0:
		return nil
	case !slices.ContainsFunc(posts, func(p post) bool { return !p.waits() }):
		return tx.delay(ctx, cause, posts)
	}
	if err := tx.contents(ctx, cause, posts); err != nil {
		return err
	}
	slices.SortStableFunc(posts, func(a, b post) int { return cmp.Compare(a.chat, b.chat) }) // one order of locks for all
	for some := range slices.Chunk(posts, postsAtOnce) {
		if err := tx.put(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// postsAtOnce is how many posts one statement writes: so few that Postgres looks
// them up by their names, however many there are of old.
const postsAtOnce = 1000

// put retires and changes older messages, and adds new ones.
func (tx *Tx) put(ctx context.Context, posts []post) error {
	var anew, change, retired []post
	for _, p := range posts {
		switch p.m.Manner {
		case messages.Anew, messages.Instead:
			retired = append(retired, p)
		}
		switch {
		case p.m.Manner == messages.Anew, p.m.Manner == messages.Instead && p.m.Over == "":
			anew = append(anew, p)
		default:
			change = append(change, p)
		}
	}
	if err := tx.retire(ctx, retired); err != nil {
		return err
	}
	if err := tx.rename(ctx, change); err != nil {
		return err
	}
	changed, err := tx.change(ctx, change, false)
	if err != nil {
		return err
	}
	for _, p := range change {
		if p.m.Manner != messages.InPlace && !changed[named{p.chat, p.m.Name}] {
			anew = append(anew, p)
		}
	}
	return tx.add(ctx, anew)
}

// versioned are different messages, as contents store them.
type versioned struct {
	names, bodies []string
	keyed         []bool
}

// versions returns the different messages of posts, and which of them, counted
// from 1, each post has.
func versions(posts []post) (vs versioned, of []int64, err error) {
	type key struct{ name, body string }
	known := map[key]int64{}
	of = make([]int64, len(posts))
	for i, p := range posts {
		if i > 0 && same(posts[i-1].m, p.m) {
			of[i] = of[i-1]
			continue
		}
		b, err := json.Marshal(p.m)
		if err != nil {
			return vs, nil, fmt.Errorf("storage: store a message: %w", err)
		}
		k := key{p.m.Name, string(b)}
		if known[k] == 0 {
			vs.names, vs.bodies, vs.keyed = append(vs.names, k.name), append(vs.bodies, k.body), append(vs.keyed, len(p.m.Keys) > 0)
			known[k] = int64(len(vs.names))
		}
		of[i] = known[k]
	}
	return vs, of, nil
}

// contents stores each different message once.
func (tx *Tx) contents(ctx context.Context, cause int64, posts []post) error {
	vs, of, err := versions(posts)
	if err != nil {
		return err
	}
	var rows []struct {
		ID int64
		N  int64
	}
	err = tx.Select(ctx, &rows, `
		WITH c AS MATERIALIZED (
			SELECT nextval('contents_id_seq') AS id, name, keyed, message, n
			FROM unnest($2::text[], $3::boolean[], $4::text[]) WITH ORDINALITY AS t (name, keyed, message, n)),
		stored AS (
			INSERT INTO contents (id, cause, name, keyed, message) OVERRIDING SYSTEM VALUE
			SELECT id, $1, name, keyed, message FROM c)
		SELECT id, n FROM c`, cause, Array(vs.names), Array(vs.keyed), Array(vs.bodies))
	if err != nil {
		return fmt.Errorf("storage: store contents: %w", err)
	}
	ids := make([]int64, len(rows)+1)
	for _, r := range rows {
		ids[r.N] = r.ID
	}
	for i := range posts {
		posts[i].content = ids[of[i]]
	}
	return nil
}

// same reports whether a and b are stored as one content. What is told to a crowd
// shares its lines, which is seen without looking into them; what everybody of a
// rush is told alike is compared.
func same(a, b messages.Message) bool {
	if shared(a, b) {
		return true
	}
	return a.Name == b.Name && len(a.Keys)+len(b.Keys) == 0 && a.Board == b.Board && reflect.DeepEqual(a.Lines, b.Lines)
}

func shared(a, b messages.Message) bool {
	return len(a.Lines) > 0 && len(a.Lines) == len(b.Lines) && &a.Lines[0] == &b.Lines[0] && a.Name == b.Name &&
		len(a.Keys) == len(b.Keys) && (len(a.Keys) == 0 || &a.Keys[0] == &b.Keys[0]) && a.Board == b.Board
}

type named struct {
	chat int64
	name string
}

// retire takes the names of older messages, and their buttons. One that has not
// left yet is not sent at all, and of one that is unsure nobody needs to know.
func (tx *Tx) retire(ctx context.Context, posts []post) error {
	chats, names := make([]int64, 0, len(posts)), make([]string, 0, len(posts))
	for _, p := range posts {
		if p.m.Name != "" {
			chats, names = append(chats, p.chat), append(names, p.m.Name)
		}
	}
	if len(chats) == 0 {
		return nil
	}
	var rows []struct {
		ID     int64
		Unsent bool
	}
	err := tx.Select(ctx, &rows, `
		SELECT p.id, p.unsent
		FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS t (chat_id, name, n)
		CROSS JOIN LATERAL (
			SELECT id, state = 'queued' AND message_id IS NULL AND tries = 0 AS unsent
			FROM posts WHERE chat_id = t.chat_id AND name = t.name AND name <> '' LIMIT 1 FOR UPDATE) p
		ORDER BY t.n`, Array(chats), Array(names)) // by key: the planner must not think that the queue is short
	if err != nil {
		return fmt.Errorf("storage: find messages to retire: %w", err)
	}
	var unsent, sent []int64
	for _, r := range rows {
		if r.Unsent {
			unsent = append(unsent, r.ID)
			continue
		}
		sent = append(sent, r.ID)
	}
	if len(unsent) > 0 {
		if err := tx.Exec(ctx, `DELETE FROM posts WHERE id = ANY($1)`, Array(unsent)); err != nil {
			return fmt.Errorf("storage: withdraw unsent messages: %w", err)
		}
	}
	if len(sent) == 0 {
		return nil
	}
	err = tx.Exec(ctx, `
		UPDATE posts p SET name = '', bare = c.keyed, lane = $2, due = $3, changed_at = $3,
		       state = CASE WHEN p.state = 'sent' AND c.keyed THEN 'queued' WHEN p.state = 'unsure' THEN 'left' ELSE p.state END
		FROM contents c WHERE p.id = ANY($1) AND c.id = p.content_id`, Array(sent), messages.Redraws, tx.Now)
	if err != nil {
		return fmt.Errorf("storage: retire messages: %w", err)
	}
	return nil
}

// rename gives messages the names of those that take their place.
func (tx *Tx) rename(ctx context.Context, posts []post) error {
	for _, p := range posts {
		if p.m.Over == "" {
			continue
		}
		if err := tx.Exec(ctx, `UPDATE posts SET name = $3 WHERE chat_id = $1 AND name = $2 AND name <> ''`, p.chat, p.m.Over, p.m.Name); err != nil {
			return fmt.Errorf("storage: rename a message: %w", err)
		}
	}
	return nil
}

// change gives named messages a new version. Pending changes of one message
// collapse into the newest, since a message is one row. With newer, what is
// older than the version that is wanted already changes nothing.
func (tx *Tx) change(ctx context.Context, posts []post, newer bool) (map[named]bool, error) {
	changed := map[named]bool{}
	if len(posts) == 0 {
		return changed, nil
	}
	chats, names, contents, lanes := columns(posts)
	var rows []struct {
		Chat int64 `db:"chat_id"`
		Name string
	}
	err := tx.Select(ctx, &rows, `
		UPDATE posts p SET content_id = t.content_id, bare = false, changed_at = $5,
		       lane = CASE WHEN p.state = 'queued' THEN least(p.lane, t.lane) ELSE t.lane END,
		       due = CASE WHEN p.state = 'queued' THEN least(p.due, $5) ELSE $5 END,
		       tries = CASE WHEN p.state = 'sent' THEN 0 ELSE p.tries END,
		       state = CASE WHEN p.state = 'sent' THEN 'queued' ELSE p.state END
		FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[]) AS t (chat_id, name, content_id, lane)
		WHERE p.chat_id = t.chat_id AND p.name = t.name AND p.name <> '' AND p.state NOT IN ('refused', 'left') AND (p.content_id < t.content_id OR NOT $6)
		RETURNING p.chat_id, p.name`, Array(chats), Array(names), Array(contents), Array(lanes), tx.Now, newer)
	if err != nil {
		return nil, fmt.Errorf("storage: change messages: %w", err)
	}
	for _, r := range rows {
		changed[named{r.Chat, r.Name}] = true
	}
	return changed, nil
}

// add puts new messages in the queue. A named one that was refused before is
// tried anew.
func (tx *Tx) add(ctx context.Context, posts []post) error {
	if len(posts) == 0 {
		return nil
	}
	chats, names, contents, lanes := columns(posts)
	topics, groups := make([]int64, len(posts)), make([]int64, len(posts))
	for i, p := range posts {
		topics[i], groups[i] = p.topic, p.group
	}
	err := tx.Exec(ctx, `
		INSERT INTO posts AS p (chat_id, name, content_id, lane, due, changed_at, topic, for_chat)
		SELECT chat_id, name, content_id, lane, $5, $5, topic, nullif(group_id, 0)
		FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $6::bigint[], $7::bigint[])
		     WITH ORDINALITY AS t (chat_id, name, content_id, lane, topic, group_id, n)
		ORDER BY n
		ON CONFLICT (chat_id, name) WHERE name <> '' DO UPDATE
		SET content_id = excluded.content_id, lane = excluded.lane, due = excluded.due, changed_at = excluded.changed_at,
		    topic = excluded.topic, for_chat = excluded.for_chat, state = 'queued', bare = false, message_id = NULL, tries = 0, cause = ''`,
		Array(chats), Array(names), Array(contents), Array(lanes), tx.Now, Array(topics), Array(groups))
	if err != nil {
		return fmt.Errorf("storage: queue messages: %w", err)
	}
	return nil
}

func columns(posts []post) (chats []int64, names []string, contents, lanes []int64) {
	for _, p := range posts {
		chats, names, contents = append(chats, p.chat), append(names, p.m.Name), append(contents, p.content)
		lane := p.m.Lane
		if lane == messages.Unstated {
			lane = messages.Reminders
		}
		lanes = append(lanes, int64(lane))
	}
	return chats, names, contents, lanes
}
