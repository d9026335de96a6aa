-- What comes in: private messages that the ENT sends with a report of one (R25), files that
-- somebody attaches to what they say, and an establishment's own words for its decisions.

-- +goose Up
-- +goose StatementBegin
-- The ENT's id of the private message that a case is about: it has no content here.
ALTER TABLE case_file ADD COLUMN message_id text CONSTRAINT case_message CHECK (message_id IS NULL OR message_id <> '' AND contribution_id IS NULL);
ALTER TABLE case_concern DROP CONSTRAINT case_concern_cause,
    ADD CONSTRAINT case_concern_cause CHECK (cause IN ('author', 'depicted', 'named', 'kin', 'talked', 'judged'));
ALTER TABLE case_ruling DROP CONSTRAINT case_ruling_verdict, DROP CONSTRAINT case_ruling_r43,
    ADD CONSTRAINT case_ruling_verdict CHECK (verdict IN ('keep', 'ask_edit', 'remind', 'withdraw', 'withdraw_picture', 'stand')),
    ADD CONSTRAINT case_ruling_r43 CHECK (verdict IN ('keep', 'ask_edit', 'remind', 'stand') OR statement IS NOT NULL);

-- aggravate_case makes a case as grave as one more report of it; it was locked by open_case. The
-- words of a private message stay legible to whoever examines it, unless its ground seals it:
-- nowhere else here could they read it, to help whoever is in danger.
CREATE OR REPLACE FUNCTION aggravate_case(about uuid, what text, grave smallint, due timestamptz, half timestamptz, wants_authority boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE case_file f SET ground = CASE WHEN grave > f.severity THEN what ELSE f.ground END, severity = greatest(f.severity, grave),
        due_at = least(f.due_at, due), escalate_at = least(f.escalate_at, half), authority = f.authority OR wants_authority
    WHERE f.case_id = about AND f.place_id = current_tenant() AND under_way(f.status);
    IF FOUND AND grave = 4 THEN
        UPDATE evidence e SET sealed = true WHERE e.case_id = about AND NOT e.sealed
            AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.case_id = about AND f.message_id IS NOT NULL);
    END IF;
END $$;

-- seal_case seals the evidence of a case that has become as grave as that (R50), likewise.
CREATE OR REPLACE FUNCTION seal_case(about uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE evidence e SET sealed = true FROM case_file f
    WHERE f.case_id = about AND f.tenant_id = current_tenant() AND f.severity = 4 AND f.message_id IS NULL AND e.case_id = about AND NOT e.sealed;
END;

-- What is left of a case whose time is over does not name the message either (R63).
CREATE FUNCTION forget_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.message_id := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER forget_message BEFORE UPDATE OF purged_at ON case_file FOR EACH ROW WHEN (NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_message();

-- placed finds the contribution that shows a picture, the live ones first, or what the case of a
-- reference is about, of this establishment, whoever handles it.
CREATE FUNCTION placed(photo uuid, named text) RETURNS TABLE (contribution_id uuid, photo_id uuid) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    (SELECT r.contribution_id, u.photo_id FROM revision_photo u JOIN revision r ON r.revision_id = u.revision_id
        JOIN contribution c ON c.contribution_id = r.contribution_id
        WHERE u.photo_id = placed.photo AND c.tenant_id = current_tenant() AND (r.revision_id = c.live_id OR r.status = 'superseded')
        ORDER BY r.revision_id = c.live_id DESC NULLS LAST, r.revision_id DESC LIMIT 1)
    UNION ALL (SELECT f.contribution_id, f.photo_id FROM case_file f WHERE f.reference = placed.named AND f.place_id = current_tenant())
    LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION placed(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION placed(uuid, text) TO imprimatur_app;

-- What somebody attached to their report: the file is in the store, and goes with the case (R63).
CREATE TABLE attachment (
    attachment_id uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    case_id       uuid NOT NULL,
    report_id     uuid NOT NULL REFERENCES report ON DELETE CASCADE,
    name          text NOT NULL,
    media         text NOT NULL CONSTRAINT attachment_media CHECK (media IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp')),
    bytes         bigint NOT NULL,
    hash          bytea NOT NULL,
    file          text NOT NULL CONSTRAINT attachment_file UNIQUE,
    added_at      timestamptz NOT NULL,
    CONSTRAINT attachment_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX attachment_of ON attachment (case_id, attachment_id);
CREATE INDEX attachment_lately ON attachment (tenant_id, added_at);
CALL wall('attachment');
GRANT SELECT, INSERT, UPDATE (case_id) ON attachment TO imprimatur_app;

-- What a house proposes to whoever decides, beside what comes with the service.
CREATE TABLE canned_reason (
    reason_id   uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL REFERENCES tenant,
    version     bigint NOT NULL,
    title       text NOT NULL CONSTRAINT canned_title CHECK (title <> ''),
    verdict     text NOT NULL DEFAULT '', -- '': of any
    ground      text NOT NULL DEFAULT '',
    to_author   text NOT NULL DEFAULT '',
    to_reporter text NOT NULL DEFAULT '',
    language    text NOT NULL CONSTRAINT canned_language CHECK (language IN ('fr', 'en')),
    changed_by  uuid NOT NULL REFERENCES person,
    changed_at  timestamptz NOT NULL
);
CREATE INDEX canned_reason_of ON canned_reason (tenant_id, title);
CALL wall('canned_reason');
GRANT SELECT, INSERT, UPDATE, DELETE ON canned_reason TO imprimatur_app;

-- files_unspoken gives those of the names in the store that no establishment's row speaks of.
-- What keeps files under photos/, scan/ or attached/ in another table is to be added here first.
CREATE OR REPLACE FUNCTION files_unspoken(names text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.name FROM unnest(names) n (name)
    WHERE NOT EXISTS (SELECT 1 FROM photo p WHERE p.original = n.name)
        AND NOT EXISTS (SELECT 1 FROM rendition_file f WHERE f.file = n.name)
        AND NOT EXISTS (SELECT 1 FROM consent_paper c WHERE c.scan = n.name)
        AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.file = n.name)
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
