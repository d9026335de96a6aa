-- A letter with all that writing it needs. Who reported something is not named in it: it is kept (R44).
-- $1 the letter, $2 now.
SELECT jsonb_build_object(
    'letter', to_jsonb(l), 'name', coalesce(p.given_name || ' ' || p.family_name, ''), 'email', coalesce(p.email, CASE WHEN r.disowned_at IS NULL THEN r.email END, ''),
    'language', coalesce(p.language, r.language, 'fr'),
    'minor', p.person_id IS NOT NULL AND NOT grown(p.person_id, ($2::timestamptz AT TIME ZONE t.time_zone)::date),
    'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'kind', i.kind, 'consent', c.consent_id, 'person', c.person_id, 'given', coalesce(k.given_name, ''), 'title', coalesce(q.title, ''),
            'case', i.case_id, 'report', i.report_id, 'reference', i.reference,
            'until', coalesce(f.due_at, (SELECT max(upper(v.valid)) FROM consent_cover v WHERE v.consent_id = c.consent_id AND v.ended_at IS NULL AND upper(v.valid) > $2)),
            'awaited', coalesce(c.status IN ('asked', 'granted') AND i.person_id = ANY (c.waiting), false),
            'stands', coalesce(CASE i.kind
                    WHEN 'case_unacknowledged' THEN f.status <> 'merged' AND EXISTS (SELECT 1 FROM report o WHERE o.case_id = f.case_id
                        AND NOT EXISTS (SELECT 1 FROM case_letter w WHERE w.report_id = o.report_id AND w.kind = 'receipt'))
                    WHEN 'case_unreferred' THEN f.status <> 'merged' AND NOT EXISTS (SELECT 1 FROM referral o WHERE o.case_id = f.case_id)
                    ELSE f.status NOT IN ('decided', 'closed', 'merged') AND (i.kind IN ('case_due', 'case_overdue') OR coalesce(f.assignee_id = i.person_id, true)) END, false)
                OR coalesce(c.status NOT IN ('revoked', 'expired', 'superseded'), false) AND EXISTS (SELECT 1 FROM consent_answer a
                WHERE a.consent_id = c.consent_id AND a.signatory_id = i.person_id AND a.ended_at IS NULL AND NOT a.revoked)) ORDER BY i.at, c.consent_id, i.cause), '[]')
        FROM letter_item i LEFT JOIN case_file f ON f.case_id = i.case_id LEFT JOIN consent c ON c.consent_id = i.consent_id LEFT JOIN consent_request q ON q.request_id = c.request_id
        LEFT JOIN person k ON k.person_id = c.person_id
        WHERE i.letter_id = l.letter_id))
FROM letter l JOIN tenant t ON t.tenant_id = l.tenant_id LEFT JOIN person p ON p.person_id = l.person_id LEFT JOIN report r ON r.report_id = l.report_id
WHERE l.letter_id = $1
