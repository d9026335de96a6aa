-- Each question waits for its own answer.

-- +goose Up
-- +goose StatementBegin
-- filed_by, with whether the last question to them waits for an answer:
-- whoever else was asked since, and unless it was judged without.
CREATE OR REPLACE FUNCTION filed_by(who uuid, before uuid, most integer) RETURNS TABLE (report_id uuid, reference text, title text, status text, asked boolean,
    reported_at timestamptz, due_at timestamptz, viewed_at timestamptz, appeal_until timestamptz, appealing boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT r.report_id, r.reference, f.title, f.status, (
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
