-- +goose Up
-- Who leads is known by a lock; how often that has changed hands, by a number.
CREATE TABLE leads (
	name  text PRIMARY KEY, -- sender, poller
	epoch bigint NOT NULL
);

-- +goose Down
DROP TABLE leads;
