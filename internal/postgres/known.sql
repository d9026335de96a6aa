-- Somebody with their memberships in force, and what follows from them.
-- $1 the person, $2 the establishments asked for (NULL: all), $3 now.
SELECT jsonb_build_object(
    'person', to_jsonb(p),
    'tenants', (SELECT coalesce(jsonb_agg(to_jsonb(t) || jsonb_build_object(
            'memberships', (SELECT jsonb_agg(to_jsonb(m) ORDER BY m.profile) FROM membership m
                WHERE m.person_id = p.person_id AND m.tenant_id = t.tenant_id AND m.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date),
            'directs', directs(t.tenant_id, p.person_id, $3::timestamptz),
            'lent', EXISTS (SELECT 1 FROM delegation g WHERE g.tenant_id = t.tenant_id AND g.to_id = p.person_id AND g.during @> $3::timestamptz
                AND directs(t.tenant_id, g.from_id, $3::timestamptz)),
            'settings', (SELECT coalesce(jsonb_object_agg(x.key, x.value), '{}') FROM setting x WHERE x.tenant_id = t.tenant_id)
        ) ORDER BY t.name, t.uai), '[]')
        FROM tenant t
        WHERE ($2::uuid[] IS NULL OR t.tenant_id = ANY ($2::uuid[]))
          AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.person_id AND m.tenant_id = t.tenant_id
            AND m.during @> ($3::timestamptz AT TIME ZONE t.time_zone)::date)),
    'scopes', to_jsonb(scopes_within(p.person_id, $2::uuid[], $3::timestamptz)),
    'secret_changed', (SELECT c.changed_at FROM credential c WHERE c.person_id = p.person_id)
)
FROM person p WHERE p.person_id = $1
