-- From which severity the machine masks what is reported is the establishment's to say (R42).

-- +goose Up
-- +goose StatementBegin
-- masking_of is what the establishment of a case's content has set of when the machine masks: for it, and for whoever
-- handles the case.
CREATE FUNCTION masking_of(about uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_object_agg(x.key, x.value), '{}') FROM case_file f JOIN setting x ON x.tenant_id = f.place_id
        WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id) AND x.key IN ('mask_at_once', 'mask_when_credible'));
REVOKE EXECUTE ON FUNCTION masking_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION masking_of(uuid) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
