-- Guardians told of a minor's breach (R52), and reports that were manifestly unfounded (R47).

-- +goose Up
-- +goose StatementBegin
-- What was done about telling the guardians of a case's author, in its order: held, released, told.
CREATE TABLE guardian_act (
    act_id    uuid PRIMARY KEY,
    tenant_id uuid NOT NULL,
    case_id   uuid NOT NULL,
    act       text NOT NULL CONSTRAINT guardian_act_act CHECK (act IN ('hold_guardians', 'release_guardians', 'tell_guardians')),
    person_id uuid NOT NULL REFERENCES person,
    reason    text NOT NULL DEFAULT '',
    at        timestamptz NOT NULL,
    CONSTRAINT guardian_act_reason CHECK ((reason <> '') = (act <> 'tell_guardians')),
    CONSTRAINT guardian_act_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX guardian_act_of ON guardian_act (case_id, act_id);
CREATE UNIQUE INDEX guardian_told_once ON guardian_act (case_id) WHERE act = 'tell_guardians';
CALL wall('guardian_act');
GRANT SELECT, INSERT ON guardian_act TO imprimatur_app;

-- guardians_of_case is whether the author of what a case is about is a minor, who has parental authority
-- over them that day, and which of these were told and have read it: to who handles the case, and where the content is.
CREATE FUNCTION guardians_of_case(about uuid, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT jsonb_build_object('minor', NOT grown(p.person_id, y.today), 'given', p.given_name,
            'persons', (SELECT coalesce(jsonb_agg(g.guardian_id ORDER BY g.guardian_id), '[]') FROM guardianship g
                WHERE g.pupil_id = p.person_id AND g.parental_authority AND g.during @> y.today),
            'told', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', k.given_name || ' ' || k.family_name, 'at', n.created_at, 'read_at', n.read_at) ORDER BY n.notice_id), '[]')
                FROM notice n JOIN person k ON k.person_id = n.person_id WHERE n.case_id = f.case_id AND n.tenant_id = f.place_id AND n.kind = 'child_decided'))
        FROM case_file f JOIN tenant t ON t.tenant_id = f.place_id JOIN person p ON p.person_id = f.author_id
        CROSS JOIN LATERAL (SELECT (moment AT TIME ZONE t.time_zone)::date AS today) y
        WHERE f.case_id = about AND current_tenant() IN (f.place_id, f.tenant_id));

-- forget_duties takes away what a purged case kept of this.
CREATE FUNCTION forget_duties() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM guardian_act a WHERE a.case_id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER forget_duties AFTER UPDATE OF purged_at ON case_file FOR EACH ROW
    WHEN (OLD.purged_at IS NULL AND NEW.purged_at IS NOT NULL) EXECUTE FUNCTION forget_duties();

-- Which reports somebody who judges has found manifestly unfounded, and who has lifted that: somebody
-- else. It goes with its report.
CREATE TABLE unfounded (
    report_id   uuid PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    tenant_id   uuid NOT NULL,
    case_id     uuid NOT NULL,
    reason      text NOT NULL CONSTRAINT unfounded_reason CHECK (reason <> ''),
    marked_by   uuid NOT NULL REFERENCES person,
    marked_at   timestamptz NOT NULL,
    lifted_by   uuid REFERENCES person,
    lifted_at   timestamptz,
    lift_reason text NOT NULL DEFAULT '',
    CONSTRAINT unfounded_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason = '')),
    CONSTRAINT unfounded_other CHECK (lifted_by <> marked_by),
    CONSTRAINT unfounded_case FOREIGN KEY (tenant_id, case_id) REFERENCES case_file (tenant_id, case_id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX unfounded_of ON unfounded (case_id, report_id);
CALL wall('unfounded');
GRANT SELECT, INSERT, UPDATE (lifted_by, lifted_at, lift_reason) ON unfounded TO imprimatur_app;

-- unfounded_by lists when somebody's reports about this establishment were found so, and were made,
-- the first found first, whoever handles them: what was lifted, or was decided otherwise since, is none.
CREATE FUNCTION unfounded_by(who uuid, since timestamptz) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('at', u.marked_at, 'reported_at', r.reported_at) ORDER BY u.marked_at, r.report_id), '[]')
        FROM report r JOIN unfounded u ON u.report_id = r.report_id JOIN case_file f ON f.case_id = r.case_id
        WHERE r.person_id = who AND f.place_id = current_tenant() AND u.lifted_at IS NULL AND u.marked_at > since
            AND f.verdict = 'keep' AND f.status IN ('decided', 'closed'));

ALTER TABLE letter_item DROP CONSTRAINT letter_item_kind, ADD CONSTRAINT letter_item_kind CHECK (kind IN (
    'consent_asked', 'consent_reminder', 'consent_again', 'consent_ending', 'consent_receipt', 'case_received', 'case_question', 'case_decided',
    'case_assigned', 'case_escalated', 'case_overdue', 'case_answered', 'case_appealed', 'child_decided'));

REVOKE EXECUTE ON FUNCTION guardians_of_case(uuid, timestamptz), forget_duties(), unfounded_by(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guardians_of_case(uuid, timestamptz), unfounded_by(uuid, timestamptz) TO imprimatur_app;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
