-- Who of a conversation belongs here now, and who may come to judge. $1 external ids, $2 now.
WITH house AS (
    SELECT t.tenant_id, ($2::timestamptz AT TIME ZONE t.time_zone)::date AS today FROM tenant t WHERE t.tenant_id = current_tenant()
)
SELECT jsonb_build_object(
    'people', (SELECT coalesce(jsonb_agg(jsonb_build_object('external_id', p.external_id, 'person', p.person_id, 'name', p.given_name || ' ' || p.family_name,
            'minor', NOT grown(p.person_id, h.today), 'guardians', (SELECT coalesce(jsonb_agg(g.guardian_id), '[]') FROM guardianship g
                WHERE g.pupil_id = p.person_id AND g.during @> h.today))), '[]')
        FROM person p, house h WHERE p.external_id = ANY ($1::text[]) AND EXISTS (
            SELECT 1 FROM membership m WHERE m.person_id = p.person_id AND m.tenant_id = h.tenant_id AND m.during @> h.today)),
    'staff', (SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', p.person_id, 'given_name', p.given_name, 'family_name', p.family_name)), '[]')
        FROM person p WHERE p.person_id IN (SELECT j.person_id FROM house h, judges_of(h.tenant_id, $2::timestamptz) j))
)
