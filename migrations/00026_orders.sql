-- Orders of an authority (R48), what was referred to one (R49), and the steps of a harassment case (R51).

-- +goose Up
-- +goose StatementBegin
-- An order is a case with statuses of its own.
ALTER TABLE case_file DROP CONSTRAINT case_status,
    ADD CONSTRAINT case_status CHECK (kind IN ('order', 'reply') OR status IN
        ('', 'received', 'acknowledged', 'assigned', 'examining', 'inquiring', 'decided', 'appealed', 'closed', 'merged')),
    ADD CONSTRAINT case_status_order CHECK (kind <> 'order' OR status IN ('', 'ordered', 'executed', 'answered', 'closed'));

-- What an authority has ordered, and what was done of it.
CREATE TABLE authority_order (
    case_id        uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    authority      text NOT NULL CONSTRAINT order_authority CHECK (authority <> ''),
    legal_basis    text NOT NULL CONSTRAINT order_legal_basis CHECK (legal_basis <> ''),
    reference      text NOT NULL CONSTRAINT order_reference CHECK (reference <> ''),
    ordered_on     date NOT NULL,
    reasons        text NOT NULL DEFAULT '',
    redress        text NOT NULL DEFAULT '',
    received_at    timestamptz NOT NULL,
    due_by         timestamptz,              -- the order's own date
    silent_until   timestamptz,              -- until then the author is not told
    checked_how    text NOT NULL DEFAULT '' CONSTRAINT order_checked_how CHECK (checked_how IN ('', 'called_back', 'official_channel', 'in_person')),
    checked_note   text NOT NULL DEFAULT '',
    checked_by     uuid REFERENCES person,
    checked_at     timestamptz,
    executed_by    uuid REFERENCES person,
    executed_at    timestamptz,
    reply          text NOT NULL DEFAULT '',
    reply_means    text NOT NULL DEFAULT '' CONSTRAINT order_reply_means CHECK (reply_means IN ('', 'mail', 'post', 'portal', 'in_person')),
    replied_at     timestamptz,              -- when a human sent it
    replied_by     uuid REFERENCES person,
    lift_reference text NOT NULL DEFAULT '',
    lift_reason    text NOT NULL DEFAULT '',
    lifted_by      uuid REFERENCES person,
    lifted_at      timestamptz,
    told_at        timestamptz,              -- the author
    CONSTRAINT order_checked CHECK ((checked_at IS NULL) = (checked_how = '') AND (checked_at IS NULL) = (checked_by IS NULL)),
    CONSTRAINT order_checked_first CHECK (executed_at IS NULL OR checked_at IS NOT NULL),
    CONSTRAINT order_replied CHECK ((replied_at IS NULL) = (reply = '') AND (replied_at IS NULL OR executed_at IS NOT NULL)),
    CONSTRAINT order_lifted CHECK (lifted_at IS NULL OR (executed_at IS NOT NULL AND lift_reference <> '' AND lifted_by IS NOT NULL)),
    CONSTRAINT order_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CALL wall('authority_order');

-- What was referred to an authority, by a human, or why nothing was (R49). While one that was sent
-- stands, nothing that the case is about is purged (R63).
CREATE TABLE referral (
    referral_id  uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    case_id      uuid NOT NULL,
    recipient    text NOT NULL DEFAULT '' CONSTRAINT referral_recipient CHECK (recipient IN ('', 'prosecutor', 'pharos', '3018', 'crip', 'dasen')),
    body         text NOT NULL,  -- what was sent or, without a recipient, why nothing was
    person_id    uuid NOT NULL REFERENCES person,
    sent_at      timestamptz NOT NULL,
    lifted_by    uuid REFERENCES person,
    lifted_at    timestamptz,
    lift_reason  text NOT NULL DEFAULT '',
    CONSTRAINT referral_body CHECK (body <> ''),
    CONSTRAINT referral_lifted CHECK (lifted_at IS NULL OR (lifted_by IS NOT NULL AND lift_reason <> '' AND recipient <> '')),
    CONSTRAINT referral_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX referral_of ON referral (case_id, referral_id);
CALL wall('referral');

-- Who took which step of a harassment case, and when (R51).
CREATE TABLE case_step (
    case_id   uuid NOT NULL,
    tenant_id uuid NOT NULL,
    step      text NOT NULL CONSTRAINT case_step_step CHECK (step IN ('protect', 'hear', 'inform', 'refer', 'follow_up')),
    person_id uuid NOT NULL REFERENCES person,
    note      text NOT NULL DEFAULT '',
    done_at   timestamptz NOT NULL,
    PRIMARY KEY (case_id, step),
    CONSTRAINT case_step_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CALL wall('case_step');

GRANT SELECT, INSERT, UPDATE ON authority_order, referral TO imprimatur_app;
GRANT SELECT, INSERT ON case_step TO imprimatur_app;
GRANT UPDATE (case_id) ON case_step TO imprimatur_app;

-- order_of is what the establishment of a content is to carry out of an order that an authority
-- above has in hand, and what verification asks.
CREATE FUNCTION order_of(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT to_jsonb(o) FROM authority_order o JOIN case_file f ON f.case_id = o.case_id
        WHERE o.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));

-- names_below are those of the establishment of a content, for an authority that exports its case (R51).
CREATE FUNCTION names_below(about uuid) RETURNS TABLE (person_id uuid, given_name text, family_name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT p.person_id, p.given_name, p.family_name FROM case_file f JOIN membership m ON m.tenant_id = f.place_id JOIN person p ON p.person_id = m.person_id
    WHERE f.case_id = about AND f.tenant_id = current_tenant()
$$;

-- What was referred is kept until the director lifts that, and so is the case itself.
CREATE FUNCTION referred(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM referral r WHERE goes_on(r.case_id) = about AND r.recipient <> '' AND r.lifted_at IS NULL);

CREATE OR REPLACE FUNCTION case_keeps(what uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('open', coalesce(bool_or(f.status NOT IN ('closed', 'merged') OR referred(f.case_id)), false), 'closed_at', max(f.closed_at))
        FROM (
            SELECT c.case_id FROM case_file c WHERE c.contribution_id = what
            UNION SELECT c.case_id FROM case_file c WHERE c.photo_id = what
            UNION SELECT e.case_id FROM evidence e WHERE e.photos @> ARRAY[what]) x
        JOIN case_file f ON f.case_id = goes_on(x.case_id) WHERE f.place_id = current_tenant());

CREATE OR REPLACE FUNCTION case_kept(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN referred(about)
        OR EXISTS (SELECT 1 FROM case_file f LEFT JOIN contribution c ON c.contribution_id = f.contribution_id
            JOIN hold h ON h.status = 'open' AND h.kind = 'block'
                AND (h.case_id = f.case_id OR h.target_id IN (c.contribution_id, c.parent_id, f.space_id, f.photo_id)
                    OR h.target_id IN (SELECT unnest(e.photos) FROM evidence e WHERE e.case_id = f.case_id))
            WHERE goes_on(f.case_id) = about AND (f.case_id = about OR f.merged_into IS NOT NULL))
        OR EXISTS (SELECT 1 FROM case_link l JOIN case_file f ON f.case_id IN (l.one_id, l.other_id)
            WHERE about IN (l.one_id, l.other_id) AND f.case_id <> about AND f.status NOT IN ('closed', 'merged'));

-- forget_words takes the words of a purged case away that are kept here; references and times stay.
CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM case_step s WHERE s.case_id = NEW.case_id;
    DELETE FROM referral r WHERE r.case_id = NEW.case_id;
    UPDATE authority_order o SET reasons = '', redress = '', checked_note = '', lift_reason = '', reply = CASE WHEN o.replied_at IS NULL THEN '' ELSE '-' END
    WHERE o.case_id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_words AFTER UPDATE OF purged_at ON case_file FOR EACH ROW
    WHEN (OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_words();

REVOKE EXECUTE ON FUNCTION order_of(uuid), referred(uuid), forget_words(), names_below(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION order_of(uuid), names_below(uuid) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
