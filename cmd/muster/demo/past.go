package demo

import (
	"context"
	"fmt"

	"campaign/storage"
)

// Past writes down what became of the activities that lie behind: who came, which
// branch sent nothing, and how those who missed what was required have made up for
// it. It is drawn by chance from the numbers of people and activities, but for the
// branch that is shown, where there is something of everything.
func (d District) Past(ctx context.Context, tx *storage.Tx) error {
	for _, write := range []struct {
		what, query string
		args        []any
	}{
		{"open the windows", `
			INSERT INTO checkin_windows (activity_id, opened_at, closed_at, groups) SELECT id, opens, closes, 0 FROM activities WHERE closes <= $1
			ON CONFLICT DO NOTHING`, []any{tx.Now}},
		{"expect people", `
			INSERT INTO expected (activity_id, person_id, branch_id)
			SELECT s.activity_id, s.person_id, s.branch_id FROM activities a JOIN checkin_scope s ON s.activity_id = a.id WHERE a.closes <= $1
			ORDER BY s.activity_id, s.person_id`, []any{tx.Now}},
		{"mark who came", pastMarks, []any{tx.Now, d.Cast.Member.No, d.Cast.Member.Unit, d.Cast.Member.Branch}},
		{"count them", `ANALYZE branches, roles, expected, marks`, nil}, // what follows would be planned for empty tables
		{"write down what is owed", pastDebts, []any{tx.Now, d.Cast.Member.No, d.Cast.Member.Unit, d.Cast.Member.Branch}},
		{"tell how it came about", pastSteps, nil},
	} {
		if err := tx.Exec(ctx, write.query, write.args...); err != nil {
			return fmt.Errorf("demo: %s: %w", write.what, err)
		}
	}
	return nil
}

// pastMarks marks most of each branch, more in the one than in the other; of one
// branch in fifty nothing was sent. The member that is shown missed all but the
// first, and what was not required.
const pastMarks = `
	INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
	SELECT a.id, e.person_id, e.branch_id, a.starts + (CASE WHEN luck.late THEN 11 + luck.n % 30 ELSE luck.n % 25 - 20 END) * interval '1 minute', luck.late, 'button'
	FROM activities a JOIN expected e ON e.activity_id = a.id JOIN branches b ON b.id = e.branch_id JOIN units u ON u.id = b.unit_id JOIN people p ON p.id = e.person_id
	CROSS JOIN LATERAL (SELECT abs(hashint8(e.person_id * 1009 + a.id)::bigint) AS n) drawn
	CROSS JOIN LATERAL (SELECT drawn.n, drawn.n / 1000 % 20 = 0 AS late) luck
	WHERE a.closes <= $1 AND (
		CASE WHEN p.member_no = $2 THEN a.id <= 1 OR NOT a.required
		WHEN u.name = $3 AND b.name = $4 THEN luck.n % 1000 < 800
		ELSE abs(hashint8(e.branch_id * 2003 + a.id)::bigint) % 50 > 0 AND luck.n % 1000 < 860 + abs(hashint8(e.branch_id)::bigint) % 140 END)`

// pastDebts writes down who must make up for what. Of what was missed more than a
// week ago most has been made up.
const pastDebts = `
	INSERT INTO makeups (activity_id, person_id, branch_id, since, due, state, how, decided_by, decided_at, note, told)
	SELECT m.activity_id, m.person_id, m.branch_id, a.closes, owed.due, what.state,
	       CASE what.state WHEN 'made' THEN (ARRAY['summary', 'summary', 'visit'])[1 + owed.n / 100 % 3] WHEN 'handed' THEN 'summary' ELSE '' END,
	       CASE WHEN what.state IN ('made', 'waived') THEN who.decider END, CASE WHEN what.state IN ('made', 'waived') THEN a.closes + interval '70 hours' END,
	       CASE WHEN what.state = 'waived' THEN '长期卧床' WHEN what.state = 'made' AND owed.n / 100 % 3 = 2 THEN '上门同读讲话原文，谈了体会' ELSE '' END,
	       CASE WHEN owed.late >= 7 THEN 4 WHEN owed.late >= 3 THEN 3 WHEN owed.late >= 1 THEN 2 ELSE 1 END
	FROM activities a JOIN makeup_absences m ON m.activity_id = a.id JOIN people p ON p.id = m.person_id JOIN branches b ON b.id = m.branch_id JOIN units u ON u.id = b.unit_id
	CROSS JOIN LATERAL (
		SELECT a.closes::date + 14 AS due, $1::timestamptz::date - (a.closes::date + 14) AS late, abs(hashint8(m.person_id * 4001 + a.id)::bigint) AS n) owed
	CROSS JOIN LATERAL (SELECT CASE
		WHEN p.member_no = $2 THEN CASE WHEN a.id % 3 = 0 AND owed.late > -8 THEN 'made' ELSE 'open' END
		WHEN u.name = $3 AND b.name = $4 THEN (ARRAY['handed', 'open', 'handed', 'made'])[1 + owed.n % 4]
		WHEN owed.n % 100 < 2 THEN 'waived'
		WHEN owed.n % 100 < CASE WHEN owed.late > -8 THEN 75 ELSE 15 END THEN 'made'
		WHEN owed.n % 100 < 82 AND owed.late > -8 THEN 'handed'
		ELSE 'open' END AS state) what
	CROSS JOIN LATERAL (
		SELECT r.person_id AS decider FROM roles r
		WHERE r.branch_id = m.branch_id AND r.role = 'secretary' AND r.person_id <> m.person_id OR r.unit_id = b.unit_id AND r.role IN ('desk', 'direct') AND r.person_id <> m.person_id
		ORDER BY r.role = 'secretary' AND what.state <> 'waived' DESC, r.id LIMIT 1) who
	WHERE a.closes <= $1`

// pastSteps tells the history of each of those debts.
const pastSteps = `
	INSERT INTO makeup_steps (activity_id, person_id, at, by_id, step, how, note, body)
	SELECT k.activity_id, k.person_id, s.at, s.by_id, s.step, s.how, s.note, s.body
	FROM makeups k CROSS JOIN LATERAL (
		SELECT 1 AS n, k.since AS at, NULL::bigint AS by_id, 'owed' AS step, '' AS how, '' AS note, '' AS body
		UNION ALL
		SELECT 2, k.since + interval '40 hours', k.person_id, 'handed', 'summary', '', '认真学习了讲话原文，对照自身找到了差距：联系群众不够经常，学习不够系统。下一步每周集中学习一次，每月走访两户，把所学用到本职工作中。'
		WHERE k.how = 'summary'
		UNION ALL
		SELECT 3, k.decided_at, k.decided_by, k.state, k.how, k.note, '' WHERE k.decided_by IS NOT NULL) s
	ORDER BY k.activity_id, k.person_id, s.n`
