-- Who directs and who answers, in one place each; who had suggested a text; spaces
-- that nobody answers for; refusals; what notices date.

-- +goose Up
-- +goose StatementBegin
-- belongs tells whether somebody is of an establishment.
CREATE FUNCTION belongs(place uuid, who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
        WHERE m.person_id = who AND m.tenant_id = place AND m.during @> (moment AT TIME ZONE t.time_zone)::date);

-- directs tells who directs an establishment at a moment: the head, and the acting
-- head only while no head is in office. Whoever has left directs nothing, whatever
-- was recorded.
CREATE FUNCTION directs(place uuid, who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM director d
        WHERE d.tenant_id = place AND d.person_id = who AND d.during @> moment AND belongs(place, who, moment)
          AND (d.capacity = 'head' OR NOT EXISTS (
            SELECT 1 FROM director h WHERE h.tenant_id = place AND h.capacity = 'head' AND h.during @> moment
              AND belongs(place, h.person_id, moment))));
CREATE OR REPLACE FUNCTION in_office(who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN directs(current_tenant(), who, moment);

-- As before, but that a delegation counts only while whoever gave it directs.
CREATE OR REPLACE FUNCTION tiers_of(place uuid, moment timestamptz) RETURNS TABLE (person_id uuid, role text, tier integer) LANGUAGE sql STABLE AS $$
    WITH here AS (
        SELECT s.space_id, s.owner_id, s.backup_id, t.tenant_id, (moment AT TIME ZONE t.time_zone)::date AS today,
            CASE WHEN coalesce((SELECT x.value #>> '{}' FROM setting x WHERE x.tenant_id = t.tenant_id AND x.key = 'approver'), 'moderator') = 'moderator'
                THEN 2 ELSE 1 END AS keepers
        FROM space s JOIN tenant t ON t.tenant_id = s.tenant_id
        WHERE s.space_id = place
    ), named AS (
        SELECT r.person_id, 'moderator' AS role, 1 AS tier FROM space_role r
        WHERE r.space_id = place AND r.role = 'moderator' AND r.person_id IS NOT NULL
        UNION SELECT g.person_id, 'moderator', 1 FROM space_role r JOIN group_member g ON g.group_id = r.group_id
        WHERE r.space_id = place AND r.role = 'moderator'
        UNION SELECT h.owner_id, 'owner', h.keepers FROM here h WHERE h.owner_id IS NOT NULL
        UNION SELECT h.backup_id, 'backup', h.keepers FROM here h WHERE h.backup_id IS NOT NULL
        UNION SELECT d.person_id, unnest(ARRAY['director', 'signatory']), unnest(ARRAY[3, 0]) FROM here h
        JOIN director d ON d.tenant_id = h.tenant_id AND d.during @> moment
        WHERE directs(h.tenant_id, d.person_id, moment)
        UNION SELECT g.to_id, 'signatory', 0 FROM here h
        JOIN delegation g ON g.tenant_id = h.tenant_id AND g.power = 'signatory' AND g.during @> moment
        WHERE directs(h.tenant_id, g.from_id, moment)
    )
    SELECT n.person_id, n.role, n.tier FROM named n, here h
    WHERE EXISTS (SELECT 1 FROM membership m WHERE m.person_id = n.person_id AND m.tenant_id = h.tenant_id AND m.during @> h.today)
$$;

-- As before, but that it is the director in office who reads all spaces.
CREATE OR REPLACE FUNCTION scopes_within(who uuid, tenants uuid[], moment timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (WITH here AS (
        SELECT m.tenant_id, directs(m.tenant_id, who, moment) AS directing FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
        WHERE m.person_id = who AND m.during @> (moment AT TIME ZONE t.time_zone)::date
          AND (tenants IS NULL OR m.tenant_id = ANY (tenants))
    )
    SELECT ARRAY(
        SELECT 'public_web'
        UNION SELECT 'establishment:' || b.tenant_id FROM here b
        UNION SELECT 'ent:' || e.ent_id FROM here b JOIN ent_member e ON e.tenant_id = b.tenant_id
        UNION SELECT 'group:' || g.group_id FROM group_member g JOIN here b ON b.tenant_id = g.tenant_id WHERE g.person_id = who
        UNION SELECT s.scope FROM space s JOIN here b ON b.tenant_id = s.tenant_id WHERE b.directing
        UNION SELECT 'space:' || s.space_id FROM space s JOIN here b ON b.tenant_id = s.tenant_id
            WHERE who IN (s.owner_id, s.backup_id)
               OR EXISTS (SELECT 1 FROM space_role r WHERE r.space_id = s.space_id AND r.role = 'moderator' AND (r.person_id = who
                    OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who)))
    ));
END $$;

-- R15: an adult who teaches or works in the establishment may answer for a space.
CREATE FUNCTION answers(place uuid, who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM membership m
        JOIN tenant t ON t.tenant_id = m.tenant_id JOIN person p ON p.person_id = m.person_id
        WHERE m.person_id = who AND m.tenant_id = place AND m.profile IN ('teacher', 'staff')
          AND m.during @> (moment AT TIME ZONE t.time_zone)::date
          AND (p.birth_date IS NULL OR p.birth_date <= (moment AT TIME ZONE t.time_zone)::date - interval '18 years'));

-- A space whose owner or backup does not answer any more, since when it was found.
-- The row goes when two adults answer again; the trail keeps both.
CREATE TABLE vacancy (
    vacancy_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    space_id   uuid NOT NULL CONSTRAINT vacancy_once UNIQUE,
    since      timestamptz NOT NULL,
    frozen_at  timestamptz, -- the handover's time was over, and the space is frozen
    CONSTRAINT vacancy_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id)
);
CALL wall('vacancy'); CALL gate('vacancy');
GRANT SELECT, INSERT, UPDATE, DELETE ON vacancy TO imprimatur_app;
GRANT SELECT ON vacancy TO imprimatur_worker;

-- What notices say of time: a standing's period (R53), a handover's end (R15).
ALTER TABLE notice ADD COLUMN begins timestamptz, ADD COLUMN ends timestamptz;

-- R12, R18: every exact text that somebody ever suggested for a contribution, by its
-- fingerprint, for a suggestion may be overwritten; and who had suggested what was
-- then submitted, by whatever way it came into the author's hands.
CREATE FUNCTION text_of(title text, html text, attributions jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to(normalize(jsonb_build_array(title, html, attributions)::text, NFC), 'UTF8'));
CREATE TABLE suggested_text (
    contribution_id uuid NOT NULL,
    fingerprint     bytea NOT NULL,
    person_id       uuid NOT NULL REFERENCES person,
    tenant_id       uuid NOT NULL,
    PRIMARY KEY (contribution_id, fingerprint, person_id),
    CONSTRAINT suggested_text_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
CREATE TABLE revision_suggester (
    revision_id uuid NOT NULL REFERENCES revision ON DELETE CASCADE,
    person_id   uuid NOT NULL REFERENCES person,
    tenant_id   uuid NOT NULL,
    PRIMARY KEY (revision_id, person_id)
);
CREATE INDEX revision_suggester_person ON revision_suggester (person_id, revision_id);
CALL wall('suggested_text'); CALL wall('revision_suggester');
GRANT SELECT, INSERT ON suggested_text, revision_suggester TO imprimatur_app;

CREATE FUNCTION remember_suggestion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO suggested_text (contribution_id, fingerprint, person_id, tenant_id)
    VALUES (NEW.contribution_id, text_of(NEW.title, NEW.html, NEW.attributions), NEW.suggested_by, NEW.tenant_id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER revision_suggested AFTER INSERT OR UPDATE OF title, html, attributions ON revision FOR EACH ROW
    WHEN (NEW.suggested_by IS NOT NULL AND NEW.html <> '') EXECUTE FUNCTION remember_suggestion();
CREATE FUNCTION name_suggesters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revision_suggester (revision_id, person_id, tenant_id)
    SELECT NEW.revision_id, t.person_id, NEW.tenant_id
    FROM (SELECT * FROM suggested_text WHERE contribution_id = NEW.contribution_id OFFSET 0) t -- nothing is hashed where nothing was suggested
    WHERE t.fingerprint = text_of(NEW.title, NEW.html, NEW.attributions)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER revision_named AFTER UPDATE OF hash ON revision FOR EACH ROW
    WHEN (OLD.hash IS NULL AND NEW.hash IS NOT NULL) EXECUTE FUNCTION name_suggesters();

INSERT INTO suggested_text (contribution_id, fingerprint, person_id, tenant_id)
SELECT contribution_id, text_of(title, html, attributions), suggested_by, tenant_id
FROM revision WHERE suggested_by IS NOT NULL AND html <> '' ON CONFLICT DO NOTHING;
INSERT INTO revision_suggester (revision_id, person_id, tenant_id)
SELECT r.revision_id, t.person_id, r.tenant_id
FROM suggested_text t JOIN revision r ON r.contribution_id = t.contribution_id
WHERE r.hash IS NOT NULL AND t.fingerprint = text_of(r.title, r.html, r.attributions) ON CONFLICT DO NOTHING;

-- R09: refusals, by whom, of what, by which rule: ids and codes, never content. Those
-- of one alert carry its id.
CREATE TABLE denial (
    denial_id uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    person_id uuid NOT NULL REFERENCES person,
    action    text NOT NULL,
    rule      text NOT NULL,
    at        timestamptz NOT NULL,
    alert_id  uuid
);
CREATE INDEX denial_person ON denial (tenant_id, person_id, at);
CREATE INDEX denial_tenant ON denial (tenant_id, denial_id);
CREATE INDEX denial_at ON denial (at);
CALL wall('denial'); CALL gate('denial');
GRANT SELECT, INSERT ON denial TO imprimatur_app;
GRANT SELECT, DELETE ON denial TO imprimatur_worker; -- the purge of R59

-- R58: whoever re-arms what was set aside leaves a trail. The worker's role may add
-- that one act, and reads nothing.
CREATE POLICY worker ON audit_entry FOR INSERT TO imprimatur_worker
    WITH CHECK (action = 'rearm' AND subject_kind = 'message' AND actor_kind = 'system' AND pseudonym IS NULL);
GRANT INSERT ON audit_entry TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
