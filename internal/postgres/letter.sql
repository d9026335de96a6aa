-- A letter with all that writing it needs. $1 the letter, $2 now.
SELECT jsonb_build_object(
    'letter', to_jsonb(l), 'name', p.given_name || ' ' || p.family_name, 'email', p.email, 'language', p.language,
    'minor', NOT grown(p.person_id, ($2::timestamptz AT TIME ZONE t.time_zone)::date),
    'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', i.kind, 'consent', c.consent_id, 'person', c.person_id, 'given', coalesce(k.given_name, ''), 'title', q.title,
            'until', (SELECT max(upper(v.valid)) FROM consent_cover v WHERE v.consent_id = c.consent_id AND v.ended_at IS NULL AND upper(v.valid) > $2),
            'awaited', c.status IN ('asked', 'granted') AND i.person_id = ANY (c.waiting),
            'stands', c.status NOT IN ('revoked', 'expired', 'superseded') AND EXISTS (SELECT 1 FROM consent_answer a
                WHERE a.consent_id = c.consent_id AND a.signatory_id = i.person_id AND a.ended_at IS NULL AND NOT a.revoked)) ORDER BY i.at, c.consent_id, i.cause), '[]')
        FROM letter_item i JOIN consent c ON c.consent_id = i.consent_id JOIN consent_request q ON q.request_id = c.request_id
        LEFT JOIN person k ON k.person_id = c.person_id
        WHERE i.letter_id = l.letter_id))
FROM letter l JOIN person p ON p.person_id = l.person_id JOIN tenant t ON t.tenant_id = l.tenant_id
WHERE l.letter_id = $1
