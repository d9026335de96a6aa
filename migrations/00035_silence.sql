-- What an authority wants nobody to be told of yet (R48), what waits for somebody to look (R26, R42), and
-- a reply that outlives its message (R57).

-- +goose Up
-- +goose StatementBegin
-- hushed tells that a block is by an order of which its authority wants silence, and that the silence
-- is not over: whoever does not direct sees what an interim mask looks like.
CREATE FUNCTION hushed(h hold) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN h.kind = 'block' AND EXISTS (SELECT 1 FROM authority_order o JOIN case_file f ON f.case_id = o.case_id
        WHERE o.case_id = h.case_id AND f.place_id = current_tenant() AND o.silent_until IS NOT NULL AND o.told_at IS NULL);
REVOKE EXECUTE ON FUNCTION hushed(hold) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hushed(hold) TO imprimatur_app, imprimatur_reader;

-- hushed_orders are the orders of which their authority wants a silence that is not over: of what somebody
-- wrote or uploaded, or all of them for nobody. One that was never executed is no secret after its time.
CREATE FUNCTION hushed_orders(whose uuid, moment timestamptz) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT o.case_id FROM authority_order o JOIN case_file f ON f.case_id = o.case_id
    WHERE current_tenant() IN (f.place_id, f.tenant_id) AND o.silent_until IS NOT NULL AND o.told_at IS NULL
      AND (o.executed_at IS NOT NULL OR o.silent_until > moment) AND (whose IS NULL OR f.author_id = whose);
END;
REVOKE EXECUTE ON FUNCTION hushed_orders(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hushed_orders(uuid, timestamptz) TO imprimatur_app;

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

-- A case whose order the author is not told of yet is kept until they are; one whose reply readers see, until
-- that is ended, which nobody could of a case that is forgotten.
CREATE OR REPLACE FUNCTION case_kept(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN referred(about)
        OR EXISTS (SELECT 1 FROM inserted_reply i WHERE i.case_id = about AND i.shown_until IS NULL)
        OR EXISTS (SELECT 1 FROM authority_order o WHERE o.case_id = about AND o.executed_at IS NOT NULL AND o.silent_until IS NOT NULL AND o.told_at IS NULL)
        OR EXISTS (SELECT 1 FROM case_file f LEFT JOIN contribution c ON c.contribution_id = f.contribution_id
            JOIN hold h ON h.status = 'open' AND h.kind = 'block'
                AND (h.case_id = f.case_id OR h.target_id IN (c.contribution_id, c.parent_id, f.space_id, f.photo_id)
                    OR h.target_id IN (SELECT unnest(e.photos) FROM evidence e WHERE e.case_id = f.case_id))
            WHERE goes_on(f.case_id) = about AND (f.case_id = about OR f.merged_into IS NOT NULL))
        OR EXISTS (SELECT 1 FROM case_link l JOIN case_file f ON f.case_id IN (l.one_id, l.other_id)
            WHERE about IN (l.one_id, l.other_id) AND f.case_id <> about AND f.status NOT IN ('closed', 'merged'));

-- awaited_by is what is masked or frozen until a human looks again, but for what is somebody's own cause
-- (R46): nothing that was taken down for good since, which was looked at; a silent block is no such thing yet
-- (R48). A case looks after what it has masked.
CREATE FUNCTION awaited_by(who uuid) RETURNS SETOF hold LANGUAGE sql STABLE AS $$
    SELECT h.* FROM hold h WHERE h.status = 'open' AND h.until IS NOT NULL AND h.kind IN ('mask', 'freeze')
      AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.target_id = h.target_id AND o.status = 'open' AND (o.kind = 'withdraw' OR o.kind = 'block' AND NOT hushed(o)))
      AND NOT EXISTS (SELECT 1 FROM contribution c WHERE c.contribution_id = h.contribution_id AND c.author_id = who)
      AND NOT (h.case_id IS NOT NULL AND own_cause(h.case_id, who))
$$;

ALTER TABLE inserted_reply ADD COLUMN parent_id uuid; -- of its message
UPDATE inserted_reply i SET parent_id = c.parent_id FROM contribution c WHERE c.contribution_id = i.contribution_id AND c.parent_id IS NOT NULL;
CREATE INDEX inserted_reply_below ON inserted_reply (parent_id) WHERE shown_until IS NULL;
CREATE OR REPLACE FUNCTION insert_reply(about uuid, moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    INSERT INTO inserted_reply (case_id, tenant_id, contribution_id, parent_id, reference, name, body, hash, shown_from)
    SELECT f.case_id, f.place_id, f.contribution_id, c.parent_id, f.reference, r.name, r.body, r.hash, moment
    FROM case_file f JOIN reply r ON r.case_id = f.case_id JOIN contribution c ON c.contribution_id = f.contribution_id
    WHERE f.case_id = about AND f.place_id = current_tenant() AND f.kind = 'reply' AND f.verdict = 'inserted'
    ON CONFLICT DO NOTHING RETURNING contribution_id;
END;

-- reply_shown is when readers began to see a reply, when they ceased to, and for how many seconds they did not
-- in between, with its message masked or blocked: for whoever handles it, and for the establishment of the message.
CREATE OR REPLACE FUNCTION reply_shown(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('from', i.shown_from, 'until', i.shown_until, 'hidden', (
            SELECT coalesce(sum(extract(epoch FROM upper(span) - lower(span))), 0)::bigint FROM unnest((
                SELECT coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'block' OR h.sealed), '{}') + (coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'mask'), '{}')
                    - coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'withdraw'), '{}')) -- what is withdrawn for good leaves the reply to be seen
                FROM (SELECT h.kind, h.sealed, tstzrange(greatest(h.placed_at, i.shown_from), coalesce(h.released_at, 'infinity')) AS span FROM hold h
                    WHERE h.target_id IN (c.contribution_id, c.parent_id, c.space_id) AND (h.kind = 'withdraw' OR h.released_at > i.shown_from)
                      AND coalesce(h.released_at, 'infinity') > greatest(h.placed_at, i.shown_from)) h)) span))
        FROM inserted_reply i JOIN case_file f ON f.case_id = i.case_id JOIN contribution c ON c.contribution_id = i.contribution_id
        WHERE i.case_id = about AND current_tenant() IN (f.tenant_id, f.place_id));

-- What readers see of replies: whoever may read the space of the message (R57). A reply has the visibility of
-- its message: what hides that for a while (a mask), or by order of an authority (R48), and what nobody may see
-- (R50), takes it along, and it comes back with its message. What ends the message does not end the reply: it
-- stays, with the dates of the message, when that is withdrawn, archived, reverted to nothing or purged, or
-- is below something that is (décret 2007-1527, art. 4). Edits do nothing to it.
CREATE OR REPLACE VIEW reading_reply WITH (security_barrier) AS
SELECT i.contribution_id AS answered, i.case_id AS reply_id, i.reference, i.name, i.body, i.hash, i.shown_from, c.published_at AS message_at,
    coalesce(x.since, CASE WHEN NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.contribution_id = c.contribution_id) OR c.parent_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM snapshot n WHERE n.contribution_id = c.parent_id)
        THEN (SELECT max(d.decided_at) FROM decision d WHERE d.contribution_id IN (c.contribution_id, c.parent_id) AND d.action = 'revert') END) AS message_until
FROM inserted_reply i
JOIN contribution c ON c.contribution_id = i.contribution_id AND c.tenant_id = i.tenant_id
JOIN readable_space s ON s.space_id = c.space_id AND s.tenant_id = c.tenant_id
CROSS JOIN LATERAL (
    SELECT min(h.placed_at) AS since, coalesce(bool_or(h.kind = 'block' OR h.sealed) OR bool_or(h.kind = 'mask') AND NOT bool_or(h.kind = 'withdraw'), false) AS hidden
    FROM hold h WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[c.contribution_id, c.parent_id])) x
WHERE i.tenant_id = current_tenant() AND i.shown_until IS NULL AND NOT x.hidden;

-- The place of a message that is not there any more and has a reply: where that stays to be read.
CREATE OR REPLACE VIEW reading_replied WITH (security_barrier) AS
SELECT c.contribution_id, c.tenant_id, c.space_id, i.parent_id, c.kind, s.scope, s.slug AS space_slug, s.title AS space_title,
    s.kind AS space_kind, CASE WHEN x.archived THEN 'archived' ELSE 'unpublished' END AS exposure, n.number, c.published_at, coalesce(n.updated_at, c.published_at) AS updated_at,
    ''::text AS slug, ''::text AS title, ''::text AS html, ''::text AS excerpt, '[]'::jsonb AS attributions, ''::text AS byline, NULL::bytea AS hash,
    coalesce(n.language, 'fr') AS language, coalesce(n.reviewed, false) AS reviewed,
    s.description AS space_description, s.mode AS space_mode, s.audience AS space_audience, s.status AS space_status
FROM (SELECT DISTINCT contribution_id, tenant_id, parent_id FROM inserted_reply WHERE tenant_id = current_tenant() AND shown_until IS NULL) i
JOIN contribution c ON c.contribution_id = i.contribution_id AND c.tenant_id = i.tenant_id
JOIN readable_space s ON s.space_id = c.space_id AND s.tenant_id = c.tenant_id
LEFT JOIN snapshot n ON n.contribution_id = c.contribution_id
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(h.kind = 'archive'), false) AS archived,
        coalesce(bool_or(h.kind = 'block' OR h.sealed) OR bool_or(h.kind = 'mask') AND NOT bool_or(h.kind = 'withdraw'), false) AS hidden
    FROM hold h WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[c.contribution_id, c.parent_id])) x
WHERE NOT x.hidden AND NOT EXISTS (SELECT 1 FROM readable_snapshot r WHERE r.contribution_id = c.contribution_id);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
