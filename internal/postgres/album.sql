-- A group with the portraits that somebody took for its trombinoscope, and the consents
-- to it. $1 group, $2 the audience that it is made for, $3 who took them, $4 now.
SELECT jsonb_build_object('name', g.name, 'members', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('person', m.person_id, 'name', trim(p.given_name || ' ' || p.family_name), 'pupil', m.capacity = 'pupil',
            'consent', c.consent_id, 'status', coalesce(c.status, ''), 'request', c.request_id, 'taken_from', c.taken_from, 'taken_to', c.taken_to, 'decided', c.decided_at,
            'waiting', (SELECT coalesce(jsonb_agg(trim(w.given_name || ' ' || w.family_name)), '[]') FROM person w WHERE c.status = 'asked' AND w.person_id = ANY (c.waiting)
                AND (w.person_id = $3 OR $3::uuid <> ALL (family_of(m.person_id)))),
            'paper_status', coalesce(n.status, ''), 'paper_request', n.request_id, 'paper_decided', n.decided_at,
            'covered', EXISTS (SELECT 1 FROM consent_cover k WHERE k.person_id = m.person_id AND k.audience = $2 AND k.audience_group = g.group_id
                AND k.ended_at IS NULL AND k.valid @> $4::timestamptz),
            'photo', x.photo_id, 'taken', x.taken_on, 'uploaded', coalesce(x.created_at, 'epoch'),
            'joined', EXISTS (SELECT 1 FROM request_photo q WHERE q.request_id = c.request_id AND q.photo_id = x.photo_id), 'photo_status', coalesce(x.status, ''), 'photo_version', coalesce(x.version, 0), 'problem', coalesce(x.problem, ''),
            'alone', x.photo_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM depiction o WHERE o.photo_id = x.photo_id
                AND NOT (o.outcome = 'not_a_face' OR o.outcome = 'person' AND o.person_id = m.person_id)))
        ORDER BY m.capacity <> 'pupil', fold(p.family_name), fold(p.given_name), m.person_id), '[]')
    FROM group_member m JOIN person p ON p.person_id = m.person_id
    LEFT JOIN LATERAL (SELECT c.consent_id, c.status, c.request_id, c.waiting, c.decided_at, r.taken_from, r.taken_to FROM consent c
        JOIN consent_request r ON r.request_id = c.request_id
        JOIN consent_use u ON u.request_id = c.request_id AND u.space_id IS NULL AND u.audience_group = g.group_id AND u.audience = $2
        WHERE c.person_id = m.person_id ORDER BY c.asked_at DESC, c.generation DESC, c.consent_id DESC LIMIT 1) c ON true
    LEFT JOIN LATERAL (SELECT c.status, c.request_id, c.decided_at FROM consent c
        JOIN consent_use u ON u.request_id = c.request_id AND u.space_id IS NULL AND u.audience_group = g.group_id AND u.audience = 'print'
        WHERE c.person_id = m.person_id ORDER BY c.asked_at DESC, c.generation DESC, c.consent_id DESC LIMIT 1) n ON true
    LEFT JOIN LATERAL (SELECT f.* FROM photo f JOIN photo_series s ON s.series_id = f.series_id AND s.group_id = g.group_id AND s.created_by = $3
        WHERE f.status NOT IN ('', 'erased') AND EXISTS (SELECT 1 FROM depiction d WHERE d.photo_id = f.photo_id AND d.person_id = m.person_id)
        ORDER BY f.photo_id DESC LIMIT 1) x ON true
    WHERE m.group_id = g.group_id AND m.capacity IN ('pupil', 'staff') AND belongs(g.tenant_id, m.person_id, $4)))
FROM groups g WHERE g.group_id = $1
