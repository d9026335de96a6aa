-- The right of reply (R55 to R57): what somebody asks to have inserted under a message that
-- names or designates them, and what readers see of it.

-- +goose Up
-- +goose StatementBegin
-- What a case of reply is about. It goes with its case to whoever handles that.
CREATE TABLE reply (
    case_id       uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    name          text NOT NULL,               -- of who replies
    designated    text NOT NULL,               -- how the message names or designates them
    postal        text NOT NULL DEFAULT '',
    byline        text NOT NULL DEFAULT '',    -- the message's author, as it was given
    passages      text NOT NULL,
    body          text NOT NULL,               -- the exact text, plain
    hash          bytea NOT NULL,
    lines         integer NOT NULL,
    message_lines integer NOT NULL,            -- 0 where the location names nothing here
    most_lines    integer NOT NULL,            -- that it may have
    message_at    timestamptz,                 -- when the message appeared
    until         timestamptz,                 -- the first moment that is too late
    received_at   timestamptz NOT NULL,
    recorded_by   uuid REFERENCES person,      -- of the head's office; NULL for the public form
    grounds       text[] NOT NULL DEFAULT '{}', -- of a refusal
    reason        text NOT NULL DEFAULT '',
    CONSTRAINT reply_unaltered CHECK (hash = sha256(convert_to(body, 'UTF8'))),
    CONSTRAINT reply_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CALL wall('reply');

-- What readers see, in the establishment of the message. It ends with its message alone: never
-- before, and never altered.
CREATE TABLE inserted_reply (
    case_id         uuid PRIMARY KEY, -- it stays when the case is not kept any more
    tenant_id       uuid NOT NULL,
    contribution_id uuid NOT NULL,
    reference       text NOT NULL,
    name            text NOT NULL,
    body            text NOT NULL,
    hash            bytea NOT NULL,
    shown_from      timestamptz NOT NULL,
    shown_until     timestamptz,
    CONSTRAINT inserted_reply_unaltered CHECK (hash = sha256(convert_to(body, 'UTF8'))),
    CONSTRAINT inserted_reply_r57 CHECK (shown_until >= shown_from + interval '1 day'),
    CONSTRAINT inserted_reply_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
CREATE INDEX inserted_reply_of ON inserted_reply (contribution_id, shown_from);
CALL wall('inserted_reply');

GRANT SELECT, INSERT ON reply TO imprimatur_app;
GRANT UPDATE (grounds, reason) ON reply TO imprimatur_app;
GRANT SELECT ON inserted_reply TO imprimatur_app;

-- forget_reply takes a purged case's request away (R63). What readers see stays with its message (R57).
CREATE FUNCTION forget_reply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM reply r WHERE r.case_id = NEW.case_id;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION forget_reply() FROM PUBLIC;
CREATE TRIGGER forget_reply AFTER UPDATE OF purged_at ON case_file FOR EACH ROW
    WHEN (OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_reply();

-- insert_reply shows a reply under its message, as it was received: in the establishment of the
-- message, whoever has decided that it is inserted.
CREATE FUNCTION insert_reply(about uuid, moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    INSERT INTO inserted_reply (case_id, tenant_id, contribution_id, reference, name, body, hash, shown_from)
    SELECT f.case_id, f.place_id, f.contribution_id, f.reference, r.name, r.body, r.hash, moment
    FROM case_file f JOIN reply r ON r.case_id = f.case_id
    WHERE f.case_id = about AND f.place_id = current_tenant() AND f.kind = 'reply' AND f.verdict = 'inserted' AND f.contribution_id IS NOT NULL
    ON CONFLICT DO NOTHING RETURNING contribution_id;
END;

-- end_reply takes a reply from readers.
CREATE FUNCTION end_reply(about uuid, moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    UPDATE inserted_reply SET shown_until = moment WHERE case_id = about AND tenant_id = current_tenant() AND shown_until IS NULL RETURNING contribution_id;
END;

-- reply_shown is when readers began to see a reply, and when they ceased to: for whoever
-- handles it, and for the establishment of the message.
CREATE FUNCTION reply_shown(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('from', i.shown_from, 'until', i.shown_until) FROM inserted_reply i JOIN case_file f ON f.case_id = i.case_id
        WHERE i.case_id = about AND current_tenant() IN (f.tenant_id, f.place_id));

-- warn_above tells the authority above that a reply is overdue (R56): a message of its own,
-- without a word of it. The case stays where it is.
CREATE FUNCTION warn_above(about uuid, message uuid, moment timestamptz) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT message, t.parent_id, 'notification:overdue', 'notification', f.case_id, f.version, '', moment
    FROM case_file f JOIN tenant t ON t.tenant_id = f.tenant_id
    WHERE f.case_id = about AND f.tenant_id = current_tenant() AND f.kind = 'reply' AND t.parent_id IS NOT NULL;
    RETURN FOUND;
END $$;

-- overdue_below is what the authority above may know of a reply that is overdue: its reference,
-- where, by when, and who directs here, to be told.
CREATE FUNCTION overdue_below(about uuid, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('reference', f.reference, 'house', t.name, 'open', f.verdict = '', 'due', f.due_at,
            'heads', (SELECT coalesce(jsonb_agg(j.person_id), '[]') FROM judges_of(current_tenant(), moment) j WHERE j.directing))
        FROM case_file f JOIN tenant t ON t.tenant_id = f.tenant_id
        WHERE f.case_id = about AND f.kind = 'reply' AND t.parent_id = current_tenant());

REVOKE EXECUTE ON FUNCTION insert_reply(uuid, timestamptz), end_reply(uuid, timestamptz), reply_shown(uuid), warn_above(uuid, uuid, timestamptz), overdue_below(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION insert_reply(uuid, timestamptz), end_reply(uuid, timestamptz), reply_shown(uuid), warn_above(uuid, uuid, timestamptz), overdue_below(uuid, timestamptz) TO imprimatur_app;

-- What readers see of replies: whoever may read the space of the message. Edits, a mask, a
-- withdrawal and the archive leave a reply where it is; an authority's order on the page (R48) and
-- what nobody may see (R50) take it along.
CREATE VIEW reading_reply WITH (security_barrier) AS
SELECT i.contribution_id AS answered, i.case_id AS reply_id, i.reference, i.name, i.body, i.hash, i.shown_from, n.published_at AS message_at,
    (SELECT min(h.placed_at) FROM hold h WHERE h.status = 'open' AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id])) AS message_until
FROM inserted_reply i
JOIN snapshot n ON n.contribution_id = i.contribution_id AND n.tenant_id = i.tenant_id
JOIN readable_space s ON s.space_id = n.space_id AND s.tenant_id = n.tenant_id
WHERE i.tenant_id = current_tenant() AND i.shown_until IS NULL AND NOT EXISTS (
    SELECT 1 FROM hold h WHERE h.status = 'open' AND (h.kind = 'block' OR h.sealed) AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id]));

-- An archived message that has a reply: its place alone, where the reply stays to be read.
CREATE VIEW reading_replied WITH (security_barrier) AS
SELECT n.contribution_id, n.tenant_id, n.space_id, n.parent_id, n.kind, s.scope, s.slug AS space_slug, s.title AS space_title,
    s.kind AS space_kind, 'archived'::text AS exposure, n.number, n.published_at, n.updated_at,
    ''::text AS slug, ''::text AS title, ''::text AS html, ''::text AS excerpt, '[]'::jsonb AS attributions, ''::text AS byline, NULL::bytea AS hash,
    n.language, n.reviewed,
    s.description AS space_description, s.mode AS space_mode, s.audience AS space_audience, s.status AS space_status
FROM inserted_reply i
JOIN snapshot n ON n.contribution_id = i.contribution_id AND n.tenant_id = i.tenant_id
JOIN readable_space s ON s.space_id = n.space_id AND s.tenant_id = n.tenant_id
WHERE i.tenant_id = current_tenant() AND i.shown_until IS NULL AND n.revision_id IS NOT NULL
  AND EXISTS (SELECT 1 FROM hold h WHERE h.status = 'open' AND h.kind = 'archive' AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id]))
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.status = 'open' AND (h.kind = 'block' OR h.sealed) AND h.target_id = ANY (ARRAY[n.contribution_id, n.parent_id]));
GRANT SELECT ON reading_reply, reading_replied TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
