-- A consent with all that acting on it needs. Its row is locked by the statement before.
-- $1 consent, $2 who acts or NULL, $3 now.
SELECT jsonb_build_object(
    'consent', to_jsonb(c),
    'request', request_document(c.request_id),
    'kin', kin_document(c.person_id, ($3::timestamptz AT TIME ZONE t.time_zone)::date),
    'answers', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.answered_at, a.answer_id), '[]') FROM consent_answer a
        WHERE a.consent_id = c.consent_id AND a.ended_at IS NULL),
    'covers', (SELECT coalesce(jsonb_agg(to_jsonb(k) || jsonb_build_object('from', lower(k.valid), 'until', upper(k.valid)) ORDER BY k.cover_id), '[]')
        FROM consent_cover k WHERE k.consent_id = c.consent_id AND k.ended_at IS NULL),
    'papers', (SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.recorded_at, p.paper_id), '[]') FROM consent_paper p WHERE p.consent_id = c.consent_id),
    'roles', to_jsonb(roles_of($2::uuid, NULL, $3)))
FROM consent c JOIN tenant t ON t.tenant_id = c.tenant_id
WHERE c.consent_id = $1
