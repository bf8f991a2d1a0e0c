-- +goose Up
-- The branches of which something was heard about an activity, a row at least for
-- each: somebody of them is marked. Nobody of another branch is absent.
CREATE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m;

-- +goose Down
DROP VIEW heard;
