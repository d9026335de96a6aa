-- Works of several: an adult's justified decision that the establishment holds the rights (R37).

-- +goose Up
-- +goose StatementBegin
CREATE TABLE collective_work (
    collective_id   uuid PRIMARY KEY,
    tenant_id       uuid NOT NULL,
    contribution_id uuid NOT NULL,
    contributors    text[] NOT NULL,           -- as readers see them named
    justification   text NOT NULL,
    decided_by      uuid NOT NULL REFERENCES person,
    decided_at      timestamptz NOT NULL,
    ended_by        uuid REFERENCES person,
    ended_at        timestamptz,
    CONSTRAINT collective_work_contribution FOREIGN KEY (tenant_id, contribution_id) REFERENCES contribution (tenant_id, contribution_id),
    CONSTRAINT collective_work_r37 CHECK (justification <> '' AND cardinality(contributors) > 1),
    CONSTRAINT collective_work_ended CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX collective_work_of ON collective_work (contribution_id) WHERE ended_at IS NULL;
CALL wall('collective_work');
GRANT SELECT, INSERT, UPDATE ON collective_work TO imprimatur_app;

-- Who took part, for the readers of the work.
CREATE VIEW reading_collective WITH (security_barrier) AS
SELECT w.contribution_id AS collective, w.contributors
FROM collective_work w JOIN readable_snapshot n ON n.contribution_id = w.contribution_id
WHERE w.ended_at IS NULL AND n.exposure = 'visible';
GRANT SELECT ON reading_collective TO imprimatur_reader;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
