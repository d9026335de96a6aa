-- Ways around consent that were found, and closed.

-- +goose Up
-- +goose StatementBegin
-- One event, and no more (R31). An establishment may set less.
ALTER TABLE consent_request ADD CONSTRAINT consent_request_one_event CHECK (taken_to - taken_from < 31);
-- The day, and no more, on which a file says that it was taken: for R31, told to nobody.
ALTER TABLE photo ADD COLUMN taken_on date;

-- family_of is somebody with all who are or were tied to them as guardians, wherever: what
-- the others of it said is not theirs to know, whatever they are in the establishment (R46).
CREATE FUNCTION family_of(who uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT array_agg(x.person_id) FROM (SELECT who AS person_id UNION SELECT g.guardian_id FROM guardianship g WHERE g.pupil_id = who) x);
REVOKE EXECUTE ON FUNCTION family_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION family_of(uuid) TO imprimatur_app;
CREATE OR REPLACE FUNCTION kin_document(who uuid, today date) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('person', to_jsonb(p),
            'profile', (SELECT m.profile FROM membership m WHERE m.person_id = p.person_id
                ORDER BY (m.profile = 'pupil') DESC, (m.profile IN ('teacher', 'staff')) DESC, m.profile LIMIT 1),
            'family', to_jsonb(family_of(p.person_id)),
            'guardians', (SELECT coalesce(jsonb_agg(jsonb_build_object('guardian_id', g.guardian_id, 'person', to_jsonb(a),
                    'authority', g.parental_authority, 'until', upper(g.during)) ORDER BY a.folded, g.guardian_id), '[]')
                FROM guardianship g LEFT JOIN person a ON a.person_id = g.guardian_id
                WHERE g.pupil_id = p.person_id AND g.guardian_id <> p.person_id AND g.during @> today))
        FROM person p WHERE p.person_id = who);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
