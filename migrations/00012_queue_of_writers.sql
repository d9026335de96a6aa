-- What waits, by whoever wrote or suggested it: a text of the only moderator falls
-- to somebody else, who finds it without reading all that does not.

-- +goose Up
-- +goose StatementBegin
CREATE INDEX revision_waiting_author ON revision (author_id) WHERE waits_for IS NOT NULL;
CREATE INDEX revision_suggested ON revision (suggested_by) WHERE suggested_by IS NOT NULL;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
