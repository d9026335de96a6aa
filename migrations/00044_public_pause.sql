-- What is public is taken back while the information pages lack something, and given back (R66).

-- +goose Up
-- +goose StatementBegin
-- The time in which what is open to the public web is read inside the establishment alone.
CREATE TABLE public_pause (
    pause_id  uuid PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenant,
    since     timestamptz NOT NULL,
    ended_at  timestamptz,
    CONSTRAINT public_pause_dated CHECK (ended_at >= since)
);
CREATE UNIQUE INDEX public_pause_once ON public_pause (tenant_id) WHERE ended_at IS NULL;
CALL wall('public_pause'); CALL gate('public_pause');
GRANT SELECT, INSERT, UPDATE ON public_pause TO imprimatur_app;
GRANT SELECT ON public_pause TO imprimatur_worker;

-- Who reads a space: during a pause of the establishment, of what is public, who belongs to it.
CREATE OR REPLACE VIEW readable_space AS
SELECT s.space_id, s.tenant_id, s.slug, s.title, s.description, s.kind, s.mode, s.audience, s.audience_group, s.audience_ent, x.scope,
    s.owner_id, s.backup_id, s.status, s.version, s.created_at
FROM space s CROSS JOIN LATERAL (
    SELECT CASE WHEN s.audience = 'public_web' AND EXISTS (SELECT 1 FROM public_pause p WHERE p.tenant_id = current_tenant() AND p.ended_at IS NULL)
        THEN 'establishment:' || s.tenant_id ELSE s.scope END AS scope) x
WHERE s.tenant_id = current_tenant() AND (x.scope = ANY (current_scopes()) OR 'space:' || s.space_id = ANY (current_scopes())) AND s.status <> ''
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = s.space_id AND h.status = 'open' AND h.kind <> 'freeze');

-- tell_above, which tells of that too (the authority names an acting head), and of a report that was not
-- acknowledged and about which nobody in the establishment may know (R39, R46).
CREATE OR REPLACE FUNCTION tell_above(message uuid, what text, at timestamptz) RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS (
        INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, title, created_at)
        SELECT new_id(at), t.parent_id, j.person_id, message, what, t.name, at
        FROM tenant t CROSS JOIN LATERAL judges_of(t.parent_id, at) j
        WHERE t.tenant_id = current_tenant() AND t.parent_id IS NOT NULL AND j.directing
          AND what IN ('stop_reported', 'public_paused_below', 'case_unacknowledged_below')
        ON CONFLICT ON CONSTRAINT notice_once DO NOTHING
        RETURNING 1)
    SELECT count(*) FROM told
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
