-- A case with what acting on it needs. $1 the case, $2 who acts or NULL, $3 now, $4 how many reports.
WITH answering AS (
    SELECT s.owner_id AS person_id, 'owner' AS capacity, 1 AS turn FROM case_file f JOIN space s ON s.space_id = f.space_id
    WHERE f.case_id = $1 AND f.tenant_id = f.place_id AND belongs(f.tenant_id, s.owner_id, $3)
    UNION ALL SELECT s.backup_id, 'backup', 2 FROM case_file f JOIN space s ON s.space_id = f.space_id
    WHERE f.case_id = $1 AND f.tenant_id = f.place_id AND belongs(f.tenant_id, s.backup_id, $3)
    UNION ALL SELECT j.person_id, CASE WHEN f.tenant_id <> f.place_id THEN 'authority' WHEN j.directing THEN 'director' ELSE 'delegate' END,
        CASE WHEN j.directing THEN 3 ELSE 4 END
    FROM case_file f CROSS JOIN LATERAL judges_of(f.tenant_id, $3) j WHERE f.case_id = $1
)
SELECT jsonb_build_object(
    'case', to_jsonb(f) || jsonb_build_object('withdrawn', (
        SELECT u.photo_id FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1)),
    'roles', to_jsonb(roles_of($2::uuid, CASE WHEN f.tenant_id = f.place_id THEN f.space_id END, $3)),
    'above', a.above, 'above_name', coalesce(called(a.above), ''),
    'staff', staff_of(f.tenant_id, CASE WHEN f.tenant_id = f.place_id THEN f.space_id END, $3),
    'concerns', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'cause', x.cause)), '[]') FROM (
        SELECT c.person_id, c.cause FROM case_concern c WHERE c.case_id = f.case_id
        UNION SELECT k.person_id, k.cause FROM contribution n CROSS JOIN concerned_by(n.live_id, f.photo_id) k -- as it is now
            WHERE n.contribution_id = f.contribution_id AND f.tenant_id = f.place_id AND k.cause <> 'judged'
        UNION SELECT a.person_id, 'reporter' FROM (SELECT a.person_id FROM answering a UNION SELECT $2) a WHERE reported_by(f.case_id, a.person_id)
        UNION SELECT u.person_id, 'decided' FROM case_ruling u WHERE u.case_id = f.case_id) x),
    'reports', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.report_id), '[]') FROM (
        SELECT * FROM report r WHERE r.case_id = f.case_id ORDER BY r.report_id LIMIT $4) r),
    'reported_at', (SELECT max(r.reported_at) FROM report r WHERE r.case_id = f.case_id), 'tally', tally(f.case_id), 'masking', masking_of(f.case_id),
    'rulings', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ruling_id), '[]') FROM case_ruling u WHERE u.case_id = f.case_id),
    'reply', (SELECT to_jsonb(r) || jsonb_build_object('shown', reply_shown(r.case_id)) FROM reply r WHERE r.case_id = f.case_id),
    'photos', (SELECT coalesce(jsonb_agg(DISTINCT x.photo), '[]') FROM evidence e CROSS JOIN LATERAL unnest(e.photos) x (photo) WHERE e.case_id = f.case_id),
    'reach', (SELECT jsonb_build_object('email', l.facts ->> 'email', 'phone', l.facts ->> 'phone') FROM legal l WHERE l.tenant_id = f.tenant_id ORDER BY l.version DESC LIMIT 1),
    'holds', case_holds(f.case_id), 'press', case_press(f.case_id),
    'child', f.author_id IS NOT NULL AND NOT grown(f.author_id, ($3::timestamptz AT TIME ZONE (SELECT t.time_zone FROM tenant t WHERE t.tenant_id = f.tenant_id))::date),
    'published', (SELECT min((e.document::jsonb ->> 'published_at')::timestamptz) FROM evidence e WHERE e.case_id = f.case_id),
    'answerers', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'name', p.given_name || ' ' || p.family_name, 'as', x.capacity, 'directs', x.turn = 3)
            ORDER BY x.turn, x.person_id), '[]')
        FROM answering x JOIN person p ON p.person_id = x.person_id)
)
FROM case_file f CROSS JOIN judged_above($3) a (above)
WHERE f.case_id = $1 AND f.purged_at IS NULL
