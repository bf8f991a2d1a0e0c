-- +goose NO TRANSACTION
-- +goose Up
-- The marks that somebody made for another: few, and all that a history has of them.
-- A mark of one's own is not in it.
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS marks_by_another;
CREATE INDEX CONCURRENTLY marks_by_another ON marks (activity_id, person_id) WHERE by_id IS NOT NULL;

-- +goose Down
SET lock_timeout = 0;
DROP INDEX CONCURRENTLY IF EXISTS marks_by_another;
