-- What a location names in this establishment: a text, a picture or a space, by its id or by its
-- address; by a case's reference, as a reply of the law has it, what that is about. What is in something else is meant rather than what it is in. $1 the location, in
-- small letters.
WITH named AS (
    SELECT m[1]::uuid AS id FROM regexp_matches($1, '([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})', 'g') m
)
SELECT jsonb_build_object('contribution', x.contribution, 'photo', x.photo, 'space', x.space, 'title', x.title, 'holder', x.holder)
FROM (
    SELECT NULL::uuid AS contribution, p.photo_id AS photo, NULL::uuid AS space, p.name AS title, p.uploader_id AS holder, 1 AS turn, p.photo_id AS id
    FROM photo p JOIN named n ON n.id = p.photo_id
    UNION ALL SELECT c.contribution_id, NULL, NULL, '', NULL, CASE WHEN c.parent_id IS NULL THEN 3 ELSE 2 END, c.contribution_id
    FROM contribution c JOIN named n ON n.id = c.contribution_id
    UNION ALL SELECT NULL, NULL, s.space_id, s.title, s.owner_id, 4, s.space_id
    FROM space s WHERE s.space_id IN (SELECT n.id FROM named n) OR s.slug = (regexp_match($1, '/e/[^/]+/([^/?#]+)/?$'))[1]
    UNION ALL SELECT p.contribution_id, p.photo_id, NULL, '', NULL, 5, p.contribution_id
    FROM placed(NULL, upper((regexp_match($1, '\md-[0-9a-z]{4}-[0-9a-z]{4}\M'))[1])) p WHERE p.contribution_id IS NOT NULL
) x
ORDER BY x.turn, x.id LIMIT 1
