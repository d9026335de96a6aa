-- Looking persons up by name; who is in office, in one place; how a pupil is named.

-- +goose Up
-- +goose StatementBegin
-- fold writes a name as it is searched: words in lower case without accents,
-- each after one space.
CREATE FUNCTION fold(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ' ' || trim(regexp_replace(lower(regexp_replace(
        normalize(replace(replace(replace(replace(name, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), NFKD),
        '[\u0300-\u036f]', '', 'g')), '[\s''’.,%_\\-]+', ' ', 'g'));
ALTER TABLE person ADD COLUMN folded text GENERATED ALWAYS AS (fold(given_name || ' ' || family_name)) STORED;

-- in_office tells who directs the current tenant: the head, and the acting head
-- only while there is no head in office.
CREATE FUNCTION in_office(who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM director d
        WHERE d.person_id = who AND d.tenant_id = current_tenant() AND d.during @> moment
          AND (d.capacity = 'head' OR NOT EXISTS (
            SELECT 1 FROM director h WHERE h.tenant_id = d.tenant_id AND h.capacity = 'head' AND h.during @> moment)));

-- As before, but that a delegation ends with its giver's office also where that is
-- an acting head's, and a head has come.
CREATE OR REPLACE FUNCTION roles_of(who uuid, place uuid, moment timestamptz) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    today date := (moment AT TIME ZONE (SELECT t.time_zone FROM tenant t WHERE t.tenant_id = current_tenant()))::date;
    own text[];
    found text[];
BEGIN
    SELECT array_agg(x.role) INTO own FROM (
        SELECT unnest(m.roles || CASE WHEN m.profile IN ('teacher', 'staff') THEN ARRAY['member', 'staff'] ELSE ARRAY['member'] END) AS role
        FROM membership m
        WHERE m.person_id = who AND m.tenant_id = current_tenant() AND m.during @> today
    ) x;
    IF own IS NULL THEN
        RETURN '{}';
    END IF;

    SELECT own || coalesce(array_agg(x.role), '{}') INTO found FROM (
        SELECT unnest(ARRAY['director', 'signatory', 'judge', 'masker', 'withdrawer', 'stopper']) AS role WHERE in_office(who, moment)
        UNION ALL
        SELECT g.power FROM delegation g
        WHERE g.to_id = who AND g.tenant_id = current_tenant() AND g.during @> moment AND in_office(g.from_id, moment)
        UNION ALL
        SELECT unnest(ARRAY['owner', 'contributor']) FROM space s WHERE s.space_id = place AND s.owner_id = who
        UNION ALL
        SELECT unnest(ARRAY['backup', 'contributor']) FROM space s WHERE s.space_id = place AND s.backup_id = who
        UNION ALL
        SELECT unnest(ARRAY[r.role, 'contributor']) FROM space_role r
        WHERE r.space_id = place AND (r.person_id = who
           OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who))
    ) x;

    IF place IS NULL OR 'contributor' = ANY (found) OR 'director' = ANY (found) OR EXISTS (
        SELECT 1 FROM space s WHERE s.space_id = place AND (s.audience <> 'group'
            OR s.audience_group IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who)))
    THEN
        found := found || ARRAY['reader'];
    END IF;
    RETURN ARRAY(SELECT DISTINCT r FROM unnest(found) r WHERE r <> 'member');
END $$;

-- The audiences of somebody, within some establishments or in all: one text for both,
-- in plpgsql, whose plans are kept for the session. Who moderates as one of a group
-- reads what they moderate, too.
CREATE OR REPLACE FUNCTION scopes_within(who uuid, tenants uuid[], moment timestamptz) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (WITH belongs AS (
        SELECT m.tenant_id FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
        WHERE m.person_id = who AND m.during @> (moment AT TIME ZONE t.time_zone)::date
          AND (tenants IS NULL OR m.tenant_id = ANY (tenants))
    )
    SELECT ARRAY(
        SELECT 'public_web'
        UNION SELECT 'establishment:' || b.tenant_id FROM belongs b
        UNION SELECT 'ent:' || e.ent_id FROM belongs b JOIN ent_member e ON e.tenant_id = b.tenant_id
        UNION SELECT 'group:' || g.group_id FROM group_member g JOIN belongs b ON b.tenant_id = g.tenant_id WHERE g.person_id = who
        UNION SELECT s.scope FROM space s JOIN belongs b ON b.tenant_id = s.tenant_id
            WHERE who IN (s.owner_id, s.backup_id)
               OR EXISTS (SELECT 1 FROM space_role r WHERE r.space_id = s.space_id AND r.role = 'moderator' AND (r.person_id = who
                    OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who)))
               OR EXISTS (SELECT 1 FROM director d WHERE d.tenant_id = s.tenant_id AND d.person_id = who AND d.during @> moment)
    ));
END $$;
CREATE OR REPLACE FUNCTION scopes_of(who uuid, moment timestamptz) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN scopes_within(who, NULL, moment);
END $$;

-- R36: the ways of naming that the setting pupil_naming lists.
ALTER TABLE work_authorisation DROP CONSTRAINT work_authorisation_naming;
ALTER TABLE work_authorisation ADD CONSTRAINT work_authorisation_naming
    CHECK (naming IN ('first_name', 'first_name_initial', 'full_name', 'pseudonym', 'class', 'unnamed'));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
