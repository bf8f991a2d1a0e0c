package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"campaign"
	"campaign/bot/bottest"
	"campaign/bot/simulator"
	"campaign/flows"
	"campaign/flows/flow"
	"campaign/flows/flow/flowtest"
	"campaign/messages"
	"campaign/storage"

	"github.com/lib/pq"
)

// firstOne is the account of the first member of a crowd.
const firstOne = 1_000_000

// crowd adds members to the district, in branches of some twenty with a group
// each, and the history of so many activities: who was expected and came, what
// was said, what came in.
func crowd(members, activities int) func(context.Context, *storage.Tx) error {
	return func(ctx context.Context, tx *storage.Tx) error {
		branches := members / 20
		if err := tx.Exec(ctx, `SET LOCAL session_replication_role = replica`); err != nil { // no reference is looked up
			return err
		}
		for _, s := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO units (name, batch) SELECT 'u' || n, 1 + n % 2 FROM generate_series(1, $1::int) n`, []any{branches/2 + 1}},
			{`INSERT INTO branches (unit_id, name) SELECT 4 + n / 2, 'b' || n FROM generate_series(0, $1::int - 1) n`, []any{branches}},
			{`INSERT INTO people (member_no, name, phone, branch_id) SELECT 'R' || n, 'm' || n, '+86154' || lpad(n::text, 8, '1'), 5 + n % $2::int FROM generate_series(0, $1::int - 1) n`, []any{members, branches}},
			{`INSERT INTO roles (person_id, role, branch_id) SELECT min(id), 'secretary', branch_id FROM people WHERE member_no LIKE 'R%' GROUP BY branch_id`, nil},
			{`INSERT INTO accounts (id, person_id, lang, menu, menu_at, seen_at) SELECT $1::bigint + substr(member_no, 2)::bigint, id, 'zh', 'x', $2, $2 FROM people WHERE member_no LIKE 'R%'`, []any{firstOne, tx.Now}},
			{`INSERT INTO accounts (id, lang, seen_at) SELECT 500000 + n, 'zh', $1 FROM generate_series(1, 5000) n`, []any{tx.Now}},
			{`INSERT INTO chats (id, branch_id, seen_at) SELECT -1000000 - id, id, $1 FROM branches WHERE name LIKE 'b%'`, []any{tx.Now}},
			{`INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			  SELECT 'A-2026-' || lpad(n::text, 4, '0'), 'a' || n, 'study', 'all', d, d + interval '2 hours', d, d, d + interval '2 hours', true, 'button'
			  FROM generate_series(1, $1::int) n, LATERAL (SELECT $2::timestamptz - n * interval '5 days' AS d) t`, []any{activities, tx.Now}},
			{`INSERT INTO checkin_windows (activity_id, opened_at, closed_at, groups) SELECT id, opens, closes, 1000 FROM activities`, nil},
			{`INSERT INTO expected (activity_id, person_id, branch_id) SELECT a.id, p.id, p.branch_id FROM activities a CROSS JOIN people p ORDER BY a.id, p.id`, nil},
			{`INSERT INTO marks (activity_id, person_id, branch_id, at, late, method) SELECT activity_id, person_id, branch_id, $1, false, 'button' FROM expected WHERE person_id % 5 > 0`, []any{tx.Now}},
			{`INSERT INTO inbox (key, received_at) SELECT 'old:' || n, $2::timestamptz - n * interval '2 s' FROM generate_series($1::int, 1, -1) n`, []any{members * activities, tx.Now}},
			{`INSERT INTO contents (cause, name, keyed, message) SELECT n, 'checkin/' || 1 + n / 3000, true, '{"Lines":[{"Say":"%s","Args":[{"String":"x"}]}]}' FROM generate_series(0, 3000 * $1::int - 1) n`, []any{activities}},
			{`INSERT INTO posts (chat_id, name, content_id, message_id, lane, state, due, changed_at)
			  SELECT a.id, 'checkin/' || e.activity_id, (e.activity_id - 1) * 3000 + 1 + a.id % 3000, e.activity_id, 4, 'sent', $1, $1
			  FROM expected e JOIN accounts a ON a.person_id = e.person_id WHERE a.id >= $2 ORDER BY e.activity_id`, []any{tx.Now, firstOne}},
			{`INSERT INTO audit (at, cause, flow, effect, person_id, about) SELECT at, 1, 'checkin', 'arrived', person_id, '{"Activity":1,"Person":1}' FROM marks`, nil},
			{`INSERT INTO sessions (account_id, depth, flow, at, draft, touched_at) SELECT id, 0, 'language', 'which', '{}', $1 FROM accounts WHERE id >= $2 AND id % 5 = 0`, []any{tx.Now.AddDate(1, 0, 0), firstOne}},
			{`INSERT INTO timers (due, flow, handler, about) SELECT $1::timestamptz + n * interval '1 hour', 'checkin', 'rest', '{}' FROM generate_series(1000, 40000) n`, []any{tx.Now}},
		} {
			if err := tx.Exec(ctx, s.query, s.args...); err != nil {
				return fmt.Errorf("%s: %w", s.query, err)
			}
		}
		return nil
	}
}

// growing are the tables that grow with the members and with every activity;
// history those of which most is past.
const (
	growing = "people accounts expected marks posts contents inbox audit sessions timers files"
	history = "expected marks posts contents inbox audit"
)

// A node is a step of a plan as Postgres carried it out.
type node struct {
	Kind    string  `json:"Node Type"`
	Table   string  `json:"Relation Name"`
	Rows    float64 `json:"Actual Rows"`
	Loops   float64 `json:"Actual Loops"`
	Removed float64 `json:"Rows Removed by Filter"`
	Recheck float64 `json:"Rows Removed by Index Recheck"`
	Plans   []node
}

// each calls f for n and all that is beneath it.
func (n node) each(f func(node)) {
	f(n)
	for _, p := range n.Plans {
		p.each(f)
	}
}

// touched is how many rows of growing tables were read, or sorted.
func (n node) touched() (rows float64) {
	n.each(func(n node) {
		if strings.Contains(n.Kind, "Scan") && among(growing, n.Table) || n.Kind == "Sort" {
			rows += (n.Rows + n.Removed + n.Recheck) * n.Loops
		}
	})
	return rows
}

// whole are the tables of history that were read from end to end.
func (n node) whole() (tables []string) {
	n.each(func(n node) {
		if n.Kind == "Seq Scan" && among(history, n.Table) && n.Rows+n.Removed > 1000 {
			tables = append(tables, n.Table)
		}
	})
	return tables
}

func among(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// A carriedOut is one statement, and how it was carried out.
type carriedOut struct {
	Query string `json:"Query Text"`
	Plan  node
	json  string
}

// plans hears from the server how each statement was carried out.
type plans struct {
	mu   sync.Mutex
	seen []carriedOut
	errs []error
}

func (p *plans) hear(remark *pq.Error) {
	_, plan, ok := strings.Cut(remark.Message, "plan:\n")
	if !ok {
		return
	}
	c := carriedOut{json: plan}
	err := json.Unmarshal([]byte(plan), &c)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen, p.errs = append(p.seen, c), append(p.errs, err)
}

// ours are statements of the tests themselves.
var ours = regexp.MustCompile(`^SELECT max\(touched_at\)|FROM ticks|a message is |^SELECT count`)

// judge looks at the statements since the last time: none may have read or
// sorted more rows than most, nor, unless all is asked for, any table of history
// from end to end. It returns what was seen.
func (p *plans) judge(t *testing.T, what string, most int, all bool) (queries string) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := errors.Join(p.errs...); err != nil {
		t.Fatal(err)
	}
	if len(p.seen) == 0 {
		t.Errorf("%s: nothing was carried out", what)
	}
	told := map[string]bool{}
	for _, c := range p.seen {
		query := strings.Join(strings.Fields(c.Query), " ")
		queries += query + "\n"
		if ours.MatchString(query) || told[query] {
			continue
		}
		n, whole := c.Plan.touched(), c.Plan.whole()
		if all {
			whole = nil
		}
		if n > float64(most) || len(whole) > 0 {
			told[query] = true
			t.Errorf("%s: %.0f rows are read, want %d at most, and these tables from end to end: %v\n%s\n%s", what, n, most, whole, query, c.json)
		}
	}
	p.seen = nil
	return queries
}

// watch opens the database of a world anew so that every statement tells how it
// is carried out.
func watch(t testing.TB, w *flowtest.World) *plans {
	t.Helper()
	for _, s := range []string{"session_preload_libraries = auto_explain", "auto_explain.log_min_duration = 0", "auto_explain.log_analyze = on", "auto_explain.log_timing = off",
		"auto_explain.log_nested_statements = on", "auto_explain.log_format = json", "auto_explain.log_level = notice"} {
		w.In(t, func(ctx context.Context, tx *storage.Tx) error {
			var name string
			if err := tx.Get(ctx, &name, `SELECT current_database()`); err != nil {
				return err
			}
			return tx.Exec(ctx, `ALTER DATABASE `+name+` SET `+s)
		})
	}
	p, c := &plans{}, w.DB.Config
	c.Remark = p.hear
	db, err := storage.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	first := w.DB
	w.DB = db
	t.Cleanup(func() {
		db.Close()
		w.DB = first
	})
	return p
}

// Every statement of the program is watched as Postgres carries it out, among the
// history of a district of full size. What one person does reads as few rows in a
// district of ten times the size; what is about everybody reads each row once or
// a few times. The statistics are those of before the activity that is on, as
// they are in its first minutes.
func TestNoStatementReadsMoreThanItMust(t *testing.T) {
	const members, activities = 18_400, 4
	w := flowtest.New(t, flows.All, crowd(members, activities))
	p := watch(t, w)
	queries := p.rushes(t, w, members, activities) // Postgres knows nothing of these tables yet
	w.In(t, func(ctx context.Context, tx *storage.Tx) error { return tx.Exec(ctx, `ANALYZE`) })
	p.rushes(t, w, members, activities)

	s := &stage{bottest.Show(t, w, bottest.Plan{Keep: usual}), t}
	s.plan("A-SOME", 10*time.Hour)
	if err := s.Phones.Advance(time.Minute); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	s.walk([]step{
		{1001, "/menu"}, {1001, "/me"}, {1001, "/help"}, {1001, "/checkin"}, {1003, "[Check in]"}, {1001, "/language"}, {1001, "[English]"}, {1001, "/cancel"},
		{1002, "/attendance"}, {1002, "[A-SOME]"}, {1002, "[Mark present]"}, {1002, "/cancel"}, {1002, "/attendance"}, {1002, "[Full coverage: all required activities]"}, {1002, "[By activity]"},
		{1002, "Make up"}, {1002, "Coverage"}, {1002, "[Not bound]"},
		{1002, "/activity"}, {1002, "Reading together"}, {1002, "[Study session]"}, {1002, "tomorrow 2pm"}, {1002, "[16:00]"}, {1002, "[Skip]"}, {1002, "[Submit]"},
		{901, "/start"}, {901, "WRONG-CODE"},
	})
	if _, err := s.Phones.ShareContactOf(901, 901, 901, false); err != nil {
		t.Fatal(err)
	}
	s.Settle(t)
	s.exec(`INSERT INTO inbox (key, received_at, state, lane, raw) SELECT 'wait:' || n, $1, 'waiting', n, '{"update_id":' || n || '}' FROM generate_series(1, 3) n`, s.Phones.Now())
	s.holds(0, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)
	queries += p.judge(t, "what one person does, and the machine by itself", 300, false)

	s.walk([]step{{1005, "/attendance"}, {1005, "[a1]"}, {1005, "[u5]"}, {1005, "Coverage"}, {1005, "[u5]"}})
	queries += p.judge(t, "what the office looks at", 6*members, false)

	s.walk([]step{{1005, "/attendance"}, {1005, "[Full coverage: all required activities]"}, {1005, "Make up"}})
	queries += p.judge(t, "what the office looks at of everything that was held", 5*members*activities, true)

	year := s.Phones.Now().AddDate(-1, 0, 0)
	s.exec(`UPDATE inbox SET received_at = $1 WHERE id <= 4000`, year)
	s.exec(`UPDATE posts SET changed_at = $1 WHERE id <= 3000`, year)
	s.exec(`UPDATE activities SET closes = $1, opens = $1 WHERE no = 'A-2026-0001'`, year)
	s.exec(`INSERT INTO milestones (at, post_id, content_id) VALUES ($1, 3000, 3000)`, year)
	p.judge(t, "the year that passed", 100*members, true)
	s.night(1)
	queries += p.judge(t, "a night", 6000, false)
	s.have("after the night", map[string]int{"posts WHERE id <= 3000": 0, "inbox WHERE id <= 4000": 0})

	for _, seen := range []string{"INSERT INTO inbox", "FROM contents WHERE id", "WITH first AS", "FROM timers WHERE due", "FROM sessions s WHERE touched_at", "entered AS",
		"FROM inbox i WHERE state = 'waiting'", "person_id IS NOT NULL AND reach = 'open'", "DELETE FROM inbox", "DELETE FROM posts", "DELETE FROM contents",
		"WITH seat AS", "counted AS", "GROUPING SETS", "bool_and", "FROM people WHERE phone", "attendance_rows"} {
		if !strings.Contains(queries, seen) {
			t.Errorf("nobody saw %s", seen)
		}
	}
}

var errUndone = errors.New("undone")

// rushes has an activity of everybody open, many check in to it, and it exported, in a transaction that is undone: nothing of it is sent.
func (p *plans) rushes(t *testing.T, w *flowtest.World, members, activities int) (queries string) {
	t.Helper()
	house := flow.New(flows.All)
	err := w.DB.InTx(t.Context(), func(tx *storage.Tx) error {
		ctx := t.Context()
		if err := tx.Exec(ctx, `SET LOCAL auto_explain.log_nested_statements = off`); err != nil { // each reference of each row
			return err
		}
		var id campaign.ActivityID
		err := tx.Get(ctx, &id, `
			INSERT INTO activities (no, title, kind, part, starts, ends, opens, late_from, closes, required, method)
			VALUES ('A-2026-0999', 'now', 'study', 'all', $1, $2, $1, $2, $2, true, 'button') RETURNING id`, tx.Now, tx.Now.Add(time.Hour))
		if err != nil {
			return err
		}
		about, err := json.Marshal(flow.Tick{Rule: "minute", Due: tx.Now})
		if err != nil {
			return err
		}
		minute := flow.Event{Cause: 1, At: tx.Now, Clock: &messages.Address{Flow: "checkin", Handler: "minute", About: string(about)}}
		if _, err := house.Turn(ctx, tx, minute); err != nil {
			return err
		}
		queries += p.judge(t, "a card to everybody", 3*members, false)
		for batch := range 8 { // after some Postgres plans a statement for good
			if err := taps(ctx, tx, house, id, batch, 200); err != nil {
				return err
			}
		}
		queries += p.judge(t, "two hundred taps", 10*200, false)
		for who, spot := range map[campaign.AccountID]string{1005: `{"Activity":%d}`, 1002: `{"Activity":%d,"Unit":1,"Branch":1}`} {
			if err := look(ctx, tx, house, who, fmt.Sprintf(spot, id)); err != nil {
				return err
			}
		}
		queries += p.judge(t, "a list that fills", 5*members, false)
		if err := tx.Exec(ctx, `UPDATE activities SET closes = $2 WHERE id = $1`, id, tx.Now); err != nil {
			return err
		}
		if _, err := house.Turn(ctx, tx, minute); err != nil {
			return err
		}
		queries += p.judge(t, "the end of check-in", 5*members, false)
		if err := look(ctx, tx, house, 1005, `{"Activity":-1}`); err != nil { // all that was held
			return err
		}
		queries += p.judge(t, "the coverage of what has just closed, too", 6*members*activities, true)
		for _, f := range house.Every() {
			for _, o := range f.Contents().Offers {
				if o.Export == nil {
					continue
				}
				for _, err := range o.Export(ctx, tx, flow.Query{From: campaign.DayOf(tx.Now), Zone: flowtest.Zone}) {
					if err != nil {
						return err
					}
				}
				queries += p.judge(t, "an export of one activity", 10*members, false)
			}
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Fatal(err)
	}
	return queries
}

// look has somebody press a button that shows the attendance.
func look(ctx context.Context, tx *storage.Tx, house *flow.House, who campaign.AccountID, about string) error {
	a, err := tx.LockAccount(ctx, who)
	if err != nil {
		return err
	}
	m := messages.Say("x").Row(messages.Key{Label: messages.T("x"), About: messages.Address{Flow: "attendance", Handler: "show", About: about}})
	r, err := house.Turn(ctx, tx, flow.Event{Cause: 1, At: tx.Now, Account: a, Chat: campaign.Chat{ID: int64(who)},
		Press: &flow.Press{Content: storage.Content{ID: 1, Name: "attendance", Message: m}, Seen: storage.Seen{Here: true, Current: true}}})
	if err == nil && r.Out == 0 {
		err = fmt.Errorf("%s was not shown: %v", about, r.Toast)
	}
	return err
}

// taps has a batch of members check in, as the machine takes their presses.
func taps(ctx context.Context, tx *storage.Tx, house *flow.House, activity campaign.ActivityID, batch, n int) error {
	name := fmt.Sprintf("checkin/%d", activity)
	var content int64
	if err := tx.Get(ctx, &content, `SELECT content_id FROM posts WHERE chat_id = $1 AND name = $2`, firstOne, name); err != nil {
		return err
	}
	c, err := tx.Content(ctx, content)
	if err != nil {
		return err
	}
	ts := make([]storage.Tap, n)
	for i := range ts {
		who := int64(firstOne + batch*n + i)
		ts[i] = storage.Tap{Key: fmt.Sprintf("rush:%d", who), Account: campaign.AccountID(who), Sight: storage.Sight{Chat: who, Content: content, Name: name}}
	}
	known, err := tx.Taps(ctx, ts)
	if err != nil {
		return err
	}
	es := make([]flow.Event, n)
	for i, k := range known {
		es[i] = flow.Event{Cause: k.Cause, At: tx.Now, Account: k.Account, Chat: campaign.Chat{ID: ts[i].Chat}, Press: &flow.Press{Content: c, Seen: k.Seen}}
	}
	_, err = house.Taps(ctx, tx, es)
	return err
}

// A step is what somebody says, or the label of a button that they press.
type step struct {
	who  int64
	does string
}

// walk has people do one thing after the other.
func (s *stage) walk(steps []step) {
	s.t.Helper()
	s.Phones.AddUsers([]simulator.User{{ID: 901, FirstName: "G", LanguageCode: "en", Phone: "+8615411111111"}})
	for _, w := range steps {
		if label, press := strings.CutPrefix(w.does, "["); press {
			if _, err := s.Phones.PressByLabel(s.t.Context(), w.who, w.who, strings.TrimSuffix(label, "]")); err != nil {
				s.t.Fatal(err)
			}
		} else {
			s.says(w.who, w.does)
		}
		s.Settle(s.t)
	}
}
