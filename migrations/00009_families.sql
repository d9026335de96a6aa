-- Families and their consents as the program reads them, and what the clock looks for.

-- +goose Up
-- +goose StatementBegin
-- place_document is a space with the names of its audience, as of now.
CREATE FUNCTION place_document(place uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('space_id', s.space_id, 'title', s.title, 'slug', s.slug, 'kind', s.kind, 'status', s.status,
            'audience', s.audience, 'audience_group', s.audience_group, 'audience_ent', s.audience_ent,
            'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, ''))
        FROM space s LEFT JOIN groups g ON g.group_id = s.audience_group LEFT JOIN ent e ON e.ent_id = s.audience_ent
        WHERE s.space_id = place);

-- request_document is a request with its lines, their places and its photos. A place has
-- the audience that was asked for, whatever it is today.
CREATE FUNCTION request_document(request uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT to_jsonb(q) || jsonb_build_object('from', lower(q.valid), 'until', upper(q.valid),
            'asker', coalesce((SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = q.asked_by), ''),
            'lines', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ordinal), '[]') FROM consent_use u WHERE u.request_id = q.request_id),
            'places', (SELECT coalesce(jsonb_agg(x.place), '[]') FROM (
                SELECT DISTINCT place_document(u.space_id) || jsonb_build_object('audience', u.audience, 'audience_group', u.audience_group,
                    'audience_ent', u.audience_ent, 'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, '')) AS place
                FROM consent_use u LEFT JOIN groups g ON g.group_id = u.audience_group LEFT JOIN ent e ON e.ent_id = u.audience_ent
                WHERE u.request_id = q.request_id AND u.space_id IS NOT NULL) x),
            'photos', (SELECT coalesce(jsonb_agg(r.photo_id ORDER BY r.photo_id), '[]') FROM request_photo r WHERE r.request_id = q.request_id))
        FROM consent_request q WHERE q.request_id = request);

-- kin_document is a person with their guardians of a day. A guardian whom the establishment
-- does not know counts all the same.
CREATE FUNCTION kin_document(who uuid, today date) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('person', to_jsonb(p),
            'profile', (SELECT m.profile FROM membership m WHERE m.person_id = p.person_id
                ORDER BY (m.profile = 'pupil') DESC, (m.profile IN ('teacher', 'staff')) DESC, m.profile LIMIT 1),
            'guardians', (SELECT coalesce(jsonb_agg(jsonb_build_object('guardian_id', g.guardian_id, 'person', to_jsonb(a),
                    'authority', g.parental_authority, 'until', upper(g.during)) ORDER BY a.folded, g.guardian_id), '[]')
                FROM guardianship g LEFT JOIN person a ON a.person_id = g.guardian_id
                WHERE g.pupil_id = p.person_id AND g.guardian_id <> p.person_id AND g.during @> today))
        FROM person p WHERE p.person_id = who);

-- Who may withdraw is asked by the day where the establishment is: a time zone that the
-- database does not know would stand in the way of every withdrawal (R33, invariant 4).
ALTER TABLE tenant ADD CONSTRAINT tenant_time_zone CHECK (('2000-01-01 00:00Z'::timestamptz AT TIME ZONE time_zone) IS NOT NULL);

-- consents_lapsing lists the consents of all establishments whose time asks for something,
-- or that owe what a withdrawal promises: two ids, and nothing about anybody.
CREATE FUNCTION consents_lapsing(moment timestamptz) RETURNS TABLE (tenant uuid, consent uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.tenant_id, c.consent_id FROM consent c
    JOIN consent_request q ON q.request_id = c.request_id JOIN person p ON p.person_id = c.person_id JOIN tenant t ON t.tenant_id = c.tenant_id
    CROSS JOIN LATERAL (SELECT (p.birth_date + interval '18 years') AT TIME ZONE t.time_zone AS at) majority
    WHERE c.owed IS NOT NULL OR c.status IN ('asked', 'granted') AND (upper(q.valid) <= moment
        OR EXISTS (SELECT 1 FROM consent_cover k WHERE k.consent_id = c.consent_id AND k.ended_at IS NULL AND upper(k.valid) <= moment)
        OR majority.at <= moment AND c.asked_at < majority.at AND NOT EXISTS (SELECT 1 FROM consent_answer a
            WHERE a.consent_id = c.consent_id AND a.signatory_id = c.person_id AND a.ended_at IS NULL AND a.answered_at >= majority.at))
    ORDER BY c.consent_id
$$;

-- consents_ending lists those of whose end nobody has been told, within the time before it
-- that the establishment has set (R34).
CREATE FUNCTION consents_ending(moment timestamptz) RETURNS TABLE (tenant uuid, consent uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.tenant_id, c.consent_id FROM consent c
    WHERE c.status = 'granted' AND c.warned_at IS NULL AND (
        SELECT max(upper(k.valid)) FROM consent_cover k WHERE k.consent_id = c.consent_id AND k.ended_at IS NULL AND upper(k.valid) > moment
    ) <= moment + make_interval(days => coalesce((SELECT split_part(x.value #>> '{}', ' ', 1)::integer FROM setting x
        WHERE x.tenant_id = c.tenant_id AND x.key = 'consent_warning'), 30))
    ORDER BY c.consent_id
$$;
REVOKE EXECUTE ON FUNCTION consents_lapsing(timestamptz), consents_ending(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consents_lapsing(timestamptz), consents_ending(timestamptz) TO imprimatur_worker;

-- What a notice is about, besides a contribution or a space.
ALTER TABLE notice ADD COLUMN consent_id uuid REFERENCES consent;

-- A path names photos, requests, consents and papers too.
CREATE OR REPLACE FUNCTION tenant_of(resource uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT tenant_id FROM contribution WHERE contribution_id = resource
    UNION ALL SELECT tenant_id FROM space WHERE space_id = resource
    UNION ALL SELECT tenant_id FROM revision WHERE revision_id = resource
    UNION ALL SELECT tenant_id FROM groups WHERE group_id = resource
    UNION ALL SELECT tenant_id FROM notice WHERE notice_id = resource
    UNION ALL SELECT tenant_id FROM word_list WHERE word_list_id = resource
    UNION ALL SELECT tenant_id FROM delegation WHERE delegation_id = resource
    UNION ALL SELECT tenant_id FROM standing WHERE standing_id = resource
    UNION ALL SELECT tenant_id FROM photo WHERE photo_id = resource
    UNION ALL SELECT tenant_id FROM photo_series WHERE series_id = resource
    UNION ALL SELECT tenant_id FROM consent_request WHERE request_id = resource
    UNION ALL SELECT tenant_id FROM consent WHERE consent_id = resource
    UNION ALL SELECT tenant_id FROM consent_paper WHERE paper_id = resource
    LIMIT 1;
END;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
