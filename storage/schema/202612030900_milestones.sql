-- +goose Up
CREATE TABLE milestones ( -- how far posts and contents went on a night: what has a lower number is older
	at         timestamptz PRIMARY KEY,
	post_id    bigint NOT NULL,
	content_id bigint NOT NULL,
	passed     boolean NOT NULL DEFAULT false -- what lies before it may be forgotten by now
);

-- +goose Down
DROP TABLE milestones;
