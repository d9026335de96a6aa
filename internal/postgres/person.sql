-- What the current tenant knows of somebody. $1 the person, $2 now.
WITH house AS (
    SELECT ($2::timestamptz AT TIME ZONE t.time_zone)::date AS today FROM tenant t WHERE t.tenant_id = current_tenant()
)
SELECT jsonb_build_object(
    'person', to_jsonb(p),
    'memberships', (SELECT coalesce(jsonb_agg(to_jsonb(m) ORDER BY m.profile), '[]') FROM membership m, house
        WHERE m.person_id = p.person_id AND m.during @> house.today),
    'groups', (SELECT coalesce(jsonb_agg(to_jsonb(g) ORDER BY g.name), '[]') FROM groups g
        JOIN group_member x ON x.group_id = g.group_id WHERE x.person_id = p.person_id),
    'guardians', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.folded), '[]') FROM guardianship g, house, person a
        WHERE g.pupil_id = p.person_id AND g.parental_authority AND g.during @> house.today AND a.person_id = g.guardian_id),
    'standings', (SELECT coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('from', lower(s.during), 'until', upper(s.during))
            ORDER BY lower(s.during) DESC), '[]') FROM standing s WHERE s.person_id = p.person_id AND NOT isempty(s.during)),
    'briefed_at', (SELECT max(b.read_at) FROM briefing b WHERE b.person_id = p.person_id)
)
FROM person p WHERE p.person_id = $1
