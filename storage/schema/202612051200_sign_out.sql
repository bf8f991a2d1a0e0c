-- +goose Up

-- From when whoever leaves an activity is asked to say so; absent where nobody is.
ALTER TABLE activities ADD COLUMN sign_out timestamptz;
CREATE INDEX activities_with_sign_out ON activities (ends) WHERE sign_out IS NOT NULL;

-- +goose Down
DROP INDEX activities_with_sign_out;
ALTER TABLE activities DROP COLUMN sign_out;
