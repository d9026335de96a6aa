-- Counts what waits for a person, each up to $3, and their unread notices. $1 who, $2 now.
WITH mine AS MATERIALIZED (
    SELECT q.space_id, q.waits_for, q.before FROM queue_of($1, $2) q
), own AS MATERIALIZED ( -- as in the queue
    SELECT DISTINCT w.* FROM (SELECT DISTINCT unnest(m.before) AS writer FROM mine m) b CROSS JOIN LATERAL (
        (SELECT r.revision_id, r.space_id, r.waits_for FROM revision r WHERE r.waits_for IS NOT NULL AND r.author_id = b.writer OFFSET 0)
        UNION
        (SELECT r.revision_id, r.space_id, r.waits_for FROM revision_suggester x JOIN revision r ON r.revision_id = x.revision_id
            WHERE r.waits_for IS NOT NULL AND x.person_id = b.writer OFFSET 0)
    ) w
), found AS (
    SELECT m.waits_for FROM mine m CROSS JOIN LATERAL (
        SELECT 1 FROM revision r JOIN contribution c ON c.contribution_id = r.contribution_id
        WHERE r.space_id = m.space_id AND r.waits_for = m.waits_for AND /*waiting*/
        ORDER BY r.calm, r.due, r.narrow, r.revision_id LIMIT $3
    ) w
    WHERE m.before = '{}'
    UNION ALL
    SELECT m.waits_for
    FROM mine m JOIN own o ON o.space_id = m.space_id AND o.waits_for = m.waits_for
    JOIN revision r ON r.revision_id = o.revision_id
    JOIN contribution c ON c.contribution_id = r.contribution_id
    WHERE m.before <> '{}' AND /*waiting*/
)
SELECT jsonb_build_object(
    'review', least($3, count(*) FILTER (WHERE f.waits_for = 'review')),
    'look', least($3, count(*) FILTER (WHERE f.waits_for = 'look')),
    'signature', least($3, count(*) FILTER (WHERE f.waits_for = 'signature')),
    'notices', (SELECT count(*) FROM (SELECT 1 FROM notice x WHERE x.person_id = $1 AND x.read_at IS NULL LIMIT $3) u))
FROM found f
