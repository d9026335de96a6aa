-- Letters to those who reported something and gave an address, each once for one cause. $1 the
-- items, $2 when they go, $3 now, $4 and $5 kind and queue of the message that sends one.
WITH item AS (
    SELECT x.* FROM jsonb_to_recordset($1::jsonb) AS x(letter uuid, message uuid, cause uuid, kind text, about uuid, report uuid, reference text)
    JOIN report r ON r.report_id = x.report
    WHERE r.email <> '' AND NOT EXISTS (SELECT 1 FROM letter_item i WHERE i.cause = x.cause AND i.report_id = x.report)
), begun AS (
    INSERT INTO letter (letter_id, tenant_id, report_id, state, due_at, created_at)
    SELECT i.letter, current_tenant(), i.report, 'gathering', $2::timestamptz, $3::timestamptz FROM item i RETURNING letter_id
), enclosed AS (
    INSERT INTO letter_item (cause, tenant_id, letter_id, kind, case_id, report_id, reference, at)
    SELECT i.cause, current_tenant(), i.letter, i.kind, i.about, i.report, i.reference, $3 FROM item i
), promised AS (
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT i.message, current_tenant(), $4, $5, i.letter, 0, '', $2 FROM item i
)
SELECT count(*) FROM begun
