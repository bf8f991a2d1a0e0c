-- +goose Up
CREATE TABLE roll_rolls ( -- who was at an activity, of one branch, as whoever took it says
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id  bigint NOT NULL REFERENCES activities,
	branch_id    bigint NOT NULL REFERENCES branches,
	taken_by     bigint NOT NULL REFERENCES people,
	at           timestamptz NOT NULL,
	hat          text NOT NULL, -- the role that they wore
	entered_late boolean NOT NULL
);
CREATE INDEX roll_rolls_by_branch ON roll_rolls (activity_id, branch_id, id);
CREATE TABLE roll_lines (
	roll_id   bigint NOT NULL REFERENCES roll_rolls,
	person_id bigint NOT NULL REFERENCES people,
	present   boolean NOT NULL,
	PRIMARY KEY (roll_id, person_id)
);

-- +goose Down
DROP TABLE roll_lines, roll_rolls;
