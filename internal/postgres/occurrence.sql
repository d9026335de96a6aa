-- What a notification message speaks of. $1 the revision, hold, space, standing, vacancy, alert,
-- photo, emergency stop or pause, $2 its version after the act, $3 the act.
SELECT jsonb_build_object(
    'action', e.action, 'to', e.status_to, 'by', who.person_id, 'author', coalesce(c.author_id, s.person_id, f.uploader_id,
        (SELECT n.person_id FROM denial n WHERE e.subject_kind = 'alert' AND n.alert_id = e.subject_id LIMIT 1)), 'contribution', c.contribution_id,
    'case', h.case_id, 'author_case', told_as(h.case_id), 'space', coalesce(c.space_id, p.space_id, v.space_id, l.space_id), 'title', coalesce(nullif(r.title, ''), nullif(live.title, ''), above.title, f.name, p.title, ''),
    'reason', coalesce(d.reason, CASE WHEN e.status_to = 'released' THEN h.release_reason ELSE h.reason END,
        CASE WHEN e.status_to <> 'clear' THEN s.reason END, l.reason, ''),
    'hushed', coalesce(hushed(h), false), 'begins', coalesce(lower(s.during), v.since, l.begins, z.since), 'ends', coalesce(upper(s.during), l.until),
    'sealed', coalesce(h.sealed, false) OR EXISTS (
        SELECT 1 FROM hold x WHERE x.target_id = ANY (ARRAY[c.contribution_id, c.parent_id, c.space_id]) AND x.status = 'open' AND x.sealed))
FROM audit_entry e
LEFT JOIN audit_pseudonym who ON who.pseudonym = e.pseudonym
LEFT JOIN revision r ON e.subject_kind = 'revision' AND r.revision_id = e.subject_id
LEFT JOIN decision d ON d.decision_id = e.entry_id
LEFT JOIN hold h ON e.subject_kind = 'hold' AND h.hold_id = e.subject_id
LEFT JOIN space p ON p.space_id = coalesce(h.space_id, CASE WHEN e.subject_kind = 'space' THEN e.subject_id END)
LEFT JOIN photo f ON f.photo_id = coalesce(h.photo_id, CASE WHEN e.subject_kind = 'photo' THEN e.subject_id END)
LEFT JOIN standing s ON e.subject_kind = 'standing' AND s.standing_id = e.subject_id
LEFT JOIN vacancy v ON e.subject_kind = 'vacancy' AND v.vacancy_id = e.subject_id
LEFT JOIN halt l ON e.subject_kind = 'halt' AND l.halt_id = e.subject_id
LEFT JOIN public_pause z ON e.subject_kind = 'pause' AND z.pause_id = e.subject_id
LEFT JOIN contribution c ON c.contribution_id = coalesce(r.contribution_id, h.contribution_id)
LEFT JOIN revision live ON live.revision_id = c.live_id
LEFT JOIN contribution parent ON parent.contribution_id = c.parent_id
LEFT JOIN revision above ON above.revision_id = parent.live_id
WHERE e.subject_id = $1 AND e.version = $2 AND e.action = $3 AND e.subject_kind IN ('revision', 'hold', 'space', 'standing', 'vacancy', 'alert', 'photo', 'halt', 'pause')
