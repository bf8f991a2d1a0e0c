-- +goose Up
CREATE TABLE missing_units ( -- what the groups of a unit may see of who is missing
	unit_id bigint PRIMARY KEY REFERENCES units,
	named   boolean NOT NULL, -- some names, not the count alone
	by_id   bigint NOT NULL REFERENCES people,
	at      timestamptz NOT NULL
);
CREATE TABLE missing_reminders ( -- when the group of a branch was reminded last
	activity_id bigint NOT NULL REFERENCES activities,
	branch_id   bigint NOT NULL REFERENCES branches,
	at          timestamptz NOT NULL,
	PRIMARY KEY (activity_id, branch_id)
);

-- +goose Down
DROP TABLE missing_reminders, missing_units;
