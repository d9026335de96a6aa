-- Letters that come back after a mail server had taken them, and letters to who examines cases.

-- +goose Up
-- +goose StatementBegin
-- What a letter's return address carries beside its id, so that nobody makes one up.
ALTER TABLE letter ADD COLUMN token bytea, DROP CONSTRAINT letter_state,
    ADD CONSTRAINT letter_state CHECK (state IN ('gathering', 'sending', 'sent', 'refused', 'bounced', 'kept', 'void'));

ALTER TABLE letter_item DROP CONSTRAINT letter_item_kind, ADD CONSTRAINT letter_item_kind CHECK (kind IN (
    'consent_asked', 'consent_reminder', 'consent_again', 'consent_ending', 'consent_receipt', 'case_received', 'case_question', 'case_decided',
    'case_assigned', 'case_escalated', 'case_overdue', 'case_answered', 'case_appealed'));

-- bounce_letter notes that a letter has come back, and tells whether one has: only one that was
-- sent does, once, by the return address that it went out with.
CREATE FUNCTION bounce_letter(about uuid, mark bytea, why text, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE letter SET state = 'bounced', fault = why, settled_at = moment WHERE letter_id = about AND token = mark AND state = 'sent';
    RETURN FOUND;
END $$;
REVOKE EXECUTE ON FUNCTION bounce_letter(uuid, bytea, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bounce_letter(uuid, bytea, text, timestamptz) TO imprimatur_worker;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
