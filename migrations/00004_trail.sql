-- The outbox and the audit trail.

-- +goose Up
-- +goose StatementBegin
CREATE TABLE outbox (
    message_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    kind       text NOT NULL,
    queue      text NOT NULL,
    subject_id uuid NOT NULL,
    version    bigint NOT NULL,
    note       text NOT NULL DEFAULT '',
    status     text NOT NULL DEFAULT 'waiting' CONSTRAINT outbox_status
        CHECK (status IN ('waiting', 'sent', 'done', 'set_aside')),
    due_at     timestamptz NOT NULL, -- waiting: not to be sent before; sent: to be sent again after
    attempt    integer NOT NULL DEFAULT 0,
    failures   integer NOT NULL DEFAULT 0, -- apart from attempt: a delivery may be lost or put off without anybody's failure
    last_error text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at    timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
-- Each queue is claimed by itself, so that the urgent never waits behind the many.
CREATE INDEX outbox_waiting ON outbox (queue, due_at) WHERE status = 'waiting';
CREATE INDEX outbox_sent ON outbox (due_at) WHERE status = 'sent';
CREATE INDEX outbox_done ON outbox (done_at) WHERE status = 'done';
CREATE INDEX outbox_set_aside ON outbox (tenant_id) WHERE status = 'set_aside';
CALL wall('outbox'); CALL gate('outbox');
GRANT SELECT, INSERT, UPDATE ON outbox TO imprimatur_app;
GRANT SELECT, UPDATE, DELETE ON outbox TO imprimatur_worker;

-- Who an actor of the trail is. The row goes with the person's data; the trail stays.
CREATE TABLE audit_pseudonym (
    person_id uuid PRIMARY KEY,
    pseudonym uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT audit_pseudonym_once UNIQUE
);
ALTER TABLE audit_pseudonym ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_pseudonym FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_pseudonym TO imprimatur_owner USING (true) WITH CHECK (true);
CREATE POLICY tenant ON audit_pseudonym FOR SELECT TO imprimatur_app USING (
    EXISTS (SELECT 1 FROM membership m WHERE m.person_id = audit_pseudonym.person_id));
GRANT SELECT ON audit_pseudonym TO imprimatur_app;
CREATE FUNCTION give_pseudonym() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO audit_pseudonym (person_id) VALUES (NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER person_pseudonym AFTER INSERT ON person FOR EACH ROW EXECUTE FUNCTION give_pseudonym();

-- R58: acts, append-only. Ids, hashes and codes; never content.
CREATE TABLE audit_entry (
    entry_id        uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    at              timestamptz NOT NULL,
    actor_kind      text NOT NULL,
    pseudonym       uuid,
    roles           text NOT NULL,
    via             text NOT NULL,
    action          text NOT NULL,
    subject_kind    text NOT NULL,
    subject_id      uuid NOT NULL,
    contribution_id uuid,
    version         bigint NOT NULL,
    status_from     text NOT NULL,
    status_to       text NOT NULL,
    hash            bytea,
    ground          text NOT NULL DEFAULT '',
    rule            text NOT NULL DEFAULT '',
    entry_hash      bytea NOT NULL CONSTRAINT audit_entry_sha256 CHECK (length(entry_hash) = 32),
    xid             xid8 NOT NULL DEFAULT pg_current_xact_id() -- what is below the oldest running one can be sealed
);
CREATE INDEX audit_entry_contribution ON audit_entry (contribution_id, at) WHERE contribution_id IS NOT NULL;
CREATE INDEX audit_entry_subject ON audit_entry (subject_id, at);
CREATE INDEX audit_entry_tenant ON audit_entry (tenant_id, entry_id);
CALL wall('audit_entry');
CREATE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Journal non modifiable.' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_r58';
END $$;
CREATE TRIGGER audit_r58_rows BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION trail_is_append_only();
CREATE TRIGGER audit_r58_table BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION trail_is_append_only();
GRANT SELECT, INSERT ON audit_entry TO imprimatur_app;

-- The hash of an entry is made from its columns, in one place, for writing and for verifying.
CREATE FUNCTION audit_hash(e audit_entry) RETURNS bytea LANGUAGE sql IMMUTABLE
    RETURN sha256(convert_to(concat_ws(E'\x1f', (e).entry_id, (e).tenant_id, extract(epoch FROM (e).at), (e).actor_kind,
        (e).pseudonym, (e).roles, (e).via, (e).action, (e).subject_kind, (e).subject_id, (e).contribution_id, (e).version,
        (e).status_from, (e).status_to, encode((e).hash, 'hex'), (e).ground, (e).rule), 'UTF8'));
CREATE FUNCTION seal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.entry_hash := audit_hash(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_hash BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION seal_entry();

-- R58: whoever re-arms what was set aside leaves a trail. The worker's role may add
-- that one act, and reads nothing.
CREATE POLICY worker ON audit_entry FOR INSERT TO imprimatur_worker
    WITH CHECK (action = 'rearm' AND subject_kind = 'message' AND actor_kind = 'system' AND pseudonym IS NULL);
GRANT INSERT ON audit_entry TO imprimatur_worker;

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
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
