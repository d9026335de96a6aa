-- What people are told by mail: a letter gathers what one person is told, and goes when it
-- is due.

-- +goose Up
-- +goose StatementBegin
CREATE TABLE letter (
    letter_id  uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenant,
    person_id  uuid NOT NULL REFERENCES person,
    state      text NOT NULL CONSTRAINT letter_state CHECK (state IN ('gathering', 'sending', 'sent', 'refused', 'kept', 'void')),
    due_at     timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    busy_until timestamptz,                  -- a worker has it
    attempts   integer NOT NULL DEFAULT 0,
    address    text NOT NULL DEFAULT '',     -- that it went to
    subject    text NOT NULL DEFAULT '',
    body       text NOT NULL DEFAULT '',     -- as text; a family's link is in it in demo mode alone
    fault      text NOT NULL DEFAULT '',     -- what the mail server said last
    settled_at timestamptz,
    CONSTRAINT letter_tenant UNIQUE (tenant_id, letter_id),
    CONSTRAINT letter_settled CHECK ((state IN ('gathering', 'sending')) = (settled_at IS NULL))
);
-- What comes meanwhile joins the letter that gathers.
CREATE UNIQUE INDEX letter_gathering ON letter (tenant_id, person_id) WHERE state = 'gathering';
CREATE INDEX letter_latest ON letter (tenant_id, letter_id DESC);
CREATE INDEX letter_old ON letter (created_at);
CALL wall('letter');

-- What a letter tells. Nobody is written to twice for one cause.
CREATE TABLE letter_item (
    cause      uuid NOT NULL,                -- the message or the act
    person_id  uuid NOT NULL,
    tenant_id  uuid NOT NULL,
    letter_id  uuid NOT NULL,
    kind       text NOT NULL CONSTRAINT letter_item_kind CHECK (kind IN ('consent_asked', 'consent_reminder', 'consent_again', 'consent_ending')),
    consent_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (cause, person_id),
    CONSTRAINT letter_item_letter FOREIGN KEY (tenant_id, letter_id) REFERENCES letter (tenant_id, letter_id) ON DELETE CASCADE,
    CONSTRAINT letter_item_consent FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id)
);
CREATE INDEX letter_item_of ON letter_item (letter_id);
CREATE INDEX letter_item_about ON letter_item (consent_id, person_id, at DESC);
CALL wall('letter_item');
GRANT SELECT, INSERT, UPDATE ON letter TO imprimatur_app;
GRANT SELECT, INSERT ON letter_item TO imprimatur_app;

CREATE INDEX notice_consent ON notice (consent_id, person_id) WHERE consent_id IS NOT NULL;

-- grown says that somebody is no minor on a day. A pupil of unknown age is one.
CREATE FUNCTION grown(who uuid, today date) RETURNS boolean LANGUAGE sql STABLE
    RETURN (SELECT coalesce(p.birth_date + interval '18 years' <= today,
            NOT EXISTS (SELECT 1 FROM membership m WHERE m.person_id = who AND m.profile = 'pupil'))
        FROM person p WHERE p.person_id = who);

-- reach_document is how somebody was told of a consent: their notice, and the latest
-- letter to the address that they have.
CREATE FUNCTION reach_document(about uuid, who uuid, today date) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('person', p.person_id, 'name', p.given_name || ' ' || p.family_name,
            'minor', NOT grown(who, today), 'address', p.email <> '',
            'read_at', (SELECT max(n.read_at) FROM notice n WHERE n.consent_id = about AND n.person_id = who),
            'mail', l.state, 'mail_at', l.at)
        FROM person p LEFT JOIN LATERAL (
            SELECT x.state, coalesce(x.settled_at, x.due_at) AS at FROM letter_item i JOIN letter x ON x.letter_id = i.letter_id
            WHERE i.consent_id = about AND i.person_id = who AND x.state <> 'void'
              AND (x.state IN ('gathering', 'sending') OR lower(x.address) = lower(p.email))
            ORDER BY x.letter_id DESC LIMIT 1) l ON true
        WHERE p.person_id = who);

-- forget_mail drops what letters said before a time, and whole letters before another; it
-- counts them, and tells nothing of them.
CREATE FUNCTION forget_mail(said timestamptz, written timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE emptied integer; dropped integer;
BEGIN
    UPDATE letter SET body = '' WHERE letter_id IN (SELECT letter_id FROM letter WHERE created_at < said AND body <> '' LIMIT most);
    GET DIAGNOSTICS emptied = ROW_COUNT;
    DELETE FROM letter WHERE letter_id IN (SELECT letter_id FROM letter WHERE created_at < written AND settled_at IS NOT NULL LIMIT most);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN emptied + dropped;
END $$;
REVOKE EXECUTE ON FUNCTION forget_mail(timestamptz, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_mail(timestamptz, timestamptz, integer) TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
