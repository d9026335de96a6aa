-- A space with all that acting on it needs to know. Its row is locked by the
-- statement before. $1 space (NULL: one that is to be created), $2 who acts,
-- $3 persons and $5 groups that the act names, $4 now, $6 the kinds that are works.
SELECT jsonb_build_object(
    'space', to_jsonb(s) || jsonb_build_object('frozen', s.owner_id IS NULL OR EXISTS (
        SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind = 'freeze') OR EXISTS (
        SELECT 1 FROM halt x WHERE x.tenant_id = s.tenant_id AND x.ended_at IS NULL AND coalesce(x.space_id, s.space_id) = s.space_id)),
    'tenant', to_jsonb(t),
    'settings', (SELECT coalesce(jsonb_object_agg(x.key, x.value), '{}') FROM setting x),
    'roles', to_jsonb(roles_of($2::uuid, s.space_id, $4)),
    'holds', (SELECT coalesce(jsonb_agg(to_jsonb(h) || jsonb_build_object('hushed', hushed(h)) ORDER BY h.placed_at, h.hold_id), '[]') FROM hold h
        WHERE h.status = 'open' AND h.target_id = s.space_id),
    'grants', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.role, r.group_id, r.person_id), '[]') FROM space_role r
        WHERE r.space_id = s.space_id),
    'people', (SELECT coalesce(jsonb_agg(x.person), '[]') FROM unnest($3::uuid[]) x (person)
        WHERE roles_of(x.person, NULL, $4) <> '{}'),
    'pupils', (SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', p.person_id, 'birth_date', p.birth_date)), '[]') FROM person p
        WHERE p.person_id = ANY ($3::uuid[]) AND EXISTS (SELECT 1 FROM membership m
            WHERE m.person_id = p.person_id AND m.tenant_id = t.tenant_id AND m.profile = 'pupil' AND m.during @> ($4::timestamptz AT TIME ZONE t.time_zone)::date)),
    'groups', (SELECT coalesce(jsonb_agg(g.group_id), '[]') FROM groups g WHERE g.group_id = ANY ($5::uuid[])),
    'adults', (SELECT coalesce(jsonb_agg(DISTINCT a.person), '[]') FROM unnest(ARRAY[s.owner_id, s.backup_id] || $3::uuid[]) a (person)
        WHERE answers(t.tenant_id, a.person, $4)),
    'vacancy', (SELECT jsonb_build_object('id', v.vacancy_id, 'since', v.since, 'frozen', v.frozen_at IS NOT NULL)
        FROM vacancy v WHERE v.space_id = s.space_id),
    'ents', (SELECT coalesce(jsonb_agg(jsonb_build_object('ID', n.ent_id, 'Name', n.name) ORDER BY n.name, n.ent_id), '[]')
        FROM ent_member e JOIN ent n ON n.ent_id = e.ent_id),
    'legal', jsonb_build_object('name', t.name,
        'legal', (SELECT to_jsonb(l) FROM legal l ORDER BY l.version DESC LIMIT 1),
        'charter', (SELECT jsonb_build_object('version', c.version, 'adopted_on', c.adopted_on) FROM charter c ORDER BY c.version DESC LIMIT 1),
        'director', (SELECT to_jsonb(p) || to_jsonb(d) FROM director d JOIN person p ON p.person_id = d.person_id
            WHERE d.during @> $4 ORDER BY d.capacity = 'head' DESC, lower(d.during) DESC LIMIT 1)),
    'unsigned', coalesce(s.kind = 'web', false) AND EXISTS (SELECT 1 FROM contribution c
        WHERE c.space_id = s.space_id AND c.live_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.revision_id = c.live_id AND d.action = 'sign')),
    'unauthorised', (SELECT count(*) FROM contribution c
        WHERE c.space_id = s.space_id AND c.live_id IS NOT NULL AND c.kind = ANY ($6::text[])
          AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = c.author_id AND m.profile = 'pupil')
          AND NOT EXISTS (SELECT 1 FROM work_authorisation w WHERE w.contribution_id = c.contribution_id AND w.ended_at IS NULL))
)
FROM tenant t
LEFT JOIN space s ON s.space_id = $1::uuid
WHERE t.tenant_id = current_tenant()
