-- Cases: what was reported, the evidence of what it was, who examines it, and what came of it.

-- +goose Up
-- +goose StatementBegin
-- A case is in the hands of one tenant: the establishment where the content is or, where the
-- person chose it or the head is concerned, an authority above (R40, R46). Row-level security
-- shows it to that tenant alone, so that it leaves the head's view when it is transferred.
CREATE TABLE case_file (
    case_id         uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL REFERENCES tenant,
    place_id        uuid NOT NULL REFERENCES tenant, -- the establishment where the content is
    kind            text NOT NULL CONSTRAINT case_kind CHECK (kind IN ('report', 'takedown', 'appeal')),
    status          text NOT NULL DEFAULT '' CONSTRAINT case_status CHECK (status IN
        ('', 'received', 'acknowledged', 'assigned', 'examining', 'inquiring', 'decided', 'appealed', 'closed', 'merged')),
    version         bigint NOT NULL DEFAULT 0,
    reference       text NOT NULL CONSTRAINT case_reference_once UNIQUE,
    subject_id      uuid,                            -- what is examined; NULL where the location names nothing here
    contribution_id uuid,
    photo_id        uuid,
    space_id        uuid,
    author_id       uuid REFERENCES person,          -- whose content it is
    title           text NOT NULL DEFAULT '',        -- as it was
    location        text NOT NULL,                   -- as it was given (R38)
    ground          text NOT NULL DEFAULT '',        -- the gravest that somebody named
    severity        smallint NOT NULL CONSTRAINT case_severity CHECK (severity BETWEEN 1 AND 4),
    authority       boolean NOT NULL DEFAULT false,  -- somebody asked for the authority above
    assignee_id     uuid REFERENCES person,
    assigned_as     text NOT NULL DEFAULT '',        -- owner, backup, director or authority
    opened_at       timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,            -- R41
    escalate_at     timestamptz NOT NULL,            -- half of it (R40)
    escalated_at    timestamptz,
    viewed_at       timestamptz,                     -- by the first human who examines
    verdict         text NOT NULL DEFAULT '',
    decided_at      timestamptz,
    decided_by      uuid REFERENCES person,
    appeal_until    timestamptz,                     -- R45
    appealed_by     text NOT NULL DEFAULT '' CONSTRAINT case_appealed_by CHECK (appealed_by IN ('', 'author', 'reporter', 'both')),
    closed_at       timestamptz,
    merged_into     uuid REFERENCES case_file,
    minors          boolean NOT NULL DEFAULT false,  -- somebody under age may be among the readers (R42)
    CONSTRAINT case_tenant UNIQUE (tenant_id, case_id),
    CONSTRAINT case_contribution FOREIGN KEY (place_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
-- Many who report one thing are one examination.
CREATE UNIQUE INDEX case_under_way ON case_file (subject_id) WHERE subject_id IS NOT NULL
    AND status IN ('', 'received', 'acknowledged', 'assigned', 'examining', 'inquiring');
CREATE UNIQUE INDEX case_appeal_once ON case_file (subject_id) WHERE kind = 'appeal'; -- R45
CREATE INDEX case_waiting ON case_file (tenant_id, due_at, case_id) WHERE status NOT IN ('decided', 'closed', 'merged');
CREATE INDEX case_latest ON case_file (tenant_id, case_id DESC);
CREATE INDEX case_of_contribution ON case_file (contribution_id);
CREATE INDEX case_of_photo ON case_file (photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX case_assigned ON case_file (tenant_id, assignee_id, due_at, case_id);
CALL wall('case_file'); CALL gate('case_file');

-- Whom a case concerns, and why: none of them judges it (R46), nor does who has judged the
-- exact text (R45). Computed when the content is reported.
CREATE TABLE case_concern (
    case_id   uuid NOT NULL,
    tenant_id uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    cause     text NOT NULL CONSTRAINT case_concern_cause CHECK (cause IN ('author', 'depicted', 'named', 'kin', 'judged')),
    PRIMARY KEY (case_id, person_id, cause),
    CONSTRAINT case_concern_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CALL wall('case_concern');

-- What one person reported. Who they are is for whoever may know (R44).
CREATE TABLE report (
    report_id     uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    case_id       uuid NOT NULL,
    reference     text NOT NULL CONSTRAINT report_reference_once UNIQUE,
    person_id     uuid REFERENCES person, -- who was signed in
    name          text NOT NULL DEFAULT '', -- as given, or as the directory had it
    email         text NOT NULL DEFAULT '', -- likewise; of a minor none
    language      text NOT NULL DEFAULT 'fr',
    ground        text NOT NULL,
    legal_ground  text NOT NULL DEFAULT '',
    explanation   text NOT NULL DEFAULT '',
    prior_contact text NOT NULL DEFAULT '',
    good_faith    boolean NOT NULL,
    reported_at   timestamptz NOT NULL,
    CONSTRAINT report_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX report_of ON report (case_id, report_id);
CREATE INDEX report_person ON report (person_id, reported_at) WHERE person_id IS NOT NULL;
CALL wall('report'); CALL gate('report');

-- The secrets of follow-up addresses, as SHA-256: one that was shown at once, and one for each
-- letter that carries the address.
CREATE TABLE report_secret (
    secret    bytea PRIMARY KEY,
    tenant_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    report_id uuid NOT NULL REFERENCES report,
    CONSTRAINT report_secret_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CALL wall('report_secret'); CALL gate('report_secret');

-- What the content was when it was reported: the exact revision, its pictures and who could
-- see it. Nothing that happens to the content afterwards touches it.
CREATE TABLE evidence (
    evidence_id uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    revision_id uuid,
    document    text NOT NULL,  -- the exact JSON that the hash is of
    hash        bytea NOT NULL,
    photos      uuid[] NOT NULL DEFAULT '{}', -- that it names: their files stay while the case does (R63)
    sealed      boolean NOT NULL, -- R50: shown to nobody but the evidence custodian
    taken_at    timestamptz NOT NULL,
    CONSTRAINT evidence_once UNIQUE (case_id, hash),
    CONSTRAINT evidence_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX evidence_photos ON evidence USING gin (photos);
CALL wall('evidence');

-- What was said in a case: notes of those who examine, questions, answers, grounds of an appeal.
CREATE TABLE case_entry (
    entry_id   uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    case_id    uuid NOT NULL,
    report_id  uuid REFERENCES report, -- to or from whom
    kind       text NOT NULL CONSTRAINT case_entry_kind CHECK (kind IN ('note', 'question', 'answer', 'appeal', 'move')),
    person_id  uuid REFERENCES person,
    said       text NOT NULL,
    said_at    timestamptz NOT NULL,
    CONSTRAINT case_entry_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX case_entry_of ON case_entry (case_id, entry_id);
CALL wall('case_entry');

-- What was decided, with its statement of reasons (R43).
CREATE TABLE case_ruling (
    ruling_id   uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    verdict     text NOT NULL CONSTRAINT case_ruling_verdict CHECK (verdict IN ('keep', 'ask_edit', 'withdraw', 'withdraw_picture', 'stand')),
    appeal      boolean NOT NULL,
    upheld      boolean NOT NULL DEFAULT false,
    person_id   uuid NOT NULL REFERENCES person,
    photo_id    uuid,
    sealed      boolean NOT NULL DEFAULT false,
    ground      text NOT NULL DEFAULT '',
    reason      text NOT NULL,      -- to the author
    answer      text NOT NULL,      -- to who reported
    statement   jsonb,
    decided_at  timestamptz NOT NULL,
    CONSTRAINT case_ruling_r43 CHECK (verdict IN ('keep', 'ask_edit', 'stand') OR statement IS NOT NULL),
    CONSTRAINT case_ruling_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX case_ruling_of ON case_ruling (case_id, ruling_id);
CALL wall('case_ruling');

-- The letters of a case, as they were written: to the author and to each who reported, one never
-- telling of the other (R44).
CREATE TABLE case_letter (
    letter_id  uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    case_id    uuid NOT NULL,
    party      text NOT NULL CONSTRAINT case_letter_party CHECK (party IN ('author', 'reporter')),
    report_id  uuid REFERENCES report, -- to whom, of those who reported
    person_id  uuid REFERENCES person,
    kind       text NOT NULL CONSTRAINT case_letter_kind CHECK (kind IN ('receipt', 'question', 'decision', 'answer')),
    cause      uuid NOT NULL,          -- the message or the ruling that it tells of
    subject    text NOT NULL,
    body       text NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT case_letter_once UNIQUE NULLS NOT DISTINCT (cause, party, report_id),
    CONSTRAINT case_letter_reporter CHECK ((party = 'reporter') = (report_id IS NOT NULL)),
    CONSTRAINT case_letter_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX case_letter_of ON case_letter (case_id, letter_id);
CALL wall('case_letter');

-- The hold that a case placed, so that what it decides releases its own and no other's.
ALTER TABLE hold ADD COLUMN case_id uuid;
CREATE INDEX hold_of_case ON hold (case_id) WHERE case_id IS NOT NULL;
ALTER TABLE notice ADD COLUMN case_id uuid;

GRANT SELECT, INSERT, UPDATE ON case_file TO imprimatur_app;
GRANT SELECT, INSERT ON case_concern, report, report_secret, evidence, case_entry, case_ruling, case_letter TO imprimatur_app;
GRANT UPDATE (case_id) ON report, report_secret, evidence TO imprimatur_app;
GRANT SELECT (case_id, tenant_id, contribution_id) ON case_file TO imprimatur_worker;
GRANT SELECT (report_id, tenant_id, case_id, person_id) ON report TO imprimatur_worker;
GRANT SELECT ON report_secret TO imprimatur_worker;

-- under_way tells whether a case of a status is to be decided yet, so that who reports the
-- same joins it.
CREATE FUNCTION under_way(status text) RETURNS boolean LANGUAGE sql IMMUTABLE
    RETURN status IN ('', 'received', 'acknowledged', 'assigned', 'examining', 'inquiring');

-- The functions below let whoever reports in an establishment add to a case of its own content,
-- and the establishment carry out what was decided of it, also while an authority has it in
-- hand: nothing else, and of no other establishment's.

-- open_case finds the case under way about the same and locks it, or writes this one.
CREATE FUNCTION open_case(doc jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted case_file := jsonb_populate_record(NULL::case_file, doc);
    known case_file;
BEGIN
    wanted.tenant_id := current_tenant();
    wanted.place_id := current_tenant();
    LOOP
        SELECT * INTO known FROM case_file f
        WHERE f.subject_id = wanted.subject_id AND f.place_id = current_tenant() AND under_way(f.status) FOR NO KEY UPDATE;
        IF FOUND THEN
            RETURN jsonb_build_object('case', to_jsonb(known), 'opened', false);
        END IF;
        INSERT INTO case_file SELECT wanted.* ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN jsonb_build_object('case', to_jsonb(wanted), 'opened', true);
        END IF;
    END LOOP;
END $$;

-- add_report writes what one person reported. Of somebody whom the directory knows it keeps
-- the name and, unless they are a minor, the address: an authority does not know them.
CREATE FUNCTION add_report(doc jsonb, hash bytea) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r report := jsonb_populate_record(NULL::report, doc);
BEGIN
    SELECT f.tenant_id INTO STRICT r.tenant_id FROM case_file f WHERE f.case_id = r.case_id AND f.place_id = current_tenant();
    IF r.person_id IS NOT NULL THEN
        SELECT p.given_name || ' ' || p.family_name, CASE WHEN grown(p.person_id, (r.reported_at AT TIME ZONE t.time_zone)::date) THEN p.email ELSE '' END, p.language
        INTO r.name, r.email, r.language FROM person p, tenant t WHERE p.person_id = r.person_id AND t.tenant_id = current_tenant();
    END IF;
    INSERT INTO report SELECT r.*;
    INSERT INTO report_secret (secret, tenant_id, case_id, report_id) VALUES (hash, r.tenant_id, r.case_id, r.report_id);
END $$;

-- add_evidence keeps what the content was, once for each state of it, and whom it concerns.
CREATE FUNCTION add_evidence(doc jsonb, concerns jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e evidence := jsonb_populate_record(NULL::evidence, doc);
BEGIN
    SELECT f.tenant_id INTO STRICT e.tenant_id FROM case_file f WHERE f.case_id = e.case_id AND f.place_id = current_tenant();
    INSERT INTO evidence SELECT e.* ON CONFLICT ON CONSTRAINT evidence_once DO NOTHING;
    INSERT INTO case_concern (case_id, tenant_id, person_id, cause)
    SELECT DISTINCT e.case_id, e.tenant_id, x.person, x.cause FROM jsonb_to_recordset(concerns) AS x(person uuid, cause text)
    ON CONFLICT DO NOTHING;
END $$;

-- promise_case writes messages about a case: to whoever handles it or, where there is said so,
-- to the establishment of its content.
CREATE FUNCTION promise_case(about uuid, messages jsonb, there boolean) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT x.id, CASE WHEN there THEN f.place_id ELSE f.tenant_id END, x.kind, x.queue, f.case_id, x.version, x.note, x.due
    FROM case_file f, jsonb_to_recordset(messages) AS x(id uuid, kind text, queue text, version bigint, note text, due timestamptz)
    WHERE f.case_id = about AND current_tenant() IN (f.tenant_id, f.place_id) AND x.kind IN ('case:joined', 'case:due', 'case:carried', 'notification:case');
END $$;

-- aggravate_case makes a case as grave as one more report of it; it was locked by open_case.
CREATE FUNCTION aggravate_case(about uuid, what text, grave smallint, due timestamptz, half timestamptz, wants_authority boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_file f SET ground = CASE WHEN grave > f.severity THEN what ELSE f.ground END, severity = greatest(f.severity, grave),
        due_at = least(f.due_at, due), escalate_at = least(f.escalate_at, half), authority = f.authority OR wants_authority
    WHERE f.case_id = about AND f.place_id = current_tenant();
    IF grave = 4 THEN
        UPDATE evidence e SET sealed = true WHERE e.case_id = about AND NOT e.sealed;
    END IF;
END $$;

-- hand_over moves a case, what is in it and what is promised about it to the authority above.
CREATE FUNCTION hand_over(about uuid, target uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_file f SET tenant_id = target, assignee_id = NULL, assigned_as = ''
    WHERE f.case_id = about AND f.tenant_id = current_tenant()
      AND EXISTS (SELECT 1 FROM tenant t WHERE t.tenant_id = current_tenant() AND t.parent_id = target);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE outbox SET tenant_id = target
    WHERE subject_id = about AND status <> 'done' AND kind IN ('case:received', 'case:route', 'case:due', 'case:joined', 'notification:case');
    UPDATE letter SET tenant_id = target
    WHERE state IN ('gathering', 'sending') AND report_id IN (SELECT r.report_id FROM report r WHERE r.case_id = about);
    UPDATE outbox o SET tenant_id = target FROM letter l JOIN report r ON r.report_id = l.report_id
    WHERE r.case_id = about AND o.subject_id = l.letter_id AND o.kind = 'notification:mail' AND o.status <> 'done';
    DELETE FROM notice n WHERE n.case_id = about AND n.kind IN ('case_assigned', 'case_informed', 'case_escalated', 'case_overdue', 'case_answered', 'case_appealed');
    RETURN true;
END $$;

-- case_order is what the establishment of a content is to carry out of a case: with no name, no
-- address and no word of who reported.
CREATE FUNCTION case_order(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('case', to_jsonb(f) - 'location' || jsonb_build_object('withdrawn', (
                SELECT u.photo_id FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1)),
            'reports', (SELECT coalesce(jsonb_agg(jsonb_build_object('report_id', r.report_id, 'person_id', r.person_id, 'ground', r.ground,
                    'good_faith', r.good_faith, 'name', CASE WHEN r.name <> '' THEN '-' ELSE '' END, 'reported_at', r.reported_at) ORDER BY r.report_id), '[]')
                FROM report r WHERE r.case_id = f.case_id),
            'ruling', (SELECT to_jsonb(u) FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1))
        FROM case_file f WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));

-- case_keeps tells whether a case keeps a contribution or a photo as evidence, and when the last
-- that did was closed (R63).
CREATE FUNCTION case_keeps(what uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('open', coalesce(bool_or(f.status NOT IN ('closed', 'merged')), false), 'closed_at', max(f.closed_at))
        FROM (
            SELECT c.case_id FROM case_file c WHERE c.contribution_id = what
            UNION SELECT c.case_id FROM case_file c WHERE c.photo_id = what
            UNION SELECT e.case_id FROM evidence e WHERE e.photos @> ARRAY[what]) x
        JOIN case_file f ON f.case_id = x.case_id WHERE f.place_id = current_tenant());

-- reports_since counts what somebody has reported of what is here, whoever handles it.
CREATE FUNCTION reports_since(who uuid, since timestamptz) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT count(*) FROM report r JOIN case_file f ON f.case_id = r.case_id
        WHERE r.person_id = who AND r.reported_at > since AND f.place_id = current_tenant());

-- contested tells whether a decision was appealed before, with a case of its own (R45).
CREATE FUNCTION contested(what uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM case_file f WHERE f.subject_id = what AND f.kind = 'appeal' AND f.place_id = current_tenant());

-- reads tells whether somebody is of the audience of a space here.
CREATE FUNCTION reads(who uuid, place uuid, moment timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM space s WHERE s.space_id = place AND s.tenant_id = current_tenant()
        AND ARRAY[s.scope, 'space:' || s.space_id] && scopes_within(who, NULL, moment));

-- called is the name of an establishment or authority, which is no secret.
CREATE FUNCTION called(which uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT t.name FROM tenant t WHERE t.tenant_id = which);

-- link_report adds the secret of a letter that carries a follow-up address, for whoever sends
-- a letter about that report.
CREATE FUNCTION link_report(about uuid, hash bytea) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO report_secret (secret, tenant_id, case_id, report_id)
    SELECT hash, r.tenant_id, r.case_id, r.report_id FROM report r
    WHERE r.report_id = about AND EXISTS (SELECT 1 FROM letter_item i WHERE i.report_id = about AND i.tenant_id = current_tenant());
    RETURN FOUND;
END $$;

REVOKE EXECUTE ON FUNCTION open_case(jsonb), add_report(jsonb, bytea), add_evidence(jsonb, jsonb), promise_case(uuid, jsonb, boolean),
    aggravate_case(uuid, text, smallint, timestamptz, timestamptz, boolean), hand_over(uuid, uuid), case_order(uuid), case_keeps(uuid),
    reports_since(uuid, timestamptz), contested(uuid), reads(uuid, uuid, timestamptz), called(uuid), link_report(uuid, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_case(jsonb), add_report(jsonb, bytea), add_evidence(jsonb, jsonb), promise_case(uuid, jsonb, boolean),
    aggravate_case(uuid, text, smallint, timestamptz, timestamptz, boolean), hand_over(uuid, uuid), case_order(uuid), case_keeps(uuid),
    reports_since(uuid, timestamptz), contested(uuid), reads(uuid, uuid, timestamptz), called(uuid), link_report(uuid, bytea) TO imprimatur_app;

-- A case is where whoever handles it is. Its author comes by the establishment of the content.
CREATE OR REPLACE FUNCTION tenant_of(resource uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT tenant_id FROM contribution WHERE contribution_id = resource
    UNION ALL SELECT tenant_id FROM space WHERE space_id = resource
    UNION ALL SELECT tenant_id FROM revision WHERE revision_id = resource
    UNION ALL SELECT tenant_id FROM groups WHERE group_id = resource
    UNION ALL SELECT tenant_id FROM notice WHERE notice_id = resource
    UNION ALL SELECT tenant_id FROM word_list WHERE word_list_id = resource
    UNION ALL SELECT tenant_id FROM delegation WHERE delegation_id = resource
    UNION ALL SELECT tenant_id FROM standing WHERE standing_id = resource
    UNION ALL SELECT tenant_id FROM photo WHERE photo_id = resource
    UNION ALL SELECT tenant_id FROM photo_series WHERE series_id = resource
    UNION ALL SELECT tenant_id FROM consent_request WHERE request_id = resource
    UNION ALL SELECT tenant_id FROM consent WHERE consent_id = resource
    UNION ALL SELECT tenant_id FROM consent_paper WHERE paper_id = resource
    UNION ALL SELECT tenant_id FROM case_file WHERE case_id = resource
    LIMIT 1;
END;

-- judges_of lists who judges cases in an establishment or authority: who directs it, then whom
-- the power is lent to.
CREATE FUNCTION judges_of(place uuid, moment timestamptz) RETURNS TABLE (person_id uuid, directing boolean) LANGUAGE sql STABLE AS $$
    SELECT x.person_id, bool_or(x.directing) FROM (
        SELECT d.person_id, true AS directing FROM director d WHERE d.tenant_id = place AND d.during @> moment AND directs(place, d.person_id, moment)
        UNION ALL
        SELECT g.to_id, false FROM delegation g WHERE g.tenant_id = place AND g.power = 'judge' AND g.during @> moment
          AND directs(place, g.from_id, moment) AND belongs(place, g.to_id, moment)
    ) x GROUP BY x.person_id
$$;

-- Letters of cases: to who reported, by the address that they gave, without a person; and to
-- an author with what else they are told. In the mailbox who reported is not named (R44).
ALTER TABLE letter ALTER COLUMN person_id DROP NOT NULL, ADD COLUMN report_id uuid REFERENCES report,
    ADD CONSTRAINT letter_reader CHECK (num_nonnulls(person_id, report_id) = 1);
ALTER TABLE letter_item DROP CONSTRAINT letter_item_pkey, DROP CONSTRAINT letter_item_kind, DROP CONSTRAINT letter_item_letter,
    ADD CONSTRAINT letter_item_letter FOREIGN KEY (tenant_id, letter_id) REFERENCES letter (tenant_id, letter_id) ON UPDATE CASCADE ON DELETE CASCADE,
    ALTER COLUMN person_id DROP NOT NULL, ALTER COLUMN consent_id DROP NOT NULL,
    ADD COLUMN case_id uuid, ADD COLUMN report_id uuid REFERENCES report, ADD COLUMN reference text NOT NULL DEFAULT '',
    ADD CONSTRAINT letter_item_once UNIQUE NULLS NOT DISTINCT (cause, person_id, report_id),
    ADD CONSTRAINT letter_item_subject CHECK (num_nonnulls(consent_id, case_id) = 1),
    ADD CONSTRAINT letter_item_kind CHECK (kind IN ('consent_asked', 'consent_reminder', 'consent_again', 'consent_ending',
        'case_received', 'case_question', 'case_decided'));

-- The reference of the case by which something was withdrawn: its tombstone says it.
CREATE VIEW reading_reference WITH (security_barrier) AS
SELECT r.contribution_id AS withdrawn, h.reference
FROM readable_snapshot r
JOIN hold h ON h.target_id = r.contribution_id AND h.status = 'open' AND h.kind = 'withdraw' AND h.case_id IS NOT NULL
WHERE r.exposure = 'withdrawn';
GRANT SELECT ON reading_reference TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
