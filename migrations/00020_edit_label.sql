-- No silent edits: a text that took a moderator's suggestion says so to its readers (R18).

-- +goose Up
-- +goose StatementBegin
-- The texts that are read as a moderator had proposed them, where the establishment has not
-- chosen to leave that unsaid (edit_label).
CREATE VIEW reading_suggested WITH (security_barrier) AS
SELECT n.contribution_id AS suggested
FROM readable_snapshot n JOIN snapshot t ON t.contribution_id = n.contribution_id
WHERE n.exposure = 'visible'
  AND EXISTS (SELECT 1 FROM revision_suggester s WHERE s.revision_id = t.revision_id)
  AND NOT EXISTS (SELECT 1 FROM setting x WHERE x.tenant_id = n.tenant_id AND x.key = 'edit_label' AND x.value = 'false');
GRANT SELECT ON reading_suggested TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
