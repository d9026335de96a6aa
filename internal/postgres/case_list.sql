-- A page of the cases that somebody may examine: each way is read by an index of its own, in order,
-- and only one of them at a time. $1 who, $2 whether all of this house are theirs or those assigned
-- to them, $3 those that are done, $4 the kind or '', $5 and $6 the place after which it begins,
-- $7 how many, $8 the status or '', $9 the ground or '', $10 whether they judge here: else
-- what is assigned to them is theirs as long as they answer for its space.
SELECT coalesce(jsonb_agg(/*line*/ ORDER BY x.position), '[]')
FROM (
    SELECT y.*, row_number() OVER () AS position FROM (
        (SELECT f.* FROM case_file f
        WHERE NOT $3::boolean AND $2::boolean AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered' AND (f.due_at, f.case_id) > ($5::timestamptz, $6::uuid)
          AND ($4 = '' OR f.kind = $4) AND ($8 = '' OR f.status = $8) AND ($9 = '' OR f.ground = $9) AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
        ORDER BY f.due_at, f.case_id LIMIT $7)
        UNION ALL
        (SELECT f.* FROM case_file f
        WHERE NOT $3::boolean AND NOT $2::boolean AND f.assignee_id = $1 AND ($10::boolean OR (SELECT $1 IN (s.owner_id, s.backup_id) FROM space s WHERE s.space_id = f.space_id))
          AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered'
          AND (f.due_at, f.case_id) > ($5::timestamptz, $6::uuid)
          AND ($4 = '' OR f.kind = $4) AND ($8 = '' OR f.status = $8) AND ($9 = '' OR f.ground = $9) AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
        ORDER BY f.due_at, f.case_id LIMIT $7)
        UNION ALL
        (SELECT f.* FROM case_file f
        WHERE $3::boolean AND $2::boolean AND f.status IN ('decided', 'closed', 'merged', 'answered') AND f.case_id < $6::uuid AND f.purged_at IS NULL
          AND ($4 = '' OR f.kind = $4) AND ($8 = '' OR f.status = $8) AND ($9 = '' OR f.ground = $9) AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
        ORDER BY f.case_id DESC LIMIT $7)
        UNION ALL
        (SELECT f.* FROM case_file f
        WHERE $3::boolean AND NOT $2::boolean AND f.assignee_id = $1 AND ($10::boolean OR (SELECT $1 IN (s.owner_id, s.backup_id) FROM space s WHERE s.space_id = f.space_id))
          AND f.status IN ('decided', 'closed', 'merged', 'answered') AND f.case_id < $6::uuid AND f.purged_at IS NULL
          AND ($4 = '' OR f.kind = $4) AND ($8 = '' OR f.status = $8) AND ($9 = '' OR f.ground = $9) AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
        ORDER BY f.case_id DESC LIMIT $7)
    ) y
) x
