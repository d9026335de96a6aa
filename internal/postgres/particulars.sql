-- What an item page shows beside the dossier. $1 contribution, $2 the revision
-- concerned or NULL, $3 the author, $4 now.
WITH texts AS (
    SELECT r.revision_id, r.contribution_id, r.space_id, r.title, r.status, r.submitted_at FROM revision r
    WHERE r.author_id = $3 AND r.submitted_at IS NOT NULL ORDER BY r.submitted_at DESC LIMIT 1000
)
SELECT jsonb_build_object(
    'findings', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.ordinal), '[]') FROM finding f WHERE f.revision_id = $2),
    'first_view', (SELECT jsonb_build_object('person', v.person_id, 'given_name', p.given_name, 'family_name', p.family_name, 'at', v.viewed_at)
        FROM first_view v JOIN person p ON p.person_id = v.person_id WHERE v.revision_id = $2),
    'claim', (SELECT jsonb_build_object('person', l.person_id, 'given_name', p.given_name, 'family_name', p.family_name,
            'at', l.claimed_at, 'expires', l.expires_at)
        FROM claim l JOIN person p ON p.person_id = l.person_id WHERE l.contribution_id = $1 AND l.expires_at > $4),
    'submitted', (SELECT count(*) FROM texts),
    'live', (SELECT count(*) FROM texts t WHERE t.status = 'live'),
    'rejected', (SELECT count(*) FROM texts t WHERE t.status = 'rejected'),
    'changes', (SELECT count(*) FROM texts t JOIN decision d ON d.revision_id = t.revision_id AND d.action = 'request_changes'),
    'recent', (SELECT coalesce(jsonb_agg(jsonb_build_object('contribution', x.contribution_id, 'title', x.title, 'action', x.action,
            'ground', x.ground, 'at', x.decided_at) ORDER BY x.decided_at DESC), '[]')
        FROM (SELECT t.contribution_id, t.title, d.action, d.ground, d.decided_at
            FROM (SELECT * FROM texts ORDER BY submitted_at DESC LIMIT 50) t
            JOIN decision d ON d.revision_id = t.revision_id AND d.person_id <> $3
            -- Titles of this space alone: whoever reviews here need not read elsewhere.
            WHERE t.space_id = (SELECT c.space_id FROM contribution c WHERE c.contribution_id = $1)
            -- R50: what is sealed is seen by nobody.
              AND NOT EXISTS (SELECT 1 FROM hold q WHERE q.target_id = t.contribution_id AND q.status = 'open' AND q.sealed)
            ORDER BY d.decided_at DESC LIMIT 5) x)
)
