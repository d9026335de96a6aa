-- The reading door for pictures: the second guard before a face. It asks nothing but facts
-- of this moment, whatever a machine may have decided before (R27, invariant 1).

-- +goose Up
-- +goose StatementBegin
CREATE VIEW reading_photo WITH (security_barrier) AS
SELECT n.contribution_id, n.space_id, p.photo_id, f.size, f.file, f.bytes, f.width, f.height, f.sha256
FROM readable_snapshot n
JOIN snapshot t ON t.contribution_id = n.contribution_id
JOIN revision_photo u ON u.revision_id = t.revision_id
JOIN photo p ON p.photo_id = u.photo_id
JOIN rendition r ON r.rendition_id = u.rendition_id AND r.photo_id = p.photo_id
JOIN rendition_file f ON f.rendition_id = r.rendition_id
JOIN space s ON s.space_id = n.space_id
WHERE n.exposure = 'visible'
  AND p.status = 'identified'
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = p.photo_id AND h.status = 'open')
  AND NOT EXISTS (
    SELECT 1 FROM depiction d CROSS JOIN LATERAL unnest(d.media) m (medium)
    WHERE d.photo_id = p.photo_id AND d.outcome NOT IN ('unrecognisable', 'not_a_face')
      AND NOT d.depiction_id = ANY (r.blurred)
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id AND q.photo_id = p.photo_id
        WHERE c.person_id = d.person_id AND c.medium = m.medium AND c.ended_at IS NULL AND c.valid @> current_moment()
          AND c.space_id = s.space_id AND c.audience = s.audience
          AND c.audience_group IS NOT DISTINCT FROM s.audience_group
          AND c.audience_ent IS NOT DISTINCT FROM s.audience_ent)));
-- How large the places of a text's pictures are, whether they may be seen or not.
CREATE VIEW reading_frame WITH (security_barrier) AS
SELECT n.contribution_id AS framed, t.photos FROM readable_snapshot n JOIN snapshot t ON t.contribution_id = n.contribution_id
WHERE n.exposure = 'visible';
GRANT SELECT ON reading_photo, reading_frame TO imprimatur_reader;
GRANT EXECUTE ON FUNCTION current_moment() TO imprimatur_reader;


-- promise_review promises that the consents of a person are resolved anew.
CREATE FUNCTION promise_review(who uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    INSERT INTO outbox (message_id, tenant_id, kind, queue, subject_id, version, note, due_at)
    SELECT new_id(clock_timestamp()), c.tenant_id, 'consent:review', 'takedown', c.consent_id, c.version, '', clock_timestamp()
    FROM consent c WHERE c.person_id = who AND c.status IN ('asked', 'granted');
END;
REVOKE EXECUTE ON FUNCTION promise_review(uuid) FROM PUBLIC;

-- Where a guardian no longer holds authority, nothing rests on them any more, at once, in
-- the transaction that says so; where another comes to hold it, a proof that one holds it
-- alone says nothing any more (R30). What follows is resolved anew. The same where a birth
-- date becomes another (R34).
CREATE FUNCTION authority_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE consent_cover c SET ended_at = clock_timestamp() FROM tenant t
        WHERE t.tenant_id = c.tenant_id AND c.person_id = OLD.pupil_id AND OLD.guardian_id = ANY (c.rests_on) AND c.ended_at IS NULL
          AND (TG_OP = 'DELETE' OR NOT NEW.parental_authority OR NOT NEW.during @> (clock_timestamp() AT TIME ZONE t.time_zone)::date
            OR upper(NEW.during) IS DISTINCT FROM upper(OLD.during) OR NEW.guardian_id <> OLD.guardian_id OR NEW.pupil_id <> OLD.pupil_id);
        PERFORM promise_review(OLD.pupil_id);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.parental_authority THEN
        UPDATE consent_cover c SET ended_at = clock_timestamp() FROM consent s
        WHERE s.consent_id = c.consent_id AND s.sole_proof <> '' AND c.person_id = NEW.pupil_id AND c.ended_at IS NULL
          AND cardinality(c.rests_on) = 1 AND NOT NEW.guardian_id = ANY (c.rests_on);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.pupil_id <> OLD.pupil_id THEN
        PERFORM promise_review(NEW.pupil_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guardianship_comes_or_goes AFTER INSERT OR DELETE ON guardianship FOR EACH ROW EXECUTE FUNCTION authority_changed();
CREATE TRIGGER guardianship_changed AFTER UPDATE ON guardianship FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION authority_changed();
CREATE FUNCTION birth_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE consent_cover c SET ended_at = clock_timestamp()
    WHERE c.person_id = NEW.person_id AND c.ended_at IS NULL;
    PERFORM promise_review(NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER person_birth_changed AFTER UPDATE OF birth_date ON person FOR EACH ROW
    WHEN (OLD.birth_date IS DISTINCT FROM NEW.birth_date) EXECUTE FUNCTION birth_changed();
-- Who must sign is a setting (R29, R30): what rests on guardians for the audiences that
-- it speaks of is closed at once, and resolved anew.
CREATE FUNCTION consent_setting_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed setting := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF changed.key LIKE 'guardians\_%' OR changed.key = 'pupil_agrees' THEN
        UPDATE consent_cover c SET ended_at = clock_timestamp()
        WHERE c.tenant_id = changed.tenant_id AND c.ended_at IS NULL AND c.rests_on <> '{}'
          AND changed.key IN ('pupil_agrees', 'guardians_' || c.audience);
        PERFORM promise_review(c.person_id) FROM (SELECT DISTINCT person_id FROM consent WHERE tenant_id = changed.tenant_id AND status IN ('asked', 'granted')) c;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER setting_consents AFTER INSERT OR UPDATE OR DELETE ON setting FOR EACH ROW EXECUTE FUNCTION consent_setting_changed();

-- Somebody from outside, by name and e-mail, who then answers for themselves.
CREATE FUNCTION admit_outsider(outsider uuid, given text, family text, address text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO person (person_id, source, external_id, given_name, family_name, email)
    VALUES (outsider, 'outsider', outsider::text, given, family, address);
    INSERT INTO membership (membership_id, tenant_id, person_id, profile) VALUES (new_id(clock_timestamp()), current_tenant(), outsider, 'external');
END $$;
REVOKE EXECUTE ON FUNCTION admit_outsider(uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION admit_outsider(uuid, text, text, text) TO imprimatur_app;

-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
