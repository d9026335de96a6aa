-- What waits for a person, in order. $1 who, $2 now, $3 space or NULL, $4 kind or '',
-- $5 reason or '', $6 to $9 the place after which to begin, $10 whether to leave out
-- what another has claimed, $11 a contribution to leave out or NULL, $12 how many.
WITH mine AS MATERIALIZED (
    SELECT q.space_id, q.waits_for, q.before FROM queue_of($1, $2) q
    WHERE ($3::uuid IS NULL OR q.space_id = $3) AND ($5 = '' OR q.waits_for = $5)
), own AS MATERIALIZED (
    -- What those wrote or suggested who come before the person: all that may fall to the person instead.
    SELECT DISTINCT w.* FROM (SELECT DISTINCT unnest(m.before) AS writer FROM mine m) b CROSS JOIN LATERAL (
        (SELECT r.revision_id, r.space_id, r.waits_for FROM revision r WHERE r.waits_for IS NOT NULL AND r.author_id = b.writer OFFSET 0)
        UNION
        (SELECT r.revision_id, r.space_id, r.waits_for FROM revision_suggester x JOIN revision r ON r.revision_id = x.revision_id
            WHERE r.waits_for IS NOT NULL AND x.person_id = b.writer OFFSET 0)
    ) w
), found AS (
    SELECT w.* FROM mine m CROSS JOIN LATERAL (
        SELECT r.revision_id, r.calm, r.due, r.narrow
        FROM revision r JOIN contribution c ON c.contribution_id = r.contribution_id
        WHERE r.space_id = m.space_id AND r.waits_for = m.waits_for AND /*wanted*/
        ORDER BY r.calm, r.due, r.narrow, r.revision_id LIMIT $12
    ) w
    WHERE m.before = '{}'
    UNION ALL
    SELECT r.revision_id, r.calm, r.due, r.narrow
    FROM mine m JOIN own o ON o.space_id = m.space_id AND o.waits_for = m.waits_for
    JOIN revision r ON r.revision_id = o.revision_id
    JOIN contribution c ON c.contribution_id = r.contribution_id
    WHERE m.before <> '{}' AND /*wanted*/
    ORDER BY calm, due, narrow, revision_id LIMIT $12
)
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'contribution', c.contribution_id, 'revision', r.revision_id, 'number', r.number, 'space', s.space_id, 'space_title', s.title,
    'kind', c.kind, 'title', r.title, 'excerpt', left(r.plain, 300), 'author', c.author_id,
    'given_name', a.given_name, 'family_name', a.family_name, 'reason', r.waits_for, 'severity', r.severity, 'reach', r.reach,
    'since', r.decided_at, 'target', r.target_at,
    'claim', (SELECT jsonb_build_object('person', l.person_id, 'given_name', p.given_name, 'family_name', p.family_name,
            'at', l.claimed_at, 'expires', l.expires_at)
        FROM claim l JOIN person p ON p.person_id = l.person_id WHERE l.contribution_id = c.contribution_id AND l.expires_at > $2)
) ORDER BY f.calm, f.due, f.narrow, f.revision_id), '[]')
FROM found f
JOIN revision r ON r.revision_id = f.revision_id
JOIN contribution c ON c.contribution_id = r.contribution_id
JOIN space s ON s.space_id = c.space_id
JOIN person a ON a.person_id = c.author_id
