-- +goose NO TRANSACTION
-- +goose Up
SET lock_timeout = 0; -- nobody waits behind an index that is built beside the work

-- Who is to be given a command menu. Strangers, and whoever blocked us, would
-- otherwise be looked through each time.
DROP INDEX CONCURRENTLY IF EXISTS accounts_to_menu;
CREATE INDEX CONCURRENTLY accounts_to_menu ON accounts (seen_at) WHERE (menu_at IS NULL OR menu_at < seen_at) AND person_id IS NOT NULL AND reach = 'open';
DROP INDEX CONCURRENTLY IF EXISTS accounts_unmenued;

-- What waits in each lane.
DROP INDEX CONCURRENTLY IF EXISTS inbox_lanes;
CREATE INDEX CONCURRENTLY inbox_lanes ON inbox (lane, id) WHERE state = 'waiting';

-- A table of millions of rows gets the rows of a new activity within minutes:
-- its statistics must not wait for a tenth of it to change, nor its dead rows for
-- a fifth.
ALTER TABLE expected SET (autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05);
ALTER TABLE expected ALTER COLUMN activity_id SET STATISTICS 0; -- of an activity that is not in them they say that nobody is expected
ALTER TABLE marks ALTER COLUMN activity_id SET STATISTICS 0;
ALTER TABLE marks SET (autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05);
ALTER TABLE posts SET (autovacuum_analyze_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE contents SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE inbox SET (autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE accounts SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE sessions SET (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE timers SET (autovacuum_vacuum_scale_factor = 0.05);

RESET lock_timeout;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS accounts_to_menu;
DROP INDEX CONCURRENTLY IF EXISTS inbox_lanes;
CREATE INDEX CONCURRENTLY accounts_unmenued ON accounts (seen_at) WHERE menu_at IS NULL OR menu_at < seen_at;
