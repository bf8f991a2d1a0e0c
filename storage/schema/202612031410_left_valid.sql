-- +goose Up
ALTER TABLE posts VALIDATE CONSTRAINT posts_state_check;

-- +goose Down
