-- The desk of who directs, or of whom powers are lent to. $1 who, $2 now, $3 they sign, $4 they judge,
-- $5 they stop and mask, $6 they direct, $7 how many of each, $8 how far things are counted, $9 since
-- when acts of delegates are told, $10 how far guardians to be told are counted.
WITH mine AS NOT MATERIALIZED (
    SELECT f.* FROM case_file f
    WHERE $4::boolean AND f.status NOT IN ('decided', 'closed', 'merged') AND f.status <> 'answered' AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
), unsigned AS NOT MATERIALIZED (
    SELECT w.*, s.title AS space FROM space s CROSS JOIN LATERAL (
        SELECT r.revision_id, r.contribution_id, r.title, r.author_id, r.decided_at, r.target_at, r.calm, r.due, r.narrow
        FROM revision r JOIN contribution c ON c.contribution_id = r.contribution_id
        WHERE r.space_id = s.space_id AND r.waits_for = 'signature' AND c.life = 'kept'
          AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.target_id = ANY (ARRAY[c.contribution_id, c.parent_id, c.space_id]) AND h.status = 'open' AND h.sealed)
        ORDER BY r.calm, r.due, r.narrow, r.revision_id LIMIT $8::integer) w
    WHERE $3::boolean AND s.kind = 'web'
), stopped AS NOT MATERIALIZED (
    SELECT h.* FROM awaited_by($1) h WHERE $5::boolean
), kin AS MATERIALIZED (
    -- Breaches of minors that are confirmed, whose guardians may be told and were not (R52): the first of them.
    SELECT f.*, confirmed_at(f) AS confirmed FROM case_file f
    WHERE $6::boolean AND f.guardians_wait AND confirmed_at(f) <= $2::timestamptz AND f.purged_at IS NULL
      AND coalesce((SELECT a.act FROM guardian_act a WHERE a.case_id = f.case_id ORDER BY a.act_id DESC LIMIT 1), '') IN ('', 'release_guardians')
      AND NOT coalesce((SELECT u.sealed FROM case_ruling u WHERE u.case_id = f.case_id ORDER BY u.ruling_id DESC LIMIT 1), false) -- R50
      AND NOT EXISTS (SELECT FROM causes_of(f.case_id, $1))
      AND EXISTS (SELECT FROM guardians_of_case(f.case_id, $2) k WHERE (k->>'minor')::boolean AND k->'persons' <> '[]')
    ORDER BY confirmed_at(f), f.case_id LIMIT $10::integer
)
SELECT jsonb_build_object(
    'unsigned', (SELECT coalesce(jsonb_agg(jsonb_build_object('contribution', u.contribution_id, 'title', u.title, 'space', u.space, 'since', u.decided_at,
            'target', u.target_at, 'author', p.given_name || ' ' || p.family_name) ORDER BY u.calm, u.due, u.narrow, u.revision_id), '[]')
        FROM (SELECT * FROM unsigned ORDER BY calm, due, narrow, revision_id LIMIT $7::integer) u JOIN person p ON p.person_id = u.author_id),
    'legal', (SELECT coalesce(jsonb_agg(/*line*/ ORDER BY x.due_at, x.case_id), '[]') FROM (
        SELECT * FROM mine f WHERE f.kind IN ('order', 'reply', 'appeal') OR f.status = 'appealed' ORDER BY f.due_at, f.case_id LIMIT $7::integer) x),
    'grave', (SELECT coalesce(jsonb_agg(/*line*/ ORDER BY x.severity DESC, x.due_at, x.case_id), '[]') FROM (
        SELECT * FROM mine f WHERE NOT (f.kind IN ('order', 'reply', 'appeal') OR f.status = 'appealed')
        ORDER BY f.severity DESC, f.due_at, f.case_id LIMIT $7::integer) x),
    'climbed', (SELECT coalesce(jsonb_agg(/*line*/ || jsonb_build_object('why', coalesce((
            SELECT n.said FROM case_entry n WHERE n.case_id = x.case_id AND n.kind = 'move' AND n.said_at = x.escalated_at ORDER BY n.entry_id DESC LIMIT 1), ''))
        ORDER BY x.escalated_at DESC, x.case_id), '[]') FROM (
        SELECT * FROM mine f WHERE f.escalated_at IS NOT NULL ORDER BY f.escalated_at DESC, f.case_id LIMIT $7::integer) x),
    'stopped', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'until', x.until, 'placed', x.placed_at, 'reason', CASE WHEN x.sealed THEN '' ELSE x.reason END,
            'contribution', x.contribution_id, 'space', x.space_id, 'photo', x.photo_id,
            'case', (SELECT f.case_id FROM case_file f WHERE f.case_id = x.case_id),
            'title', CASE WHEN x.sealed THEN '' ELSE coalesce(
                (SELECT coalesce(nullif(r.title, ''), above.title) FROM contribution c JOIN revision r ON r.revision_id = c.live_id
                    LEFT JOIN contribution p ON p.contribution_id = c.parent_id LEFT JOIN revision above ON above.revision_id = p.live_id
                    WHERE c.contribution_id = x.contribution_id),
                (SELECT s.title FROM space s WHERE s.space_id = x.space_id), (SELECT p.name FROM photo p WHERE p.photo_id = x.photo_id), '') END) ORDER BY x.until, x.hold_id), '[]')
        FROM (SELECT * FROM stopped ORDER BY until, hold_id LIMIT $7::integer) x),
    'guardians', (SELECT coalesce(jsonb_agg(/*line*/ || jsonb_build_object('since', x.confirmed) ORDER BY x.confirmed, x.case_id), '[]') FROM (
        SELECT * FROM kin ORDER BY confirmed, case_id LIMIT $7::integer) x),
    'limited', (SELECT coalesce(jsonb_agg(jsonb_build_object('person', x.person_id, 'name', p.given_name || ' ' || p.family_name, 'kind', x.kind, 'ends', upper(x.during))
            ORDER BY upper(x.during), x.standing_id), '[]')
        FROM (SELECT * FROM standing s WHERE $6::boolean AND s.during @> $2::timestamptz ORDER BY upper(s.during), s.standing_id LIMIT $7::integer) x
        JOIN person p ON p.person_id = x.person_id),
    'acts', CASE WHEN $6 THEN lent_acts($1, NULL, $9, NULL, $7::integer) ELSE '[]' END,
    'lent', (SELECT coalesce(jsonb_agg(to_jsonb(d) || jsonb_build_object('from', lower(d.during), 'until', upper(d.during)) ORDER BY lower(d.during), d.delegation_id), '[]')
        FROM delegation d WHERE ($6 OR d.to_id = $1) AND NOT isempty(d.during) AND upper(d.during) > $2),
    'names', (SELECT coalesce(jsonb_object_agg(p.person_id, p.given_name || ' ' || p.family_name), '{}') FROM person p
        WHERE p.person_id IN (SELECT unnest(ARRAY[d.from_id, d.to_id]) FROM delegation d WHERE ($6 OR d.to_id = $1) AND NOT isempty(d.during) AND upper(d.during) > $2)),
    'counts', jsonb_build_object(
        'unsigned', (SELECT count(*) FROM (SELECT 1 FROM unsigned LIMIT $8::integer) x),
        'cases', (SELECT count(*) FROM (SELECT 1 FROM mine LIMIT $8::integer) x),
        'late', (SELECT count(*) FROM (SELECT 1 FROM mine f WHERE f.due_at <= $2 AND f.status <> 'executed' ORDER BY f.due_at, f.case_id LIMIT $8::integer) x),
        'orders', (SELECT count(*) FROM (SELECT 1 FROM mine f WHERE (f.kind IN ('order', 'reply', 'appeal') OR f.status = 'appealed') AND f.kind = 'order' LIMIT $8::integer) x),
        'replies', (SELECT count(*) FROM (SELECT 1 FROM mine f WHERE (f.kind IN ('order', 'reply', 'appeal') OR f.status = 'appealed') AND f.kind = 'reply' LIMIT $8::integer) x),
        'stopped', (SELECT count(*) FROM (SELECT 1 FROM stopped LIMIT $8::integer) x),
        'guardians', (SELECT count(*) FROM kin))
)
