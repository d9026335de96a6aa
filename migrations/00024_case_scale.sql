-- Cases with many reports, that are merged, linked, and forgotten when their time is over.

-- +goose Up
-- +goose StatementBegin
ALTER TABLE case_file ADD COLUMN purged_at timestamptz; -- R63: from then on it is figures alone
ALTER TABLE case_ruling ADD COLUMN answer_until timestamptz, -- until when who reported may appeal it
    ALTER COLUMN person_id DROP NOT NULL;                    -- of a purged case

-- Cases of one house that belong together (R51), the smaller id first.
CREATE TABLE case_link (
    one_id    uuid NOT NULL,
    other_id  uuid NOT NULL,
    tenant_id uuid NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    reason    text NOT NULL,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (one_id, other_id),
    CONSTRAINT case_link_two CHECK (one_id < other_id),
    CONSTRAINT case_link_one FOREIGN KEY (tenant_id, one_id) REFERENCES case_file (tenant_id, case_id),
    CONSTRAINT case_link_other FOREIGN KEY (tenant_id, other_id) REFERENCES case_file (tenant_id, case_id)
);
CREATE INDEX case_link_back ON case_link (other_id);
CALL wall('case_link');
GRANT SELECT, INSERT, UPDATE, DELETE ON case_link TO imprimatur_app;

CREATE INDEX case_letter_to ON case_letter (report_id) WHERE report_id IS NOT NULL;
CREATE INDEX case_letter_author ON case_letter (case_id) WHERE party = 'author';
CREATE INDEX report_by ON report (case_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX case_assigned_done ON case_file (tenant_id, assignee_id, case_id DESC) WHERE status IN ('decided', 'closed', 'merged');
CREATE INDEX case_done ON case_file (tenant_id, case_id DESC) WHERE status IN ('decided', 'closed', 'merged');
CREATE INDEX case_assigned_waiting ON case_file (tenant_id, assignee_id, due_at, case_id) WHERE status NOT IN ('decided', 'closed', 'merged');
CREATE INDEX case_merged ON case_file (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX case_closed ON case_file (closed_at, case_id) WHERE status = 'closed' AND purged_at IS NULL;
DROP INDEX case_assigned;
GRANT SELECT (status, closed_at, purged_at) ON case_file TO imprimatur_worker;
GRANT UPDATE (case_id) ON case_entry, case_letter TO imprimatur_app;

-- tally is what all reports of a case come to: how many, the grounds that somebody named, and
-- those that a credible report named, whose reporter is known or gave a name in good faith (R42).
CREATE FUNCTION tally(about uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('count', count(*), 'grounds', coalesce(jsonb_agg(DISTINCT r.ground), '[]'),
            'credible', coalesce(jsonb_agg(DISTINCT r.ground) FILTER (WHERE r.person_id IS NOT NULL OR r.name <> '' AND r.good_faith), '[]'))
        FROM report r WHERE r.case_id = about);

-- own_cause tells whether a case concerns somebody otherwise than as who judged the text, so that
-- it is left out of their list (R46).
CREATE FUNCTION own_cause(about uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = about AND c.person_id = who AND c.cause <> 'judged')
        OR EXISTS (SELECT 1 FROM report r WHERE r.case_id = about AND r.person_id = who);

-- reporters_of lists who was signed in when they reported, for the house of the content, which
-- tells them, and for whoever handles it.
CREATE FUNCTION reporters_of(about uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT DISTINCT r.person_id FROM report r JOIN case_file f ON f.case_id = r.case_id
    WHERE r.case_id = about AND r.person_id IS NOT NULL AND current_tenant() IN (f.place_id, f.tenant_id);
END;

-- filed_by lists what somebody has reported before a report, the newest first, whoever handles it.
CREATE FUNCTION filed_by(who uuid, before uuid, most integer)
RETURNS TABLE (report_id uuid, reference text, title text, status text, asked boolean, reported_at timestamptz, due_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT r.report_id, r.reference, f.title, f.status, r.report_id = (
            SELECT e.report_id FROM case_entry e WHERE e.case_id = f.case_id AND e.kind = 'question' ORDER BY e.entry_id DESC LIMIT 1), r.reported_at, f.due_at
    FROM report r JOIN case_file f ON f.case_id = r.case_id
    WHERE r.person_id = who AND (before IS NULL OR r.report_id < before) ORDER BY r.report_id DESC LIMIT most;
END;

-- running_beside is the reference of another case under way about the same as this one, which
-- keeps it from being reopened; of one in another house it is empty. NULL: there is none.
CREATE FUNCTION running_beside(about uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT CASE WHEN o.tenant_id = current_tenant() THEN o.reference ELSE '' END
        FROM case_file f JOIN case_file o ON o.subject_id = f.subject_id AND o.case_id <> f.case_id AND under_way(o.status)
        WHERE f.case_id = about AND f.tenant_id = current_tenant());

-- open_case finds the case under way about the same and locks it, or writes this one. Of one that
-- there is it tells what joining it asks for, and no more: an authority may have it in hand.
CREATE OR REPLACE FUNCTION open_case(doc jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
            RETURN jsonb_build_object('opened', false, 'case', jsonb_build_object('case_id', known.case_id, 'tenant_id', known.tenant_id,
                'place_id', known.place_id, 'kind', known.kind, 'status', known.status, 'version', known.version, 'reference', known.reference,
                'ground', known.ground, 'severity', known.severity, 'authority', known.authority, 'opened_at', known.opened_at,
                'due_at', known.due_at, 'escalate_at', known.escalate_at));
        END IF;
        INSERT INTO case_file SELECT wanted.* ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN jsonb_build_object('case', to_jsonb(wanted), 'opened', true);
        END IF;
    END LOOP;
END $$;

-- add_report writes what one person reported of a case under way. Of somebody who belongs here or
-- reads the content it keeps the name and, unless they are a minor, the address: an authority
-- does not know them. Of anybody else the directory has nothing to say here.
CREATE OR REPLACE FUNCTION add_report(doc jsonb, hash bytea) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r report := jsonb_populate_record(NULL::report, doc);
    place uuid;
BEGIN
    SELECT f.tenant_id, f.space_id INTO STRICT r.tenant_id, place FROM case_file f
    WHERE f.case_id = r.case_id AND f.place_id = current_tenant() AND under_way(f.status);
    IF r.person_id IS NOT NULL THEN
        r.name := '';
        r.email := '';
        SELECT p.given_name || ' ' || p.family_name, CASE WHEN grown(p.person_id, (r.reported_at AT TIME ZONE t.time_zone)::date) THEN p.email ELSE '' END, p.language
        INTO r.name, r.email, r.language FROM person p, tenant t
        WHERE p.person_id = r.person_id AND t.tenant_id = current_tenant()
          AND (belongs(t.tenant_id, p.person_id, r.reported_at) OR reads(p.person_id, place, r.reported_at));
        r.name := coalesce(r.name, '');
        r.email := coalesce(r.email, '');
        r.language := coalesce(r.language, 'fr');
    END IF;
    INSERT INTO report SELECT r.*;
    INSERT INTO report_secret (secret, tenant_id, case_id, report_id) VALUES (hash, r.tenant_id, r.case_id, r.report_id);
END $$;

-- add_evidence keeps what the content was, once for each state of it, and whom it concerns.
CREATE OR REPLACE FUNCTION add_evidence(doc jsonb, concerns jsonb) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e evidence := jsonb_populate_record(NULL::evidence, doc);
BEGIN
    SELECT f.tenant_id INTO STRICT e.tenant_id FROM case_file f WHERE f.case_id = e.case_id AND f.place_id = current_tenant() AND under_way(f.status);
    INSERT INTO evidence SELECT e.* ON CONFLICT ON CONSTRAINT evidence_once DO NOTHING;
    INSERT INTO case_concern (case_id, tenant_id, person_id, cause)
    SELECT DISTINCT e.case_id, e.tenant_id, x.person, x.cause FROM jsonb_to_recordset(concerns) AS x(person uuid, cause text)
    ON CONFLICT DO NOTHING;
END $$;

-- promise_case writes messages about a case: from where its content is to whoever handles it, of
-- what was reported while it is under way; and from there to where its content is.
CREATE OR REPLACE FUNCTION promise_case(about uuid, messages jsonb, there boolean) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT x.id, CASE WHEN there THEN f.place_id ELSE f.tenant_id END, x.kind, x.queue, f.case_id, x.version, x.note, x.due
    FROM case_file f, jsonb_to_recordset(messages) AS x(id uuid, kind text, queue text, version bigint, note text, due timestamptz)
    WHERE f.case_id = about AND CASE WHEN there THEN f.tenant_id = current_tenant() AND x.kind = 'case:carried'
        ELSE f.place_id = current_tenant() AND under_way(f.status) AND x.kind IN ('case:joined', 'case:due') END;
END $$;

-- aggravate_case makes a case as grave as one more report of it; it was locked by open_case.
CREATE OR REPLACE FUNCTION aggravate_case(about uuid, what text, grave smallint, due timestamptz, half timestamptz, wants_authority boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_file f SET ground = CASE WHEN grave > f.severity THEN what ELSE f.ground END, severity = greatest(f.severity, grave),
        due_at = least(f.due_at, due), escalate_at = least(f.escalate_at, half), authority = f.authority OR wants_authority
    WHERE f.case_id = about AND f.place_id = current_tenant() AND under_way(f.status);
    IF FOUND AND grave = 4 THEN
        UPDATE evidence e SET sealed = true WHERE e.case_id = about AND NOT e.sealed;
    END IF;
END $$;

-- seal_case seals the evidence of a case that has become as grave as that (R50).
CREATE FUNCTION seal_case(about uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE evidence e SET sealed = true FROM case_file f
    WHERE f.case_id = about AND f.tenant_id = current_tenant() AND f.severity = 4 AND e.case_id = about AND NOT e.sealed;
END;

-- hand_over moves a case, what is in it and what is promised about it to the authority above. A
-- letter that a worker is sending stays where it is, or it would go twice.
CREATE OR REPLACE FUNCTION hand_over(about uuid, target uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM case_link l USING case_file f WHERE about IN (l.one_id, l.other_id) AND f.case_id = about AND f.tenant_id = current_tenant();
    UPDATE case_file f SET tenant_id = target, assignee_id = NULL, assigned_as = ''
    WHERE f.case_id = about AND f.tenant_id = current_tenant()
      AND EXISTS (SELECT 1 FROM tenant t WHERE t.tenant_id = current_tenant() AND t.parent_id = target);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE outbox SET tenant_id = target
    WHERE subject_id = about AND status <> 'done' AND kind IN ('case:received', 'case:route', 'case:due', 'case:joined', 'case:letters', 'notification:case');
    UPDATE outbox o SET tenant_id = target FROM letter l JOIN report r ON r.report_id = l.report_id
    WHERE r.case_id = about AND o.subject_id = l.letter_id AND o.kind = 'notification:mail' AND o.status <> 'done'
      AND (l.state = 'gathering' OR l.state = 'sending' AND l.busy_until IS NULL);
    UPDATE letter SET tenant_id = target
    WHERE (state = 'gathering' OR state = 'sending' AND busy_until IS NULL) AND report_id IN (SELECT r.report_id FROM report r WHERE r.case_id = about);
    DELETE FROM notice n WHERE n.case_id = about AND n.tenant_id = current_tenant()
        AND n.kind NOT IN ('masked', 'case_decided', 'case_reviewed', 'report_asked', 'report_decided', 'reply_inserted', 'order_blocked', 'order_lifted', 'child_decided', 'report_unfounded'); -- what parties were told stays
    RETURN true;
END $$;

-- case_order is what the establishment of a content is to carry out of a case: with no name, no
-- address and no word of who reported, of who has it in hand, nor of what they are answered.
CREATE OR REPLACE FUNCTION case_order(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('case', to_jsonb(f) - ARRAY['location', 'assignee_id', 'assigned_as', 'escalated_at', 'viewed_at', 'decided_by']
                || jsonb_build_object('withdrawn', (SELECT u.photo_id FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1)),
            'tally', tally(f.case_id),
            'asked', (SELECT r.person_id FROM case_entry e JOIN report r ON r.report_id = e.report_id
                WHERE e.case_id = f.case_id AND e.kind = 'question' ORDER BY e.entry_id DESC LIMIT 1),
            'ruling', (SELECT to_jsonb(u) - ARRAY['answer', 'answer_until'] FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1))
        FROM case_file f WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id) AND f.purged_at IS NULL);

-- goes_on is the case that goes on with one that was merged; any other is that itself.
CREATE FUNCTION goes_on(about uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (WITH RECURSIVE chain AS (
            SELECT f.case_id, f.merged_into, 1 AS depth FROM case_file f WHERE f.case_id = about
            UNION ALL SELECT f.case_id, f.merged_into, c.depth + 1 FROM chain c JOIN case_file f ON f.case_id = c.merged_into WHERE c.depth < 1000)
        SELECT case_id FROM chain ORDER BY depth DESC LIMIT 1);

-- case_keeps tells whether a case keeps a contribution or a photo as evidence, and when the last
-- that did was closed (R63). What a merged case was about is kept by the one that goes on with it.
CREATE OR REPLACE FUNCTION case_keeps(what uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('open', coalesce(bool_or(f.status NOT IN ('closed', 'merged')), false), 'closed_at', max(f.closed_at))
        FROM (
            SELECT c.case_id FROM case_file c WHERE c.contribution_id = what
            UNION SELECT c.case_id FROM case_file c WHERE c.photo_id = what
            UNION SELECT e.case_id FROM evidence e WHERE e.photos @> ARRAY[what]) x
        JOIN case_file f ON f.case_id = goes_on(x.case_id) WHERE f.place_id = current_tenant());

-- case_kept tells whether something keeps a closed case from being purged (R63): a block on what
-- it was about, or a case linked to it that is not closed.
CREATE FUNCTION case_kept(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM case_file f LEFT JOIN contribution c ON c.contribution_id = f.contribution_id
            JOIN hold h ON h.status = 'open' AND h.kind = 'block'
                AND (h.case_id = f.case_id OR h.target_id IN (c.contribution_id, c.parent_id, f.space_id, f.photo_id))
            WHERE goes_on(f.case_id) = about AND (f.case_id = about OR f.merged_into IS NOT NULL))
        OR EXISTS (SELECT 1 FROM case_link l JOIN case_file f ON f.case_id IN (l.one_id, l.other_id)
            WHERE about IN (l.one_id, l.other_id) AND f.case_id <> about AND f.status NOT IN ('closed', 'merged'));

-- purge_case forgets a closed case and those that it went on with, and reports whether it did:
-- who reported, what they wrote and were written, the evidence, the reasons. What is left is
-- figures: kind, ground, severity, verdicts, times.
CREATE FUNCTION purge_case(about uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whole uuid[];
    reports uuid[];
BEGIN
    PERFORM 1 FROM case_file f WHERE f.case_id = about AND f.tenant_id = current_tenant() AND f.status = 'closed' AND f.purged_at IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND OR case_kept(about) THEN
        RETURN false;
    END IF;
    WITH RECURSIVE chain AS (
        SELECT about AS case_id UNION SELECT f.case_id FROM chain c JOIN case_file f ON f.merged_into = c.case_id)
    SELECT array_agg(c.case_id) INTO whole FROM chain c;
    SELECT coalesce(array_agg(r.report_id), '{}') INTO reports FROM report r WHERE r.case_id = ANY (whole);
    DELETE FROM notice n WHERE n.case_id = ANY (whole);
    DELETE FROM letter_item i WHERE i.report_id = ANY (reports);
    DELETE FROM letter l WHERE l.report_id = ANY (reports);
    DELETE FROM case_letter l WHERE l.case_id = ANY (whole);
    DELETE FROM case_entry e WHERE e.case_id = ANY (whole);
    DELETE FROM report_secret s WHERE s.case_id = ANY (whole);
    DELETE FROM report r WHERE r.case_id = ANY (whole);
    DELETE FROM evidence e WHERE e.case_id = ANY (whole);
    DELETE FROM case_concern c WHERE c.case_id = ANY (whole);
    DELETE FROM case_link l WHERE l.one_id = ANY (whole) OR l.other_id = ANY (whole);
    UPDATE case_ruling u SET person_id = NULL, photo_id = NULL, reason = '', answer = '', statement = u.statement - ARRAY['decision_facts', 'illegal_content_explanation', 'incompatible_content_explanation']
    WHERE u.case_id = ANY (whole);
    UPDATE case_file f SET purged_at = moment, subject_id = NULL, contribution_id = NULL, photo_id = NULL, space_id = NULL, author_id = NULL,
        assignee_id = NULL, decided_by = NULL, title = '', location = ''
    WHERE f.case_id = ANY (whole);
    RETURN true;
END $$;

REVOKE EXECUTE ON FUNCTION seal_case(uuid), reporters_of(uuid), filed_by(uuid, uuid, integer), running_beside(uuid), goes_on(uuid), case_kept(uuid),
    purge_case(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_case(uuid), reporters_of(uuid), running_beside(uuid), case_kept(uuid), purge_case(uuid, timestamptz) TO imprimatur_app;
GRANT EXECUTE ON FUNCTION filed_by(uuid, uuid, integer) TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
