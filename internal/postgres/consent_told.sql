-- What a message about a consent speaks of. $1 the consent, $2 its version after the act,
-- $3 the act.
SELECT jsonb_build_object(
    'action', e.action, 'from', e.status_from, 'to', e.status_to, 'by', e.person_id, 'consent', c.consent_id, 'title', q.title, 'asker', q.asked_by,
    'waiting', to_jsonb(c.waiting), 'ends', upper(q.valid),
    'kin', kin_document(c.person_id, (e.at AT TIME ZONE t.time_zone)::date),
    'expected', (SELECT coalesce(jsonb_agg(x), '[]') FROM (
        SELECT DISTINCT r.contribution_id AS contribution, r.space_id AS space, r.title, r.author_id AS author, s.owner_id AS owner
        FROM depiction d JOIN request_photo p ON p.photo_id = d.photo_id AND p.request_id = c.request_id
        JOIN revision_photo u ON u.photo_id = d.photo_id JOIN revision r ON r.revision_id = u.revision_id AND r.status = 'awaiting_consent'
        JOIN space s ON s.space_id = r.space_id
        WHERE d.person_id = c.person_id AND d.outcome = 'person') x),
    'live', (SELECT coalesce(jsonb_agg(x), '[]') FROM (
        SELECT DISTINCT n.contribution_id AS contribution, n.space_id AS space, n.title, b.author_id AS author, s.owner_id AS owner
        FROM depiction d JOIN request_photo p ON p.photo_id = d.photo_id AND p.request_id = c.request_id
        JOIN revision_photo u ON u.photo_id = d.photo_id JOIN rendition v ON v.rendition_id = u.rendition_id AND NOT d.depiction_id = ANY (v.blurred)
        JOIN snapshot n ON n.revision_id = u.revision_id JOIN contribution b ON b.contribution_id = n.contribution_id
        JOIN consent_use y ON y.request_id = c.request_id AND y.space_id = n.space_id
        JOIN space s ON s.space_id = n.space_id
        WHERE d.person_id = c.person_id AND d.outcome = 'person') x))
FROM (
    SELECT a.action, a.status_from, a.status_to, a.at, w.person_id FROM audit_entry a LEFT JOIN audit_pseudonym w ON w.pseudonym = a.pseudonym
    WHERE a.subject_id = $1 AND a.subject_kind = 'consent' AND a.version = $2 AND a.action = $3 ORDER BY a.entry_id DESC LIMIT 1) e
JOIN consent c ON c.consent_id = $1
JOIN consent_request q ON q.request_id = c.request_id
JOIN tenant t ON t.tenant_id = c.tenant_id
