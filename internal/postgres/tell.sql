-- The notices of one message, each person once. $1 message, $2 contribution or NULL,
-- $3 space or NULL, $4 title, $5 reason, $6 who is told what, $7 who acted or NULL, $8 the
-- author or NULL, $9 now, $10 and $11 from when until when, or NULL, $12 consent or NULL, $13 case or
-- NULL, $14 the same as its author knows it, or NULL: who directs a pupils' paper has no page of it.
-- Whoever reported is told of what they reported themselves, also where a case about another text goes
-- on with it.
WITH telling AS (
    SELECT x.ordinality AS n, x.kind, x.persons, x.crowd
    FROM ROWS FROM (jsonb_to_recordset($6::jsonb) AS (kind text, persons jsonb, crowd text)) WITH ORDINALITY x (kind, persons, crowd, ordinality)
), answering AS (
    SELECT t.person_id, t.role, t.tier, min(t.tier) FILTER (WHERE t.tier > 0 AND t.person_id IS DISTINCT FROM $8::uuid) OVER () AS turn
    FROM tiers_of($3, $9) t
    WHERE EXISTS (SELECT 1 FROM telling x WHERE x.crowd <> '')
), admins AS (
    SELECT m.person_id FROM membership m JOIN tenant t ON t.tenant_id = m.tenant_id
    WHERE 'admin' = ANY (m.roles) AND m.during @> ($9::timestamptz AT TIME ZONE t.time_zone)::date AND m.person_id IS DISTINCT FROM $8::uuid
), told AS (
    SELECT x.n, x.kind, p.value::uuid AS person_id FROM telling x CROSS JOIN LATERAL jsonb_array_elements_text(x.persons) p
    UNION ALL
    SELECT x.n, x.kind, a.person_id FROM telling x JOIN answering a ON CASE x.crowd
        WHEN 'signatories' THEN a.role = 'signatory'
        WHEN 'keepers' THEN a.role IN ('owner', 'backup', 'director')
        WHEN 'answerers' THEN a.tier > 0 AND a.person_id IS DISTINCT FROM $8
        WHEN 'reviewers' THEN a.tier = a.turn AND a.person_id IS DISTINCT FROM $8
        ELSE false END
    UNION ALL
    SELECT x.n, x.kind, s.press_director_id FROM telling x JOIN space s ON x.crowd = 'press' AND s.space_id = $3 AND belongs(s.tenant_id, s.press_director_id, $9)
    UNION ALL
    SELECT x.n, x.kind, d.person_id FROM telling x JOIN director d ON x.crowd = 'heads' AND in_office(d.person_id, $9)
    UNION ALL
    SELECT x.n, x.kind, g.guardian_id FROM telling x JOIN guardianship g ON x.crowd = 'guardians' AND g.pupil_id = $8 AND g.parental_authority
    CROSS JOIN LATERAL (SELECT ($9::timestamptz AT TIME ZONE t.time_zone)::date AS today FROM tenant t WHERE t.tenant_id = current_tenant()) y
    WHERE g.during @> y.today AND NOT grown($8, y.today)
    UNION ALL
    SELECT x.n, x.kind, r FROM telling x CROSS JOIN LATERAL reporters_of($13::uuid) r WHERE x.crowd = 'reporters'
    UNION ALL
    SELECT x.n, x.kind, a.person_id FROM telling x CROSS JOIN admins a WHERE x.crowd = 'admins'
    UNION ALL
    SELECT x.n, x.kind, d.person_id FROM telling x CROSS JOIN director d
    WHERE x.crowd = 'admins' AND NOT EXISTS (SELECT 1 FROM admins) AND in_office(d.person_id, $9)
)
INSERT INTO notice (notice_id, tenant_id, person_id, message_id, kind, contribution_id, space_id, title, reason, begins, ends, consent_id, case_id, told_as, created_at)
SELECT DISTINCT ON (t.person_id) new_id($9), current_tenant(), t.person_id, $1, t.kind, CASE WHEN r.title IS NULL THEN $2 ELSE r.contribution_id END,
    CASE WHEN r.title IS NULL THEN $3 ELSE r.space_id END, coalesce(r.title, $4), $5, $10::timestamptz, $11::timestamptz, $12::uuid, $13::uuid, CASE WHEN x.crowd <> 'press' THEN $14::uuid END, $9
FROM told t JOIN telling x USING (n)
LEFT JOIN LATERAL reported_as($13::uuid, t.person_id) r ON t.kind IN ('report_asked', 'report_decided') AND $4 <> '' -- of what is sealed there is none (R50)
WHERE t.person_id IS DISTINCT FROM $7::uuid
ORDER BY t.person_id, n
ON CONFLICT ON CONSTRAINT notice_once DO NOTHING
