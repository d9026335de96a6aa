-- The word of a human on an interim mask.

-- +goose Up
-- +goose StatementBegin
-- What whoever examines a case wants of its content until it is decided, who said so and when (R42);
-- NULL leaves it to the machine.
ALTER TABLE case_file ADD COLUMN interim text CONSTRAINT case_interim CHECK (interim IN ('masked', 'shown')),
    ADD COLUMN interim_by uuid REFERENCES person,
    ADD COLUMN interim_at timestamptz,
    ADD CONSTRAINT case_interim_said CHECK (num_nonnulls(interim, interim_by, interim_at) IN (0, 3));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
