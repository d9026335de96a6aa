-- A reply is ended by whoever has its case in hand, the authority above among them (R57).

-- +goose Up
-- +goose StatementBegin
-- message_stood is for how many seconds the message of a reply stood until it went for good: it, or what it is
-- below, was withdrawn, archived or reverted to nothing. NULL while it is there, or hidden by what may end, as
-- with all of its space, or in a pause of what is public: then readers do not see the reply either.
CREATE FUNCTION message_stood(c contribution) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT extract(epoch FROM least(x.since, r.reverted) - c.published_at)::bigint
        FROM (SELECT min(h.placed_at) FILTER (WHERE h.kind IN ('withdraw', 'archive')) AS since,
                coalesce(bool_or(h.kind = 'block' OR h.sealed OR h.target_id = c.space_id) OR bool_or(h.kind = 'mask') AND NOT bool_or(h.kind = 'withdraw'), false) AS hidden
            FROM hold h WHERE h.status = 'open' AND h.kind <> 'freeze' AND h.target_id IN (c.contribution_id, c.parent_id, c.space_id)) x
        CROSS JOIN (SELECT min(e.at) AS reverted FROM (
            SELECT max(d.decided_at) AS at FROM decision d WHERE d.action = 'revert' AND d.contribution_id IN (c.contribution_id, c.parent_id)
              AND NOT EXISTS (SELECT 1 FROM snapshot n WHERE n.contribution_id = d.contribution_id) GROUP BY d.contribution_id) e) r
        WHERE NOT x.hidden AND NOT EXISTS (SELECT 1 FROM public_pause p JOIN space s ON s.space_id = c.space_id AND s.audience = 'public_web'
            WHERE p.tenant_id = c.tenant_id AND p.ended_at IS NULL));
REVOKE EXECUTE ON FUNCTION message_stood(contribution) FROM PUBLIC;

-- reply_shown, with for how long its message stood.
CREATE OR REPLACE FUNCTION reply_shown(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('from', i.shown_from, 'until', i.shown_until, 'stood', message_stood(c), 'hidden', (
            SELECT coalesce(sum(extract(epoch FROM upper(span) - lower(span))), 0)::bigint FROM unnest((
                SELECT coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'block' OR h.sealed OR h.space), '{}') + (coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'mask'), '{}')
                    - coalesce(range_agg(h.span) FILTER (WHERE h.kind = 'withdraw' AND NOT h.space), '{}')) -- what is withdrawn for good leaves the reply to be seen
                FROM (SELECT h.kind, h.sealed, h.target_id = c.space_id AS space, tstzrange(greatest(h.placed_at, i.shown_from), coalesce(h.released_at, 'infinity')) AS span FROM hold h
                    WHERE h.target_id IN (c.contribution_id, c.parent_id, c.space_id) AND h.kind <> 'freeze'
                      AND (h.kind = 'withdraw' AND h.target_id <> c.space_id OR h.released_at > i.shown_from)
                      AND coalesce(h.released_at, 'infinity') > greatest(h.placed_at, i.shown_from)
                    UNION ALL SELECT 'block', false, true, tstzrange(greatest(p.since, i.shown_from), p.ended_at)
                    FROM public_pause p JOIN space s ON s.space_id = c.space_id AND s.audience = 'public_web'
                    WHERE p.tenant_id = i.tenant_id AND p.ended_at > i.shown_from) h)) span))
        FROM inserted_reply i JOIN case_file f ON f.case_id = i.case_id JOIN contribution c ON c.contribution_id = i.contribution_id
        WHERE i.case_id = about AND current_tenant() IN (f.tenant_id, f.place_id));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
