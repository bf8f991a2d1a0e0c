-- +goose Up

-- The figures of a unit, closed up to a day by whoever answers for it. Records of
-- activities that had ended by then change only while they are unlocked.
CREATE TABLE closings (
	id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	unit_id bigint NOT NULL REFERENCES units,
	through date NOT NULL,
	at      timestamptz NOT NULL,
	by_id   bigint NOT NULL REFERENCES people,
	hat     text NOT NULL -- the role that they wore
);
CREATE INDEX closings_by_unit ON closings (unit_id, through);

-- The records of a branch at an activity that may be changed for a while, although
-- the figures are closed.
CREATE TABLE unlocks (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id bigint NOT NULL REFERENCES activities,
	branch_id   bigint NOT NULL REFERENCES branches,
	at          timestamptz NOT NULL,
	until       timestamptz NOT NULL,
	by_id       bigint NOT NULL REFERENCES people,
	hat         text NOT NULL,
	for_id      bigint REFERENCES people, -- who asked for it
	reason      text NOT NULL CHECK (reason <> ''),
	CHECK (until > at)
);
CREATE INDEX unlocks_by_branch ON unlocks (activity_id, branch_id, until);

CREATE TRIGGER closings_are_kept BEFORE UPDATE OR DELETE ON closings FOR EACH ROW EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER unlocks_are_kept BEFORE UPDATE OR DELETE ON unlocks FOR EACH ROW EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER changes_are_not_emptied BEFORE TRUNCATE ON changes EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER closings_are_not_emptied BEFORE TRUNCATE ON closings EXECUTE FUNCTION changes_are_kept();
CREATE TRIGGER unlocks_are_not_emptied BEFORE TRUNCATE ON unlocks EXECUTE FUNCTION changes_are_kept();

-- What somebody said of the record of another, and whether that was after the
-- figures had been closed, and who had unlocked them and why. A mark that somebody
-- vouched for has no change: it is its own first entry.
CREATE VIEW amendments AS
SELECT s.id, s.activity_id, s.person_id, s.branch_id, s.at, s.cause, s.by_id, s.hat, s.for_id, s.stated, s.entered_late, s.note,
       s.old_method, s.old_at, s.old_late, s.old_doubt, s.old_by, s.old_note, s.new_method, s.new_at, s.new_late, s.new_doubt,
       k.at AS closed_at, x.by_id AS unlocked_by, coalesce(x.reason, '') AS unlock_reason
FROM (
	SELECT id, activity_id, person_id, branch_id, at, cause, by_id, hat, for_id, stated, entered_late, note,
	       old_method, old_at, old_late, old_doubt, old_by, old_note, new_method, new_at, new_late, new_doubt
	FROM changes
	UNION ALL
	SELECT 0, m.activity_id, m.person_id, m.branch_id, m.at, 'vouched', m.by_id, '', NULL, 'present', false, m.note,
	       '', NULL, false, '', NULL, '', m.method, m.at, m.late, m.doubt
	FROM marks m
	WHERE m.by_id IS NOT NULL AND NOT EXISTS (
		SELECT FROM changes c WHERE c.activity_id = m.activity_id AND c.person_id = m.person_id AND c.new_at = m.at AND c.old_method = '')) s
JOIN activities a ON a.id = s.activity_id JOIN branches b ON b.id = s.branch_id
LEFT JOIN LATERAL (
	SELECT c.at FROM closings c WHERE c.unit_id = b.unit_id AND c.through >= a.ends::date AND c.at <= s.at ORDER BY c.id LIMIT 1) k ON true
LEFT JOIN LATERAL (
	SELECT u.by_id, u.reason FROM unlocks u
	WHERE k.at IS NOT NULL AND u.activity_id = s.activity_id AND u.branch_id = s.branch_id AND u.at <= s.at AND u.until > s.at ORDER BY u.id DESC LIMIT 1) x ON true;

-- +goose Down
DROP VIEW amendments;
DROP TRIGGER changes_are_not_emptied ON changes;
DROP TABLE unlocks, closings;
