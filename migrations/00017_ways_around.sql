-- Ways around consent that were found, and closed.

-- +goose Up
-- +goose StatementBegin
-- One event, and no more (R31). An establishment may set less.
ALTER TABLE consent_request ADD CONSTRAINT consent_request_one_event CHECK (taken_to - taken_from < 31);
-- The day, and no more, on which a file says that it was taken: for R31, told to nobody.
ALTER TABLE photo ADD COLUMN taken_on date;

-- family_of is somebody with all who are or were tied to them as guardians, wherever: what
-- the others of it said is not theirs to know, whatever they are in the establishment (R46).
CREATE FUNCTION family_of(who uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT array_agg(x.person_id) FROM (SELECT who AS person_id UNION SELECT g.guardian_id FROM guardianship g WHERE g.pupil_id = who) x);
REVOKE EXECUTE ON FUNCTION family_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION family_of(uuid) TO imprimatur_app;

-- is_child tells whether somebody is or was a pupil, of whichever establishment, or has
-- guardians: without a birth date they are a minor, whatever they are known as here.
CREATE FUNCTION is_child(who uuid, today date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM membership m WHERE m.person_id = who AND m.profile = 'pupil')
        OR EXISTS (SELECT 1 FROM guardianship g WHERE g.pupil_id = who AND g.during @> today);
REVOKE EXECUTE ON FUNCTION is_child(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_child(uuid, date) TO imprimatur_app;
-- grown says that somebody is no minor on a day. A child of unknown age is one.
CREATE OR REPLACE FUNCTION grown(who uuid, today date) RETURNS boolean LANGUAGE sql STABLE
    RETURN (SELECT coalesce(p.birth_date + interval '18 years' <= today, NOT is_child(who, today)) FROM person p WHERE p.person_id = who);
-- What somebody of unknown age agreed to alone ends where it is learnt that they are a
-- child, at once; what follows is resolved anew.
CREATE FUNCTION child_learnt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    child uuid := CASE TG_TABLE_NAME WHEN 'membership' THEN to_jsonb(NEW) ->> 'person_id' ELSE to_jsonb(NEW) ->> 'pupil_id' END;
BEGIN
    IF EXISTS (SELECT 1 FROM person p WHERE p.person_id = child AND p.birth_date IS NULL) THEN
        UPDATE consent_cover c SET ended_at = clock_timestamp() WHERE c.person_id = child AND c.rests_on = '{}' AND c.ended_at IS NULL;
        IF TG_TABLE_NAME = 'membership' THEN -- of guardians it is promised already
            PERFORM promise_review(child);
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER membership_child AFTER INSERT OR UPDATE OF profile ON membership FOR EACH ROW WHEN (NEW.profile = 'pupil') EXECUTE FUNCTION child_learnt();
CREATE TRIGGER guardianship_child AFTER INSERT ON guardianship FOR EACH ROW EXECUTE FUNCTION child_learnt();

CREATE OR REPLACE FUNCTION kin_document(who uuid, today date) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('person', to_jsonb(p),
            'child', is_child(p.person_id, today), 'family', to_jsonb(family_of(p.person_id)),
            'guardians', (SELECT coalesce(jsonb_agg(jsonb_build_object('guardian_id', g.guardian_id, 'person', to_jsonb(a),
                    'authority', g.parental_authority, 'until', upper(g.during)) ORDER BY a.folded, g.guardian_id), '[]')
                FROM guardianship g LEFT JOIN person a ON a.person_id = g.guardian_id
                WHERE g.pupil_id = p.person_id AND g.guardian_id <> p.person_id AND g.during @> today))
        FROM person p WHERE p.person_id = who);

-- An ENT that gains an establishment does not show it what families agreed to before: a use
-- names the establishments that the ENT has when it is asked for, and whoever sees the
-- picture belongs to one of them (R28).
ALTER TABLE consent_use ADD COLUMN reach uuid[], ADD CONSTRAINT consent_use_reach CHECK ((audience = 'ent') = (reach IS NOT NULL));
ALTER TABLE consent_cover ADD COLUMN reach uuid[], ADD CONSTRAINT consent_cover_reach CHECK ((audience = 'ent') = (reach IS NOT NULL));
-- Establishments by name, and those of an ENT that the current one is of.
CREATE FUNCTION establishments_named(ids uuid[]) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.tenant_id, 'name', t.name) ORDER BY t.name, t.tenant_id), '[]') FROM tenant t WHERE t.tenant_id = ANY (ids));
CREATE FUNCTION ent_reach(net uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT array_agg(m.tenant_id) FROM ent_member m WHERE m.ent_id = net
        AND EXISTS (SELECT 1 FROM ent_member o WHERE o.ent_id = net AND o.tenant_id = current_tenant()));
REVOKE EXECUTE ON FUNCTION establishments_named(uuid[]), ent_reach(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION establishments_named(uuid[]), ent_reach(uuid) TO imprimatur_app;
CREATE OR REPLACE FUNCTION place_document(place uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('space_id', s.space_id, 'title', s.title, 'slug', s.slug, 'kind', s.kind, 'status', s.status,
            'audience', s.audience, 'audience_group', s.audience_group, 'audience_ent', s.audience_ent,
            'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, ''), 'reach', establishments_named(ent_reach(s.audience_ent)))
        FROM space s LEFT JOIN groups g ON g.group_id = s.audience_group LEFT JOIN ent e ON e.ent_id = s.audience_ent
        WHERE s.space_id = place);
CREATE OR REPLACE FUNCTION request_document(request uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT to_jsonb(q) || jsonb_build_object('from', lower(q.valid), 'until', upper(q.valid),
            'asker', coalesce((SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = q.asked_by), ''),
            'lines', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ordinal), '[]') FROM consent_use u WHERE u.request_id = q.request_id),
            'class', coalesce((SELECT min(g.name) FROM consent_use u JOIN groups g ON g.group_id = trombinoscope_of(u) WHERE u.request_id = q.request_id), ''),
            'places', (SELECT coalesce(jsonb_agg(x.place), '[]') FROM (
                SELECT DISTINCT place_document(u.space_id) || jsonb_build_object('audience', u.audience, 'audience_group', u.audience_group,
                    'audience_ent', u.audience_ent, 'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, ''),
                    'reach', establishments_named(u.reach)) AS place
                FROM consent_use u LEFT JOIN groups g ON g.group_id = u.audience_group LEFT JOIN ent e ON e.ent_id = u.audience_ent
                WHERE u.request_id = q.request_id AND u.space_id IS NOT NULL) x),
            'photos', (SELECT coalesce(jsonb_agg(r.photo_id ORDER BY r.photo_id), '[]') FROM request_photo r WHERE r.request_id = q.request_id),
            'files', (SELECT coalesce(jsonb_object_agg(p.photo_id, p.format), '{}') FROM request_photo r JOIN photo p ON p.photo_id = r.photo_id
                WHERE r.request_id = q.request_id AND p.width = 0))
        FROM consent_request q WHERE q.request_id = request);
CREATE OR REPLACE VIEW standing_cover AS
SELECT q.photo_id, c.*
FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id
WHERE c.tenant_id = current_tenant() AND c.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM consent o
    JOIN request_photo z ON z.request_id = o.request_id AND z.photo_id = q.photo_id
    JOIN consent_use u ON u.request_id = o.request_id AND u.medium = c.medium AND u.audience = c.audience
        AND u.space_id IS NOT DISTINCT FROM c.space_id AND u.audience_group IS NOT DISTINCT FROM c.audience_group
        AND u.audience_ent IS NOT DISTINCT FROM c.audience_ent
    JOIN consent_answer a ON a.consent_id = o.consent_id AND a.ended_at IS NULL AND NOT u.use_id = ANY (a.accepted)
    WHERE o.person_id = c.person_id AND o.consent_id <> c.consent_id AND (a.capacity = 'depicted' OR c.rests_on <> '{}')
      AND NOT EXISTS (SELECT 1 FROM consent_answer n
        WHERE n.consent_id = c.consent_id AND n.signatory_id = a.signatory_id AND n.ended_at IS NULL AND n.answered_at > a.answered_at));
CREATE OR REPLACE VIEW reading_photo WITH (security_barrier) AS
SELECT n.contribution_id, n.space_id, p.photo_id, f.size, f.file, f.bytes, f.width, f.height, f.sha256, p.format
FROM readable_snapshot n
JOIN snapshot t ON t.contribution_id = n.contribution_id
JOIN revision_photo u ON u.revision_id = t.revision_id
JOIN photo p ON p.photo_id = u.photo_id
JOIN rendition r ON r.rendition_id = u.rendition_id AND r.photo_id = p.photo_id
JOIN rendition_file f ON f.rendition_id = r.rendition_id
JOIN space s ON s.space_id = n.space_id
WHERE n.exposure = 'visible'
  AND p.status = 'identified'
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open')
  AND NOT EXISTS (
    SELECT 1 FROM depiction d CROSS JOIN LATERAL unnest(d.media) m (medium)
    WHERE d.photo_id = p.photo_id AND d.outcome NOT IN ('unrecognisable', 'not_a_face')
      AND NOT (m.medium = 'image' AND d.depiction_id = ANY (r.blurred))
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM standing_cover c
        WHERE c.photo_id = p.photo_id AND c.person_id = d.person_id AND c.medium = m.medium AND c.valid @> current_moment()
          AND c.space_id = s.space_id AND c.audience = s.audience
          AND c.audience_group IS NOT DISTINCT FROM s.audience_group
          AND c.audience_ent IS NOT DISTINCT FROM s.audience_ent
          AND (c.audience <> 'ent' OR EXISTS (SELECT 1 FROM unnest(c.reach) e (tenant_id) WHERE 'establishment:' || e.tenant_id = ANY (current_scopes()))))));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
