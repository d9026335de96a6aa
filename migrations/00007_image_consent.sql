-- Photos, who is in them, and who agreed to what: no picture of a person is seen without
-- that person's consent, for that use, at that moment (R27 to R35, invariants 1 and 4).

-- +goose Up
-- +goose StatementBegin
-- The moment at which a question is asked: the caller's clock, or the database's.
CREATE FUNCTION current_moment() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('imprimatur.moment', true), '')::timestamptz, clock_timestamp());

CREATE TABLE photo_series (
    series_id  uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenant,
    title      text NOT NULL CONSTRAINT photo_series_title CHECK (title <> ''),
    created_by uuid NOT NULL REFERENCES person,
    created_at timestamptz NOT NULL,
    CONSTRAINT photo_series_tenant UNIQUE (tenant_id, series_id)
);
CALL wall('photo_series');

CREATE TABLE photo (
    photo_id      uuid PRIMARY KEY,
    tenant_id     uuid NOT NULL REFERENCES tenant,
    uploader_id   uuid NOT NULL REFERENCES person,
    series_id     uuid,
    status        text NOT NULL CONSTRAINT photo_status CHECK (status IN ('', 'preparing', 'spoiled', 'unidentified', 'identified', 'erased')),
    version       bigint NOT NULL DEFAULT 0,
    name          text NOT NULL,              -- of the file, as it was given
    format        text NOT NULL,              -- as it was sniffed
    bytes         bigint NOT NULL CONSTRAINT photo_bytes CHECK (bytes > 0),
    width         integer NOT NULL CONSTRAINT photo_width CHECK (width > 0),   -- upright
    height        integer NOT NULL CONSTRAINT photo_height CHECK (height > 0),
    original      text NOT NULL,              -- the file's name in the store; empty when erased
    sha256        bytea NOT NULL CONSTRAINT photo_sha256 CHECK (length(sha256) = 32), -- of the original
    likeness      bytea,                      -- what near-duplicates have in common
    faces         integer,                    -- counted by the machine, never recognised
    problem       text NOT NULL DEFAULT '',   -- why it is spoiled
    created_at    timestamptz NOT NULL,
    identified_at timestamptz,                -- who is in it was declared completely
    identified_by uuid REFERENCES person,
    CONSTRAINT photo_tenant UNIQUE (tenant_id, photo_id),
    CONSTRAINT photo_in_series FOREIGN KEY (tenant_id, series_id) REFERENCES photo_series (tenant_id, series_id),
    CONSTRAINT photo_r27 CHECK ((status = 'identified') <= (identified_at IS NOT NULL))
);
CREATE INDEX photo_uploader ON photo (tenant_id, uploader_id, created_at DESC);
CREATE INDEX photo_series_of ON photo (series_id, created_at) WHERE series_id IS NOT NULL;
CALL wall('photo');

-- Somebody in a picture, or a box in which there might be somebody. A box that moves is
-- another depiction: what was blurred or agreed to was the one before.
CREATE TABLE depiction (
    depiction_id uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    photo_id     uuid NOT NULL,
    found        boolean NOT NULL,            -- by the machine
    x            real, y real, width real, height real, -- shares of the upright picture; NULL: in it without a box
    outcome      text NOT NULL DEFAULT '' CONSTRAINT depiction_outcome
        CHECK (outcome IN ('', 'person', 'unrecognisable', 'blur', 'not_a_face')),
    person_id    uuid REFERENCES person,
    media        text[] NOT NULL DEFAULT '{image}' CONSTRAINT depiction_media CHECK (media <@ ARRAY['image', 'voice', 'name'] AND media <> '{}'),
    reason       text NOT NULL DEFAULT '',    -- why nobody can recognise them
    CONSTRAINT depiction_photo FOREIGN KEY (tenant_id, photo_id) REFERENCES photo (tenant_id, photo_id) ON DELETE CASCADE,
    CONSTRAINT depiction_boxed CHECK (num_nulls(x, y, width, height) IN (0, 4)),
    CONSTRAINT depiction_within CHECK (x >= 0 AND y >= 0 AND width > 0 AND height > 0 AND x + width <= 1.0001 AND y + height <= 1.0001),
    CONSTRAINT depiction_person CHECK ((outcome = 'person') <= (person_id IS NOT NULL)),
    CONSTRAINT depiction_blurred CHECK (outcome NOT IN ('blur', 'not_a_face') OR x IS NOT NULL),
    CONSTRAINT depiction_reason CHECK (outcome <> 'unrecognisable' OR reason <> '')
);
CREATE INDEX depiction_of ON depiction (photo_id);
CREATE INDEX depiction_person_of ON depiction (person_id) WHERE person_id IS NOT NULL;
CALL wall('depiction');

-- The pictures derived from a photo that may be shown: plain, or with some depictions
-- blurred in every size (R32).
CREATE TABLE rendition (
    rendition_id uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    photo_id     uuid NOT NULL,
    blurred      uuid[] NOT NULL DEFAULT '{}', -- depictions that nobody can make out in it
    hash         bytea NOT NULL CONSTRAINT rendition_sha256 CHECK (length(hash) = 32), -- over its files'
    created_at   timestamptz NOT NULL,
    CONSTRAINT rendition_photo FOREIGN KEY (tenant_id, photo_id) REFERENCES photo (tenant_id, photo_id) ON DELETE CASCADE
);
CREATE INDEX rendition_of ON rendition (photo_id);
CALL wall('rendition');
-- The one that a text shows from now on: plain, or with those blurred who are to be and
-- those who have said no.
ALTER TABLE photo ADD COLUMN rendition_id uuid REFERENCES rendition;
CREATE TABLE rendition_file (
    rendition_id uuid NOT NULL REFERENCES rendition ON DELETE CASCADE,
    tenant_id    uuid NOT NULL,
    size         text NOT NULL CONSTRAINT rendition_file_size CHECK (size IN ('thumbnail', 'standard', 'double')),
    file         text NOT NULL,              -- its name in the store
    bytes        bigint NOT NULL,
    width        integer NOT NULL,
    height       integer NOT NULL,
    sha256       bytea NOT NULL CONSTRAINT rendition_file_sha256 CHECK (length(sha256) = 32),
    PRIMARY KEY (rendition_id, size)
);
CALL wall('rendition_file');

-- What a revision shows: exactly this rendition of the photo, sealed with the text.
CREATE TABLE revision_photo (
    revision_id  uuid NOT NULL REFERENCES revision ON DELETE CASCADE,
    tenant_id    uuid NOT NULL,
    ordinal      integer NOT NULL,
    photo_id     uuid NOT NULL,
    rendition_id uuid NOT NULL REFERENCES rendition,
    PRIMARY KEY (revision_id, ordinal),
    CONSTRAINT revision_photo_photo FOREIGN KEY (tenant_id, photo_id) REFERENCES photo (tenant_id, photo_id)
);
CREATE INDEX revision_photo_of ON revision_photo (photo_id, revision_id);
CALL wall('revision_photo');

-- What readers' pages need to hold a picture's place: id, width, height.
ALTER TABLE snapshot ADD COLUMN photos jsonb NOT NULL DEFAULT '[]';

-- The same text without a picture, or with another rendition of it, has the approval of
-- the revision that it is based on (R32); it is made and sealed within one act, beside
-- whatever draft the author is writing.
DROP INDEX revision_one_draft;
CREATE UNIQUE INDEX revision_one_draft ON revision (contribution_id) WHERE status = 'draft' AND suggested_by IS NULL AND derivation = '';

-- Whether a contribution waits until all its pictures are clear, or appears with their
-- places held empty.
ALTER TABLE contribution ADD COLUMN waits_for_photos boolean NOT NULL DEFAULT true;

-- A single picture is held like a contribution, wherever it is used.
ALTER TABLE hold ADD COLUMN photo_id uuid,
    ADD CONSTRAINT hold_photo FOREIGN KEY (tenant_id, photo_id) REFERENCES photo (tenant_id, photo_id),
    DROP CONSTRAINT hold_on_one_thing,
    ADD CONSTRAINT hold_on_one_thing CHECK (num_nonnulls(contribution_id, space_id, photo_id) = 1),
    ALTER COLUMN target_id DROP EXPRESSION;
CREATE FUNCTION target_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.target_id := coalesce(NEW.contribution_id, NEW.space_id, NEW.photo_id);
    RETURN NEW;
END $$;
CREATE TRIGGER hold_target_is BEFORE INSERT OR UPDATE ON hold FOR EACH ROW EXECUTE FUNCTION target_hold();

-- One project for which consent is asked (R28, R31).
CREATE TABLE consent_request (
    request_id  uuid PRIMARY KEY,
    tenant_id   uuid NOT NULL REFERENCES tenant,
    title       text NOT NULL,               -- the project
    beneficiary text NOT NULL,
    nature      text NOT NULL,               -- what is shown
    purpose     text NOT NULL,
    place       text NOT NULL,
    taken_from  date NOT NULL,
    taken_to    date NOT NULL,
    operations  text[] NOT NULL,
    territory   text NOT NULL,
    valid       tstzrange NOT NULL,
    to_come     boolean NOT NULL,            -- pictures of the project that are not taken yet may join it
    body        text NOT NULL,               -- the text that is signed, as it was sent
    hash        bytea NOT NULL CONSTRAINT consent_request_sha256 CHECK (length(hash) = 32), -- of body
    reference   text NOT NULL,               -- on paper
    asked_by    uuid NOT NULL REFERENCES person,
    asked_at    timestamptz NOT NULL,
    CONSTRAINT consent_request_tenant UNIQUE (tenant_id, request_id),
    CONSTRAINT consent_request_reference_once UNIQUE (tenant_id, reference),
    CONSTRAINT consent_request_r28 CHECK (title <> '' AND beneficiary <> '' AND nature <> '' AND purpose <> '' AND place <> ''
        AND operations <> '{}' AND territory <> '' AND body <> '' AND taken_from <= taken_to),
    CONSTRAINT consent_request_r31 CHECK (NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid))
);
CREATE INDEX consent_request_at ON consent_request (tenant_id, asked_at DESC);
CALL wall('consent_request');
-- What is signed never changes.
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is sealed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER consent_request_sealed BEFORE UPDATE ON consent_request FOR EACH ROW EXECUTE FUNCTION stays();

-- The uses that are asked for, one by one; none implies another.
CREATE TABLE consent_use (
    use_id         uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    request_id     uuid NOT NULL,
    ordinal        integer NOT NULL,
    medium         text NOT NULL CONSTRAINT consent_use_medium CHECK (medium IN ('image', 'voice', 'name')),
    audience       text NOT NULL CONSTRAINT consent_use_audience CHECK (audience IN ('group', 'establishment', 'ent', 'public_web', 'print')),
    audience_group uuid,
    audience_ent   uuid REFERENCES ent,
    space_id       uuid,                     -- the exact place; none for print
    CONSTRAINT consent_use_once UNIQUE (request_id, ordinal),
    CONSTRAINT consent_use_request FOREIGN KEY (tenant_id, request_id) REFERENCES consent_request (tenant_id, request_id),
    CONSTRAINT consent_use_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT consent_use_group FOREIGN KEY (tenant_id, audience_group) REFERENCES groups (tenant_id, group_id),
    CONSTRAINT consent_use_of CHECK ((audience = 'group') = (audience_group IS NOT NULL) AND (audience = 'ent') = (audience_ent IS NOT NULL)
        AND (audience = 'print') = (space_id IS NULL))
);
CREATE TRIGGER consent_use_sealed BEFORE UPDATE ON consent_use FOR EACH ROW EXECUTE FUNCTION stays();
CALL wall('consent_use');

CREATE TABLE request_photo (
    request_id uuid NOT NULL,
    photo_id   uuid NOT NULL,
    tenant_id  uuid NOT NULL,
    PRIMARY KEY (request_id, photo_id),
    CONSTRAINT request_photo_request FOREIGN KEY (tenant_id, request_id) REFERENCES consent_request (tenant_id, request_id),
    CONSTRAINT request_photo_photo FOREIGN KEY (tenant_id, photo_id) REFERENCES photo (tenant_id, photo_id)
);
CREATE INDEX request_photo_of ON request_photo (photo_id);
CALL wall('request_photo');

-- One person's consent to one request. At majority another takes its place.
CREATE TABLE consent (
    consent_id   uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    request_id   uuid NOT NULL,
    person_id    uuid NOT NULL REFERENCES person,
    generation   integer NOT NULL DEFAULT 1,
    status       text NOT NULL CONSTRAINT consent_status
        CHECK (status IN ('', 'asked', 'granted', 'refused', 'revoked', 'expired', 'superseded')),
    version      bigint NOT NULL DEFAULT 0,
    waiting      uuid[] NOT NULL DEFAULT '{}', -- whose answer is missing, as resolved last
    asked_at     timestamptz NOT NULL,
    decided_at   timestamptz,
    reminded_at  timestamptz,
    reminders    integer NOT NULL DEFAULT 0,
    warned_at    timestamptz,                  -- that it ends soon (R34)
    sole_proof   text NOT NULL DEFAULT '',     -- reference of the proof that one guardian holds authority alone (R30)
    sole_by      uuid REFERENCES person,
    owed         jsonb,                        -- what a withdrawal promises that could not be promised with it (R33)
    CONSTRAINT consent_once UNIQUE (request_id, person_id, generation),
    CONSTRAINT consent_tenant UNIQUE (tenant_id, consent_id),
    CONSTRAINT consent_request_of FOREIGN KEY (tenant_id, request_id) REFERENCES consent_request (tenant_id, request_id)
);
CREATE INDEX consent_person ON consent (person_id, tenant_id);
CREATE INDEX consent_owing ON consent (consent_id) WHERE owed IS NOT NULL;
CREATE INDEX consent_waiting ON consent USING gin (waiting) WHERE status = 'asked';
CALL wall('consent');

-- What a family signed on paper: recorded by one, confirmed by another.
CREATE TABLE consent_paper (
    paper_id     uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    consent_id   uuid NOT NULL,
    signatory_id uuid NOT NULL REFERENCES person,
    accepted     uuid[] NOT NULL,            -- uses; none is a refusal
    scan         text NOT NULL CONSTRAINT consent_paper_scan CHECK (scan <> ''), -- the file's name in the store
    recorded_by  uuid NOT NULL REFERENCES person,
    recorded_at  timestamptz NOT NULL,
    confirmed_by uuid REFERENCES person,
    confirmed_at timestamptz,
    dismissed_at timestamptz,                -- the second person found something else on the paper
    CONSTRAINT consent_paper_consent FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id),
    CONSTRAINT consent_paper_two CHECK (confirmed_by <> recorded_by AND signatory_id NOT IN (recorded_by, coalesce(confirmed_by, recorded_by))),
    CONSTRAINT consent_paper_confirmed CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT consent_paper_decided CHECK (num_nonnulls(confirmed_at, dismissed_at) <= 1)
);
CREATE INDEX consent_paper_of ON consent_paper (consent_id);
CALL wall('consent_paper');

-- What each signatory said, use by use. Another answer of theirs ends the one before.
CREATE TABLE consent_answer (
    answer_id    uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    consent_id   uuid NOT NULL,
    signatory_id uuid NOT NULL REFERENCES person,
    capacity     text NOT NULL CONSTRAINT consent_answer_capacity CHECK (capacity IN ('depicted', 'guardian')),
    accepted     uuid[] NOT NULL,            -- uses; those left out are refused
    revoked      boolean NOT NULL DEFAULT false, -- a withdrawal (R33)
    via          text NOT NULL,
    paper_id     uuid REFERENCES consent_paper,
    text_hash    bytea NOT NULL CONSTRAINT consent_answer_sha256 CHECK (length(text_hash) = 32), -- of what was signed
    answered_at  timestamptz NOT NULL,
    ended_at     timestamptz,
    CONSTRAINT consent_answer_consent FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id)
);
CREATE UNIQUE INDEX consent_answer_standing ON consent_answer (consent_id, signatory_id) WHERE ended_at IS NULL;
CALL wall('consent_answer');

-- A way in for a signatory without an account: for one consent, once, until it expires or
-- the address changes. The token is never kept.
CREATE TABLE consent_link (
    link_id      uuid PRIMARY KEY,
    tenant_id    uuid NOT NULL,
    consent_id   uuid NOT NULL,
    signatory_id uuid NOT NULL REFERENCES person,
    token        bytea NOT NULL CONSTRAINT consent_link_once UNIQUE CONSTRAINT consent_link_sha256 CHECK (length(token) = 32),
    address      text NOT NULL CONSTRAINT consent_link_address CHECK (address <> ''),
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CONSTRAINT consent_link_consent FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id)
);
CREATE INDEX consent_link_of ON consent_link (consent_id, signatory_id);
CALL wall('consent_link'); CALL gate('consent_link');

-- What Go has resolved: this person may be seen, for this use, in the request's photos,
-- within this time, which ends by itself at expiry and majority. Withdrawal closes it
-- in one UPDATE that needs nothing else (invariant 4).
CREATE TABLE consent_cover (
    cover_id       uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL,
    consent_id     uuid NOT NULL,
    request_id     uuid NOT NULL,
    use_id         uuid NOT NULL REFERENCES consent_use,
    person_id      uuid NOT NULL,
    medium         text NOT NULL,
    audience       text NOT NULL,
    audience_group uuid,
    audience_ent   uuid,
    space_id       uuid,
    valid          tstzrange NOT NULL,
    rests_on       uuid[] NOT NULL,          -- guardians without whose authority it would not hold
    made_at        timestamptz NOT NULL,
    ended_at       timestamptz,              -- closed before its time, whatever any clock says
    CONSTRAINT consent_cover_consent FOREIGN KEY (tenant_id, consent_id) REFERENCES consent (tenant_id, consent_id),
    CONSTRAINT consent_cover_bounded CHECK (NOT (isempty(valid) OR lower_inf(valid) OR upper_inf(valid)))
);
CREATE INDEX consent_cover_person ON consent_cover (person_id, request_id) WHERE ended_at IS NULL;
CREATE INDEX consent_cover_consent_of ON consent_cover (consent_id);
CREATE INDEX consent_cover_ends_at ON consent_cover (upper(valid)) WHERE ended_at IS NULL;
CALL wall('consent_cover');

GRANT SELECT, INSERT, UPDATE, DELETE ON photo_series, photo, depiction, rendition, rendition_file, revision_photo TO imprimatur_app;
GRANT SELECT, INSERT ON consent_request, consent_use, request_photo TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE ON consent, consent_paper, consent_answer, consent_link, consent_cover TO imprimatur_app;
GRANT SELECT ON consent_link TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
