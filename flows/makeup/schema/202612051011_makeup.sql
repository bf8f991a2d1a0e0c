-- +goose Up
CREATE TABLE makeup_steps ( -- what became of a debt, one row after the other; never changed
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id bigint NOT NULL,
	person_id   bigint NOT NULL,
	at          timestamptz NOT NULL,
	by_id       bigint REFERENCES people, -- absent where it came about by itself
	step        text NOT NULL CHECK (step IN ('owed', 'handed', 'returned', 'made', 'waived', 'void')),
	how         text NOT NULL DEFAULT '' CHECK (how IN ('', 'summary', 'photo', 'visit', 'other')),
	note        text NOT NULL DEFAULT '',
	body        text NOT NULL DEFAULT '', -- what was written: for the member and who decides alone
	photos      text[] NOT NULL DEFAULT '{}', -- as the messenger names them
	other_id    bigint REFERENCES activities, -- attended instead
	FOREIGN KEY (activity_id, person_id) REFERENCES makeups
);
CREATE INDEX makeup_steps_by_debt ON makeup_steps (activity_id, person_id, id);

CREATE TABLE makeup_terms ( -- what the office has set for each kind of activity
	kind  text PRIMARY KEY CHECK (kind IN ('study', 'lecture', 'mobilisation', 'talk', 'life_meeting', 'appraisal', 'rectification', 'practice', 'other')),
	days  smallint NOT NULL CHECK (days BETWEEN 1 AND 365), -- until it is due
	least smallint NOT NULL CHECK (least BETWEEN 0 AND 2000) -- characters of a summary
);
INSERT INTO makeup_terms (kind, days, least)
SELECT kind, 14, 200 FROM unnest(ARRAY['study', 'lecture', 'mobilisation', 'talk', 'life_meeting', 'appraisal', 'rectification', 'practice', 'other']) AS kind;

-- Who is absent from a required activity, by the marks as they stand: nobody of a
-- branch of which nothing was heard. Each mark is looked up by its key: while the
-- statistics of an activity are stale a join may compare everybody with everybody.
CREATE VIEW makeup_absences AS
SELECT e.activity_id, e.person_id, e.branch_id, a.closes
FROM activities a JOIN expected e ON e.activity_id = a.id
LEFT JOIN LATERAL (SELECT true AS there FROM marks m WHERE m.activity_id = e.activity_id AND m.person_id = e.person_id LIMIT 1) own ON true
LEFT JOIN LATERAL (SELECT true AS there FROM heard h WHERE h.activity_id = e.activity_id AND h.branch_id = e.branch_id LIMIT 1) of ON true
WHERE a.required AND NOT a.cancelled AND own.there IS NULL AND of.there;

-- +goose Down
DROP VIEW makeup_absences;
DROP TABLE makeup_terms;
DROP TABLE makeup_steps;
