-- A page of the cases that somebody may examine. $1 who, $2 whether they judge here, $3 only
-- their own, $4 those that are done, $5 the kind or '', $6 and $7 the place after which it
-- begins, or NULL, $8 how many, $9 the status or '', $10 the ground or ''.
SELECT coalesce(jsonb_agg(jsonb_build_object('case', to_jsonb(x) - 'position', 'assignee', (
        SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = x.assignee_id),
    'place', called(x.place_id), 'space', (SELECT s.title FROM space s WHERE s.space_id = x.space_id),
    'reports', (SELECT count(*) FROM report r WHERE r.case_id = x.case_id),
    'masked', EXISTS (SELECT 1 FROM hold h WHERE h.case_id = x.case_id AND h.status = 'open' AND h.kind = 'mask')) ORDER BY x.position), '[]')
FROM (
    SELECT y.*, row_number() OVER () AS position FROM (
        (SELECT f.* FROM case_file f
        WHERE NOT $4::boolean AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered' AND ($2::boolean OR f.assignee_id = $1) AND (NOT $3::boolean OR f.assignee_id = $1)
          AND ($5 = '' OR f.kind = $5) AND ($9 = '' OR f.status = $9) AND ($10 = '' OR f.ground = $10) AND ($7::uuid IS NULL OR (f.due_at, f.case_id) > ($6::timestamptz, $7::uuid))
          AND NOT EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id AND c.person_id = $1 AND c.cause <> 'judged')
          AND NOT EXISTS (SELECT 1 FROM report r WHERE r.case_id = f.case_id AND r.person_id = $1)
        ORDER BY f.due_at, f.case_id LIMIT $8)
        UNION ALL
        (SELECT f.* FROM case_file f
        WHERE $4::boolean AND f.status IN ('decided', 'closed', 'merged', 'answered') AND ($2::boolean OR f.assignee_id = $1) AND (NOT $3::boolean OR f.assignee_id = $1)
          AND ($5 = '' OR f.kind = $5) AND ($9 = '' OR f.status = $9) AND ($10 = '' OR f.ground = $10) AND ($7::uuid IS NULL OR f.case_id < $7::uuid)
          AND NOT EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = f.case_id AND c.person_id = $1 AND c.cause <> 'judged')
          AND NOT EXISTS (SELECT 1 FROM report r WHERE r.case_id = f.case_id AND r.person_id = $1)
        ORDER BY f.case_id DESC LIMIT $8)
    ) y
) x
