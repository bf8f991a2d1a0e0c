-- +goose Up
-- Who lies in the scope of an activity, as the roster stands now: each part of
-- the district by its own way, so that a branch costs no more than its people.
CREATE OR REPLACE VIEW checkin_scope AS
SELECT a.id AS activity_id, p.id AS person_id, p.branch_id
FROM activities a CROSS JOIN people p WHERE p.active AND a.part = 'all'
UNION ALL
SELECT a.id, p.id, p.branch_id
FROM activities a JOIN units u ON u.batch = a.batch JOIN branches b ON b.unit_id = u.id JOIN people p ON p.branch_id = b.id
WHERE p.active AND a.part = 'batch'
UNION ALL
SELECT a.id, p.id, p.branch_id
FROM activities a JOIN branches b ON b.unit_id = a.unit_id JOIN people p ON p.branch_id = b.id
WHERE p.active AND a.part = 'unit'
UNION ALL
SELECT a.id, p.id, p.branch_id
FROM activities a JOIN people p ON p.branch_id = a.branch_id
WHERE p.active AND a.part = 'branch';

-- +goose Down
CREATE OR REPLACE VIEW checkin_scope AS
SELECT a.id AS activity_id, p.id AS person_id, p.branch_id
FROM activities a CROSS JOIN people p JOIN branches b ON b.id = p.branch_id JOIN units u ON u.id = b.unit_id
WHERE p.active AND CASE a.part
	WHEN 'all' THEN true
	WHEN 'batch' THEN u.batch = a.batch
	WHEN 'unit' THEN b.unit_id = a.unit_id
	ELSE p.branch_id = a.branch_id
END;
