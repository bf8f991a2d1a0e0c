-- +goose Up

-- Changes of messages that can wait: who reads the message knows the news
-- already. They become wanted versions of their posts when the sender has
-- nothing better to do. A row lives for minutes, and is only ever added and
-- removed: a press costs the insert of one, and no index is touched but its key.
CREATE TABLE redraws (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	chat_id    bigint NOT NULL,
	name       text NOT NULL CHECK (name <> ''),
	content_id bigint NOT NULL
);

-- +goose Down
DROP TABLE redraws;
