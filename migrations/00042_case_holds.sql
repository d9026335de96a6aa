-- What whoever has a case in hand knows of what hides its content.

-- +goose Up
-- +goose StatementBegin
-- case_holds lists the open holds that a case has placed, to whoever handles it and to the establishment of its
-- content: what is decided elsewhere is asked of the same holds as there. (case_hides is for what ran before this.)
CREATE FUNCTION case_holds(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', h.kind, 'sealed', h.sealed, 'photo', h.photo_id IS NOT NULL) ORDER BY h.hold_id), '[]')
        FROM case_file f JOIN hold h ON h.case_id = f.case_id AND h.status = 'open'
        WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));
REVOKE EXECUTE ON FUNCTION case_holds(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_holds(uuid) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
