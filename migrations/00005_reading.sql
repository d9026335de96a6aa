-- The reading door: what imprimatur_reader may select, and nothing else. The views
-- belong to the owner, and carry tenant and audience in their WHERE.
--
-- A security_barrier view is planned by itself, and nothing below its WHERE knows of
-- an ORDER BY above it. So the views of lists bring their order with them, each page
-- by one index, however much is in the space; a LIMIT without ORDER BY just above one
-- takes its first rows, and the query around that says the order again.

-- +goose Up
-- +goose StatementBegin
-- Names, and where to find them: what is on the board beside the door. Readable
-- before a tenant is known, since it says which tenant an address means.
CREATE VIEW reading_house WITH (security_barrier) AS
SELECT tenant_id, uai, name, city, time_zone, level FROM tenant WHERE kind = 'establishment';

CREATE VIEW reading_tenant WITH (security_barrier) AS
SELECT tenant_id, uai, name, city, time_zone, level FROM tenant
WHERE tenant_id = current_tenant();

-- The next two are not granted to anybody: the views of the door are made of them.
CREATE VIEW readable_space AS
SELECT s.* FROM space s
WHERE s.tenant_id = current_tenant() AND (s.scope = ANY (current_scopes()) OR 'space:' || s.space_id = ANY (current_scopes())) AND s.status <> ''
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind <> 'freeze');

-- A contribution that was published: its text while nothing hides it, and a tombstone
-- (exposure alone) when it was masked, withdrawn, blocked or purged. What is archived,
-- sealed, below something hidden, or below something that is not published any more,
-- is not there at all. A purge leaves its tombstone even of what was archived (R06).
CREATE VIEW readable_snapshot AS
SELECT n.contribution_id, n.tenant_id, n.space_id, n.parent_id, n.kind, s.scope, s.slug AS space_slug, s.title AS space_title,
    s.kind AS space_kind, x.exposure, n.number, n.published_at, n.updated_at,
    CASE WHEN x.exposure = 'visible' THEN n.slug ELSE '' END AS slug,
    CASE WHEN x.exposure = 'visible' THEN n.title ELSE '' END AS title,
    CASE WHEN x.exposure = 'visible' THEN n.html ELSE '' END AS html,
    CASE WHEN x.exposure = 'visible' THEN n.excerpt ELSE '' END AS excerpt,
    CASE WHEN x.exposure = 'visible' THEN n.attributions ELSE '[]' END AS attributions,
    CASE WHEN x.exposure = 'visible' THEN n.byline ELSE '' END AS byline,
    CASE WHEN x.exposure = 'visible' THEN n.hash END AS hash,
    n.language, n.reviewed,
    s.description AS space_description, s.mode AS space_mode, s.audience AS space_audience, s.status AS space_status
FROM snapshot n
JOIN readable_space s ON s.space_id = n.space_id AND s.tenant_id = n.tenant_id
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(h.sealed OR h.target_id <> n.contribution_id OR (h.kind = 'archive' AND n.revision_id IS NOT NULL)), false) AS absent,
        CASE WHEN n.revision_id IS NULL THEN 'purged'
             WHEN bool_or(h.kind = 'block') THEN 'blocked'
             WHEN bool_or(h.kind = 'withdraw') THEN 'withdrawn'
             WHEN count(h.kind) > 0 THEN 'masked'
             ELSE 'visible' END AS exposure
    FROM hold h
    WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id])
) x
WHERE NOT x.absent
  -- Not EXISTS, for which the planner might read the whole table first.
  AND (n.parent_id IS NULL OR (SELECT true FROM snapshot p WHERE p.contribution_id = n.parent_id));

-- The establishment's own label of post-moderated spaces (R13).
CREATE VIEW reading_label WITH (security_barrier) AS
SELECT tenant_id, value::text AS label FROM setting
WHERE tenant_id = current_tenant() AND key = 'personal_label';

CREATE VIEW reading_space WITH (security_barrier) AS
SELECT s.space_id, s.tenant_id, s.slug, s.title, s.description, s.kind, s.mode, s.scope, s.audience, s.status
FROM readable_space s;

CREATE VIEW reading_contribution WITH (security_barrier) AS
SELECT * FROM readable_snapshot;

-- What a space shows, newest first, and how much is visible below each: up to 1000
-- (publication.MostReplies), because nobody counts further and somebody has to.
CREATE VIEW reading_list WITH (security_barrier) AS
SELECT r.*,
    CASE WHEN r.exposure IN ('visible', 'purged') THEN (
        SELECT count(*) FROM (
            SELECT 1 FROM snapshot b
            WHERE b.parent_id = r.contribution_id AND b.revision_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = b.contribution_id AND h.status = 'open')
            LIMIT 1000) few)
        ELSE 0 END AS replies,
    CASE WHEN r.exposure IN ('visible', 'purged') THEN (
        SELECT b.published_at FROM snapshot b
        WHERE b.parent_id = r.contribution_id AND b.revision_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = b.contribution_id AND h.status = 'open')
        ORDER BY b.published_at DESC, b.contribution_id DESC LIMIT 1) END AS replied_at
FROM readable_snapshot r
WHERE r.parent_id IS NULL
ORDER BY r.space_id, r.published_at DESC, r.contribution_id DESC;

-- What answers a contribution, oldest first.
CREATE VIEW reading_below WITH (security_barrier) AS
SELECT r.* FROM readable_snapshot r
WHERE r.parent_id IS NOT NULL
ORDER BY r.parent_id, r.published_at, r.contribution_id;

GRANT SELECT ON reading_label, reading_house, reading_tenant, reading_space, reading_contribution, reading_list, reading_below TO imprimatur_reader;
GRANT EXECUTE ON FUNCTION current_tenant(), current_scopes() TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
