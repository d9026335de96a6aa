-- Files that no row speaks of.

-- +goose Up
-- +goose StatementBegin
-- files_unspoken gives those of the names in the store that no establishment's row speaks of.
-- What keeps files under photos/ or scan/ in another table is to be added here first.
CREATE FUNCTION files_unspoken(names text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.name FROM unnest(names) n (name)
    WHERE NOT EXISTS (SELECT 1 FROM photo p WHERE p.original = n.name)
        AND NOT EXISTS (SELECT 1 FROM rendition_file f WHERE f.file = n.name)
        AND NOT EXISTS (SELECT 1 FROM consent_paper c WHERE c.scan = n.name)
$$;
REVOKE EXECUTE ON FUNCTION files_unspoken(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION files_unspoken(text[]) TO imprimatur_worker;
CREATE INDEX photo_original ON photo (original) WHERE original <> '';
CREATE INDEX rendition_file_name ON rendition_file (file);
CREATE INDEX consent_paper_scan_name ON consent_paper (scan);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
