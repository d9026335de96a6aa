-- The reading door: what imprimatur_reader may select, and nothing else. The views
-- belong to the owner, and carry tenant and audience in their WHERE.

-- +goose Up
-- +goose StatementBegin
CREATE VIEW reading_tenant WITH (security_barrier) AS
SELECT tenant_id, uai, name, city, time_zone, level FROM tenant
WHERE tenant_id = current_tenant();

CREATE VIEW reading_space WITH (security_barrier) AS
SELECT s.space_id, s.tenant_id, s.slug, s.title, s.description, s.kind, s.mode, s.scope, s.audience, s.status
FROM space s
WHERE s.tenant_id = current_tenant() AND s.scope = ANY (current_scopes()) AND s.status <> ''
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind <> 'freeze');

-- A contribution that was published: its text while nothing hides it, and a
-- tombstone (exposure alone) when it was masked, withdrawn, blocked or purged.
-- What is archived, sealed, or below something hidden is not there at all.
CREATE VIEW reading_contribution WITH (security_barrier) AS
SELECT n.contribution_id, n.tenant_id, n.space_id, n.parent_id, n.kind, s.scope, s.slug AS space_slug, s.title AS space_title,
    s.kind AS space_kind, x.exposure, n.number, n.published_at, n.updated_at,
    CASE WHEN x.exposure = 'visible' THEN n.slug ELSE '' END AS slug,
    CASE WHEN x.exposure = 'visible' THEN n.title ELSE '' END AS title,
    CASE WHEN x.exposure = 'visible' THEN n.html ELSE '' END AS html,
    CASE WHEN x.exposure = 'visible' THEN n.excerpt ELSE '' END AS excerpt,
    CASE WHEN x.exposure = 'visible' THEN n.attributions ELSE '[]' END AS attributions,
    CASE WHEN x.exposure = 'visible' THEN n.byline ELSE '' END AS byline,
    CASE WHEN x.exposure = 'visible' THEN n.hash END AS hash,
    n.language, n.reviewed
FROM snapshot n
JOIN reading_space s ON s.space_id = n.space_id
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(h.kind = 'archive' OR h.sealed OR h.target_id <> n.contribution_id), false) AS absent,
        CASE WHEN n.revision_id IS NULL THEN 'purged'
             WHEN bool_or(h.kind = 'block') THEN 'blocked'
             WHEN bool_or(h.kind = 'withdraw') THEN 'withdrawn'
             WHEN count(h.kind) > 0 THEN 'masked'
             ELSE 'visible' END AS exposure
    FROM hold h
    WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id])
) x
WHERE NOT x.absent;

GRANT SELECT ON reading_tenant, reading_space, reading_contribution TO imprimatur_reader;
GRANT EXECUTE ON FUNCTION current_tenant(), current_scopes() TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
