-- Orders of an authority (R48) and replies of whoever is named (R55) are cases of their own kind.

-- +goose Up
-- +goose StatementBegin
ALTER TABLE case_file DROP CONSTRAINT case_kind,
    ADD CONSTRAINT case_kind CHECK (kind IN ('report', 'takedown', 'appeal', 'order', 'reply'));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
