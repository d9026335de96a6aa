-- What a no to some uses stops, what is said of a picture that is not shown, who took part in a
-- collective work, and receipts of answers that came by a link.

-- +goose Up
-- +goose StatementBegin
-- The beginning of a text, as lists show it: without what describes its pictures, which is
-- shown with them or not at all (R33).
ALTER TABLE revision ADD COLUMN excerpt text NOT NULL DEFAULT '';

-- Whoever is in a box is seen there: consent to their name alone shows no face (R27).
ALTER TABLE depiction ADD CONSTRAINT depiction_face CHECK (outcome <> 'person' OR x IS NULL OR 'image' = ANY (media));

-- Who took part in a collective work: persons of the directory, pupils as they chose to be
-- named (R36, R37), and who is from outside by name. contributors is their names.
ALTER TABLE collective_work ADD COLUMN people jsonb NOT NULL DEFAULT '[]';

-- Who has answered by a link is mailed a receipt, whose link shows the answer and withdraws it (R33).
ALTER TABLE consent_link ADD COLUMN receipt boolean NOT NULL DEFAULT false;
ALTER TABLE letter_item DROP CONSTRAINT letter_item_kind, ADD CONSTRAINT letter_item_kind
    CHECK (kind IN ('consent_asked', 'consent_reminder', 'consent_again', 'consent_ending', 'consent_receipt'));

-- The uses that a consent asks for and that somebody's no stands against, photo by photo: it
-- was said there, or to the same use of the same photo in another request that it is in, and
-- whoever said it has not agreed here since (R30, R33).
CREATE VIEW declined_use AS
SELECT q.photo_id, c.consent_id, c.person_id, u.use_id, u.medium, u.audience, u.audience_group, u.audience_ent, u.space_id,
    o.consent_id AS said_in, a.signatory_id, a.paper_id
FROM consent c
JOIN request_photo q ON q.request_id = c.request_id
JOIN consent_use u ON u.request_id = c.request_id
JOIN consent o ON o.person_id = c.person_id
JOIN request_photo z ON z.request_id = o.request_id AND z.photo_id = q.photo_id
JOIN consent_use w ON w.request_id = o.request_id AND w.medium = u.medium AND w.audience = u.audience
    AND w.space_id IS NOT DISTINCT FROM u.space_id AND w.audience_group IS NOT DISTINCT FROM u.audience_group
    AND w.audience_ent IS NOT DISTINCT FROM u.audience_ent
JOIN consent_answer a ON a.consent_id = o.consent_id AND a.ended_at IS NULL AND NOT w.use_id = ANY (a.accepted)
WHERE c.tenant_id = current_tenant() AND NOT EXISTS (
    SELECT 1 FROM consent_answer n WHERE n.consent_id = c.consent_id AND n.signatory_id = a.signatory_id AND n.ended_at IS NULL
        AND n.answered_at > a.answered_at AND u.use_id = ANY (n.accepted));
GRANT SELECT ON declined_use TO imprimatur_app;

-- declines reports whether somebody in a photo is to be blurred in what texts show of it from
-- now on: they have said no to it, or to being seen where a text waits to show it (R32).
CREATE FUNCTION declines(shown uuid, who uuid, at timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN (EXISTS (SELECT 1 FROM request_photo q JOIN consent c ON c.request_id = q.request_id
            WHERE q.photo_id = shown AND c.person_id = who AND c.status IN ('refused', 'revoked', 'expired'))
        AND NOT EXISTS (SELECT 1 FROM standing_cover c
            WHERE c.photo_id = shown AND c.person_id = who AND c.medium = 'image' AND c.valid @> at))
    OR EXISTS (SELECT 1 FROM declined_use u
        JOIN revision_photo v ON v.photo_id = u.photo_id JOIN revision r ON r.revision_id = v.revision_id AND r.status = 'awaiting_consent'
        JOIN space s ON s.space_id = r.space_id AND s.space_id = u.space_id AND s.audience = u.audience
            AND s.audience_group IS NOT DISTINCT FROM u.audience_group AND s.audience_ent IS NOT DISTINCT FROM u.audience_ent
        WHERE u.photo_id = shown AND u.person_id = who AND u.medium = 'image');
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
