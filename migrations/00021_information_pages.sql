-- What an establishment says of itself on its information pages (R66), and its charter (R01):
-- every version stays, with who wrote it and when.

-- +goose Up
-- +goose StatementBegin
CREATE TABLE legal (
    tenant_id  uuid NOT NULL REFERENCES tenant,
    version    bigint NOT NULL CONSTRAINT legal_numbered CHECK (version >= 1),
    facts      jsonb NOT NULL CONSTRAINT legal_facts CHECK (jsonb_typeof(facts) = 'object'), -- by the names of the API
    written_by uuid NOT NULL REFERENCES person,
    written_at timestamptz NOT NULL,
    CONSTRAINT legal_pkey PRIMARY KEY (tenant_id, version)
);
CALL wall('legal');

CREATE TABLE charter (
    tenant_id  uuid NOT NULL REFERENCES tenant,
    version    bigint NOT NULL CONSTRAINT charter_numbered CHECK (version >= 1),
    title      text NOT NULL CONSTRAINT charter_titled CHECK (title <> ''),
    html       text NOT NULL CONSTRAINT charter_written CHECK (html <> ''), -- sanitised
    hash       bytea NOT NULL CONSTRAINT charter_hash CHECK (length(hash) = 32), -- of what is accepted (R01)
    adopted_on date NOT NULL,
    written_by uuid NOT NULL REFERENCES person,
    written_at timestamptz NOT NULL,
    CONSTRAINT charter_pkey PRIMARY KEY (tenant_id, version)
);
CALL wall('charter');
-- Versions are added, and neither changed nor taken away.
GRANT SELECT, INSERT ON legal, charter TO imprimatur_app;

-- The door: what is on the board beside it, for anybody.
CREATE VIEW reading_legal WITH (security_barrier) AS
SELECT tenant_id, version, facts, written_at FROM legal
WHERE tenant_id = current_tenant() ORDER BY version DESC LIMIT 1;

CREATE VIEW reading_charter WITH (security_barrier) AS
SELECT tenant_id, version, title, html, hash, adopted_on, written_at FROM charter
WHERE tenant_id = current_tenant() ORDER BY version DESC LIMIT 1;

-- Who directs the publication: the head, or an acting one while there is none in office.
CREATE VIEW reading_director WITH (security_barrier) AS
SELECT d.tenant_id, p.given_name, p.family_name, d.capacity
FROM director d JOIN person p ON p.person_id = d.person_id
WHERE d.tenant_id = current_tenant() AND d.during @> current_moment()
ORDER BY d.capacity = 'head' DESC, lower(d.during) DESC LIMIT 1;

-- What the establishment has decided for itself: periods and ways of review are told to
-- everybody whom they concern.
CREATE VIEW reading_setting WITH (security_barrier) AS
SELECT tenant_id, key, value FROM setting WHERE tenant_id = current_tenant();

-- Above whom a request can be taken to.
CREATE VIEW reading_authority WITH (security_barrier) AS
SELECT t.tenant_id, a.name FROM tenant t JOIN tenant a ON a.tenant_id = t.parent_id
WHERE t.tenant_id = current_tenant();

GRANT SELECT ON reading_legal, reading_charter, reading_director, reading_setting, reading_authority TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
