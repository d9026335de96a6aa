-- What is seen of an establishment's settings: by readers its own label (R13), by
-- whoever changes them the version that they looked at.

-- +goose Up
-- +goose StatementBegin
CREATE VIEW reading_label WITH (security_barrier) AS
SELECT tenant_id, value::text AS label FROM setting
WHERE tenant_id = current_tenant() AND key = 'personal_label';
GRANT SELECT ON reading_label TO imprimatur_reader;

-- Of all settings of an establishment together. Without a row it is 1.
CREATE TABLE settings_version (
    tenant_id uuid PRIMARY KEY REFERENCES tenant,
    version   bigint NOT NULL CONSTRAINT settings_version_moved CHECK (version > 1)
);
CALL wall('settings_version');
GRANT SELECT, INSERT, UPDATE ON settings_version TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
