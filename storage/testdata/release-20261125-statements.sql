-- What the program of 25 November 2026 says to its database when it is busy. Each
-- paragraph is a transaction; :n is a number of its own, :who an account from 1001
-- to 1030, :at an instant.

-- A turn: received, routed, a question asked.
INSERT INTO inbox (key, received_at) SELECT k, :at FROM unnest(ARRAY['turn:' || :n]) k ORDER BY k ON CONFLICT DO NOTHING RETURNING id, key;
INSERT INTO accounts AS a (id, lang, name, seen_at) VALUES (:who, 'zh', 'x', :at)
ON CONFLICT (id) DO UPDATE SET name = 'x', reach = 'open', seen_at = :at
RETURNING a.name AS account_name, a.lang, coalesce(a.person_id, 0) AS person_id;
SELECT p.id, p.member_no, p.name, p.phone, p.branch_id, b.unit_id, u.name AS unit, b.name AS branch, p.position,
       coalesce((SELECT json_agg(json_build_object('Role', r.role, 'Unit', coalesce(r.unit_id, rb.unit_id, 0), 'Branch', coalesce(r.branch_id, 0)) ORDER BY r.id)
                 FROM roles r LEFT JOIN branches rb ON rb.id = r.branch_id WHERE r.person_id = p.id), '[]')::text AS duties
FROM unnest(ARRAY[:who - 1000]::bigint[]) WITH ORDINALITY AS t (id, n)
JOIN people p ON p.id = t.id AND p.active JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
ORDER BY t.n;
SELECT flow, at, back, view, draft FROM sessions WHERE account_id = :who ORDER BY depth;
INSERT INTO contents (cause, name, keyed, message) SELECT :n, name, keyed, message
FROM unnest(ARRAY['talk'], ARRAY[true], ARRAY['{"Lines":[{"Say":"%s","Args":[{"String":"?"}]}]}']) AS t (name, keyed, message)
RETURNING id, name, message;
DELETE FROM posts p USING unnest(ARRAY[:who]::bigint[], ARRAY['talk']) AS t (chat_id, name)
WHERE p.chat_id = t.chat_id AND p.name = t.name AND p.state = 'queued' AND p.message_id IS NULL AND p.tries = 0;
UPDATE posts p SET name = '', bare = c.keyed, lane = 5, due = :at, changed_at = :at,
       state = CASE WHEN p.state = 'sent' AND c.keyed THEN 'queued' ELSE p.state END
FROM unnest(ARRAY[:who]::bigint[], ARRAY['talk']) AS t (chat_id, name), contents c
WHERE p.chat_id = t.chat_id AND p.name = t.name AND c.id = p.content_id;
INSERT INTO posts AS p (chat_id, name, content_id, lane, due, changed_at)
SELECT chat_id, name, content_id, lane, :at, :at
FROM (SELECT :who::bigint AS chat_id, 'talk' AS name, max(id) AS content_id, 1 AS lane FROM contents WHERE name = 'talk') t
ON CONFLICT (chat_id, name) WHERE name <> '' DO UPDATE
SET content_id = excluded.content_id, lane = excluded.lane, due = excluded.due, changed_at = excluded.changed_at,
    state = 'queued', bare = false, message_id = NULL, tries = 0, cause = '';
DELETE FROM sessions WHERE account_id = :who AND depth >= 1;
INSERT INTO sessions AS s (account_id, depth, flow, at, back, view, draft, touched_at) VALUES (:who, 0, 'language', 'which', '', '', '{}', :at)
ON CONFLICT (account_id, depth) DO UPDATE SET flow = 'language', at = 'which', back = '', view = '', draft = '{}', touched_at = :at
WHERE (s.flow, s.at, s.back, s.view, s.draft) IS DISTINCT FROM ('language', 'which', '', '', '{}');
INSERT INTO audit (at, cause, flow, effect, person_id, about) SELECT :at, :n, 'language', 'spoken', :who - 1000, '{}';

-- A batch of taps: received, seen, judged, marked, promised, redrawn.
INSERT INTO inbox (key, received_at) SELECT k, :at FROM unnest(ARRAY['tap:' || :n]) k ORDER BY k ON CONFLICT DO NOTHING RETURNING id, key;
SELECT a.id AS account, a.lang, p.id, p.member_no, p.name, p.phone, p.branch_id, b.unit_id, u.name AS unit, b.name AS branch, p.position, '[]' AS duties
FROM unnest(ARRAY[:who]::bigint[]) AS t (id)
JOIN accounts a ON a.id = t.id JOIN people p ON p.id = a.person_id AND p.active
JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id;
SELECT coalesce(p.id, 0) AS id, coalesce(p.content_id = t.content_id AND NOT p.bare, false) AS current,
       coalesce(p.message_id IS NULL, false) AS learn
FROM unnest(ARRAY[:who]::bigint[], ARRAY[2]::bigint[], ARRAY['checkin/2']) WITH ORDINALITY AS t (chat_id, content_id, name, n)
LEFT JOIN LATERAL (
	SELECT 1 AS rank, id, content_id, bare, message_id FROM posts WHERE chat_id = t.chat_id AND name = t.name AND name <> ''
	UNION ALL
	SELECT 2, id, content_id, bare, message_id FROM posts WHERE content_id = t.content_id AND chat_id = t.chat_id
	ORDER BY rank LIMIT 1) p ON true
ORDER BY t.n;
SELECT activity_id AS id, groups FROM checkin_windows WHERE activity_id = ANY(ARRAY[2]) ORDER BY activity_id FOR SHARE;
WITH seat AS MATERIALIZED (
	SELECT t.n, t.activity_id, t.person_id, coalesce(
		(SELECT e.branch_id FROM expected e WHERE e.activity_id = t.activity_id AND e.person_id = t.person_id),
		CASE WHEN NOT EXISTS (SELECT FROM checkin_windows w WHERE w.activity_id = t.activity_id AND w.opened_at IS NOT NULL)
		THEN (SELECT s.branch_id FROM checkin_scope s WHERE s.activity_id = t.activity_id AND s.person_id = t.person_id) END, 0) AS branch_id
	FROM unnest(ARRAY[2]::bigint[], ARRAY[:who - 1000]::bigint[]) WITH ORDINALITY AS t (activity_id, person_id, n))
SELECT activity_id AS activity, branch_id AS branch,
       EXISTS (SELECT FROM chats c WHERE c.branch_id = seat.branch_id AND c.reach = 'open') AS grouped,
       (SELECT m.at FROM marks m WHERE m.activity_id = seat.activity_id AND m.person_id = seat.person_id) AS since,
       coalesce((SELECT m.late FROM marks m WHERE m.activity_id = seat.activity_id AND m.person_id = seat.person_id), false) AS late
FROM seat ORDER BY n;
INSERT INTO marks (activity_id, person_id, branch_id, at, late, method)
SELECT activity_id, person_id, branch_id, :at, false, 'button' FROM expected WHERE activity_id = 2 AND person_id = :who - 1000
ORDER BY activity_id, person_id ON CONFLICT DO NOTHING;
INSERT INTO timers AS t (due, flow, handler, about, once)
SELECT due, flow, handler, about, nullif(once, '')
FROM unnest(ARRAY[:at]::timestamptz[], ARRAY['checkin'], ARRAY['figure'], ARRAY['{}'], ARRAY['checkin.figure ' || :n % 4]) AS n (due, flow, handler, about, once)
ORDER BY once ON CONFLICT (once) DO UPDATE SET due = t.due;
UPDATE posts p SET content_id = t.content_id, bare = false, changed_at = :at,
       lane = CASE WHEN p.state = 'queued' THEN least(p.lane, t.lane) ELSE t.lane END,
       due = CASE WHEN p.state = 'queued' THEN least(p.due, :at) ELSE :at END,
       tries = CASE WHEN p.state = 'sent' THEN 0 ELSE p.tries END,
       state = CASE WHEN p.state = 'sent' THEN 'queued' ELSE p.state END
FROM unnest(ARRAY[:who]::bigint[], ARRAY['checkin/2'], ARRAY[3]::bigint[], ARRAY[5]::bigint[]) AS t (chat_id, name, content_id, lane)
WHERE p.chat_id = t.chat_id AND p.name = t.name AND p.state <> 'refused'
RETURNING p.chat_id, p.name;

-- A window that opens.
SELECT id FROM activities WHERE id = ANY(ARRAY[1]) ORDER BY id FOR NO KEY UPDATE;
WITH e AS (
	SELECT activity_id, branch_id, count(*) AS n FROM expected WHERE activity_id = 1 GROUP BY activity_id, branch_id
	UNION ALL
	SELECT activity_id, branch_id, count(*) FROM checkin_scope WHERE activity_id = 2 GROUP BY activity_id, branch_id)
SELECT e.activity_id AS activity, e.branch_id AS branch, e.n AS expected FROM e JOIN chats c ON c.branch_id = e.branch_id AND c.reach = 'open';
INSERT INTO expected (activity_id, person_id, branch_id)
SELECT activity_id, person_id, branch_id FROM checkin_scope WHERE activity_id = 1
ORDER BY person_id ON CONFLICT DO NOTHING;

-- The sender.
WITH first AS (
	SELECT id, chat_id, lane, due FROM posts
	WHERE state = 'queued' AND due <= :at AND chat_id <> ALL(ARRAY[7]::bigint[])
	ORDER BY lane, due, id LIMIT 4 * 4),
one AS (
	SELECT DISTINCT ON (chat_id) id, lane, due FROM first ORDER BY chat_id, lane, due, id),
chosen AS (
	SELECT id FROM one ORDER BY lane, due, id LIMIT 4),
claimed AS (
	UPDATE posts p SET state = 'sending', tries = tries + 1, changed_at = :at FROM chosen WHERE p.id = chosen.id
	RETURNING p.id, p.chat_id, p.content_id, p.bare, p.message_id, p.lane, p.tries, p.due)
SELECT c.id, c.chat_id, c.content_id, c.bare, coalesce(c.message_id, 0) AS message_id, c.lane, c.tries,
       coalesce(a.lang, 'zh') AS lang, coalesce(a.plain, false) AS plain, k.message
FROM claimed c JOIN contents k ON k.id = c.content_id LEFT JOIN accounts a ON a.id = c.chat_id
ORDER BY c.lane, c.due, c.id;
UPDATE posts p SET message_id = coalesce(message_id, :n), changed_at = :at, state = 'sent' WHERE p.id = (SELECT min(id) FROM posts WHERE state = 'sending');

-- The clock.
INSERT INTO ticks AS t (rule, at) VALUES ('checkin.minute', :at) ON CONFLICT (rule) DO UPDATE SET at = t.at RETURNING at;
SELECT id, due, flow, handler, about FROM timers WHERE due <= :at ORDER BY due, id LIMIT 100;
SELECT account_id FROM sessions GROUP BY account_id HAVING max(touched_at) < '2020-01-01 00:00+08' ORDER BY account_id LIMIT 20;
SELECT id, lang, menu, person_id FROM accounts
WHERE (menu_at IS NULL OR menu_at < seen_at) AND person_id IS NOT NULL AND reach = 'open' ORDER BY seen_at DESC LIMIT 20;
SELECT DISTINCT lane FROM inbox WHERE state = 'waiting';
SELECT id, key, received_at, lane, tries, raw FROM inbox i
WHERE state = 'waiting' AND NOT EXISTS (SELECT FROM inbox o WHERE o.state = 'waiting' AND o.lane = i.lane AND o.id < i.id)
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
UPDATE accounts SET menu = 'm', menu_at = :at WHERE id = :who;

-- What the office looks at.
WITH counted AS (
	SELECT e.branch_id, count(*) AS expected, count(m.person_id) AS arrived, count(*) FILTER (WHERE m.late) AS late
	FROM expected e LEFT JOIN marks m ON m.activity_id = e.activity_id AND m.person_id = e.person_id
	WHERE e.activity_id = 1 GROUP BY e.branch_id)
SELECT b.unit_id, b.id, u.name AS unit, b.name, coalesce(c.expected, 0) AS expected, coalesce(c.arrived, 0) AS arrived, coalesce(c.late, 0) AS late
FROM activities a CROSS JOIN branches b JOIN units u ON u.id = b.unit_id LEFT JOIN counted c ON c.branch_id = b.id
WHERE a.id = 1 ORDER BY b.unit_id, b.id;
SELECT a.id, a.no, a.title, a.kind, a.part, a.batch, coalesce(a.unit_id, 0) AS unit, coalesce(a.branch_id, 0) AS branch,
       concat_ws(' · ', u.name, b.name) AS of, a.starts, a.ends, a.opens, a.late_from AS late, a.closes,
       a.place, a.required, a.method, a.cancelled
FROM unnest(ARRAY[1, 2]::bigint[]) WITH ORDINALITY AS t (id, n) JOIN activities a ON a.id = t.id
LEFT JOIN units u ON u.id = a.unit_id LEFT JOIN branches b ON b.id = a.branch_id
ORDER BY t.n;
