-- +goose Up
CREATE TABLE pictures ( -- what was drawn for a content and is kept by the messenger: uploaded once
	content_id bigint NOT NULL REFERENCES contents ON DELETE CASCADE,
	lang       text NOT NULL CHECK (lang IN ('zh', 'en')),
	file       text NOT NULL, -- the messenger's name for it
	PRIMARY KEY (content_id, lang)
);

-- +goose Down
DROP TABLE pictures;
