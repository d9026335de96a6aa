-- The trombinoscope of a class: everybody by name, and a portrait of who agreed to that,
-- and to nothing else (R35). Printing a text, which obeys the use on paper.

-- +goose Up
-- +goose StatementBegin
-- A trombinoscope is a use of its own: of a group, in no space, for its staff or for the
-- staff of the establishment. Printed, it is on paper with its group; other paper has none.
ALTER TABLE consent_use
    DROP CONSTRAINT consent_use_audience, DROP CONSTRAINT consent_use_of,
    ADD CONSTRAINT consent_use_audience CHECK (audience IN ('group', 'establishment', 'ent', 'public_web', 'print', 'class_staff', 'school_staff')),
    ADD CONSTRAINT consent_use_of CHECK ((audience = 'ent') = (audience_ent IS NOT NULL)
        AND (audience IN ('print', 'class_staff', 'school_staff')) = (space_id IS NULL)
        AND (audience = 'print' OR (audience IN ('group', 'class_staff', 'school_staff')) = (audience_group IS NOT NULL)));

-- trombinoscope_of is the group whose trombinoscope a use is of; NULL for any other use.
CREATE FUNCTION trombinoscope_of(u consent_use) RETURNS uuid LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN u.space_id IS NULL THEN u.audience_group END;
-- Its purpose is its own: a request for one asks for nothing besides (R35).
CREATE FUNCTION one_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM consent_use u WHERE u.request_id = NEW.request_id AND trombinoscope_of(u) IS DISTINCT FROM trombinoscope_of(NEW)) THEN
        RAISE EXCEPTION 'a trombinoscope is asked for by itself' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER consent_use_r35 AFTER INSERT ON consent_use FOR EACH ROW EXECUTE FUNCTION one_purpose();
CREATE INDEX consent_use_trombinoscope ON consent_use (audience_group, request_id) WHERE space_id IS NULL AND audience_group IS NOT NULL;

-- The portraits of a class that somebody takes are a series of theirs.
ALTER TABLE photo_series ADD COLUMN group_id uuid,
    ADD CONSTRAINT photo_series_group FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, group_id);
CREATE UNIQUE INDEX photo_series_portraits ON photo_series (created_by, group_id) WHERE group_id IS NOT NULL;

-- request_document, with the groups of its trombinoscopes by name.
CREATE OR REPLACE FUNCTION request_document(request uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT to_jsonb(q) || jsonb_build_object('from', lower(q.valid), 'until', upper(q.valid),
            'asker', coalesce((SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = q.asked_by), ''),
            'lines', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ordinal), '[]') FROM consent_use u WHERE u.request_id = q.request_id),
            'class', coalesce((SELECT min(g.name) FROM consent_use u JOIN groups g ON g.group_id = trombinoscope_of(u) WHERE u.request_id = q.request_id), ''),
            'places', (SELECT coalesce(jsonb_agg(x.place), '[]') FROM (
                SELECT DISTINCT place_document(u.space_id) || jsonb_build_object('audience', u.audience, 'audience_group', u.audience_group,
                    'audience_ent', u.audience_ent, 'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, '')) AS place
                FROM consent_use u LEFT JOIN groups g ON g.group_id = u.audience_group LEFT JOIN ent e ON e.ent_id = u.audience_ent
                WHERE u.request_id = q.request_id AND u.space_id IS NOT NULL) x),
            'photos', (SELECT coalesce(jsonb_agg(r.photo_id ORDER BY r.photo_id), '[]') FROM request_photo r WHERE r.request_id = q.request_id),
            'files', (SELECT coalesce(jsonb_object_agg(p.photo_id, p.format), '{}') FROM request_photo r JOIN photo p ON p.photo_id = r.photo_id
                WHERE r.request_id = q.request_id AND p.width = 0))
        FROM consent_request q WHERE q.request_id = request);

-- scopes_within, with those by which a trombinoscope is read: the staff of a class, the
-- staff of an establishment, and whoever directs it.
CREATE OR REPLACE FUNCTION scopes_within(who uuid, tenants uuid[], moment timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (WITH here AS (
        SELECT m.tenant_id, m.profile IN ('teacher', 'staff') AS working, directs(m.tenant_id, who, moment) AS directing
        FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
        WHERE m.person_id = who AND m.during @> (moment AT TIME ZONE t.time_zone)::date
          AND (tenants IS NULL OR m.tenant_id = ANY (tenants))
    )
    SELECT ARRAY(
        SELECT 'public_web'
        UNION SELECT 'establishment:' || b.tenant_id FROM here b
        UNION SELECT 'ent:' || e.ent_id FROM here b JOIN ent_member e ON e.tenant_id = b.tenant_id
        UNION SELECT 'group:' || g.group_id FROM group_member g JOIN here b ON b.tenant_id = g.tenant_id WHERE g.person_id = who
        UNION SELECT 'class_staff:' || g.group_id FROM group_member g JOIN here b ON b.tenant_id = g.tenant_id
            WHERE g.person_id = who AND g.capacity = 'staff' AND b.working
        UNION SELECT 'school_staff:' || b.tenant_id FROM here b WHERE b.working
        UNION SELECT 'direction:' || b.tenant_id FROM here b WHERE b.directing
        UNION SELECT s.scope FROM space s JOIN here b ON b.tenant_id = s.tenant_id WHERE b.directing
        UNION SELECT 'space:' || s.space_id FROM space s JOIN here b ON b.tenant_id = s.tenant_id
            WHERE who IN (s.owner_id, s.backup_id)
               OR EXISTS (SELECT 1 FROM space_role r WHERE r.space_id = s.space_id AND r.role = 'moderator' AND (r.person_id = who
                    OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who AND g.capacity = 'staff')))
    ));
END $$;

-- A group whose trombinoscope the reader may open, and for whom it is made there. Granted
-- to nobody: the views of the door are made of it.
CREATE VIEW readable_class AS
SELECT g.tenant_id, g.group_id, g.name, g.kind, x.audience
FROM groups g CROSS JOIN LATERAL (SELECT coalesce((SELECT s.value #>> '{}' FROM setting s
    WHERE s.tenant_id = g.tenant_id AND s.key = 'trombinoscope_readers'), 'class_staff') AS audience) x
WHERE g.tenant_id = current_tenant() AND ('class_staff:' || g.group_id = ANY (current_scopes()) OR 'direction:' || g.tenant_id = ANY (current_scopes())
    OR x.audience = 'school_staff' AND 'school_staff:' || g.tenant_id = ANY (current_scopes()));

-- What is open of what people agreed to, for trombinoscopes. Granted to nobody.
CREATE VIEW trombinoscope_cover AS
SELECT q.photo_id, c.person_id, c.medium, c.audience, c.audience_group
FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id
WHERE c.space_id IS NULL AND c.audience_group IS NOT NULL AND c.ended_at IS NULL AND c.valid @> current_moment();

-- Who is in such a group today: its pupils and its staff. Granted to nobody.
CREATE VIEW readable_classmate AS
SELECT c.tenant_id, c.group_id, c.audience, m.person_id, m.capacity
FROM readable_class c JOIN group_member m ON m.group_id = c.group_id AND m.capacity IN ('pupil', 'staff')
WHERE EXISTS (SELECT 1 FROM membership b JOIN tenant t ON t.tenant_id = b.tenant_id
    WHERE b.person_id = m.person_id AND b.tenant_id = c.tenant_id AND b.during @> (current_moment() AT TIME ZONE t.time_zone)::date);

CREATE VIEW reading_class WITH (security_barrier) AS
SELECT group_id, name, kind, audience FROM readable_class;

-- The name is there whatever was agreed (R35).
CREATE VIEW reading_classmate WITH (security_barrier) AS
SELECT m.group_id, m.person_id, m.capacity, p.given_name, p.family_name, fold(p.family_name || ' ' || p.given_name) AS sorted
FROM readable_classmate m JOIN person p ON p.person_id = m.person_id;

-- The second guard before a portrait, as reading_photo is before a text's pictures: somebody
-- of the class, who is alone in it and was named, not blurred, who has agreed to exactly
-- this use, and whether to paper too.
CREATE VIEW reading_portrait WITH (security_barrier) AS
SELECT c.group_id, c.person_id, p.photo_id, f.size, f.file, f.bytes, f.width, f.height, f.sha256, p.format,
    NOT EXISTS (SELECT 1 FROM unnest(d.media) m (medium) WHERE NOT EXISTS (SELECT 1 FROM trombinoscope_cover k
        WHERE k.photo_id = p.photo_id AND k.person_id = d.person_id AND k.medium = m.medium
          AND k.audience = 'print' AND k.audience_group = c.group_id)) AS printable
FROM readable_classmate c
JOIN depiction d ON d.person_id = c.person_id AND d.outcome = 'person' AND d.tenant_id = c.tenant_id
JOIN photo p ON p.photo_id = d.photo_id
JOIN rendition r ON r.rendition_id = p.rendition_id AND r.photo_id = p.photo_id
JOIN rendition_file f ON f.rendition_id = r.rendition_id AND f.size <> 'file'
WHERE p.status = 'identified'
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open')
  AND NOT d.depiction_id = ANY (r.blurred)
  AND NOT EXISTS (SELECT 1 FROM depiction o WHERE o.photo_id = p.photo_id AND o.depiction_id <> d.depiction_id AND o.outcome <> 'not_a_face')
  AND NOT EXISTS (SELECT 1 FROM unnest(d.media) m (medium) WHERE NOT EXISTS (SELECT 1 FROM trombinoscope_cover k
        WHERE k.photo_id = p.photo_id AND k.person_id = d.person_id AND k.medium = m.medium
          AND k.audience = c.audience AND k.audience_group = c.group_id));

-- Pictures of a text that may be on paper: everybody in them agreed to that, or cannot be
-- made out. Whether they may be seen where the text is read is asked besides, by reading_photo.
CREATE VIEW reading_print WITH (security_barrier) AS
SELECT n.contribution_id, u.photo_id
FROM readable_snapshot n
JOIN snapshot t ON t.contribution_id = n.contribution_id
JOIN revision_photo u ON u.revision_id = t.revision_id
JOIN rendition r ON r.rendition_id = u.rendition_id AND r.photo_id = u.photo_id
WHERE n.exposure = 'visible'
  AND NOT EXISTS (
    SELECT 1 FROM depiction d CROSS JOIN LATERAL unnest(d.media) m (medium)
    WHERE d.photo_id = u.photo_id AND d.outcome NOT IN ('unrecognisable', 'not_a_face')
      AND NOT d.depiction_id = ANY (r.blurred)
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id AND q.photo_id = u.photo_id
        WHERE c.person_id = d.person_id AND c.medium = m.medium AND c.ended_at IS NULL AND c.valid @> current_moment()
          AND c.audience = 'print' AND c.audience_group IS NULL)));

GRANT EXECUTE ON FUNCTION fold(text) TO imprimatur_reader;
GRANT SELECT ON reading_class, reading_classmate, reading_portrait, reading_print TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
