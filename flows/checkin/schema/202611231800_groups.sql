-- +goose Up
ALTER TABLE checkin_windows ADD COLUMN groups integer NOT NULL DEFAULT 0; -- how many saw its figures when it opened

-- +goose Down
ALTER TABLE checkin_windows DROP COLUMN groups;
