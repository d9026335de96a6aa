-- Signing in: limits of attempts, the audiences of somebody within some
-- establishments, and where a resource is.

-- +goose Up
-- +goose StatementBegin
-- How often somebody tried of late, by a hash of the login or the address. Read
-- before a tenant is known, so by the worker's role alone.
CREATE TABLE login_attempt (
    subject  bytea PRIMARY KEY CONSTRAINT login_attempt_sha256 CHECK (length(subject) = 32),
    attempts integer NOT NULL,
    until    timestamptz NOT NULL
);
CREATE INDEX login_attempt_until ON login_attempt (until);
GRANT SELECT, INSERT, UPDATE, DELETE ON login_attempt TO imprimatur_worker;

-- scopes_within is scopes_of in some establishments alone: those of an API key.
-- NULL means all of the person's.
CREATE FUNCTION scopes_within(who uuid, tenants uuid[], moment timestamptz) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    WITH belongs AS (
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
               OR EXISTS (SELECT 1 FROM space_role r WHERE r.space_id = s.space_id AND r.role = 'moderator' AND r.person_id = who)
               OR EXISTS (SELECT 1 FROM director d WHERE d.tenant_id = s.tenant_id AND d.person_id = who AND d.during @> moment)
    );
END;
REVOKE EXECUTE ON FUNCTION scopes_within(uuid, uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scopes_within(uuid, uuid[], timestamptz) TO imprimatur_worker;
CREATE OR REPLACE FUNCTION scopes_of(who uuid, moment timestamptz) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN scopes_within(who, NULL, moment);

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
