-- What a report was about goes with it into another case, and each question waits for its own answer.

-- +goose Up
-- +goose StatementBegin
-- What they reported, of a report whose case another goes on with: that may be about a text that they do
-- not read. NULL: what its case is about.
ALTER TABLE report ADD COLUMN about_title text, ADD COLUMN about_contribution uuid, ADD COLUMN about_space uuid;
GRANT UPDATE (about_title, about_contribution, about_space) ON report TO imprimatur_app;

-- reported_as is what somebody reported themselves of a case that goes on with another's report; no row
-- where that is what the case is about.
CREATE FUNCTION reported_as(about uuid, who uuid) RETURNS TABLE (title text, contribution_id uuid, space_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT x.about_title, x.about_contribution, x.about_space FROM (
        SELECT r.about_title, r.about_contribution, r.about_space FROM report r JOIN case_file f ON f.case_id = r.case_id
        WHERE r.case_id = about AND r.person_id = who AND current_tenant() IN (f.place_id, f.tenant_id)
        ORDER BY r.about_title IS NOT NULL, r.report_id LIMIT 1) x
    WHERE x.about_title IS NOT NULL;
END;
REVOKE EXECUTE ON FUNCTION reported_as(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reported_as(uuid, uuid) TO imprimatur_app;

-- filed_by, with the title of what they reported, and whether the last question to them waits for an answer:
-- whoever else was asked since, and unless it was judged without.
CREATE OR REPLACE FUNCTION filed_by(who uuid, before uuid, most integer) RETURNS TABLE (report_id uuid, reference text, title text, status text, asked boolean,
    reported_at timestamptz, due_at timestamptz, viewed_at timestamptz, appeal_until timestamptz, appealing boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT r.report_id, r.reference, coalesce(r.about_title, f.title), f.status, (
            SELECT e.kind = 'question' AND NOT EXISTS (SELECT 1 FROM case_ruling u WHERE u.case_id = f.case_id AND u.ruling_id > e.entry_id)
            FROM case_entry e WHERE e.case_id = f.case_id AND e.report_id = r.report_id AND e.kind IN ('question', 'answer') ORDER BY e.entry_id DESC LIMIT 1),
        r.reported_at, coalesce(r.due_at, f.due_at), f.viewed_at, f.appeal_until,
        EXISTS (SELECT 1 FROM case_entry e WHERE e.case_id = f.case_id AND e.kind = 'appeal' AND e.report_id = r.report_id
            AND NOT EXISTS (SELECT 1 FROM case_ruling u WHERE u.case_id = f.case_id AND u.ruling_id > e.entry_id))
    FROM report r JOIN case_file f ON f.case_id = r.case_id
    WHERE r.person_id = who AND (before IS NULL OR r.report_id < before) ORDER BY r.report_id DESC LIMIT most;
END;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
