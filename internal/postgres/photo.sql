-- A photo with all that acting on it needs to know, or, without one, what an upload needs.
-- Its row is locked by the statement before. $1 photo, $2 who acts, $3 now.
SELECT jsonb_build_object(
    'photo', to_jsonb(p),
    'depictions', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.y, d.x, d.depiction_id), '[]') FROM depiction d WHERE d.photo_id = p.photo_id),
    'names', (SELECT coalesce(jsonb_object_agg(n.person_id, trim(n.given_name || ' ' || n.family_name)), '{}')
        FROM person n WHERE n.person_id IN (SELECT d.person_id FROM depiction d WHERE d.photo_id = p.photo_id)),
    'renditions', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.created_at), '[]') FROM rendition r WHERE r.photo_id = p.photo_id
        AND EXISTS (SELECT 1 FROM rendition_file f WHERE f.rendition_id = r.rendition_id)),
    'tenant', to_jsonb(t),
    'settings', (SELECT coalesce(jsonb_object_agg(x.key, x.value), '{}') FROM setting x),
    -- What they are here, and in the spaces whose submitted texts show the photo.
    'roles', (SELECT coalesce(jsonb_agg(DISTINCT x.role), '[]') FROM (
        SELECT unnest(roles_of($2::uuid, NULL, $3)) AS role
        UNION ALL
        SELECT unnest(roles_of($2::uuid, s.space_id, $3)) FROM (
            SELECT DISTINCT v.space_id FROM revision_photo u JOIN revision v ON v.revision_id = u.revision_id WHERE u.photo_id = p.photo_id) s) x
        WHERE x.role <> 'author'),
    'sealed', (SELECT coalesce(jsonb_agg(DISTINCT u.rendition_id), '[]') FROM revision_photo u JOIN revision v ON v.revision_id = u.revision_id
        WHERE u.photo_id = p.photo_id AND roles_of($2::uuid, v.space_id, $3) && ARRAY['moderator', 'owner', 'backup']),
    'concerned', EXISTS (SELECT 1 FROM depiction d JOIN request_photo q ON q.photo_id = d.photo_id
        JOIN consent c ON c.request_id = q.request_id AND c.person_id = d.person_id
        WHERE d.photo_id = p.photo_id AND (d.person_id = $2::uuid OR EXISTS (SELECT 1 FROM guardianship g
            WHERE g.pupil_id = d.person_id AND g.guardian_id = $2::uuid AND g.parental_authority
                AND NOT grown(d.person_id, ($3::timestamptz AT TIME ZONE t.time_zone)::date)
                AND g.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date))),
    'standing', (SELECT to_jsonb(y) FROM (
        SELECT x.kind, upper(x.during) AS until FROM standing x WHERE x.person_id = coalesce(p.uploader_id, $2::uuid) AND x.during @> $3::timestamptz
        ORDER BY (x.kind = 'suspended') DESC, upper(x.during) DESC LIMIT 1) y),
    'pupil', EXISTS (SELECT 1 FROM membership m WHERE m.person_id = coalesce(p.uploader_id, $2::uuid) AND m.profile = 'pupil'),
    'recent', (SELECT count(*) FROM photo r WHERE r.uploader_id = coalesce(p.uploader_id, $2::uuid) AND r.created_at > $3::timestamptz - interval '1 hour' AND r.status <> ''),
    'used', EXISTS (SELECT 1 FROM revision_photo u JOIN revision v ON v.revision_id = u.revision_id
        WHERE u.photo_id = p.photo_id AND v.status NOT IN ('rejected', 'replaced', 'abandoned', 'superseded')),
    'kept', case_keeps(p.photo_id),
    'holds', (SELECT coalesce(jsonb_agg(to_jsonb(h) || jsonb_build_object('hushed', hushed(h)) ORDER BY h.placed_at, h.hold_id), '[]') FROM hold h WHERE h.status = 'open' AND h.target_id = p.photo_id)
)
FROM tenant t LEFT JOIN photo p ON p.photo_id = $1::uuid
WHERE t.tenant_id = current_tenant()
