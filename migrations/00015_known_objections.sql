-- Whatever a family has agreed to elsewhere: who has said no to a use of a picture is not
-- shown so in it, until they say yes themselves (R30, R33).

-- +goose Up
-- +goose StatementBegin
-- The covers of the establishment that stand, photo by photo. A no to the same use of the same photo, in another
-- request that it is in, stands against them as one in their own does: anybody's against
-- what guardians gave, the person's against what the person gave; unless whoever said it
-- has agreed here since.
CREATE VIEW standing_cover AS
SELECT q.photo_id, c.*
FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id
WHERE c.tenant_id = current_tenant() AND c.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM consent o
    JOIN request_photo z ON z.request_id = o.request_id AND z.photo_id = q.photo_id
    JOIN consent_use u ON u.request_id = o.request_id AND u.medium = c.medium AND u.audience = c.audience
        AND u.space_id IS NOT DISTINCT FROM c.space_id AND u.audience_group IS NOT DISTINCT FROM c.audience_group
        AND u.audience_ent IS NOT DISTINCT FROM c.audience_ent
    JOIN consent_answer a ON a.consent_id = o.consent_id AND a.ended_at IS NULL AND NOT u.use_id = ANY (a.accepted)
    WHERE o.person_id = c.person_id AND o.consent_id <> c.consent_id AND (a.capacity = 'depicted' OR c.rests_on <> '{}')
      AND NOT EXISTS (SELECT 1 FROM consent_answer n
        WHERE n.consent_id = c.consent_id AND n.signatory_id = a.signatory_id AND n.ended_at IS NULL AND n.answered_at > a.answered_at));
GRANT SELECT ON standing_cover TO imprimatur_app;

CREATE OR REPLACE VIEW reading_photo WITH (security_barrier) AS
SELECT n.contribution_id, n.space_id, p.photo_id, f.size, f.file, f.bytes, f.width, f.height, f.sha256, p.format
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
      AND NOT (m.medium = 'image' AND d.depiction_id = ANY (r.blurred))
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM standing_cover c
        WHERE c.photo_id = p.photo_id AND c.person_id = d.person_id AND c.medium = m.medium AND c.valid @> current_moment()
          AND c.space_id = s.space_id AND c.audience = s.audience
          AND c.audience_group IS NOT DISTINCT FROM s.audience_group
          AND c.audience_ent IS NOT DISTINCT FROM s.audience_ent)));

-- The same before a portrait, and before paper; and a blur hides a face, never a name or a voice.
CREATE OR REPLACE VIEW trombinoscope_cover AS
SELECT c.photo_id, c.person_id, c.medium, c.audience, c.audience_group
FROM standing_cover c
WHERE c.space_id IS NULL AND c.audience_group IS NOT NULL AND c.valid @> current_moment();

CREATE OR REPLACE VIEW reading_print WITH (security_barrier) AS
SELECT n.contribution_id, u.photo_id
FROM readable_snapshot n
JOIN snapshot t ON t.contribution_id = n.contribution_id
JOIN revision_photo u ON u.revision_id = t.revision_id
JOIN rendition r ON r.rendition_id = u.rendition_id AND r.photo_id = u.photo_id
WHERE n.exposure = 'visible'
  AND NOT EXISTS (
    SELECT 1 FROM depiction d CROSS JOIN LATERAL unnest(d.media) m (medium)
    WHERE d.photo_id = u.photo_id AND d.outcome NOT IN ('unrecognisable', 'not_a_face')
      AND NOT (m.medium = 'image' AND d.depiction_id = ANY (r.blurred))
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM standing_cover c
        WHERE c.photo_id = u.photo_id AND c.person_id = d.person_id AND c.medium = m.medium AND c.valid @> current_moment()
          AND c.audience = 'print' AND c.audience_group IS NULL)));

-- The day beside the signature of a paper: what its signatory has said since counts, not it (R33).
ALTER TABLE consent_paper ADD COLUMN signed_on date NOT NULL DEFAULT current_date;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
