-- What is in a case. $1 the case, $2 the report whose letters are read, or NULL: those of the first $3.
WITH heard AS (
    SELECT $2::uuid AS report_id WHERE $2::uuid IS NOT NULL
    UNION ALL (SELECT r.report_id FROM report r WHERE $2::uuid IS NULL AND r.case_id = $1 ORDER BY r.report_id LIMIT $3)
), written AS (
    SELECT l.* FROM case_letter l WHERE l.case_id = $1 AND l.party = 'author'
    UNION ALL SELECT l.* FROM heard h JOIN case_letter l ON l.report_id = h.report_id AND l.case_id = $1
)
SELECT jsonb_build_object(
    'evidence', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.evidence_id), '[]') FROM evidence e WHERE e.case_id = f.case_id),
    'entries', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.entry_id), '[]') FROM case_entry e WHERE e.case_id = f.case_id),
    'letters', (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.letter_id), '[]') FROM written l),
    'attachments', (SELECT coalesce(jsonb_agg(to_jsonb(a) ORDER BY a.attachment_id), '[]') FROM attachment a WHERE a.case_id = f.case_id),
    'place', called(f.place_id),
    'space', (SELECT s.title FROM space s WHERE s.space_id = f.space_id),
    'names', (SELECT coalesce(jsonb_object_agg(p.person_id, p.given_name || ' ' || p.family_name), '{}') FROM person p
        WHERE p.person_id IN (f.author_id, f.assignee_id, f.decided_by)
           OR p.person_id IN (SELECT e.person_id FROM case_entry e WHERE e.case_id = f.case_id)
           OR p.person_id IN (SELECT r.person_id FROM heard h JOIN report r ON r.report_id = h.report_id)
           OR p.person_id IN (SELECT y.recorded_by FROM reply y WHERE y.case_id = f.case_id)
           OR p.person_id IN (SELECT u.person_id FROM case_ruling u WHERE u.case_id = f.case_id)
           OR p.person_id IN (SELECT unnest(ARRAY[o.checked_by, o.executed_by, o.replied_by, o.lifted_by]) FROM authority_order o WHERE o.case_id = f.case_id))
)
FROM case_file f WHERE f.case_id = $1
