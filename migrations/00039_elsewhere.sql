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
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
