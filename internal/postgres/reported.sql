-- What is reported, as it is now. $1 the contribution, $2 who is signed in or NULL, $3 the photo
-- or NULL, $4 now.
SELECT jsonb_build_object(
    'contribution', c.contribution_id, 'photo', $3::uuid, 'space', s.space_id, 'author', c.author_id, 'revision', r.revision_id,
    'title', CASE WHEN r.title <> '' THEN r.title ELSE coalesce(( -- a reply and a comment are named by what they answer
        SELECT a.title FROM contribution p JOIN revision a ON a.revision_id = p.live_id WHERE p.contribution_id = c.parent_id), '') END,
    'minors', s.audience <> 'group' OR EXISTS (
        SELECT 1 FROM group_member g WHERE g.group_id = s.audience_group AND g.capacity = 'pupil'),
    'exhibit', jsonb_build_object('kind', c.kind, 'space', s.title, 'audience', s.audience, 'number', r.number, 'title', r.title, 'html', r.html,
        'byline', c.byline, 'language', r.language, 'text_hash', encode(r.hash, 'hex'), 'published_at', c.published_at,
        'exposure', CASE WHEN c.life = 'gone' THEN 'purged' ELSE coalesce((
                SELECT CASE WHEN bool_or(h.kind = 'block' AND NOT hushed(h)) THEN 'blocked' WHEN bool_or(h.kind = 'withdraw') THEN 'withdrawn'
                    WHEN bool_or(h.kind IN ('mask', 'block')) THEN 'masked' WHEN bool_or(h.kind = 'archive') THEN 'archived' END
                FROM hold h WHERE h.status = 'open' AND h.target_id IN (c.contribution_id, c.parent_id, s.space_id)),
            CASE WHEN c.live_id IS NULL THEN 'unpublished' ELSE 'visible' END) END,
        'replies', (SELECT jsonb_agg(jsonb_build_object('reference', i.reference, 'name', i.name, 'text', i.body) ORDER BY i.shown_from, i.case_id)
            FROM inserted_reply i WHERE i.contribution_id = c.contribution_id AND i.shown_until IS NULL),
        'pictures', (SELECT coalesce(jsonb_agg(jsonb_build_object('photo', u.photo_id, 'rendition', u.rendition_id, 'hash', encode(n.hash, 'hex'))
                ORDER BY u.ordinal), '[]')
            FROM revision_photo u JOIN rendition n ON n.rendition_id = u.rendition_id WHERE u.revision_id = r.revision_id)),
    'concerns', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'cause', x.cause)), '[]') FROM concerned_by(r.revision_id, $3) x),
    'staff', staff_of(c.tenant_id, s.space_id, $4)
)
FROM contribution c JOIN space s ON s.space_id = c.space_id
JOIN revision r ON r.revision_id = ( -- the live one; of a picture that it shows no more, the last that readers saw it in
    SELECT x.revision_id FROM revision x WHERE x.contribution_id = c.contribution_id AND x.hash IS NOT NULL
        AND (x.revision_id = c.live_id OR c.live_id IS NULL OR ($3::uuid IS NOT NULL AND x.status = 'superseded'))
        AND ($3::uuid IS NULL OR EXISTS (SELECT 1 FROM revision_photo u WHERE u.revision_id = x.revision_id AND u.photo_id = $3))
    ORDER BY x.revision_id = c.live_id DESC NULLS LAST, x.number DESC LIMIT 1)
WHERE c.contribution_id = $1 AND c.published_at IS NOT NULL AND ($2::uuid IS NULL OR reads($2, s.space_id, $4))
