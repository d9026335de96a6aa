-- The register of consents, the latest first. $1 before this consent or NULL, $2 how many,
-- $3 group, $4 request, $5 person, $6 status, $7 unanswered, $8 asked by; NULL, empty or
-- false leave it wide. $9 now, $10 who reads it.
SELECT coalesce(jsonb_agg(jsonb_build_object(
    'consent', to_jsonb(x), 'title', x.title, 'reference', x.reference, 'asked_by', x.asked_by, 'until', x.until,
    'person', x.given_name || ' ' || x.family_name, 'family', x.family,
    'class', coalesce((SELECT min(g.name) FROM group_member m JOIN groups g ON g.group_id = m.group_id
        WHERE m.person_id = x.person_id AND m.capacity = 'pupil' AND g.kind = 'class'), ''),
    'lines', (SELECT count(*) FROM consent_use u WHERE u.request_id = x.request_id),
    'guardianless', x.status = 'asked' AND NOT grown(x.person_id, ($9::timestamptz AT TIME ZONE t.time_zone)::date)
        AND NOT EXISTS (SELECT 1 FROM guardianship g WHERE g.pupil_id = x.person_id AND g.parental_authority
            AND g.during @> ($9::timestamptz AT TIME ZONE t.time_zone)::date),
    'covered', (SELECT count(*) FROM consent_cover k WHERE k.consent_id = x.consent_id AND k.ended_at IS NULL AND upper(k.valid) > $9::timestamptz),
    'waiting', (SELECT coalesce(jsonb_agg(r.reach ORDER BY w.n), '[]') FROM unnest(x.waiting) WITH ORDINALITY w (person_id, n)
        CROSS JOIN LATERAL (SELECT reach_document(x.consent_id, w.person_id, ($9::timestamptz AT TIME ZONE t.time_zone)::date) AS reach) r
        WHERE r.reach IS NOT NULL))
    ORDER BY x.consent_id DESC), '[]')
FROM (
    SELECT c.*, q.title, q.reference, q.asked_by, upper(q.valid) AS until, p.given_name, p.family_name, k.family
    FROM consent c JOIN consent_request q ON q.request_id = c.request_id JOIN person p ON p.person_id = c.person_id
    CROSS JOIN LATERAL (SELECT $10::uuid = ANY (family_of(c.person_id)) AS family) k
    WHERE ($1::uuid IS NULL OR c.consent_id < $1)
      AND ($3::uuid IS NULL OR c.person_id IN (SELECT m.person_id FROM group_member m WHERE m.group_id = $3))
      AND ($4::uuid IS NULL OR c.request_id = $4)
      AND ($5::uuid IS NULL OR c.person_id = $5)
      AND ($6 = '' OR c.status = $6)
      AND (NOT $7 OR c.status IN ('asked', 'granted') AND CASE WHEN k.family THEN $10 = ANY (c.waiting) ELSE c.waiting <> '{}' END)
      AND ($8::uuid IS NULL OR q.asked_by = $8)
    ORDER BY c.consent_id DESC LIMIT $2) x
JOIN tenant t ON t.tenant_id = x.tenant_id
