-- The review queue: who answers for what, and an index that gives each space's
-- part of the queue in its order, however many contributions there are.

-- +goose Up
-- +goose StatementBegin
-- The order of the queue, ascending: a place in it is one row comparison, which
-- the index answers behind row-level security too (its operators leak nothing).
ALTER TABLE revision
    ADD COLUMN calm smallint NOT NULL GENERATED ALWAYS AS (4 - severity) STORED,
    ADD COLUMN due timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(target_at, 'infinity'::timestamptz)) STORED,
    ADD COLUMN narrow smallint NOT NULL GENERATED ALWAYS AS (3 - reach) STORED,
    ADD CONSTRAINT revision_reach CHECK (reach BETWEEN 0 AND 3);
DROP INDEX revision_queue;
CREATE INDEX revision_queue ON revision (space_id, waits_for, calm, due, narrow, revision_id) WHERE waits_for IS NOT NULL;

-- tiers_of lists who answers for a space, and for reviewing it in which turn (R12):
-- 1 its moderators; 2 owner and backup, unless the establishment lets them review
-- beside the moderators; 3 the director. A signatory has no turn (0). Whoever does
-- not belong to the establishment any more answers for nothing.
CREATE FUNCTION tiers_of(place uuid, moment timestamptz) RETURNS TABLE (person_id uuid, role text, tier integer) LANGUAGE sql STABLE AS $$
    WITH here AS (
        SELECT s.space_id, s.owner_id, s.backup_id, t.tenant_id, (moment AT TIME ZONE t.time_zone)::date AS today,
            CASE WHEN coalesce((SELECT x.value #>> '{}' FROM setting x WHERE x.tenant_id = t.tenant_id AND x.key = 'approver'), 'moderator') = 'moderator'
                THEN 2 ELSE 1 END AS keepers
        FROM space s JOIN tenant t ON t.tenant_id = s.tenant_id
        WHERE s.space_id = place
    ), named AS (
        SELECT r.person_id, 'moderator' AS role, 1 AS tier FROM space_role r
        WHERE r.space_id = place AND r.role = 'moderator' AND r.person_id IS NOT NULL
        UNION SELECT g.person_id, 'moderator', 1 FROM space_role r JOIN group_member g ON g.group_id = r.group_id
        WHERE r.space_id = place AND r.role = 'moderator'
        UNION SELECT h.owner_id, 'owner', h.keepers FROM here h WHERE h.owner_id IS NOT NULL
        UNION SELECT h.backup_id, 'backup', h.keepers FROM here h WHERE h.backup_id IS NOT NULL
        UNION SELECT d.person_id, unnest(ARRAY['director', 'signatory']), unnest(ARRAY[3, 0]) FROM here h
        JOIN director d ON d.tenant_id = h.tenant_id AND d.during @> moment
            AND (d.capacity = 'head' OR NOT EXISTS (
                SELECT 1 FROM director o WHERE o.tenant_id = d.tenant_id AND o.capacity = 'head' AND o.during @> moment))
        UNION SELECT g.to_id, 'signatory', 0 FROM here h
        JOIN delegation g ON g.tenant_id = h.tenant_id AND g.power = 'signatory' AND g.during @> moment
        JOIN director d ON d.tenant_id = g.tenant_id AND d.person_id = g.from_id AND d.during @> moment
    )
    SELECT n.person_id, n.role, n.tier FROM named n, here h
    WHERE EXISTS (SELECT 1 FROM membership m WHERE m.person_id = n.person_id AND m.tenant_id = h.tenant_id AND m.during @> h.today)
$$;

-- queue_of lists the parts of the queue that fall to a person: a space, what is
-- waited for, and whoever would come first. What waits falls to the person where
-- each of those wrote or suggested it; where there are three or more, never.
CREATE FUNCTION queue_of(who uuid, moment timestamptz) RETURNS TABLE (space_id uuid, waits_for text, before uuid[]) LANGUAGE plpgsql STABLE AS $$
DECLARE
    general text[] := roles_of(who, NULL, moment);
BEGIN
    IF general = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH mine AS (
        SELECT s.space_id FROM space s WHERE who IN (s.owner_id, s.backup_id) OR 'director' = ANY (general)
        UNION SELECT r.space_id FROM space_role r WHERE r.role = 'moderator' AND (r.person_id = who
            OR r.group_id IN (SELECT g.group_id FROM group_member g WHERE g.person_id = who))
    ), turn AS (
        SELECT m.space_id, min(t.tier) FILTER (WHERE t.person_id = who) AS own, array_agg(t.person_id) AS persons, array_agg(t.tier) AS tiers
        FROM mine m CROSS JOIN LATERAL tiers_of(m.space_id, moment) t
        WHERE t.tier > 0 GROUP BY m.space_id
    ), first AS (
        SELECT t.space_id, ARRAY(SELECT DISTINCT x.person FROM unnest(t.persons, t.tiers) x (person, tier) WHERE x.tier < t.own) AS earlier
        FROM turn t WHERE t.own IS NOT NULL
    )
    SELECT f.space_id, w.reason, f.earlier FROM first f CROSS JOIN (VALUES ('review'), ('look')) w (reason)
    WHERE cardinality(f.earlier) < 3
    UNION ALL
    SELECT s.space_id, 'signature', '{}'::uuid[] FROM space s WHERE s.kind = 'web' AND 'signatory' = ANY (general);
END $$;

-- new_id makes an id in the order of time, as the application does (RFC 9562, version 7).
CREATE FUNCTION new_id(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE
    RETURN encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
