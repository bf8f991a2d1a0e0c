-- +goose Up
-- The branches of which something was heard about an activity, a row at least for
-- each: somebody of them is marked, or it was said who was not there. Nobody of
-- another branch is absent.
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m
UNION ALL
SELECT r.activity_id, r.branch_id FROM reported r;

-- +goose Down
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m;
