-- Screening, claims, decisions, notices; answers to repeated requests.

-- +goose Up
-- +goose StatementBegin
CREATE TABLE word_list (
    word_list_id uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL REFERENCES tenant,
    name         text NOT NULL,
    ground       text NOT NULL,
    severity     smallint NOT NULL CONSTRAINT word_list_severity CHECK (severity BETWEEN 1 AND 4),
    action       text NOT NULL CONSTRAINT word_list_action CHECK (action IN ('flag', 'hold')),
    words        text[] NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    CONSTRAINT word_list_name_once UNIQUE (tenant_id, name)
);
CALL wall('word_list');

-- What a screening phase said of a revision, and where.
CREATE TABLE finding (
    revision_id uuid NOT NULL REFERENCES revision ON DELETE CASCADE,
    ordinal     integer NOT NULL,
    tenant_id   uuid NOT NULL,
    phase       text NOT NULL,
    verdict     text NOT NULL CONSTRAINT finding_verdict CHECK (verdict IN ('pass', 'flag', 'hold')),
    reason      text NOT NULL,
    ground      text NOT NULL DEFAULT '',
    severity    smallint NOT NULL DEFAULT 0,
    matches     jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (revision_id, ordinal)
);
CALL wall('finding');

-- The first time that a human other than its writers saw a revision (R12, R13; loi 82-652, art. 93-3).
CREATE TABLE first_view (
    revision_id uuid PRIMARY KEY REFERENCES revision,
    tenant_id   uuid NOT NULL,
    person_id   uuid NOT NULL REFERENCES person,
    viewed_at   timestamptz NOT NULL
);
CALL wall('first_view');

-- Who is looking at what waits, so that two never do the same work.
CREATE TABLE claim (
    contribution_id uuid PRIMARY KEY REFERENCES contribution,
    tenant_id       uuid NOT NULL,
    person_id       uuid NOT NULL REFERENCES person,
    claimed_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);
CREATE INDEX claim_person ON claim (tenant_id, person_id);
CREATE INDEX claim_expires ON claim (expires_at);
CALL wall('claim'); CALL gate('claim'); -- expired claims are cleared away for all tenants at once

-- Every human act on a revision, with its reason. The trail holds its hash and ids.
CREATE TABLE decision (
    decision_id     uuid PRIMARY KEY, -- the audit entry's id
    tenant_id       uuid NOT NULL,
    contribution_id uuid NOT NULL REFERENCES contribution,
    revision_id     uuid NOT NULL REFERENCES revision,
    action          text NOT NULL,
    person_id       uuid NOT NULL REFERENCES person,
    hash            bytea, -- of the text decided upon (R19)
    ground          text NOT NULL DEFAULT '',
    reason          text NOT NULL DEFAULT '',
    statement       jsonb,
    decided_at      timestamptz NOT NULL
);
CREATE INDEX decision_revision ON decision (revision_id, decided_at);
CREATE INDEX decision_contribution ON decision (contribution_id, decided_at);
CALL wall('decision');

-- new_id makes an id in the order of time, as the application does (RFC 9562, version 7).
CREATE FUNCTION new_id(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE
    RETURN encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;

CREATE TABLE notice (
    notice_id       uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    person_id       uuid NOT NULL REFERENCES person,
    message_id      uuid NOT NULL, -- that it was written for: once per person
    kind            text NOT NULL,
    contribution_id uuid REFERENCES contribution,
    space_id        uuid REFERENCES space,
    title           text NOT NULL DEFAULT '',
    reason          text NOT NULL DEFAULT '',
    begins          timestamptz, -- what it says of time: a standing's period (R53)
    ends            timestamptz, -- and its end, or a handover's (R15)
    created_at      timestamptz NOT NULL,
    read_at         timestamptz,
    CONSTRAINT notice_once UNIQUE (message_id, person_id)
);
CREATE INDEX notice_person ON notice (tenant_id, person_id, notice_id DESC);
CREATE INDEX notice_unread ON notice (tenant_id, person_id) WHERE read_at IS NULL;
CALL wall('notice');
GRANT SELECT, INSERT, UPDATE, DELETE ON word_list, finding, claim TO imprimatur_app;
GRANT SELECT, DELETE ON claim TO imprimatur_worker;
GRANT SELECT, INSERT ON first_view, decision TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE ON notice TO imprimatur_app;

-- The answer to a request that was sent with an Idempotency-Key.
CREATE TABLE idempotency (
    tenant_id    uuid NOT NULL REFERENCES tenant,
    caller       text NOT NULL, -- the API key or session's person, and for whom it acts
    key          text NOT NULL CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 200),
    request      bytea NOT NULL, -- SHA-256 of method, path and body
    status       integer,        -- NULL while the first request is under way
    header       jsonb,
    body         bytea,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, caller, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
CALL wall('idempotency'); CALL gate('idempotency');
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO imprimatur_app;
GRANT SELECT, DELETE ON idempotency TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
