-- Counts what waits for a person, each up to $3, and their unread notices. $1 who, $2 now.
WITH waiting AS (
    SELECT m.waits_for, least($3, sum(n.n)) AS n FROM queue_of($1, $2) m CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM (
            SELECT 1 FROM revision r JOIN contribution c ON c.contribution_id = r.contribution_id
            WHERE r.space_id = m.space_id AND r.waits_for = m.waits_for
              AND /*waiting*/
            LIMIT $3) x
    ) n
    GROUP BY m.waits_for
)
SELECT jsonb_build_object(
    'review', (SELECT w.n FROM waiting w WHERE w.waits_for = 'review'),
    'look', (SELECT w.n FROM waiting w WHERE w.waits_for = 'look'),
    'signature', (SELECT w.n FROM waiting w WHERE w.waits_for = 'signature'),
    'notices', (SELECT count(*) FROM (SELECT 1 FROM notice x WHERE x.person_id = $1 AND x.read_at IS NULL LIMIT $3) u))
