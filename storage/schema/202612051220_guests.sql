-- +goose Up

-- Members who attended an activity at another branch than their own: written by the
-- flow guest alone.
CREATE TABLE guests (
	activity_id bigint NOT NULL REFERENCES activities,
	person_id   bigint NOT NULL REFERENCES people,
	host_id     bigint NOT NULL REFERENCES branches, -- whose guest they were
	home_id     bigint NOT NULL REFERENCES branches, -- their own branch, then
	at          timestamptz NOT NULL, -- since when they were there
	late        boolean NOT NULL, -- as the host's check-in has it
	state       text NOT NULL CHECK (state IN ('asked', 'accepted', 'declined', 'withdrawn')),
	decided_by  bigint REFERENCES people,
	decided_at  timestamptz,
	counts_id   bigint REFERENCES activities, -- for which activity of their own it counts; absent while there is none
	PRIMARY KEY (activity_id, person_id),
	CHECK (home_id <> host_id),
	CHECK ((state IN ('accepted', 'declined')) = (decided_by IS NOT NULL)),
	CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
	CHECK (counts_id IS NULL OR state = 'accepted')
);
CREATE INDEX guests_by_host ON guests (activity_id, host_id);
CREATE INDEX guests_by_person ON guests (person_id);
CREATE INDEX guests_by_count ON guests (counts_id) WHERE counts_id IS NOT NULL;
CREATE INDEX guests_to_count ON guests (home_id) WHERE state = 'accepted' AND counts_id IS NULL;

-- A mark may come of that: its note is where they were. The old rows obey the
-- narrower rule, so that nothing is read while the table is locked.
ALTER TABLE marks DROP CONSTRAINT marks_method_check;
ALTER TABLE marks ADD CONSTRAINT marks_method_check CHECK (method IN ('button', 'message', 'code', 'location', 'marked', 'guest')) NOT VALID;

-- +goose Down
DELETE FROM marks WHERE method = 'guest';
ALTER TABLE marks DROP CONSTRAINT marks_method_check;
ALTER TABLE marks ADD CONSTRAINT marks_method_check CHECK (method IN ('button', 'message', 'code', 'location', 'marked'));
DROP TABLE guests;
