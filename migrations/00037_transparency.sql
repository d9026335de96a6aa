-- The transparency report that an establishment has published.

-- +goose Up
-- +goose StatementBegin
-- A year's report as it was published: what anybody may read of it, with no number that R67 hides. Once
-- for a year, and nothing that happens or is set afterwards changes it.
CREATE TABLE transparency_report (
    tenant_id    uuid NOT NULL REFERENCES tenant,
    year         integer NOT NULL CONSTRAINT transparency_report_year CHECK (year BETWEEN 1 AND 9999),
    report       jsonb NOT NULL CONSTRAINT transparency_report_report CHECK (jsonb_typeof(report) = 'object'),
    published_by uuid NOT NULL REFERENCES person,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, year)
);
CALL wall('transparency_report');
GRANT SELECT, INSERT ON transparency_report TO imprimatur_app;
CREATE TRIGGER transparency_report_stays BEFORE UPDATE OR DELETE ON transparency_report FOR EACH ROW EXECUTE FUNCTION stays();

-- The door: what is published is for anybody. By whom it was, the pages do not say.
CREATE VIEW reading_transparency WITH (security_barrier) AS
SELECT tenant_id, year, report, published_at FROM transparency_report WHERE tenant_id = current_tenant();
GRANT SELECT ON reading_transparency TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
