-- What waits for an authorisation, by space: whoever records them finds all
-- without reading the rest (R36).

-- +goose Up
-- +goose StatementBegin
CREATE INDEX revision_awaiting_consent ON revision (space_id, decided_at) WHERE status = 'awaiting_consent';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
