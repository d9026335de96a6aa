-- What is told to all who judge is a kind of mail of its own: it stands while what it tells is so, whoever has
-- the case in hand (R39, R48, R49, R56).

-- +goose Up
-- +goose StatementBegin
ALTER TABLE letter_item DROP CONSTRAINT letter_item_kind, ADD CONSTRAINT letter_item_kind CHECK (kind IN (
    'consent_asked', 'consent_reminder', 'consent_again', 'consent_ending', 'consent_receipt', 'case_received', 'case_question', 'case_decided',
    'case_assigned', 'case_escalated', 'case_due', 'case_overdue', 'case_unacknowledged', 'case_unreferred', 'case_answered', 'case_appealed', 'child_decided'));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
