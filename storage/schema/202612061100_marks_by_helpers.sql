-- +goose Up

-- That a helper made a mark is how it came about, and stays known when somebody has
-- cleared the doubt that it left. The old rows obey the narrower rule, so that
-- nothing is read while the table is locked.
ALTER TABLE marks DROP CONSTRAINT marks_method_check;
ALTER TABLE marks ADD CONSTRAINT marks_method_check CHECK (method IN ('button', 'message', 'code', 'location', 'marked', 'guest', 'helper')) NOT VALID;

-- +goose Down
UPDATE marks SET method = 'marked' WHERE method = 'helper';
ALTER TABLE marks DROP CONSTRAINT marks_method_check;
ALTER TABLE marks ADD CONSTRAINT marks_method_check CHECK (method IN ('button', 'message', 'code', 'location', 'marked', 'guest'));
