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

-- is_child tells whether somebody is or was a pupil, of whichever establishment, or has
-- guardians: without a birth date they are a minor, whatever they are known as here.
CREATE FUNCTION is_child(who uuid, today date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM membership m WHERE m.person_id = who AND m.profile = 'pupil')
        OR EXISTS (SELECT 1 FROM guardianship g WHERE g.pupil_id = who AND g.during @> today);
REVOKE EXECUTE ON FUNCTION is_child(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION is_child(uuid, date) TO imprimatur_app;
-- grown says that somebody is no minor on a day. A child of unknown age is one.
CREATE OR REPLACE FUNCTION grown(who uuid, today date) RETURNS boolean LANGUAGE sql STABLE
    RETURN (SELECT coalesce(p.birth_date + interval '18 years' <= today, NOT is_child(who, today)) FROM person p WHERE p.person_id = who);
-- What somebody of unknown age agreed to alone ends where it is learnt that they are a
-- child, at once; what follows is resolved anew.
CREATE FUNCTION child_learnt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    child uuid := CASE TG_TABLE_NAME WHEN 'membership' THEN to_jsonb(NEW) ->> 'person_id' ELSE to_jsonb(NEW) ->> 'pupil_id' END;
BEGIN
    IF EXISTS (SELECT 1 FROM person p WHERE p.person_id = child AND p.birth_date IS NULL) THEN
        UPDATE consent_cover c SET ended_at = clock_timestamp() WHERE c.person_id = child AND c.rests_on = '{}' AND c.ended_at IS NULL;
        IF TG_TABLE_NAME = 'membership' THEN -- of guardians it is promised already
            PERFORM promise_review(child);
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER membership_child AFTER INSERT OR UPDATE OF profile ON membership FOR EACH ROW WHEN (NEW.profile = 'pupil') EXECUTE FUNCTION child_learnt();
CREATE TRIGGER guardianship_child AFTER INSERT ON guardianship FOR EACH ROW EXECUTE FUNCTION child_learnt();

CREATE OR REPLACE FUNCTION kin_document(who uuid, today date) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT jsonb_build_object('person', to_jsonb(p),
            'child', is_child(p.person_id, today), 'family', to_jsonb(family_of(p.person_id)),
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
