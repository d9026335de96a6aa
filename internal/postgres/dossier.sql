-- A contribution with all that acting on it needs to know. Its row is locked by
-- the statement before. $1 contribution, $2 who acts, $3 now.
SELECT jsonb_build_object(
    'contribution', to_jsonb(c),
    'space', to_jsonb(s) || jsonb_build_object('frozen', s.owner_id IS NULL OR EXISTS (
        SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind = 'freeze') OR EXISTS (
        SELECT 1 FROM halt x WHERE x.tenant_id = s.tenant_id AND x.ended_at IS NULL AND coalesce(x.space_id, s.space_id) = s.space_id)),
    'author', to_jsonb(a),
    'profile', (SELECT m.profile FROM membership m WHERE m.person_id = a.person_id
        ORDER BY (m.profile = 'pupil') DESC, (m.profile IN ('teacher', 'staff')) DESC, m.profile LIMIT 1),
    'standing', (SELECT to_jsonb(t) FROM (
        SELECT x.kind, upper(x.during) AS until FROM standing x WHERE x.person_id = a.person_id AND x.during @> $3::timestamptz
        ORDER BY (x.kind = 'suspended') DESC, upper(x.during) DESC LIMIT 1) t),
    'briefed_at', (SELECT max(b.read_at) FROM briefing b WHERE b.person_id = a.person_id),
    'in_audience', s.audience_group IS NOT NULL AND EXISTS (
        SELECT 1 FROM group_member g WHERE g.group_id = s.audience_group AND g.person_id = a.person_id),
    'submissions', (SELECT count(*) FROM revision r WHERE r.author_id = a.person_id AND r.submitted_at > $3::timestamptz - interval '1 hour'),
    'roles', to_jsonb(roles_of($2::uuid, s.space_id, $3)),
    'zone', t.zone, 'time_zone', t.time_zone,
    'settings', (SELECT coalesce(jsonb_object_agg(x.key, x.value), '{}') FROM setting x),
    'authorised', (SELECT coalesce(jsonb_agg(jsonb_build_object('authorisation', w.authorisation_id, 'revision', r.revision_id,
            'title', r.title, 'html', r.html)), '[]')
        FROM work_authorisation w JOIN revision r ON r.revision_id = w.revision_id
        WHERE w.contribution_id = c.contribution_id AND w.ended_at IS NULL),
    'collective', (SELECT to_jsonb(w) || jsonb_build_object('decider', trim(p.given_name || ' ' || p.family_name))
        FROM collective_work w JOIN person p ON p.person_id = w.decided_by WHERE w.contribution_id = c.contribution_id AND w.ended_at IS NULL),
    'evident_at', greatest(
        (SELECT max(d.decided_at) FROM decision d WHERE d.contribution_id = c.contribution_id AND d.action IN ('reject', 'revert')),
        (SELECT max(h.released_at) FROM hold h WHERE h.status = 'released' AND h.kind IN ('mask', 'withdraw', 'block')
            AND h.target_id IN (c.contribution_id, c.parent_id, s.space_id))),
    'kept', case_keeps(c.contribution_id),
    'holds', (SELECT coalesce(jsonb_agg(to_jsonb(h) || jsonb_build_object('hushed', hushed(h)) ORDER BY h.placed_at, h.hold_id), '[]') FROM hold h
        WHERE h.status = 'open' AND h.target_id IN (c.contribution_id, c.parent_id, s.space_id)),
    'revisions', (SELECT coalesce(jsonb_agg(to_jsonb(r) - 'plain' - 'excerpt' || jsonb_build_object('rejected_by', (
            SELECT d.person_id FROM decision d WHERE d.revision_id = r.revision_id AND d.action IN ('reject', 'revert')
            ORDER BY d.decided_at DESC LIMIT 1),
            'photos', (SELECT coalesce(jsonb_agg(jsonb_build_object('photo', u.photo_id, 'rendition', u.rendition_id) ORDER BY u.ordinal), '[]')
                FROM revision_photo u WHERE u.revision_id = r.revision_id),
            'suggesters', (SELECT coalesce(jsonb_agg(x.person_id), '[]') FROM revision_suggester x WHERE x.revision_id = r.revision_id),
            'signed', s.audience = 'public_web' AND coalesce((SELECT d.action = 'sign' FROM decision d
                WHERE d.revision_id = CASE WHEN r.derivation <> '' THEN r.based_on ELSE r.revision_id END AND d.action IN ('sign', 'refuse_signature', 'recall')
                ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT 1), false)) ORDER BY r.number), '[]')
        FROM revision r WHERE r.contribution_id = c.contribution_id AND (
            r.status NOT IN ('superseded', 'rejected', 'replaced', 'abandoned')
            OR r.number IN (SELECT max(f.number) FROM revision f
                WHERE f.contribution_id = c.contribution_id AND f.status IN ('superseded', 'rejected') GROUP BY f.status)))
)
FROM contribution c
JOIN space s ON s.space_id = c.space_id
JOIN person a ON a.person_id = c.author_id
JOIN tenant t ON t.tenant_id = c.tenant_id
WHERE c.contribution_id = $1
