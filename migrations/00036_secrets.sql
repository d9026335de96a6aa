-- What the follow-up secrets of reports prove, and what a case keeps of its people.

-- +goose Up
-- +goose StatementBegin
-- A typed address proves nothing, nor does a look at an address that was mailed: mail filters look, and
-- so does whoever wonders. Once somebody says with a secret that was mailed there that they reported it,
-- or acts with it as who reported, whoever has that address did: then they do not judge it (R46), and no
-- sooner. Of what is under way it goes on as it was: nobody judges of a sudden what they may have reported.
DROP TRIGGER known ON report;
DROP FUNCTION report_known();
ALTER TABLE report ADD COLUMN proved_at timestamptz, ADD COLUMN disowned_at timestamptz; -- they said that it was not they
UPDATE report SET proved_at = reported_at WHERE known_ids IS NOT NULL;
ALTER TABLE report ADD CONSTRAINT report_proved CHECK ((known_ids IS NULL) = (proved_at IS NULL));
ALTER TABLE report_secret ADD COLUMN mailed boolean NOT NULL DEFAULT false;
GRANT SELECT (proved_at, disowned_at) ON report TO imprimatur_worker;

-- link_report adds the secret of a letter that carries a follow-up address, for whoever sends
-- a letter about that report.
CREATE OR REPLACE FUNCTION link_report(about uuid, hash bytea) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_secret (secret, tenant_id, case_id, report_id, mailed)
    SELECT hash, r.tenant_id, r.case_id, r.report_id, true FROM report r
    WHERE r.report_id = about AND EXISTS (SELECT 1 FROM letter_item i WHERE i.report_id = about AND i.tenant_id = current_tenant());
    RETURN FOUND;
END $$;

-- prove_address keeps that somebody acted with a mailed secret: of a report of this house, by whoever has the
-- address that was given with it. A reply is its own matter: it is judged by whom its name is (R56).
CREATE FUNCTION prove_address(hash bytea, moment timestamptz) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE report r SET proved_at = moment, known_ids = ARRAY(
            SELECT p.person_id FROM person p WHERE p.email <> '' AND lower(p.email) = lower(r.email) AND f.kind <> 'reply')
    FROM report_secret s, case_file f
    WHERE s.secret = hash AND s.mailed AND r.report_id = s.report_id AND r.tenant_id = current_tenant() AND f.case_id = r.case_id
        AND r.person_id IS NULL AND r.email <> '' AND r.proved_at IS NULL;
END;

-- disown_address keeps that whoever has the address says that they did not report: no mail about it
-- goes there any more.
CREATE FUNCTION disown_address(hash bytea, moment timestamptz) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE report r SET disowned_at = moment FROM report_secret s
    WHERE s.secret = hash AND s.mailed AND r.report_id = s.report_id AND r.tenant_id = current_tenant()
        AND r.person_id IS NULL AND r.email <> '' AND r.proved_at IS NULL AND r.disowned_at IS NULL;
END;

-- What was typed into the form that was sent, as a hash: the same form sent again is the same report.
-- Its secret is made of the form's stamp, so that a stamp is good for one sending.
ALTER TABLE report_secret ADD COLUMN form bytea;
CREATE FUNCTION add_report(doc jsonb, hash bytea, typed bytea) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM add_report(doc, hash);
    UPDATE report_secret s SET form = typed WHERE s.secret = hash;
END $$;
REVOKE EXECUTE ON FUNCTION add_report(jsonb, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_report(jsonb, bytea, bytea) TO imprimatur_app;

-- By when a decision was aimed at when they reported: the case's own time tells when others did (R44).
ALTER TABLE report ADD COLUMN due_at timestamptz;

-- filed_by lists what somebody has reported before a report, the newest first, whoever handles it, with
-- what tells how far it has come for them.
DROP FUNCTION filed_by(uuid, uuid, integer);
CREATE FUNCTION filed_by(who uuid, before uuid, most integer) RETURNS TABLE (report_id uuid, reference text, title text, status text, asked boolean,
    reported_at timestamptz, due_at timestamptz, viewed_at timestamptz, appeal_until timestamptz, appealing boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT r.report_id, r.reference, f.title, f.status, r.report_id = (
            SELECT e.report_id FROM case_entry e WHERE e.case_id = f.case_id AND e.kind = 'question' ORDER BY e.entry_id DESC LIMIT 1),
        r.reported_at, coalesce(r.due_at, f.due_at), f.viewed_at, f.appeal_until,
        EXISTS (SELECT 1 FROM case_entry e WHERE e.case_id = f.case_id AND e.kind = 'appeal' AND e.report_id = r.report_id
            AND NOT EXISTS (SELECT 1 FROM case_ruling u WHERE u.case_id = f.case_id AND u.ruling_id > e.entry_id))
    FROM report r JOIN case_file f ON f.case_id = r.case_id
    WHERE r.person_id = who AND (before IS NULL OR r.report_id < before) ORDER BY r.report_id DESC LIMIT most;
END;

-- A purged case names nobody who acted on it either: not who hid it meanwhile, nor whom a letter was
-- for, nor who recorded, executed, answered or lifted an order (R63). What they did is in the trail.
ALTER TABLE authority_order ADD COLUMN forgotten boolean NOT NULL DEFAULT false, DROP CONSTRAINT order_checked, DROP CONSTRAINT order_lifted,
    ADD CONSTRAINT order_checked CHECK ((checked_at IS NULL) = (checked_how = '') AND (forgotten OR (checked_at IS NULL) = (checked_by IS NULL))),
    ADD CONSTRAINT order_lifted CHECK (lifted_at IS NULL OR (executed_at IS NOT NULL AND lift_reference <> '' AND (forgotten OR lifted_by IS NOT NULL))),
    ADD CONSTRAINT order_forgotten CHECK (NOT forgotten OR num_nonnulls(checked_by, executed_by, replied_by, lifted_by) = 0);
CREATE FUNCTION forget_people() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.interim := NULL;
    NEW.interim_by := NULL;
    NEW.interim_at := NULL;
    DELETE FROM letter_item i WHERE i.case_id = NEW.case_id;
    UPDATE authority_order o SET forgotten = true, checked_by = NULL, executed_by = NULL, replied_by = NULL, lifted_by = NULL WHERE o.case_id = NEW.case_id;
    RETURN NEW;
END $$;
CREATE TRIGGER forget_people BEFORE UPDATE OF purged_at ON case_file FOR EACH ROW
    WHEN (OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_people();

-- A reply has the statuses of its own machine.
ALTER TABLE case_file ADD CONSTRAINT case_status_reply CHECK (kind <> 'reply' OR status IN
    ('', 'received', 'acknowledged', 'assigned', 'examining', 'decided', 'closed'));

-- lent_power tells by which delegable power somebody acted who does not direct, as the trail has
-- their roles; NULL where another capacity of theirs allowed the act. The holds of a case are in
-- the trail too, made in a capacity without 'staff': its decision is told, and they are not.
DROP INDEX audit_entry_lent;
CREATE OR REPLACE FUNCTION lent_power(act text, roles text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT CASE
        WHEN 'director' = ANY (x.had) THEN NULL
        WHEN act IN ('sign', 'refuse_signature') AND 'signatory' = ANY (x.had) THEN 'signatory'
        WHEN act IN ('record_order', 'authenticate', 'execute', 'answer_order', 'pass_order', 'refer', 'abstain',
            'mark_unfounded', 'lift_unfounded') AND 'judge' = ANY (x.had) THEN 'judge'
        WHEN x.had && ARRAY['owner', 'backup'] THEN NULL
        WHEN act IN ('inquire', 'mask_case', 'show_case', 'decide', 'dismiss', 'overturn', 'reassign', 'escalate', 'transfer', 'merge', 'reopen_case',
            'link_case', 'unlink_case', 'take_step') AND 'judge' = ANY (x.had) THEN 'judge'
        WHEN NOT 'staff' = ANY (x.had) THEN NULL
        WHEN act = 'block' AND 'judge' = ANY (x.had) THEN 'judge'
        WHEN 'moderator' = ANY (x.had) THEN NULL
        WHEN act = 'mask' AND 'masker' = ANY (x.had) THEN 'masker'
        WHEN act IN ('withdraw', 'restore') AND 'withdrawer' = ANY (x.had) THEN 'withdrawer'
        WHEN act IN ('freeze', 'unfreeze', 'stop') AND 'stopper' = ANY (x.had) THEN 'stopper' END
    FROM (SELECT string_to_array(roles, ',') AS had) x);
CREATE INDEX audit_entry_lent ON audit_entry (tenant_id, entry_id DESC) WHERE lent_power(action, roles) IS NOT NULL;

-- Whom a text comes to concern by a later version loses sight of the cases about it (R46): from that
-- moment, and not before it.
ALTER TABLE case_concern ADD COLUMN noted_at timestamptz; -- NULL: when it was reported
CREATE FUNCTION concern_anew(content uuid, concerns jsonb, moment timestamptz) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    INSERT INTO case_concern (case_id, tenant_id, person_id, cause, noted_at)
    SELECT DISTINCT f.case_id, f.tenant_id, x.person, x.cause, moment FROM case_file f, jsonb_to_recordset(concerns) AS x(person uuid, cause text)
    WHERE f.contribution_id = content AND f.place_id = current_tenant() AND f.status NOT IN ('', 'closed', 'merged') AND x.cause <> 'judged'
    ON CONFLICT DO NOTHING;
END;
-- examined tells whether a case that is not over is about a content of this establishment.
CREATE FUNCTION examined(content uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM case_file f WHERE f.contribution_id = content AND f.place_id = current_tenant() AND f.status NOT IN ('', 'closed', 'merged'));

-- follow_report takes a letter that nobody is sending, with its message, to the house that its report
-- has gone to: it was in a worker's hands when the case was handed over. It tells whether it did.
CREATE FUNCTION follow_report(about uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    target uuid;
BEGIN
    UPDATE letter l SET tenant_id = r.tenant_id, busy_until = NULL FROM report r
    WHERE l.letter_id = about AND l.tenant_id = current_tenant() AND r.report_id = l.report_id AND r.tenant_id <> l.tenant_id
      AND (l.state = 'gathering' OR l.state = 'sending' AND coalesce(l.busy_until <= moment, true))
    RETURNING r.tenant_id INTO target;
    IF target IS NULL THEN
        RETURN false;
    END IF;
    UPDATE outbox SET tenant_id = target WHERE subject_id = about AND kind = 'notification:mail' AND status <> 'done';
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION concern_anew(uuid, jsonb, timestamptz), examined(uuid), follow_report(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION concern_anew(uuid, jsonb, timestamptz), examined(uuid), follow_report(uuid, timestamptz) TO imprimatur_app;
REVOKE EXECUTE ON FUNCTION forget_people(), prove_address(bytea, timestamptz), disown_address(bytea, timestamptz), filed_by(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prove_address(bytea, timestamptz), disown_address(bytea, timestamptz) TO imprimatur_app;
GRANT EXECUTE ON FUNCTION filed_by(uuid, uuid, integer) TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
