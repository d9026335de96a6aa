-- Figures (R67): what happened in a month, counted. They outlive what they count.

-- +goose Up
-- +goose StatementBegin
-- What an establishment or authority counted of a month that is over: by measure and code, with
-- no person, class or space in it. Written once; nothing that happens afterwards changes it, and
-- what is purged stays counted.
CREATE TABLE figure_month (
    tenant_id uuid NOT NULL REFERENCES tenant,
    month     date NOT NULL CONSTRAINT figure_month_first CHECK (extract(day FROM month) = 1), -- of the tenant's own calendar
    counts    jsonb NOT NULL,
    kept_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, month)
);
CALL wall('figure_month');
GRANT SELECT, INSERT ON figure_month TO imprimatur_app;
CREATE TRIGGER figure_month_stays BEFORE UPDATE OR DELETE ON figure_month FOR EACH ROW EXECUTE FUNCTION stays();

-- By when it was to be decided, as that stood when it was: an appeal begins another time.
ALTER TABLE case_ruling ADD COLUMN due_at timestamptz;

-- A month is found in each table without reading any other.
CREATE INDEX revision_submitted ON revision (tenant_id, submitted_at) WHERE submitted_at IS NOT NULL;
CREATE INDEX first_view_at ON first_view (tenant_id, viewed_at);
CREATE INDEX decision_at ON decision (tenant_id, decided_at);
CREATE INDEX hold_placed ON hold (tenant_id, placed_at);
CREATE INDEX report_at ON report (tenant_id, reported_at);
CREATE INDEX case_opened ON case_file (tenant_id, opened_at);
CREATE INDEX case_viewed ON case_file (tenant_id, viewed_at) WHERE viewed_at IS NOT NULL;
CREATE INDEX case_ruling_at ON case_ruling (tenant_id, decided_at);
CREATE INDEX case_appealed_at ON case_entry (tenant_id, said_at) WHERE kind = 'appeal';
CREATE INDEX consent_asked_at ON consent (tenant_id, asked_at);
CREATE INDEX consent_decided_at ON consent (tenant_id, decided_at) WHERE decided_at IS NOT NULL;

-- about_minutes is how many minutes a time took, in two digits: what many took can be added up
-- so, and nobody is recognised by the exact minute.
CREATE FUNCTION about_minutes(took interval) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT round(x.m, 1 - floor(log(x.m))::int)::bigint::text
        FROM (SELECT greatest(ceil(extract(epoch FROM took) / 60), 1)::numeric AS m) x);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
