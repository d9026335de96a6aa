-- Ways around consent that were found, and closed.

-- +goose Up
-- +goose StatementBegin
-- One event, and no more (R31). An establishment may set less.
ALTER TABLE consent_request ADD CONSTRAINT consent_request_one_event CHECK (taken_to - taken_from < 31);
-- The day, and no more, on which a file says that it was taken: for R31, told to nobody.
ALTER TABLE photo ADD COLUMN taken_on date;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
