-- +goose Up
ALTER TABLE checkin_windows
	ADD COLUMN out_offered_at timestamptz, -- sign-out was offered; absent before, and where it is to be offered again
	ADD COLUMN out_closed_at  timestamptz; -- sign-out was closed

-- +goose Down
ALTER TABLE checkin_windows DROP COLUMN out_offered_at, DROP COLUMN out_closed_at;
