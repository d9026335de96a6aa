-- Spaces, contributions, revisions, holds, and what hangs on them.

-- +goose Up
-- +goose StatementBegin
CREATE TABLE space (
    space_id       uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES tenant,
    slug           text NOT NULL,
    title          text NOT NULL,
    description    text NOT NULL DEFAULT '',
    kind           text NOT NULL CONSTRAINT space_kind CHECK (kind IN ('forum', 'blog', 'web')),
    mode           text NOT NULL CONSTRAINT space_mode CHECK (mode IN ('PRE', 'POST', 'PUPIL_PRESS')),
    audience       text NOT NULL CONSTRAINT space_audience CHECK (audience IN ('group', 'establishment', 'ent', 'public_web')),
    audience_group uuid,
    audience_ent   uuid REFERENCES ent,
    scope          text NOT NULL GENERATED ALWAYS AS (CASE audience
        WHEN 'public_web' THEN 'public_web'
        WHEN 'ent' THEN 'ent:' || audience_ent::text
        WHEN 'establishment' THEN 'establishment:' || tenant_id::text
        ELSE 'group:' || audience_group::text END) STORED,
    owner_id       uuid REFERENCES person,
    backup_id      uuid REFERENCES person,
    status         text NOT NULL CONSTRAINT space_status CHECK (status IN ('', 'open', 'closed')),
    version        bigint NOT NULL DEFAULT 0,
    created_at     timestamptz NOT NULL,
    CONSTRAINT space_slug_once UNIQUE (tenant_id, slug),
    CONSTRAINT space_tenant UNIQUE (tenant_id, space_id),
    CONSTRAINT space_group FOREIGN KEY (tenant_id, audience_group) REFERENCES groups (tenant_id, group_id),
    CONSTRAINT space_audience_group CHECK ((audience = 'group') = (audience_group IS NOT NULL)),
    CONSTRAINT space_audience_ent CHECK ((audience = 'ent') = (audience_ent IS NOT NULL)),
    -- R10 [C]: forums and blogs stay inside; R11 [C]: a forum is moderated after publication.
    CONSTRAINT space_r10 CHECK (audience <> 'public_web' OR kind = 'web'),
    CONSTRAINT space_r11 CHECK (kind <> 'forum' OR mode <> 'PRE'),
    CONSTRAINT space_r15 CHECK (owner_id IS DISTINCT FROM backup_id)
);
CALL wall('space');

-- A space whose owner or backup does not answer any more, since when it was found.
-- The row goes when two adults answer again; the trail keeps both.
CREATE TABLE vacancy (
    vacancy_id uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    space_id   uuid NOT NULL CONSTRAINT vacancy_once UNIQUE,
    since      timestamptz NOT NULL,
    frozen_at  timestamptz, -- the handover's time was over, and the space is frozen
    CONSTRAINT vacancy_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id)
);
CALL wall('vacancy'); CALL gate('vacancy');
GRANT SELECT, INSERT, UPDATE, DELETE ON vacancy TO imprimatur_app;
GRANT SELECT ON vacancy TO imprimatur_worker;

CREATE TABLE space_role (
    tenant_id uuid NOT NULL,
    space_id  uuid NOT NULL,
    person_id uuid REFERENCES person,
    group_id  uuid,
    role      text NOT NULL CONSTRAINT space_role_role CHECK (role IN ('contributor', 'moderator')),
    CONSTRAINT space_role_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT space_role_group FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, group_id),
    CONSTRAINT space_role_somebody CHECK (num_nonnulls(person_id, group_id) = 1)
);
CREATE UNIQUE INDEX space_role_once ON space_role (space_id, role, coalesce(person_id, group_id));
CREATE INDEX space_role_person ON space_role (person_id) WHERE person_id IS NOT NULL;
CALL wall('space_role');
GRANT SELECT, INSERT, UPDATE, DELETE ON space, space_role TO imprimatur_app;
CALL gate('space'); CALL gate('space_role');
GRANT SELECT ON space, space_role TO imprimatur_worker;

CREATE TABLE contribution (
    contribution_id uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    space_id        uuid NOT NULL,
    parent_id       uuid,          -- the topic of a reply, the article of a comment
    kind            text NOT NULL CONSTRAINT contribution_kind
        CHECK (kind IN ('article', 'topic', 'reply', 'comment', 'page', 'document', 'profile')),
    author_id       uuid NOT NULL REFERENCES person,
    byline          text NOT NULL, -- how readers see the author named
    slug            text NOT NULL,
    life            text NOT NULL DEFAULT 'kept' CONSTRAINT contribution_life CHECK (life IN ('kept', 'gone')),
    version         bigint NOT NULL DEFAULT 1,
    number          integer NOT NULL DEFAULT 0, -- of the last submitted revision
    live_id         uuid,
    published_at    timestamptz,   -- when its first revision went live; kept through takedown and restoration (R45)
    created_at      timestamptz NOT NULL,
    CONSTRAINT contribution_tenant UNIQUE (tenant_id, contribution_id),
    CONSTRAINT contribution_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT contribution_parent FOREIGN KEY (tenant_id, parent_id) REFERENCES contribution (tenant_id, contribution_id),
    CONSTRAINT contribution_below CHECK ((kind IN ('reply', 'comment')) = (parent_id IS NOT NULL)),
    CONSTRAINT contribution_gone CHECK (life = 'kept' OR live_id IS NULL)
);
CREATE INDEX contribution_space_at ON contribution (space_id, created_at DESC);
CREATE INDEX contribution_author ON contribution (tenant_id, author_id, created_at DESC);
CREATE INDEX contribution_parent_at ON contribution (parent_id, created_at) WHERE parent_id IS NOT NULL;
CALL wall('contribution');

CREATE TABLE revision (
    revision_id     uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    contribution_id uuid NOT NULL,
    space_id        uuid NOT NULL,
    author_id       uuid NOT NULL,
    suggested_by    uuid REFERENCES person, -- R18
    based_on        uuid,                   -- the revision that it changes, or is derived from
    derivation      text NOT NULL DEFAULT '' CONSTRAINT revision_derivation CHECK (derivation IN ('', 'omit_photo', 'blur_photo')),
    status          text NOT NULL CONSTRAINT revision_status CHECK (status IN (
        'draft', 'submitted', 'in_review', 'changes_requested', 'rejected', 'awaiting_signature',
        'awaiting_consent', 'scheduled', 'live', 'superseded', 'replaced', 'abandoned')),
    version         bigint NOT NULL DEFAULT 1,
    number          integer,
    title           text NOT NULL,
    html            text NOT NULL, -- sanitised
    plain           text NOT NULL, -- of html: what screening reads
    language        text NOT NULL,
    attributions    jsonb NOT NULL DEFAULT '[]',
    sanitiser       text NOT NULL,
    hash            bytea CONSTRAINT revision_sha256 CHECK (length(hash) = 32),
    mode            text CONSTRAINT revision_mode CHECK (mode IN ('PRE', 'POST', 'PUPIL_PRESS')),
    publish_at      timestamptz,
    updated_at      timestamptz NOT NULL,
    submitted_at    timestamptz,
    decided_at      timestamptz, -- when its status last moved
    reviewed_at     timestamptz, -- a human has looked and let it stand (R13)
    severity        smallint NOT NULL DEFAULT 0 CONSTRAINT revision_severity CHECK (severity BETWEEN 0 AND 4),
    target_at       timestamptz, -- when a human should have looked (R12, R13, R41)
    reach           smallint NOT NULL DEFAULT 0 CONSTRAINT revision_reach CHECK (reach BETWEEN 0 AND 3), -- the audience's rank
    waits_for       text GENERATED ALWAYS AS (CASE
        WHEN status = 'in_review' THEN 'review'
        WHEN status = 'awaiting_signature' THEN 'signature'
        WHEN status = 'live' AND reviewed_at IS NULL THEN 'look' END) STORED,
    -- The order of the queue, ascending: a place in it is one row comparison, which
    -- the index answers behind row-level security too (its operators leak nothing).
    calm            smallint NOT NULL GENERATED ALWAYS AS (4 - severity) STORED,
    due             timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(target_at, 'infinity'::timestamptz)) STORED,
    narrow          smallint NOT NULL GENERATED ALWAYS AS (3 - reach) STORED,
    CONSTRAINT revision_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id),
    CONSTRAINT revision_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT revision_number_once UNIQUE (contribution_id, number),
    -- R19: what was submitted has its number, hash and mode; a draft that was never submitted has none.
    CONSTRAINT revision_sealed CHECK (num_nonnulls(number, hash, mode, submitted_at) IN (0, 4)),
    CONSTRAINT revision_draft_unsealed CHECK (status <> 'draft' OR hash IS NULL),
    CONSTRAINT revision_moved_sealed CHECK (status IN ('draft', 'abandoned') OR hash IS NOT NULL),
    -- At most one on its way, and at most one live. Deferred, because the one that goes
    -- and the one that comes move in the same statement.
    CONSTRAINT revision_one_open EXCLUDE USING btree (contribution_id WITH =)
        WHERE (status IN ('submitted', 'in_review', 'changes_requested', 'awaiting_signature', 'awaiting_consent', 'scheduled'))
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT revision_one_live EXCLUDE USING btree (contribution_id WITH =)
        WHERE (status = 'live') DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX revision_one_draft ON revision (contribution_id) WHERE status = 'draft' AND suggested_by IS NULL;
CREATE UNIQUE INDEX revision_one_suggestion ON revision (contribution_id) WHERE status = 'draft' AND suggested_by IS NOT NULL;
CREATE INDEX revision_by_author ON revision (tenant_id, author_id, submitted_at DESC) WHERE submitted_at IS NOT NULL;
-- Each space's part of the queue in its order, however many contributions there are.
CREATE INDEX revision_queue ON revision (space_id, waits_for, calm, due, narrow, revision_id) WHERE waits_for IS NOT NULL;
-- What waits, by whoever wrote or suggested it: a text of the only moderator falls
-- to somebody else, who finds it without reading all that does not.
CREATE INDEX revision_waiting_author ON revision (author_id) WHERE waits_for IS NOT NULL;
CREATE INDEX revision_suggested ON revision (suggested_by) WHERE suggested_by IS NOT NULL;
-- What waits for an authorisation, by space: whoever records them finds all
-- without reading the rest (R36).
CREATE INDEX revision_awaiting_consent ON revision (space_id, decided_at) WHERE status = 'awaiting_consent';
CALL wall('revision');
ALTER TABLE contribution ADD CONSTRAINT contribution_live FOREIGN KEY (live_id) REFERENCES revision;

-- R19: a submitted text never changes again. Only a purge empties it.
CREATE FUNCTION revision_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM contribution c WHERE c.contribution_id = NEW.contribution_id AND c.life = 'gone')
       AND NEW.title = '' AND NEW.html = '' AND NEW.plain = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'revision % is sealed', OLD.revision_id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'revision_r19';
END $$;
CREATE TRIGGER revision_r19 BEFORE UPDATE ON revision FOR EACH ROW
    WHEN (OLD.hash IS NOT NULL AND (
        OLD.title IS DISTINCT FROM NEW.title OR OLD.html IS DISTINCT FROM NEW.html OR OLD.plain IS DISTINCT FROM NEW.plain OR
        OLD.hash IS DISTINCT FROM NEW.hash OR OLD.number IS DISTINCT FROM NEW.number OR OLD.mode IS DISTINCT FROM NEW.mode OR
        OLD.attributions IS DISTINCT FROM NEW.attributions OR OLD.language IS DISTINCT FROM NEW.language OR
        OLD.author_id IS DISTINCT FROM NEW.author_id OR OLD.suggested_by IS DISTINCT FROM NEW.suggested_by))
    EXECUTE FUNCTION revision_is_sealed();

-- R12, R18: every exact text that somebody ever suggested for a contribution, by its
-- fingerprint, for a suggestion may be overwritten; and who had suggested what was
-- then submitted, by whatever way it came into the author's hands.
CREATE FUNCTION text_of(title text, html text, attributions jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256(convert_to(normalize(jsonb_build_array(title, html, attributions)::text, NFC), 'UTF8'));
CREATE TABLE suggested_text (
    contribution_id uuid NOT NULL,
    fingerprint     bytea NOT NULL,
    person_id       uuid NOT NULL REFERENCES person,
    tenant_id       uuid NOT NULL,
    PRIMARY KEY (contribution_id, fingerprint, person_id),
    CONSTRAINT suggested_text_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
CREATE TABLE revision_suggester (
    revision_id uuid NOT NULL REFERENCES revision ON DELETE CASCADE,
    person_id   uuid NOT NULL REFERENCES person,
    tenant_id   uuid NOT NULL,
    PRIMARY KEY (revision_id, person_id)
);
CREATE INDEX revision_suggester_person ON revision_suggester (person_id, revision_id);
CALL wall('suggested_text'); CALL wall('revision_suggester');
GRANT SELECT, INSERT ON suggested_text, revision_suggester TO imprimatur_app;

CREATE FUNCTION remember_suggestion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO suggested_text (contribution_id, fingerprint, person_id, tenant_id)
    VALUES (NEW.contribution_id, text_of(NEW.title, NEW.html, NEW.attributions), NEW.suggested_by, NEW.tenant_id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER revision_suggested AFTER INSERT OR UPDATE OF title, html, attributions ON revision FOR EACH ROW
    WHEN (NEW.suggested_by IS NOT NULL AND NEW.html <> '') EXECUTE FUNCTION remember_suggestion();
CREATE FUNCTION name_suggesters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revision_suggester (revision_id, person_id, tenant_id)
    SELECT NEW.revision_id, t.person_id, NEW.tenant_id
    FROM (SELECT * FROM suggested_text WHERE contribution_id = NEW.contribution_id OFFSET 0) t -- nothing is hashed where nothing was suggested
    WHERE t.fingerprint = text_of(NEW.title, NEW.html, NEW.attributions)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER revision_named AFTER UPDATE OF hash ON revision FOR EACH ROW
    WHEN (OLD.hash IS NULL AND NEW.hash IS NOT NULL) EXECUTE FUNCTION name_suggesters();

-- What was typed, before cleaning. Kept apart and never rendered.
CREATE TABLE revision_source (
    revision_id uuid PRIMARY KEY REFERENCES revision ON DELETE CASCADE,
    tenant_id   uuid NOT NULL,
    source      text NOT NULL
);
CALL wall('revision_source');

CREATE TABLE hold (
    hold_id           uuid PRIMARY KEY,
    tenant_id         uuid NOT NULL,
    contribution_id   uuid,
    space_id          uuid,
    target_id         uuid NOT NULL GENERATED ALWAYS AS (coalesce(contribution_id, space_id)) STORED,
    kind              text NOT NULL CONSTRAINT hold_kind CHECK (kind IN ('mask', 'withdraw', 'block', 'archive', 'freeze')),
    status            text NOT NULL CONSTRAINT hold_status CHECK (status IN ('open', 'released')),
    version           bigint NOT NULL DEFAULT 1,
    sealed            boolean NOT NULL DEFAULT false,
    until             timestamptz,
    placed_at         timestamptz NOT NULL,
    placed_by         uuid REFERENCES person,
    ground            text NOT NULL DEFAULT '',
    reason            text NOT NULL DEFAULT '',
    statement         jsonb,
    reference         text NOT NULL DEFAULT '',
    released_at       timestamptz,
    released_by       uuid REFERENCES person,
    release_reason    text NOT NULL DEFAULT '',
    release_reference text NOT NULL DEFAULT '',
    CONSTRAINT hold_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id),
    CONSTRAINT hold_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT hold_on_one_thing CHECK (num_nonnulls(contribution_id, space_id) = 1),
    CONSTRAINT hold_freeze_on_space CHECK (kind <> 'freeze' OR space_id IS NOT NULL),
    CONSTRAINT hold_released CHECK ((status = 'released') = (released_at IS NOT NULL)),
    CONSTRAINT hold_r43 CHECK (kind <> 'withdraw' OR statement IS NOT NULL),
    CONSTRAINT hold_r48 CHECK (kind <> 'block' OR (reference <> '' AND (status = 'open' OR release_reference <> '')))
);
CREATE INDEX hold_open ON hold (target_id) WHERE status = 'open';
CREATE INDEX hold_target ON hold (target_id, placed_at);
CALL wall('hold');

-- What readers see: the live revision of a contribution, ready to serve. Written
-- by publishing and by nothing else.
CREATE TABLE snapshot (
    contribution_id uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    space_id        uuid NOT NULL,
    parent_id       uuid,
    revision_id     uuid REFERENCES revision, -- NULL: purged, a tombstone
    number          integer,
    kind            text NOT NULL,
    slug            text NOT NULL,
    title           text NOT NULL,
    html            text NOT NULL,
    excerpt         text NOT NULL,
    language        text NOT NULL,
    attributions    jsonb NOT NULL,
    byline          text NOT NULL,
    hash            bytea,
    reviewed        boolean NOT NULL DEFAULT false,
    published_at    timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT snapshot_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id)
);
CREATE INDEX snapshot_space ON snapshot (space_id, published_at DESC, contribution_id DESC) WHERE parent_id IS NULL;
CREATE INDEX snapshot_parent ON snapshot (parent_id, published_at, contribution_id) WHERE parent_id IS NOT NULL;
CALL wall('snapshot');

-- R36: the authorisation of a pupil and a guardian for a work that leaves the class, recorded by hand.
CREATE TABLE work_authorisation (
    authorisation_id uuid PRIMARY KEY,
    tenant_id        uuid NOT NULL,
    contribution_id  uuid NOT NULL,
    revision_id      uuid NOT NULL REFERENCES revision, -- the text that the paper was signed for
    pupil_id         uuid NOT NULL REFERENCES person,
    guardian_id      uuid REFERENCES person,
    -- The ways of naming that the setting pupil_naming lists.
    naming           text NOT NULL CONSTRAINT work_authorisation_naming
        CHECK (naming IN ('first_name', 'first_name_initial', 'full_name', 'pseudonym', 'class', 'unnamed')),
    reference        text NOT NULL CONSTRAINT work_authorisation_reference CHECK (reference <> ''),
    recorded_by      uuid NOT NULL REFERENCES person,
    recorded_at      timestamptz NOT NULL,
    ended_at         timestamptz,
    CONSTRAINT work_authorisation_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id),
    CONSTRAINT work_authorisation_not_by_themselves CHECK (recorded_by <> pupil_id)
);
CREATE INDEX work_authorisation_of ON work_authorisation (contribution_id) WHERE ended_at IS NULL;
CALL wall('work_authorisation');
GRANT SELECT, INSERT, UPDATE, DELETE ON contribution, revision, revision_source, snapshot TO imprimatur_app;
GRANT SELECT, INSERT, UPDATE ON hold, work_authorisation TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
