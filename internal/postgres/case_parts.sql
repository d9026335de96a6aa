-- What is in a case. $1 the case.
SELECT jsonb_build_object(
    'evidence', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.evidence_id), '[]') FROM evidence e WHERE e.case_id = f.case_id),
    'entries', (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e.entry_id), '[]') FROM case_entry e WHERE e.case_id = f.case_id),
    'letters', (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.letter_id), '[]') FROM case_letter l WHERE l.case_id = f.case_id),
    'place', called(f.place_id),
    'space', (SELECT s.title FROM space s WHERE s.space_id = f.space_id),
    'names', (SELECT coalesce(jsonb_object_agg(p.person_id, p.given_name || ' ' || p.family_name), '{}') FROM person p
        WHERE p.person_id IN (f.author_id, f.assignee_id, f.decided_by)
           OR p.person_id IN (SELECT e.person_id FROM case_entry e WHERE e.case_id = f.case_id)
           OR p.person_id IN (SELECT r.person_id FROM report r WHERE r.case_id = f.case_id)
           OR p.person_id IN (SELECT u.person_id FROM case_ruling u WHERE u.case_id = f.case_id)
           OR p.person_id IN (SELECT unnest(ARRAY[o.checked_by, o.executed_by, o.replied_by, o.lifted_by]) FROM authority_order o WHERE o.case_id = f.case_id))
)
FROM case_file f WHERE f.case_id = $1
