-- +goose Up
ALTER TABLE chats
	ADD COLUMN topic bigint NOT NULL DEFAULT 0, -- of a forum: where its branch is spoken to; 0 is the general topic
	ADD COLUMN aside boolean NOT NULL DEFAULT false, -- what is for the group goes to those who answer for it
	ADD COLUMN reach_at timestamptz, -- since when reach is as it is
	ADD COLUMN ask_at timestamptz; -- when the messenger is to be asked whether we may write there
CREATE INDEX chats_to_ask ON chats (ask_at) WHERE ask_at IS NOT NULL;
ALTER TABLE posts
	ADD COLUMN topic bigint NOT NULL DEFAULT 0, -- of a forum: where in it; 0 is its general topic
	ADD COLUMN for_chat bigint; -- of a copy: the group that could not be told

-- +goose Down
ALTER TABLE posts DROP COLUMN for_chat, DROP COLUMN topic;
DROP INDEX chats_to_ask;
ALTER TABLE chats DROP COLUMN ask_at, DROP COLUMN reach_at, DROP COLUMN aside, DROP COLUMN topic;
