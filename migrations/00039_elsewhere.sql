-- What whoever has a case in hand in another house has to know of its content before they decide.

-- +goose Up
-- +goose StatementBegin
-- case_press tells whether a case is about pupils' press, to whoever handles it and to the establishment of
-- its content: the law lets it be hidden for few grounds, and by who directs alone (R14).
CREATE FUNCTION case_press(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT FROM case_file f JOIN space s ON s.space_id = f.space_id
        WHERE f.case_id = about AND s.mode = 'PUPIL_PRESS' AND current_tenant() IN (f.place_id, f.tenant_id));
REVOKE EXECUTE ON FUNCTION case_press(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_press(uuid) TO imprimatur_app;

-- case_order is what the establishment of a content is to carry out of a case: with no name, no
-- address and no word of who reported, of who has it in hand, nor of what they are answered. The picture is
-- that of the last ruling or, where that is about none, the one that the case withholds: to be given back.
CREATE OR REPLACE FUNCTION case_order(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('case', to_jsonb(f) - ARRAY['location', 'assignee_id', 'assigned_as', 'escalated_at', 'viewed_at', 'decided_by']
                || jsonb_build_object('withdrawn', coalesce(
                    (SELECT u.photo_id FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1),
                    (SELECT h.photo_id FROM hold h WHERE h.case_id = f.case_id AND h.status = 'open' AND h.photo_id IS NOT NULL ORDER BY h.hold_id LIMIT 1))),
            'tally', tally(f.case_id),
            'asked', (SELECT r.person_id FROM case_entry e JOIN report r ON r.report_id = e.report_id
                WHERE e.case_id = f.case_id AND e.kind = 'question' ORDER BY e.entry_id DESC LIMIT 1),
            'ruling', (SELECT to_jsonb(u) - ARRAY['answer', 'answer_until'] FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1))
        FROM case_file f WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id) AND f.purged_at IS NULL);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
