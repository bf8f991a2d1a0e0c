-- +goose Up
CREATE TABLE dispute_objections ( -- what members say of their own records
	id          bigint PRIMARY KEY,
	activity_id bigint NOT NULL REFERENCES activities,
	person_id   bigint NOT NULL REFERENCES people,
	claim       text NOT NULL CHECK (claim IN ('present', 'late', 'absent')), -- what is right, as the member has it
	why         text NOT NULL DEFAULT '',
	photo       text NOT NULL DEFAULT '', -- the messenger's name for it
	made_at     timestamptz NOT NULL,
	state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused')),
	decided_by  bigint REFERENCES people,
	decided_at  timestamptz,
	hat         text NOT NULL DEFAULT '', -- the role that they wore
	answer      text NOT NULL DEFAULT '',
	CHECK (why <> '' OR photo <> ''),
	CHECK ((state = 'open') = (decided_by IS NULL)),
	CHECK ((state = 'open') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX dispute_objections_open ON dispute_objections (activity_id, person_id) WHERE state = 'open';

-- +goose Down
DROP TABLE dispute_objections;
