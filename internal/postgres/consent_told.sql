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
        WHERE d.person_id = c.person_id AND d.outcome = 'person') x),
    -- What a no to some uses stops, where it has just been said or has just come to count.
    'stopped', (SELECT coalesce(jsonb_agg(x), '[]') FROM (
        SELECT DISTINCT r.contribution_id AS contribution, r.space_id AS space, r.title, r.author_id AS author, s.owner_id AS owner
        FROM declined_use y JOIN depiction d ON d.photo_id = y.photo_id AND d.person_id = y.person_id AND d.outcome = 'person' AND y.medium = ANY (d.media)
        JOIN revision_photo u ON u.photo_id = y.photo_id JOIN revision r ON r.revision_id = u.revision_id AND r.status = 'awaiting_consent'
        JOIN space s ON s.space_id = r.space_id AND s.space_id = y.space_id AND s.audience = y.audience
            AND s.audience_group IS NOT DISTINCT FROM y.audience_group AND s.audience_ent IS NOT DISTINCT FROM y.audience_ent
        WHERE y.consent_id = c.consent_id AND (e.status_from <> e.status_to OR y.signatory_id = e.person_id OR y.paper_id IS NOT NULL)) x),
    'gone', (SELECT coalesce(jsonb_agg(x), '[]') FROM (
        SELECT DISTINCT n.contribution_id AS contribution, n.space_id AS space, n.title, b.author_id AS author, s.owner_id AS owner
        FROM declined_use y JOIN depiction d ON d.photo_id = y.photo_id AND d.person_id = y.person_id AND d.outcome = 'person' AND y.medium = ANY (d.media)
        JOIN revision_photo u ON u.photo_id = y.photo_id
        JOIN rendition v ON v.rendition_id = u.rendition_id AND NOT (y.medium = 'image' AND d.depiction_id = ANY (v.blurred))
        JOIN snapshot n ON n.revision_id = u.revision_id JOIN contribution b ON b.contribution_id = n.contribution_id
        JOIN space s ON s.space_id = n.space_id AND s.space_id = y.space_id AND s.audience = y.audience
            AND s.audience_group IS NOT DISTINCT FROM y.audience_group AND s.audience_ent IS NOT DISTINCT FROM y.audience_ent
        WHERE y.consent_id = c.consent_id AND y.said_in = c.consent_id AND (y.signatory_id = e.person_id OR y.paper_id IS NOT NULL)
          AND EXISTS (SELECT 1 FROM consent_cover k JOIN request_photo p ON p.request_id = k.request_id AND p.photo_id = y.photo_id
            WHERE k.person_id = y.person_id AND k.medium = y.medium AND k.space_id = y.space_id AND k.audience = y.audience
                AND k.audience_group IS NOT DISTINCT FROM y.audience_group AND k.audience_ent IS NOT DISTINCT FROM y.audience_ent
                AND coalesce(k.ended_at >= e.at, true) AND k.valid @> e.at)) x))
FROM (
    SELECT a.action, a.status_from, a.status_to, a.at, w.person_id FROM audit_entry a LEFT JOIN audit_pseudonym w ON w.pseudonym = a.pseudonym
    WHERE a.subject_id = $1 AND a.subject_kind = 'consent' AND a.version = $2 AND a.action = $3 ORDER BY a.entry_id DESC LIMIT 1) e
JOIN consent c ON c.consent_id = $1
JOIN consent_request q ON q.request_id = c.request_id
JOIN tenant t ON t.tenant_id = c.tenant_id
