-- +goose Up
CREATE TABLE makeups ( -- an absence that must be made up, and how it stands: written by the flow makeup alone
	activity_id bigint NOT NULL REFERENCES activities,
	person_id   bigint NOT NULL REFERENCES people,
	branch_id   bigint NOT NULL REFERENCES branches, -- where the person was expected
	since       timestamptz NOT NULL, -- when the absence was known
	due         date NOT NULL, -- the last day
	state       text NOT NULL CHECK (state IN ('open', 'handed', 'made', 'waived', 'void')),
	how         text NOT NULL DEFAULT '' CHECK (how IN ('', 'summary', 'photo', 'visit', 'other')), -- it was made up, or is to be
	decided_by  bigint REFERENCES people, -- the last decision, if any
	decided_at  timestamptz,
	note        text NOT NULL DEFAULT '', -- of who decided
	told        smallint NOT NULL DEFAULT 0, -- who was told of it: nobody, the member, the member that it is late, the secretary, the unit
	PRIMARY KEY (activity_id, person_id),
	CHECK (state NOT IN ('made', 'waived') OR decided_by IS NOT NULL AND decided_at IS NOT NULL)
);
CREATE INDEX makeups_by_person ON makeups (person_id, activity_id);
CREATE INDEX makeups_by_branch ON makeups (branch_id, activity_id) WHERE state IN ('open', 'handed');
CREATE INDEX makeups_to_tell ON makeups (told, due) WHERE state = 'open';

-- +goose Down
DROP TABLE makeups;
