-- Who is what, who answers for what, and who reads what: in one place for every query that asks.

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

-- in_office is directs in the current tenant.
CREATE FUNCTION in_office(who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN directs(current_tenant(), who, moment);

-- roles_of resolves all that a person is in the current tenant and, unless place
-- is NULL, in that space. Whoever does not belong to the tenant is nothing there.
-- A delegation holds while whoever gave it is in office. Where a group moderates,
-- its staff does: no pupil and no guardian (R12). In plpgsql, because its
-- plan is kept for the session.
CREATE FUNCTION roles_of(who uuid, place uuid, moment timestamptz) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
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
           OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who AND (r.role <> 'moderator' OR g.capacity = 'staff')))
    ) x;

    IF place IS NULL OR 'contributor' = ANY (found) OR 'director' = ANY (found) OR EXISTS (
        SELECT 1 FROM space s WHERE s.space_id = place AND (s.audience <> 'group'
            OR s.audience_group IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who)))
    THEN
        found := found || ARRAY['reader'];
    END IF;
    RETURN ARRAY(SELECT DISTINCT r FROM unnest(found) r WHERE r <> 'member');
END $$;

-- tiers_of lists who answers for a space, and for reviewing it in which turn (R12):
-- 1 its moderators; 2 owner and backup, unless the establishment lets them review
-- beside the moderators; 3 the director. A signatory has no turn (0). Whoever does
-- not belong to the establishment any more answers for nothing.
CREATE FUNCTION tiers_of(place uuid, moment timestamptz) RETURNS TABLE (person_id uuid, role text, tier integer) LANGUAGE sql STABLE AS $$
    WITH here AS (
        SELECT s.space_id, s.owner_id, s.backup_id, t.tenant_id, (moment AT TIME ZONE t.time_zone)::date AS today,
            CASE WHEN coalesce((SELECT x.value #>> '{}' FROM setting x WHERE x.tenant_id = t.tenant_id AND x.key = 'approver'), 'moderator') = 'moderator'
                THEN 2 ELSE 1 END AS keepers
        FROM space s JOIN tenant t ON t.tenant_id = s.tenant_id
        WHERE s.space_id = place
    ), named AS (
        SELECT r.person_id, 'moderator' AS role, 1 AS tier FROM space_role r
        WHERE r.space_id = place AND r.role = 'moderator' AND r.person_id IS NOT NULL
        UNION SELECT g.person_id, 'moderator', 1 FROM space_role r JOIN group_member g ON g.group_id = r.group_id AND g.capacity = 'staff'
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

-- queue_of lists the parts of the queue that fall to a person: a space, what is
-- waited for, and whoever would come first. What waits falls to the person where
-- each of those wrote or suggested it; where there are three or more, never.
CREATE FUNCTION queue_of(who uuid, moment timestamptz) RETURNS TABLE (space_id uuid, waits_for text, before uuid[]) LANGUAGE plpgsql STABLE AS $$
DECLARE
    general text[] := roles_of(who, NULL, moment);
BEGIN
    IF general = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH mine AS (
        SELECT s.space_id FROM space s WHERE who IN (s.owner_id, s.backup_id) OR 'director' = ANY (general)
        UNION SELECT r.space_id FROM space_role r WHERE r.role = 'moderator' AND (r.person_id = who
            OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who AND g.capacity = 'staff'))
    ), turn AS (
        SELECT m.space_id, min(t.tier) FILTER (WHERE t.person_id = who) AS own, array_agg(t.person_id) AS persons, array_agg(t.tier) AS tiers
        FROM mine m CROSS JOIN LATERAL tiers_of(m.space_id, moment) t
        WHERE t.tier > 0 GROUP BY m.space_id
    ), first AS (
        SELECT t.space_id, ARRAY(SELECT DISTINCT x.person FROM unnest(t.persons, t.tiers) x (person, tier) WHERE x.tier < t.own) AS earlier
        FROM turn t WHERE t.own IS NOT NULL
    )
    SELECT f.space_id, w.reason, f.earlier FROM first f CROSS JOIN (VALUES ('review'), ('look')) w (reason)
    WHERE cardinality(f.earlier) < 3
    UNION ALL
    SELECT s.space_id, 'signature', '{}'::uuid[] FROM space s WHERE s.kind = 'web' AND 'signatory' = ANY (general);
END $$;

-- R15: an adult who teaches or works in the establishment may answer for a space.
CREATE FUNCTION answers(place uuid, who uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM membership m
        JOIN tenant t ON t.tenant_id = m.tenant_id JOIN person p ON p.person_id = m.person_id
        WHERE m.person_id = who AND m.tenant_id = place AND m.profile IN ('teacher', 'staff')
          AND m.during @> (moment AT TIME ZONE t.time_zone)::date
          AND (p.birth_date IS NULL OR p.birth_date <= (moment AT TIME ZONE t.time_zone)::date - interval '18 years'));

-- scopes_within lists the audiences that a person belongs to, in some establishments
-- (those of an API key) or, where tenants is NULL, in all of theirs: what the reading
-- views are asked with. The director reads every audience of the establishment;
-- whoever answers for or moderates a space, by name or as one of a group, reads that
-- space, and no other of its audience. In plpgsql, whose plans are kept for the
-- session: every page asks.
CREATE FUNCTION scopes_within(who uuid, tenants uuid[], moment timestamptz) RETURNS text[]
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
                    OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who AND g.capacity = 'staff')))
    ));
END $$;
REVOKE EXECUTE ON FUNCTION scopes_within(uuid, uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scopes_within(uuid, uuid[], timestamptz) TO imprimatur_worker;

-- scopes_of is scopes_within in all of the person's establishments.
CREATE FUNCTION scopes_of(who uuid, moment timestamptz) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN scopes_within(who, NULL, moment);
END $$;
REVOKE EXECUTE ON FUNCTION scopes_of(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scopes_of(uuid, timestamptz) TO imprimatur_reader, imprimatur_worker;

-- queue_ages tells, over all establishments, how many texts wait for humans and since
-- when the oldest does, by what they wait for: two numbers, and nothing about a text.
CREATE FUNCTION queue_ages() RETURNS TABLE (waits_for text, waiting bigint, oldest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.waits_for, count(*), min(coalesce(r.decided_at, r.submitted_at)) FROM revision r WHERE r.waits_for IS NOT NULL GROUP BY r.waits_for
$$;
REVOKE EXECUTE ON FUNCTION queue_ages() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION queue_ages() TO imprimatur_worker;

-- tenant_of finds where a resource named by a path is. It tells an id's tenant and
-- nothing else; whether the caller acts there is asked next.
CREATE FUNCTION tenant_of(resource uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT tenant_id FROM contribution WHERE contribution_id = resource
    UNION ALL SELECT tenant_id FROM space WHERE space_id = resource
    UNION ALL SELECT tenant_id FROM revision WHERE revision_id = resource
    UNION ALL SELECT tenant_id FROM groups WHERE group_id = resource
    UNION ALL SELECT tenant_id FROM notice WHERE notice_id = resource
    UNION ALL SELECT tenant_id FROM word_list WHERE word_list_id = resource
    UNION ALL SELECT tenant_id FROM delegation WHERE delegation_id = resource
    UNION ALL SELECT tenant_id FROM standing WHERE standing_id = resource
    LIMIT 1;
END;
REVOKE EXECUTE ON FUNCTION tenant_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of(uuid) TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
