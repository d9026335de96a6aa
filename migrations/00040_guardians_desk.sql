-- The guardians who wait to be told, on the director's desk (R52).

-- +goose Up
-- +goose StatementBegin
-- confirmed_at is when a breach is confirmed: once its author can appeal no more. It is null where nothing was
-- withdrawn. (Of what was sealed, R50, nobody is told: whoever asks looks at the last ruling.)
CREATE FUNCTION confirmed_at(f case_file) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN f.kind IN ('report', 'takedown') AND f.status IN ('decided', 'closed') AND f.verdict IN ('withdraw', 'withdraw_picture')
        THEN CASE WHEN f.appealed_by IN ('author', 'both') THEN f.decided_at ELSE f.appeal_until END END;
-- Whether guardians wait to be told, true from when it was confirmed until they were.
ALTER TABLE case_file ADD COLUMN guardians_wait boolean;
UPDATE case_file f SET guardians_wait = true WHERE confirmed_at(f) <= now()
    AND NOT EXISTS (SELECT FROM guardian_act a WHERE a.case_id = f.case_id AND a.act = 'tell_guardians');
CREATE INDEX case_confirmed ON case_file (tenant_id, confirmed_at(case_file), case_id) WHERE guardians_wait;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
