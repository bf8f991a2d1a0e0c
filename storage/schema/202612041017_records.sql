-- +goose Up

-- The branches of which somebody who runs them has said who was not there: they
-- have reported, even if nobody is marked.
CREATE TABLE reported (
	activity_id bigint NOT NULL REFERENCES activities,
	branch_id   bigint NOT NULL REFERENCES branches,
	at          timestamptz NOT NULL,
	by_id       bigint NOT NULL REFERENCES people,
	PRIMARY KEY (activity_id, branch_id)
);

-- What became of the record of one person at one activity after it was first
-- written, append-only. A mark that the person made has no row: it is its own
-- first entry, which the first change keeps as what was there before.
CREATE TABLE changes (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	activity_id  bigint NOT NULL REFERENCES activities,
	person_id    bigint NOT NULL REFERENCES people,
	branch_id    bigint NOT NULL REFERENCES branches, -- of which the person was expected
	at           timestamptz NOT NULL,
	cause        text NOT NULL CHECK (cause IN ('roll', 'decided', 'corrected', 'objected', 'accepted', 'refused')),
	by_id        bigint NOT NULL REFERENCES people,
	hat          text NOT NULL DEFAULT '', -- the role that they wore; '' is none
	for_id       bigint REFERENCES people, -- on whose behalf, where somebody asked for it
	stated       text NOT NULL DEFAULT '' CHECK (stated IN ('', 'present', 'absent')),
	entered_late boolean NOT NULL DEFAULT false,
	note         text NOT NULL DEFAULT '',
	old_method   text NOT NULL DEFAULT '', -- '' is that there was no mark
	old_at       timestamptz,
	old_late     boolean NOT NULL DEFAULT false,
	old_doubt    text NOT NULL DEFAULT '',
	old_by       bigint REFERENCES people,
	old_note     text NOT NULL DEFAULT '',
	old_left     timestamptz,
	new_method   text NOT NULL DEFAULT '', -- '' is that there is none
	new_at       timestamptz,
	new_late     boolean NOT NULL DEFAULT false,
	new_doubt    text NOT NULL DEFAULT '',
	CHECK ((old_method = '') = (old_at IS NULL)),
	CHECK ((new_method = '') = (new_at IS NULL))
);
CREATE INDEX changes_by_record ON changes (activity_id, person_id, id);
CREATE INDEX changes_by_person ON changes (person_id);

-- +goose StatementBegin
CREATE FUNCTION changes_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the history of a record is never changed';
END $$;
-- +goose StatementEnd
CREATE TRIGGER changes_are_kept BEFORE UPDATE OR DELETE ON changes FOR EACH ROW EXECUTE FUNCTION changes_are_kept();

-- +goose Down
DROP TABLE changes, reported;
DROP FUNCTION changes_are_kept();
