-- +goose Up
CREATE TABLE activity_numbers ( -- the last number of each year; its row is locked while the next is drawn
	year smallint PRIMARY KEY,
	last integer NOT NULL CHECK (last >= 0)
);

-- +goose Down
DROP TABLE activity_numbers;
