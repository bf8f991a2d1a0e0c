-- +goose Up

-- What the codes of an activity are derived from, and when its hosts were last
-- told that somebody guesses them.
CREATE TABLE code_secrets (
	activity_id bigint PRIMARY KEY REFERENCES activities,
	secret      bytea NOT NULL CHECK (length(secret) = 32),
	warned_at   timestamptz
);

-- The units that want the screen to show the names of those of theirs who came last.
CREATE TABLE code_names (
	unit_id bigint PRIMARY KEY REFERENCES units
);

-- The links of screens. A link is kept as its hash; one that is revoked, or whose
-- activity was over long ago, leads nowhere.
CREATE TABLE code_links (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id bigint NOT NULL REFERENCES activities,
	token_hash  text NOT NULL UNIQUE,
	lang        text NOT NULL,
	made_by     bigint NOT NULL REFERENCES people,
	made_at     timestamptz NOT NULL,
	revoked_at  timestamptz
);
CREATE INDEX code_links_activity ON code_links (activity_id);

-- Six digits that fitted nothing: a row for each activity that they might have
-- been of.
CREATE TABLE code_tries (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	cause       bigint NOT NULL, -- the same in all rows of one try
	person_id   bigint NOT NULL REFERENCES people,
	activity_id bigint NOT NULL REFERENCES activities,
	at          timestamptz NOT NULL
);
CREATE INDEX code_tries_person ON code_tries (person_id, at);
CREATE INDEX code_tries_activity ON code_tries (activity_id, at);

-- Scans of accounts that were bound to nobody yet: they count from their time as
-- soon as it is known whose they are.
CREATE TABLE code_scans (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id  bigint NOT NULL REFERENCES accounts,
	activity_id bigint NOT NULL REFERENCES activities,
	at          timestamptz NOT NULL,
	UNIQUE (account_id, activity_id)
);

-- +goose Down
DROP TABLE code_scans;
DROP TABLE code_tries;
DROP TABLE code_links;
DROP TABLE code_names;
DROP TABLE code_secrets;
