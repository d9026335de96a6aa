-- Who is what, in one place for every query that asks.

-- +goose Up
-- +goose StatementBegin
-- roles_of resolves all that a person is in the current tenant and, unless place
-- is NULL, in that space. Whoever does not belong to the tenant is nothing there.
-- plpgsql, because its plan is kept for the session.
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
        -- The head in office; the acting head only when no head is.
        SELECT unnest(ARRAY['director', 'signatory', 'judge', 'masker', 'withdrawer', 'stopper']) AS role
        FROM director d
        WHERE d.person_id = who AND d.tenant_id = current_tenant() AND d.during @> moment
          AND (d.capacity = 'head' OR NOT EXISTS (
            SELECT 1 FROM director h WHERE h.tenant_id = d.tenant_id AND h.capacity = 'head' AND h.during @> moment))
        UNION ALL
        -- A delegation holds while whoever gave it is in office.
        SELECT g.power FROM delegation g
        JOIN director d ON d.tenant_id = g.tenant_id AND d.person_id = g.from_id AND d.during @> moment
        WHERE g.to_id = who AND g.tenant_id = current_tenant() AND g.during @> moment
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

-- scopes_of lists the audiences that a person belongs to, in all their establishments:
-- what the reading views are asked with. The director, and whoever answers for or
-- moderates a space, reads what they answer for.
CREATE FUNCTION scopes_of(who uuid, moment timestamptz) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    WITH belongs AS (
        SELECT m.tenant_id FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
        WHERE m.person_id = who AND m.during @> (moment AT TIME ZONE t.time_zone)::date
    )
    SELECT ARRAY(
        SELECT 'public_web'
        UNION SELECT 'establishment:' || b.tenant_id FROM belongs b
        UNION SELECT 'ent:' || e.ent_id FROM belongs b JOIN ent_member e ON e.tenant_id = b.tenant_id
        UNION SELECT 'group:' || g.group_id FROM group_member g JOIN belongs b ON b.tenant_id = g.tenant_id WHERE g.person_id = who
        UNION SELECT s.scope FROM space s JOIN belongs b ON b.tenant_id = s.tenant_id
            WHERE who IN (s.owner_id, s.backup_id)
               OR EXISTS (SELECT 1 FROM space_role r WHERE r.space_id = s.space_id AND r.role = 'moderator' AND r.person_id = who)
               OR EXISTS (SELECT 1 FROM director d WHERE d.tenant_id = s.tenant_id AND d.person_id = who AND d.during @> moment)
    );
END;
REVOKE EXECUTE ON FUNCTION scopes_of(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scopes_of(uuid, timestamptz) TO imprimatur_reader, imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
