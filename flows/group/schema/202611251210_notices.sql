-- +goose Up
CREATE TABLE group_notices ( -- what somebody who answers for a branch's group was told of it last
	branch_id bigint NOT NULL REFERENCES branches,
	person_id bigint NOT NULL REFERENCES people,
	trouble   text NOT NULL CHECK (trouble IN ('', 'kicked', 'muted', 'gone')), -- '' is that all is well again
	loud      boolean NOT NULL, -- by a message of its own, not by a change of an older one
	loud_at   timestamptz NOT NULL, -- when they were last written to of a trouble
	PRIMARY KEY (branch_id, person_id)
);

-- +goose Down
DROP TABLE group_notices;
