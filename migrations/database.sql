-- The database that this is run in becomes Imprimatur's: owned by imprimatur_owner, open to the
-- login roles, and to nobody else. Run it as superuser after roles.sql; it may be run again.

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO imprimatur_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO imprimatur, imprimatur_migrator', current_database());
END
$$;

ALTER SCHEMA public OWNER TO imprimatur_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO imprimatur_app, imprimatur_reader, imprimatur_worker;
