-- +goose Up

-- Who was asked to record for a member without a smartphone, and agreed: written by
-- the flow proxy alone. What is over has no row; the audit keeps it.
CREATE TABLE helpers (
	id        bigint PRIMARY KEY, -- the turn that asked
	person_id bigint NOT NULL UNIQUE REFERENCES people,
	helper_id bigint NOT NULL REFERENCES people,
	asked_by  bigint NOT NULL REFERENCES people,
	asked_at  timestamptz NOT NULL,
	agreed_at timestamptz, -- absent before the helper has answered
	CHECK (person_id <> helper_id)
);
CREATE INDEX helpers_by_helper ON helpers (helper_id);

-- Who may record for whom now: who agreed to, and is of the same branch still.
CREATE VIEW helping AS
SELECT h.helper_id, h.person_id
FROM helpers h JOIN people w ON w.id = h.helper_id JOIN people p ON p.id = h.person_id
WHERE h.agreed_at IS NOT NULL AND w.active AND p.active AND w.branch_id = p.branch_id;

-- +goose Down
DROP VIEW helping;
DROP TABLE helpers;
