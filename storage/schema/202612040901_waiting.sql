-- +goose NO TRANSACTION
-- +goose Up
-- Whether somebody's update waits is looked up with every turn of theirs.
CREATE INDEX CONCURRENTLY inbox_waiting_by_lane ON inbox (lane, id) WHERE state = 'waiting';

-- +goose Down
DROP INDEX CONCURRENTLY inbox_waiting_by_lane;
