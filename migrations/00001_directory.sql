-- The directory: tenants, persons, who belongs where and answers for what, how they sign in.
-- The group roles are made by roles.sql, once per server; migrations run as imprimatur_owner.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('imprimatur.tenant', true), '')::uuid;

CREATE FUNCTION current_scopes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(coalesce(current_setting('imprimatur.scopes', true), ''), ',');

-- wall puts a table behind row-level security: the owner (migrations, reading
-- views) sees all of it; the application sees the rows of its tenant alone.
CREATE PROCEDURE wall(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY owner ON %I TO imprimatur_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format('CREATE POLICY tenant ON %I TO imprimatur_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', name);
END $$;

-- gate lets the cross-tenant jobs (sign-in, relay, sweeper, import) into a table.
CREATE PROCEDURE gate(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE POLICY worker ON %I TO imprimatur_worker USING (true) WITH CHECK (true)', name);
END $$;

CREATE TABLE tenant (
    tenant_id  uuid PRIMARY KEY,
    uai        text NOT NULL CONSTRAINT tenant_uai_once UNIQUE,
    name       text NOT NULL,
    kind       text NOT NULL CONSTRAINT tenant_kind CHECK (kind IN ('establishment', 'authority')),
    level      text NOT NULL DEFAULT '' CONSTRAINT tenant_level CHECK (level IN ('', 'ecole', 'college', 'lycee')),
    parent_id  uuid REFERENCES tenant,
    city       text NOT NULL DEFAULT '',
    time_zone  text NOT NULL DEFAULT 'Europe/Paris',
    zone       text NOT NULL DEFAULT 'C', -- of the school calendar
    created_at timestamptz NOT NULL DEFAULT now()
);
CALL wall('tenant'); CALL gate('tenant');
-- The parent and the name of a tenant are no secret of another: a page names them.
GRANT SELECT ON tenant TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE ON tenant TO imprimatur_worker;

CREATE TABLE ent (
    ent_id uuid PRIMARY KEY,
    name   text NOT NULL
);
CREATE TABLE ent_member (
    ent_id    uuid NOT NULL REFERENCES ent,
    tenant_id uuid NOT NULL REFERENCES tenant,
    PRIMARY KEY (ent_id, tenant_id)
);
CREATE INDEX ent_member_tenant ON ent_member (tenant_id);
CALL wall('ent_member'); CALL gate('ent_member');
GRANT SELECT ON ent, ent_member TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ent, ent_member TO imprimatur_worker;

-- fold writes a name as it is searched: words in lower case without accents,
-- each after one space.
CREATE FUNCTION fold(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ' ' || trim(regexp_replace(lower(regexp_replace(
        normalize(replace(replace(replace(replace(name, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), NFKD),
        '[\u0300-\u036f]', '', 'g')), '[\s''’.,%_\\-]+', ' ', 'g'));

CREATE TABLE person (
    person_id   uuid PRIMARY KEY,
    source      text NOT NULL, -- the directory that knows the person
    external_id text NOT NULL,
    given_name  text NOT NULL,
    family_name text NOT NULL,
    folded      text GENERATED ALWAYS AS (fold(given_name || ' ' || family_name)) STORED, -- as persons are looked up
    birth_date  date,
    email       text NOT NULL DEFAULT '',
    language    text NOT NULL DEFAULT 'fr',
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT person_external_once UNIQUE (source, external_id)
);

CREATE TABLE membership (
    membership_id uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL REFERENCES tenant,
    person_id     uuid NOT NULL REFERENCES person,
    profile       text NOT NULL CONSTRAINT membership_profile
        CHECK (profile IN ('pupil', 'guardian', 'teacher', 'staff', 'external', 'authority')),
    roles         text[] NOT NULL DEFAULT '{}' CONSTRAINT membership_roles
        CHECK (roles <@ ARRAY['admin', 'custodian', 'officer']),
    during        daterange NOT NULL DEFAULT daterange(NULL, NULL)
);
CREATE INDEX membership_person ON membership (person_id, tenant_id);
CREATE INDEX membership_tenant ON membership (tenant_id, profile);
CALL wall('membership'); CALL gate('membership');
GRANT SELECT, INSERT, UPDATE ON membership TO imprimatur_app, imprimatur_worker;

ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON person TO imprimatur_owner USING (true) WITH CHECK (true);
-- A person is known to an establishment through a membership there, present or past.
CREATE POLICY tenant ON person TO imprimatur_app USING (
    EXISTS (SELECT 1 FROM membership m WHERE m.person_id = person.person_id));
CALL gate('person');
GRANT SELECT, UPDATE ON person TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE ON person TO imprimatur_worker;

CREATE TABLE guardianship (
    pupil_id           uuid NOT NULL REFERENCES person,
    guardian_id        uuid NOT NULL REFERENCES person,
    parental_authority boolean NOT NULL,
    relation           text NOT NULL DEFAULT '',
    during             daterange NOT NULL DEFAULT daterange(NULL, NULL),
    PRIMARY KEY (pupil_id, guardian_id)
);
CREATE INDEX guardianship_guardian ON guardianship (guardian_id);
ALTER TABLE guardianship ENABLE ROW LEVEL SECURITY;
ALTER TABLE guardianship FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON guardianship TO imprimatur_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant ON guardianship TO imprimatur_app USING (
    EXISTS (SELECT 1 FROM membership m WHERE m.person_id = pupil_id AND m.profile = 'pupil'));
CALL gate('guardianship');
GRANT SELECT ON guardianship TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON guardianship TO imprimatur_worker;

CREATE TABLE groups (
    group_id  uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    kind      text NOT NULL CONSTRAINT groups_kind CHECK (kind IN ('class', 'other')),
    name      text NOT NULL,
    CONSTRAINT groups_name_once UNIQUE (tenant_id, name),
    CONSTRAINT groups_tenant UNIQUE (tenant_id, group_id)
);
CALL wall('groups'); CALL gate('groups');
CREATE TABLE group_member (
    tenant_id uuid NOT NULL,
    group_id  uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    capacity  text NOT NULL CONSTRAINT group_member_capacity CHECK (capacity IN ('pupil', 'guardian', 'staff')),
    PRIMARY KEY (group_id, person_id),
    CONSTRAINT group_member_group FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, group_id)
);
CREATE INDEX group_member_person ON group_member (person_id);
CALL wall('group_member'); CALL gate('group_member');
GRANT SELECT, INSERT, UPDATE, DELETE ON groups, group_member TO imprimatur_app, imprimatur_worker;

-- Who is director of publication, by dated tenure; acting when no head is in office.
CREATE TABLE director (
    tenant_id   uuid NOT NULL REFERENCES tenant,
    person_id   uuid NOT NULL REFERENCES person,
    capacity    text NOT NULL CONSTRAINT director_capacity CHECK (capacity IN ('head', 'acting')),
    during      tstzrange NOT NULL,
    recorded_by uuid REFERENCES person,
    PRIMARY KEY (tenant_id, person_id, during)
);
CALL wall('director'); CALL gate('director');
CREATE TABLE delegation (
    delegation_id uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL REFERENCES tenant,
    from_id       uuid NOT NULL REFERENCES person,
    to_id         uuid NOT NULL REFERENCES person,
    -- Never delegable: lifting a block, answering a reply, R14, R52, R24.
    power         text NOT NULL CONSTRAINT delegation_power
        CHECK (power IN ('signatory', 'judge', 'masker', 'withdrawer', 'stopper')),
    during        tstzrange NOT NULL CONSTRAINT delegation_dated
        CHECK (NOT lower_inf(during) AND NOT upper_inf(during)),
    CONSTRAINT delegation_to_another CHECK (from_id <> to_id)
);
CREATE INDEX delegation_to ON delegation (tenant_id, to_id);
CALL wall('delegation'); CALL gate('delegation');
GRANT SELECT, INSERT, UPDATE ON director, delegation TO imprimatur_app, imprimatur_worker;

-- A person's right to publish in an establishment, where it is not simply clear (R53).
CREATE TABLE standing (
    standing_id uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL REFERENCES tenant,
    person_id   uuid NOT NULL REFERENCES person,
    kind        text NOT NULL CONSTRAINT standing_kind CHECK (kind IN ('supervised', 'suspended')),
    during      tstzrange NOT NULL CONSTRAINT standing_ends CHECK (NOT upper_inf(during)),
    reason      text NOT NULL,
    decided_by  uuid REFERENCES person
);
CREATE INDEX standing_person ON standing (tenant_id, person_id);
CALL wall('standing'); CALL gate('standing');
CREATE TABLE briefing (
    tenant_id uuid NOT NULL REFERENCES tenant,
    person_id uuid NOT NULL REFERENCES person,
    version   text NOT NULL,
    answers   jsonb NOT NULL,
    read_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id, version)
);
CALL wall('briefing'); CALL gate('briefing');
GRANT SELECT, INSERT, UPDATE ON standing, briefing TO imprimatur_app, imprimatur_worker;

CREATE TABLE setting (
    tenant_id  uuid NOT NULL REFERENCES tenant,
    key        text NOT NULL,
    value      jsonb NOT NULL,
    changed_by uuid REFERENCES person,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CALL wall('setting'); CALL gate('setting');
GRANT SELECT, INSERT, UPDATE, DELETE ON setting TO imprimatur_app;
GRANT SELECT ON setting TO imprimatur_worker;

-- Of all settings of an establishment together. Without a row it is 1.
CREATE TABLE settings_version (
    tenant_id uuid PRIMARY KEY REFERENCES tenant,
    version   bigint NOT NULL CONSTRAINT settings_version_moved CHECK (version > 1)
);
CALL wall('settings_version');
GRANT SELECT, INSERT, UPDATE ON settings_version TO imprimatur_app;

-- How a person proves who they are. Read before a tenant is known, so by the worker's role alone.
CREATE TABLE credential (
    person_id  uuid PRIMARY KEY REFERENCES person,
    login      text NOT NULL CONSTRAINT credential_login_once UNIQUE,
    hash       text NOT NULL, -- argon2id, PHC string
    changed_at timestamptz NOT NULL
);
CREATE TABLE api_key (
    api_key_id uuid PRIMARY KEY,
    name       text NOT NULL,
    hash       bytea NOT NULL CONSTRAINT api_key_once UNIQUE, -- SHA-256 of the key, which has 256 bits or is the demo's
    tenants    uuid[] NOT NULL,
    scopes     text[] NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE sessions ( -- in the shape that scs asks for
    token  text PRIMARY KEY,
    data   bytea NOT NULL,
    expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);
-- How often somebody tried of late, by a hash of the login or the address.
CREATE TABLE login_attempt (
    subject  bytea PRIMARY KEY CONSTRAINT login_attempt_sha256 CHECK (length(subject) = 32),
    attempts integer NOT NULL,
    until    timestamptz NOT NULL
);
CREATE INDEX login_attempt_until ON login_attempt (until);
GRANT SELECT, INSERT, UPDATE, DELETE ON credential, api_key, sessions, login_attempt TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
