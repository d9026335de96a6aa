-- What an authority wants nobody to be told of yet (R48), and what waits for somebody to look (R26, R42).

-- +goose Up
-- +goose StatementBegin
-- hushed tells that a block is by an order of which its authority wants silence, and that the silence
-- is not over: whoever does not direct sees what an interim mask looks like.
CREATE FUNCTION hushed(h hold) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN h.kind = 'block' AND EXISTS (SELECT 1 FROM authority_order o JOIN case_file f ON f.case_id = o.case_id
        WHERE o.case_id = h.case_id AND f.place_id = current_tenant() AND o.silent_until IS NOT NULL AND o.told_at IS NULL);
REVOKE EXECUTE ON FUNCTION hushed(hold) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hushed(hold) TO imprimatur_app, imprimatur_reader;

CREATE OR REPLACE VIEW readable_snapshot AS
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
             WHEN bool_or(h.kind = 'block' AND NOT hushed(h)) THEN 'blocked'
             WHEN bool_or(h.kind = 'withdraw') THEN 'withdrawn'
             WHEN count(h.kind) > 0 THEN 'masked'
             ELSE 'visible' END AS exposure
    FROM hold h
    WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id])
) x
WHERE NOT x.absent
  -- Not EXISTS, for which the planner might read the whole table first.
  AND (n.parent_id IS NULL OR (SELECT true FROM snapshot p WHERE p.contribution_id = n.parent_id));

-- A case whose order the author is not told of yet is kept until they are.
CREATE OR REPLACE FUNCTION case_kept(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN referred(about)
        OR EXISTS (SELECT 1 FROM authority_order o WHERE o.case_id = about AND o.executed_at IS NOT NULL AND o.silent_until IS NOT NULL AND o.told_at IS NULL)
        OR EXISTS (SELECT 1 FROM case_file f LEFT JOIN contribution c ON c.contribution_id = f.contribution_id
            JOIN hold h ON h.status = 'open' AND h.kind = 'block'
                AND (h.case_id = f.case_id OR h.target_id IN (c.contribution_id, c.parent_id, f.space_id, f.photo_id)
                    OR h.target_id IN (SELECT unnest(e.photos) FROM evidence e WHERE e.case_id = f.case_id))
            WHERE goes_on(f.case_id) = about AND (f.case_id = about OR f.merged_into IS NOT NULL))
        OR EXISTS (SELECT 1 FROM case_link l JOIN case_file f ON f.case_id IN (l.one_id, l.other_id)
            WHERE about IN (l.one_id, l.other_id) AND f.case_id <> about AND f.status NOT IN ('closed', 'merged'));

-- awaited_by is what is masked or frozen until a human looks again, but for what is somebody's own cause
-- (R46): nothing that was taken down for good since, which was looked at. A case looks after what it has
-- masked.
CREATE FUNCTION awaited_by(who uuid) RETURNS SETOF hold LANGUAGE sql STABLE AS $$
    SELECT h.* FROM hold h WHERE h.status = 'open' AND h.until IS NOT NULL AND h.kind IN ('mask', 'freeze')
      AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.target_id = h.target_id AND o.status = 'open' AND o.kind IN ('withdraw', 'block'))
      AND NOT EXISTS (SELECT 1 FROM contribution c WHERE c.contribution_id = h.contribution_id AND c.author_id = who)
      AND NOT (h.case_id IS NOT NULL AND own_cause(h.case_id, who))
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
