-- What was stopped or masked, and waits for a look of its own (R26, R42): a case looks after what it has
-- masked, and what is sealed is on the desk of who directs. $1 who looks, $2 now, $3 a hold, or NULL: what waits.
SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.hold ->> 'until', x.hold ->> 'hold_id'), '[]') FROM (
    SELECT to_jsonb(h) AS hold, c.contribution_id, c.live_id, h.photo_id, s.space_id, coalesce(s.title, '') AS space_title,
        CASE WHEN c.contribution_id IS NULL THEN coalesce(f.name, '') ELSE coalesce(nullif(r.title, ''), nullif(above.title, ''), r.excerpt, '') END AS title,
        trim(concat_ws(' ', p.given_name, p.family_name)) AS stopped_by, to_jsonb(roles_of($1::uuid, s.space_id, $2)) AS roles
    FROM hold h
    LEFT JOIN contribution c ON c.contribution_id = h.contribution_id
    LEFT JOIN contribution parent ON parent.contribution_id = c.parent_id
    LEFT JOIN revision r ON r.revision_id = c.live_id
    LEFT JOIN revision above ON above.revision_id = parent.live_id
    LEFT JOIN person p ON p.person_id = h.placed_by
    LEFT JOIN photo f ON f.photo_id = h.photo_id
    LEFT JOIN space s ON s.space_id = coalesce(h.space_id, c.space_id)
    WHERE CASE WHEN $3::uuid IS NOT NULL THEN h.hold_id = $3
        ELSE h.hold_id IN (SELECT a.hold_id FROM awaited_by($1) a WHERE a.case_id IS NULL) END
      AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.target_id IN (c.contribution_id, c.parent_id, h.photo_id) AND o.status = 'open' AND o.sealed)
    LIMIT 200) x
