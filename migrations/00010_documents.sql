-- Files that are no pictures: paper, sound and films. Each is a photo to all that guards
-- one: who is seen, heard or named in it is declared, and agrees (R20, R27).

-- +goose Up
-- +goose StatementBegin
ALTER TABLE photo
    DROP CONSTRAINT photo_width, DROP CONSTRAINT photo_height,
    ADD CONSTRAINT photo_format CHECK (format IN ('jpeg', 'png', 'gif', 'webp', 'heic',
        'pdf', 'odt', 'ods', 'odp', 'odg', 'docx', 'xlsx', 'pptx', 'mp3', 'm4a', 'ogg', 'wav', 'flac', 'weba', 'mp4', 'webm')),
    ADD CONSTRAINT photo_sized CHECK (CASE WHEN format IN ('jpeg', 'png', 'gif', 'webp', 'heic') THEN width > 0 AND height > 0 ELSE width = 0 AND height = 0 END);
-- A file is its own only rendition: its bytes as they were checked.
ALTER TABLE rendition_file DROP CONSTRAINT rendition_file_size,
    ADD CONSTRAINT rendition_file_size CHECK (size IN ('thumbnail', 'standard', 'double', 'file'));

-- The reading door is the same; it says besides what a file is to be served as.
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
      AND NOT d.depiction_id = ANY (r.blurred)
      AND NOT (d.outcome = 'person' AND EXISTS (
        SELECT 1 FROM consent_cover c JOIN request_photo q ON q.request_id = c.request_id AND q.photo_id = p.photo_id
        WHERE c.person_id = d.person_id AND c.medium = m.medium AND c.ended_at IS NULL AND c.valid @> current_moment()
          AND c.space_id = s.space_id AND c.audience = s.audience
          AND c.audience_group IS NOT DISTINCT FROM s.audience_group
          AND c.audience_ent IS NOT DISTINCT FROM s.audience_ent)));

-- frames_of lists the places of a revision's pictures and files, in its order: what a
-- page needs to keep one, and to say what stands there.
CREATE FUNCTION frames_of(revision uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT coalesce(jsonb_agg(CASE f.size WHEN 'file'
            THEN jsonb_build_object('id', u.photo_id, 'width', 0, 'height', 0, 'format', p.format, 'bytes', f.bytes)
            ELSE jsonb_build_object('id', u.photo_id, 'width', f.width, 'height', f.height) END ORDER BY u.ordinal), '[]')
        FROM revision_photo u JOIN photo p ON p.photo_id = u.photo_id
        JOIN rendition_file f ON f.rendition_id = u.rendition_id AND f.size IN ('standard', 'file')
        WHERE u.revision_id = revision);

-- A request says which of its photos are files, and of what format.
CREATE OR REPLACE FUNCTION request_document(request uuid) RETURNS jsonb LANGUAGE sql STABLE
    RETURN (SELECT to_jsonb(q) || jsonb_build_object('from', lower(q.valid), 'until', upper(q.valid),
            'asker', coalesce((SELECT p.given_name || ' ' || p.family_name FROM person p WHERE p.person_id = q.asked_by), ''),
            'lines', (SELECT coalesce(jsonb_agg(to_jsonb(u) ORDER BY u.ordinal), '[]') FROM consent_use u WHERE u.request_id = q.request_id),
            'places', (SELECT coalesce(jsonb_agg(x.place), '[]') FROM (
                SELECT DISTINCT place_document(u.space_id) || jsonb_build_object('audience', u.audience, 'audience_group', u.audience_group,
                    'audience_ent', u.audience_ent, 'group_name', coalesce(g.name, ''), 'ent_name', coalesce(e.name, '')) AS place
                FROM consent_use u LEFT JOIN groups g ON g.group_id = u.audience_group LEFT JOIN ent e ON e.ent_id = u.audience_ent
                WHERE u.request_id = q.request_id AND u.space_id IS NOT NULL) x),
            'photos', (SELECT coalesce(jsonb_agg(r.photo_id ORDER BY r.photo_id), '[]') FROM request_photo r WHERE r.request_id = q.request_id),
            'files', (SELECT coalesce(jsonb_object_agg(p.photo_id, p.format), '{}') FROM request_photo r JOIN photo p ON p.photo_id = r.photo_id
                WHERE r.request_id = q.request_id AND p.width = 0))
        FROM consent_request q WHERE q.request_id = request);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
SELECT 'migrations go forward only: the old code must run on the new schema';
-- +goose StatementEnd
