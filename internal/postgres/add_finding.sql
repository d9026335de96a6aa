-- One more finding on a live text, once, with the alert of severity 4. $1 revision,
-- $2 the finding, $3 severity, $4 target, $5 now, $6 whether to alert, $7 the message.
WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb)
        AS x(phase text, verdict text, reason text, ground text, severity smallint, matches jsonb)
), added AS (
    INSERT INTO finding (revision_id, ordinal, tenant_id, phase, verdict, reason, ground, severity, matches)
    SELECT $1, coalesce((SELECT max(f.ordinal) + 1 FROM finding f WHERE f.revision_id = $1), 0), current_tenant(),
        g.phase, g.verdict, g.reason, g.ground, g.severity, g.matches
    FROM given g
    WHERE NOT EXISTS (SELECT 1 FROM finding f
        WHERE f.revision_id = $1 AND f.phase = g.phase AND f.reason = g.reason AND f.matches = g.matches)
    RETURNING revision_id
), placed AS (
    UPDATE revision r SET severity = greatest(r.severity, $3::smallint), target_at = least(r.target_at, $4::timestamptz)
    FROM added a WHERE r.revision_id = a.revision_id
), alerted AS (
    INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, contribution_id, space_id, title, created_at)
    SELECT DISTINCT ON (t.person_id) new_id($5), r.tenant_id, t.person_id, $7::uuid, 'alert', r.contribution_id, r.space_id, r.title, $5::timestamptz
    FROM added a JOIN revision r ON r.revision_id = a.revision_id CROSS JOIN LATERAL tiers_of(r.space_id, $5) t
    WHERE $6::boolean AND t.tier > 0 AND t.person_id <> r.author_id
    ON CONFLICT ON CONSTRAINT notice_once DO NOTHING
)
SELECT 1
