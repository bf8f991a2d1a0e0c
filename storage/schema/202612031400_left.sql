-- +goose Up
-- A message of unknown fate can be left as it is, for good. A program of before
-- writes and reads none that are left; the old rows obey the narrower rule, so
-- that nothing is read while the table is locked.
ALTER TABLE posts DROP CONSTRAINT posts_state_check;
ALTER TABLE posts ADD CONSTRAINT posts_state_check CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'unsure', 'left')) NOT VALID;

-- +goose Down
UPDATE posts SET state = 'unsure' WHERE state = 'left';
ALTER TABLE posts DROP CONSTRAINT posts_state_check;
ALTER TABLE posts ADD CONSTRAINT posts_state_check CHECK (state IN ('queued', 'sending', 'sent', 'refused', 'unsure'));
