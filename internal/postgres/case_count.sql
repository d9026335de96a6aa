-- How many cases are to be decided that somebody may examine, up to a limit. $1 who, $2 whether all
-- of this house are theirs or those assigned to them of the spaces that they answer for, $3 the limit.
SELECT count(*) FROM (
    (SELECT 1 FROM case_file f WHERE $2::boolean AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered' AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1)) LIMIT $3)
    UNION ALL
    (SELECT 1 FROM case_file f WHERE NOT $2::boolean AND f.assignee_id = $1 AND (SELECT $1 IN (s.owner_id, s.backup_id) FROM space s WHERE s.space_id = f.space_id)
        AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered'
        AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1)) LIMIT $3)
) x
