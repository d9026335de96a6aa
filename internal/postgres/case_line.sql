-- A case x in a list.
jsonb_build_object('case', to_jsonb(x) - 'position', 'assignee', (
        SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = x.assignee_id),
    'place', called(x.place_id), 'space', (SELECT s.title FROM space s WHERE s.space_id = x.space_id),
    'reports', (SELECT count(*) FROM report r WHERE r.case_id = x.case_id),
    'masked', EXISTS (SELECT 1 FROM hold h WHERE h.case_id = x.case_id AND h.status = 'open' AND h.kind = 'mask'))
