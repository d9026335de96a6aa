-- Whom a case concerns, as exactly as the database knows it (R46), and what its parties are not to
-- learn of each other (R44).

-- +goose Up
-- +goose StatementBegin
-- The author of a content follows a case by an address that does not tell when it began: its id does.
ALTER TABLE case_file ADD COLUMN told_as uuid NOT NULL DEFAULT gen_random_uuid(), ADD CONSTRAINT case_told_as_once UNIQUE (told_as);
GRANT SELECT (told_as) ON case_file TO imprimatur_worker;
CREATE FUNCTION case_told_as() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.told_as := coalesce(NEW.told_as, gen_random_uuid());
    RETURN NEW;
END $$;
CREATE TRIGGER told_as BEFORE INSERT ON case_file FOR EACH ROW EXECUTE FUNCTION case_told_as();

ALTER TABLE notice ADD COLUMN told_as uuid;
UPDATE notice n SET told_as = f.told_as FROM case_file f WHERE f.case_id = n.case_id AND n.kind IN ('case_decided', 'case_reviewed', 'masked');

-- told_as is how the author of a content of this establishment knows a case about it.
CREATE FUNCTION told_as(about uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT f.told_as FROM case_file f WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));

-- case_hides tells whether a hold that a case has placed is open, to whoever handles it and to the
-- establishment of its content.
CREATE FUNCTION case_hides(about uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN EXISTS (SELECT 1 FROM case_file f JOIN hold h ON h.case_id = f.case_id AND h.status = 'open'
        WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));

-- Each who reported appeals for themselves, once (R45).
ALTER TABLE report ADD COLUMN appealed_at timestamptz;
GRANT UPDATE (appealed_at) ON report TO imprimatur_app;

-- Whoever reported without signing in, and gave an address that the directory knows: they do not
-- judge it (R46), and follow nothing by it, since nobody has proved that the address is theirs.
ALTER TABLE report ADD COLUMN known_ids uuid[];
CREATE INDEX person_address ON person (lower(email)) WHERE email <> '';
CREATE FUNCTION report_known() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Of the first report alone: nobody has proved an address, and many would leave no judge.
    IF NEW.person_id IS NULL AND NEW.email <> '' AND NOT EXISTS (SELECT 1 FROM report r WHERE r.case_id = NEW.case_id)
        AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.case_id = NEW.case_id AND f.kind = 'reply') THEN
        NEW.known_ids := ARRAY(SELECT p.person_id FROM person p WHERE p.email <> '' AND lower(p.email) = lower(NEW.email));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER known BEFORE INSERT ON report FOR EACH ROW EXECUTE FUNCTION report_known();

-- reported_by tells whether a case was reported by somebody, signed in or not.
CREATE INDEX report_known ON report USING gin (known_ids) WHERE known_ids IS NOT NULL;
CREATE FUNCTION reported_by(about uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM report r WHERE r.case_id = about AND r.person_id = who)
        OR EXISTS (SELECT 1 FROM report r WHERE r.case_id = about AND r.known_ids @> ARRAY[who]);
CREATE OR REPLACE FUNCTION own_cause(about uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (SELECT 1 FROM case_concern c WHERE c.case_id = about AND c.person_id = who AND c.cause <> 'judged') OR reported_by(about, who);

-- concerned_by lists whom an exact text concerns, and why: who wrote or suggested it, who is in one
-- of its pictures, who answers for a child who is either, and who has judged it (R45, R46). picture
-- is one that is reported by itself: it is also that of who uploaded it.
CREATE FUNCTION concerned_by(exact uuid, picture uuid) RETURNS TABLE (person_id uuid, cause text) LANGUAGE sql STABLE AS $$
    WITH text AS (
        SELECT c.author_id, r.revision_id, r.suggested_by, CASE WHEN r.derivation <> '' THEN r.based_on END AS based_on
        FROM revision r JOIN contribution c ON c.contribution_id = r.contribution_id WHERE r.revision_id = exact
    ), shown AS (
        SELECT u.photo_id FROM revision_photo u WHERE u.revision_id = exact UNION SELECT picture WHERE picture IS NOT NULL
    ), own AS (
        SELECT t.author_id AS person_id, 'author' AS cause FROM text t
        UNION SELECT t.suggested_by, 'author' FROM text t
        UNION SELECT g.person_id, 'author' FROM revision_suggester g WHERE g.revision_id = exact
        UNION SELECT p.uploader_id, 'author' FROM photo p WHERE p.photo_id = picture
        UNION SELECT d.person_id, 'depicted' FROM depiction d JOIN shown s ON s.photo_id = d.photo_id
    )
    SELECT x.person_id, x.cause FROM (
        SELECT o.person_id, o.cause FROM own o
        UNION SELECT k.guardian_id, 'kin' FROM guardianship k JOIN own o ON o.person_id = k.pupil_id
        UNION SELECT d.person_id, 'judged' FROM decision d JOIN text t ON d.revision_id IN (t.revision_id, t.based_on)
        WHERE d.action IN ('approve', 'sign', 'review', 'reject', 'revert')
    ) x WHERE x.person_id IS NOT NULL
$$;

-- staff_of lists who may come to examine a case here, with the names by which a text names them.
CREATE FUNCTION staff_of(place uuid, within uuid, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', p.person_id, 'given_name', p.given_name, 'family_name', p.family_name)), '[]')
        FROM person p WHERE p.person_id IN (
            SELECT s.owner_id FROM space s WHERE s.space_id = within UNION SELECT s.backup_id FROM space s WHERE s.space_id = within
            UNION SELECT j.person_id FROM judges_of(place, moment) j));

-- add_concerns keeps whom a case of this establishment's content concerns besides.
CREATE FUNCTION add_concerns(about uuid, concerns jsonb) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO case_concern (case_id, tenant_id, person_id, cause)
    SELECT DISTINCT f.case_id, f.tenant_id, x.person, x.cause FROM case_file f, jsonb_to_recordset(concerns) AS x(person uuid, cause text)
    WHERE f.case_id = about AND f.place_id = current_tenant() ON CONFLICT DO NOTHING
$$;

-- judged_above is the authority above this tenant, where somebody judges there; NULL where nobody
-- does: a case that went up to it would wait for nobody.
CREATE FUNCTION judged_above(moment timestamptz) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT t.parent_id FROM tenant t WHERE t.tenant_id = current_tenant() AND EXISTS (SELECT 1 FROM judges_of(t.parent_id, moment)));

REVOKE EXECUTE ON FUNCTION add_concerns(uuid, jsonb), judged_above(timestamptz), report_known(), told_as(uuid), case_hides(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION add_concerns(uuid, jsonb), judged_above(timestamptz), told_as(uuid), case_hides(uuid) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
