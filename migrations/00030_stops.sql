-- What is stopped at once: the stop button (R26) leaves a hold that somebody has to look at, an
-- emergency stop (R54) is a dated measure that ends by itself.

-- +goose Up
-- +goose StatementBegin
-- stopped tells what the stop button leaves behind, unless somebody has taken it down for good
-- since: then it was looked at.
CREATE FUNCTION stopped(h hold) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (h.kind = 'freeze' OR (h.kind = 'mask' AND h.ground = '')) AND NOT EXISTS (
        SELECT 1 FROM hold o WHERE o.target_id = h.target_id AND o.status = 'open' AND o.kind IN ('withdraw', 'block'))
$$;
CREATE INDEX hold_awaited ON hold (tenant_id, until) WHERE status = 'open' AND until IS NOT NULL AND case_id IS NULL;

CREATE TABLE halt (
    halt_id    uuid PRIMARY KEY,
    tenant_id  uuid NOT NULL REFERENCES tenant,
    space_id   uuid,                             -- NULL: the whole service
    reason     text NOT NULL CONSTRAINT halt_reason CHECK (reason <> ''), -- that everybody reads
    begins     timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    decided_by uuid REFERENCES person,
    ended_at   timestamptz,
    ended_by   uuid REFERENCES person,           -- NULL: it ended by itself
    CONSTRAINT halt_space FOREIGN KEY (tenant_id, space_id) REFERENCES space (tenant_id, space_id),
    CONSTRAINT halt_dated CHECK (until > begins AND (ended_at IS NULL OR ended_at >= begins))
);
CREATE UNIQUE INDEX halt_once ON halt (tenant_id, space_id) NULLS NOT DISTINCT WHERE ended_at IS NULL;
CREATE INDEX halt_latest ON halt (tenant_id, begins DESC);
CALL wall('halt');
GRANT SELECT, INSERT, UPDATE ON halt TO imprimatur_app;

-- Why nobody can write in an establishment stands on its pages, as its name does.
CREATE VIEW reading_halt WITH (security_barrier) AS
SELECT h.tenant_id AS halted, h.reason FROM halt h WHERE h.space_id IS NULL AND h.ended_at IS NULL;

CREATE VIEW reading_frozen WITH (security_barrier) AS
SELECT s.space_id AS frozen FROM space s
WHERE s.tenant_id = current_tenant() AND (
    EXISTS (SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind = 'freeze')
    OR EXISTS (SELECT 1 FROM halt x WHERE x.tenant_id = s.tenant_id AND x.space_id = s.space_id AND x.ended_at IS NULL));
GRANT SELECT ON reading_halt, reading_frozen TO imprimatur_reader;

-- R53: of a disciplinary sanction the reference alone; and what the person says of the measure,
-- which is added and never changed.
ALTER TABLE standing ADD COLUMN reference text NOT NULL DEFAULT '' CONSTRAINT standing_reference CHECK (length(reference) <= 200);
CREATE TABLE observation (
    observation_id uuid PRIMARY KEY,
    tenant_id      uuid NOT NULL REFERENCES tenant,
    standing_id    uuid NOT NULL REFERENCES standing,
    person_id      uuid NOT NULL REFERENCES person, -- who wrote it down: the person concerned, or the director who heard them
    said           text NOT NULL CONSTRAINT observation_said CHECK (said <> ''),
    at             timestamptz NOT NULL
);
CREATE INDEX observation_of ON observation (standing_id, observation_id);
CALL wall('observation');
GRANT SELECT, INSERT ON observation TO imprimatur_app;

-- tell_above tells who directs the authority above that a review is long overdue in an
-- establishment: in its name alone, with no word of what was stopped.
CREATE FUNCTION tell_above(message uuid, what text, at timestamptz) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS (
        INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, title, created_at)
        SELECT new_id(at), t.parent_id, j.person_id, message, what, t.name, at
        FROM tenant t CROSS JOIN LATERAL judges_of(t.parent_id, at) j
        WHERE t.tenant_id = current_tenant() AND t.parent_id IS NOT NULL AND j.directing
          AND what = 'stop_reported'
        ON CONFLICT ON CONSTRAINT notice_once DO NOTHING
        RETURNING 1)
    SELECT count(*) FROM told
$$;
REVOKE EXECUTE ON FUNCTION tell_above(uuid, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tell_above(uuid, text, timestamptz) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
