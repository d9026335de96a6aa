-- The roles of Imprimatur, for the whole cluster. Run it once as superuser, before the first
-- migration; it may be run again at any time, and puts right what was changed.
--
--   psql -d postgres   -c "CREATE DATABASE imprimatur TEMPLATE template0 ENCODING 'UTF8'"
--   psql -d imprimatur -v ON_ERROR_STOP=1 -f roles.sql -f database.sql
--   psql -d imprimatur -c '\password imprimatur' -c '\password imprimatur_migrator'
--
-- A server that starts its own private PostgreSQL does all of this by itself.
--
-- Nobody logs in as a group role. A connection takes one with SET ROLE, and row-level security
-- binds it: none may bypass it, none is superuser. The login roles inherit nothing, so that a
-- connection that forgot its SET ROLE can read nothing.

DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'imprimatur_owner',    -- owns the schema; migrations run as it
        'imprimatur_app',      -- serve and work: every table, through its tenant's policies
        'imprimatur_reader',   -- public handlers: SELECT on the reading views, nothing else
        'imprimatur_worker',   -- relay, sweeper and jobs across tenants: their few tables
        'imprimatur',          -- login of serve and work
        'imprimatur_migrator'  -- login of migrate
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I', wanted);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE imprimatur_owner    NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE imprimatur_app      NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE imprimatur_reader   NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE imprimatur_worker   NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE imprimatur          LOGIN   NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE imprimatur_migrator LOGIN   NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;

GRANT imprimatur_app, imprimatur_reader, imprimatur_worker TO imprimatur;
GRANT imprimatur_owner TO imprimatur_migrator;

DO $$
BEGIN
    IF pg_has_role('imprimatur', 'imprimatur_owner', 'MEMBER') THEN
        REVOKE imprimatur_owner FROM imprimatur;
    END IF;
END
$$;
