-- Locks the contribution of a revision, and reads what screening it needs beside
-- the dossier. $1 revision, $2 the versions of word lists that the caller has, $3 now.
WITH locked AS (
    SELECT c.contribution_id, c.author_id FROM contribution c
    WHERE c.contribution_id = (SELECT r.contribution_id FROM revision r WHERE r.revision_id = $1)
    FOR NO KEY UPDATE
)
SELECT jsonb_build_object(
    'contribution', l.contribution_id,
    'lists', (SELECT coalesce(jsonb_agg(jsonb_build_object('word_list_id', w.word_list_id, 'version', w.version, 'name', w.name,
            'ground', w.ground, 'severity', w.severity, 'action', w.action,
            'words', CASE WHEN w.word_list_id || ':' || w.version = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb))) THEN '{}' ELSE w.words END)
            ORDER BY w.severity DESC, w.name), '[]')
        FROM word_list w),
    'former', (SELECT count(*) FROM (
        SELECT 1 FROM contribution f
        WHERE f.author_id = l.author_id AND f.published_at IS NOT NULL AND f.contribution_id <> l.contribution_id LIMIT 20) x),
    'recent', (SELECT coalesce(jsonb_agg(x.submitted_at), '[]') FROM (
        SELECT r.submitted_at FROM revision r
        WHERE r.author_id = l.author_id AND r.submitted_at IS NOT NULL ORDER BY r.submitted_at DESC LIMIT 60) x),
    'same', EXISTS (
        SELECT 1 FROM revision r JOIN revision o ON o.author_id = l.author_id AND o.submitted_at > $3::timestamptz - interval '1 day'
        WHERE r.revision_id = $1 AND o.contribution_id <> l.contribution_id AND length(r.plain) >= 40 AND o.plain = r.plain)
)
FROM locked l
