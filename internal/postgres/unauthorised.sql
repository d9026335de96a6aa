-- Texts that wait for an authorisation, for somebody who may record one (R36), the
-- oldest first. What is sealed is for nobody (R50). $1 who, $2 now, $3 how many.
WITH mine AS MATERIALIZED (
    SELECT s.space_id, s.title FROM space s
    WHERE EXISTS (SELECT 1 FROM revision r WHERE r.space_id = s.space_id AND r.status = 'awaiting_consent')
      AND roles_of($1, s.space_id, $2) && ARRAY['moderator', 'owner', 'backup', 'director']
)
SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.since, x.contribution), '[]') FROM (
    SELECT c.contribution_id AS contribution, r.title, c.byline, m.title AS space, r.decided_at AS since
    FROM mine m
    JOIN revision r ON r.space_id = m.space_id AND r.status = 'awaiting_consent'
    JOIN contribution c ON c.contribution_id = r.contribution_id
    WHERE c.author_id <> $1
      AND NOT EXISTS (SELECT 1 FROM hold h
        WHERE h.status = 'open' AND h.sealed AND h.target_id IN (c.contribution_id, c.parent_id, c.space_id))
    ORDER BY r.decided_at, c.contribution_id LIMIT $3
) x
