-- Each queue of the outbox is claimed by itself, so that the urgent never waits behind the
-- many; and what failed is counted apart from what was sent, since a delivery may be lost
-- or put off without anybody's failure.

-- +goose Up
-- +goose StatementBegin
ALTER TABLE outbox ADD COLUMN failures integer NOT NULL DEFAULT 0;
CREATE INDEX outbox_waiting ON outbox (queue, due_at) WHERE status = 'waiting';
CREATE INDEX outbox_sent ON outbox (due_at) WHERE status = 'sent';
DROP INDEX outbox_due;

-- Claims on review items that have expired are cleared away for all tenants at once.
CALL gate('claim');
GRANT SELECT, DELETE ON claim TO imprimatur_worker;
CREATE INDEX claim_expires ON claim (expires_at);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
