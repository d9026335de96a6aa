-- Own causes that a list of cases can be read with.

-- +goose Up
-- +goose StatementBegin
-- causes_of lists why somebody is no judge of a case (R46): whom it concerns otherwise than as who judged
-- the text, and who reported it, signed in or by an address that they have proved. A statement that asks
-- it of each row has it planned with the row, which a function of one value never is.
CREATE FUNCTION causes_of(about uuid, who uuid) RETURNS SETOF text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT c.cause FROM case_concern c WHERE c.case_id = about AND c.person_id = who AND c.cause <> 'judged'
    UNION ALL
    SELECT 'reporter' FROM report r WHERE r.case_id = about AND (r.person_id = who OR r.known_ids @> ARRAY[who]);
END;
CREATE OR REPLACE FUNCTION reported_by(about uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM causes_of(about, who) AS cause WHERE cause = 'reporter');
CREATE OR REPLACE FUNCTION own_cause(about uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT FROM causes_of(about, who));
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
