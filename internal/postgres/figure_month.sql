-- What happened from $1 until before $2 in the transaction's tenant: by measure and code. Each part
-- is one range of one index; what belongs to a row of it is looked up row by row (OFFSET 0), for
-- a month is little of a table.
WITH happened (measure, code) AS (
    SELECT 'text_status', r.status FROM revision r
    WHERE r.tenant_id = current_tenant() AND r.submitted_at >= $1 AND r.submitted_at < $2 AND r.derivation = ''
UNION ALL
    SELECT 'text_screened', s.verdict || ':' || r.status FROM revision r
    CROSS JOIN LATERAL (SELECT CASE WHEN bool_or(f.verdict = 'hold') THEN 'hold' ELSE 'flag' END AS verdict
        FROM finding f WHERE f.revision_id = r.revision_id AND f.verdict <> 'pass' HAVING count(*) > 0) s
    WHERE r.tenant_id = current_tenant() AND r.submitted_at >= $1 AND r.submitted_at < $2 AND r.derivation = ''
UNION ALL
    SELECT x.measure, x.code FROM first_view w
    CROSS JOIN LATERAL (SELECT v.submitted_at, v.target_at FROM revision v WHERE v.revision_id = w.revision_id OFFSET 0) r
    CROSS JOIN LATERAL (VALUES ('text_look', about_minutes(w.viewed_at - r.submitted_at)),
        ('text_look_kept', CASE WHEN w.viewed_at <= r.target_at THEN 'in_time' WHEN w.viewed_at > r.target_at THEN 'late' END)) x(measure, code)
    WHERE w.tenant_id = current_tenant() AND w.viewed_at >= $1 AND w.viewed_at < $2 AND r.submitted_at IS NOT NULL
UNION ALL
    SELECT x.measure, x.code FROM decision d
    CROSS JOIN LATERAL (SELECT v.submitted_at, v.target_at FROM revision v WHERE v.revision_id = d.revision_id OFFSET 0) r
    CROSS JOIN LATERAL (VALUES ('text_decision', about_minutes(d.decided_at - r.submitted_at)),
        ('text_decision_kept', CASE WHEN d.decided_at <= r.target_at THEN 'in_time' WHEN d.decided_at > r.target_at THEN 'late' END)) x(measure, code)
    WHERE d.tenant_id = current_tenant() AND d.decided_at >= $1 AND d.decided_at < $2 AND d.action IN ('approve', 'request_changes', 'reject')
      AND r.submitted_at IS NOT NULL AND NOT EXISTS (SELECT FROM decision o WHERE o.revision_id = d.revision_id AND o.decided_at < d.decided_at
          AND o.action IN ('approve', 'request_changes', 'reject'))
UNION ALL
    SELECT 'report_ground', r.ground FROM report r WHERE r.tenant_id = current_tenant() AND r.reported_at >= $1 AND r.reported_at < $2 AND r.ground <> ''
UNION ALL
    SELECT 'case_opened', f.kind FROM case_file f WHERE f.tenant_id = current_tenant() AND f.opened_at >= $1 AND f.opened_at < $2
UNION ALL
    SELECT 'case_look', about_minutes(f.viewed_at - f.opened_at) FROM case_file f
    WHERE f.tenant_id = current_tenant() AND f.viewed_at >= $1 AND f.viewed_at < $2
UNION ALL
    SELECT x.measure, x.code FROM case_ruling u
    CROSS JOIN LATERAL (SELECT NOT EXISTS (SELECT FROM case_ruling o WHERE o.case_id = u.case_id AND o.ruling_id < u.ruling_id) AS first) n
    CROSS JOIN LATERAL (SELECT c.kind, c.opened_at FROM case_file c WHERE c.case_id = u.case_id OFFSET 0) f
    CROSS JOIN LATERAL (VALUES
        -- the first alone: a case that was reopened is decided again (R45)
        ('case_verdict', CASE WHEN n.first THEN u.verdict END),
        ('case_decision', CASE WHEN n.first THEN about_minutes(u.decided_at - f.opened_at) END),
        ('case_decision_kept', CASE WHEN n.first AND u.decided_at <= u.due_at THEN 'in_time' WHEN n.first AND u.decided_at > u.due_at THEN 'late' END),
        -- a case that an author's appeal began is answered by its first ruling (R45)
        ('appeal_answered', CASE WHEN u.appeal THEN CASE WHEN u.upheld THEN 'upheld' ELSE 'dismissed' END
            WHEN n.first AND f.kind = 'appeal' THEN CASE WHEN u.verdict = 'stand' THEN 'dismissed' ELSE 'upheld' END END)) x(measure, code)
    WHERE u.tenant_id = current_tenant() AND u.decided_at >= $1 AND u.decided_at < $2
UNION ALL
    SELECT 'appeal_lodged', 'all' FROM case_entry e
    WHERE e.tenant_id = current_tenant() AND e.said_at >= $1 AND e.said_at < $2 AND e.kind = 'appeal'
UNION ALL
    SELECT 'auto_masked', CASE WHEN f.verdict <> '' THEN f.verdict WHEN h.status = 'released' THEN 'keep' ELSE 'undecided' END
    FROM hold h LEFT JOIN case_file f ON f.case_id = h.case_id
    WHERE h.tenant_id = current_tenant() AND h.placed_at >= $1 AND h.placed_at < $2 AND h.kind = 'mask' AND h.placed_by IS NULL
UNION ALL
    SELECT 'consent_asked', 'all' FROM consent c WHERE c.tenant_id = current_tenant() AND c.asked_at >= $1 AND c.asked_at < $2
UNION ALL
    SELECT 'consent_answered', c.status FROM consent c WHERE c.tenant_id = current_tenant() AND c.decided_at >= $1 AND c.decided_at < $2
UNION ALL
    SELECT x.measure, x.code FROM (
        -- an appeal that is dismissed has the statement of what it leaves, which is counted there
        SELECT u.statement FROM case_ruling u
        WHERE u.tenant_id = current_tenant() AND u.decided_at >= $1 AND u.decided_at < $2 AND u.statement IS NOT NULL AND (NOT u.appeal OR u.upheld)
    UNION ALL
        SELECT h.statement FROM hold h
        WHERE h.tenant_id = current_tenant() AND h.placed_at >= $1 AND h.placed_at < $2 AND h.statement IS NOT NULL AND h.case_id IS NULL
    ) s CROSS JOIN LATERAL (
        SELECT k, s.statement ->> k FROM unnest(ARRAY['decision_visibility', 'decision_ground', 'category', 'source_type', 'automated_detection', 'automated_decision']) k
    UNION ALL
        SELECT 'content_type', t FROM jsonb_array_elements_text(s.statement -> 'content_type') t
    ) x(measure, code)
)
SELECT coalesce(jsonb_object_agg(m.measure, m.codes), '{}') FROM (
    SELECT c.measure, jsonb_object_agg(c.code, c.n) AS codes
    FROM (SELECT measure, code, count(*) AS n FROM happened WHERE code IS NOT NULL GROUP BY measure, code) c
    GROUP BY c.measure) m
