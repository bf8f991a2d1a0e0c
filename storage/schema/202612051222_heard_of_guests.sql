-- +goose Up

-- Who attended at another branch is a guest there: of their own branch nothing was
-- heard by that.
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m WHERE m.method <> 'guest';

-- +goose Down
CREATE OR REPLACE VIEW heard AS
SELECT m.activity_id, m.branch_id FROM marks m;
