-- +goose Up
CREATE TABLE checkin_windows ( -- a window that was opened at least once: its people were invited
	activity_id bigint PRIMARY KEY REFERENCES activities,
	opened_at   timestamptz, -- absent where it is to open again
	closed_at   timestamptz  -- absent before it is closed
);
CREATE INDEX checkin_windows_open ON checkin_windows (activity_id) WHERE closed_at IS NULL;

-- Who lies in the scope of an activity, as the roster stands now.
CREATE VIEW checkin_scope AS
SELECT a.id AS activity_id, p.id AS person_id, p.branch_id
FROM activities a CROSS JOIN people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
WHERE p.active AND CASE a.part
	WHEN 'all' THEN true
	WHEN 'batch' THEN u.batch = a.batch
	WHEN 'unit' THEN b.unit_id = a.unit_id
	ELSE p.branch_id = a.branch_id
END;

-- +goose Down
DROP VIEW checkin_scope;
DROP TABLE checkin_windows;
