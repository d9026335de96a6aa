-- What screening found of a revision, its place in the queue, and the alert of
-- severity 4. $1 revision, $2 findings, $3 severity, $4 target, $5 reach, $6 now,
-- $7 whether to alert, $8 the message that asked for it.
WITH found AS (
    INSERT INTO finding (revision_id, ordinal, tenant_id, phase, verdict, reason, ground, severity, matches)
    SELECT $1, x.ordinal, current_tenant(), x.phase, x.verdict, x.reason, x.ground, x.severity, x.matches
    FROM jsonb_to_recordset($2::jsonb)
        AS x(ordinal integer, phase text, verdict text, reason text, ground text, severity smallint, matches jsonb)
), placed AS (
    UPDATE revision r SET severity = $3, target_at = $4, reach = $5 WHERE r.revision_id = $1
), alerted AS (
    INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, contribution_id, space_id, title, created_at)
    SELECT DISTINCT ON (t.person_id) new_id($6), r.tenant_id, t.person_id, $8::uuid, 'alert', r.contribution_id, r.space_id, r.title, $6::timestamptz
    FROM revision r CROSS JOIN LATERAL tiers_of(r.space_id, $6) t
    WHERE $7::boolean AND r.revision_id = $1 AND t.tier > 0 AND t.person_id <> r.author_id
    ON CONFLICT ON CONSTRAINT notice_once DO NOTHING
)
SELECT 1
