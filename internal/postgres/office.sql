-- What a message about an office speaks of: a lent power, or the tenure of an acting head. $1 either,
-- $2 the version, $3 the act. What was ended before its time is not told of when that comes.
SELECT jsonb_build_object('action', $3::text, 'author', x.holder, 'giver', x.giver, 'begins', lower(x.during), 'ends', upper(x.during), 'title', '',
    'by', CASE WHEN $3 NOT LIKE '%\_over' THEN (SELECT q.person_id FROM audit_entry e JOIN audit_pseudonym q ON q.pseudonym = e.pseudonym
        WHERE e.subject_id = $1 AND e.action = $3 LIMIT 1) END,
    'to', CASE WHEN $3 LIKE '%\_over' AND NOT x.lasted THEN 'ended' ELSE '' END, 'reason', x.reference)
FROM (
    SELECT d.to_id AS holder, d.from_id AS giver, d.during, '' AS reference, EXISTS ( -- of what was lent together
        SELECT 1 FROM delegation o WHERE o.loan_id = d.loan_id
            AND NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.subject_id = o.delegation_id AND e.action = 'end_delegation')) AS lasted
    FROM delegation d WHERE d.delegation_id = $1
    UNION ALL
    SELECT t.person_id, NULL, t.during, t.reference, NOT EXISTS (
        SELECT 1 FROM audit_entry e WHERE e.subject_id = t.tenure_id AND e.action = 'end_acting')
    FROM director t WHERE t.tenure_id = $1
) x WHERE $2::bigint > 0
