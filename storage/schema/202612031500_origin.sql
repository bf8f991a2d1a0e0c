-- +goose Up

-- Whether this is the database that was sent from so far, or a copy of it that
-- may be older. See docs/decisions/a-copy-knows-that-it-is-one.md.
CREATE TABLE origin (
	once        boolean PRIMARY KEY DEFAULT true CHECK (once),
	mark        text NOT NULL, -- the database, the table and the transaction that wrote this row
	strange_at  timestamptz,   -- when it was noticed that they are others: until an operator has spoken, what is not urgent waits
	informed_at timestamptz    -- the last moment of which the database knew then that something was sent
);

-- +goose Down
DROP TABLE origin;
