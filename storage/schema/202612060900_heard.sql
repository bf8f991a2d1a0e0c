-- +goose Up
-- The branches of which something was heard about an activity, a row at least for
-- each: somebody of them is marked as there, or it was said who was not. Nobody of
-- another branch is absent, and a guest elsewhere tells nothing of their own.
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m WHERE m.method <> 'guest'
UNION ALL
SELECT r.activity_id, r.branch_id FROM reported r;

-- +goose Down
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m WHERE m.method <> 'guest';
