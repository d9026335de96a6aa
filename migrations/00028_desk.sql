-- The director's desk: what is read for it by index, which acts of the trail were done by a power
-- that was lent, and the acting head whom an authority records for an establishment below it.

-- +goose Up
-- +goose StatementBegin
-- Legal clocks first, then what is gravest; and what was handed up (R40).
CREATE INDEX case_legal ON case_file (tenant_id, due_at, case_id)
    WHERE status NOT IN ('decided', 'closed', 'merged') AND (kind IN ('order', 'reply', 'appeal') OR status = 'appealed');
CREATE INDEX case_grave ON case_file (tenant_id, severity DESC, due_at, case_id) WHERE status NOT IN ('decided', 'closed', 'merged');
CREATE INDEX case_climbed ON case_file (tenant_id, escalated_at DESC, case_id)
    WHERE status NOT IN ('decided', 'closed', 'merged') AND escalated_at IS NOT NULL;
-- What hides or stops something until somebody has looked again (R26, R42, R54).
CREATE INDEX hold_to_review ON hold (tenant_id, until, hold_id) WHERE status = 'open' AND kind IN ('mask', 'freeze');

-- lent_power tells by which delegable power somebody acted who does not direct, as the trail has
-- their roles; NULL where another capacity of theirs allowed the act. The holds of a case are in
-- the trail too, made in a capacity without 'staff': its decision is told, and they are not.
CREATE FUNCTION lent_power(act text, roles text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT CASE
        WHEN 'director' = ANY (x.had) THEN NULL
        WHEN act IN ('sign', 'refuse_signature') AND 'signatory' = ANY (x.had) THEN 'signatory'
        WHEN x.had && ARRAY['owner', 'backup'] THEN NULL
        WHEN act IN ('decide', 'dismiss', 'overturn', 'reassign', 'escalate', 'transfer', 'merge', 'reopen_case',
            'record_order', 'authenticate', 'execute', 'answer_order', 'pass_order') AND 'judge' = ANY (x.had) THEN 'judge'
        WHEN NOT 'staff' = ANY (x.had) THEN NULL
        WHEN act = 'block' AND 'judge' = ANY (x.had) THEN 'judge'
        WHEN 'moderator' = ANY (x.had) THEN NULL
        WHEN act = 'mask' AND 'masker' = ANY (x.had) THEN 'masker'
        WHEN act IN ('withdraw', 'restore') AND 'withdrawer' = ANY (x.had) THEN 'withdrawer'
        WHEN act IN ('freeze', 'unfreeze', 'stop') AND 'stopper' = ANY (x.had) THEN 'stopper' END
    FROM (SELECT string_to_array(roles, ',') AS had) x);
CREATE INDEX audit_entry_lent ON audit_entry (tenant_id, entry_id DESC) WHERE lent_power(action, roles) IS NOT NULL;

-- lent_acts lists what was done in the tenant by lent powers since a moment, the latest first:
-- $2 by one person or, where NULL, by all; before an entry, or the latest; so many. What concerns
-- whoever asks (R46), and what another house handles now, is left out.
CREATE FUNCTION lent_acts(asker uuid, delegate uuid, since timestamptz, before uuid, most integer) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(y) ORDER BY y.entry_id DESC), '[]') FROM (
        SELECT e.entry_id, e.at, e.action, lent_power(e.action, e.roles) AS power, q.person_id, p.given_name || ' ' || p.family_name AS name,
            f.case_id, coalesce(f.reference, '') AS reference, coalesce(e.contribution_id, h.contribution_id) AS contribution_id, h.space_id,
            CASE WHEN coalesce(h.sealed, false) THEN '' ELSE coalesce(nullif(f.title, ''), nullif(r.title, ''), s.title, '') END AS title
        FROM audit_entry e
        JOIN audit_pseudonym q ON q.pseudonym = e.pseudonym
        JOIN person p ON p.person_id = q.person_id
        LEFT JOIN case_file f ON e.subject_kind IN ('case', 'order') AND f.case_id = e.subject_id
        LEFT JOIN hold h ON e.subject_kind = 'hold' AND h.hold_id = e.subject_id
        LEFT JOIN contribution c ON c.contribution_id = coalesce(e.contribution_id, h.contribution_id)
        LEFT JOIN revision r ON r.revision_id = CASE WHEN e.subject_kind = 'revision' THEN e.subject_id ELSE c.live_id END
        LEFT JOIN space s ON s.space_id = h.space_id
        WHERE e.tenant_id = current_tenant() AND lent_power(e.action, e.roles) IS NOT NULL AND e.at > since
          AND e.entry_id < coalesce(before, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) AND (delegate IS NULL OR q.person_id = delegate)
          AND (e.subject_kind NOT IN ('case', 'order') OR f.case_id IS NOT NULL)
          AND (f.case_id IS NULL OR NOT own_cause(f.case_id, asker))
        ORDER BY e.entry_id DESC LIMIT most
    ) y
$$;

-- Powers that were lent together are one loan.
ALTER TABLE delegation ADD COLUMN loan_id uuid NOT NULL DEFAULT gen_random_uuid();

-- A tenure has a name of its own and, where an authority records it, the act of appointment.
ALTER TABLE director ADD COLUMN tenure_id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT director_tenure_once UNIQUE,
    ADD COLUMN reference text NOT NULL DEFAULT '';

-- An authority knows of the establishments below it who directs them and who works there: the
-- functions below tell it that, and let it record an acting head. They ask each time that the
-- establishment is below the current tenant, and those that write that whoever acts directs it.
CREATE FUNCTION below(place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM tenant t WHERE t.tenant_id = place AND t.parent_id = current_tenant());

-- directions lists the establishments below, with every tenure that has not ended.
CREATE FUNCTION directions(moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('tenant', to_jsonb(t), 'tenures', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('tenure_id', d.tenure_id, 'tenant_id', d.tenant_id, 'person_id', d.person_id, 'capacity', d.capacity,
                    'from', lower(d.during), 'until', upper(d.during), 'reference', d.reference, 'recorded_by', d.recorded_by,
                    'name', p.given_name || ' ' || p.family_name, 'directs', d.during @> moment AND directs(t.tenant_id, d.person_id, moment))
                ORDER BY lower(d.during) NULLS FIRST, d.tenure_id), '[]')
            FROM director d JOIN person p ON p.person_id = d.person_id
            WHERE d.tenant_id = t.tenant_id AND NOT isempty(d.during) AND (upper_inf(d.during) OR upper(d.during) > moment)
        )) ORDER BY t.name, t.uai), '[]')
        FROM tenant t WHERE t.parent_id = current_tenant() AND t.kind = 'establishment');

-- staff_below lists who teaches or works in an establishment below.
CREATE FUNCTION staff_below(place uuid, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('person_id', p.person_id, 'given_name', p.given_name, 'family_name', p.family_name)), '[]')
        FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id JOIN person p ON p.person_id = m.person_id
        WHERE m.tenant_id = place AND below(place) AND m.profile IN ('teacher', 'staff') AND m.during @> (moment AT TIME ZONE t.time_zone)::date);

-- tell_below writes what an establishment below is to know of an act on its direction: the trail's
-- entry, and a notice.
CREATE FUNCTION tell_below(place uuid, tenure uuid, act text, by_whom uuid, channel text, moment timestamptz, due timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT below(place) OR NOT in_office(by_whom, moment) THEN
        RAISE EXCEPTION 'not below' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF due <= moment THEN
        INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, pseudonym, roles, via, action, subject_kind, subject_id, version, status_from, status_to, rule, entry_hash)
        VALUES (new_id(moment), place, moment, 'person', (SELECT p.pseudonym FROM audit_pseudonym p WHERE p.person_id = by_whom), 'director', channel, act,
            'tenure', tenure, 1, '', '', '', '');
    END IF;
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    VALUES (new_id(moment), place, 'notification:office', 'notification', tenure, 1, act, due);
END $$;

-- appoint_acting records an acting head, or answers with what stands against it: 'unknown' for no
-- establishment below, 'not_a_colleague', 'office_filled' while a head is in office at any moment
-- of it, 'overlaps' where another acting head was recorded.
CREATE FUNCTION appoint_acting(tenure uuid, place uuid, who uuid, since timestamptz, until timestamptz, act text, by_whom uuid, moment timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wanted tstzrange := tstzrange(since, until);
    zone text;
BEGIN
    SELECT t.time_zone INTO zone FROM tenant t WHERE t.tenant_id = place AND t.parent_id = current_tenant() FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT in_office(by_whom, moment) THEN
        RETURN 'unknown';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM membership m WHERE m.tenant_id = place AND m.person_id = who AND m.profile IN ('teacher', 'staff')
            AND m.during @> (since AT TIME ZONE zone)::date) THEN
        RETURN 'not_a_colleague';
    END IF;
    IF EXISTS (SELECT 1 FROM director d JOIN membership m ON m.tenant_id = place AND m.person_id = d.person_id
            AND m.during && daterange((since AT TIME ZONE zone)::date, (until AT TIME ZONE zone)::date, '[]')
            WHERE d.tenant_id = place AND d.capacity = 'head' AND d.during && wanted) THEN
        RETURN 'office_filled';
    END IF;
    IF EXISTS (SELECT 1 FROM director d WHERE d.tenant_id = place AND d.capacity = 'acting' AND d.during && wanted) THEN
        RETURN 'overlaps';
    END IF;
    INSERT INTO director (tenure_id, tenant_id, person_id, capacity, during, recorded_by, reference) VALUES (tenure, place, who, 'acting', wanted, by_whom, act);
    RETURN '';
END $$;

-- end_acting ends what an authority recorded and has not ended by itself; it answers whether there
-- was such a thing.
CREATE FUNCTION end_acting(tenure uuid, place uuid, by_whom uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE director d SET during = tstzrange(lower(d.during), greatest(lower(d.during), moment))
    WHERE d.tenure_id = tenure AND d.tenant_id = place AND d.capacity = 'acting' AND upper(d.during) > moment AND below(place) AND in_office(by_whom, moment);
    RETURN FOUND;
END $$;

REVOKE EXECUTE ON FUNCTION below(uuid), directions(timestamptz), staff_below(uuid, timestamptz),
    tell_below(uuid, uuid, text, uuid, text, timestamptz, timestamptz),
    appoint_acting(uuid, uuid, uuid, timestamptz, timestamptz, text, uuid, timestamptz), end_acting(uuid, uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION below(uuid), directions(timestamptz), staff_below(uuid, timestamptz),
    tell_below(uuid, uuid, text, uuid, text, timestamptz, timestamptz),
    appoint_acting(uuid, uuid, uuid, timestamptz, timestamptz, text, uuid, timestamptz), end_acting(uuid, uuid, uuid, timestamptz) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
