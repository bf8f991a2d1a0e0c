-- +goose NO TRANSACTION
-- Posts are many: these are built while the program writes.

-- +goose Up
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_of_groups ON posts (chat_id) WHERE chat_id < 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_for_groups ON posts (for_chat) WHERE for_chat IS NOT NULL;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS posts_for_groups;
DROP INDEX CONCURRENTLY IF EXISTS posts_of_groups;
