-- What describes a picture is shown with it or not at all: the beginning of a text, as lists
-- show it, is without it (R33).

-- +goose Up
-- +goose StatementBegin
ALTER TABLE revision ADD COLUMN excerpt text NOT NULL DEFAULT '';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
