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
    appealed_by     text NOT NULL DEFAULT '' CONSTRAINT case_appealed_by CHECK (appealed_by IN ('', 'author', 'reporter')),
    merged_into     uuid REFERENCES case_file,
    CONSTRAINT case_tenant UNIQUE (tenant_id, case_id),
    CONSTRAINT case_contribution FOREIGN KEY (place_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
-- Many who report one thing are one examination.
CREATE UNIQUE INDEX case_under_way ON case_file (subject_id) WHERE subject_id IS NOT NULL
    AND status IN ('', 'received', 'acknowledged', 'assigned', 'examining', 'inquiring');
CREATE INDEX case_waiting ON case_file (tenant_id, due_at, case_id) WHERE status NOT IN ('decided', 'closed', 'merged');
CREATE INDEX case_latest ON case_file (tenant_id, case_id DESC);
CREATE INDEX case_of_contribution ON case_file (contribution_id);
CALL wall('case_file');

-- What one person reported. Who they are is for whoever may know (R44).
CREATE TABLE report (
    report_id     uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL,
    case_id       uuid NOT NULL,
    reference     text NOT NULL CONSTRAINT report_reference_once UNIQUE,
    secret        bytea NOT NULL CONSTRAINT report_secret_once UNIQUE, -- SHA-256 of the follow-up address's
    person_id     uuid REFERENCES person, -- who was signed in
    name          text NOT NULL DEFAULT '',
    email         text NOT NULL DEFAULT '',
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

-- What the content was when it was reported: the exact revision, its pictures and who could
-- see it. Nothing that happens to the content afterwards touches it.
CREATE TABLE evidence (
    evidence_id uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    revision_id uuid,
    document    jsonb NOT NULL,
    hash        bytea NOT NULL,
    sealed      boolean NOT NULL, -- R50: shown to nobody but the evidence custodian
    taken_at    timestamptz NOT NULL,
    CONSTRAINT evidence_once UNIQUE (case_id, hash),
    CONSTRAINT evidence_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
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
    verdict     text NOT NULL CONSTRAINT case_ruling_verdict CHECK (verdict IN ('keep', 'ask_edit', 'withdraw', 'withdraw_picture')),
    appeal      boolean NOT NULL,
    person_id   uuid NOT NULL REFERENCES person,
    ground      text NOT NULL DEFAULT '',
    reason      text NOT NULL,      -- to the author
    answer      text NOT NULL,      -- to who reported
    statement   jsonb,
    decided_at  timestamptz NOT NULL,
    CONSTRAINT case_ruling_r43 CHECK (verdict IN ('keep', 'ask_edit') OR statement IS NOT NULL),
    CONSTRAINT case_ruling_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX case_ruling_of ON case_ruling (case_id, ruling_id);
CALL wall('case_ruling');

-- The letters of a case, as they were sent: to the author and to each who reported, one never
-- telling of the other (R44).
CREATE TABLE case_letter (
    letter_id  uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    case_id    uuid NOT NULL,
    report_id  uuid REFERENCES report, -- NULL: to the author
    person_id  uuid REFERENCES person,
    kind       text NOT NULL,
    subject    text NOT NULL,
    body       text NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT case_letter_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE
);
CREATE INDEX case_letter_of ON case_letter (case_id, letter_id);
CALL wall('case_letter');

-- The hold that a case placed, so that what it decides releases its own and no other's.
ALTER TABLE hold ADD COLUMN case_id uuid;
CREATE INDEX hold_of_case ON hold (case_id) WHERE case_id IS NOT NULL;
ALTER TABLE notice ADD COLUMN case_id uuid;

GRANT SELECT, INSERT, UPDATE ON case_file TO imprimatur_app;
GRANT SELECT, INSERT ON report, evidence, case_entry, case_ruling, case_letter TO imprimatur_app;
GRANT SELECT ON report TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
