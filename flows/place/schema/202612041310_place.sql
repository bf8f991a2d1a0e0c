-- +goose Up

-- Where people were who checked in by their location. It is forgotten after a
-- while; what came of it stays with the mark.
CREATE TABLE place_shares (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id bigint NOT NULL REFERENCES activities,
	person_id   bigint NOT NULL REFERENCES people,
	lat         double precision NOT NULL,
	lon         double precision NOT NULL,
	accuracy_m  double precision NOT NULL, -- 0 is not said
	at          timestamptz NOT NULL
);

-- +goose Down
DROP TABLE place_shares;
