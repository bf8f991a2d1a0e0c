-- +goose Up

-- Everybody's check-in writes one row of marks, and every opening as many rows
-- of expected as there are members. See docs/decisions/hot-tables-check-no-keys.md.
ALTER TABLE marks
	DROP CONSTRAINT marks_activity_id_fkey,
	DROP CONSTRAINT marks_person_id_fkey,
	DROP CONSTRAINT marks_branch_id_fkey;
ALTER TABLE expected
	DROP CONSTRAINT expected_activity_id_fkey,
	DROP CONSTRAINT expected_person_id_fkey,
	DROP CONSTRAINT expected_branch_id_fkey;

-- +goose Down
ALTER TABLE expected
	ADD CONSTRAINT expected_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES activities,
	ADD CONSTRAINT expected_person_id_fkey FOREIGN KEY (person_id) REFERENCES people,
	ADD CONSTRAINT expected_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES branches;
ALTER TABLE marks
	ADD CONSTRAINT marks_activity_id_fkey FOREIGN KEY (activity_id) REFERENCES activities,
	ADD CONSTRAINT marks_person_id_fkey FOREIGN KEY (person_id) REFERENCES people,
	ADD CONSTRAINT marks_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES branches;
