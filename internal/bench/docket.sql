-- @rows cases of the first establishment, each reported once, of what its pupils wrote in
-- its forum. Of 100, 20 are to be decided yet; the others are closed. Of 500, one is an order; of 25,
-- one was handed up. Of those closed a third was withdrawn, of whose authors the latest few have guardians who wait to be told.
INSERT INTO case_file (case_id, tenant_id, place_id, kind, status, version, reference, space_id, author_id, title, location, ground, severity,
    assignee_id, assigned_as, opened_at, due_at, escalate_at, escalated_at, verdict, closed_at, decided_at, appeal_until, guardians_wait)
SELECT bench.id('0030', n), bench.id('0001', 0), bench.id('0001', 0), CASE WHEN n % 500 = 0 THEN 'order' ELSE 'report' END, CASE WHEN n % 500 = 0 THEN 'ordered' WHEN n % 5 = 0 THEN 'assigned' ELSE 'closed' END, 3, 'D-' || n,
    bench.id('0009', 0), bench.id('0004', n % (@classes::int * @pupils::int)), 'Sujet ' || n, 'forum', 'INJ', 2, bench.id('0018', 0), 'owner', t.at,
    t.at + interval '24 hours', t.at + interval '12 hours', CASE WHEN n % 25 = 0 THEN t.at + interval '12 hours' END, CASE WHEN n % 5 = 0 THEN '' WHEN n % 3 = 0 THEN 'withdraw' ELSE 'keep' END, CASE WHEN n % 5 <> 0 THEN t.at END,
    CASE WHEN n % 5 <> 0 THEN t.at END, CASE WHEN n % 5 <> 0 THEN t.at END, n % 5 <> 0 AND n % 3 = 0 AND @rows::int - n < 25
FROM generate_series(0, @rows::int - 1) n
CROSS JOIN LATERAL (SELECT @now::timestamptz - (@rows::int - n) * interval '1 minute' AS at) t;

INSERT INTO case_concern (case_id, tenant_id, person_id, cause)
SELECT case_id, tenant_id, author_id, 'author' FROM case_file WHERE tenant_id = bench.id('0001', 0);

INSERT INTO report (report_id, tenant_id, case_id, reference, person_id, ground, good_faith, reported_at)
SELECT bench.id('0031', n), f.tenant_id, f.case_id, 'S-' || n, bench.id('0004', (n + 1) % (@classes::int * @pupils::int)), 'INJ', true, f.opened_at
FROM generate_series(0, @rows::int - 1) n JOIN case_file f ON f.case_id = bench.id('0030', n);

INSERT INTO authority_order (case_id, tenant_id, authority, legal_basis, reference, ordered_on, received_at)
SELECT case_id, tenant_id, 'Tribunal judiciaire', 'LCEN, art. 6-3', reference, opened_at, opened_at FROM case_file WHERE kind = 'order';
