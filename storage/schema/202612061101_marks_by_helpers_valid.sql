-- +goose Up
ALTER TABLE marks VALIDATE CONSTRAINT marks_method_check;

-- +goose Down
