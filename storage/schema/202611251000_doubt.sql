-- +goose Up

-- What a mark does not prove, and when somebody left.
ALTER TABLE marks
	ADD COLUMN doubt text NOT NULL DEFAULT '' CONSTRAINT marks_doubt_check CHECK (doubt IN ('', 'code', 'outside', 'helper')),
	ADD COLUMN left_at timestamptz;

-- +goose Down
ALTER TABLE marks DROP COLUMN doubt, DROP COLUMN left_at;
