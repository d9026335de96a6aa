-- What the stop button stopped (R26). $1 who looks, $2 now, $3 a hold, or NULL: what is open and waits.
SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.hold ->> 'until', x.hold ->> 'hold_id'), '[]') FROM (
    SELECT to_jsonb(h) AS hold, c.contribution_id, c.live_id, s.space_id, s.title AS space_title,
        CASE WHEN c.contribution_id IS NULL THEN '' ELSE coalesce(nullif(r.title, ''), nullif(above.title, ''), r.excerpt, '') END AS title,
        trim(concat_ws(' ', p.given_name, p.family_name)) AS stopped_by, to_jsonb(roles_of($1::uuid, s.space_id, $2)) AS roles
    FROM hold h
    LEFT JOIN contribution c ON c.contribution_id = h.contribution_id
    LEFT JOIN contribution parent ON parent.contribution_id = c.parent_id
    LEFT JOIN revision r ON r.revision_id = c.live_id
    LEFT JOIN revision above ON above.revision_id = parent.live_id
    LEFT JOIN person p ON p.person_id = h.placed_by
    JOIN space s ON s.space_id = coalesce(h.space_id, c.space_id)
    WHERE CASE WHEN $3::uuid IS NOT NULL THEN h.hold_id = $3
        ELSE h.status = 'open' AND h.until IS NOT NULL AND h.case_id IS NULL AND stopped(h) END
      AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.target_id IN (c.contribution_id, c.parent_id) AND o.status = 'open' AND o.sealed)
    LIMIT 200) x
