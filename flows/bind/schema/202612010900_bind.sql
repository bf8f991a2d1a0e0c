-- +goose Up
CREATE TABLE bind_invitations (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	person_id  bigint NOT NULL REFERENCES people,
	link_hash  text NOT NULL UNIQUE, -- what a link carries and what a code says is kept nowhere
	code_hash  text NOT NULL UNIQUE,
	made_at    timestamptz NOT NULL,
	made_by    bigint REFERENCES people, -- absent where the program made it
	expires_at timestamptz NOT NULL,
	used_at    timestamptz,
	used_by    bigint REFERENCES accounts,
	CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE INDEX bind_invitations_by_person ON bind_invitations (person_id);
CREATE TABLE bind_tries ( -- codes that an account wrote in the last hour
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts,
	at         timestamptz NOT NULL
);
CREATE INDEX bind_tries_by_account ON bind_tries (account_id, at);
CREATE TABLE bind_claims ( -- an account asks to be a member who has another account
	id         bigint PRIMARY KEY,
	person_id  bigint NOT NULL REFERENCES people,
	account_id bigint NOT NULL REFERENCES accounts,
	proof      text NOT NULL CHECK (proof IN ('phone', 'invitation')),
	made_at    timestamptz NOT NULL,
	state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'moved', 'kept', 'void')),
	decided_at timestamptz,
	decided_by bigint REFERENCES people,
	CHECK ((state = 'waiting') = (decided_at IS NULL))
);
CREATE UNIQUE INDEX bind_claims_one_a_person ON bind_claims (person_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX bind_claims_one_an_account ON bind_claims (account_id) WHERE state = 'waiting';

-- +goose Down
DROP TABLE bind_claims, bind_tries, bind_invitations;
