-- What one author has written, newest first, with where each text stands. A
-- moderator's suggestion lends it neither title nor time.
SELECT c.*, s.title AS space_title, s.slug AS space_slug, s.mode,
    coalesce(x.title, '') AS title, coalesce(x.excerpt, '') AS excerpt, coalesce(x.touched_at, c.created_at) AS touched_at,
    coalesce(x.draft, false) AS draft, coalesce(x.suggested, false) AS suggested, coalesce(x.open, '') AS open,
    coalesce(x.last, '') AS last, coalesce(x.reviewed, false) AS reviewed, x.target_at, x.publish_at,
    coalesce(h.kinds, '') AS holds
FROM contribution c
JOIN space s ON s.space_id = c.space_id
CROSS JOIN LATERAL (
    SELECT
        (array_agg(r.title ORDER BY r.updated_at DESC) FILTER (WHERE r.suggested_by IS NULL))[1] AS title,
        (array_agg(left(r.plain, 200) ORDER BY r.updated_at DESC) FILTER (WHERE r.suggested_by IS NULL))[1] AS excerpt,
        greatest(max(r.updated_at) FILTER (WHERE r.suggested_by IS NULL), max(r.decided_at)) AS touched_at,
        bool_or(r.status = 'draft' AND r.suggested_by IS NULL) AS draft,
        bool_or(r.status = 'draft' AND r.suggested_by IS NOT NULL) AS suggested,
        max(r.status) FILTER (WHERE o.open) AS open,
        (array_agg(r.status ORDER BY r.number DESC) FILTER (WHERE r.number IS NOT NULL))[1] AS last,
        bool_or(r.reviewed_at IS NOT NULL) FILTER (WHERE r.status = 'live') AS reviewed,
        max(r.target_at) FILTER (WHERE o.open) AS target_at,
        max(r.publish_at) FILTER (WHERE o.open) AS publish_at
    FROM revision r
    CROSS JOIN LATERAL (SELECT r.status IN ('submitted', 'in_review', 'changes_requested', 'awaiting_signature', 'awaiting_consent', 'scheduled') AS open) o
    WHERE r.contribution_id = c.contribution_id
) x
CROSS JOIN LATERAL (
    SELECT string_agg(CASE WHEN hushed(h) THEN 'mask' ELSE h.kind END, ',') AS kinds FROM hold h
    WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[c.contribution_id, c.parent_id, c.space_id])
) h
WHERE c.author_id = @author AND (NOT @further OR (c.created_at, c.contribution_id) < (@at, @contribution))
    -- R50: what is sealed is seen by nobody, its author included.
    AND NOT EXISTS (SELECT 1 FROM hold q WHERE q.target_id IN (c.contribution_id, c.parent_id, c.space_id) AND q.status = 'open' AND q.sealed)
ORDER BY c.created_at DESC, c.contribution_id DESC
LIMIT @limit
