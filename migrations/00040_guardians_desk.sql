-- The guardians who wait to be told, on the director's desk (R52).

-- +goose Up
-- +goose StatementBegin
-- confirmed_at is when a breach is confirmed: once its author can appeal no more. It is null where nothing was
-- withdrawn. (Of what was sealed, R50, nobody is told: whoever asks looks at the last ruling.)
CREATE FUNCTION confirmed_at(f case_file) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN f.kind IN ('report', 'takedown') AND f.status IN ('decided', 'closed') AND f.verdict IN ('withdraw', 'withdraw_picture')
        THEN CASE WHEN f.appealed_by IN ('author', 'both') THEN f.decided_at ELSE f.appeal_until END END;
CREATE INDEX case_confirmed ON case_file (tenant_id, confirmed_at(case_file), case_id) WHERE confirmed_at(case_file) IS NOT NULL;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
